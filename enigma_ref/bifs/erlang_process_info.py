"""erlang: what can be asked about processes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from enigma_ref.bifs.erlang_output import print_error
from enigma_ref.bifs.erlang_processes import PORT, PROCESS
from enigma_ref.bifs.heaps import held, is_term, parts
from enigma_ref.bifs.process_flags import (
    SAVE_CALLS,
    TRAP_EXIT,
    flag_value,
    heap_size,
    limit_of,
)
from enigma_ref.bifs.process_listing import HIBERNATE, backtrace
from enigma_ref.bifs.registry import bif
from enigma_ref.bifs.sizes import MAX_HEAP_BINARY, flat_size
from enigma_ref.bifs.tracing import tracing_of
from enigma_ref.machine.code import CatchTag, Export, Function
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.machine.stacktrace import location
from enigma_ref.terms import (
    FALSE,
    NIL,
    TRUE,
    Atom,
    Bitstring,
    Pid,
    Port,
    Reference,
    Term,
    atom,
    list_items,
    make_list,
    to_bool_atom,
)
from enigma_ref.terms.atoms import BADARG, UNDEFINED
from enigma_ref.terms.keys import guard_key

WORD = 8
"""Bytes in a word of the 64-bit runtime that sizes are told of."""


def _mfa(owner: Any) -> Term:
    """Module, name and arity of a function, or of an export entry."""
    module = owner.module.name if isinstance(owner, Function) else owner.module
    return (module, owner.name, owner.arity)


def _function_run_aside(asked: Process) -> Term:
    """The built-in function that a process is in while others run; None when it is in none, or in
    one that is not told."""
    return getattr(asked.work, "inside", None)


def _current_function(asked: Process) -> Term:
    aside = _function_run_aside(asked)
    if aside is not None:
        return aside
    if asked.vm.purging.is_awaited_by(asked):
        return WAITING_FOR_PURGE
    place = asked.vm.place_of(asked)
    if place is not None and asked.status == "running" and isinstance(place[0], Export):
        # Who asks with apply/3 is told where it goes on.
        place = next(iter(asked.vm.call_places(asked)), place)
    return (asked.initial_call or UNDEFINED) if place is None else _mfa(place[0])


ON_HEAP = atom("on_heap")
RUNNING = atom("running")
WAITING_FOR_PURGE = (atom("erts_code_purger"), atom("pending_purge_lambda"), 3)
"""Where a process is in OTP that waits because it has called a fun of code that is purged."""

WATCHED_KINDS = {Pid: PROCESS, Port: PORT, type(None): atom("time_offset")}


def _current_stacktrace(asked: Process) -> Term:
    place = asked.vm.place_of(asked)
    if place is not None and type(place[0]) is Export and place[0].mfa == HIBERNATE:
        place = None  # it has no frame any more, not even this one (measured)
    places = ([] if place is None else [place]) + asked.vm.call_places(asked, repeated=False)
    return make_list(
        [
            (*_mfa(owner), location(owner, at) if isinstance(owner, Function) else NIL)
            for owner, at in places[: asked.vm.backtrace_depth]
        ]
    )


def _backtrace(asked: Process) -> Term:
    """Where a process is and what is on its stack, as text for people."""
    text = "".join(f"{line}\n" for line in backtrace(asked))
    return Bitstring.of(text.encode("latin1"))


def live_words(asked: Process) -> int:
    """Words of the terms that the registers and the stack hold, as a full collection leaves."""
    held = [*asked.stack, *asked.held_in_registers()]
    release = asked.vm.release
    return sum(flat_size(value, release) for value in held if is_term(value))


def _young_words(asked: Process) -> int:
    """Words of the young heap: what hibernation or a full collection left, else a size that heaps
    grow by."""
    live = live_words(asked)
    if asked.status == "waiting" and asked.collected_at == asked.reductions_done:
        return live
    smallest: int = flag_value(asked, "min_heap_size")
    return max(smallest, heap_size(live))


def _total_words(asked: Process) -> int:
    """Words of the young and of the old heap, and of messages that wait, unless they are kept off
    the heap.

    There are no generations here. What a process holds counts as old as well once it has used
    up as many reductions as that since its memory was last swept: OTP moves to the old heap what
    survives a collection, and hibernation or a full collection moves it back.
    """
    words = young = _young_words(asked)
    if asked.reductions_done - asked.collected_at > young:
        words += heap_size(young)
    if asked.mailbox.size and flag_value(asked, "message_queue_data") is ON_HEAP:
        release = asked.vm.release
        words += sum(flat_size(message, release) for message in asked.mailbox.messages())
    return words


def _memory(asked: Process) -> int:
    return (_total_words(asked) + len(asked.stack)) * WORD


def _stack_size(asked: Process) -> int:
    """Words on the stack: where a process that asks about itself returns to is there as well."""
    return len(asked.stack) + (asked.status == "running")


def _reductions(asked: Process) -> int:
    """Function calls that a process has made, in its current turn too."""
    running = asked.granted - asked.reductions if asked.status == "running" else 0
    return asked.reductions_done + running


def _status(asked: Process) -> Atom:
    if getattr(asked.work, "is_running", False):
        return RUNNING
    return atom("waiting" if asked.status in ("hibernating", "dozing") else asked.status)


def _suspending(asked: Process) -> Term:
    """`{Pid, Count, Outstanding}` of each process that this one has suspended; none is
    outstanding, since suspending takes effect at once."""
    alive = asked.vm.processes
    return make_list([(pid, count, 0) for pid, count in asked.suspending.items() if pid in alive])


def _location(asked: Process) -> Term:
    place = asked.vm.place_of(asked)
    if place is None or not isinstance(place[0], Function):
        return (*_current_mfa(asked), NIL)
    return (*_mfa(place[0]), location(*place))


def _current_mfa(asked: Process) -> Term:
    found = _current_function(asked)
    return found if type(found) is tuple else (UNDEFINED, UNDEFINED, 0)


def _collection(asked: Process) -> Term:
    settings = [
        (atom("max_heap_size"), limit_of(asked).term(asked.vm.release)),
        *(
            (atom(name), flag_value(asked, name))
            for name in ("min_bin_vheap_size", "min_heap_size", "fullsweep_after")
        ),
        (atom("minor_gcs"), 0),
    ]
    return make_list(settings)


def _collection_info(asked: Process) -> Term:
    """What the heap of a process looks like; the old heap and those of binaries hold nothing."""
    live = live_words(asked)
    sizes = {
        "old_heap_block_size": 0,
        "heap_block_size": heap_size(max(live, flag_value(asked, "min_heap_size"))),
        "mbuf_size": 0,
        "recent_size": 0,
        "stack_size": len(asked.stack),
        "old_heap_size": 0,
        "heap_size": live,
        "bin_vheap_size": 0,
        "bin_vheap_block_size": flag_value(asked, "min_bin_vheap_size"),
        "bin_old_vheap_size": 0,
        "bin_old_vheap_block_size": flag_value(asked, "min_bin_vheap_size"),
    }
    return make_list([(atom(name), size) for name, size in sizes.items()])


def _binaries(asked: Process) -> Term:
    """`{Id, Size, References}` of each large binary that a process refers to."""
    found: dict[int, Bitstring] = {}
    for item in parts(held(asked)):
        if type(item) is Bitstring and item.byte_size > MAX_HEAP_BINARY:
            found[id(item.data)] = item
    return make_list([(number, item.byte_size, 1) for number, item in found.items()])


def _magic_refs(asked: Process) -> Term:
    """References that stand for something, which a process refers to."""
    found = {
        item: None
        for item in parts(held(asked))
        if type(item) is Reference and item.magic is not None
    }
    return make_list(list(found))


def _label(asked: Process) -> Term:
    entry = asked.dictionary.get(guard_key(LABEL))
    return UNDEFINED if entry is None else entry[1]


def _last_calls(asked: Process) -> Term:
    """The last calls, kept since save_calls was set. This machine keeps none."""
    return NIL if flag_value(asked, SAVE_CALLS) else FALSE


def _has_priority(asked: Process) -> Atom:
    """Whether there is something that may send the process a message of priority."""
    return to_bool_atom(
        any(asked.links.values())
        or any(watch.priority for watch in asked.monitors.values())
        or asked.vm.aliases.has_priority(asked)
    )


LABEL = atom("$process_label")

ITEMS: dict[str, Callable[[Process], Term]] = {
    "async_dist": lambda asked: flag_value(asked, "async_dist"),
    "backtrace": _backtrace,
    "binary": _binaries,
    "catchlevel": lambda asked: sum(type(value) is CatchTag for value in asked.stack),
    "current_function": _current_function,
    "current_location": _location,
    "current_stacktrace": _current_stacktrace,
    "dictionary": lambda asked: make_list(list(asked.dictionary.values())),
    "error_handler": lambda asked: flag_value(asked, "error_handler"),
    "fullsweep_after": lambda asked: flag_value(asked, "fullsweep_after"),
    "garbage_collection": _collection,
    "garbage_collection_info": _collection_info,
    "group_leader": lambda asked: asked.group_leader,
    "heap_size": _young_words,
    "initial_call": lambda asked: asked.initial_call or UNDEFINED,
    "label": _label,
    "last_calls": _last_calls,
    "links": lambda asked: make_list(list(asked.links)),
    "magic_ref": _magic_refs,
    "max_heap_size": lambda asked: limit_of(asked).term(asked.vm.release),
    "memory": _memory,
    "message_queue_data": lambda asked: flag_value(asked, "message_queue_data"),
    "message_queue_len": lambda asked: asked.mailbox.size,
    "messages": lambda asked: make_list(asked.mailbox.messages()),
    "min_bin_vheap_size": lambda asked: flag_value(asked, "min_bin_vheap_size"),
    "min_heap_size": lambda asked: flag_value(asked, "min_heap_size"),
    "monitored_by": lambda asked: make_list([m.watcher for m in asked.monitored_by.values()]),
    "monitors": lambda asked: make_list(
        [(WATCHED_KINDS[type(watch.watched)], watch.name) for watch in asked.monitors.values()]
    ),
    "parent": lambda asked: UNDEFINED if asked.parent is None else asked.parent,
    "priority": lambda asked: flag_value(asked, "priority"),
    "priority_messages": _has_priority,
    "reductions": _reductions,
    "registered_name": lambda asked: (
        NIL if asked.registered_name is None else asked.registered_name
    ),
    "sequential_trace_token": lambda asked: tracing_of(asked.vm).sequential.token_term(asked),
    "stack_size": _stack_size,
    "status": _status,
    "suspending": _suspending,
    "total_heap_size": _total_words,
    "trace": lambda asked: tracing_of(asked.vm).flag_bits(asked),
    "trap_exit": lambda asked: to_bool_atom(bool(asked.flags.get(TRAP_EXIT))),
}
"""What process_info/2 knows, by item."""

SINCE = {"parent": 25, "async_dist": 26, "label": 27, "priority_messages": 28}
"""Items that older releases do not have."""

DICTIONARY = atom("dictionary")
KEYS_SINCE = 26
"""Since then one value of the dictionary can be asked for."""

SUMMARY = (
    "current_function", "initial_call", "status", "message_queue_len", "links", "dictionary",
    "trap_exit", "error_handler", "priority", "group_leader", "total_heap_size", "heap_size",
    "stack_size", "reductions", "garbage_collection", "suspending",
)  # fmt: skip
"""The items of process_info/1, in its order; a registered name comes first."""

HIDDEN = {"messages": NIL, "dictionary": NIL, "backtrace": Bitstring.of(b"")}
"""What items of a sensitive process look like."""

LENGTH_HIDDEN_SINCE = 24
"""Since then, whoever asks for the messages too sees that there are none (measured)."""


ITEMS_IN_ORDER = (
    "registered_name", "current_function", "initial_call", "status", "messages",
    "message_queue_len", "links", "monitors", "monitored_by", "dictionary", "trap_exit",
    "error_handler", "heap_size", "stack_size", "memory", "garbage_collection", "group_leader",
    "reductions", "priority", "trace", "binary", "sequential_trace_token", "catchlevel",
    "backtrace", "last_calls", "total_heap_size", "suspending", "min_heap_size",
    "min_bin_vheap_size", "max_heap_size", "current_location", "current_stacktrace",
    "message_queue_data", "garbage_collection_info", "magic_ref", "fullsweep_after", "parent",
    "async_dist", "dictionary", "label", "priority_messages",
)  # fmt: skip
"""All items as releases number them; the dictionary comes once more for one value of it."""


def known_items(release: int) -> Term:
    """The names of all items of a release, in its own order."""
    again = ITEMS_IN_ORDER.index("label") - 1
    return make_list(
        [
            atom(name)
            for number, name in enumerate(ITEMS_IN_ORDER)
            if release >= (KEYS_SINCE if number == again else SINCE.get(name, 0))
        ]
    )


def _checked(name: Term, release: int) -> Term:
    """An item, when there is one of that name. Raises badarg."""
    if type(name) is Atom and name.name in ITEMS and release >= SINCE.get(name.name, 0):
        return name
    is_pair = type(name) is tuple and len(name) == 2
    if is_pair and name[0] is DICTIONARY and release >= KEYS_SINCE:
        return name
    raise badarg()


def _item(asked: Process, name: Term) -> Term:
    is_hidden = flag_value(asked, "sensitive") is TRUE
    if type(name) is tuple:
        entry = None if is_hidden else asked.dictionary.get(guard_key(name[1]))
        return UNDEFINED if entry is None else entry[1]
    if is_hidden and name.name in HIDDEN:
        return HIDDEN[name.name]
    return ITEMS[name.name](asked)


def _hides_length(asked: Process) -> bool:
    return flag_value(asked, "sensitive") is TRUE and asked.vm.release >= LENGTH_HIDDEN_SINCE


@bif("erlang", "process_info", 2, process=True)
def process_info_2(process: Process, pid: Term, item: Term) -> Term:
    """One item, or a list of items, about a process; undefined when it is gone."""
    if type(pid) is not Pid:
        raise badarg()
    items = list_items(item)
    for name in [item] if items is None else items:
        _checked(name, process.vm.release)
    asked = process.vm.processes.get(pid)
    if asked is None:
        return UNDEFINED
    process.mailbox.take_in()
    if items is not None:
        values = [(name, _item(asked, name)) for name in items]
        if MESSAGES in items and _hides_length(asked):
            values = [(name, 0 if name is QUEUE_LENGTH else value) for name, value in values]
        return make_list(values)
    value = _item(asked, item)
    return NIL if value is NIL and item is REGISTERED_NAME else (item, value)


REGISTERED_NAME = atom("registered_name")
MESSAGES = atom("messages")
QUEUE_LENGTH = atom("message_queue_len")


@bif("erlang", "process_info", 1, process=True)
def process_info_1(process: Process, pid: Term) -> Term:
    """The usual items about a process; undefined when it is gone."""
    if type(pid) is not Pid:
        raise badarg()
    asked = process.vm.processes.get(pid)
    if asked is None:
        return UNDEFINED
    process.mailbox.take_in()
    names = (["registered_name"] if asked.registered_name is not None else []) + list(SUMMARY)
    return make_list([(atom(name), _item(asked, atom(name))) for name in names])


@bif("erts_internal", "process_display", 2, process=True)
def process_display_2(process: Process, pid: Term, kind: Term) -> Atom:
    """Print the calls that a process is in on standard error. The atoms badarg, and (before 24:
    badarg) badopt for another kind than `backtrace`, are errors."""
    if kind is not atom("backtrace"):
        return atom("badopt") if process.vm.release >= BADOPT_SINCE else BADARG
    asked = process.vm.processes.get(pid) if type(pid) is Pid else None
    if asked is None:
        return BADARG
    print_error(_backtrace(asked).to_bytes())
    return TRUE


BADOPT_SINCE = 24
