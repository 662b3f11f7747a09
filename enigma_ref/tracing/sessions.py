"""Trace sessions: which processes are traced with which flags, and which events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from enigma_ref.ets.match_spec import MatchSpec
from enigma_ref.machine.process import Process
from enigma_ref.terms import Atom, Pid, Port, Term
from enigma_ref.tracing.tracers import Tracer


class Tracee:
    """How a session traces one process or port."""

    __slots__ = ("flags", "tracer")

    def __init__(self, flags: frozenset[str], tracer: Tracer) -> None:
        self.flags = flags
        self.tracer = tracer


def changed(
    tracee: Tracee | None, tracer: Tracer | None, on: frozenset[str], off: frozenset[str]
) -> Tracee | None:
    """How something is traced when flags are set and cleared, with a tracer that it gets now or
    has; None for what is not traced any more."""
    flags = ((tracee.flags if tracee else frozenset()) - off) | on
    if tracer is None and tracee is not None:
        tracer = tracee.tracer
    if not flags or tracer is None:
        return None
    if tracee is None:
        return Tracee(flags, tracer)
    tracee.flags, tracee.tracer = flags, tracer
    return tracee


@dataclass
class Spec:
    """A match specification and the term that it was made from."""

    source: Term
    compiled: MatchSpec


@dataclass
class EventPattern:
    """Which messages are traced that processes send, or that they receive."""

    is_on: bool = True
    spec: Spec | None = None


@dataclass
class OnLoad:
    """What is done to the functions of modules that are loaded from now on.

    `kinds` are `global`, or some of `local`, `meta`, `call_count`, `call_time`, `call_memory`.
    """

    kinds: frozenset[str] = frozenset()
    spec: Spec | None = None
    meta_spec: Spec | None = None
    meta_tracer: Tracer | None = None


@dataclass
class SystemMonitor:
    """Which events of the whole system a process is told of."""

    pid: Term
    options: tuple[tuple[str, Term], ...] = ()


class QueueLimits(NamedTuple):
    """At which length a message queue ceases to be long, at which it becomes it; whom to tell."""

    pid: Pid
    disable: int
    enable: int


@dataclass(eq=False)
class Session:
    """One trace session; the first one of a system is that of erlang:trace/3.

    `tracer` is whom all of it goes to, None in the first one and where none was named. `weak_ref`
    is its name as programs see it. `new` and `new_ports` are how processes and ports are traced
    that do not exist yet.
    """

    weak_ref: Term
    tracer: Tracer | None = None
    tracees: dict[Process, Tracee] = field(default_factory=dict)
    new: Tracee | None = None
    ports: dict[Port, Tracee] = field(default_factory=dict)
    new_ports: Tracee | None = None
    send: EventPattern = field(default_factory=EventPattern)
    receive: EventPattern = field(default_factory=EventPattern)
    on_load: OnLoad = field(default_factory=OnLoad)
    monitor: SystemMonitor | None = None

    def event(self, name: Atom) -> EventPattern:
        """The pattern of `send` or `receive`."""
        return self.send if name.name == "send" else self.receive
