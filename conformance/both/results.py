"""What was compared in a run: a line for each call, which workers add to one file."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from conformance.both.comparing import DIFFERS, UNSTEADY, Comparison
from conformance.protocol import Call

FILE: Final = "compared.jsonl"
"""The name of the file in the folder of results."""


@dataclass
class Compared:
    """The sums of a run: calls by verdict, instructions, calls that were compared in part, and
    those that differ or do not repeat themselves, by name."""

    verdicts: Counter[str] = field(default_factory=Counter)
    instructions: int = 0
    partly: int = 0
    calls: dict[str, list[str]] = field(default_factory=dict)

    def __str__(self) -> str:
        verdicts = ", ".join(f"{count} {name}" for name, count in sorted(self.verdicts.items()))
        return (
            f"compared {self.instructions:,} instructions of {self.verdicts.total()} calls "
            f"({self.partly} not to their end): {verdicts}"
        )


def keep(path: Path, call: Call, found: Comparison) -> None:
    """Add a call. Lines are shorter than what a write does at once, so that workers may share the
    file."""
    line: dict[str, Any] = {
        "call": f"{call.module}:{call.function}({call.args.text[:200]})",
        "verdict": found.verdict,
        "instructions": found.instructions,
        "whole": found.whole,
    }
    with path.open("a", encoding="utf-8") as out:
        out.write(json.dumps(line) + "\n")


def read(path: Path) -> Compared:
    """The sums of all lines."""
    found = Compared()
    if not path.is_file():
        return found
    for text in path.read_text(encoding="utf-8").splitlines():
        line = json.loads(text)
        found.verdicts[line["verdict"]] += 1
        found.instructions += line["instructions"]
        found.partly += line["verdict"] not in (DIFFERS, UNSTEADY) and not line["whole"]
        if line["verdict"] in (DIFFERS, UNSTEADY):
            found.calls.setdefault(line["verdict"], []).append(line["call"])
    return found
