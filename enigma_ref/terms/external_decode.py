"""Bytes as terms: the decoder of the external term format.

Where the format's description leaves open what is refused, releases were asked; numbers of pids,
ports and references that belong to the node itself are limited, those of others as a rule not.
"""

from __future__ import annotations

import math
import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from enigma_ref.terms.atoms import EMPTY, MAX_ATOM_CHARACTERS, Atom, atom, existing_atom
from enigma_ref.terms.bitstrings import Bitstring
from enigma_ref.terms.external_encode import local_checksum
from enigma_ref.terms.external_tags import (
    ATOM_EXT,
    ATOM_UTF8_EXT,
    BINARY_EXT,
    BIT_BINARY_EXT,
    COMPRESSED,
    EXPORT_EXT,
    FLOAT_EXT,
    INTEGER_EXT,
    LARGE_BIG_EXT,
    LARGE_TUPLE_EXT,
    LIST_EXT,
    LOCAL_EXT,
    LOCAL_SINCE,
    MAP_EXT,
    NEW_FLOAT_EXT,
    NEW_FUN_EXT,
    NEW_PID_EXT,
    NEW_PORT_EXT,
    NEW_REFERENCE_EXT,
    NEWER_REFERENCE_EXT,
    NIL_EXT,
    PID_EXT,
    PORT_EXT,
    RECORD_EXT,
    RECORDS_SINCE,
    REFERENCE_EXT,
    SMALL_ATOM_EXT,
    SMALL_ATOM_UTF8_EXT,
    SMALL_BIG_EXT,
    SMALL_INTEGER_EXT,
    SMALL_TUPLE_EXT,
    STRING_EXT,
    V4_PORT_EXT,
    VERSION,
    ExternalFormatError,
)
from enigma_ref.terms.floats import Float
from enigma_ref.terms.funs import ExternalFun, Fun
from enigma_ref.terms.identifiers import Pid, Port, Reference
from enigma_ref.terms.integers import too_large
from enigma_ref.terms.lists import NIL, Cons
from enigma_ref.terms.maps import Map
from enigma_ref.terms.parts import Parts, finished
from enigma_ref.terms.records import Record

_TUPLES: Final = frozenset((SMALL_TUPLE_EXT, LARGE_TUPLE_EXT))
_BIGS: Final = frozenset((SMALL_BIG_EXT, LARGE_BIG_EXT))
_COMMON_ATOMS: Final = frozenset((SMALL_ATOM_UTF8_EXT, ATOM_EXT))
_RARE_ATOMS: Final = frozenset((ATOM_UTF8_EXT, SMALL_ATOM_EXT))
_SMALL_ATOMS: Final = frozenset((SMALL_ATOM_UTF8_EXT, SMALL_ATOM_EXT))
_LARGE_ATOMS: Final = frozenset((ATOM_EXT, ATOM_UTF8_EXT))
_UTF8_ATOMS: Final = frozenset((SMALL_ATOM_UTF8_EXT, ATOM_UTF8_EXT))
_PIDS: Final = frozenset((NEW_PID_EXT, PID_EXT))
_PORTS: Final = frozenset((V4_PORT_EXT, NEW_PORT_EXT, PORT_EXT))
_REFERENCES: Final = frozenset((NEWER_REFERENCE_EXT, NEW_REFERENCE_EXT, REFERENCE_EXT))

_TEXT_FLOAT: Final = 31
_MAX_FREE: Final = 255
_MAX_SMALL_CREATION: Final = 3
"""The largest creation in the old forms of pids, ports and references."""
_SMALL: Final = 1 << 59
_MAX_FIRST_WORD: Final = 1 << 18
"""What the first word of a reference stays below, except in references of other nodes."""
_LOCAL_REFERENCE_WORDS: Final = 3
_MAX_WORDS: Final = 5
_ALIAS_MARK: Final = 1 << 16
"""In the second word of a reference of the node itself: two more words hold a pid."""
_PID_TAG_MASK: Final = 15
_PID_TAG: Final = 3
"""How ERTS marks a word as a pid (measured: other words are refused)."""
_ZLIB_RATIO: Final = 1032
"""How many bytes zlib can make of one at most."""


@dataclass(frozen=True, slots=True)
class _Limits:
    """What a release accepts; bits of numbers, and words of references."""

    pid: int
    serial: int
    port: int
    words: int
    local_words: int
    foreign: bool
    """Whether the numbers of other nodes have the same limits."""


_LIMITS: Final = {
    23: _Limits(15, 13, 28, 3, 3, True),
    24: _Limits(15, 13, 28, 5, 3, False),
    26: _Limits(28, 32, 60, 5, 5, False),
}
"""By the first release that has them (measured; 64-bit systems)."""


_REFUSED: Final = {
    "records": range(RECORDS_SINCE),
    "fun_size": range(24),  # a size of a fun that is larger than what is left
    "empty_bits": range(26, 100),  # a bitstring of no bytes
}
"""The releases that refuse something (measured)."""


def _limits(release: int) -> _Limits:
    return _LIMITS[max(since for since in _LIMITS if since <= release)]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: what the runtime adds to the bytes, and what it refuses.

    `node` is any pid of the node itself. `make_fun` gets each local fun, its `name` empty and
    its `entry` None since neither is in the data, and gives the term to use for it. `exports`
    tells whether a function is there, which the option `safe` wants.
    """

    release: int
    node: Pid
    make_fun: Callable[[Fun], Any]
    exports: Callable[[Atom, Atom, int], bool]


_u16 = struct.Struct(">H").unpack_from
_u32 = struct.Struct(">I").unpack_from
_i32 = struct.Struct(">i").unpack_from
_u64 = struct.Struct(">Q").unpack_from
_f64 = struct.Struct(">d").unpack_from

_text_float = re.compile(rb"[+-]?\d+\.\d+(?:[eE][+-]?\d+)?\0").match
"""The text ends with a zero byte, wherever that is; what follows it up to byte 31 is ignored."""


PART: Final = 1 << 12
"""How many bytes make a part of the work."""


def decode(
    data: bytes | bytearray | memoryview,
    *,
    safe: bool = False,
    make_fun: Callable[[Fun], Any] | None = None,
    max_size: int | None = None,
) -> Any:
    """The term in `data`, as `erlang:binary_to_term/2` reads it; bytes behind it are ignored.

    `safe` refuses atoms that do not exist yet. `make_fun` gets each local fun, its `name` empty
    and its `entry` None since neither is in the data, and gives the term to use for it.
    `max_size` bounds how many bytes compressed data may unpack to. Takes time and memory in
    proportion to the (unpacked) data, whatever is in it. What any release accepts is accepted.

    Raises ExternalFormatError when `data` is not a term.
    """
    return decode_used(data, safe=safe, make_fun=make_fun, max_size=max_size)[0]


def decode_used(
    data: bytes | bytearray | memoryview,
    *,
    safe: bool = False,
    make_fun: Callable[[Fun], Any] | None = None,
    max_size: int | None = None,
    reader: Reader | None = None,
) -> tuple[Any, int]:
    """What `decode` gives, and how many bytes of `data` it took (option `used`).

    With a `reader`, what its release refuses is refused.
    """
    return finished(
        decode_parts(data, safe=safe, make_fun=make_fun, max_size=max_size, reader=reader)
    )


def decode_parts(
    data: bytes | bytearray | memoryview,
    *,
    safe: bool = False,
    make_fun: Callable[[Fun], Any] | None = None,
    max_size: int | None = None,
    reader: Reader | None = None,
) -> Parts[tuple[Any, int]]:
    """What `decode_used` does, in parts of about `PART` bytes."""
    if type(data) is not bytes:
        data = bytes(data)
    if not data or data[0] != VERSION:
        raise ExternalFormatError(f"does not start with the version byte {VERSION}")
    if len(data) > 1 and data[1] == COMPRESSED:
        body, used = _unpack(data, max_size)
        term, _ = yield from _decode_any(_Decoder(body, safe, make_fun, reader), 0)
        return term, used
    return (yield from _decode_any(_Decoder(data, safe, make_fun, reader), 1))


def _decode_any(decoder: _Decoder, start: int) -> Parts[tuple[Any, int]]:
    """The term at `start`, which may be what this node wrote with the option `local`."""
    data, reader = decoder.data, decoder.reader
    if data[start : start + 1] != bytes((LOCAL_EXT,)) or not (
        reader and reader.release >= LOCAL_SINCE
    ):
        return (yield from _decode(decoder, start))
    decoder.own = True
    begin = start + 5
    term, end = yield from _decode(decoder, begin)
    if local_checksum(memoryview(data)[begin:end]).to_bytes(4, "big") != data[start + 1 : begin]:
        raise ExternalFormatError("written for itself by another node, or damaged")
    return term, end


def _unpack(data: bytes, max_size: int | None) -> tuple[bytes, int]:
    """The unpacked bytes of a compressed term, and where the packed ones end in `data`."""
    if len(data) < 6:
        raise ExternalFormatError("ends in the size of the compressed term")
    (size,) = _u32(data, 2)
    if size > len(data) * _ZLIB_RATIO:
        raise ExternalFormatError(f"{len(data)} compressed bytes cannot hold {size} bytes")
    if max_size is not None and size > max_size:
        raise ExternalFormatError(f"the compressed term takes {size} bytes, over {max_size}")
    unpacker = zlib.decompressobj()
    try:
        body = unpacker.decompress(memoryview(data)[6:], size + 1)
    except zlib.error as error:
        raise ExternalFormatError(f"bad compressed data: {error}") from None
    if len(body) != size or not unpacker.eof:
        raise ExternalFormatError(f"the compressed term does not take {size} bytes as it says")
    return body, len(data) - len(unpacker.unused_data)


def decode_unversioned(
    data: bytes,
    position: int = 0,
    *,
    safe: bool = False,
    make_fun: Callable[[Fun], Any] | None = None,
) -> tuple[Any, int]:
    """The term at `position` of `data`, which has no version byte, and where it ends.

    Raises ExternalFormatError when there is none.
    """
    return finished(_decode(_Decoder(data, safe, make_fun, None), position))


def _decode(decoder: _Decoder, position: int) -> Parts[tuple[Any, int]]:
    try:
        return (yield from decoder.term(position))
    except (IndexError, struct.error):
        # Every access by position is into the data: running off its end is what raises these.
        size = len(decoder.data)
        raise ExternalFormatError(f"{size} bytes end in the middle of a term") from None


class _Decoder:
    """What decoding needs to know everywhere."""

    def __init__(
        self,
        data: bytes,
        safe: bool,
        make_fun: Callable[[Fun], Any] | None,
        reader: Reader | None,
    ) -> None:
        self.data = data
        self.safe = safe
        self.make_fun = make_fun if reader is None else reader.make_fun
        self.reader = reader
        self.limits = None if reader is None else _limits(reader.release)
        self.own = False

    def term(self, position: int) -> Parts[tuple[Any, int]]:
        """The term at `position` and where it ends."""
        data = self.data
        size = len(data)
        # The term being read inside of others: what it is, its parts so far and their number.
        kind: Any = 0
        need = 0
        items: list[Any] = []
        stack: list[tuple[Any, int, list[Any]]] = []
        value: Any
        pause = position + PART
        while True:
            if position > pause:
                pause = position + PART
                yield
            tag = data[position]
            position += 1
            if tag == SMALL_INTEGER_EXT:
                value = data[position]
                position += 1
            elif tag in _COMMON_ATOMS:
                value, position = self.atom(position - 1)
            elif tag in _TUPLES:
                if tag == SMALL_TUPLE_EXT:
                    count = data[position]
                    position += 1
                else:
                    (count,) = _u32(data, position)
                    position += 4
                if count:
                    if count > size - position:
                        raise self.too_many("tuple elements", count, position)
                    stack.append((kind, need, items))
                    kind, need, items = SMALL_TUPLE_EXT, count, []
                    continue
                value = ()
            elif tag == NIL_EXT:
                value = NIL
            elif tag == LIST_EXT:
                (count,) = _u32(data, position)
                position += 4
                if count >= size - position:
                    raise self.too_many("list elements", count, position)
                stack.append((kind, need, items))
                kind, need, items = LIST_EXT, count + 1, []
                continue
            elif tag == STRING_EXT:
                (count,) = _u16(data, position)
                position += 2
                end = position + count
                if end > size:
                    raise self.too_many("characters", count, position)
                value = NIL
                for code in data[position:end][::-1]:
                    value = Cons(code, value)
                position = end
            elif tag == BINARY_EXT:
                (count,) = _u32(data, position)
                position += 4
                end = position + count
                if end > size:
                    raise self.too_many("bytes of a binary", count, position)
                value = Bitstring(data[position:end], 0, count << 3)
                position = end
            elif tag == INTEGER_EXT:
                (value,) = _i32(data, position)
                position += 4
            elif tag == MAP_EXT:
                (count,) = _u32(data, position)
                position += 4
                if count:
                    if count * 2 > size - position:
                        raise self.too_many("map keys", count, position)
                    stack.append((kind, need, items))
                    kind, need, items = MAP_EXT, count * 2, []
                    continue
                value = Map.EMPTY
            elif tag == NEW_FLOAT_EXT:
                (number,) = _f64(data, position)
                value = self.finite(number, position)
                position += 8
            elif tag in _BIGS:
                value, position = self.big(tag, position)
            elif tag == NEW_FUN_EXT:
                fun, count, position = self.fun(position)
                if count > size - position:
                    raise self.too_many("free variables", count, position)
                if count:
                    stack.append((kind, need, items))
                    kind, need, items = fun, count, []
                    continue
                value = fun if self.make_fun is None else self.make_fun(fun)
            elif tag == RECORD_EXT and not self.refuses("records"):
                record, position = self.record(position)
                if record.fields:
                    stack.append((kind, need, items))
                    kind, need, items = record, len(record.fields), []
                    continue
                value = record
            else:
                value, position = self.other(tag, position)
            # The term is complete, and with it maybe others that it ends.
            while True:
                if not need:
                    return value, position
                items.append(value)
                if len(items) < need:
                    break
                if kind == SMALL_TUPLE_EXT:
                    value = tuple(items)
                elif kind == LIST_EXT:
                    value = items.pop()
                    items.reverse()
                    for item in items:
                        value = Cons(item, value)
                elif kind == MAP_EXT:
                    value = Map.of(zip(items[::2], items[1::2], strict=True))
                    if len(value) * 2 != len(items):
                        raise ExternalFormatError(
                            f"a map has two equal keys (it ends at byte {position})"
                        )
                elif type(kind) is Fun:
                    kind.env = tuple(items)
                    value = kind if self.make_fun is None else self.make_fun(kind)
                else:
                    kind.values = tuple(items)
                    value = kind
                kind, need, items = stack.pop()

    def too_many(self, what: str, count: int, position: int) -> ExternalFormatError:
        left = len(self.data) - position
        return ExternalFormatError(f"{count} {what} at byte {position}, with {left} bytes left")

    def finite(self, number: float, position: int) -> Float:
        if not math.isfinite(number):
            raise ExternalFormatError(f"a float that is no number at byte {position}")
        return Float(number)

    def atom(self, position: int) -> tuple[Atom, int]:
        """The atom at `position`, and nothing but an atom."""
        data = self.data
        tag = data[position]
        if tag in _SMALL_ATOMS:
            count = data[position + 1]
            start = position + 2
        elif tag in _LARGE_ATOMS:
            (count,) = _u16(data, position + 1)
            start = position + 3
        else:
            raise ExternalFormatError(f"tag {tag} at byte {position}, expected an atom")
        end = start + count
        text = data[start:end]
        if len(text) < count:
            raise self.too_many("bytes of an atom", count, start)
        try:
            if tag in _UTF8_ATOMS:
                name = text.decode()
            else:
                name = text.decode("latin1")
        except UnicodeDecodeError:
            raise ExternalFormatError(f"an atom at byte {position} is not UTF-8") from None
        if count > MAX_ATOM_CHARACTERS and len(name) > MAX_ATOM_CHARACTERS:
            raise ExternalFormatError(f"an atom of {len(name)} characters at byte {position}")
        if self.safe:
            found = existing_atom(name)
            if found is None:
                raise ExternalFormatError(f"a new atom at byte {position}")
            return found, end
        return atom(name), end

    def big(self, tag: int, position: int) -> tuple[int, int]:
        data = self.data
        if tag == SMALL_BIG_EXT:
            count = data[position]
            position += 1
        else:
            (count,) = _u32(data, position)
            position += 4
        sign = data[position]
        start = position + 1
        end = start + count
        if end > len(data):
            raise self.too_many("bytes of an integer", count, start)
        if too_large(8 * count):
            raise ExternalFormatError(f"an integer of {count} bytes at byte {position}")
        value = int.from_bytes(data[start:end], "little")
        return -value if sign else value, end

    def small_int(self, position: int) -> tuple[int, int]:
        """The small integer at `position`, in any form, and nothing but one."""
        data = self.data
        tag = data[position]
        while tag == LIST_EXT and not any(data[position + 1 : position + 5]):
            # A list without elements is its tail.
            position += 5
            tag = data[position]
        if tag == SMALL_INTEGER_EXT:
            return data[position + 1], position + 2
        if tag == INTEGER_EXT:
            return _i32(data, position + 1)[0], position + 5
        if tag in _BIGS:
            value, end = self.big(tag, position + 1)
            if -_SMALL <= value < _SMALL:
                return value, end
        raise ExternalFormatError(f"tag {tag} at byte {position}, expected a small integer")

    def refuses(self, what: str) -> bool:
        """Whether the reader's release refuses something that others take."""
        reader = self.reader
        return reader is not None and reader.release in _REFUSED[what]

    def fun(self, position: int) -> tuple[Fun, int, int]:
        """A fun without its environment, the size of that, and where it starts.

        The size of the whole, which comes first, is redundant.
        """
        data = self.data
        (size,) = _u32(data, position)
        if size > len(data) - position and self.refuses("fun_size"):
            raise self.too_many("bytes of a fun", size, position)
        arity = data[position + 4]
        unique = data[position + 5 : position + 21]
        (index,) = _u32(data, position + 21)
        (count,) = _u32(data, position + 25)
        if count > _MAX_FREE:
            raise self.too_many("free variables", count, position)
        module, position = self.atom(position + 29)
        _, position = self.small_int(position)
        uniq, position = self.small_int(position)
        tag = data[position]
        if tag not in _PIDS:
            raise ExternalFormatError(f"tag {tag} at byte {position}, expected a pid")
        creator, position = self.other(tag, position + 1)
        return (
            Fun(module, EMPTY, arity, index, uniq, unique, (), creator, None),
            count,
            position,
        )

    def record(self, position: int) -> tuple[Record, int]:
        """A native record without its values."""
        data = self.data
        (count,) = _u32(data, position)
        if count * 2 > len(data) - position:
            raise self.too_many("record fields", count, position)
        exported = data[position + 4]
        if exported > 1:
            raise ExternalFormatError(f"a record with flags {exported} at byte {position}")
        module, position = self.atom(position + 5)
        name, position = self.atom(position)
        fields = []
        for _ in range(count):
            field, position = self.atom(position)
            fields.append(field)
        return Record(module, name, exported == 1, tuple(fields), ()), position

    def other(self, tag: int, position: int) -> tuple[Any, int]:
        """A term of a less common kind, without terms inside; `position` is behind its tag."""
        data = self.data
        if tag in _RARE_ATOMS:
            return self.atom(position - 1)
        if tag in _PIDS:
            return self.pid(tag, position)
        if tag in _REFERENCES:
            return self.reference(tag, position)
        if tag in _PORTS:
            return self.port(tag, position)
        if tag == EXPORT_EXT:
            module, position = self.atom(position)
            name, position = self.atom(position)
            arity, position = self.small_int(position)
            if arity < 0:
                raise ExternalFormatError(f"a fun of arity {arity} at byte {position}")
            if self.safe and self.reader and not self.reader.exports(module, name, arity):
                raise ExternalFormatError(f"a function that is not there at byte {position}")
            return ExternalFun(module, name, arity), position
        if tag == BIT_BINARY_EXT:
            (count,) = _u32(data, position)
            last = data[position + 4]
            start = position + 5
            end = start + count
            if end > len(data):
                raise self.too_many("bytes of a bitstring", count, start)
            if not (0 < last <= 8 and count) and (last or count or self.refuses("empty_bits")):
                raise ExternalFormatError(f"{last} bits in the last byte, at byte {position}")
            return Bitstring(data[start:end], 0, count * 8 - (8 - last if last else 0)), end
        if tag == FLOAT_EXT:
            if position + _TEXT_FLOAT > len(data):
                raise self.too_many("characters of a float", _TEXT_FLOAT, position)
            text = _text_float(data, position)
            if text is None:
                what = "bad float" if 0 in data[position:] else "float whose text has no end"
                raise ExternalFormatError(f"a {what} at byte {position}")
            return self.finite(float(text[0][:-1]), position), position + _TEXT_FLOAT
        raise ExternalFormatError(f"no term starts with tag {tag} (at byte {position - 1})")

    def node(self, position: int) -> tuple[Atom, int]:
        """The name of a node; what a node writes for itself leaves its own name away."""
        if self.own and self.reader and self.data[position] == NIL_EXT:
            return self.reader.node.node, position + 1
        return self.atom(position)

    def creation(self, small: bool, position: int) -> tuple[int, int]:
        """The creation of a node, in one byte or in four."""
        if not small:
            return _u32(self.data, position)[0], position + 4
        creation = self.data[position]
        if self.reader and creation > _MAX_SMALL_CREATION:
            raise ExternalFormatError(f"a creation of {creation} at byte {position}")
        return creation, position + 1

    def is_local(self, node: Atom, creation: int) -> bool:
        """Whether something belongs to the reading node itself."""
        reader = self.reader
        return reader is not None and reader.node.node is node and reader.node.creation == creation

    def limit(self, what: str, number: int, bits: int, local: bool) -> None:
        """Raises when a number is too large for the release."""
        limits = self.limits
        if limits is not None and (local or limits.foreign) and number >> bits:
            raise ExternalFormatError(f"a {what} of {number}")

    def pid(self, tag: int, position: int) -> tuple[Pid, int]:
        data = self.data
        node, position = self.node(position)
        number, serial = _u32(data, position)[0], _u32(data, position + 4)[0]
        creation, position = self.creation(tag == PID_EXT, position + 8)
        if self.limits is not None:
            local = self.is_local(node, creation)
            self.limit("pid", number, self.limits.pid, local)
            self.limit("serial", serial, self.limits.serial, local)
        return Pid(node, number, serial, creation), position

    def port(self, tag: int, position: int) -> tuple[Port, int]:
        data = self.data
        if tag == V4_PORT_EXT and self.limits is not None and self.limits.foreign:
            raise ExternalFormatError(f"no term starts with tag {tag} (at byte {position - 1})")
        node, position = self.node(position)
        if tag == V4_PORT_EXT:
            (number,) = _u64(data, position)
            position += 8
        else:
            (number,) = _u32(data, position)
            position += 4
        creation, position = self.creation(tag == PORT_EXT, position)
        if self.limits is not None:
            self.limit("port", number, self.limits.port, self.is_local(node, creation))
        return Port(node, number, creation), position

    def reference(self, tag: int, position: int) -> tuple[Reference, int]:
        data = self.data
        count = 1
        start = position
        if tag != REFERENCE_EXT:
            (count,) = _u16(data, position)
            position += 2
        if not 0 < count <= _MAX_WORDS:
            raise ExternalFormatError(f"a reference of {count} words at byte {start}")
        node, position = self.node(position)
        if tag == REFERENCE_EXT:
            words = _u32(data, position)
            creation, position = self.creation(True, position + 4)
        else:
            creation, position = self.creation(tag == NEW_REFERENCE_EXT, position)
            words = struct.unpack_from(f">{count}I", data, position)
            position += 4 * count
        if self.limits is not None:
            local = self.is_local(node, creation)
            words = self.limited(words, local, tag, start)
        return Reference(node, words, creation), position

    def limited(
        self, words: tuple[int, ...], local: bool, tag: int, position: int
    ) -> tuple[int, ...]:
        """The words of a reference, which every node writes as three of its own."""
        assert self.limits is not None
        if words[0] >= _MAX_FIRST_WORD and (local or tag != NEWER_REFERENCE_EXT):
            raise ExternalFormatError(f"a reference of {words[0]} at byte {position}")
        if len(words) > (self.limits.local_words if local else self.limits.words):
            raise ExternalFormatError(f"a reference of {len(words)} words at byte {position}")
        if not local:
            return words
        words += (0,) * (_LOCAL_REFERENCE_WORDS - len(words))
        if len(words) == _MAX_WORDS and words[1] & _ALIAS_MARK:
            if words[3] & _PID_TAG_MASK != _PID_TAG:
                raise ExternalFormatError(f"an alias of no process at byte {position}")
            return words
        return words[:_LOCAL_REFERENCE_WORDS]
