"""Sending, receiving and receive markers."""

from __future__ import annotations

from typing import Any

from enigma_ref.machine.errors import badarg, error
from enigma_ref.machine.mailbox import Message
from enigma_ref.machine.process import Process
from enigma_ref.machine.suspension import Leave
from enigma_ref.terms import Atom, Pid, Port, Reference, Term, atom
from enigma_ref.terms.atoms import INFINITY

ALIASES_SINCE = 24
TIMEOUT_VALUE = atom("timeout_value")
MAX_TIMEOUT = 0xFFFFFFFF
BAD_TIMEOUT_ENDS_SINCE = 24
"""Since then a receive with a bad timeout is over, and the next one looks at the whole queue."""


def send(p: Process, to: Term, m: Term) -> Term:
    """`to ! m`. Raises badarg when `to` is a name that nobody has, or no destination."""
    kind = type(to)
    if kind is Pid:
        receiver = p.vm.processes.get(to)
        if receiver is not None:
            p.vm.send(receiver, m)
        return m
    if kind is Atom:
        receiver = p.vm.registered.get(to)
        if receiver is None:
            if to not in p.vm.ports.names:
                raise badarg()
            send_to_port(p, to, m)
            return m
        p.vm.send(receiver, m)
        return m
    if kind is tuple and len(to) == 2 and type(to[0]) is Atom and type(to[1]) is Atom:
        if to[1] is p.vm.node:
            receiver = p.vm.registered.get(to[0])
            if receiver is not None:
                p.vm.send(receiver, m)
            else:
                send_to_port(p, to[0], m)
        return m
    if kind is Reference and p.vm.release >= ALIASES_SINCE:
        p.vm.aliases.send(to, m)
        return m
    if kind is Port:
        send_to_port(p, to, m)
        return m
    raise badarg()


def send_to_port(p: Process, to: Term, m: Term, waits: bool = True) -> bool:
    """Send to a port, given by identifier or name; False when it is busy and the process does not
    wait for that to end. The process may find itself ended by it."""
    sent: bool = p.vm.ports.command(p, to, m, waits)
    if p.status == "exited":
        raise Leave
    return sent


def peek_message(p: Process) -> Term:
    """The next message of this receive, or None."""
    return p.mailbox.peek()


def remove_message(p: Process) -> None:
    """Take the message out; the receive is over."""
    p.mailbox.remove()
    _stop_timer(p)


def next_message(p: Process) -> None:
    """Pass over the message."""
    p.mailbox.skip()


def timeout(p: Process) -> None:
    """The receive is over because its time ran out."""
    p.mailbox.restart()
    _stop_timer(p)


def _stop_timer(p: Process) -> None:
    if p.timer is not None:
        p.vm.cancel_receive_timer(p.timer)
        p.timer = None
    p.timed_out = False


def must_wait(p: Process, t: Term, c: Any) -> bool:
    """Whether the receive has time left; starts its timer at the first time. Raises timeout_value
    for what is neither a time in milliseconds nor infinity."""
    if p.timed_out:
        return False
    if p.timer is not None:
        return True
    if t is INFINITY:
        return True
    if type(t) is not int or not 0 <= t <= MAX_TIMEOUT:
        if p.vm.release >= BAD_TIMEOUT_ENDS_SINCE:
            p.mailbox.restart()
        raise error(TIMEOUT_VALUE)
    if t == 0:
        return False
    p.time_out = c
    p.timer = p.vm.start_receive_timer(p, t)
    return True


class Marker:
    """A receive marker that no reference is tied to yet; programs never see it."""

    __slots__ = ("place",)

    def __init__(self, place: Message) -> None:
        self.place = place


def mark_queue_end(p: Process) -> None:
    """Remember the end of the queue (recv_mark)."""
    p.mailbox.mark = p.mailbox.last


def start_at_mark(p: Process) -> None:
    """Begin the receive there (recv_set)."""
    if p.mailbox.mark is not None:
        p.mailbox.start_at(p.mailbox.mark)
        p.mailbox.mark = None


def reserve_marker(p: Process) -> Term:
    """A marker for the end of the queue."""
    return Marker(p.mailbox.last)


def bind_marker(p: Process, m: Term, r: Term) -> None:
    """Tie a marker to a reference; anything else as a marker means there is none."""
    if type(m) is Marker and type(r) is Reference:
        p.mailbox.markers[r] = m.place


def clear_marker(p: Process, r: Term) -> None:
    """Forget the marker of a reference."""
    if type(r) is Reference:
        p.mailbox.markers.pop(r, None)


def use_marker(p: Process, r: Term) -> None:
    """Begin the receive at the marker of a reference, when there is one."""
    place = p.mailbox.markers.get(r) if type(r) is Reference else None
    if place is not None:
        p.mailbox.start_at(place)
