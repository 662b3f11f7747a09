"""The external term format: terms as bytes (ERTS User's Guide, External Term Format)."""

from __future__ import annotations

import math
import re
import struct
import zlib
from collections.abc import Callable
from typing import Any, Final

from enigma_ref.terms.atoms import EMPTY, MAX_ATOM_CHARACTERS, Atom, atom, existing_atom
from enigma_ref.terms.bitstrings import Bitstring
from enigma_ref.terms.floats import Float
from enigma_ref.terms.funs import ExternalFun, Fun
from enigma_ref.terms.identifiers import Pid, Port, Reference
from enigma_ref.terms.lists import NIL, Cons, Nil
from enigma_ref.terms.maps import Map
from enigma_ref.terms.records import Record

VERSION: Final = 131

RECORD_EXT: Final = 67
NEW_FLOAT_EXT: Final = 70
BIT_BINARY_EXT: Final = 77
COMPRESSED: Final = 80
NEW_PID_EXT: Final = 88
NEW_PORT_EXT: Final = 89
NEWER_REFERENCE_EXT: Final = 90
SMALL_INTEGER_EXT: Final = 97
INTEGER_EXT: Final = 98
FLOAT_EXT: Final = 99
ATOM_EXT: Final = 100
REFERENCE_EXT: Final = 101
PORT_EXT: Final = 102
PID_EXT: Final = 103
SMALL_TUPLE_EXT: Final = 104
LARGE_TUPLE_EXT: Final = 105
NIL_EXT: Final = 106
STRING_EXT: Final = 107
LIST_EXT: Final = 108
BINARY_EXT: Final = 109
SMALL_BIG_EXT: Final = 110
LARGE_BIG_EXT: Final = 111
NEW_FUN_EXT: Final = 112
EXPORT_EXT: Final = 113
NEW_REFERENCE_EXT: Final = 114
SMALL_ATOM_EXT: Final = 115
MAP_EXT: Final = 116
ATOM_UTF8_EXT: Final = 118
SMALL_ATOM_UTF8_EXT: Final = 119
V4_PORT_EXT: Final = 120

_TUPLES: Final = frozenset((SMALL_TUPLE_EXT, LARGE_TUPLE_EXT))
_BIGS: Final = frozenset((SMALL_BIG_EXT, LARGE_BIG_EXT))
_COMMON_ATOMS: Final = frozenset((SMALL_ATOM_UTF8_EXT, ATOM_EXT))
_RARE_ATOMS: Final = frozenset((ATOM_UTF8_EXT, SMALL_ATOM_EXT))
_SMALL_ATOMS: Final = frozenset((SMALL_ATOM_UTF8_EXT, SMALL_ATOM_EXT))
_LARGE_ATOMS: Final = frozenset((ATOM_EXT, ATOM_UTF8_EXT))
_UTF8_ATOMS: Final = frozenset((SMALL_ATOM_UTF8_EXT, ATOM_UTF8_EXT))
_NEW_REFERENCES: Final = frozenset((NEWER_REFERENCE_EXT, NEW_REFERENCE_EXT))

_MAX_REFERENCE_WORDS: Final = 5
_OLD_PORT_BITS: Final = 28
_ZLIB_RATIO: Final = 1032
"""How many bytes zlib can make of one at most."""

_u16 = struct.Struct(">H").unpack_from
_u32 = struct.Struct(">I").unpack_from
_i32 = struct.Struct(">i").unpack_from
_u64 = struct.Struct(">Q").unpack_from
_f64 = struct.Struct(">d").unpack_from
_tag_u8 = struct.Struct(">BB").pack
_tag_u16 = struct.Struct(">BH").pack
_tag_u32 = struct.Struct(">BI").pack
_tag_i32 = struct.Struct(">Bi").pack
_tag_f64 = struct.Struct(">Bd").pack

_old_float = re.compile(rb"[+-]?\d+\.\d+(?:[eE][+-]?\d+)?").fullmatch


class ExternalFormatError(ValueError):
    """The bytes are no term in the external format; the message says why and where."""


# Encoding


def encode(
    term: Any,
    *,
    release: int,
    minor_version: int | None = None,
    compressed: int = 0,
) -> bytes:
    """`term` as `erlang:term_to_binary/2` of that release gives it.

    `minor_version` 0 writes floats as text, 2 all atoms in UTF-8; None is the default of the
    release (1, from 26 on 2). `compressed` is the zlib level, 0 to 9; the result is compressed
    only when that makes it smaller. A fun without creator gets `<0.0.0>` of `nonode@nohost`.

    Maps of more than 32 keys may have their keys in another order than OTP's.
    """
    if minor_version is None:
        minor_version = 2 if release >= 26 else 1
    body = _Encoder(release, minor_version).encode(term)
    if compressed:
        packed = zlib.compress(body, compressed)
        if len(packed) + 5 < len(body):
            return bytes((VERSION, COMPRESSED)) + len(body).to_bytes(4, "big") + packed
    return b"\x83" + body


def encode_unversioned(term: Any, *, release: int) -> bytes:
    """`term` as it stands inside of other terms: no version byte, never compressed."""
    return _Encoder(release, 2 if release >= 26 else 1).encode(term)


class _FunEnd:
    """On the encoder's stack: here ends the fun whose size stands at `start`."""

    __slots__ = ("start",)

    def __init__(self, start: int) -> None:
        self.start = start


class _Encoder:
    """What encoding needs to know everywhere, and the bytes so far."""

    def __init__(self, release: int, minor_version: int) -> None:
        self.release = release
        self.utf8_atoms = minor_version >= 2
        self.text_floats = minor_version == 0
        self.out = bytearray()

    def encode(self, term: Any) -> bytes:
        """The encoding of `term` without the version byte."""
        out = self.out
        stack: list[Any] = [term]
        pop = stack.pop
        while stack:
            term = pop()
            kind = type(term)
            if kind is Atom:
                out += self.atom(term)
            elif kind is int:
                out += _encoded_int(term)
            elif kind is tuple:
                count = len(term)
                if count < 256:
                    out += _tag_u8(SMALL_TUPLE_EXT, count)
                else:
                    out += _tag_u32(LARGE_TUPLE_EXT, count)
                stack.extend(term[::-1])
            elif kind is Nil:
                out += b"j"
            elif kind is Cons:
                self.cons(term, stack)
            elif kind is Bitstring:
                self.bits(term)
            elif kind is Map:
                out += _tag_u32(MAP_EXT, len(term))
                for key, value in reversed(term.items()):
                    stack.append(value)
                    stack.append(key)
            elif kind is Float:
                if self.text_floats:
                    out += b"c" + f"{float(term):.20e}".encode().ljust(31, b"\0")
                else:
                    out += _tag_f64(NEW_FLOAT_EXT, term)
            elif kind is Fun:
                self.fun(term, stack)
            elif kind is Record:
                out += _tag_u32(RECORD_EXT, len(term.fields))
                out += b"\1" if term.exported else b"\0"
                out += self.atom(term.module) + self.atom(term.name)
                for name in term.fields:
                    out += self.atom(name)
                stack.extend(term.values[::-1])
            elif kind is _FunEnd:
                out[term.start : term.start + 4] = (len(out) - term.start).to_bytes(4, "big")
            else:
                self.identity(term)
        return bytes(out)

    def atom(self, term: Atom) -> bytes:
        name = term.name
        if not self.utf8_atoms:
            try:
                latin1 = name.encode("latin1")
            except UnicodeEncodeError:
                # Only UTF-8 can hold it.
                pass
            else:
                return _tag_u16(ATOM_EXT, len(latin1)) + latin1
        utf8 = name.encode()
        if len(utf8) < 256:
            return _tag_u8(SMALL_ATOM_UTF8_EXT, len(utf8)) + utf8
        return _tag_u16(ATOM_UTF8_EXT, len(utf8)) + utf8

    def cons(self, term: Cons, stack: list[Any]) -> None:
        items: list[Any] = []
        append = items.append
        rest: Any = term
        while type(rest) is Cons:
            append(rest.head)
            rest = rest.tail
        count = len(items)
        if rest is NIL and count < 65536 and type(items[0]) is int:
            try:
                text = bytes(items)
            except (ValueError, TypeError):
                # Not all of them are bytes.
                pass
            else:
                self.out += _tag_u16(STRING_EXT, count) + text
                return
        self.out += _tag_u32(LIST_EXT, count)
        stack.append(rest)
        items.reverse()
        stack.extend(items)

    def bits(self, term: Bitstring) -> None:
        data = term.to_bytes()
        spare = term.size & 7
        if spare:
            self.out += _tag_u32(BIT_BINARY_EXT, len(data)) + bytes((spare,))
        else:
            self.out += _tag_u32(BINARY_EXT, len(data))
        self.out += data

    def fun(self, term: Fun, stack: list[Any]) -> None:
        out = self.out
        out.append(NEW_FUN_EXT)
        start = len(out)
        out += b"\0\0\0\0" + bytes((term.arity,)) + term.unique
        out += struct.pack(">II", term.index, len(term.env))
        out += self.atom(term.module) + _encoded_int(term.index) + _encoded_int(term.uniq)
        creator = term.creator
        if creator is None:
            creator = Pid(atom("nonode@nohost"), 0)
        elif self.release >= 26:
            # Funs no longer remember who made them.
            creator = Pid(creator.node, 0, 0, creator.creation)
        self.identity(creator)
        stack.append(_FunEnd(start))
        stack.extend(term.env[::-1])

    def identity(self, term: Any) -> None:
        out = self.out
        kind = type(term)
        if kind is Pid:
            out += b"X" + self.atom(term.node)
            out += struct.pack(">III", term.number, term.serial, term.creation)
        elif kind is Port:
            if self.release >= 26 or term.number >> _OLD_PORT_BITS:
                out += b"x" + self.atom(term.node)
                out += struct.pack(">QI", term.number, term.creation)
            else:
                out += b"Y" + self.atom(term.node)
                out += struct.pack(">II", term.number, term.creation)
        elif kind is Reference:
            words = term.words
            out += _tag_u16(NEWER_REFERENCE_EXT, len(words)) + self.atom(term.node)
            out += struct.pack(f">{len(words) + 1}I", term.creation, *words)
        elif kind is ExternalFun:
            out += b"q" + self.atom(term.module) + self.atom(term.name)
            out += _encoded_int(term.arity)
        else:
            raise TypeError(f"no Erlang term: {term!r}")


def _encoded_int(value: int) -> bytes:
    if 0 <= value < 256:
        return _tag_u8(SMALL_INTEGER_EXT, value)
    if -0x80000000 <= value < 0x80000000:
        return _tag_i32(INTEGER_EXT, value)
    sign = 1 if value < 0 else 0
    size = (value.bit_length() + 7) >> 3
    digits = abs(value).to_bytes(size, "little")
    if size < 256:
        return bytes((SMALL_BIG_EXT, size, sign)) + digits
    return _tag_u32(LARGE_BIG_EXT, size) + bytes((sign,)) + digits


# Decoding


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
    proportion to the (unpacked) data, whatever is in it.

    Raises ExternalFormatError when `data` is not a term.
    """
    return decode_used(data, safe=safe, make_fun=make_fun, max_size=max_size)[0]


def decode_used(
    data: bytes | bytearray | memoryview,
    *,
    safe: bool = False,
    make_fun: Callable[[Fun], Any] | None = None,
    max_size: int | None = None,
) -> tuple[Any, int]:
    """What `decode` gives, and how many bytes of `data` it took (option `used`)."""
    if type(data) is not bytes:
        data = bytes(data)
    if not data or data[0] != VERSION:
        raise ExternalFormatError(f"does not start with the version byte {VERSION}")
    if len(data) > 1 and data[1] == COMPRESSED:
        body, used = _unpack(data, max_size)
        term, end = decode_unversioned(body, 0, safe=safe, make_fun=make_fun)
        if end > len(body):
            raise ExternalFormatError("ends in the middle of a term")
        return term, used
    return decode_unversioned(data, 1, safe=safe, make_fun=make_fun)


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
    reader = _Decoder(data, safe, make_fun)
    try:
        return reader.term(position)
    except (IndexError, struct.error):
        # Every access by position is into `data`: running off its end is what raises these.
        raise ExternalFormatError(f"{len(data)} bytes end in the middle of a term") from None


class _Decoder:
    """What decoding needs to know everywhere."""

    def __init__(self, data: bytes, safe: bool, make_fun: Callable[[Fun], Any] | None) -> None:
        self.data = data
        self.safe = safe
        self.make_fun = make_fun

    def term(self, position: int) -> tuple[Any, int]:
        """The term at `position` and where it ends."""
        data = self.data
        size = len(data)
        # The term being read inside of others: what it is, its parts so far and their number.
        kind: Any = 0
        need = 0
        items: list[Any] = []
        stack: list[tuple[Any, int, list[Any]]] = []
        value: Any
        while True:
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
            elif tag == RECORD_EXT:
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
        value = int.from_bytes(data[start:end], "little")
        return -value if sign else value, end

    def small_int(self, position: int) -> tuple[int, int]:
        """The small integer at `position`, and nothing but one."""
        data = self.data
        tag = data[position]
        if tag == SMALL_INTEGER_EXT:
            return data[position + 1], position + 2
        if tag == INTEGER_EXT:
            return _i32(data, position + 1)[0], position + 5
        raise ExternalFormatError(f"tag {tag} at byte {position}, expected a small integer")

    def fun(self, position: int) -> tuple[Fun, int, int]:
        """A fun without its environment, the size of that, and where it starts.

        The size of the whole, which comes first, is redundant; OTP ignores it, too.
        """
        data = self.data
        arity = data[position + 4]
        unique = data[position + 5 : position + 21]
        (index,) = _u32(data, position + 21)
        (count,) = _u32(data, position + 25)
        module, position = self.atom(position + 29)
        _, position = self.small_int(position)
        uniq, position = self.small_int(position)
        tag = data[position]
        if tag != NEW_PID_EXT and tag != PID_EXT:
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
        if tag == NEW_PID_EXT:
            node, position = self.atom(position)
            number, serial = _u32(data, position)[0], _u32(data, position + 4)[0]
            return Pid(node, number, serial, _u32(data, position + 8)[0]), position + 12
        if tag == PID_EXT:
            node, position = self.atom(position)
            number, serial = _u32(data, position)[0], _u32(data, position + 4)[0]
            return Pid(node, number, serial, data[position + 8]), position + 9
        if tag in _NEW_REFERENCES:
            return self.reference(tag, position)
        if tag == REFERENCE_EXT:
            node, position = self.atom(position)
            words = _u32(data, position)
            return Reference(node, words, data[position + 4]), position + 5
        if tag == V4_PORT_EXT:
            node, position = self.atom(position)
            (number,) = _u64(data, position)
            return Port(node, number, _u32(data, position + 8)[0]), position + 12
        if tag == NEW_PORT_EXT:
            node, position = self.atom(position)
            (number,) = _u32(data, position)
            return Port(node, number, _u32(data, position + 4)[0]), position + 8
        if tag == PORT_EXT:
            node, position = self.atom(position)
            (number,) = _u32(data, position)
            return Port(node, number, data[position + 4]), position + 5
        if tag == EXPORT_EXT:
            module, position = self.atom(position)
            name, position = self.atom(position)
            arity, position = self.small_int(position)
            if not 0 <= arity < 256:
                raise ExternalFormatError(f"a fun of arity {arity} at byte {position}")
            return ExternalFun(module, name, arity), position
        if tag == BIT_BINARY_EXT:
            (count,) = _u32(data, position)
            last = data[position + 4]
            start = position + 5
            end = start + count
            if end > len(data):
                raise self.too_many("bytes of a bitstring", count, start)
            if not (0 < last <= 8 and count) and (last or count):
                raise ExternalFormatError(f"{last} bits in the last byte, at byte {position}")
            return Bitstring(data[start:end], 0, count * 8 - (8 - last if last else 0)), end
        if tag == FLOAT_EXT:
            text = data[position : position + 31]
            if len(text) < 31:
                raise self.too_many("characters of a float", 31, position)
            text = text.partition(b"\0")[0]
            if not _old_float(text):
                raise ExternalFormatError(f"a bad float at byte {position}")
            return self.finite(float(text), position), position + 31
        raise ExternalFormatError(f"no term starts with tag {tag} (at byte {position - 1})")

    def reference(self, tag: int, position: int) -> tuple[Reference, int]:
        data = self.data
        (count,) = _u16(data, position)
        if count > _MAX_REFERENCE_WORDS:
            raise ExternalFormatError(f"a reference of {count} words at byte {position}")
        node, position = self.atom(position + 2)
        if tag == NEWER_REFERENCE_EXT:
            (creation,) = _u32(data, position)
            position += 4
        else:
            creation = data[position]
            position += 1
        words = struct.unpack_from(f">{count}I", data, position)
        return Reference(node, words, creation), position + 4 * count
