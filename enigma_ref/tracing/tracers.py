"""Who is told of what is traced: processes, by messages."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

from enigma_ref.machine.mailbox import Mailbox
from enigma_ref.machine.process import Process
from enigma_ref.machine.system import System
from enigma_ref.terms import TRUE, Pid, Term, atom

TRACE: Final = atom("trace")
TRACE_TS: Final = atom("trace_ts")
SCHEDULER: Final = 1
"""The number of the scheduler that everything runs on."""


class Tracer(NamedTuple):
    """A process that gets trace messages.

    The runtime's own tracer module, `{erl_tracer, Pid}`, is the same. Other modules would have
    to be written in C: the emulator refuses those whose enabled/3 and trace/5 are no NIFs.
    """

    pid: Pid

    def is_alive(self, vm: System) -> bool:
        """Whether the process is there."""
        return self.pid in vm.processes


def deliver(vm: System, pid: Pid, message: Term) -> None:
    """Put a trace message into the queue of a process, which itself is not traced."""
    receiver = vm.processes.get(pid)
    if receiver is not None:
        Mailbox.add(receiver.mailbox, message)
        vm.wake(receiver)


def stamped(
    vm: System, flags: Collection[str], head: tuple[Term, ...], result: Term = TRUE
) -> tuple[Term, ...]:
    """A trace message with what flags add to it; `head` begins with the tracee.

    `result` is what a match specification says to tell besides.
    """
    message = head if result is TRUE else (*head, result)
    if "scheduler_id" in flags:
        message = (*message, SCHEDULER)
    stamp = timestamp(vm, flags)
    return (TRACE, *message) if stamp is None else (TRACE_TS, *message, stamp)


def timestamp(vm: System, flags: Collection[str]) -> Term:
    """The time in the form that flags ask for; None when they ask for none."""
    clock = vm.trace_clock
    if "timestamp" in flags:
        return clock.timestamp()
    if "strict_monotonic_timestamp" in flags:
        return (clock.monotonic(), vm.unique_integer())
    if "monotonic_timestamp" in flags:
        return clock.monotonic()
    return None


def is_tracer_of(tracer: Tracer, process: Process) -> bool:
    """Whether a process would be told of itself, which it never is."""
    return tracer.pid == process.pid
