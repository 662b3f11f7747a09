"""One installed release of Erlang/OTP: what it is, where its code lies, how its programs run.

The layout read here is that of an installed system, the `ROOTDIR` of Ericsson's own start script:
`releases/start_erl.data` names the version of the runtime and of the release,
`releases/RELEASE/OTP_VERSION` the full version, `erts-VERSION/bin` holds the emulator,
`lib/NAME-VERSION/ebin` the compiled modules of each application, and `lib/erts-VERSION/ebin` those
that the emulator carries in itself ("preloaded").
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from enigma_ref.otp.errors import OtpNotFound

Origin = Literal["option", "env", "path", "cache"]
"""Who named the release: an option, the environment, the search path, or Enigma's own cache."""

_RELEASE_NUMBER = re.compile(r"[0-9]{1,4}")
_VERSIONED_NAME = re.compile(r"(?P<name>.+?)-(?P<version>[0-9]+(?:\.[0-9]+)*)$")


@dataclass(frozen=True, slots=True)
class Release:
    """An installed release.

    `number` is the major release (25), `version` the full one ("25.2.3"), `root` the folder that
    OTP calls ROOTDIR, `bindir` the emulator's BINDIR. `launcher` is the `erl` to start when there
    is one that is known to find its own folders; without it the emulator is started directly, which
    also works for a release that was unpacked somewhere else than where it was built for.
    """

    number: int
    version: str
    root: Path
    bindir: Path
    origin: Origin
    launcher: Path | None = None

    def erl_command(self, args: Sequence[str] = ()) -> tuple[list[str], dict[str, str]]:
        """Return the argument list and the whole environment that run `erl` with `args`."""
        if self.launcher is not None:
            return [str(self.launcher), *args], dict(os.environ)
        return [str(self.bindir / "erlexec"), *args], self._environment("erl")

    def erlc_command(self, args: Sequence[str] = ()) -> tuple[list[str], dict[str, str]]:
        """Return the argument list and the whole environment that run `erlc` with `args`.

        Raises `OtpNotFound` when the release has no `erlc`.
        """
        if self.launcher is not None and (beside := self.launcher.parent / "erlc").is_file():
            return [str(beside), *args], dict(os.environ)
        for folder in (self.root / "bin", self.bindir):
            program = folder / "erlc"
            if program.is_file():
                environment = self._environment("erlc")
                environment["ERLC_EMULATOR"] = str(self.bindir / "erlexec")
                return [str(program), *args], environment
        raise OtpNotFound(
            f"the Erlang/OTP {self.number} in {self.root} has no erlc; "
            "name a release that has the compiler"
        )

    def ebin_dirs(self) -> list[Path]:
        """List the folders of compiled modules, kernel and stdlib first, preloaded modules last.

        Of an application that is there in several versions only the newest counts, as for OTP's
        own code server.
        """
        newest: dict[str, tuple[tuple[int, ...], Path]] = {}
        for ebin in self.root.glob("lib/*/ebin"):
            name, version = _split_versioned(ebin.parent.name)
            if name not in newest or newest[name][0] < version:
                newest[name] = (version, ebin)
        runtime = self.preloaded_dir()
        if runtime.is_dir():
            # Old and new runtimes can lie side by side; the modules must be this emulator's.
            newest["erts"] = ((), runtime)
        rank = {"kernel": 0, "stdlib": 1, "erts": 3}
        return [newest[name][1] for name in sorted(newest, key=lambda n: (rank.get(n, 2), n))]

    def preloaded_dir(self) -> Path:
        """The folder of the modules that the emulator carries in itself."""
        return self.root / "lib" / self.bindir.parent.name / "ebin"

    def _environment(self, program: str) -> dict[str, str]:
        return {
            **os.environ,
            "ROOTDIR": str(self.root),
            "BINDIR": str(self.bindir),
            "EMU": "beam",
            "PROGNAME": program,
        }


def read_release(root: Path, origin: Origin, launcher: Path | None = None) -> Release:
    """Read what release the folder `root` (a ROOTDIR) holds.

    Raises `OtpNotFound`, which says what is missing, when it holds none.
    """
    root = root.absolute()
    bindir, number = _named_by_start_data(root) or _named_by_folders(root)
    version_file = root / "releases" / str(number) / "OTP_VERSION"
    try:
        version = version_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        version = ""
    # "**" closes the version of a release that was patched after it was built.
    return Release(number, version.rstrip("*") or str(number), root, bindir, origin, launcher)


def _named_by_start_data(root: Path) -> tuple[Path, int] | None:
    try:
        words = (root / "releases" / "start_erl.data").read_text(encoding="utf-8").split()
    except (OSError, UnicodeDecodeError):
        return None
    if len(words) < 2 or not _RELEASE_NUMBER.fullmatch(words[1]):
        return None
    bindir = root / f"erts-{words[0]}" / "bin"
    return (bindir, int(words[1])) if (bindir / "erlexec").is_file() else None


def _named_by_folders(root: Path) -> tuple[Path, int]:
    runtimes = [program.parent for program in root.glob("erts-*/bin/erlexec")]
    if not runtimes:
        raise OtpNotFound(f"{root} is not an Erlang/OTP release: it has no erts-*/bin/erlexec")
    numbers = [
        int(file.parent.name)
        for file in root.glob("releases/*/OTP_VERSION")
        if _RELEASE_NUMBER.fullmatch(file.parent.name)
    ]
    if not numbers:
        raise OtpNotFound(f"{root} is not an Erlang/OTP release: releases/ does not tell which")
    return max(runtimes, key=lambda bin_: _split_versioned(bin_.parent.name)[1]), max(numbers)


def _split_versioned(folder: str) -> tuple[str, tuple[int, ...]]:
    """Split "stdlib-4.2" into its name and a version that compares by numbers."""
    match = _VERSIONED_NAME.fullmatch(folder)
    if match is None:
        return folder, ()
    return match["name"], tuple(int(part) for part in match["version"].split("."))
