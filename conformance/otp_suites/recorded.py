"""Results that are checked in: what `erl` makes of the suites of a release, which takes hours to
find out and does not change; and the last run of ours, which holds for the code that it was made
with."""

from __future__ import annotations

import functools
import json
import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from conformance.otp_suites.machines import Machine
from conformance.otp_suites.needs import Needs, digest_of_rules
from conformance.otp_suites.sources import Folder
from conformance.otp_suites.verdicts import (
    Case,
    DamagedError,
    Result,
    Shelf,
    SuiteResults,
    result_of,
)

RECORDINGS: Final = Path(__file__).parent / "recordings"
"""By machine (ours by its code) a file for each application. Its first line says what it belongs
to; then comes a line for each suite, and after it a line for each case."""

MARK: Final = "recorded by: python -m conformance.otp_suites --record; not to be edited"

REASON_LENGTH: Final = 160

FILE_NAME: Final = re.compile(r"/(?:[\w.+~@-]+/)+([\w.+~@-]+)")

HOST: Final = re.compile(r"@(?!nohost)[\w.-]+")


@dataclass
class Recorded:
    """What is recorded of an application's suites on a machine: by suite results, and by suite and
    case what it needs."""

    suites: dict[str, SuiteResults] = field(default_factory=dict)
    needs: dict[tuple[str, Case], list[str]] = field(default_factory=dict)
    is_stale: bool = False
    """Whether the rules for needs were others, so that what is needed is not known."""


def file_of(machine: Machine, folder: Folder) -> Path:
    """Where the results of an application are recorded, for this state of its suites."""
    return RECORDINGS / machine.key / f"{folder.application}-{folder.digest}.jsonl"


def recorded(machine: Machine, folder: Folder) -> Recorded:
    """What is recorded. Raises DamagedError."""
    return read(file_of(machine, folder))


@functools.cache
def read(file: Path) -> Recorded:
    """The content of a file; nothing when there is none. Raises DamagedError."""
    found = Recorded()
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return found
    number = 1
    try:
        # Nothing else ends a line: reasons may hold what str.splitlines() takes for an end.
        first, *lines = content.removesuffix(b"\n").split(b"\n")
        found.is_stale = json.loads(first)["rules"] != digest_of_rules()
        results = None
        for line in lines:
            number += 1
            entry: dict[str, Any] = json.loads(line)
            if "suite" in entry:
                suite = entry["suite"]
                results = SuiteResults([], [], entry["finished"], entry.get("remarks", []))
                found.suites[suite] = results
                continue
            if results is None:
                raise ValueError("a case of no suite")
            case = Case(tuple(entry.pop("path", ())), entry.pop("case"))
            needs = entry.pop("needs", [])
            if not found.is_stale:
                found.needs[suite, case] = needs
            results.plan.append(case)
            results.results.append(result_of(case, entry))
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise DamagedError(
            f"{file}, line {number}: not what --record writes ({problem!r}); restore the file "
            "from the repository, or remove it to have its suites run again"
        ) from problem
    return found


def record(
    machine: Machine, folder: Folder, shelves: Iterable[tuple[str, Shelf]], needs: Needs
) -> Path | None:
    """Record what is on the shelves of an application's suites, and forget what was recorded of
    other states of the suites or of our code; the file, None when nothing is known.

    Of `erl`, only suites that are finished, as the others do not tell which cases there are.
    """
    target = file_of(machine, folder)
    lines: list[dict[str, Any]] = []
    for suite, shelf in shelves:
        known = shelf.read()
        if not known.results or not (known.is_finished or machine.is_ours):
            continue
        about: dict[str, Any] = {"suite": suite, "finished": known.is_finished}
        if known.remarks:
            about["remarks"] = [_without_place(text) for text in dict.fromkeys(known.remarks)]
        lines.append(about)
        by_case = known.by_case()
        lines += [
            _line(by_case[case], [] if machine.is_ours else needs.of(suite, case, by_case[case]))
            for case in sorted(by_case)
        ]
    if not lines:
        return None
    head = {"mark": MARK, "rules": digest_of_rules()}
    _forget_others(machine, target)
    target.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in (head, *lines))
    target.write_text(text, encoding="utf-8")
    read.cache_clear()
    return target


def _line(result: Result, needs: Sequence[str]) -> dict[str, Any]:
    line: dict[str, Any] = {"path": list(result.case.path)} if result.case.path else {}
    line |= {
        "case": result.case.name,
        "verdict": result.verdict,
        "seconds": round(result.seconds, 2),
    }
    if needs:
        line["needs"] = list(needs)
    if result.reason:
        line["reason"] = _without_place(result.reason)[:REASON_LENGTH]
    if result.limit and result.verdict == "times out":
        line["limit"] = result.limit
    if result.memory:
        line["memory"] = result.memory
    return line


def _without_place(text: str) -> str:
    """A text without the folders and the name of the computer that it was said on."""
    return HOST.sub("@host", FILE_NAME.sub(r"\1", text))


def _forget_others(machine: Machine, target: Path) -> None:
    name = f"{machine.name}-{machine.release.version}"
    for folder in (*RECORDINGS.glob(name), *RECORDINGS.glob(f"{name}-*")):
        if folder != target.parent:
            shutil.rmtree(folder)
    application = target.name.partition("-")[0]
    for file in target.parent.glob(f"{application}-*.jsonl"):
        file.unlink()
