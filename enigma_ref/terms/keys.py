"""Terms as keys of Python's dicts: a guard for those too deep for C's `hash` and `==`."""

from __future__ import annotations

import weakref
from typing import Any, Final

from enigma_ref.terms.atoms import Atom
from enigma_ref.terms.bitstrings import Bitstring
from enigma_ref.terms.deep import children, deep_hash, depth, walk_identical
from enigma_ref.terms.floats import Float
from enigma_ref.terms.lists import Cons, Nil

MAX_KEY_DEPTH: Final = 24
"""Levels of nesting up to which a term is its own key."""

FLAT_TYPES: Final = frozenset({int, Atom, Float, Bitstring, Nil})
"""Common classes without terms inside."""


class DeepKey:
    """Stands for one deep term in dicts and sets.

    There is at most one at a time for identical terms, so that comparing two of them is
    comparing addresses: a map may be a key of a map that is a key, a million times over.
    """

    __slots__ = ("__weakref__", "_hash", "term")

    def __init__(self, term: Any, hash_: int) -> None:
        self.term = term
        self._hash = hash_

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"<key for a deep {type(self.term).__name__}>"


_living: dict[int, list[weakref.ref[DeepKey]]] = {}


def _forget(reference: weakref.ref[DeepKey], hash_: int) -> None:
    bucket = _living.get(hash_)
    if bucket is not None:
        bucket[:] = [other for other in bucket if other is not reference]
        if not bucket:
            del _living[hash_]


def _intern(term: Any) -> DeepKey:
    hash_ = deep_hash(term)
    bucket = _living.setdefault(hash_, [])
    for reference in bucket:
        known = reference()
        if known is not None and walk_identical(known.term, term):
            return known
    made = DeepKey(term, hash_)
    bucket.append(weakref.ref(made, lambda reference: _forget(reference, hash_)))
    return made


def guard_key(term: Any) -> Any:
    """What to hash in place of `term`: itself, or a DeepKey when it is deep.

    Equal results for identical terms only. `unguard_key` undoes it.
    """
    kind = type(term)
    if kind is tuple:
        for item in term:
            if type(item) not in FLAT_TYPES:
                break
        else:
            return term
    elif kind is Cons:
        cell = term
        while type(cell) is Cons and type(cell.head) in FLAT_TYPES:
            cell = cell.tail
        if type(cell) in FLAT_TYPES:
            return term
    elif kind in FLAT_TYPES:
        return term
    return term if depth(term, MAX_KEY_DEPTH) <= MAX_KEY_DEPTH else _intern(term)


def unguard_key(key: Any) -> Any:
    """The term for which `guard_key` gave `key`."""
    return key.term if type(key) is DeepKey else key


def subterms(term: Any) -> list[Any]:
    """The terms right inside of a term; of maps, keys and values."""
    return [unguard_key(child) for child in children(term)]
