"""persistent_term: terms for everybody, kept until they are erased."""

from __future__ import annotations

from typing import Any, Final

from enigma_ref.bifs.registry import bif
from enigma_ref.bifs.sizes import shared_size
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.machine.system import System
from enigma_ref.terms import FALSE, TRUE, Atom, Map, Term, atom, make_list
from enigma_ref.terms.atoms import OK
from enigma_ref.terms.keys import guard_key
from enigma_ref.terms.order import identical

WORD: Final = 8
STATE: Final = "persistent_term"
SMALLEST: Final = 8
OWN_WORDS: Final = 12
PAIR_WORDS: Final = 2
"""The words of the table without its slots, and of a pair beside its tuple (measured)."""


class PersistentTerms:
    """The terms of a system: pairs of key and value, by guarded key, and how many slots OTP's table
    for them has, which is told (`table` in erl_bif_persistent.c)."""

    __slots__ = ("pairs", "slots")

    def __init__(self) -> None:
        self.pairs: dict[Any, tuple[Term, Term]] = {}
        self.slots = SMALLEST

    def fit(self) -> None:
        """Twice the slots when more than half are taken, half of them when less than a quarter."""
        while len(self.pairs) * 2 > self.slots:
            self.slots *= 2
        while len(self.pairs) * 4 < self.slots > SMALLEST:
            self.slots //= 2


def _terms(vm: System) -> PersistentTerms:
    found: PersistentTerms | None = vm.state.get(STATE)
    if found is None:
        found = vm.state[STATE] = PersistentTerms()
    return found


def stored_terms(vm: System) -> list[tuple[Term, Term]]:
    """All pairs of key and value of a system."""
    return list(_terms(vm).pairs.values())


def slots(vm: System) -> int:
    """How large the table is."""
    return _terms(vm).slots


@bif("persistent_term", "put", 2, process=True)
def put_2(process: Process, key: Term, value: Term) -> Atom:
    """Store a value under a key."""
    terms = _terms(process.vm)
    terms.pairs[guard_key(key)] = (key, value)
    terms.fit()
    return OK


@bif("persistent_term", "put_new", 2, process=True)
def put_new_2(process: Process, key: Term, value: Term) -> Atom:
    """Store a value under a key that has no other. Raises badarg."""
    terms = _terms(process.vm)
    found = terms.pairs.setdefault(guard_key(key), (key, value))
    if not identical(found[1], value):
        raise badarg()
    terms.fit()
    return OK


@bif("persistent_term", "get", 0, process=True)
def get_0(process: Process) -> Term:
    """All pairs of key and value."""
    pairs = stored_terms(process.vm)
    process.charge(len(pairs))
    return make_list(pairs)


@bif("persistent_term", "get", 1, process=True)
def get_1(process: Process, key: Term) -> Term:
    """The value of a key. Raises badarg when there is none."""
    found = _terms(process.vm).pairs.get(guard_key(key))
    if found is None:
        raise badarg()
    return found[1]


@bif("persistent_term", "get", 2, process=True)
def get_2(process: Process, key: Term, default: Term) -> Term:
    """The value of a key, or the default."""
    found = _terms(process.vm).pairs.get(guard_key(key))
    return default if found is None else found[1]


@bif("persistent_term", "erase", 1, process=True)
def erase_1(process: Process, key: Term) -> Atom:
    """Forget a key; whether there was one."""
    terms = _terms(process.vm)
    if terms.pairs.pop(guard_key(key), None) is None:
        return FALSE
    terms.fit()
    return TRUE


@bif("erts_internal", "erase_persistent_terms", 0, process=True)
def erase_persistent_terms_0(process: Process) -> Atom:
    """Forget all keys."""
    terms = _terms(process.vm)
    terms.pairs.clear()
    terms.fit()
    return TRUE


@bif("persistent_term", "info", 0, process=True)
def info_0(process: Process) -> Map:
    """How many there are, and about how many bytes they take."""
    terms = _terms(process.vm)
    release = process.vm.release
    process.charge(len(terms.pairs))
    words = OWN_WORDS + terms.slots
    for pair in terms.pairs.values():
        words += PAIR_WORDS + shared_size(pair, release)
    return Map.of([(atom("count"), len(terms.pairs)), (atom("memory"), words * WORD)])
