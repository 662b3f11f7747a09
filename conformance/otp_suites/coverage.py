"""What suites execute on the reference engine: opcodes and built-in functions, for the matrices of
the report. A booted system writes it at its end (enigma_ref.runtime.coverage); of one that had to
be killed nothing is known."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from conformance.otp_suites.results import WRONG, SuiteResult

KINDS: Final = ("opcodes", "bifs")

Executed = dict[str, set[str]]
"""By kind, names."""

Shown = Mapping[str, Mapping[str, bool]]
"""By kind and name, whether it ran in a suite of which no counted case went wrong."""


def read_folder(folder: Path) -> Executed:
    """All that the systems wrote that ended."""
    executed: Executed = {kind: set() for kind in KINDS}
    for file in folder.glob("*.json"):
        _merge(executed, file)
    return executed


def add(file: Path, executed: Executed) -> None:
    """Add to what a file holds."""
    if not any(executed.values()):
        return
    if file.is_file():
        _merge(executed, file)
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({kind: sorted(names) for kind, names in executed.items()}, indent=0)
    file.write_text(text, encoding="utf-8")


def shown(suites: Iterable[tuple[SuiteResult, Path]]) -> Shown:
    """What suites show, from the file of each, where there is one."""
    found: dict[str, dict[str, bool]] = {kind: {} for kind in KINDS}
    for suite, file in suites:
        if not file.is_file():
            continue
        executed: Executed = {kind: set() for kind in KINDS}
        _merge(executed, file)
        is_clean = not any(case.counts and case.verdict in WRONG for case in suite.cases)
        for kind, names in executed.items():
            for name in names:
                found[kind][name] = found[kind].get(name, False) or is_clean
    return found


def write_shown(folder: Path, otp: int, found: Shown) -> None:
    """Write it for the report, unless there is nothing."""
    if any(found.values()):
        text = json.dumps(found, indent=0, sort_keys=True)
        (folder / f"suites-{otp}-coverage.json").write_text(text, encoding="utf-8")


def read_shown(folder: Path) -> dict[int, Shown]:
    """What was written, by release."""
    return {
        int(file.name.split("-")[1]): json.loads(file.read_text(encoding="utf-8"))
        for file in sorted(folder.glob("suites-[0-9][0-9]-coverage.json"))
    }


def _merge(executed: Executed, file: Path) -> None:
    found = json.loads(file.read_text(encoding="utf-8"))
    for kind in KINDS:
        executed[kind].update(found[kind])
