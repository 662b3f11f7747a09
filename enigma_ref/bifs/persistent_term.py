"""persistent_term: terms for everybody, kept until they are erased."""

from __future__ import annotations

from typing import Any

from enigma_ref.bifs.registry import bif
from enigma_ref.bifs.sizes import flat_size
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.machine.system import System
from enigma_ref.terms import FALSE, TRUE, Atom, Map, Term, atom, make_list
from enigma_ref.terms.atoms import OK
from enigma_ref.terms.keys import guard_key
from enigma_ref.terms.order import identical

WORD = 8
STATE = "persistent_term"


def _table(process: Process) -> dict[Any, tuple[Term, Term]]:
    """The pairs of key and value, by guarded key."""
    found: dict[Any, tuple[Term, Term]] = process.vm.state.setdefault(STATE, {})
    return found


def stored_terms(vm: System) -> list[tuple[Term, Term]]:
    """All pairs of key and value of a system."""
    return list(vm.state.get(STATE, {}).values())


@bif("persistent_term", "put", 2, process=True)
def put_2(process: Process, key: Term, value: Term) -> Atom:
    """Store a value under a key."""
    _table(process)[guard_key(key)] = (key, value)
    return OK


@bif("persistent_term", "put_new", 2, process=True)
def put_new_2(process: Process, key: Term, value: Term) -> Atom:
    """Store a value under a key that has no other. Raises badarg."""
    found = _table(process).setdefault(guard_key(key), (key, value))
    if not identical(found[1], value):
        raise badarg()
    return OK


@bif("persistent_term", "get", 0, process=True)
def get_0(process: Process) -> Term:
    """All pairs of key and value."""
    return make_list(list(_table(process).values()))


@bif("persistent_term", "get", 1, process=True)
def get_1(process: Process, key: Term) -> Term:
    """The value of a key. Raises badarg when there is none."""
    found = _table(process).get(guard_key(key))
    if found is None:
        raise badarg()
    return found[1]


@bif("persistent_term", "get", 2, process=True)
def get_2(process: Process, key: Term, default: Term) -> Term:
    """The value of a key, or the default."""
    found = _table(process).get(guard_key(key))
    return default if found is None else found[1]


@bif("persistent_term", "erase", 1, process=True)
def erase_1(process: Process, key: Term) -> Atom:
    """Forget a key; whether there was one."""
    return FALSE if _table(process).pop(guard_key(key), None) is None else TRUE


@bif("erts_internal", "erase_persistent_terms", 0, process=True)
def erase_persistent_terms_0(process: Process) -> Atom:
    """Forget all keys."""
    _table(process).clear()
    return TRUE


@bif("persistent_term", "info", 0, process=True)
def info_0(process: Process) -> Map:
    """How many there are, and about how many bytes they take."""
    table = _table(process)
    release = process.vm.release
    memory = sum((3 + flat_size(pair, release)) * WORD for pair in table.values())
    return Map.of([(atom("count"), len(table)), (atom("memory"), memory)])
