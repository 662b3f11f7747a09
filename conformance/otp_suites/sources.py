"""The suites: where their source is, and a folder with all of an application's, compiled."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from conformance import paths
from conformance.releases import installations
from enigma_ref.loader.chunks import last_of_each, read_chunks
from enigma_ref.loader.errors import Malformed
from enigma_ref.loader.tables import read_atoms, read_triples
from enigma_ref.otp import OtpNotFound, Release

APPLICATIONS: Final[Mapping[str, str]] = {
    "emulator": "erts/emulator/test",
    "stdlib": "lib/stdlib/test",
    "kernel": "lib/kernel/test",
    "compiler": "lib/compiler/test",
}
"""Where the suites of each application are in OTP's source."""

TOOLS: Final = "lib/common_test/test_server"
"""Modules that suites name as hooks of common_test."""

HOOK_MODULES: Final = ("ts_install_cth", "ts_lib")

NEEDED: Final = ("common_test", "runtime_tools", "tools", "compiler")
"""What must be installed of a release so that its suites can run."""

PROGRAMS: Final = Path(__file__).parent / "programs"
"""Our own modules, which run a suite and tell what comes out."""

OPTIONS: Final = ("+debug_info", "-W0")


class SuitesError(Exception):
    """The suites cannot be run; the text says why."""


@dataclass(frozen=True)
class Folder:
    """An application's test folder with its modules compiled beside their source. `digest` names
    the content, `failed` tells what the compiler said about modules that are missing."""

    application: str
    path: Path
    digest: str
    failed: Mapping[str, str]

    @property
    def suites(self) -> list[str]:
        """The suites that compiled."""
        return sorted(file.stem for file in self.path.glob("*_SUITE.beam"))


def folder_of_suites() -> Path:
    """Where everything about suites is kept."""
    return paths.build_folder() / "otp-suites"


def find_release(otp: int) -> Release:
    """An installation that has what running suites takes. Raises OtpNotFound."""
    for release in installations(otp):
        if not missing_applications(release):
            return release
    raise OtpNotFound(
        f"no Erlang/OTP {otp} here has {', '.join(NEEDED)}; get one with: enigma otp fetch {otp}"
    )


def missing_applications(release: Release) -> list[str]:
    """What running suites takes and the release does not have."""
    here = {folder.parent.name.partition("-")[0] for folder in release.ebin_dirs()}
    return [name for name in NEEDED if name not in here]


def compiled(release: Release, source: Path, application: str) -> Folder:
    """The test folder of an application, compiled by the release; kept by content.

    `source` is a tree of OTP's source. Besides the folder's own modules there are those that they
    call in the test folder of another application. Raises SuitesError.
    """
    folder = source / APPLICATIONS[application]
    if not folder.is_dir():
        raise SuitesError(f"there is no {APPLICATIONS[application]} in {source}")
    others = {
        file.stem: file
        for name, place in APPLICATIONS.items()
        if name != application
        for file in sorted((source / place).glob("*.erl"))
        if not file.stem.endswith("_SUITE")
    }
    includes = [source / "lib", *(source / f"lib/{name}/src" for name in ("kernel", "stdlib"))]
    digest = _digest([release.version, *OPTIONS], [folder, *others.values()])
    target = folder_of_suites() / "compiled" / f"{release.version}-{application}-{digest}"
    _fill(target, lambda place: _make(release, folder, place, includes, others))
    failed = json.loads((target / "failed.json").read_text(encoding="utf-8"))
    return Folder(application, target / "test", digest, failed)


def compiled_tools(release: Release, source: Path) -> Path:
    """A folder with our own modules and the hooks that suites name, compiled by the release."""
    files = sorted(PROGRAMS.glob("*.erl"))
    hooks = [source / TOOLS / f"{name}.erl" for name in HOOK_MODULES]
    digest = _digest([release.version], [*files, *hooks])
    target = folder_of_suites() / "compiled" / f"{release.version}-tools-{digest}"

    def make(place: Path) -> None:
        failed = compile_files(release, [*files, *hooks], place, [source / TOOLS])
        if failed:
            raise SuitesError("; ".join(failed.values()))

    _fill(target, make)
    return target


def _fill(target: Path, make: Callable[[Path], None]) -> None:
    """Let somebody fill a folder, unless that was done. It is made in its place, since modules
    know where they were compiled; a file tells that it is whole."""
    whole = target / "whole"
    if whole.is_file():
        return
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    make(target)
    whole.touch()


def _make(
    release: Release,
    folder: Path,
    place: Path,
    includes: Sequence[Path],
    others: Mapping[str, Path],
) -> None:
    test = place / "test"
    shutil.copytree(folder, test)
    files = [Path(file.name) for file in sorted(test.glob("*.erl"))]
    files += [Path(file.name) for file in sorted(test.glob("*.core"))]
    failed = compile_files(release, files, test, includes, inside=test)
    while wanted := sorted(_called(test) & others.keys() - failed.keys() - _modules(test)):
        for name in wanted:
            shutil.copyfile(others[name], test / f"{name}.erl")
        extra = [Path(f"{name}.erl") for name in wanted]
        failed |= compile_files(release, extra, test, includes, inside=test)
    text = json.dumps(failed, indent=1, ensure_ascii=False)
    (place / "failed.json").write_text(text, encoding="utf-8")


def compile_files(
    release: Release,
    files: Sequence[Path],
    target: Path,
    includes: Iterable[Path],
    inside: Path | None = None,
) -> dict[str, str]:
    """Compile with the release's `erlc`; what it says of each file that does not compile, by the
    name of the module."""
    failed: dict[str, str] = {}
    todo = list(files)
    options = [*OPTIONS, *(word for folder in includes for word in ("-I", str(folder)))]
    while todo:
        core = todo[0].suffix == ".core"
        batch = [file for file in todo if (file.suffix == ".core") == core]
        words = [*options, *(("+from_core",) if core else ()), "-o", str(target)]
        command, environment = release.erlc_command([*words, *map(str, batch)])
        # As OTP's own makefiles do: a function of the language that some suites are about.
        environment["ERL_FLAGS"] = "-enable-feature maybe_expr"
        done = subprocess.run(
            command, env=environment, cwd=inside or target, capture_output=True, check=False
        )
        missing = [file for file in batch if not (target / f"{file.stem}.beam").is_file()]
        if missing:
            # The compiler stops at the first file that it cannot compile.
            said = (done.stdout + done.stderr).decode("utf-8", "replace").strip()
            failed[missing[0].stem] = said[-2000:] or f"erlc ended with {done.returncode}"
            todo = [file for file in todo if file not in batch] + missing[1:]
        else:
            todo = [file for file in todo if file not in batch]
    return failed


def _modules(folder: Path) -> set[str]:
    return {file.stem for file in folder.glob("*.beam")}


def _called(folder: Path) -> set[str]:
    """The modules that those in a folder call."""
    names: set[str] = set()
    for file in folder.glob("*.beam"):
        names |= imported_modules(file)
    return names


def imported_modules(file: Path) -> set[str]:
    """The modules whose functions a module file calls."""
    try:
        chunks = last_of_each(read_chunks(file.read_bytes()))
        atoms = read_atoms(chunks["AtU8"], "utf-8")
        return {atoms[module - 1] for module, _, _ in read_triples(chunks["ImpT"])}
    except (Malformed, KeyError, IndexError):
        return set()


def _digest(words: Iterable[str], roots: Iterable[Path]) -> str:
    digest = hashlib.sha256("\0".join(words).encode())
    for root in roots:
        files = [root] if root.is_file() else sorted(root.rglob("*"))
        for file in files:
            if file.is_file():
                name = file.relative_to(root.parent).as_posix()
                digest.update(os.fsencode(name) + b"\0")
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:12]
