"""erlang, erts_internal: who is told of events of the whole system, and of processes' activity."""

from __future__ import annotations

from typing import Any, Final

from enigma_ref.bifs.erlang_tracing import living_session
from enigma_ref.bifs.registry import bif
from enigma_ref.bifs.tracing import monitored, tracing_of
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import FALSE, NIL, TRUE, Atom, Cons, Pid, Term, atom, list_items, make_list
from enigma_ref.terms.atoms import OK, UNDEFINED
from enigma_ref.terms.smalls import is_small
from enigma_ref.tracing.core import Tracing
from enigma_ref.tracing.sessions import Session, SystemMonitor

LEAST: Final = {"large_heap": 16_384, "long_schedule": 1, "long_gc": 1}
"""Limits that have a number, and the lowest that they can be."""

WITHOUT_VALUE: Final = ("busy_port", "busy_dist_port")

QUEUES_SINCE: Final = 27
SWITCHES_SINCE: Final = 28
"""Since then false switches an option off, and true one on that has no value."""

LEGACY: Final = atom("legacy")
SESSION: Final = atom("session")
MAX_WORD: Final = (1 << 64) - 1

PROFILED: Final = ("exclusive", "scheduler", "runnable_procs", "runnable_ports")
STAMPS: Final = ("timestamp", "monotonic_timestamp", "strict_monotonic_timestamp")


@bif("erlang", "system_monitor", 0, process=True)
def system_monitor_0(process: Process) -> Term:
    """Who is told of events, and of which."""
    return _monitor(tracing_of(process.vm).default)


@bif("erlang", "system_monitor", 1, process=True)
def system_monitor_1(process: Process, monitor: Term) -> Term:
    """Choose both, as `{Pid, Options}` or undefined; the old ones."""
    if monitor is UNDEFINED:
        return _set_monitor(process, tracing_of(process.vm).default, UNDEFINED, NIL)
    if type(monitor) is not tuple or len(monitor) != 2:
        raise badarg()
    return _set_monitor(process, tracing_of(process.vm).default, *monitor)


@bif("erlang", "system_monitor", 2, process=True)
def system_monitor_2(process: Process, pid: Term, options: Term) -> Term:
    """The same, with pid and options one by one."""
    return _set_monitor(process, tracing_of(process.vm).default, pid, options)


@bif("erts_internal", "system_monitor", 1, process=True)
def system_monitor_of_1(process: Process, session: Term) -> Term:
    """Who is told of events by one session, and of which."""
    return _monitor(_session(process, session))


@bif("erts_internal", "system_monitor", 3, process=True)
def system_monitor_of_3(process: Process, session: Term, pid: Term, options: Term) -> Term:
    """Choose both in the first session (`legacy`); the old ones. In others it is the tracer that
    is told, `pid` is the atom session, and options change what was chosen before; ok."""
    found = _session(process, session)
    if found.tracer is None:
        return _set_monitor(process, found, pid, options)
    if pid is not SESSION:
        raise badarg()
    chosen = {} if found.monitor is None else dict(found.monitor.options)
    chosen = _monitor_options(process, options, chosen)
    found.monitor = SystemMonitor(found.tracer.pid, tuple(chosen.items()))
    tracing_of(process.vm).watch_queues()
    return OK


def _session(process: Process, term: Term) -> Session:
    if term is LEGACY:
        return tracing_of(process.vm).default
    return living_session(process, term)


def _monitor(session: Session) -> Term:
    monitor = session.monitor
    if monitor is None:
        return UNDEFINED
    return (monitor.pid, monitored(monitor))


def _set_monitor(process: Process, session: Session, pid: Term, options: Term) -> Term:
    old = _monitor(session)
    if pid is UNDEFINED or options is NIL:
        session.monitor = None
    else:
        chosen = _monitor_options(process, options, {})
        if type(pid) is not Pid or pid not in process.vm.processes:
            raise badarg()
        session.monitor = SystemMonitor(pid, tuple(chosen.items()))
    tracing_of(process.vm).watch_queues()
    return old


def _monitor_options(process: Process, list_: Term, chosen: dict[str, Any]) -> dict[str, Any]:
    """Options by name, added to others; None as the value of those that have none.

    Raises badarg.
    """
    while type(list_) is Cons:
        item = list_.head
        if type(item) is Atom and item.name in WITHOUT_VALUE:
            chosen[item.name] = None
        elif type(item) is tuple and len(item) == 2 and type(item[0]) is Atom:
            name, value = item[0].name, item[1]
            is_known = name in (*LEAST, *WITHOUT_VALUE, "long_message_queue")
            if value is FALSE and is_known and process.vm.release >= SWITCHES_SINCE:
                chosen.pop(name, None)
            elif value is TRUE and name in WITHOUT_VALUE and process.vm.release >= SWITCHES_SINCE:
                chosen[name] = None
            elif name in LEAST and type(value) is int and 0 <= value <= MAX_WORD:
                chosen[name] = max(value, LEAST[name])
            elif name == "long_message_queue" and process.vm.release >= QUEUES_SINCE:
                chosen[name] = _queue_limits(value)
            else:
                raise badarg()
        else:
            raise badarg()
        list_ = list_.tail
    if list_ is not NIL:
        raise badarg()
    return chosen


def _queue_limits(value: Term) -> Term:
    """`{Disable, Enable}`: the lengths at which a queue is long no more, and at which it is."""
    if type(value) is not tuple or len(value) != 2:
        raise badarg()
    disable, enable = value
    if not is_small(disable) or not is_small(enable) or not 0 <= disable < enable:
        raise badarg()
    return value


@bif("erlang", "system_profile", 0, process=True)
def system_profile_0(process: Process) -> Term:
    """Who is told of activity, and of which."""
    return _profile(tracing_of(process.vm))


@bif("erlang", "system_profile", 2, process=True)
def system_profile_2(process: Process, pid: Term, options: Term) -> Term:
    """Choose both; the old ones. Without options, or without a process, nobody is told."""
    tracing = tracing_of(process.vm)
    old = _profile(tracing)
    if pid is UNDEFINED or options is NIL:
        tracing.profile(None, frozenset())
    else:
        items = list_items(options)
        known = (*PROFILED, *STAMPS)
        if items is None or any(type(i) is not Atom or i.name not in known for i in items):
            raise badarg()
        if type(pid) is not Pid or pid not in process.vm.processes:
            raise badarg()
        tracing.profile(pid, frozenset(item.name for item in items))
    tracing.attend(process)
    return old


def _profile(tracing: Tracing) -> Term:
    if tracing.profiler is None:
        return UNDEFINED
    chosen = tracing.profiled
    return (tracing.profiler, make_list([atom(name) for name in PROFILED if name in chosen]))
