"""The tracing of a system, for the built-in functions that change it or ask about it."""

from __future__ import annotations

import time
from typing import Final

from enigma_ref.bifs import clock
from enigma_ref.bifs.match_functions import FUNCTIONS
from enigma_ref.bifs.printing import emulator_text
from enigma_ref.ets.match_spec import Compiler
from enigma_ref.machine.system import System
from enigma_ref.terms import NIL, Term, atom, make_list
from enigma_ref.tracing.core import Tracing
from enigma_ref.tracing.sessions import Spec, SystemMonitor

MONITORED: Final = (
    "busy_dist_port", "busy_port", "large_heap", "long_schedule", "long_gc", "long_message_queue",
)  # fmt: skip
"""What system_monitor knows, in the order in which it is told."""


class _Outside:
    """What tracing needs of the built-in functions."""

    def __init__(self, vm: System) -> None:
        self._vm = vm

    def monotonic(self) -> int:
        """The monotonic time in native units."""
        return clock.monotonic(self._vm)

    def timestamp(self) -> Term:
        """The system time as `{MegaSecs, Secs, MicroSecs}`."""
        return clock.timestamp(clock.system(self._vm))

    def cpu_timestamp(self) -> Term:
        """The same of the time that the processor has spent on the system."""
        return clock.timestamp(time.process_time_ns())

    def text(self, term: Term) -> str:
        """A term as the emulator prints it."""
        return emulator_text(term, self._vm.release)


def tracing_of(vm: System) -> Tracing:
    """The tracing of a system; nothing is traced yet when it is first asked for."""
    if vm.tracing is None:
        vm.tracing = Tracing(vm, _Outside(vm))
    tracing: Tracing = vm.tracing
    return tracing


def trace_compiler(vm: System, event: str) -> Compiler:
    """A compiler of match specifications for calls, for messages sent or for those received."""
    return Compiler(FUNCTIONS, vm.release, lambda term: emulator_text(term, vm.release), event)


def trace_spec(vm: System, source: Term, event: str) -> Spec | None:
    """A match specification for tracing, or None for what is none."""
    compiled = trace_compiler(vm, event).compile(source)
    return None if compiled is None else Spec(source, compiled)


def monitored(monitor: SystemMonitor | None) -> Term:
    """The events of the whole system that a session is told of, as a list of options."""
    if monitor is None:
        return NIL
    options = dict(monitor.options)
    return make_list(
        [
            atom(name) if options[name] is None else (atom(name), options[name])
            for name in MONITORED
            if name in options
        ]
    )
