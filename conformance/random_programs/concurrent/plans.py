"""Which way a run of the VM went, as a plan by which `erl` can go the same way.

A run is a sequence of events: gates that processes pass (each step has two, one before it and one
before it is logged) and timers that run out. In a plan each event has a slot of a few
milliseconds: a process sleeps at a gate until its slot has come, and timers run so long that they
run out in theirs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
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
    """The timer that a step started behind that gate has run out. For so many events it stood
    still, as its process was suspended."""

    step: int
    gate: int
    stood_still: int = 0

    def __str__(self) -> str:
        return f"timer:{self.step}"


Event = int | TimerRanOut


@dataclass(frozen=True)
class Plan:
    """Events in order: gates by their number, and timers that ran out. `processes` tells which
    process each gate belongs to."""

    events: tuple[Event, ...]
    processes: Mapping[int, int] = field(default_factory=dict, compare=False)

    def others(self) -> Iterator[Plan]:
        """Plans for what this one cannot tell: how much a process did between two gates when it
        was interrupted there, or ended. In each of these one gate is later, just before the next
        event of its process, or the last ones of processes are never passed."""
        last: dict[int, int] = {}
        for position in range(len(self.events) - 1, -1, -1):
            gate = self.events[position]
            if not isinstance(gate, int):
                continue
            process = self.processes.get(gate, gate)
            following = last.get(process)
            last[process] = position
            if following is None:
                yield self._without({gate})
            elif following > position + 1:
                between = self.events[position + 1 : following]
                rest = (gate, *self.events[following:])
                yield Plan((*self.events[:position], *between, *rest), self.processes)
        ends = {self.processes.get(e, e): e for e in self.events if isinstance(e, int)}
        for left_out in range(2, len(ends) + 1):
            for gates in combinations(ends.values(), left_out):
                yield self._without(set(gates))

    def _without(self, gates: Collection[int]) -> Plan:
        kept = tuple(event for event in self.events if event not in gates)
        return Plan(kept, self.processes)

    def mode(self, milliseconds: int) -> Term:
        """The mode of a run with slots of that length (see enigma_concurrent.erl)."""
        slots: dict[int, int] = {}
        timers: dict[int, int] = {}
        for slot, event in enumerate(self.events, 1):
            if isinstance(event, int):
                slots.setdefault(event, slot)
            else:
                begun = slots.get(event.gate, 0) + event.stood_still
                timers.setdefault(event.step, slot - begun)
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
