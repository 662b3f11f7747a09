"""erts_debug: the internal state that OTP's own tests ask of an emulator
(erts_debug_get_internal_state_1 and erts_debug_set_internal_state_2 in erl_bif_info.c of erts).

It is there for those who have switched it on, and undefined for all others.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from typing import Any, Final

from enigma_ref.bifs.collections import COLLECTION_PAUSE, UNCOLLECTED
from enigma_ref.bifs.erlang_process_info import WATCHED_KINDS, known_items
from enigma_ref.bifs.erlang_time import FIRST_UNIQUE, set_last_monotonic, unsigned_monotonic
from enigma_ref.bifs.memory import totals
from enigma_ref.bifs.persistent_term import slots
from enigma_ref.bifs.process_flags import flag_value, monitors_of_nodes
from enigma_ref.bifs.registry import bif
from enigma_ref.bifs.sizes import MAX_HEAP_BINARY
from enigma_ref.machine.errors import badarg, error
from enigma_ref.machine.process import Process
from enigma_ref.machine.settings import Settings
from enigma_ref.terms import (
    FALSE,
    NIL,
    TRUE,
    Atom,
    Bitstring,
    Map,
    Pid,
    Term,
    atom,
    make_list,
    to_bool_atom,
)
from enigma_ref.terms.atoms import OK, UNDEFINED
from enigma_ref.terms.bitstrings import Buffer, grown_room
from enigma_ref.terms.keys import guard_key

AVAILABLE: Final = atom("available_internal_state")
DEFAULT: Final = atom("default")
UNDEF: Final = atom("undef")
NOTSUP: Final = atom("notsup")
LINK: Final = atom("erl_link")
MONITOR: Final = atom("erl_monitor")
ORIGIN: Final = atom("origin")
TARGET: Final = atom("target")
RESOURCE: Final = atom("resource")
PROCESS: Final = atom("process")
LINKED: Final = atom("linked")
REFC_BINARY: Final = atom("refc_binary")
HEAP_BINARY: Final = atom("heap_binary")
BINARY: Final = atom("binary")
WRITABLE: Final = 1
ACTIVE_WRITER: Final = 2
"""PB_IS_WRITABLE and PB_ACTIVE_WRITER of global.h."""
OFF_HEAP: Final = atom("off_heap")
NODE: Final = atom("node")
START: Final = atom("start")
SYSTEM: Final = atom("system")
NODE_REFERENCES: Final = atom("node_references")
DIST_REFERENCES: Final = atom("dist_references")
PERSISTENT_TERM: Final = atom("persistent_term")
TABLE: Final = atom("table")
TIMEOUT_DONE: Final = atom("multizero_timeout_in_timeout_done")
LINK_STATE_SINCE: Final = 25
"""Since then a link tells whether it is one or is about to be none, and its ends have different
numbers (measured)."""
ADDRESSES: Final = (1 << 47) - 1
"""What numbers of links are at most, which are addresses in OTP."""
TABLE_SINCE: Final = 25
"""Since then the size of the table of persistent terms can be asked for (measured)."""

CONTEXT_REDUCTIONS: Final = 4000
TIMES_TO_WAIT: Final = ("deallocations", "timer_cancellations", "aux_work", "thread_progress")
TIME_WARPS: Final = ("no_time_warp", "single_time_warp", "multi_time_warp")
LARGEST_UNSIGNED: Final = (1 << 64) - 1
LARGEST_HASH: Final = (1 << 32) - 1
LARGEST_STACK: Final = (1 << 59) - 1
"""What is told of a stack without a limit: the largest integer that fits into a word."""

OWN_SIZE_SINCE: Final = 27
"""Since then every bitstring refers to the bytes itself, and tells its own size."""

NEW_RE_SINCE: Final = 28
NEW_RE_LIMIT: Final = 64000
"""The loop of re since it is PCRE2."""

SINCE: Final = {
    "multizero_timeout_in_timeout": 24,
    "proc_sig_buffers": 24,
    "process_uniq_counter": 24,
}
"""What can be changed since some release."""

LOOP_LIMITS: Final = {"binary_loop_limit": 0, "re_loop_limit": 40000, "unicode_loop_limit": 40000}
"""How many steps of a loop built-in functions of a module take before they let others run (0: as
many as they like). Here each call is made whole, whatever the limit."""


def _require(process: Process) -> None:
    if process.vm.state.get(AVAILABLE.name) is None:
        raise error(UNDEF)


# ---------------------------------------------------------------- asking


@bif("erts_debug", "get_internal_state", 1, process=True)
def get_internal_state_1(process: Process, what: Term) -> Term:
    """A part of the state: a name out of `STATES`, or `{Name, Of}` with one out of `STATES_OF`,
    `{check_time_config, Correction, WarpMode}`, `{make_unique_integer, Scheduler, Counter}`.

    Raises undef before it was made available, badarg for all others.
    """
    _require(process)
    if type(what) is Atom and what.name in STATES:
        if what is PERSISTENT_TERM and process.vm.release < TABLE_SINCE:
            raise badarg()
        return STATES[what.name](process)
    if type(what) is tuple and what and type(what[0]) is Atom:
        if len(what) == 2 and what[0].name in STATES_OF:
            return STATES_OF[what[0].name](process, what[1])
        if len(what) == 3 and what[0].name == "check_time_config":
            return _check_time_config(what[1], what[2])
        if len(what) == 3 and what[0].name == "make_unique_integer":
            return _unique_integer(process.vm.settings, what[1], what[2])
    raise badarg()


def _reader_groups(process: Process, groups: Term) -> Term:
    """Which of so many groups of locks each logical processor belongs to: there is one."""
    if type(groups) is not int or groups < 1:
        raise badarg()
    return make_list([(0, 1)])


def _process_status(process: Process, pid: Term) -> Term:
    if type(pid) is not Pid:
        raise badarg()
    asked = process.vm.processes.get(pid)
    if asked is None:
        return UNDEFINED
    return atom("waiting" if asked.status in ("hibernating", "dozing") else asked.status)


def _links(process: Process, owner: Term) -> Term:
    """`{erl_link, Kind, Other, State, Id}` for each link; those of 23 have no state, and the same
    `Id` at both ends."""
    if owner is process.vm.node:
        return NIL
    if type(owner) is not Pid:
        raise badarg()
    asked = process.vm.processes.get(owner)
    if asked is None:
        return UNDEFINED
    has_state = process.vm.release >= LINK_STATE_SINCE
    state = (LINKED,) if has_state else ()
    found: list[Term] = []
    for other in asked.links:
        ends = (asked.pid, other) if has_state else frozenset((asked.pid, other))
        found.append((LINK, PROCESS, other, *state, hash(ends) & ADDRESSES))
    return make_list(found)


def _monitors(process: Process, owner: Term) -> Term:
    """`{erl_monitor, Kind, origin | target, Reference, Other, Name | []}` for each monitor that a
    process has or is watched by."""
    if owner is process.vm.node:
        return NIL
    if type(owner) is not Pid:
        raise badarg()
    asked = process.vm.processes.get(owner)
    if asked is None:
        return UNDEFINED
    return make_list(
        [
            *(_monitor(ref, watch, ORIGIN) for ref, watch in asked.monitors.items()),
            *(_monitor(ref, watch, TARGET) for ref, watch in asked.monitored_by.items()),
        ]
    )


def _monitor(ref: Term, watch: Any, side: Atom) -> Term:
    if side is TARGET and type(watch.watcher) is not Pid:
        return (MONITOR, RESOURCE, TARGET, ref, watch.watcher, NIL)
    name = watch.name[0] if type(watch.name) is tuple else NIL
    other = watch.watched if side is ORIGIN else watch.watcher
    kind = WATCHED_KINDS[type(watch.watched)]
    return (MONITOR, kind, side, ref, UNDEFINED if other is None else other, name)


def _binary_info(process: Process, bits: Term) -> Term:
    """Where the bytes of a bitstring are: `heap_binary`, or `{refc_binary, Size, {binary, Room},
    Flags}` with the size of the binary that it may be only a part of, and what that may grow to
    before it moves."""
    if type(bits) is not Bitstring:
        raise badarg()
    data = bits.data
    size = len(data)
    if type(data) is Buffer and data.room >= 0:
        # Once outgrown, as if what was appended last had made it move.
        room = data.room if size <= data.room else grown_room(size)
        flags = WRITABLE | ACTIVE_WRITER
    elif size <= MAX_HEAP_BINARY:
        return HEAP_BINARY
    else:
        room = size
        flags = 0
    own = bits.byte_size if process.vm.release >= OWN_SIZE_SINCE else size
    return (REFC_BINARY, own, (BINARY, room), flags)


def _internal_hash(process: Process, term: Term) -> int:
    """The number by which tables and large maps find a term; it lasts as long as the system."""
    return hash(guard_key(term)) & LARGEST_HASH


def _check_time_config(correction: Term, warp: Term) -> Term:
    """Whether the operating system's clocks are good enough for a way to correct time."""
    if correction is not TRUE and correction is not FALSE:
        raise badarg()
    if type(warp) is not Atom or warp.name not in TIME_WARPS:
        raise badarg()
    return TRUE


def _unique_integer(settings: Settings, scheduler: Term, counter: Term) -> int:
    """The unique integer that a scheduler of that number would make when it counts that far."""
    if not _is_unsigned(scheduler) or not _is_unsigned(counter):
        raise badarg()
    schedulers = settings.schedulers + settings.dirty_cpu_schedulers + settings.dirty_io_schedulers
    bits = schedulers.bit_length()
    return int(FIRST_UNIQUE + (counter << bits | scheduler))


def _is_unsigned(value: Term) -> bool:
    return type(value) is int and 0 <= value <= LARGEST_UNSIGNED


def _listing(process: Process) -> Term:
    """How processes/0 goes about the table of processes: the reductions that it wants to begin
    with, how many parts it looks at one after another, how long a part is, and what is worth a
    reduction. Here it is one part, and worth one."""
    most = process.vm.settings.processes(process.vm.release)
    return (atom("ptab_list_bif_info"), 1, 1, most, most, 1, most, 1, most, 0)


def _stack(process: Process) -> int:
    """The bytes that the stack of the thread which runs everything may take."""
    limit = resource.getrlimit(resource.RLIMIT_STACK)[0]
    return LARGEST_STACK if limit == resource.RLIM_INFINITY else limit


def _watched_files(process: Process) -> Term:
    """`{Errors, Files, ByDrivers, ByNifs}`: how many files are waited for, all of them for ports,
    and about how many the operating system and the emulator disagree."""
    watched = len(process.vm.ports.watching.watched)
    return (0, watched, watched, 0)


def _node_references(process: Process) -> Term:
    """Who refers to the entries of nodes and of their connections. This node's are the system's
    own; other nodes have none, as nothing is connected."""
    node = process.vm.node
    by_system = ((SYSTEM, UNDEFINED), make_list([(SYSTEM, 1)]))
    by_node = ((NODE, (node, 0)), make_list([(NODE, 1)]))
    return (
        (NODE_REFERENCES, make_list([((node, 0), 1, make_list([by_system]))])),
        (DIST_REFERENCES, make_list([(node, 2, make_list([by_system, by_node]))])),
    )


STATES: Final[dict[str, Callable[[Process], Term]]] = {
    AVAILABLE.name: lambda _: TRUE,
    "check_io_debug": _watched_files,
    "flxctr_memory_usage": lambda _: NOTSUP,
    "force_heap_frags": lambda _: FALSE,
    "lc_graph": lambda _: NOTSUP,
    "memory": lambda process: make_list(
        [(atom(name), size) for name, size in totals(process.vm).items()]
    ),
    "min_unique_integer": lambda _: FIRST_UNIQUE,
    "min_unique_monotonic_integer": lambda _: FIRST_UNIQUE,
    "monitoring_nodes": lambda process: make_list(
        [one for each in process.vm.processes.values() for one in monitors_of_nodes(each)]
    ),
    "nbalance": lambda _: 0,
    "next_pid": lambda process: process.vm.next_pid_number(),
    "next_port": lambda process: process.vm.ports.next_number(),
    "node_and_dist_references": _node_references,
    PERSISTENT_TERM.name: lambda process: Map.of([(TABLE, slots(process.vm))]),
    "process_info_args": lambda process: known_items(process.vm.release),
    "processes": lambda process: make_list(list(process.vm.processes)),
    "processes_bif_info": _listing,
    "reds_left": lambda process: max(0, process.reductions),
    "scheduler_dump": lambda _: FALSE,
    "stack_check": _stack,
    "unique_monotonic_integer_state": lambda process: unsigned_monotonic(process.vm),
}
"""What there is to ask, by name."""

STATES_OF: Final[dict[str, Callable[[Process, Term], Term]]] = {
    "binary_info": _binary_info,
    "channel_number": lambda _, node: UNDEFINED,
    "dist_ctrl": lambda _, node: UNDEFINED,
    "internal_hash": _internal_hash,
    "link_list": _links,
    "monitor_list": _monitors,
    "process_status": _process_status,
    "reader_groups_map": _reader_groups,
}
"""What there is to ask about something, by name."""


# ---------------------------------------------------------------- changing


@bif("erts_debug", "set_internal_state", 2, process=True)
def set_internal_state_2(process: Process, what: Term, value: Term) -> Term:
    """Change a part of the state, one out of `CHANGES` or of `LOOP_LIMITS`;
    `available_internal_state` and limits give what they were.

    Raises undef before it was made available, badarg for all others.
    """
    if what is AVAILABLE and (value is TRUE or value is FALSE):
        was = process.vm.state.pop(AVAILABLE.name, None)
        if value is TRUE:
            process.vm.state[AVAILABLE.name] = True
        return to_bool_atom(was is not None)
    _require(process)
    if type(what) is Atom and what.name in LOOP_LIMITS:
        return _limit_loops(process, what.name, value)
    if type(what) is Atom and what.name in CHANGES:
        if process.vm.release < SINCE.get(what.name, 0):
            raise badarg()
        return CHANGES[what.name](process, value)
    raise badarg()


def _limit_loops(process: Process, what: str, limit: Term) -> int:
    usual = LOOP_LIMITS[what]
    if what == "re_loop_limit" and process.vm.release >= NEW_RE_SINCE:
        usual = NEW_RE_LIMIT
    limits: dict[str, int] = process.vm.state.setdefault("erts_debug:loop_limits", {})
    if limit is DEFAULT or limit == 0:
        return limits.pop(what, usual)
    if not _is_unsigned(limit):
        raise badarg()
    was = limits.get(what, usual)
    limits[what] = limit
    return was


def _reductions_left(process: Process, left: Term) -> Term:
    if type(left) is not int:
        raise badarg()
    process.reductions = max(1, min(left, CONTEXT_REDUCTIONS))
    return TRUE


def _force_collection(process: Process, pid: Term) -> Term:
    """Let memory be swept soon: whether there is such a process."""
    return to_bool_atom(type(pid) is Pid and pid in process.vm.processes)


def _stand_still(process: Process, milliseconds: Term) -> Term:
    """Do nothing for so long, nor let others do anything."""
    if type(milliseconds) is not int:
        raise badarg()
    if milliseconds > 0:
        time.sleep(milliseconds / 1000)
    return TRUE


def _wait(process: Process, what: Term) -> Term:
    """Wait for work of the emulator itself, of which there is never any left; others get their
    turn meanwhile."""
    if type(what) is not Atom or what.name not in TIMES_TO_WAIT:
        raise badarg()
    process.reductions = min(process.reductions, 1)
    return OK


def _next_pid(process: Process, number: Term) -> int:
    if not _is_unsigned(number):
        raise badarg()
    return process.vm.next_pid_number(number)


def _next_port(process: Process, number: Term) -> int:
    if not _is_unsigned(number):
        raise badarg()
    found: int = process.vm.ports.next_number(number)
    return found


def _collecting(process: Process, on: Term) -> Term:
    """Whether memory is swept, which there is no need of here; what it was."""
    if on is not TRUE and on is not FALSE:
        raise badarg()
    waiting = process.flags.get(UNCOLLECTED)
    if on is FALSE:
        process.flags.setdefault(UNCOLLECTED, [])
    elif waiting is not None:
        del process.flags[UNCOLLECTED]
        for go_on in waiting:
            go_on(True)
    return to_bool_atom(waiting is None)


def _lengthen_collections(process: Process, milliseconds: Term) -> Term:
    if not _is_unsigned(milliseconds):
        raise badarg()
    process.vm.state[COLLECTION_PAUSE] = milliseconds
    return TRUE


def _unique_monotonic(process: Process, last: Term) -> Term:
    if type(last) is not int or not -(1 << 63) <= last <= LARGEST_UNSIGNED:
        return FALSE
    set_last_monotonic(process.vm, last)
    return TRUE


def _keep_nodes(process: Process, milliseconds: Term) -> Term:
    """How long names of other nodes are kept when nothing mentions them: they always are."""
    if type(milliseconds) is not int:
        raise badarg()
    return OK


def _binary(process: Process, size: Term) -> Term:
    """A binary of so many zeros, or false when there is no room for it."""
    if type(size) is not int:
        raise badarg()
    return Bitstring.of(bytes(size)) if size >= 0 else FALSE


def _code_permission(process: Process, taken: Term) -> Term:
    """Take the right to change code, which nobody else ever has while a call is made."""
    if taken is not TRUE and taken is not FALSE:
        raise badarg()
    return TRUE


def _break_heap(process: Process, what: Term) -> Term:
    """With `start`, a tuple that is broken until it is given back; here it is whole, as there is
    no heap that could be broken."""
    if what is START:
        return (OK,)
    if what != (OK,):
        raise badarg()
    return OK


def _signal_buffers(process: Process, on: Term) -> Term:
    """Let signals arrive through several queues, which a process has that keeps its messages off
    its heap: whether it does. They come in the same order here."""
    if on is not TRUE:
        return NOTSUP
    return to_bool_atom(flag_value(process, "message_queue_data") is OFF_HEAP)


def _count_receives(process: Process, counter: Term) -> Term:
    """How many marks of receives a process has set, which are not numbered here."""
    if type(counter) is not int:
        raise badarg()
    return OK


def _block_signals(process: Process, pair: Term) -> Term:
    """Let a process do nothing for so many milliseconds, once it looks at its signals: whether
    there is one."""
    if type(pair) is not tuple or len(pair) != 2:
        raise badarg()
    pid, milliseconds = pair
    if type(pid) is not Pid or type(milliseconds) is not int:
        raise badarg()
    asked = process.vm.processes.get(pid)
    if asked is None:
        return FALSE
    if milliseconds > 0 and asked is not process:
        process.vm.suspend(asked)
        process.vm.start_timer(milliseconds, lambda: process.vm.resume(asked))
    return TRUE


def _timeouts_in_timeouts(process: Process, milliseconds: Term) -> Term:
    """A timer that starts a timer of no time, which starts another one, which sends a message."""
    if type(milliseconds) is not int:
        raise badarg()
    vm = process.vm

    def send() -> None:
        if process.status != "exited":
            vm.send(process, TIMEOUT_DONE)

    vm.start_timer(max(0, milliseconds), lambda: vm.start_timer(0, lambda: vm.start_timer(0, send)))
    return OK


CHANGES: Final[dict[str, Callable[[Process, Term], Term]]] = {
    "binary": _binary,
    "block": _stand_still,
    "block_scheduler": _stand_still,
    "code_write_permission": _code_permission,
    "ets_force_trap": lambda _, on: NOTSUP,
    "fill_heap": lambda _, sweep: OK,
    "force_gc": _force_collection,
    "gc_state": _collecting,
    "inconsistent_heap": _break_heap,
    "kill_dist_connection": lambda _, node: FALSE,
    "mbuf": lambda _, term: term,
    "multizero_timeout_in_timeout": _timeouts_in_timeouts,
    "next_pid": _next_pid,
    "next_port": _next_port,
    "node_tab_delayed_delete": _keep_nodes,
    "process_uniq_counter": _count_receives,
    "proc_sig_block": _block_signals,
    "proc_sig_buffers": _signal_buffers,
    "reds_left": _reductions_left,
    "sleep": _stand_still,
    "test_long_gc_sleep": _lengthen_collections,
    "unique_monotonic_integer_state": _unique_monotonic,
    "wait": _wait,
}
"""What can be changed, by name."""
