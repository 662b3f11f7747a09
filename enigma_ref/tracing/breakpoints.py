"""What is traced of a function: a prologue before its code, or a detour at its export entry."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from enigma_ref.machine.process import Process
from enigma_ref.terms import Pid, Term
from enigma_ref.tracing.sessions import Session, Spec
from enigma_ref.tracing.tracers import Tracer

Mfa = tuple[Term, Term, int]

MEASURES: Final = ("call_time", "call_memory")
"""What is added up for each process."""


@dataclass(eq=False)
class Measured:
    """Sums of what calls took, by process: how many calls, and nanoseconds or words."""

    sums: dict[Pid, list[int]] = field(default_factory=dict)
    paused: bool = False

    def add(self, process: Process, calls: int, amount: int) -> None:
        """Add to the sums of a process."""
        found = self.sums.setdefault(process.pid, [0, 0])
        found[0] += calls
        found[1] += amount


@dataclass(eq=False)
class Breakpoint:
    """What one session traces of one function.

    `kinds` are some of `global`, `local`, `meta`, `call_count`, `call_time` and `call_memory`;
    `spec` belongs to the first two, `meta_spec` and `meta_tracer` to the third.
    """

    session: Session
    kinds: set[str] = field(default_factory=set)
    spec: Spec | None = None
    meta_spec: Spec | None = None
    meta_tracer: Tracer | None = None
    count: int = 0
    counting: bool = True
    measured: dict[str, Measured] = field(default_factory=dict)
