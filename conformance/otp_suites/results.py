"""What came of the suites, as JSON for the report: each case on `erl` and on the VM."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from conformance.otp_suites.machines import ENGINES
from conformance.otp_suites.verdicts import DamagedError

BOTH: Final = "passes on both"
NEITHER: Final = "fails on both"
DIFFERS: Final = "differs"
TIMES_OUT: Final = "times out"
CRASHES: Final = "crashes"
SKIPPED: Final = "skipped"
HERE_ONLY: Final = "passes here only"
LEFT_OUT: Final = "left out"
OPEN: Final = "open"
VERDICTS: Final = (BOTH, DIFFERS, TIMES_OUT, CRASHES, NEITHER, HERE_ONLY, SKIPPED, LEFT_OUT, OPEN)
"""`DIFFERS`, `TIMES_OUT` and `CRASHES` are about the VM, with cases that pass on `erl`; a crash
counts even when the case fails there. `SKIPPED`: the suite leaves it out on `erl`. `LEFT_OUT`: it
does not count, and was not run here. `OPEN`: no verdict yet."""

WRONG: Final = (DIFFERS, TIMES_OUT, CRASHES)

EXCUSES: Final = ("a peer node", "C code", "another machine")
"""What a case may need that takes it out of the share that is counted."""


@dataclass(frozen=True)
class CaseResult:
    """A case with the groups around it, its verdict on each side and together, what it needs
    (needs.py), and why the VM is known to differ (expectations), if it is; when `is_slow`, it may
    only take too long."""

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
    is_slow: bool = False

    @property
    def counts(self) -> bool:
        """Whether it is one of those whose share is told: it passes on `erl` and needs nothing."""
        return self.erl == "passes" and not any(need in EXCUSES for need in self.needs)

    @property
    def is_unexplained(self) -> bool:
        """Whether it is wrong, and nobody said why."""
        is_known = bool(self.known) and (not self.is_slow or self.verdict == TIMES_OUT)
        return self.verdict in WRONG and self.counts and not is_known

    @property
    def is_surprise(self) -> bool:
        """Whether it is said to differ, and does not; one that is slow may pass."""
        return bool(self.known) and not self.is_slow and self.verdict in (BOTH, HERE_ONLY)


@dataclass(frozen=True)
class SuiteResult:
    """All cases of a suite, or why there are none; `is_finished` when it was run to its end on
    `erl`, so that all are known that count."""

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
        """Whether every case that counts has a verdict."""
        return bool(self.suites) and not self.open_suites

    @property
    def open_suites(self) -> int:
        """Of how many suites not all cases that count have a verdict."""
        return sum(
            not suite.is_finished or any(case.verdict == OPEN for case in suite.cases)
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
    def unexplained(self) -> int:
        """How many cases differ without a reason."""
        return sum(case.is_unexplained for suite in self.suites for case in suite.cases)

    @property
    def surprises(self) -> int:
        """How many cases do not differ although there is a reason."""
        return sum(case.is_surprise for suite in self.suites for case in suite.cases)

    @property
    def wrong(self) -> int:
        """How many cases are not as they are said to be."""
        return self.unexplained + self.surprises

    @property
    def name(self) -> str:
        """What its files are called."""
        return f"suites-{self.otp}-{self.engine}"


def write_results(folder: Path, report: SuitesReport) -> Path:
    """Write the table of a release and an engine; the file. One in which something is open does not
    replace one that is whole, but is put beside it. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{report.name}.json"
    beside = folder / f"{report.name}-partial.json"
    if not report.is_whole and path.is_file() and _read(path).is_whole:
        path = beside
    else:
        beside.unlink(missing_ok=True)
    data = asdict(report)
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def read_results(folder: Path) -> list[SuitesReport]:
    """The tables in a folder, by release and engine; empty when there is none. Raises
    DamagedError."""
    paths: Sequence[Path] = [
        path for engine in ENGINES for path in folder.glob(f"suites-[0-9][0-9]-{engine}.json")
    ]
    return sorted(map(_read, paths), key=lambda one: (one.otp, one.engine))


def _read(path: Path) -> SuitesReport:
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        suites = [
            SuiteResult(**{**one, "cases": [CaseResult(**case) for case in one["cases"]]})
            for one in data.pop("suites")
        ]
        return SuitesReport(**data, suites=suites)
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise DamagedError(
            f"{path}: not a table of suites ({problem!r}); remove it and make it again: "
            "python -m conformance.otp_suites --table"
        ) from problem
