"""erlang: flags of the whole system."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from enigma_ref.bifs.erlang_seq_trace import TRACE_FLAGS
from enigma_ref.bifs.erlang_statistics import microstate_accounting, scheduler_wall_time_1
from enigma_ref.bifs.erlang_system import (
    REQUESTS_LIMIT,
    REQUESTS_LIMIT_SINCE,
    TIME_OFFSET,
    system_info_1,
)
from enigma_ref.bifs.process_flags import PROCESS_FLAGS, accepted, process_default
from enigma_ref.bifs.registry import bif
from enigma_ref.bifs.scheduling_blocks import set_multi_scheduling
from enigma_ref.machine.errors import BeamError, badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import FALSE, TRUE, Atom, Pid, Term, atom
from enigma_ref.terms.atoms import BADARG, ERROR, UNDEFINED
from enigma_ref.terms.smalls import SMALL

MAX_BACKTRACE_DEPTH = 64
SET_CPU_TOPOLOGY = (atom("erlang"), atom("set_cpu_topology"), 1)
"""OTP's own function that sets the flag cpu_topology, and shows in its errors."""
LOGGER = atom("logger")


@bif("erlang", "system_flag", 2, process=True)
def system_flag_2(process: Process, flag: Term, value: Term) -> Term:
    """Set a flag of the system; the old value. Raises badarg.

    `backtrace_depth` limits stack traces; `system_logger` is who gets reports of processes that
    died: a pid, `logger` or `undefined`; those of `PROCESS_FLAGS` are for processes that are
    spawned later; `sequential_tracer`, `reset_seq_trace` and `trace_control_word` belong to
    tracing. What there is one of here, such as a scheduler, only takes the value that it has.
    """
    name = flag.name if type(flag) is Atom else ""
    if name in TRACE_FLAGS:
        return TRACE_FLAGS[name](process, value)
    if name in PROCESS_FLAGS:
        return _process_flag(process, name, value)
    setting = SETTINGS.get(name)
    if setting is None or process.vm.release < SINCE.get(name, 0):
        raise badarg("badopt")
    return setting(process, value)


def _process_flag(process: Process, name: str, value: Term) -> Term:
    vm = process.vm
    old = process_default(vm, name)
    new = accepted(process, name, value)
    if new is None:
        raise badarg()
    vm.process_defaults[name] = new
    return old


def _backtrace_depth(process: Process, value: Term) -> Term:
    if type(value) is not int or not 0 <= value < SMALL:
        raise badarg()
    old = process.vm.backtrace_depth
    process.vm.backtrace_depth = min(value, MAX_BACKTRACE_DEPTH)
    return old


def _system_logger(process: Process, value: Term) -> Term:
    if value is not LOGGER and value is not UNDEFINED and type(value) is not Pid:
        raise badarg()
    old, process.vm.system_logger = process.vm.system_logger, value
    return old


def _requests_limit(process: Process, value: Term) -> Term:
    if type(value) is not int or not 1 <= value <= MAX_REQUESTS:
        raise badarg()
    old = system_info_1(process, atom(REQUESTS_LIMIT))
    process.vm.state[REQUESTS_LIMIT] = value
    return old


def _time_offset(process: Process, value: Term) -> Term:
    """What making it final finds: it is, or will never be, or becomes so now."""
    if value is not FINALIZE:
        raise badarg("badopt")
    found = system_info_1(process, atom("time_offset"))
    if found is PRELIMINARY:
        process.vm.state[TIME_OFFSET] = "final"
    return found


def _only(name: str, known: Term) -> Callable[[Process, Term], Term]:
    """A flag that takes only what it is."""

    def same(process: Process, value: Term) -> Term:
        if type(value) is not type(known) or value != known:
            raise badarg()
        return system_info_1(process, atom(name))

    return same


def _cpu_topology(process: Process, value: Term) -> Term:
    _warn(process, CPU_TOPOLOGY_DEPRECATED)
    if value is not UNDEFINED:
        raise BeamError(ERROR, BADARG, mfa=SET_CPU_TOPOLOGY, arguments=(value,))
    return system_info_1(process, atom("cpu_topology"))


def _bind_type(process: Process, value: Term) -> Term:
    _warn(process, BIND_TYPE_DEPRECATED)
    return _only("scheduler_bind_type", atom("unbound"))(process, value)


def _warn(process: Process, text: str) -> None:
    process.vm.report("warning", process, text)


CPU_TOPOLOGY_DEPRECATED: Final = (
    "A call to erlang:system_flag(cpu_topology, _) was made.\n"
    "The cpu_topology argument is deprecated and scheduled\n"
    "for removal in Erlang/OTP 18. For more information\n"
    "see the erlang:system_flag/2 documentation.\n"
)
BIND_TYPE_DEPRECATED: Final = (
    "A call to erlang:system_flag(scheduler_bind_type, _) was\n"
    "made. The scheduler_bind_type argument is deprecated and\n"
    "scheduled for removal in Erlang/OTP 18. For more\n"
    "information see the erlang:system_flag/2 documentation.\n"
)
"""What the logger gets of a call, as it shows in erl."""


def _refused(process: Process, value: Term) -> Term:
    """There is nothing here that this could change."""
    raise badarg()


def _scheduler_wall_time(process: Process, value: Term) -> Term:
    if value is not TRUE and value is not FALSE:
        raise badarg()
    return scheduler_wall_time_1(process, value)


def _online(name: str) -> Callable[[Process, Term], Term]:
    """A number of schedulers, which stays what the command line has made it."""
    return lambda process, value: _only(name, system_info_1(process, atom(name)))(process, value)


FINALIZE = atom("finalize")
PRELIMINARY = atom("preliminary")
MAX_REQUESTS = (1 << 27) - 1
SINCE: Final = {REQUESTS_LIMIT: REQUESTS_LIMIT_SINCE}

SETTINGS: Final[dict[str, Callable[[Process, Term], Term]]] = {
    "backtrace_depth": _backtrace_depth,
    "dirty_cpu_schedulers_online": _online("dirty_cpu_schedulers_online"),
    "erts_alloc": _refused,
    "multi_scheduling": set_multi_scheduling,
    "microstate_accounting": microstate_accounting,
    "cpu_topology": _cpu_topology,
    "internal_cpu_topology": _refused,
    REQUESTS_LIMIT: _requests_limit,
    "scheduler_bind_type": _bind_type,
    "scheduler_wall_time": _scheduler_wall_time,
    "schedulers_online": _online("schedulers_online"),
    "system_logger": _system_logger,
    "time_offset": _time_offset,
}
