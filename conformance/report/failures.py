"""The differences of a run, the same one in several units told once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from conformance.judge import SEVERITY, Outcome


@dataclass(frozen=True)
class Side:
    """One of the two answers."""

    kind: str
    cls: str
    text: str
    output: str
    trace: tuple[str, ...]

    @classmethod
    def from_json(cls, shown: Mapping[str, Any] | None) -> Side:
        """Read an answer as results keep it."""
        shown = shown or {}
        return cls(
            shown.get("kind", "none"),
            shown.get("cls", ""),
            shown.get("text", ""),
            shown.get("output", ""),
            tuple(shown.get("trace", ())),
        )

    @property
    def title(self) -> str:
        """What kind of answer it is."""
        return f"{self.kind} {self.cls}".strip()


@dataclass(frozen=True)
class Failure:
    """A call that came out the same wrong way in the units listed."""

    case: str
    call: str
    outcome: str
    why: str
    expected: Side
    actual: Side
    verified: bool
    units: tuple[str, ...] = ()


def failures(units: Iterable[Mapping[str, Any]], outcomes: Iterable[Outcome]) -> list[Failure]:
    """Every call of the units with one of these outcomes, by case, the worst first."""
    wanted = {outcome.value for outcome in outcomes}
    grouped: dict[Failure, list[str]] = {}
    for unit in units:
        for call in unit["calls"]:
            if call["outcome"] in wanted:
                failure = Failure(
                    unit["case"],
                    call["call"],
                    call["outcome"],
                    call["why"],
                    Side.from_json(call["expected"]),
                    Side.from_json(call["actual"]),
                    call["verified"],
                )
                setting = f"{unit['release']} · compiled by {unit['compiler']}, {unit['variant']}"
                grouped.setdefault(failure, []).append(setting)
    found = [replace(failure, units=tuple(settings)) for failure, settings in grouped.items()]
    return sorted(found, key=lambda one: (one.case, -SEVERITY[Outcome(one.outcome)], one.call))
