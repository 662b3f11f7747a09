"""erlang: what can be asked about processes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from enigma_ref.bifs.erlang_processes import FLAG_DEFAULTS, PROCESS, TRAP_EXIT, heap_size
from enigma_ref.bifs.registry import bif
from enigma_ref.bifs.sizes import flat_size
from enigma_ref.bifs.tracing import tracing_of
from enigma_ref.machine.binaries import MatchContext
from enigma_ref.machine.code import CatchTag, Function
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import (
    NIL,
    Atom,
    Bitstring,
    Pid,
    Term,
    atom,
    list_items,
    make_list,
    to_bool_atom,
)
from enigma_ref.terms.atoms import NORMAL, UNDEFINED
from enigma_ref.terms.keys import guard_key

DICTIONARY = atom("dictionary")
REGISTERED_NAME = atom("registered_name")
KEYS_SINCE = 26
"""Since then one value of the dictionary can be asked for."""

WORD = 8
"""Bytes in a word of the 64-bit runtime that sizes are told of."""


def _mfa(owner: Any) -> Term:
    """Module, name and arity of a function, or of an export entry."""
    module = owner.module.name if isinstance(owner, Function) else owner.module
    return (module, owner.name, owner.arity)


def _current_function(asked: Process) -> Term:
    place = asked.vm.place_of(asked)
    return (asked.initial_call or UNDEFINED) if place is None else _mfa(place[0])


def _current_stacktrace(asked: Process) -> Term:
    place = asked.vm.place_of(asked)
    places = ([] if place is None else [place]) + asked.vm.call_places(asked)
    return make_list([(*_mfa(owner), NIL) for owner, _ in places[:8]])


def _backtrace(asked: Process) -> Term:
    """The calls that a process is in, as text; the layout of OTP's is not promised."""
    lines = [f"Current function: {_readable(_current_function(asked))}"]
    lines += [
        f"Return address in {_readable(_mfa(owner))}" for owner, _ in asked.vm.call_places(asked)
    ]
    return Bitstring.of("\n".join([*lines, ""]).encode())


def _readable(mfa: Term) -> str:
    return f"{mfa[0].name}:{mfa[1].name}/{mfa[2]}" if type(mfa) is tuple else mfa.name


def _live_words(asked: Process) -> int:
    """Words of the terms that the registers and the stack hold, as a full collection leaves."""
    held = [*asked.stack, *(value for value in asked.x if value is not None)]
    release = asked.vm.release
    return sum(flat_size(value, release) for value in held if _is_term(value))


def _is_term(value: Any) -> bool:
    return value is not None and not callable(value) and type(value) not in (CatchTag, MatchContext)


def _total_words(asked: Process) -> int:
    """Words of the young and of the old heap.

    There are no generations here. What a process holds counts as old as well once it has used
    up a share of reductions since its memory was last swept: OTP moves to the old heap what
    survives a collection, and hibernation or a full collection moves it back.
    """
    young = _live_words(asked)
    is_aged = asked.reductions_done > asked.collected_at
    return young + heap_size(young) if is_aged else young


def _memory(asked: Process) -> int:
    return (heap_size(_live_words(asked)) + len(asked.stack)) * WORD


ITEMS: dict[str, Callable[[Process], Term]] = {
    "backtrace": _backtrace,
    "catchlevel": lambda asked: sum(type(value) is CatchTag for value in asked.stack),
    "current_function": _current_function,
    "current_stacktrace": _current_stacktrace,
    "dictionary": lambda asked: make_list(list(asked.dictionary.values())),
    "error_handler": lambda asked: _flag(asked, "error_handler"),
    "group_leader": lambda asked: asked.group_leader,
    "heap_size": _live_words,
    "initial_call": lambda asked: asked.initial_call or UNDEFINED,
    "links": lambda asked: make_list(list(asked.links)),
    "memory": _memory,
    "message_queue_data": lambda asked: _flag(asked, "message_queue_data"),
    "message_queue_len": lambda asked: asked.mailbox.size,
    "messages": lambda asked: make_list(asked.mailbox.messages()),
    "min_bin_vheap_size": lambda asked: _flag(asked, "min_bin_vheap_size"),
    "min_heap_size": lambda asked: _flag(asked, "min_heap_size"),
    "monitored_by": lambda asked: make_list([m.watcher for m in asked.monitored_by.values()]),
    "monitors": lambda asked: make_list([(PROCESS, m.watched) for m in asked.monitors.values()]),
    "parent": lambda asked: UNDEFINED if asked.parent is None else asked.parent,
    "priority": lambda asked: asked.flags.get("priority", NORMAL),
    "reductions": lambda asked: asked.reductions_done,
    "registered_name": lambda asked: (
        NIL if asked.registered_name is None else asked.registered_name
    ),
    "sequential_trace_token": lambda asked: tracing_of(asked.vm).sequential.token_term(asked),
    "stack_size": lambda asked: len(asked.stack),
    "status": lambda asked: atom(asked.status),
    "suspending": lambda asked: NIL,
    "total_heap_size": _total_words,
    "trap_exit": lambda asked: to_bool_atom(bool(asked.flags.get(TRAP_EXIT))),
}
"""What process_info/2 knows, by item."""

SUMMARY = (
    "current_function", "initial_call", "status", "message_queue_len", "links", "dictionary",
    "trap_exit", "error_handler", "priority", "group_leader", "total_heap_size", "heap_size",
    "stack_size", "reductions", "suspending",
)  # fmt: skip
"""The items of process_info/1, in its order; a registered name comes first."""


def _flag(asked: Process, name: str) -> Term:
    return asked.flags.get(name, FLAG_DEFAULTS[name])


def _item(asked: Process, name: Term) -> Term:
    if type(name) is tuple:
        return asked.dictionary.get(guard_key(name[1]), (name[1], UNDEFINED))[1]
    return ITEMS[name.name](asked)


def _is_item(name: Term, release: int) -> bool:
    """Whether something is an item: a name, or `{dictionary, Key}` for one value."""
    if type(name) is tuple:
        return release >= KEYS_SINCE and len(name) == 2 and name[0] is DICTIONARY
    return type(name) is Atom and name.name in ITEMS


@bif("erlang", "process_info", 2, process=True)
def process_info_2(process: Process, pid: Term, item: Term) -> Term:
    """One item, or a list of items, about a process; undefined when it is gone."""
    if type(pid) is not Pid:
        raise badarg()
    items = list_items(item)
    for name in [item] if items is None else items:
        if not _is_item(name, process.vm.release):
            raise badarg()
    asked = process.vm.processes.get(pid)
    if asked is None:
        return UNDEFINED
    if items is not None:
        return make_list([(name, _item(asked, name)) for name in items])
    value = _item(asked, item)
    return NIL if value is NIL and item is REGISTERED_NAME else (item, value)


@bif("erlang", "process_info", 1, process=True)
def process_info_1(process: Process, pid: Term) -> Term:
    """The usual items about a process; undefined when it is gone."""
    if type(pid) is not Pid:
        raise badarg()
    asked = process.vm.processes.get(pid)
    if asked is None:
        return UNDEFINED
    names = (["registered_name"] if asked.registered_name is not None else []) + list(SUMMARY)
    return make_list([(atom(name), ITEMS[name](asked)) for name in names])
