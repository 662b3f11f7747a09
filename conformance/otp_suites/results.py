"""What came of the suites, as JSON for the report: each case on `erl` and on the VM."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

BOTH: Final = "passes on both"
NEITHER: Final = "fails on both"
DIFFERS: Final = "differs"
TIMES_OUT: Final = "times out"
CRASHES: Final = "crashes"
SKIPPED: Final = "skipped"
HERE_ONLY: Final = "passes here only"
OPEN: Final = "open"
VERDICTS: Final = (BOTH, DIFFERS, TIMES_OUT, CRASHES, NEITHER, HERE_ONLY, SKIPPED, OPEN)
"""`DIFFERS`, `TIMES_OUT` and `CRASHES` are about the VM, with cases that pass on `erl`; a crash
counts even when the case fails there. `SKIPPED`: the suite leaves it out on `erl`. `OPEN`: no
verdict yet."""

WRONG: Final = (DIFFERS, TIMES_OUT, CRASHES)

EXCUSES: Final = ("a peer node", "C code", "another machine")
"""What a case may need that takes it out of the share that is counted."""


@dataclass(frozen=True)
class CaseResult:
    """A case with the groups around it, its verdict on each side and together, what it needs
    (needs.py), and why the VM is known to differ (expectations), if it is."""

    case: str
    verdict: str
    erl: str
    ours: str
    needs: list[str] = field(default_factory=list)
    erl_reason: str = ""
    reason: str = ""
    erl_seconds: float = 0.0
    seconds: float = 0.0
    known: str = ""

    @property
    def counts(self) -> bool:
        """Whether it is one of those whose share is told: it passes on `erl` and needs nothing."""
        return self.erl == "passes" and not any(need in EXCUSES for need in self.needs)

    @property
    def is_unexplained(self) -> bool:
        """Whether it is wrong, and nobody said why."""
        return self.verdict in WRONG and self.erl == "passes" and not self.known and self.counts

    @property
    def is_surprise(self) -> bool:
        """Whether it is said to differ, and does not."""
        return bool(self.known) and self.verdict in (BOTH, HERE_ONLY)


@dataclass(frozen=True)
class SuiteResult:
    """All cases of a suite, or why there are none; `is_finished` when it was run to its end on
    both sides."""

    application: str
    suite: str
    cases: list[CaseResult]
    remark: str = ""
    is_finished: bool = True

    @property
    def tally(self) -> Tally:
        """The counts of the suite."""
        return Tally.of([self])


@dataclass(frozen=True)
class Tally:
    """How many cases there are by verdict; how many of those that count pass here."""

    verdicts: Counter[str]
    counted: int
    passing: int

    @classmethod
    def of(cls, suites: Iterable[SuiteResult]) -> Tally:
        """Count the cases of some suites."""
        cases = [case for suite in suites for case in suite.cases]
        counted = [case for case in cases if case.counts and case.verdict != OPEN]
        passing = sum(case.verdict == BOTH for case in counted)
        return cls(Counter(case.verdict for case in cases), len(counted), passing)

    @property
    def total(self) -> int:
        """All cases."""
        return sum(self.verdicts.values())

    @property
    def share(self) -> float:
        """Of the cases that count, the part that passes here."""
        return self.passing / self.counted if self.counted else 0.0


@dataclass(frozen=True)
class SuitesReport:
    """The table of a release: when it was made, from which commit, with which engine, and how
    many seconds each case was given."""

    otp: int
    version: str
    engine: str
    date: str
    commit: str
    limit: float
    suites: list[SuiteResult]

    @property
    def is_whole(self) -> bool:
        """Whether every case of every suite has a verdict."""
        return bool(self.suites) and all(
            suite.is_finished and not any(case.verdict == OPEN for case in suite.cases)
            for suite in self.suites
        )

    @property
    def applications(self) -> list[str]:
        """The applications, in the order of their suites."""
        return list(dict.fromkeys(suite.application for suite in self.suites))

    def of(self, application: str) -> list[SuiteResult]:
        """The suites of an application."""
        return [suite for suite in self.suites if suite.application == application]

    def tally(self, application: str) -> Tally:
        """The counts of an application."""
        return Tally.of(self.of(application))

    @property
    def wrong(self) -> int:
        """How many cases differ without a reason, or do not differ although there is one."""
        return sum(
            case.is_unexplained or case.is_surprise for suite in self.suites for case in suite.cases
        )


def write_results(folder: Path, report: SuitesReport) -> Path:
    """Write the table of a release; the file. A table with open cases does not replace one that is
    whole, but is put beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"suites-{report.otp}.json"
    if not report.is_whole and path.is_file() and _read(path).is_whole:
        path = folder / f"suites-{report.otp}-partial.json"
    data = asdict(report)
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def read_results(folder: Path) -> list[SuitesReport]:
    """The tables in a folder, by release; empty when there is none."""
    paths: Sequence[Path] = sorted(folder.glob("suites-[0-9][0-9].json"))
    return sorted(map(_read, paths), key=lambda one: one.otp)


def _read(path: Path) -> SuitesReport:
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    suites = [
        SuiteResult(**{**one, "cases": [CaseResult(**case) for case in one["cases"]]})
        for one in data.pop("suites")
    ]
    return SuitesReport(**data, suites=suites)
