"""What can come of a case on one machine, and how that is kept."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

PASSES: Final = "passes"
FAILS: Final = "fails"
SKIPPED: Final = "skipped"
TIMES_OUT: Final = "times out"
CRASHES: Final = "crashes"
NOT_RUN: Final = "not run"
"""`SKIPPED`: the suite itself leaves it out. `CRASHES`: the machine ended while it ran. `NOT_RUN`:
what comes before it failed (init_per_suite, init_per_group, loading the suite)."""

WORST_FIRST: Final = (CRASHES, TIMES_OUT, FAILS, NOT_RUN, SKIPPED, PASSES)


class DamagedError(ValueError):
    """A file of results breaks its format; the text names it, and says what to do."""


@dataclass(frozen=True, order=True)
class Case:
    """A case in its place: the groups around it, outermost first, and its name."""

    path: tuple[str, ...]
    name: str

    @property
    def label(self) -> str:
        """As text: "group/inner/case"."""
        return "/".join((*self.path, self.name))


@dataclass(frozen=True)
class Result:
    """What came of a case. A group may repeat its cases: `count` tells which time it was.
    `limit` are the seconds that it was given, `memory` the megabytes when those were not enough."""

    case: Case
    verdict: str
    reason: str = ""
    seconds: float = 0.0
    count: int = 1
    limit: float = 0.0
    memory: int = 0


def worst(results: Iterable[Result]) -> Result:
    """Of several times, the one that counts."""
    return min(results, key=lambda one: WORST_FIRST.index(one.verdict))


@dataclass
class SuiteResults:
    """What is known of a suite on a machine: the cases that it says it has, and results."""

    plan: list[Case] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    is_finished: bool = False
    remarks: list[str] = field(default_factory=list)

    def by_case(self) -> dict[Case, Result]:
        """For each case that has a verdict, the result that counts."""
        found: dict[Case, list[Result]] = {}
        for one in self.results:
            found.setdefault(one.case, []).append(one)
        return {case: worst(some) for case, some in found.items()}


class Shelf:
    """A file of results, written line by line as they come, so that an interrupted run can go on.
    Later lines about the same case and count replace earlier ones. It begins with what is
    `recorded`, unless that is forgotten."""

    def __init__(self, path: Path, recorded: SuiteResults | None = None) -> None:
        self.path = path
        self.recorded = recorded
        self.lock = threading.Lock()

    @property
    def is_recorded(self) -> bool:
        """Whether nothing is known but what is recorded."""
        return self.recorded is not None and not self.path.is_file()

    @property
    def coverage(self) -> Path:
        """The file with what was executed."""
        return self.path.with_suffix(".coverage.json")

    def clear(self) -> None:
        """Forget everything."""
        if self.recorded:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_text("")
        else:
            self.path.unlink(missing_ok=True)
        self.coverage.unlink(missing_ok=True)

    def add_plan(self, plan: Iterable[Case]) -> None:
        """Keep what cases there are."""
        self._add(_plan_line(plan))

    def add(self, result: Result) -> None:
        """Keep a result."""
        self._add(_result_line(result))

    def add_remark(self, text: str) -> None:
        """Keep something that is to be said about the suite."""
        self._add({"remark": text})

    def finish(self) -> None:
        """Keep that all cases have a verdict."""
        self._add({"finished": True})

    def read(self) -> SuiteResults:
        """All that is there. Raises DamagedError."""
        if self.recorded and self.is_recorded:
            base = self.recorded
            return SuiteResults([*base.plan], [*base.results], base.is_finished, [*base.remarks])
        known = SuiteResults()
        results: dict[tuple[Case, int], Result] = {}
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return known
        # Nothing else ends a line: reasons may hold what str.splitlines() takes for an end.
        for number, line in enumerate(content.split(b"\n"), 1):
            try:
                entry = _entry(line)
                if "plan" in entry:
                    known.plan = [Case(tuple(path), name) for path, name in entry["plan"]]
                elif "remark" in entry:
                    known.remarks.append(entry["remark"])
                elif "finished" in entry:
                    known.is_finished = True
                elif entry:
                    case = Case(tuple(entry.pop("path")), entry.pop("case"))
                    one = result_of(case, entry)
                    results[case, one.count] = one
            except (ValueError, KeyError, TypeError, AttributeError) as problem:
                raise DamagedError(
                    f"{self.path}, line {number}: not what a run writes ({problem!r}); remove the "
                    "line, or the file to have the suite run again"
                ) from problem
        known.results = list(results.values())
        return known

    def _add(self, entry: dict[str, Any]) -> None:
        with self.lock:
            entries = [*self._lines_of_recorded(), entry]
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lines = (json.dumps(one, ensure_ascii=False) + "\n" for one in entries)
            with self.path.open("ab+") as file:
                if _is_cut_off(file):
                    file.write(b"\n")
                file.writelines(line.encode() for line in lines)

    def _lines_of_recorded(self) -> list[dict[str, Any]]:
        if not self.recorded or not self.is_recorded:
            return []
        known = self.recorded
        lines = [_plan_line(known.plan), *map(_result_line, known.results)]
        lines += [{"remark": text} for text in known.remarks]
        return [*lines, {"finished": True}] if known.is_finished else lines


def result_of(case: Case, entry: Mapping[str, Any]) -> Result:
    """A result from what a file tells of it. Raises ValueError or TypeError."""
    result = Result(case, **entry)
    if result.verdict not in WORST_FIRST:
        raise ValueError(f"{result.verdict} is no verdict")
    return result


def _entry(line: bytes) -> dict[str, Any]:
    """What a line of a shelf holds; nothing if it was cut off when the run was killed. Raises
    ValueError when it can be none."""
    try:
        entry: dict[str, Any] = json.loads(line or b"{}")
    except ValueError:
        if line.startswith(b"{"):
            return {}
        raise
    return entry


def _is_cut_off(file: BinaryIO) -> bool:
    """Whether the last line of a file has no end, since who wrote it was killed."""
    if not file.seek(0, os.SEEK_END):
        return False
    file.seek(-1, os.SEEK_END)
    return file.read(1) != b"\n"


def _plan_line(plan: Iterable[Case]) -> dict[str, Any]:
    return {"plan": [[list(case.path), case.name] for case in plan]}


def _result_line(result: Result) -> dict[str, Any]:
    line = asdict(result)
    case = line.pop("case")
    return {"path": list(case["path"]), "case": case["name"], **line}
