"""What a campaign found, as data: between its processes, in JSON, and for the report."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

NOT_JUDGED: Final = ("late (erl)", "killed (erl)", "crashed (erl)")
"""Outcomes of calls that `erl` gave no answer to."""


@dataclass(frozen=True)
class Finding:
    """One way to differ: what differs first, how many calls did so, and the smallest found."""

    kind: str
    count: int
    call: str
    expected: str
    actual: str


@dataclass(frozen=True)
class Misfit:
    """How an answer of `erl` breaks what bifs.yaml says, and a call that shows it."""

    why: str
    call: str


@dataclass
class BifResult:
    """What came of the calls of one function."""

    mfa: str
    calls: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    misfits: list[Misfit] = field(default_factory=list)

    @property
    def judged(self) -> int:
        """How many calls both sides were asked and could be compared."""
        return self.outcomes["same"] + self.outcomes["different"]

    @property
    def agrees(self) -> bool:
        """Whether no call differed."""
        return not self.outcomes["different"]

    def to_json(self) -> dict[str, Any]:
        """The JSON object."""
        return asdict(self) | {"outcomes": dict(sorted(self.outcomes.items()))}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> BifResult:
        """Read a JSON object."""
        return cls(
            data["mfa"],
            data["calls"],
            Counter(data["outcomes"]),
            [Finding(**one) for one in data["findings"]],
            [Misfit(**one) for one in data["misfits"]],
        )


def result_file(folder: Path, otp: int) -> Path:
    """Where the results for a release go."""
    return folder / f"generated-{otp}.json"


def write_results(
    folder: Path, otp: int, seed: int, per_bif: int, results: Sequence[BifResult]
) -> Path:
    """Write the results for a release; the file."""
    folder.mkdir(parents=True, exist_ok=True)
    data = {
        "otp": otp,
        "seed": seed,
        "per_bif": per_bif,
        "bifs": [one.to_json() for one in results],
    }
    path = result_file(folder, otp)
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def read_results(folder: Path) -> dict[int, list[BifResult]]:
    """The results in a folder, by release; empty when no campaign wrote there."""
    found: dict[int, list[BifResult]] = {}
    for path in sorted(folder.glob("generated-*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        found[data["otp"]] = [BifResult.from_json(one) for one in data["bifs"]]
    return found
