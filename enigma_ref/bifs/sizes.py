"""How many words terms take in the heaps of a 64-bit runtime (`erts_debug:flat_size/1`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from enigma_ref.terms import (
    Bitstring,
    Cons,
    ExternalFun,
    Float,
    Fun,
    Map,
    Pid,
    Port,
    Record,
    Reference,
    Term,
    atom,
)
from enigma_ref.terms.keys import subterms
from enigma_ref.terms.maps import MAX_SMALL

WORD_BITS: Final = 64
SMALL: Final = 1 << 59
"""Integers from -SMALL up to SMALL fit into the word that refers to a term."""

MAX_HEAP_BINARY: Final = 64
"""Bytes of the largest binary that lies in a heap."""

LITERAL_EMPTY_SINCE: Final = 24
NEW_BINARIES_SINCE: Final = 27
FUN: Final = {23: 6, 25: 5, 27: 6, 28: 2}
"""The words of a fun without free variables, from a release on (measured)."""

LOCAL_NODE: Final = atom("nonode@nohost")


MANY_STEPS: Final = 1_000_000
FEW_PARTS: Final = 100_000
"""What takes so many steps to look at and has so few parts has parts that occur very often."""

LARGE_BITS: Final = 8
BINARY_REFERENCE: Final = 3
"""Words of a large binary since `NEW_BINARIES_SINCE`, and those of them that its parts share."""


def _of_release(table: dict[int, int], release: int) -> int:
    """The value of the newest release in a table that is not after this one."""
    return table[max(since for since in table if since <= release)]


def own_size(term: Any, release: int) -> int:
    """The words of a term without the terms inside."""
    kind = type(term)
    if kind is int:
        if -SMALL <= term < SMALL:
            return 0
        return 1 + (int(abs(term)).bit_length() + WORD_BITS - 1) // WORD_BITS
    if kind is tuple:
        return len(term) + 1 if term or release < LITERAL_EMPTY_SINCE else 0
    if kind is Float:
        return 2
    if kind is Bitstring:
        return _bits_size(term, release)
    if kind is Map:
        return _map_size(len(term), release)
    if kind is Fun:
        return _of_release(FUN, release) + len(term.env)
    if kind is ExternalFun:
        return 5 if 25 <= release < NEW_BINARIES_SINCE else 2
    if kind is Reference:
        return 3 if term.node is LOCAL_NODE else 3 + (len(term.words) + 2) // 2
    if kind is Pid or kind is Port:
        return 0 if term.node is LOCAL_NODE else 4
    if kind is Record:
        # With the definition, which every record carries along.
        return 9 + 3 * len(term.values) if term.values else 8
    return 0


def _bits_size(term: Bitstring, release: int) -> int:
    size = term.byte_size
    if release < NEW_BINARIES_SINCE and term.size & 7 and len(term.data) > MAX_HEAP_BINARY:
        # Nothing but whole bytes is copied out of larger data.
        return 11
    if size > MAX_HEAP_BINARY:
        if release >= NEW_BINARIES_SINCE:
            return LARGE_BITS
        # A part of it that is not made of whole bytes is described once more.
        return 11 if term.size & 7 or term.offset & 7 else 6
    if term.size & 7 and release < NEW_BINARIES_SINCE:
        # The bytes that it lies in, as it lies there, and the description of the part.
        lies_in = ((term.offset & 7) + term.size + 7) // 8
        return 2 + (lies_in + 7) // 8 + 5
    return 2 + (size + 7) // 8


def _map_size(size: int, release: int) -> int:
    """Exact up to 32 keys; an estimate for the tree of a larger map."""
    if size <= MAX_SMALL:
        if not size:
            return 3 if release >= LITERAL_EMPTY_SINCE else 4
        return 4 + 2 * size
    return 2 + size * 18 // 5


def flat_size(term: Term, release: int) -> int:
    """The words of a term when each term inside is counted as often as it occurs."""
    words = 0
    steps = 0
    stack = [term]
    while stack:
        item = stack.pop()
        while type(item) is Cons:
            words += 2
            stack.append(item.head)
            item = item.tail
        words += own_size(item, release)
        stack.extend(subterms(item))
        steps += 1
        if steps == MANY_STEPS and _has_few_parts(term):
            return _flat_size_of_shared(term, release)
    return words


def _has_few_parts(term: Term) -> bool:
    """Whether a term is made of fewer than `FEW_PARTS` lists, tuples and so on."""
    seen: set[int] = set()
    stack = [term]
    while stack:
        item = stack.pop()
        if id(item) in seen:
            continue
        inside = (item.head, item.tail) if type(item) is Cons else subterms(item)
        if inside:
            seen.add(id(item))
            stack.extend(inside)
            if len(seen) == FEW_PARTS:
                return False
    return True


def _flat_size_of_shared(term: Term, release: int) -> int:
    """As `flat_size`, looking at each term once however often it occurs."""
    # The terms are kept as well: while they are there, nothing else gets their identity.
    known: dict[int, tuple[Term, int]] = {}
    stack: list[tuple[Term, Sequence[Term] | None]] = [(term, None)]
    while stack:
        item, inside = stack.pop()
        if id(item) in known:
            continue
        if inside is None:
            inside = (item.head, item.tail) if type(item) is Cons else list(subterms(item))
            stack.append((item, inside))
            stack.extend((part, None) for part in inside if id(part) not in known)
            continue
        words = 2 if type(item) is Cons else own_size(item, release)
        known[id(item)] = (item, words + sum(known[id(part)][1] for part in inside))
    return known[id(term)][1]


def _shared_own_size(term: Term, release: int) -> int:
    """As `own_size`, without the description that funs of 27 share, and without external funs,
    which from 27 on are part of the function that they name (measured)."""
    if type(term) is ExternalFun and release >= NEW_BINARIES_SINCE:
        return 0
    size = own_size(term, release)
    return size - 3 if type(term) is Fun and release == NEW_BINARIES_SINCE else size


def _is_empty(term: Term) -> bool:
    """Whether a term is one object here however often it is made, and many objects in OTP."""
    return term is Bitstring.EMPTY or (type(term) in (tuple, Map) and not len(term))


def shared_size(term: Term, release: int, literals: Iterable[Term] = ()) -> int:
    """The words of a term when terms that are the same object count once, and `literals`, which no
    process has to itself, not at all."""
    words = 0
    seen = {id(literal) for literal in literals}
    if id(term) in seen:
        return 0
    stack = [term]
    while stack:
        item = stack.pop()
        while type(item) is Cons and id(item) not in seen:
            seen.add(id(item))
            words += 2
            stack.append(item.head)
            item = item.tail
        if type(item) is Cons or id(item) in seen:
            continue
        size = _shared_own_size(item, release)
        if size and not _is_empty(item):
            seen.add(id(item))
        if type(item) is Bitstring and size == LARGE_BITS and release >= NEW_BINARIES_SINCE:
            if id(item.data) in seen:
                size -= BINARY_REFERENCE
            seen.add(id(item.data))
        words += size
        stack.extend(subterms(item))
    return words
