"""The machines that run suites, each with a ROOTDIR of its own in which `erl`, `erlc` and `escript`
are that machine: programs that a case starts must not be another one's."""

from __future__ import annotations

import functools
import hashlib
import os
import shlex
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock

from conformance import paths
from conformance.otp_suites.sources import SuitesError
from enigma_ref.otp import Release

ERL: Final = "erl"
REFERENCE: Final = "reference"
NATIVE: Final = "native"
MACHINES: Final = (ERL, REFERENCE, NATIVE)
"""Ericsson's, and ours with one engine or the other."""

ENGINES: Final = (REFERENCE, NATIVE)

PROGRAMS: Final = ("erlc", "escript", "dialyzer", "ct_run")
"""Programs that start an emulator."""

EMULATOR_PACKAGES: Final = {REFERENCE: ("enigma_ref",), NATIVE: ("enigma_ref", "enigma_native")}


@dataclass(frozen=True)
class Machine:
    """One of MACHINES with a release."""

    name: str
    release: Release

    @property
    def is_ours(self) -> bool:
        """Whether it is what is judged."""
        return self.name != ERL

    @property
    def key(self) -> str:
        """What results belong to: the machine, the release, and for ours a digest of its code."""
        key = f"{self.name}-{self.release.version}"
        return f"{key}-{code_digest(self.name)}" if self.is_ours else key

    def check_code(self) -> None:
        """Our code must be what it was at first, as results are kept by it. Raises SuitesError."""
        if self.is_ours and _code_digest(self.name) != code_digest(self.name):
            raise SuitesError(
                f"the code in {paths.ROOT} was changed while its suites ran; nothing more is kept "
                f"as a result of what it was ({self.key})"
            )

    def command(self, folder: Path, words: Sequence[str]) -> list[str]:
        """How it is started; its ROOTDIR is made below `folder`."""
        return [str(self._root(folder) / "bin" / "erl"), *words]

    def _root(self, folder: Path) -> Path:
        # Of the same length for every machine, as it is part of every path that a case sees.
        root = folder / hashlib.sha256(f"{self.key}{self.release.root}".encode()).hexdigest()[:8]
        whole = root / "whole"
        if not whole.exists():
            root.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{root}.lock"):
                if not whole.exists():
                    self._make(root)
                    whole.touch()
        return root

    def _make(self, root: Path) -> None:
        shutil.rmtree(root, ignore_errors=True)
        release = self.release
        runtime = root / release.bindir.parent.name / "bin"
        runtime.mkdir(parents=True)
        for entry in sorted(release.root.iterdir()):
            if entry.name not in ("bin", runtime.parent.name):
                (root / entry.name).symlink_to(entry)
        shutil.copytree(release.root / "bin", root / "bin", symlinks=False)
        for entry in sorted(release.bindir.iterdir()):
            (runtime / entry.name).symlink_to(entry)
        for name, text in self._scripts(root, runtime).items():
            for folder in (runtime, root / "bin"):
                script = folder / name
                script.unlink(missing_ok=True)
                draft = script.with_name(f"{name}.new")
                draft.write_text(text, encoding="utf-8")
                draft.chmod(0o755)
                draft.rename(script)

    def _scripts(self, root: Path, runtime: Path) -> dict[str, str]:
        if self.is_ours:
            engine = ["--engine", self.name] if self.name != REFERENCE else []
            start = [sys.executable, "-m", "enigma_ref", "--otp", str(root), *engine]
            setting = f"PYTHONPATH={shlex.quote(str(paths.ROOT))} exec {shlex.join(start)}"
            scripts = {name: f'#!/bin/sh\n{setting} {name} "$@"\n' for name in PROGRAMS}
            scripts["erl"] = f'#!/bin/sh\n{setting} "$@"\n'
            return scripts
        settings = f"ROOTDIR={shlex.quote(str(root))} BINDIR={shlex.quote(str(runtime))} EMU=beam"
        erlexec = shlex.quote(str(runtime / "erlexec"))
        scripts = {"erl": f'#!/bin/sh\nexport {settings} PROGNAME=erl\nexec {erlexec} "$@"\n'}
        emulator = str(root / "bin" / "erl")
        if len(emulator.split()) > 1:
            # They would take it for several words, whatever quotes there are.
            settings += f' PATH={shlex.quote(str(root / "bin"))}:"$PATH"'
            emulator = "erl"
        for name in PROGRAMS:
            program = next(
                (f for d in ("bin", ".") if (f := self.release.root / d / name).is_file()),
                self.release.bindir / name,
            )
            variable = f"{name.upper()}_EMULATOR"
            scripts[name] = (
                f"#!/bin/sh\nexport {settings} {variable}={shlex.quote(emulator)}\n"
                f'exec {shlex.quote(str(program))} "$@"\n'
            )
        return scripts


@functools.cache
def code_digest(name: str) -> str:
    """A digest of all code that makes one of our machines, as it was at the first look."""
    return _code_digest(name)


def _code_digest(name: str) -> str:
    digest = hashlib.sha256()
    for package in EMULATOR_PACKAGES[name]:
        for folder, subfolders, files in os.walk(paths.ROOT / package):
            subfolders.sort()
            for file in sorted(files):
                if file.endswith((".pyc", ".pyo")):
                    continue
                path = Path(folder, file)
                digest.update(path.relative_to(paths.ROOT).as_posix().encode() + b"\0")
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:10]
