"""erlang: facts about the runtime (`erlang:system_info/1`)."""

from __future__ import annotations

import os
import re
import resource
import select
import sys
import time
from collections.abc import Callable
from typing import Any, Final

from enigma_ref._generated.bifs import BIFS
from enigma_ref.bifs import (
    allocators,
    clock,
    memory,
    processors,
    scheduling_blocks,
    system_listings,
)
from enigma_ref.bifs.erlang_seq_trace import sequential_tracer, trace_control_word
from enigma_ref.bifs.process_flags import MAX_HEAP_SIZE, process_default, system_heap_limit
from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.machine.system import System
from enigma_ref.terms import (
    FALSE,
    NIL,
    TRUE,
    Atom,
    Bitstring,
    Term,
    atom,
    make_list,
    make_string,
    to_bool_atom,
)
from enigma_ref.terms.atoms import INFINITY, UNDEFINED, atom_count
from enigma_ref.terms.integers import max_bits

ERTS: Final = {23: "11.1.8", 25: "13.1.5", 27: "15.2.7", 28: "16.4", 29: "17.1.1"}
"""Versions of the runtime system that the releases were measured with."""

NIF_VERSION: Final = {23: "2.15", 25: "2.16", 27: "2.17", 29: "2.18"}

WORD_SIZE: Final = 8


def _of_release(table: dict[int, Any], release: int) -> Any:
    """The value since the newest release in a table that is not after this one."""
    return table[max(since for since in table if since <= release)]


def _pairs(**items: Term) -> Term:
    return make_list([(atom(name), value) for name, value in items.items()])


FIXED: Final[dict[str, Term]] = {
    "beam_jump_table": TRUE,
    "build_type": atom("opt"),
    "constant_pool_support": TRUE,
    "context_reductions": 4000,
    "creation": 0,
    "debug_compiled": FALSE,
    "decentralized_counter_groups_map": make_list([(0, 1), (1, 1)]),
    "dist_ctrl": NIL,
    "driver_version": make_string("3.3"),
    "dynamic_trace": atom("none"),
    "dynamic_trace_probes": FALSE,
    "eager_check_io": TRUE,
    "emu_flavor": atom("emu"),
    "emu_type": atom("opt"),
    "end_time": 8_646_911_283_000_000_000,
    "endian": atom(sys.byteorder),
    "ethread_info": NIL,
    "ethread_used_tse": 0,
    "heap_type": atom("private"),
    "hipe_architecture": UNDEFINED,
    "io_thread": FALSE,
    "kernel_poll": TRUE,
    "lock_checking": FALSE,
    "lock_counting": FALSE,
    "machine": make_string("BEAM"),
    "multi_scheduling_blockers": NIL,
    "normal_multi_scheduling_blockers": NIL,
    "port_tasks": TRUE,
    "reader_groups_map": make_list([(0, 1), (1, 1)]),
    "run_queues": 1,
    "scheduler_id": 1,
    "smp_support": TRUE,
    "start_time": clock.FIRST,
    "taints": NIL,
    "thread_progress": TRUE,
    "threads": TRUE,
    "update_cpu_info": atom("unchanged"),
    "wordsize": WORD_SIZE,
}
"""Items that are the same for every system."""

QUEUES: Final = ("process_max", "process_high", "process_normal", "process_low", "port")


def _os_version(vm: System) -> Term:
    numbers = []
    for part in os.uname().release.replace("-", ".").split(".")[:3]:
        numbers.append(int(part) if part.isdigit() else 0)
    return tuple(numbers)


def system_version(vm: System) -> str:
    """The line with which a shell of that release begins."""
    found = vm.settings
    dirty = f"{found.dirty_cpu_schedulers}:{found.dirty_cpu_schedulers_online}"
    return (
        f"Erlang/OTP {vm.release} [erts-{_of_release(ERTS, vm.release)}] [source] [64-bit] "
        f"[smp:{found.schedulers}:{found.schedulers_online}] "
        f"[ds:{dirty}:{found.dirty_io_schedulers}] [async-threads:{found.async_threads}]\n"
    )


def _compiler(vm: System) -> Term:
    """The C compiler that made this Python."""
    import platform  # takes a while, and few ask

    name, *version = re.findall(r"[A-Za-z]+|\d+", platform.python_compiler())[:4]
    numbers = tuple(int(part) for part in version if part.isdigit())
    return (atom("gnuc" if name == "GCC" else name.lower()), numbers)


def _compile_info(vm: System) -> Term:
    """How this Python was made."""
    import sysconfig  # few ask

    flags = {
        name: str(sysconfig.get_config_var(name.upper()) or "") for name in ("cflags", "ldflags")
    }
    return _pairs(
        ldflags=make_string(flags["ldflags"]), cflags=make_string(flags["cflags"]), config_h=NIL
    )


def _check_io(vm: System) -> Term:
    """What descriptors are waited for with: one set, which the only thread looks at."""
    watched = len(vm.ports.watching.watched)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    primary = "epoll" if hasattr(select, "epoll") else "poll"
    items = _pairs(
        name=atom("erts_poll"),
        primary=atom(primary),
        kernel_poll=atom(primary),
        memory_size=sys.getsizeof(vm.ports.watching.watched),
        total_poll_set_size=watched,
        lazy_updates=FALSE,
        pending_updates=0,
        batch_updates=FALSE,
        concurrent_updates=TRUE,
        fallback=FALSE,
        max_fds=most,
        active_fds=0,
        poll_threads=1,
    )
    return make_list([items])


RESOLUTION_SINCE: Final = 26
"""Since then the monotonic source also tells what resolution it uses."""


def _source(vm: System, *, monotonic: bool) -> Term:
    """Where times come from."""
    info = time.get_clock_info("monotonic" if monotonic else "time")
    function, _, rest = info.implementation.partition("(")
    resolution = round(1 / info.resolution)
    items: dict[str, Term] = {
        "function": atom(function),
        "clock_id": atom(rest.rstrip(")")),
        "resolution": resolution,
    }
    if monotonic:
        if vm.release >= RESOLUTION_SINCE:
            items["used_resolution"] = resolution
        items["extended"] = atom("no")
    now = time.monotonic_ns() if monotonic else time.time_ns()
    return _pairs(**items, parallel=atom("yes"), time=now)


def _queues(vm: System) -> Term:
    return make_list([(atom(name), 0, 0) for name in QUEUES])


INSTRUCTIONS: Final = {
    ("erlang", "apply", 2),
    ("erlang", "apply", 3),
    ("erlang", "hibernate", 0),
    ("erlang", "yield", 0),
}
"""Functions that erts has instructions for, so that they are not among the built-in ones."""


def _built_in(vm: System) -> Term:
    """Every function that is built in."""
    return make_list(
        [
            (atom(module), atom(name), arity)
            for (module, name, arity), entry in BIFS.items()
            if vm.release in entry.releases
            and entry.kind != "nif"
            and (module, name, arity) not in INSTRUCTIONS
        ]
    )


def _heap_sizes(vm: System) -> Term:
    """The sizes that heaps grow by: Fibonacci's way at first, then by a fifth."""
    sizes = [12, 38]
    while (larger := sizes[-1] + sizes[-2] + 1) < LARGE_HEAP:
        sizes.append(larger)
    while sizes[-1] * 6 // 5 < MAX_HEAP:
        sizes.append(sizes[-1] + sizes[-1] // 5)
    return make_list(sizes)


LARGE_HEAP: Final = 1_000_000
MAX_HEAP: Final = 10**15
"""Words up to which sizes are told (measured)."""


def _binary(text: str) -> Term:
    """A text that has a character for each byte."""
    return Bitstring.of(text.encode("latin1"))


def _collection(vm: System) -> Term:
    """What new processes have, with the limit of their heaps as a number of words."""
    return _pairs(
        max_heap_size=system_heap_limit(vm).size,
        min_bin_vheap_size=process_default(vm, "min_bin_vheap_size"),
        min_heap_size=process_default(vm, "min_heap_size"),
        fullsweep_after=process_default(vm, "fullsweep_after"),
    )


def _requests_limit(vm: System) -> Term:
    if vm.release < REQUESTS_LIMIT_SINCE:
        raise badarg()
    usual = vm.settings.outstanding_requests or DEFAULT_REQUESTS
    return vm.state.get(REQUESTS_LIMIT, usual)


def _max_integer(vm: System) -> Term:
    if vm.release < MAX_INTEGER_SINCE:
        raise badarg()
    return (1 << max_bits()) - 1


def _elib_malloc(vm: System) -> Term:
    """An allocator that was gone long before the question was."""
    if vm.release >= ELIB_MALLOC_UNTIL:
        raise badarg()
    return FALSE


MAX_INTEGER_SINCE: Final = 27
REQUESTS_LIMIT: Final = "outstanding_system_requests_limit"
REQUESTS_LIMIT_SINCE: Final = 25
DEFAULT_REQUESTS: Final = 2
"""How many tasks of the system may be asked for, twice as many as there are schedulers; here they
are never limited."""

ELIB_MALLOC_UNTIL: Final = 24


def _schedulers_state(vm: System) -> Term:
    """How many there are, how many are online, and how many are not blocked."""
    return (vm.settings.schedulers, *[vm.settings.schedulers_online] * 2)


def _all_schedulers_state(vm: System) -> Term:
    found = vm.settings
    cpu, online, io = (
        found.dirty_cpu_schedulers,
        found.dirty_cpu_schedulers_online,
        found.dirty_io_schedulers,
    )
    # A block of everything lets only one ordinary scheduler run.
    is_blocked = scheduling_blocks.state(vm) is scheduling_blocks.BLOCKED
    return make_list(
        [
            (atom("normal"), *_schedulers_state(vm)),
            (atom("dirty_cpu"), cpu, online, 0 if is_blocked else online),
            (atom("dirty_io"), io, io, 0 if is_blocked else io),
        ]
    )


def _argument(word: str) -> Term:
    """A word of the command line as the bytes that it is."""
    return make_list(list(os.fsencode(word)))


def _delayed_collection(vm: System) -> Term:
    delay = vm.settings.node_table_delay
    return INFINITY if delay is None else delay


def _timing_level(vm: System) -> Term:
    level = vm.settings.modified_timing_level
    return UNDEFINED if level is None else level


COMPUTED: Final[dict[str, Callable[[System], Term]]] = {
    "elib_malloc": _elib_malloc,
    "fullsweep_after": lambda vm: (
        atom("fullsweep_after"),
        process_default(vm, "fullsweep_after"),
    ),
    "garbage_collection": _collection,
    MAX_HEAP_SIZE: lambda vm: process_default(vm, MAX_HEAP_SIZE),
    "min_bin_vheap_size": lambda vm: (
        atom("min_bin_vheap_size"),
        process_default(vm, "min_bin_vheap_size"),
    ),
    "min_heap_size": lambda vm: (atom("min_heap_size"), process_default(vm, "min_heap_size")),
    REQUESTS_LIMIT: _requests_limit,
    "sequential_tracer": sequential_tracer,
    "trace_control_word": trace_control_word,
    "all_schedulers_state": _all_schedulers_state,
    "atom_limit": lambda vm: vm.settings.atom_limit,
    "multi_scheduling": scheduling_blocks.state,
    "break_ignored": lambda vm: to_bool_atom(vm.settings.break_signal == "ignored"),
    "delayed_node_table_gc": _delayed_collection,
    "dirty_cpu_schedulers": lambda vm: vm.settings.dirty_cpu_schedulers,
    "dirty_cpu_schedulers_online": lambda vm: vm.settings.dirty_cpu_schedulers_online,
    "dirty_io_schedulers": lambda vm: vm.settings.dirty_io_schedulers,
    "dist_buf_busy_limit": lambda vm: vm.settings.dist_buf_busy_limit,
    "ets_always_compress": lambda vm: to_bool_atom(vm.settings.ets_always_compress),
    "ets_limit": lambda vm: vm.settings.ets_limit,
    "ets_realloc_moves": lambda vm: to_bool_atom(vm.settings.ets_realloc_moves),
    "max_integer": _max_integer,
    "message_queue_data": lambda vm: atom(vm.settings.message_queue_data),
    "modified_timing_level": _timing_level,
    "port_limit": lambda vm: vm.settings.port_limit,
    "port_parallelism": lambda vm: to_bool_atom(vm.settings.port_parallelism),
    "scheduler_bind_type": lambda vm: atom(vm.settings.scheduler_bind_type),
    "scheduler_bindings": lambda vm: (atom("unbound"),) * vm.settings.schedulers,
    "schedulers": lambda vm: vm.settings.schedulers,
    "schedulers_active": lambda vm: vm.settings.schedulers_online,
    "schedulers_online": lambda vm: vm.settings.schedulers_online,
    "schedulers_state": _schedulers_state,
    "schedulers_total": lambda vm: vm.settings.schedulers,
    "thread_pool_size": lambda vm: vm.settings.async_threads,
    "time_correction": lambda vm: to_bool_atom(vm.settings.time_correction),
    "alloc_util_allocators": lambda vm: make_list([atom(name) for name in memory.ALLOCATORS]),
    "allocated_areas": memory.areas,
    "allocator": lambda vm: allocators.all_allocators(),
    "atom_count": lambda vm: atom_count(),
    "c_compiler_used": _compiler,
    "compat_rel": lambda vm: vm.settings.compatible_release or vm.release,
    "compile_info": _compile_info,
    "check_io": _check_io,
    "cpu_quota": lambda vm: processors.quota(vm.release),
    "cpu_topology": lambda vm: processors.topology(),
    "dist": lambda vm: _binary(system_listings.nodes(vm)),
    "emu_args": lambda vm: make_list(
        [_argument(item) for item in vm.settings.arguments or sys.argv]
    ),
    "ets_count": lambda vm: len(vm.tables.all()),
    "heap_sizes": _heap_sizes,
    "info": lambda vm: _binary(system_listings.info(vm)),
    "loaded": lambda vm: _binary(system_listings.modules(vm)),
    "logical_processors": lambda vm: processors.logical(),
    "logical_processors_available": lambda vm: processors.available(),
    "logical_processors_online": lambda vm: processors.logical(),
    "nif_version": lambda vm: make_string(_of_release(NIF_VERSION, vm.release)),
    "os_monotonic_time_source": lambda vm: _source(vm, monotonic=True),
    "os_system_time_source": lambda vm: _source(vm, monotonic=False),
    "os_type": lambda vm: (atom("unix"), atom(os.uname().sysname.lower())),
    "os_version": _os_version,
    "otp_release": lambda vm: make_string(str(vm.release)),
    "port_count": lambda vm: len(vm.ports.ids()),
    "process_count": lambda vm: len(vm.processes),
    "process_limit": lambda vm: vm.settings.processes(vm.release),
    "procs": lambda vm: _binary(system_listings.processes(vm)),
    "scheduling_statistics": _queues,
    "snifs": _built_in,
    "system_architecture": lambda vm: make_string(f"{os.uname().machine}-pc-linux-gnu"),
    "system_logger": lambda vm: vm.system_logger,
    "system_version": lambda vm: make_string(system_version(vm)),
    "total_scheduling_statistics": _queues,
    "version": lambda vm: make_string(_of_release(ERTS, vm.release)),
}
"""Items that are asked of the system or of the machine that it runs on."""


def _info(vm: System, item: str) -> Term:
    if item in ("emu_type", "emu_flavor") and vm.release < 25:
        raise badarg()
    if item in FIXED:
        return FIXED[item]
    if item in COMPUTED:
        return COMPUTED[item](vm)
    return _info_of_release(vm, item)


TIME_OFFSETS: Final = {
    "no_time_warp": "final", "single_time_warp": "preliminary", "multi_time_warp": "volatile",
}  # fmt: skip
"""What the time offset is, by the mode, until somebody makes it final."""

TIME_OFFSET: Final = "erlang:time_offset"
"""The key of a system's state under which a time offset that was made final is kept."""


def _info_of_release(vm: System, item: str) -> Term:
    """Items that came or changed with a release."""
    mode = vm.settings.warp_mode(vm.release)
    if item == "tolerant_timeofday":
        corrects = vm.settings.time_correction and mode == "no_time_warp"
        return atom("enabled" if corrects else "disabled")
    if item == "time_warp_mode":
        return atom(mode)
    if item == "time_offset":
        return atom(vm.state.get(TIME_OFFSET, TIME_OFFSETS[mode]))
    if item == "async_dist" and vm.release >= 26:
        return to_bool_atom(vm.settings.async_dist)
    if item == "halt_flush_timeout" and vm.release >= 27:
        timeout = vm.settings.halt_flush_timeout
        return INFINITY if timeout is None else timeout
    raise badarg()


@bif("erlang", "system_info", 1, process=True)
def system_info_1(process: Process, item: Term) -> Term:
    """A fact about the runtime. Raises badarg for those that it does not know."""
    vm = process.vm
    if type(item) is Atom:
        return _info(vm, item.name)
    if type(item) is not tuple or not item or type(item[0]) is not Atom:
        raise badarg()
    kind, *rest = item
    if len(rest) == 1 and kind.name in allocators.KINDS:
        return allocators.about(process, kind.name, rest[0])
    if len(rest) == 1 and type(rest[0]) is Atom:
        return _info_about(process, kind.name, rest[0])
    if len(rest) == 2 and kind.name in ("memory_internal", "allocator", "allocator_sizes"):
        return memory.internal(process, kind.name, *rest)
    raise badarg()


def _info_about(process: Process, kind: str, what: Atom) -> Term:
    if kind == "wordsize" and what.name in ("internal", "external"):
        return WORD_SIZE
    if kind == "cpu_topology" and what.name in ("defined", "detected", "used"):
        return UNDEFINED if what.name == "defined" else processors.topology()
    if kind == "internal_cpu_topology" and what.name in ("defined", "detected", "used"):
        return UNDEFINED if what.name == "defined" else processors.internal_topology()
    raise badarg()
