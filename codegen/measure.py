"""Measures which instructions each release's own compiler writes, and notes them in opcodes.yaml.

Looked at are the release's libraries, as far as that release's compiler made them, and the
conformance cases, compiled with it here. `emitted` says what was seen, so it can be too short but
never too long.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from codegen.model import RELEASES, SpecError
from enigma_ref.loader import LoadError, Module, read_module
from enigma_ref.loader.compact import opcode_name
from enigma_ref.otp import Release
from enigma_ref.terms import list_items, string_of

FIRST_COMPILERS = {23: (7, 6), 25: (8, 2), 27: (8, 5), 29: (10, 0)}
"""The version of the compiler application that came first with each release
(`otp_versions.table`). Modules made by an older one, as OTP's preloaded modules can be, do not
show what the release's own compiler does."""

SECONDS = 600

_COMPILE = """
    Each = fun F([Source, Folder | Rest]) -> compile:file(Source, [{outdir, Folder}]), F(Rest);
               F([]) -> halt()
           end,
    Each(init:get_plain_arguments()).
"""

_ENTRY = re.compile(r"  (?P<name>\w+):")
_EMITTED = re.compile(r"    emitted: \[[0-9, ]*\]")


@dataclass
class Measured:
    """What was seen of one release: opcode names, and how much was looked at."""

    names: set[str] = field(default_factory=set)
    modules: int = 0
    instructions: int = 0
    foreign: int = 0
    """Modules that another release's compiler made."""
    failed: list[str] = field(default_factory=list)
    """Files that could not be compiled or read, and why."""

    def add(self, module: Module) -> None:
        """Take in the instructions of one module."""
        self.modules += 1
        self.instructions += len(module.code)
        self.names.update(opcode_name(number) for number in {one[0] for one in module.code})


def measure(release: Release, cases: Iterable[Path]) -> Measured:
    """Look at the libraries of `release` and at `cases`, sources that it compiles."""
    measured = Measured()
    beams = sorted(path for folder in release.ebin_dirs() for path in folder.glob("*.beam"))
    _read(release, beams, measured)
    with tempfile.TemporaryDirectory() as folder:
        _read(release, _compiled(release, list(cases), Path(folder), measured), measured)
    return measured


def _read(release: Release, beams: Iterable[Path], measured: Measured) -> None:
    for path in beams:
        try:
            module = read_module(path.read_bytes(), where=str(path))
        except LoadError as error:
            measured.failed.append(str(error))
            continue
        if compiler_version(module) >= FIRST_COMPILERS[release.number]:
            measured.add(module)
        else:
            measured.foreign += 1


def compiler_version(module: Module) -> tuple[int, ...]:
    """The version of the compiler that made a module; empty when it does not say."""
    for item in list_items(module.compile_info) or ():
        if type(item) is tuple and len(item) == 2 and getattr(item[0], "name", "") == "version":
            text = string_of(item[1]) or ""
            return tuple(int(part) for part in text.split(".") if part.isdigit())
    return ()


def _compiled(
    release: Release, sources: Sequence[Path], folder: Path, measured: Measured
) -> list[Path]:
    """Compile sources in one run of the release, one folder each: their names need not differ."""
    targets = [folder / str(number) for number in range(len(sources))]
    for target in targets:
        target.mkdir()
    argv, environment = release.erl_command(["-noshell", "-noinput", "-eval", _COMPILE, "-extra"])
    argv += [str(part) for pair in zip(sources, targets, strict=True) for part in pair]
    done = subprocess.run(argv, env=environment, capture_output=True, text=True, timeout=SECONDS)
    if done.returncode != 0:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no word"]
        measured.failed.append(f"the cases: status {done.returncode}: {last[0]}")
    found = []
    for source, target in zip(sources, targets, strict=True):
        beams = sorted(target.glob("*.beam"))
        found += beams
        if not beams:
            measured.failed.append(f"{source.name}: it does not compile")
    return found


def noted(text: str, measured: Mapping[int, set[str]]) -> str:
    """The text of opcodes.yaml with what was measured in its `emitted` lines.

    Releases that were not measured stay as they are. Raises SpecError when an instruction has no
    such line.
    """
    lines = text.split("\n")
    unseen = set().union(*measured.values())
    name = ""
    for index, line in enumerate(lines):
        if entry := _ENTRY.fullmatch(line):
            name = entry["name"]
        elif line == "internal:":
            break
        elif _EMITTED.fullmatch(line):
            before = {int(number) for number in re.findall(r"\d+", line)}
            now = [
                release
                for release in RELEASES
                if (name in measured[release] if release in measured else release in before)
            ]
            lines[index] = f"    emitted: [{', '.join(map(str, now))}]"
            unseen.discard(name)
    if unseen:
        raise SpecError(f"opcodes.yaml: no `emitted` line for {', '.join(sorted(unseen))}")
    return "\n".join(lines)
