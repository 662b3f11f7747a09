"""What a campaign of concurrent programs found, as JSON for the report."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

SHOWN: Final = 3_000
"""How many characters of an answer are kept."""

COUNTED: Final = (
    "programs with one outcome",
    "programs with several outcomes",
    "runs of the VM",
    "outcomes of the VM",
    "runs of erl",
    "runs of erl by plans",
    "outcomes of erl",
)
"""What is counted besides how programs came out."""


@dataclass(frozen=True)
class ConcurrentFinding:
    """A program that differs: `name` by which it can be made again, and both answers."""

    name: str
    kind: str
    expected: str
    actual: str


@dataclass(frozen=True)
class ConcurrentResult:
    """A campaign: how many programs came out how, and what else was counted."""

    otp: int
    seed: int
    first: int
    programs: int
    seconds: float
    outcomes: dict[str, int]
    counts: dict[str, int]
    differences: list[ConcurrentFinding]

    @property
    def judged(self) -> int:
        """How many programs could be compared."""
        return self.outcomes.get("same", 0) + self.outcomes.get("different", 0)

    @property
    def differing(self) -> int:
        """How many programs differ."""
        return self.outcomes.get("different", 0)


def write_results(folder: Path, result: ConcurrentResult) -> Path:
    """Write the results for a release; the file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"concurrent-{result.otp}.json"
    path.write_text(json.dumps(asdict(result), indent=1, ensure_ascii=False) + "\n", "utf-8")
    return path


def read_results(folder: Path) -> list[ConcurrentResult]:
    """The results in a folder, by release; empty when no campaign wrote there."""
    return sorted(
        (_read(path) for path in folder.glob("concurrent-*.json")), key=lambda one: one.otp
    )


def _read(path: Path) -> ConcurrentResult:
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    differences = [ConcurrentFinding(**one) for one in data.pop("differences")]
    return ConcurrentResult(**data, differences=differences)
