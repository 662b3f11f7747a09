"""How fast the native engine was when `python -m bench native` ran last."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from statistics import geometric_mean, median
from typing import Final

PROGRAMS: Final = 4
"""The mean is that of the first so many rows, as in the bench."""


@dataclass(frozen=True)
class Row:
    """A program: milliseconds of CPU time here and in `erl`, and Python's share of the time."""

    title: str
    here: float
    erl: float
    python: float

    @property
    def ratio(self) -> float:
        """How many times as long as in `erl` it took."""
        return self.here / self.erl


@dataclass(frozen=True)
class Speed:
    """What was measured, and where and with what."""

    facts: dict[str, str]
    rows: list[Row]

    @property
    def mean(self) -> float:
        """The geometric mean of the first ratios."""
        return geometric_mean([row.ratio for row in self.rows[:PROGRAMS]])


def read_speed(folder: Path) -> Speed | None:
    """What the bench has left beside the folder of the report; None when it has not measured the
    native engine. Raises what reading a damaged file raises."""
    file = folder.parent / "bench" / "bench.json"
    if not file.is_file():
        return None
    made = json.loads(file.read_text(encoding="utf-8"))
    rows = [
        Row(one["title"], median(one["here"]), median(one["erl"]), one["python"])
        for one in made.get("native", ())
    ]
    return Speed(made["facts"], rows) if rows else None
