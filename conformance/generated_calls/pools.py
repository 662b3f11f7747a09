"""Values that implementations are known to get wrong: at the borders of representations.

Every list here goes from simple to odd; strategies draw from them and from ranges around them.
"""

from __future__ import annotations

import math
import struct
from typing import Final

from enigma_ref.terms import (
    NIL,
    Bitstring,
    ExternalFun,
    Float,
    Map,
    Pid,
    Port,
    Reference,
    Term,
    atom,
    make_list,
    make_string,
)

BORDERS: Final = (8, 16, 24, 27, 28, 31, 32, 48, 53, 59, 60, 63, 64, 127, 128)
"""Bits at which something changes: bytes, small integers (60 bits), words, floats' precision."""

KEY_INTEGERS: Final[tuple[int, ...]] = (
    0, -1, 1, 2, 10, 254, 255, 256, 257,
    *((1 << bits) + delta for bits in (31, 32, 59, 60, 63, 64) for delta in (-1, 0, 1)),
    *(-(1 << bits) + delta for bits in (31, 59, 60, 63) for delta in (-1, 0, 1)),
)  # fmt: skip
"""The borders that matter everywhere: bytes, small integers and words."""

INTEGERS: Final[tuple[int, ...]] = (
    0, 1, -1, 2, -2, 3, 7, 8, 10, 15, 16, 31, 32, 33, 36, 37, 64, 100, 127, 128, 253, 254, 255,
    256, 257, 1000, 0x7FF, 0x800, 0xD7FF, 0xD800, 0xDFFF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF,
    0x110000,
    *(sign * (1 << bits) + delta for bits in BORDERS for sign in (1, -1) for delta in (-1, 0, 1)),
    10**18, 10**19, 3**400, -(3**400), (1 << 2048) - 1, -(1 << 2048),
)  # fmt: skip

_SMALLEST: Final = 5e-324
_SMALLEST_NORMAL: Final = 2.2250738585072014e-308

FLOATS: Final[tuple[Float, ...]] = tuple(
    Float(value)
    for value in (
        0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, -1.5, 2.5, 0.1, 0.3, 1 / 3, 2.0, 10.0, 100.0, 255.0,
        256.0, 1e15, 1e16, 123456789.125, 1e21, 1e22, 1e23, 9.5e-7, 1e-10, math.pi, -math.e,
        2.0**31, 2.0**32, 2.0**53, 2.0**53 + 2, -(2.0**53), 2.0**59, 2.0**60, -(2.0**59), 2.0**63,
        2.0**64, -(2.0**63), 2.0**128, 1e300, -1e300, 1.7976931348623157e308,
        -1.7976931348623157e308, _SMALLEST_NORMAL, _SMALLEST, -_SMALLEST, 2.0**-1022 * 1.5,
        0.9999999999999999, 1.0000000000000002, 0.49999999999999994, 4503599627370495.5,
    )
)  # fmt: skip

ATOM_NAMES: Final[tuple[str, ...]] = (
    "a", "b", "ok", "error", "true", "false", "undefined", "nil", "", "A", "a b", "hello@world",
    "end", "'", "\\", "\n", "é", "ÿ", "Ā", "日本", "😀", "a" * 255, "é" * 255, "日" * 255,
    "infinity", "none", "$end_of_table", "_", "$1", "erlang", "lists", "nonode@nohost",
)  # fmt: skip

KNOWN_MODULES: Final[tuple[str, ...]] = ("erlang", "lists", "maps", "erts_internal", "enigma_calls")

NODE: Final = atom("other@host")
_HOME: Final = atom("nonode@nohost")

PIDS: Final[tuple[Term, ...]] = (
    Pid(NODE, 1, 0, 1), Pid(NODE, 1, 0, 2), Pid(NODE, 0x7FFF, 0x1FFF, 1), Pid(atom("a@b"), 1, 0, 1),
)  # fmt: skip
PORTS: Final[tuple[Term, ...]] = (
    Port(NODE, 1, 1), Port(NODE, 0xFFFFFFF, 1), Port(atom("a@b"), 1, 1), Port(NODE, 1, 2),
)  # fmt: skip
REFERENCES: Final[tuple[Term, ...]] = (
    Reference(NODE, (1, 2, 3), 1), Reference(NODE, (1, 2, 4), 1), Reference(NODE, (1,), 1),
    Reference(atom("a@b"), (0x3FFFF, 0xFFFFFFFF, 0xFFFFFFFF), 3),
)  # fmt: skip
EXTERNAL_FUNS: Final[tuple[Term, ...]] = (
    ExternalFun(atom("erlang"), atom("abs"), 1),
    ExternalFun(atom("lists"), atom("reverse"), 1),
    ExternalFun(atom("erlang"), atom("self"), 0),
    ExternalFun(atom("erlang"), atom("+"), 2),
    ExternalFun(atom("enigma_none"), atom("f"), 255),
)

BINARIES: Final[tuple[Bitstring, ...]] = tuple(
    Bitstring.of(data)
    for data in (
        b"", b"a", b"\0", b"abc", b"ab\0c", b"0", b"12", b"-1.5e3", b"hello world", b"\xff",
        b"\x80\xff\0", "é日😀".encode(), b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\x80",
        bytes(range(63)), bytes(range(64)), bytes(range(65)), b"x" * 255, b"y" * 256, b"z" * 257,
        b"\x83a\x01", b"\x83h\x02a\x01d\0\x01a", struct.pack(">d", 1.5),
    )
)  # fmt: skip
BITSTRINGS: Final[tuple[Bitstring, ...]] = (
    Bitstring.from_int(1, 1), Bitstring.from_int(0, 1), Bitstring.from_int(5, 3),
    Bitstring.from_int(0x7F, 7), Bitstring.from_int(0x1FF, 9), Bitstring.from_int(0x1ABC, 13),
    Bitstring.from_int((1 << 515) // 7, 515), Bitstring.from_int((1 << 511) // 3, 511),
)  # fmt: skip

LISTS: Final[tuple[Term, ...]] = (
    NIL, make_list([0]), make_list([1, 2, 3]), make_string("abc"), make_string("é日😀"),
    make_list([atom("a"), Float(1.0), 1]), make_list([NIL, NIL]), make_list([255, 256]),
    make_list([make_list([1]), make_list([])]), make_list([(1, 2), (atom("a"), atom("b"))]),
    make_list([-1]), make_list(range(100)), make_list([0] * 300), make_list([(1,), (2,), (1,)]),
)  # fmt: skip
IMPROPER: Final[tuple[Term, ...]] = (
    make_list([1], 2), make_list([1, 2], atom("a")), make_list([97], Bitstring.of(b"b")),
    make_list([NIL], 0), make_list([(1, 2)], (3, 4)), make_list(range(50), 50),
)  # fmt: skip


def nested(levels: int) -> Term:
    """A term that is nested deeply, in lists, tuples and maps in turn."""
    term: Term = 1
    for level in range(levels):
        match level % 3:
            case 0:
                term = make_list([term])
            case 1:
                term = (term, level)
            case _:
                term = Map.of([(atom("k"), term)])
    return term


def wide_map(keys: int) -> Map:
    """A map of so many keys; up to 32 are kept flat."""
    return Map.of([(number, -number) for number in range(keys)])


TUPLES: Final[tuple[tuple[Term, ...], ...]] = (
    (), (1,), (1, 2), (atom("a"), 1, 2), (atom("ok"), NIL), (atom("a"), (atom("b"),)),
    (Float(0.0), Float(-0.0)), tuple(range(15)), tuple(range(16)), tuple(range(255)),
    tuple(range(256)), (NIL,) * 1000,
)  # fmt: skip
MAPS: Final[tuple[Map, ...]] = (
    Map.EMPTY, Map.of([(atom("a"), 1)]), Map.of([(1, atom("a")), (Float(1.0), atom("b"))]),
    Map.of([(NIL, NIL), ((), ()), (Bitstring.of(b""), Bitstring.of(b""))]),
    Map.of([(Map.EMPTY, Map.EMPTY)]), wide_map(31), wide_map(32), wide_map(33), wide_map(100),
    Map.of([(atom(name), number) for number, name in enumerate(ATOM_NAMES)]),
)  # fmt: skip

TERMS: Final[tuple[Term, ...]] = (
    *INTEGERS[:12], *map(atom, ATOM_NAMES[:12]), *FLOATS[:8], *BINARIES, *BITSTRINGS, *LISTS,
    *IMPROPER, *TUPLES, *MAPS, *PIDS, *PORTS, *REFERENCES, *EXTERNAL_FUNS,
    *INTEGERS[12:80:3], *FLOATS[8::3], nested(30), nested(300), nested(3000),
)  # fmt: skip
"""Of everything a little."""
