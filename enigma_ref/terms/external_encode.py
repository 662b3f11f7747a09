"""Terms as bytes: the encoder of the external term format."""

from __future__ import annotations

import os
import struct
import zlib
from typing import Any, Final

from enigma_ref.terms.atoms import Atom, atom
from enigma_ref.terms.bitstrings import Bitstring
from enigma_ref.terms.external_tags import (
    ATOM_EXT,
    ATOM_UTF8_EXT,
    BINARY_EXT,
    BIT_BINARY_EXT,
    COMPRESSED,
    INTEGER_EXT,
    LARGE_BIG_EXT,
    LARGE_TUPLE_EXT,
    LIST_EXT,
    LOCAL_EXT,
    MAP_EXT,
    MAX_BINARY_ON_HEAP,
    NEW_FLOAT_EXT,
    NEW_FUN_EXT,
    NEWER_REFERENCE_EXT,
    RECORD_EXT,
    SMALL_ATOM_UTF8_EXT,
    SMALL_BIG_EXT,
    SMALL_INTEGER_EXT,
    SMALL_TUPLE_EXT,
    STRING_EXT,
    UTF8_ATOMS_SINCE,
    VERSION,
)
from enigma_ref.terms.floats import Float
from enigma_ref.terms.funs import ExternalFun, Fun
from enigma_ref.terms.identifiers import Pid, Port, Reference
from enigma_ref.terms.lists import NIL, Cons, Nil
from enigma_ref.terms.maps import Map
from enigma_ref.terms.parts import Parts, finished
from enigma_ref.terms.records import Record

_tag_u8 = struct.Struct(">BB").pack
_tag_u16 = struct.Struct(">BH").pack
_tag_u32 = struct.Struct(">BI").pack
_tag_i32 = struct.Struct(">Bi").pack
_tag_f64 = struct.Struct(">Bd").pack

_OLD_PORT_BITS: Final = 28
_COMPRESSED_HEAD: Final = 5
_LOCAL_HEAD: Final = 5
_RESERVED_FOR_INT: Final = 5
"""What OTP reserves for each of the two integers of a fun, however small they are."""
_WHOLE_FUNS_SINCE: Final = 24
"""Before, the size of a fun left binaries in it away that term_to_iovec shares (measured)."""
_BITS_COUNT_SINCE: Final = 27
_NO_CREATOR_SINCE: Final = 26
"""Since then funs do not remember who made them."""
_EXACT_FUNS_SINCE: Final = 26
"""Since then it reserves no more for them than they take."""


PART: Final = 1000
"""How many terms make a part of the work."""


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
    return finished(
        encode_parts(term, release=release, minor_version=minor_version, compressed=compressed)
    )


def encode_parts(
    term: Any, *, release: int, minor_version: int | None = None, compressed: int = 0
) -> Parts[bytes]:
    """What `encode` does, in parts of `PART` terms."""
    return _packed((yield from _Encoder(release, minor_version).encode(term)), compressed)


def _packed(body: bytes, level: int) -> bytes:
    """What is encoded with the version before it, compressed when that makes it smaller."""
    if level:
        packed = zlib.compress(body, level)
        if len(packed) + _COMPRESSED_HEAD <= len(body):
            return bytes((VERSION, COMPRESSED)) + len(body).to_bytes(4, "big") + packed
    return bytes((VERSION,)) + body


def encode_local(
    term: Any, *, release: int, minor_version: int | None = None, node: Pid, compressed: int = 0
) -> Parts[bytes]:
    """`term` in the form that only the node itself reads (option `local`, since 26), in parts.

    `node` is any pid of it. What belongs to the node has no node name; a checksum, which nobody
    else can make, comes before the term.
    """
    body = yield from _Encoder(release, minor_version, node=node).encode(term)
    return _packed(bytes((LOCAL_EXT,)) + local_checksum(body).to_bytes(4, "big") + body, compressed)


def local_checksum(body: bytes | memoryview) -> int:
    """The checksum of the encoding of a term for this node alone."""
    return zlib.crc32(body, _SECRET)


_SECRET: Final = int.from_bytes(os.urandom(4), "big")
"""Differs from run to run, so that what one wrote is not taken for another one's."""


def encode_iovec(
    term: Any, *, release: int, minor_version: int | None = None, node: Pid | None = None
) -> Parts[list[Bitstring]]:
    """The encoding in pieces, in parts of `PART` terms.

    Binaries of more than 64 bytes are shared, not copied; bitstrings that do not start at a byte
    in memory are copied all the same. With `node`, as `encode_local`, with all that comes before
    the term itself in a piece of its own.
    """
    encoder = _Encoder(release, minor_version, node=node)
    encoder.shared = []
    body = yield from encoder.encode(term)
    head = bytes((VERSION,))
    if node is not None:
        head += bytes((LOCAL_EXT,)) + local_checksum(body).to_bytes(4, "big")
    whole = Bitstring.of(head + body)
    pieces = []
    start = 0
    if node is not None:
        start = len(head)
        pieces.append(whole.slice(0, start * 8))
    for place, bits in encoder.shared:
        end = len(head) + place
        pieces.append(whole.slice(start * 8, (end - start) * 8))
        pieces.append(bits)
        start = end + bits.byte_size
    if start * 8 < whole.size:
        pieces.append(whole.slice(start * 8, whole.size - start * 8))
    return pieces


def reserved_size(
    term: Any, *, release: int, minor_version: int | None = None, node: Pid | None = None
) -> int:
    """How many bytes OTP reserves for the encoding (`erlang:external_size/2`)."""
    encoder = _Encoder(release, minor_version, node=node)
    size = 1 + len(finished(encoder.encode(term))) + encoder.slack
    return size if node is None else size + _LOCAL_HEAD


def encode_unversioned(term: Any, *, release: int) -> bytes:
    """`term` as it stands inside of other terms: no version byte, never compressed."""
    return finished(_Encoder(release, None).encode(term))


class _FunEnd:
    """On the encoder's stack: here ends the fun whose size stands at `start`; `shared` is how
    many bytes before it are shared and not copied."""

    __slots__ = ("shared", "start")

    def __init__(self, start: int, shared: int) -> None:
        self.start = start
        self.shared = shared


class _Encoder:
    """What encoding needs to know everywhere, and the bytes so far."""

    def __init__(self, release: int, minor_version: int | None, *, node: Pid | None = None) -> None:
        if minor_version is None:
            minor_version = 2 if release >= UTF8_ATOMS_SINCE else 1
        self.release = release
        self.utf8_atoms = minor_version >= 2
        self.text_floats = minor_version == 0
        self.node = node
        self.out = bytearray()
        self.slack = 0
        # Where binaries stand that need not be copied; None when nobody asks.
        self.shared: list[tuple[int, Bitstring]] | None = None
        self.shared_size = 0

    def encode(self, term: Any) -> Parts[bytes]:
        """The encoding of `term` without the version byte."""
        stack: list[Any] = [term]
        while True:
            self.part(stack)
            if not stack:
                return bytes(self.out)
            yield

    def part(self, stack: list[Any]) -> None:
        """Encode so many terms as make a part."""
        out = self.out
        pop = stack.pop
        for _ in range(PART):
            if not stack:
                return
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
                self.fun_end(term)
            else:
                self.identity(term)

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

    def node_of(self, term: Pid | Port | Reference) -> bytes:
        node = self.node
        if node is not None and term.node is node.node and term.creation == node.creation:
            return b"j"
        return self.atom(term.node)

    def is_large(self, bits: int) -> bool:
        """Whether a bitstring lies outside of the heap; until 26, odd bits did not count."""
        if self.release < _BITS_COUNT_SINCE:
            bits &= ~7
        return bits > MAX_BINARY_ON_HEAP * 8

    def bits(self, term: Bitstring) -> None:
        data = term.to_bytes()
        spare = term.size & 7
        if spare:
            self.out += _tag_u32(BIT_BINARY_EXT, len(data)) + bytes((spare,))
        else:
            self.out += _tag_u32(BINARY_EXT, len(data))
        if self.shared is not None and not term.offset & 7 and self.is_large(term.size):
            self.shared.append((len(self.out), term.slice(0, term.size - spare)))
            self.shared_size += term.size >> 3
        self.out += data

    def fun(self, term: Fun, stack: list[Any]) -> None:
        out = self.out
        out.append(NEW_FUN_EXT)
        start = len(out)
        out += b"\0\0\0\0" + bytes((term.arity,)) + term.unique
        out += struct.pack(">II", term.index, len(term.env))
        index, uniq = _encoded_int(term.index), _encoded_int(term.uniq)
        out += self.atom(term.module) + index + uniq
        if self.release < _EXACT_FUNS_SINCE:
            self.slack += 2 * _RESERVED_FOR_INT - len(index) - len(uniq)
        creator = term.creator
        if creator is None or self.release >= _NO_CREATOR_SINCE:
            creator = Pid(atom("nonode@nohost"), 0)
        self.identity(creator)
        stack.append(_FunEnd(start, self.shared_size))
        stack.extend(term.env[::-1])

    def fun_end(self, end: _FunEnd) -> None:
        size = len(self.out) - end.start
        if self.release < _WHOLE_FUNS_SINCE:
            size -= self.shared_size - end.shared
        self.out[end.start : end.start + 4] = size.to_bytes(4, "big")

    def identity(self, term: Any) -> None:
        out = self.out
        kind = type(term)
        if kind is Pid:
            out += b"X" + self.node_of(term)
            out += struct.pack(">III", term.number, term.serial, term.creation)
        elif kind is Port:
            if self.release >= 26 or term.number >> _OLD_PORT_BITS:
                out += b"x" + self.node_of(term)
                out += struct.pack(">QI", term.number, term.creation)
            else:
                out += b"Y" + self.node_of(term)
                out += struct.pack(">II", term.number, term.creation)
        elif kind is Reference:
            words = term.words
            out += _tag_u16(NEWER_REFERENCE_EXT, len(words)) + self.node_of(term)
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
