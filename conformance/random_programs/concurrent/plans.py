"""Which way a run of the VM went, as a plan by which `erl` can go the same way.

A run is a sequence of events: gates that processes pass (each step has two, one before it and one
before it is logged) and timers that run out. In a plan each event has a slot of a few
milliseconds: a process sleeps at a gate until its slot has come, and timers run so long that they
run out in theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from enigma_ref.terms import Map, Term, atom

SPARE: Final = 5
"""How many slots stand behind the last event, for gates that no process passed."""

PLAIN: Final = atom("plain")
MARKED: Final = atom("marked")


def random_mode(percent: int) -> Term:
    """The mode in which processes are disturbed at so many of 100 gates."""
    return (atom("random"), percent)


@dataclass(frozen=True)
class TimerRanOut:
    """The timer that a step started behind that gate has run out."""

    step: int
    gate: int

    def __str__(self) -> str:
        return f"timer:{self.step}"


Event = int | TimerRanOut


@dataclass(frozen=True)
class Plan:
    """Events in order: gates by their number, and timers that ran out."""

    events: tuple[Event, ...]

    def mode(self, milliseconds: int) -> Term:
        """The mode of a run with slots of that length (see enigma_concurrent.erl)."""
        slots: dict[int, int] = {}
        timers: dict[int, int] = {}
        for slot, event in enumerate(self.events, 1):
            if isinstance(event, int):
                slots.setdefault(event, slot)
            else:
                timers.setdefault(event.step, slot - slots.get(event.gate, 0))
        return (
            atom("plan"),
            (
                Map.of(slots.items()),
                milliseconds,
                Map.of(timers.items()),
                len(self.events) + SPARE,
            ),
        )

    def __str__(self) -> str:
        return " ".join(map(str, self.events))
