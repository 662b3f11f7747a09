"""erlang: the process dictionary."""

from __future__ import annotations

from enigma_ref.bifs.registry import bif
from enigma_ref.machine.process import Process
from enigma_ref.terms import Term, make_list
from enigma_ref.terms.atoms import UNDEFINED
from enigma_ref.terms.keys import guard_key
from enigma_ref.terms.order import identical
from enigma_ref.terms.smalls import is_immediate


@bif("erlang", "put", 2, process=True)
def put_2(process: Process, key: Term, value: Term) -> Term:
    """Store a value; the old one, or undefined.

    Of two keys that are equal, 0.0 and -0.0 before 27, the old one stays if the value takes no
    room, since then it is written over the old value (measured).
    """
    guarded = guard_key(key)
    old = process.dictionary.get(guarded)
    if old is None:
        process.dictionary[guarded] = (key, value)
        return UNDEFINED
    process.dictionary[guarded] = (old[0] if is_immediate(value) else key, value)
    return old[1]


@bif("erlang", "get", 1, process=True)
def get_1(process: Process, key: Term) -> Term:
    """The value of a key, or undefined."""
    found = process.dictionary.get(guard_key(key))
    return UNDEFINED if found is None else found[1]


@bif("erlang", "get", 0, process=True)
def get_0(process: Process) -> Term:
    """All pairs."""
    return make_list(list(process.dictionary.values()))


@bif("erlang", "get_keys", 0, process=True)
def get_keys_0(process: Process) -> Term:
    """All keys."""
    return make_list([key for key, _ in process.dictionary.values()])


@bif("erlang", "get_keys", 1, process=True)
def get_keys_1(process: Process, value: Term) -> Term:
    """The keys that have this value."""
    return make_list([k for k, v in process.dictionary.values() if identical(v, value)])


@bif("erlang", "erase", 1, process=True)
def erase_1(process: Process, key: Term) -> Term:
    """Remove a key; its value, or undefined."""
    found = process.dictionary.pop(guard_key(key), None)
    return UNDEFINED if found is None else found[1]


@bif("erlang", "erase", 0, process=True)
def erase_0(process: Process) -> Term:
    """Remove all keys; the pairs."""
    pairs = make_list(list(process.dictionary.values()))
    process.dictionary.clear()
    return pairs
