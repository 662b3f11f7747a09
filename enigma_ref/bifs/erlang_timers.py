"""erlang: timers that send messages."""

from __future__ import annotations

from typing import Any, Final

from enigma_ref.bifs import clock
from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.machine.system import System
from enigma_ref.terms import FALSE, NIL, TRUE, Atom, Pid, Reference, Term, atom, list_items
from enigma_ref.terms.atoms import OK

TIMEOUT = atom("timeout")
CANCEL_TIMER = atom("cancel_timer")
READ_TIMER = atom("read_timer")

STATE: Final = "erlang:timers"

MILLISECOND: Final = clock.NATIVE // 1_000
MAX_TIME: Final = 9_223_372_036_854
"""Milliseconds until the last time that the clock can show."""


class _Running:
    """A timer that runs: when it is due, in milliseconds of the monotonic time, and the message
    that it was started with."""

    __slots__ = ("due", "message", "receiver", "timer")

    def __init__(self, due: int, receiver: Pid | Atom, message: Term) -> None:
        self.due = due
        self.receiver = receiver
        self.message = message
        self.timer: Any = None


def _running(process: Process) -> dict[Reference, _Running]:
    found: dict[Reference, _Running] = process.vm.state.setdefault(STATE, {})
    return found


def running_timers(vm: System) -> list[tuple[Pid | Atom, Term, int]]:
    """Receiver, message and time left, in milliseconds, of each timer that runs."""
    now = _now(vm)
    table: dict[Reference, _Running] = vm.state.get(STATE, {})
    return [(timer.receiver, timer.message, max(0, timer.due - now)) for timer in table.values()]


def _now(vm: System) -> int:
    return clock.monotonic(vm) // MILLISECOND


def _flags(options: Term, known: tuple[str, ...], cause: str | None = None) -> dict[str, bool]:
    """The options `{Name, Boolean}`. Raises badarg, with this cause."""
    items = list_items(options)
    if items is None:
        raise badarg(cause)
    found: dict[str, bool] = {}
    for item in items:
        if type(item) is not tuple or len(item) != 2 or type(item[0]) is not Atom:
            raise badarg(cause)
        name, value = item
        if name.name not in known or (value is not TRUE and value is not FALSE):
            raise badarg(cause)
        found[name.name] = value is TRUE
    return found


def _start(
    process: Process, time: Term, receiver: Term, message: Term, options: Term, wrap: bool
) -> Reference:
    vm = process.vm
    absolute = _flags(options, ("abs",), "badopt").get("abs", False)
    if type(time) is not int or (time < 0 and not absolute):
        raise badarg("time")
    now = _now(vm)
    due = time if absolute else now + time
    if abs(due) > MAX_TIME:
        raise badarg("time")
    if type(receiver) is not Atom and (type(receiver) is not Pid or receiver.node is not vm.node):
        raise badarg()
    ref = vm.make_ref()
    running = _Running(due, receiver, message)
    table = _running(process)
    sent = (TIMEOUT, ref, message) if wrap else message

    def run_out() -> None:
        table.pop(ref, None)
        if isinstance(receiver, Pid):
            told = vm.processes.get(receiver)
        else:
            told = vm.registered.get(receiver)
        if told is not None:
            vm.send(told, sent)

    table[ref] = running
    target = vm.processes.get(receiver) if isinstance(receiver, Pid) else None
    running.timer = vm.start_timer(max(0, due - now), run_out, target)
    return ref


@bif("erlang", "send_after", 3, process=True)
def send_after_3(process: Process, time: Term, receiver: Term, message: Term) -> Reference:
    """Send a message in so many milliseconds."""
    return _start(process, time, receiver, message, NIL, False)


@bif("erlang", "send_after", 4, process=True)
def send_after_4(
    process: Process, time: Term, receiver: Term, message: Term, options: Term
) -> Reference:
    """As send_after/3; `{abs, true}` makes the time one of the monotonic clock."""
    return _start(process, time, receiver, message, options, False)


@bif("erlang", "start_timer", 3, process=True)
def start_timer_3(process: Process, time: Term, receiver: Term, message: Term) -> Reference:
    """Send `{timeout, Ref, Message}` in so many milliseconds."""
    return _start(process, time, receiver, message, NIL, True)


@bif("erlang", "start_timer", 4, process=True)
def start_timer_4(
    process: Process, time: Term, receiver: Term, message: Term, options: Term
) -> Reference:
    """As start_timer/3; `{abs, true}` makes the time one of the monotonic clock."""
    return _start(process, time, receiver, message, options, True)


def _left(process: Process, ref: Term, cancel: bool) -> Term:
    """The milliseconds that a timer has left, or false; ends it when asked.

    A timer that once stood still, as its receiver was suspended, is as one that is not there
    (measured on 29)."""
    if type(ref) is not Reference:
        raise badarg()
    table = _running(process)
    running = table.get(ref)
    if running is None:
        return FALSE
    receiver = running.receiver
    target = process.vm.processes.get(receiver) if isinstance(receiver, Pid) else None
    if target is not None and process.vm.stood_still(running.timer, target):
        return FALSE
    gone = isinstance(receiver, Pid) and target is None
    if cancel or gone:
        del table[ref]
        process.vm.cancel_receive_timer(running.timer)
    return FALSE if gone else max(0, running.due - _now(process.vm))


def _answer(process: Process, ref: Term, options: dict[str, bool], tag: Atom) -> Term:
    """What is left, as the result or in a message."""
    left = _left(process, ref, tag is CANCEL_TIMER)
    if options.get("async"):
        if options.get("info", True):
            process.vm.send(process, (tag, ref, left))
        return OK
    return left if options.get("info", True) else OK


@bif("erlang", "cancel_timer", 1, process=True)
def cancel_timer_1(process: Process, ref: Term) -> Term:
    """End a timer; the milliseconds that it had left, or false."""
    return _left(process, ref, True)


@bif("erlang", "cancel_timer", 2, process=True)
def cancel_timer_2(process: Process, ref: Term, options: Term) -> Term:
    """As cancel_timer/1, with the options async and info."""
    if type(ref) is not Reference:
        raise badarg()
    return _answer(process, ref, _flags(options, ("async", "info")), CANCEL_TIMER)


@bif("erlang", "read_timer", 1, process=True)
def read_timer_1(process: Process, ref: Term) -> Term:
    """The milliseconds that a timer has left, or false."""
    return _left(process, ref, False)


@bif("erlang", "read_timer", 2, process=True)
def read_timer_2(process: Process, ref: Term, options: Term) -> Term:
    """As read_timer/1, with the option async."""
    if type(ref) is not Reference:
        raise badarg()
    return _answer(process, ref, _flags(options, ("async",)), READ_TIMER)
