"""erlang: facts about the runtime, its statistics and its end."""

from __future__ import annotations

import platform
import time
from typing import Any, Final, NoReturn

from enigma_ref.bifs import clock
from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.machine.suspension import Halt
from enigma_ref.terms import (
    FALSE,
    NIL,
    TRUE,
    Atom,
    Map,
    Term,
    atom,
    list_items,
    make_list,
    make_string,
    string_of,
)
from enigma_ref.terms.atoms import INFINITY, UNDEFINED, atom_count

ERTS: Final = {23: "11.1.8", 25: "13.1.5", 27: "15.2.7", 28: "16.4", 29: "17.1.1"}
"""Versions of the runtime system that the releases were measured with."""

NIF_VERSION: Final = {23: "2.15", 25: "2.16", 27: "2.17", 29: "2.18"}
PROCESS_LIMIT: Final = {23: 262_144, 27: 1_048_576}

WORD_SIZE: Final = 8
CONTEXT_REDUCTIONS: Final = 4000
SMALL: Final = 1 << 59


def _of_release(table: dict[int, Any], release: int) -> Any:
    """The value since the newest release in a table that is not after this one."""
    return table[max(since for since in table if since <= release)]


def _pairs(**items: Term) -> Term:
    return make_list([(atom(name), value) for name, value in items.items()])


FIXED: Final[dict[str, Term]] = {
    "atom_limit": 1_048_576,
    "break_ignored": FALSE,
    "build_type": atom("opt"),
    "constant_pool_support": TRUE,
    "cpu_topology": UNDEFINED,
    "creation": 0,
    "debug_compiled": FALSE,
    "delayed_node_table_gc": 60,
    "dirty_cpu_schedulers": 1,
    "dirty_cpu_schedulers_online": 1,
    "dirty_io_schedulers": 10,
    "dist_buf_busy_limit": 1_048_576,
    "dist_ctrl": NIL,
    "driver_version": make_string("3.3"),
    "dynamic_trace": atom("none"),
    "dynamic_trace_probes": FALSE,
    "eager_check_io": TRUE,
    "emu_flavor": atom("emu"),
    "emu_type": atom("opt"),
    "end_time": 8_646_911_283_000_000_000,
    "endian": atom("little"),
    "ets_count": 0,
    "ets_limit": 8192,
    "fullsweep_after": (atom("fullsweep_after"), 65535),
    "garbage_collection": _pairs(
        max_heap_size=0, min_bin_vheap_size=46422, min_heap_size=233, fullsweep_after=65535
    ),
    "heap_type": atom("private"),
    "hipe_architecture": UNDEFINED,
    "kernel_poll": TRUE,
    "logical_processors": 1,
    "logical_processors_available": 1,
    "logical_processors_online": 1,
    "machine": make_string("BEAM"),
    "message_queue_data": atom("on_heap"),
    "min_bin_vheap_size": (atom("min_bin_vheap_size"), 46422),
    "min_heap_size": (atom("min_heap_size"), 233),
    "modified_timing_level": UNDEFINED,
    "multi_scheduling": atom("enabled"),
    "multi_scheduling_blockers": NIL,
    "port_count": 0,
    "port_limit": 65536,
    "port_parallelism": FALSE,
    "scheduler_bind_type": atom("unbound"),
    "scheduler_bindings": (atom("unbound"),),
    "scheduler_id": 1,
    "schedulers": 1,
    "schedulers_online": 1,
    "schedulers_state": (1, 1, 1),
    "sequential_tracer": (atom("sequential_tracer"), FALSE),
    "smp_support": TRUE,
    "start_time": clock.FIRST,
    "taints": NIL,
    "thread_pool_size": 1,
    "threads": TRUE,
    "time_correction": TRUE,
    "trace_control_word": 0,
    "wordsize": WORD_SIZE,
}
"""Items that are the same for every system."""


def _info(process: Process, item: str) -> Term:
    vm = process.vm
    release = vm.release
    if item in FIXED:
        if item in ("emu_type", "emu_flavor") and release < 25:
            raise badarg()
        return FIXED[item]
    if item == "otp_release":
        return make_string(str(release))
    if item == "version":
        return make_string(_of_release(ERTS, release))
    if item == "system_version":
        return make_string(system_version(release))
    if item == "system_architecture":
        return make_string(f"{platform.machine()}-pc-linux-gnu")
    if item == "compat_rel":
        return release
    if item == "nif_version":
        return make_string(_of_release(NIF_VERSION, release))
    if item == "process_count":
        return len(vm.processes)
    if item == "process_limit":
        return _of_release(PROCESS_LIMIT, release)
    if item == "atom_count":
        return atom_count()
    if item == "os_type":
        return (atom("unix"), atom(platform.system().lower()))
    if item == "os_version":
        return _os_version()
    return _info_of_release(item, release)


def _info_of_release(item: str, release: int) -> Term:
    """Items that came or changed with a release."""
    if item == "tolerant_timeofday":
        return atom("enabled" if release < 26 else "disabled")
    if item == "time_warp_mode":
        return atom("no_time_warp" if release < 26 else "multi_time_warp")
    if item == "time_offset":
        return atom("final" if release < 26 else "volatile")
    if item == "max_heap_size":
        size = Map.of([(atom("size"), 0), (atom("error_logger"), TRUE), (atom("kill"), TRUE)])
        return size.put(atom("include_shared_binaries"), FALSE) if release >= 27 else size
    if item == "outstanding_system_requests_limit" and release >= 25:
        return 4
    if item == "async_dist" and release >= 26:
        return FALSE
    if item == "halt_flush_timeout" and release >= 27:
        return INFINITY
    raise badarg()


def _os_version() -> Term:
    numbers = []
    for part in platform.release().replace("-", ".").split(".")[:3]:
        numbers.append(int(part) if part.isdigit() else 0)
    return tuple(numbers)


def system_version(release: int) -> str:
    """The line with which a shell of that release begins."""
    return (
        f"Erlang/OTP {release} [erts-{_of_release(ERTS, release)}] [source] [64-bit] "
        "[smp:1:1] [ds:1:1:10] [async-threads:1]\n"
    )


@bif("erlang", "system_info", 1, process=True)
def system_info_1(process: Process, item: Term) -> Term:
    """A fact about the runtime. Raises badarg for those that it does not know."""
    if type(item) is tuple and len(item) == 2 and type(item[0]) is Atom and type(item[1]) is Atom:
        if item[0].name == "wordsize" and item[1].name in ("internal", "external"):
            return WORD_SIZE
        if item[0].name == "cpu_topology" and item[1].name in ("defined", "detected", "used"):
            return UNDEFINED
        raise badarg()
    if type(item) is not Atom:
        raise badarg()
    return _info(process, item.name)


# ---------------------------------------------------------------- statistics


def _since_last(process: Process, name: str, value: int) -> tuple[int, int]:
    """A value that grows, and by how much it has since it was last asked for."""
    state: dict[str, int] = process.vm.state.setdefault("erlang:statistics", {})
    last = state.get(name, 0)
    state[name] = value
    return value, value - last


def _reductions(process: Process) -> int:
    done = process.vm.state.get("erlang:reductions", 0)
    return int(done) + sum(item.reductions_done for item in process.vm.processes.values())


@bif("erlang", "statistics", 1, process=True)
def statistics_1(process: Process, item: Term) -> Term:
    """Numbers about what the runtime has done so far."""
    if type(item) is not Atom:
        raise badarg()
    name = item.name
    if name == "wall_clock":
        return _since_last(process, name, (clock.monotonic() - clock.FIRST) // 1_000_000)
    if name == "runtime":
        return _since_last(process, name, time.process_time_ns() // 1_000_000)
    if name in ("reductions", "exact_reductions"):
        return _since_last(process, name, _reductions(process))
    if name == "context_switches":
        return (0, 0)
    if name == "garbage_collection":
        return (0, 0, 0)
    if name == "io":
        return ((atom("input"), 0), (atom("output"), 0))
    if name in ("run_queue", "total_run_queue_lengths", "total_run_queue_lengths_all"):
        return 0
    if name in ("run_queue_lengths", "run_queue_lengths_all"):
        return make_list([0, 0])
    if name in ("total_active_tasks", "total_active_tasks_all"):
        return 1
    if name in ("active_tasks", "active_tasks_all"):
        return make_list([1, 0])
    if name in ("scheduler_wall_time", "scheduler_wall_time_all", "microstate_accounting"):
        return UNDEFINED
    raise badarg()


@bif("erlang", "bump_reductions", 1, process=True)
def bump_reductions_1(process: Process, reductions: Term) -> Atom:
    """Use up reductions, so that other processes get their turn sooner."""
    if type(reductions) is not int or not 0 <= reductions < SMALL:
        raise badarg()
    process.reductions -= min(reductions, CONTEXT_REDUCTIONS, max(0, process.reductions - 1))
    return TRUE


# ---------------------------------------------------------------- the end

ABORT: Final = 134
"""The exit status that a shell shows for a process that aborted."""

MAX_SLOGAN: Final = 1023
FLUSH_TIMEOUT_SINCE: Final = 27


@bif("erlang", "halt", 2, process=True)
def halt_2(process: Process, status: Term, options: Term) -> NoReturn:
    """End the runtime with an exit status, by abort, or with a crash and its slogan."""
    given = list_items(options)
    if given is None or not all(_halt_option(option, process.vm.release) for option in given):
        raise badarg()
    if type(status) is int and status >= 0:
        raise Halt(status & 0x7FFFFFFF)
    if status is ABORT_ATOM:
        raise Halt(ABORT)
    slogan = string_of(status)
    if slogan is None:
        raise badarg()
    raise Halt(1, slogan[:MAX_SLOGAN])


ABORT_ATOM = atom("abort")


def _halt_option(option: Term, release: int) -> bool:
    if type(option) is not tuple or len(option) != 2 or type(option[0]) is not Atom:
        return False
    name, value = option[0].name, option[1]
    if name == "flush":
        return value is TRUE or value is FALSE
    if name == "flush_timeout" and release >= FLUSH_TIMEOUT_SINCE:
        return value is INFINITY or (type(value) is int and value >= 0)
    return False
