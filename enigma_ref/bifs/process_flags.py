"""erlang:process_flag: the settings of processes, their values and defaults."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.machine.settings import Settings
from enigma_ref.machine.system import System
from enigma_ref.terms import (
    FALSE,
    NIL,
    TRUE,
    Atom,
    Map,
    Pid,
    Term,
    atom,
    list_items,
    make_list,
    to_bool_atom,
)
from enigma_ref.terms.atoms import BADARG, NORMAL

TRAP_EXIT: Final = "trap_exit"
SAVE_CALLS: Final = "save_calls"
MAX_HEAP_SIZE: Final = "max_heap_size"
ETS_SUPER_USER: Final = "ets_super_user"
MONITOR_NODES: Final = atom("monitor_nodes")
NODEDOWN_REASON: Final = atom("nodedown_reason")
NODE_TYPE: Final = atom("node_type")

MAX_SAVED_CALLS: Final = 10_000
MAX_SMALL_INTEGER: Final = (1 << 59) - 1
COLLECTIONS_MASK: Final = 0xFFFF
"""How often only the young heap is collected is kept in 16 bits (measured)."""

BADTYPE_SINCE: Final = 24
FULLSWEEP_SINCE: Final = 24
ASYNC_DIST_SINCE: Final = 26
SHARED_BINARIES_SINCE: Final = 27

PRIORITIES: Final = frozenset(("low", "normal", "high", "max"))
QUEUES: Final = frozenset(("on_heap", "off_heap"))

DEFAULTS: dict[str, Term] = {
    "error_handler": atom("error_handler"),
    "priority": NORMAL,
    "min_heap_size": 233,
    "min_bin_vheap_size": 46422,
    "message_queue_data": atom("on_heap"),
    "sensitive": FALSE,
    "fullsweep_after": 65535,
    "scheduler": 0,
    "async_dist": FALSE,
    SAVE_CALLS: 0,
}
"""Flags besides trap_exit and max_heap_size, and their values in a new process. What they say
about memory and schedulers changes nothing on this machine."""

NODE_MAPS_SINCE: Final = 25
NODE_OPTIONS: Final = {
    "list": (TRUE,),
    "connection_id": (TRUE, FALSE),
    "node_type": (atom("visible"), atom("hidden"), atom("all")),
    "nodedown_reason": (TRUE, FALSE),
}
"""What requests to watch nodes may say."""


class HeapLimit(NamedTuple):
    """What max_heap_size says: `size` in words, 0 for none; whether a process is killed that
    outgrows it, and whether that is reported; whether large binaries count."""

    size: int = 0
    kill: bool = True
    error_logger: bool = True
    include_shared_binaries: bool = False

    def term(self, release: int) -> Term:
        """The map that programs see."""
        pairs = [
            (atom("error_logger"), to_bool_atom(self.error_logger)),
            (atom("kill"), to_bool_atom(self.kill)),
            (atom("size"), self.size),
        ]
        if release >= SHARED_BINARIES_SINCE:
            shared = to_bool_atom(self.include_shared_binaries)
            pairs.append((atom("include_shared_binaries"), shared))
        return Map.of(pairs)


def system_heap_limit(vm: System) -> HeapLimit:
    """The limit that new processes have."""
    found: HeapLimit = vm.process_defaults.get(MAX_HEAP_SIZE, HeapLimit())
    return found


def heap_limit(vm: System, value: Term) -> HeapLimit | None:
    """What a number of words or a map means, where what it does not tell is as for new processes;
    None for what is none."""
    release = vm.release
    if type(value) is Map:
        size = value.get(atom("size"))
        wanted: dict[str, bool] = {}
        for name in HeapLimit._fields[1:]:
            given = value.get(atom(name))
            if given is None or (
                name == "include_shared_binaries" and release < SHARED_BINARIES_SINCE
            ):
                continue
            if given is not TRUE and given is not FALSE:
                return None
            wanted[name] = given is TRUE
    else:
        size, wanted = value, {}
    if type(size) is not int or not 0 <= size <= MAX_SMALL_INTEGER:
        return None
    return system_heap_limit(vm)._replace(size=size, **wanted)


def limit_of(process: Process) -> HeapLimit:
    """The limit of a process."""
    found = process.flags.get(MAX_HEAP_SIZE)
    return HeapLimit() if found is None else found


PROCESS_FLAGS: Final = frozenset(
    ("fullsweep_after", MAX_HEAP_SIZE, "min_bin_vheap_size", "min_heap_size")
)
"""Flags that the system has, too, for processes to come."""


def process_default(vm: System, name: str) -> Term:
    """What a new process has for one of `PROCESS_FLAGS`."""
    if name == MAX_HEAP_SIZE:
        return system_heap_limit(vm).term(vm.release)
    found: Term = vm.process_defaults.get(name, DEFAULTS[name])
    return found


def defaults_of(settings: Settings) -> dict[str, Any]:
    """What new processes have that is not in `DEFAULTS`, by the command line."""
    limit = HeapLimit(
        settings.max_heap_size,
        settings.max_heap_kill,
        settings.max_heap_error_logger,
        settings.max_heap_shared_binaries,
    )
    wanted: dict[str, Term] = {
        "min_heap_size": settings.min_heap_size,
        "min_bin_vheap_size": settings.min_bin_vheap_size,
        "message_queue_data": atom(settings.message_queue_data),
        "async_dist": to_bool_atom(settings.async_dist),
    }
    found: dict[str, Any] = {
        name: value for name, value in wanted.items() if value != DEFAULTS[name]
    }
    if limit != HeapLimit():
        found[MAX_HEAP_SIZE] = limit
    return found


def flag_value(process: Process, name: str) -> Term:
    """The value of a flag, or its default."""
    return process.flags.get(name, DEFAULTS[name])


def heap_size(words: int) -> int:
    """The smallest size of a heap with room for so many words (erl_gc.c: sizes grow as
    Fibonacci numbers do, and by a fifth from 833,026 words on)."""
    size, following = 12, 38
    while size < words:
        if size < 800_000:
            size, following = following, size + following + 1
        else:
            size += size // 5
    return size


def size_at_least(name: str, words: int) -> int:
    """The size that a heap gets when so many words are asked for."""
    default: int = DEFAULTS[name]
    return max(default, heap_size(words))


def accepted(process: Process, name: str, value: Term) -> Any:
    """The value that a flag keeps, or None for one that it cannot have.

    It is the term, but for `trap_exit` a bool and for `max_heap_size` a `HeapLimit`.
    """
    if name in ("sensitive", "async_dist"):
        return value if value is TRUE or value is FALSE else None
    if name == "error_handler":
        return value if type(value) is Atom else None
    if name == "priority":
        return value if type(value) is Atom and value.name in PRIORITIES else None
    if name == "message_queue_data":
        return value if type(value) is Atom and value.name in QUEUES else None
    if name == MAX_HEAP_SIZE:
        limit = heap_limit(process.vm, value)
        if limit is None or 0 < limit.size < flag_value(process, "min_heap_size"):
            return None
        return limit
    if type(value) is not int or not 0 <= value <= MAX_SMALL_INTEGER:
        return None
    if name == "scheduler":
        return value if value <= process.vm.settings.schedulers else None
    if name == SAVE_CALLS:
        return value if value <= MAX_SAVED_CALLS else None
    if name == "fullsweep_after":
        return value & COLLECTIONS_MASK
    return size_at_least(name, value)


def _is_known(name: str, release: int) -> bool:
    if name == "async_dist":
        return release >= ASYNC_DIST_SINCE
    return name in DEFAULTS or name == MAX_HEAP_SIZE


@bif("erlang", "process_flag", 2, process=True)
def process_flag_2(process: Process, flag: Term, value: Term) -> Term:
    """Set a flag of the calling process; the old value."""
    if flag is MONITOR_NODES:
        return _monitor_nodes(process, value, NIL)
    if type(flag) is tuple and len(flag) == 2 and flag[0] is MONITOR_NODES:
        return _monitor_nodes(process, value, flag[1])
    name = flag.name if type(flag) is Atom else ""
    release = process.vm.release
    if name == TRAP_EXIT:
        if value is not TRUE and value is not FALSE:
            raise badarg()
        old = to_bool_atom(bool(process.flags.get(TRAP_EXIT)))
        process.flags[TRAP_EXIT] = value is TRUE
        return old
    if not _is_known(name, release):
        raise badarg("badopt")
    if name == "fullsweep_after" and release < FULLSWEEP_SINCE:
        raise badarg()
    new = accepted(process, name, value)
    if new is None:
        raise badarg("none" if name == SAVE_CALLS else None)
    if name == MAX_HEAP_SIZE:
        old = limit_of(process).term(release)
    else:
        old = flag_value(process, name)
    process.flags[name] = new
    return old


def _monitor_nodes(process: Process, value: Term, options: Term) -> int:
    """How often the process was to be told of nodes that come and go. There are none that could;
    requests are counted for each set of options, as net_kernel relies on."""
    key = _node_options(options, process.vm.release)
    if key is None or (value is not TRUE and value is not FALSE):
        raise badarg()
    counts: dict[Any, int] = process.flags.setdefault(MONITOR_NODES.name, {})
    old = counts.get(key, 0)
    if value is TRUE:
        counts[key] = old + 1
    else:
        counts.pop(key, None)
    return old


def monitors_of_nodes(process: Process) -> list[Term]:
    """`{Pid, Options}` for each request of a process to be told of nodes, the latest options
    first (nodes_monitor_info in dist.c)."""
    counts: dict[Any, int] = process.flags.get(MONITOR_NODES.name, {})
    found: list[Term] = []
    for key, count in reversed(counts.items()):
        options = dict(key)
        shown: list[Term] = [NODEDOWN_REASON] if options.get(NODEDOWN_REASON) is TRUE else []
        if NODE_TYPE in options:
            shown.append((NODE_TYPE, options[NODE_TYPE]))
        found += [(process.pid, make_list(shown))] * count
    return found


def _node_options(options: Term, release: int) -> frozenset[tuple[Atom, Term]] | None:
    """The options of a request, or None: a list before 25, then [] or a map."""
    if options is NIL:
        return frozenset()
    if release < NODE_MAPS_SINCE:
        items = [
            (item, TRUE) if type(item) is Atom else item for item in list_items(options) or [None]
        ]
    else:
        items = options.items() if type(options) is Map else [None]
    for item in items:
        if type(item) is not tuple or len(item) != 2 or type(item[0]) is not Atom:
            return None
        if item[0].name not in NODE_OPTIONS or item[1] not in NODE_OPTIONS[item[0].name]:
            return None
    return frozenset(items)


@bif("erts_internal", "process_flag", 3, process=True)
def process_flag_3(process: Process, pid: Term, flag: Term, value: Term) -> Term:
    """Set the flag save_calls of a process: the old value, or a reference that another process
    sends together with it. The atoms badarg and badtype (before 24: badarg) are errors."""
    other = process.vm.processes.get(pid) if type(pid) is Pid else None
    if other is None:
        return BADARG if process.vm.release < BADTYPE_SINCE else atom("badtype")
    if flag is not atom(SAVE_CALLS):
        return BADARG
    old: Term = BADARG
    new = accepted(other, SAVE_CALLS, value)
    if new is not None:
        old = flag_value(other, SAVE_CALLS)
        other.flags[SAVE_CALLS] = new
    if other is process:
        return old
    ref = process.vm.make_ref()
    process.vm.send(process, (ref, old))
    return ref
