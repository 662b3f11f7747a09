"""binary: what erts builds in."""

from __future__ import annotations

from itertools import islice
from typing import Any, Final

from enigma_ref.bifs.iodata import iodata_bytes
from enigma_ref.bifs.patterns import Found, Patterns
from enigma_ref.bifs.registry import Steps, bif
from enigma_ref.machine.errors import badarg, system_limit
from enigma_ref.machine.process import Process
from enigma_ref.terms import (
    NIL,
    Atom,
    Bitstring,
    Cons,
    Reference,
    Term,
    atom,
    list_items,
    make_list,
)
from enigma_ref.terms.bitstrings import Buffer

MAX_BYTES: Final = 1 << 33
CHECKED_SINCE: Final = 27
"""Before, arguments that cannot matter for the result were not looked at."""

ON_HEAP_BITS: Final = 64 * 8
COPIES_BITS_SINCE: Final = 27
"""Before, small parts of a binary were copied only when they had whole bytes."""
SMALL_IN_BYTES_SINCE: Final = 28

NOMATCH = atom("nomatch")
BM = atom("bm")
AC = atom("ac")


def _binary(term: Term) -> Bitstring:
    if type(term) is not Bitstring or term.size & 7:
        raise badarg()
    return term


@bif("binary", "at", 2)
def at_2(binary: Term, position: Term) -> int:
    """The byte at a position from 0."""
    size = _binary(binary).byte_size
    if type(position) is not int or not 0 <= position < size:
        raise badarg()
    return int(binary.bits_to_int(position * 8, 8))


@bif("binary", "first", 1)
def first_1(binary: Term) -> int:
    """The first byte."""
    return at_2(binary, 0)


@bif("binary", "last", 1)
def last_1(binary: Term) -> int:
    """The last byte."""
    return at_2(binary, _binary(binary).byte_size - 1)


@bif("binary", "list_to_bin", 1, process=True)
def list_to_bin_1(process: Process, list_: Term) -> Bitstring:
    """The binary of an iolist; not of a binary."""
    if type(list_) is not Cons and list_ is not NIL:
        raise badarg()
    data = iodata_bytes(list_)
    process.charge(len(data))
    return Bitstring.of(data)


@bif("binary", "copy", 1)
def copy_1(binary: Term) -> Bitstring:
    """The same bytes, without keeping larger data alive."""
    return _binary(binary).compact()


@bif("binary", "copy", 2, process=True)
def copy_2(process: Process, binary: Term, count: Term) -> Bitstring:
    """The bytes so many times over."""
    if type(count) is not int or not 0 <= count < 1 << 64:
        raise badarg()
    if count == 0 and type(binary) is Bitstring and process.vm.release < CHECKED_SINCE:
        return Bitstring.EMPTY
    size = _binary(binary).byte_size
    if size * count > MAX_BYTES:
        raise system_limit()
    return Bitstring.of(binary.to_bytes() * (count if size else 0))


@bif("binary", "referenced_byte_size", 1, process=True)
def referenced_byte_size_1(process: Process, binary: Term) -> int:
    """The size of the data that a binary keeps alive.

    Small binaries are copied out of larger ones; 27 gives their size in bits (measured). What
    memory a binary has to grow is not modelled.
    """
    if type(binary) is not Bitstring:
        raise badarg()
    release = process.vm.release
    size = binary.size
    data = binary.data
    grown = type(data) is Buffer and not binary.is_part
    if size <= ON_HEAP_BITS and not grown:
        if release >= COPIES_BITS_SINCE:
            return size if release < SMALL_IN_BYTES_SINCE else size >> 3
        if not size & 7:
            return size >> 3
    return len(data)


# ---------------------------------------------------------------- integers


def _order(endianness: Term) -> Any:
    if type(endianness) is not Atom or endianness.name not in ("big", "little"):
        raise badarg()
    return endianness.name


BIG = atom("big")


@bif("binary", "encode_unsigned", 1)
def encode_unsigned_1(number: Term) -> Bitstring:
    """An integer that is not negative in as few bytes as it takes, high byte first."""
    return encode_unsigned_2(number, BIG)


@bif("binary", "encode_unsigned", 2)
def encode_unsigned_2(number: Term, endianness: Term) -> Bitstring:
    """As encode_unsigned/1, with the byte order."""
    order = _order(endianness)
    if type(number) is not int or number < 0:
        raise badarg()
    return Bitstring.of(number.to_bytes(max(1, (number.bit_length() + 7) >> 3), order))


@bif("binary", "decode_unsigned", 1)
def decode_unsigned_1(binary: Term) -> int:
    """The integer that the bytes stand for, high byte first."""
    return decode_unsigned_2(binary, BIG)


@bif("binary", "decode_unsigned", 2)
def decode_unsigned_2(binary: Term, endianness: Term) -> int:
    """The integer that the bytes stand for."""
    order = _order(endianness)
    return int.from_bytes(_binary(binary).to_bytes(), order)


# ---------------------------------------------------------------- common parts


def _binaries(list_: Term) -> list[bytes]:
    items = list_items(list_)
    if not items:
        raise badarg()
    return [_binary(item).to_bytes() for item in items]


@bif("binary", "longest_common_prefix", 1)
def longest_common_prefix_1(list_: Term) -> int:
    """How many bytes all binaries have in common at the start."""
    return _common_prefix(_binaries(list_))


@bif("binary", "longest_common_suffix", 1)
def longest_common_suffix_1(list_: Term) -> int:
    """How many bytes all binaries have in common at the end."""
    return _common_prefix([data[::-1] for data in _binaries(list_)])


def _common_prefix(datas: list[bytes]) -> int:
    # All others lie between the least and the greatest one.
    low, high = min(datas), max(datas)
    for at, byte in enumerate(low):
        if byte != high[at]:
            return at
    return len(low)


# ---------------------------------------------------------------- searching


def _compiled(process: Process, pattern: Term) -> Patterns:
    """A binary, a list of binaries, or the result of compile_pattern/1, ready for searching."""
    if type(pattern) is tuple:
        if len(pattern) != 2 or type(pattern[1]) is not Reference:
            raise badarg()
        found = process.vm.resource(pattern[1])
        if type(found) is not Patterns or pattern[0] is not _tag(found):
            raise badarg()
        return found
    patterns = [_binary(pattern).to_bytes()] if type(pattern) is Bitstring else _binaries(pattern)
    if b"" in patterns:
        raise badarg()
    return Patterns(patterns)


def _tag(patterns: Patterns) -> Atom:
    return AC if patterns.single is None else BM


@bif("binary", "compile_pattern", 1, process=True)
def compile_pattern_1(process: Process, pattern: Term) -> Term:
    """Patterns made ready for several searches: `{bm | ac, Reference}`."""
    if type(pattern) is tuple:
        raise badarg()
    patterns = _compiled(process, pattern)
    return (_tag(patterns), process.vm.make_magic_ref(patterns))


class _Search:
    """The arguments of match, matches and split, checked.

    In early releases the pattern does not matter when the place to search ends at the start of
    the subject.
    """

    def __init__(
        self, process: Process, subject: Term, pattern: Term, options: Term, flags: tuple[str, ...]
    ) -> None:
        self.subject = _binary(subject)
        self.start = 0
        self.end = self.subject.byte_size
        self.flags: set[str] = set()
        self._options(options, flags)
        self.patterns: Patterns | None = None
        if self.end or process.vm.release >= CHECKED_SINCE:
            self.patterns = _compiled(process, pattern)
        self.data = self.subject.to_bytes() if self.end else b""
        # A search goes through four bytes as fast as others through an element.
        process.charge((self.end - self.start) // 4)

    def _options(self, options: Term, flags: tuple[str, ...]) -> None:
        """Scope and flags. The last scope counts; how the list ends does not matter."""
        if type(options) is not Cons and options is not NIL:
            raise badarg()
        while type(options) is Cons:
            option = options.head
            options = options.tail
            if type(option) is Atom and option.name in flags:
                self.flags.add(option.name)
                continue
            if type(option) is not tuple or len(option) != 2 or option[0] is not SCOPE:
                raise badarg()
            self.start, self.end = _scope(option[1], self.subject.byte_size)

    def first(self) -> Found | None:
        """The first match."""
        if self.patterns is None:
            return None
        return self.patterns.first(self.data, self.start, self.end)

    def all(self) -> Steps:
        """The list of all matches."""
        found: list[Found] = []
        if self.patterns is None:
            return found
        matches = self.patterns.all(self.data, self.start, self.end)
        while part := list(islice(matches, PART)):
            found += part
            yield len(part)
        return found


FIND_TRAP: Final = ("erlang", "binary_find_trap", 3)
PART: Final = 1000
"""So many matches are found before other processes may run."""

SCOPE = atom("scope")
WORD: Final = 1 << 64


def _scope(pair: Term, size: int) -> tuple[int, int]:
    if type(pair) is not tuple or len(pair) != 2:
        raise badarg()
    start, length = pair
    if type(start) is not int or type(length) is not int:
        raise badarg()
    if length < 0:
        start += length
        length = -length
    if start < 0 or start + length > size:
        raise badarg()
    return start, start + length


def _match(process: Process, subject: Term, pattern: Term, options: Term) -> Term:
    found = _Search(process, subject, pattern, options, ()).first()
    return NOMATCH if found is None else found


def _matches(process: Process, subject: Term, pattern: Term, options: Term) -> Steps:
    return make_list((yield from _Search(process, subject, pattern, options, ()).all()))


@bif("binary", "match", 2, process=True)
def match_2(process: Process, subject: Term, pattern: Term) -> Term:
    """`{Position, Length}` of the first match, or nomatch."""
    return _match(process, subject, pattern, NIL)


@bif("binary", "match", 3, process=True)
def match_3(process: Process, subject: Term, pattern: Term, options: Term) -> Term:
    """As match/2, within a scope."""
    return _match(process, subject, pattern, options)


@bif("binary", "matches", 2, steps=True, trap=FIND_TRAP)
def matches_2(process: Process, subject: Term, pattern: Term) -> Steps:
    """`{Position, Length}` of all matches."""
    return _matches(process, subject, pattern, NIL)


@bif("binary", "matches", 3, steps=True, trap=FIND_TRAP)
def matches_3(process: Process, subject: Term, pattern: Term, options: Term) -> Steps:
    """As matches/2, within a scope."""
    return _matches(process, subject, pattern, options)


@bif("binary", "split", 2, steps=True, trap=FIND_TRAP)
def split_2(process: Process, subject: Term, pattern: Term) -> Steps:
    """The parts before and after the first match."""
    return split_3(process, subject, pattern, NIL)


@bif("binary", "split", 3, steps=True, trap=FIND_TRAP)
def split_3(process: Process, subject: Term, pattern: Term, options: Term) -> Steps:
    """The parts between matches; options are global, trim, trim_all and a scope."""
    search = _Search(process, subject, pattern, options, ("global", "trim", "trim_all"))
    if "global" in search.flags:
        found = yield from search.all()
    else:
        one = search.first()
        found = [] if one is None else [one]
    parts = []
    start = 0
    for position, length in found:
        parts.append(search.subject.slice(start * 8, (position - start) * 8))
        start = position + length
    parts.append(search.subject.slice(start * 8, search.subject.size - start * 8))
    if "trim_all" in search.flags:
        parts = [part for part in parts if part.size]
    elif "trim" in search.flags:
        while parts and not parts[-1].size:
            parts.pop()
    return make_list(parts)
