"""Who is told of what is traced: processes, by messages."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple, Protocol

from enigma_ref.machine.mailbox import Mailbox
from enigma_ref.machine.system import System
from enigma_ref.terms import TRUE, Pid, Term, atom

TRACE: Final = atom("trace")
TRACE_TS: Final = atom("trace_ts")
SCHEDULER: Final = 1
"""The number of the scheduler that everything runs on."""


class Outside(Protocol):
    """What tracing needs of the built-in functions, which it does not know."""

    def monotonic(self) -> int:
        """The monotonic time in native units."""
        ...

    def timestamp(self) -> Term:
        """The system time as `{MegaSecs, Secs, MicroSecs}`."""
        ...

    def cpu_timestamp(self) -> Term:
        """The same of the time that the processor has spent on the system."""
        ...

    def text(self, term: Term) -> str:
        """A term as the emulator prints it."""
        ...


class Tracer(NamedTuple):
    """A process that gets trace messages.

    The runtime's own tracer module, `{erl_tracer, Pid}`, is the same. Other modules would have
    to be written in C: the emulator refuses those whose enabled/3 and trace/5 are no NIFs.
    """

    pid: Term

    def is_alive(self, vm: System) -> bool:
        """Whether the process is there; a tracer module may be given anything as its state."""
        return type(self.pid) is Pid and self.pid in vm.processes


def deliver(vm: System, pid: Pid, message: Term) -> None:
    """Put a trace message into the queue of a process; that it gets it is not traced."""
    receiver = vm.processes.get(pid)
    if receiver is not None:
        Mailbox.add(receiver.mailbox, message)
        vm.wake(receiver)


def stamp(vm: System, outside: Outside, flags: Collection[str]) -> Term:
    """The time in the form that flags ask for; None when they ask for none."""
    if "timestamp" in flags:
        in_cpu_time = vm.tracing is not None and vm.tracing.in_cpu_time
        return outside.cpu_timestamp() if in_cpu_time else outside.timestamp()
    if "strict_monotonic_timestamp" in flags:
        return (outside.monotonic(), vm.unique_integer())
    if "monotonic_timestamp" in flags:
        return outside.monotonic()
    return None


def trace_message(
    vm: System, outside: Outside, flags: Collection[str], parts: tuple[Term, ...], result: Term
) -> tuple[Term, ...]:
    """A trace message with what flags add to it; `parts` begins with the process.

    `result` is what a match specification says to tell besides, or true.
    """
    if result is not TRUE:
        parts = (*parts, result)
    if "scheduler_id" in flags:
        parts = (*parts, SCHEDULER)
    time = stamp(vm, outside, flags)
    return (TRACE, *parts) if time is None else (TRACE_TS, *parts, time)
