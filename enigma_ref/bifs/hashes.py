"""The portable hash functions of the runtime: `phash2` and its older sister `phash`.

Facts from the emulator's sources (utils.c, atom.c); a hash is an unsigned 32-bit number.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import Any, Final

from enigma_ref.terms import (
    FALSE,
    NIL,
    TRUE,
    Atom,
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
)
from enigma_ref.terms.parts import Parts, finished

PART: Final = 400
"""How many terms make up a part of the work in `phash2_parts`."""

PART_COST: Final = 100
"""How many reductions a part is worth: it takes about as long."""

MASK: Final = 0xFFFFFFFF
GOLDEN: Final = 0x9E3779B9

_CONSTANT: Final = tuple(GOLDEN * factor & MASK for factor in range(24))
"""One start value for each type of term: multiples of the golden ratio."""

_NIL_HASH: Final = 3468870702
_NIL_NUMBER: Final = 2


def _words_of(number: Float) -> tuple[int, int]:
    """The high and the low word of a float; -0.0 has those of 0.0."""
    bits = int.from_bytes(struct.pack(">d", number + 0.0), "big")
    return bits >> 32, bits & MASK


@lru_cache(maxsize=65536)
def atom_hash(name: str) -> int:
    """The hash of an atom: P. J. Weinberger's, over Latin-1 characters or else UTF-8 bytes."""
    value = 0
    for character in name:
        code = ord(character)
        for byte in (code,) if code < 256 else character.encode():
            value = (value << 4) + byte & MASK
            high = value & 0xF0000000
            if high:
                value ^= high >> 24
                value ^= high
    return value


def mix(a: int, b: int, c: int) -> tuple[int, int, int]:
    """Bob Jenkins' mixing of three words (lookup2)."""
    a = (a - b - c & MASK) ^ c >> 13
    b = (b - c - a ^ a << 8) & MASK
    c = (c - a - b & MASK) ^ b >> 13
    a = (a - b - c & MASK) ^ c >> 12
    b = (b - c - a ^ a << 16) & MASK
    c = (c - a - b & MASK) ^ b >> 5
    a = (a - b - c & MASK) ^ c >> 3
    b = (b - c - a ^ a << 10) & MASK
    c = (c - a - b & MASK) ^ b >> 15
    return a, b, c


def _add(value: int, x: int, y: int, constant: int) -> int:
    """A hash with two more words mixed in."""
    return mix(constant + x & MASK, constant + y & MASK, value)[2]


def bytes_hash(data: bytes, start: int) -> int:
    """Bob Jenkins' hash of bytes (lookup2)."""
    a = b = GOLDEN
    c = start
    size = len(data)
    whole = size - size % 12
    for x, y, z in struct.iter_unpack("<III", data[:whole]):
        a, b, c = mix(a + x & MASK, b + y & MASK, c + z & MASK)
    x, y, z = struct.unpack("<III", data[whole:].ljust(12, b"\0"))
    # The low byte of the last word is where the length goes.
    z = z << 8 & MASK
    return mix(a + x & MASK, b + y & MASK, c + z + size & MASK)[2]


class _MapEnd:
    """On the stack: here a map ends. What was before it: the hash, and the pairs so far."""

    __slots__ = ("pairs", "value")

    def __init__(self, value: int, pairs: int) -> None:
        self.value = value
        self.pairs = pairs


_PAIR_END: Final = object()


def phash2(term: Term) -> int:
    """The hash of a term that `erlang:phash2/2` cuts to its range. Takes no recursion."""
    return finished(phash2_parts(term))


def phash2_parts(term: Term) -> Parts[int]:
    """The same, a part of `PART` terms at a time."""
    stack: list[Any] = []
    value = 0
    pairs = 0
    passed = 0
    while True:
        passed += 1
        if passed == PART:
            passed = 0
            yield
        kind = type(term)
        if kind is Cons:
            value, term = _bytes_of_list(term, value)
            if type(term) is Cons:
                stack.append(term.tail)
                term = term.head
            continue
        if kind is Atom:
            hashed = atom_hash(term.name)
            value = _add(value, hashed, 0, _CONSTANT[3]) if value else hashed
        elif kind is int:
            value = _integer(term, value)
        elif term is NIL:
            value = _add(value, _NIL_NUMBER, 0, _CONSTANT[2]) if value else _NIL_HASH
        elif kind is tuple:
            value = _add(value, len(term), 0, _CONSTANT[9])
            stack.extend(term[::-1])
        elif kind is Bitstring:
            value = _bitstring(term, value)
        elif kind is Map:
            value = _add(value, len(term), 0, _CONSTANT[16])
            if len(term):
                stack.append(_MapEnd(value, pairs))
                value = pairs = 0
                for key, item in term.items():
                    stack += (_PAIR_END, item, key)
        elif kind is _MapEnd:
            value, pairs = _add(term.value, pairs, 0, _CONSTANT[19]), term.pairs
        elif term is _PAIR_END:
            pairs ^= value
            value = 0
        elif kind is Fun:
            value = _add(value, len(term.env), atom_hash(term.module.name), _CONSTANT[1])
            value = _add(value, term.index, term.uniq, _CONSTANT[1])
            stack.extend(term.env[::-1])
        elif kind is Record:
            value = _add(value, len(term.values), _definition_hash(term), _CONSTANT[23])
            stack.extend(_stored(term)[1][::-1])
        else:
            value = _other(term, value)
        if not stack:
            return value
        term = stack.pop()


def _definition_hash(record: Record) -> int:
    """The hash of what a native record has of its definition, fields in their order."""
    exported = TRUE if record.exported else FALSE
    return phash2((record.module, record.name, exported, *record.fields))


def _stored(record: Record) -> tuple[list[Atom], list[Term]]:
    """The fields and the values of a native record in the order in which 29 keeps them.

    It is the order of the atom table, so that hashes of records with several fields differ from
    node to node. The order of names stands for it here, which is that of the atoms that a node
    starts with; a record with one field at most has the same hashes everywhere.
    """
    names = sorted(record.fields, key=lambda field: field.name)
    values = dict(zip(record.fields, record.values, strict=True))
    return names, [values[name] for name in names]


def _bytes_of_list(cell: Any, value: int) -> tuple[int, Term]:
    """Hash the bytes at the start of a list; with what is left of the list."""
    word = count = 0
    while True:
        head = cell.head
        if type(head) is not int or not 0 <= head < 256:
            break
        word = word << 8 | head
        count += 1
        if count == 4:
            value = _add(value, word, 0, _CONSTANT[4])
            word = count = 0
        cell = cell.tail
        if type(cell) is not Cons:
            break
    if count:
        value = _add(value, word, 0, _CONSTANT[4])
    return value, cell


def _integer(number: int, value: int) -> int:
    if -(1 << 27) <= number < 1 << 27:
        if number < 0:
            value = _add(value, -number, 0, _CONSTANT[1])
        return _add(value, number & MASK, 0, _CONSTANT[1])
    constant = _CONSTANT[10 if number < 0 else 11]
    number = abs(number)
    while number:
        value = _add(value, number & MASK, number >> 32 & MASK, constant)
        number >>= 64
    return value


def _bitstring(term: Bitstring, value: int) -> int:
    start = _CONSTANT[13] + value & MASK
    if not term.size:
        return start
    data = term.to_bytes()
    spare = term.size & 7
    if not spare:
        return bytes_hash(data, start)
    value = bytes_hash(data[:-1], start)
    return _add(value, spare, data[-1] >> (8 - spare), _CONSTANT[15])


def _other(term: Any, value: int) -> int:
    kind = type(term)
    if kind is Float:
        high, low = _words_of(term)
        return _add(value, high, low, _CONSTANT[12])
    if kind is ExternalFun:
        value = _add(value, term.arity, atom_hash(term.module.name), _CONSTANT[1])
        return _add(value, atom_hash(term.name.name), 0, _CONSTANT[14])
    if kind is Pid:
        return _add(value, term.number, 0, _CONSTANT[5])
    if kind is Port:
        return _add(value, term.number & MASK, term.number >> 32, _CONSTANT[6])
    if kind is Reference:
        return _add(value, term.words[0], 0, _CONSTANT[7])
    raise TypeError(f"no hash for {term!r}")


# ---------------------------------------------------------------- phash

_PRIME: Final = (
    0, 268440163, 268439161, 268435459, 268436141, 268438633, 268437017, 268438039, 268437511,
    268439627, 268440479, 268440577, 268440581, 268440593, 268440611, 268440629,
)  # fmt: skip
"""Primes above 2^28, by the numbers that the sources give them."""

_TERM: Final = 0
_TAIL: Final = 1
_LIST_END: Final = 2
_TUPLE_END: Final = 3
_RECORD_END: Final = 4
"""What is left to do: hash a term, hash the tail of a list, end a list, a tuple, a record."""


def _step(value: int, word: int, prime: int) -> int:
    """Hash the four bytes of a word, lowest first."""
    for byte in word.to_bytes(4, "little"):
        value = value * prime + byte & MASK
    return value


def phash(term: Term) -> int:
    """The hash of a term that `erlang:phash/2` cuts to its range. Takes no recursion."""
    stack: list[tuple[int, Any]] = [(_TERM, term)]
    value = 0
    while stack:
        task, term = stack.pop()
        if task == _LIST_END:
            value = value * _PRIME[8] & MASK
        elif task == _TUPLE_END:
            value = value * _PRIME[9] + term & MASK
        elif task == _RECORD_END:
            value = value * _PRIME[15] + term & MASK
        elif type(term) is Cons:
            while type(term) is Cons and type(term.head) is int and 0 <= term.head < 256:
                value = value * _PRIME[2] + term.head & MASK
                term = term.tail
            if type(term) is Cons:
                stack += ((_TAIL, term.tail), (_TERM, term.head))
            else:
                stack += ((_LIST_END, None), (_TERM, term))
        elif task == _TAIL:
            stack += ((_LIST_END, None), (_TERM, term))
        elif type(term) is tuple:
            stack.append((_TUPLE_END, len(term)))
            stack.extend((_TERM, item) for item in reversed(term))
        elif type(term) is Fun:
            value = value * _PRIME[10] + len(term.env) & MASK
            value = value * _PRIME[1] + atom_hash(term.module.name) & MASK
            value = value * _PRIME[2] + term.index & MASK
            value = value * _PRIME[2] + term.uniq & MASK
            stack.extend((_TERM, item) for item in reversed(term.env))
        elif type(term) is Record:
            names, values = _stored(term)
            stack.append((_RECORD_END, 1 + len(values)))
            stack.extend((_TERM, item) for item in reversed(values))
            stack.append((_TERM, _definition(term, names)))
        else:
            value = _phash_flat(term, value)
    return value


def _definition(record: Record, names: list[Atom]) -> tuple[Term, ...]:
    """The tuple by which 29 keeps a native record's definition; it shows in `phash`."""
    order = tuple(names.index(field) for field in record.fields)
    exported = TRUE if record.exported else FALSE
    return (order, _definition_hash(record), record.module, record.name, exported, *names)


def _phash_flat(term: Any, value: int) -> int:
    """`phash` of a term that has no terms inside, or is a map."""
    kind = type(term)
    if kind is Atom:
        return value * _PRIME[1] + atom_hash(term.name) & MASK
    if kind is int:
        number: int = abs(term)
        size = max(4, (number.bit_length() + 31) // 32 * 4)
        for byte in number.to_bytes(size, "little"):
            value = value * _PRIME[2] + byte & MASK
        return value * _PRIME[4 if term < 0 else 3] & MASK
    if term is NIL:
        return value * _PRIME[3] + 1 & MASK
    if kind is Bitstring:
        return _phash_bits(term, value)
    if kind is Map:
        return value * _PRIME[13] + _PRIME[14] + phash2(term) & MASK
    if kind is Float:
        high, low = _words_of(term)
        return value * _PRIME[6] + (high ^ low) & MASK
    if kind is ExternalFun:
        value = value * _PRIME[11] + term.arity & MASK
        value = value * _PRIME[1] + atom_hash(term.module.name) & MASK
        return value * _PRIME[1] + atom_hash(term.name.name) & MASK
    if kind is Pid:
        return _step(value, term.number, _PRIME[5]) * _PRIME[6] & MASK
    if kind is Port:
        if term.number >> 32:
            value = _step(value, term.number >> 32, _PRIME[11])
        return _step(value, term.number & MASK, _PRIME[9]) * _PRIME[10] & MASK
    if kind is Reference:
        return _step(value, term.words[0], _PRIME[9]) * _PRIME[10] & MASK
    raise TypeError(f"no hash for {term!r}")


def _phash_bits(term: Bitstring, value: int) -> int:
    data = term.to_bytes()
    spare = term.size & 7
    for byte in data[:-1] if spare else data:
        value = value * _PRIME[1] + byte & MASK
    if spare:
        last = data[-1] >> (8 - spare)
        value = (value * _PRIME[1] + last) * _PRIME[12] + spare & MASK
    return value * _PRIME[4] + (term.size >> 3) & MASK
