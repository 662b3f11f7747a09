"""What came of the tasks, as JSON for the report."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

SAME: Final = "same"
DIFFERENT: Final = "different"
ABSENT: Final = "absent"
FAILED: Final = "failed"
"""Verdicts. `ABSENT`: the release does not have what the task needs. `FAILED`: `erl` itself gives
no answer, or not the same one twice."""


@dataclass(frozen=True)
class Difference:
    """A part of the outcome that differs: the status, the output, or a file; and how."""

    part: str
    how: str


@dataclass(frozen=True)
class TaskResult:
    """A task on a release: the verdict, a reason or a remark, how many CPU seconds both sides took,
    and how many files they made."""

    task: str
    about: str
    verdict: str
    why: str = ""
    erl_seconds: float = 0.0
    seconds: float = 0.0
    files: int = 0
    differences: list[Difference] = field(default_factory=list)


@dataclass(frozen=True)
class TaskReport:
    """All results for a release."""

    otp: int
    version: str
    results: list[TaskResult]

    @property
    def wrong(self) -> int:
        """How many differ, or could not be judged although all is there."""
        return sum(one.verdict in (DIFFERENT, FAILED) for one in self.results)


def write_results(folder: Path, otp: int, version: str, results: Sequence[TaskResult]) -> Path:
    """Write the results for a release; the file."""
    folder.mkdir(parents=True, exist_ok=True)
    data = asdict(TaskReport(otp, version, list(results)))
    path = folder / f"tasks-{otp}.json"
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def read_results(folder: Path) -> list[TaskReport]:
    """The results in a folder, by release; empty when nothing was run."""
    return sorted((_read(path) for path in folder.glob("tasks-*.json")), key=lambda one: one.otp)


def _read(path: Path) -> TaskReport:
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    results = []
    for one in data.pop("results"):
        differences = [Difference(**found) for found in one.pop("differences")]
        results.append(TaskResult(**one, differences=differences))
    return TaskReport(**data, results=results)
