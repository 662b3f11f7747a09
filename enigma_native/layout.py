"""How the running Python lays out the objects that machine code looks into.

All offsets are found in objects of the running interpreter, and checked: nothing is taken from a
header file. What cannot be found makes the native engine unavailable, with the reason.
"""

from __future__ import annotations

import ctypes
import gc
import struct
import sys
from collections.abc import Callable
from typing import Any, Final

from enigma_native.code import NativeCode
from enigma_ref.machine.binaries import MatchContext
from enigma_ref.machine.code import CatchTag, Export, Function, Lambda
from enigma_ref.machine.mailbox import Mailbox, Message
from enigma_ref.machine.process import Process
from enigma_ref.terms import Atom, Bitstring, Cons, ExternalFun, Float, Fun, Map, atom
from enigma_ref.terms.bitstrings import Buffer

SUPPORTED: Final = ((3, 11), (3, 12), (3, 13))
"""Versions of CPython whose objects are known."""

FUN_SLOTS: Final = (
    "arity", "creator", "entry", "env", "index", "module", "name", "uniq", "unique"
)  # fmt: skip
PROCESS_SLOTS: Final = ("mailbox", "pid", "timed_out", "timer")
LAMBDA_SLOTS: Final = ("arity", "code", "index", "module", "name", "uniq", "unique")

WORD: Final = 8
LIST_ITEMS: Final = 24
"""Where a list keeps the address of its items."""

BUFFER_START: Final = 40
"""Where a bytearray keeps the address of its first byte."""

GC_NEXT: Final = -16
"""Where it stands, before an object, whether the collector knows of it: not where there is zero."""

DIGIT_BITS: Final = 30


class Unavailable(Exception):
    """The native engine cannot run here, and why."""


def _read(address: int, size: int = WORD) -> bytes:
    return ctypes.string_at(address, size)


def word_at(address: int) -> int:
    """The unsigned word at an address."""
    found: int = struct.unpack("<Q", _read(address))[0]
    return found


def _slot(example: Any, name: str) -> int:
    """Where an object keeps a slot, found by looking for a value that nothing else has."""
    mark = object()
    old = getattr(example, name, None)
    object.__setattr__(example, name, mark)
    size = type(example).__basicsize__
    places = [at for at in range(16, size, WORD) if word_at(id(example) + at) == id(mark)]
    object.__setattr__(example, name, old)
    if len(places) != 1:
        raise Unavailable(f"the slot {name} of {type(example).__name__} was not found")
    return places[0]


def _blank(cls: Any) -> Any:
    return cls.__new__(cls)


def _float_offset() -> int:
    value = Float(1.2345678901234567e300)
    wanted = struct.pack("<d", value)
    places = [at for at in range(16, Float.__basicsize__, WORD) if _read(id(value) + at) == wanted]
    if len(places) != 1:
        raise Unavailable("the value of a float was not found")
    return places[0]


def _integers() -> dict[str, int]:
    """Where integers keep their size and digits: up to 3.11 a signed number of digits, from 3.12
    on a tag with the number of digits and the sign."""
    tagged = sys.version_info >= (3, 12)
    for value in (1, -1, 7 << 30, -(5 << 40), 1 << 59, -(1 << 60) + 1):
        size = struct.unpack("<q", _read(id(value) + 16))[0]
        digits = (abs(value).bit_length() + DIGIT_BITS - 1) // DIGIT_BITS
        sign = value < 0
        expected = digits << 3 | (2 if sign else 0) if tagged else -digits if sign else digits
        low = struct.unpack("<I", _read(id(value) + 24, 4))[0]
        if size != expected or low != abs(value) & ((1 << DIGIT_BITS) - 1):
            raise Unavailable("integers are laid out differently")
    first = id(-5)
    step = id(-4) - first
    if any(id(n) != first + step * (n + 5) for n in range(-5, 257)):
        raise Unavailable("small integers do not lie one behind the other")
    return {"TAGGED": int(tagged), "SMALL_INTS": first + 5 * step, "SMALL_STEP": step}


def _check(what: str, found: Callable[[], bool]) -> None:
    if not found():
        raise Unavailable(f"{what} are laid out differently")


def _check_collector(example: Cons | Float) -> None:
    """Whether it is seen that the collector knows of an object, and that it does not."""
    place = id(example) + GC_NEXT
    _check("objects of the collector", lambda: gc.is_tracked(example) and word_at(place) != 0)
    ctypes.pythonapi.PyObject_GC_UnTrack(ctypes.py_object(example))
    _check("objects of the collector", lambda: not gc.is_tracked(example) and word_at(place) == 0)


def layout() -> dict[str, int]:
    """The offsets that the prelude asks for, by name. Raises Unavailable."""
    version = sys.version_info[:2]
    if sys.implementation.name != "cpython" or version not in SUPPORTED:
        raise Unavailable(
            f"{sys.implementation.name} {version[0]}.{version[1]} is not supported "
            f"(CPython {', '.join(f'{a}.{b}' for a, b in SUPPORTED)} are)"
        )
    if (
        sys.byteorder != "little"
        or struct.calcsize("P") != WORD
        or hasattr(sys, "gettotalrefcount")
    ):
        raise Unavailable("it needs a 64-bit little-endian machine and no debug build of Python")
    example = (object(), object())
    _check("tuples", lambda: word_at(id(example) + 16) == 2)
    _check("tuples", lambda: word_at(id(example) + 24) == id(example[0]))
    code = NativeCode(b"12345678")
    items = [object(), object()]
    _check("lists", lambda: word_at(word_at(id(items) + LIST_ITEMS) + 8) == id(items[1]))
    growing = Buffer(b"12345678")
    _check("bytearrays", lambda: _read(word_at(id(growing) + BUFFER_START)) == b"12345678")
    _check("bytes", lambda: _read(id(code) + 32) == b"12345678")
    _check("types", lambda: word_at(id(code) + 8) == id(NativeCode))
    cons = Cons(1, 2)
    _check_collector(cons)
    _check_collector(Float(1.5))
    found = {
        **_integers(),
        "FLOAT": _float_offset(),
        "CONS_HEAD": _slot(cons, "head"),
        "CONS_TAIL": _slot(cons, "tail"),
        "EXTERNAL_ARITY": _slot(_blank(ExternalFun), "arity"),
        "EXPORT_CODE": _slot(_blank(Export), "code"),
        "FUNCTION_CODE": _slot(_blank(Function), "code"),
        "CATCH_CODE": _slot(CatchTag(), "code"),
        **{f"FUN_{n.upper()}": _slot(_blank(Fun), n) for n in FUN_SLOTS},
        **{f"LAMBDA_{n.upper()}": _slot(_blank(Lambda), n) for n in LAMBDA_SLOTS},
        "ATOM_NAME": _slot(_blank(Atom), "name"),
        **{f"PROCESS_{n.upper()}": _slot(_blank(Process), n) for n in PROCESS_SLOTS},
        **{f"MAILBOX_{n.upper()}": _slot(_blank(Mailbox), n) for n in Mailbox.__slots__},
        **{f"MESSAGE_{n.upper()}": _slot(_blank(Message), n) for n in Message.__slots__},
        "MAP_TABLE": _slot(_blank(Map), "_table"),
        "MAP_SORTED": _slot(_blank(Map), "_sorted"),
        "MAP_HASH": _slot(_blank(Map), "_hash"),
        "MAP_SETTLED": _slot(_blank(Map), "_settled"),
        "BITS_DATA": _slot(_blank(Bitstring), "data"),
        "BITS_OFFSET": _slot(_blank(Bitstring), "offset"),
        "BITS_SIZE": _slot(_blank(Bitstring), "size"),
        "CONTEXT_DATA": _slot(_blank(MatchContext), "data"),
        "CONTEXT_POSITION": _slot(_blank(MatchContext), "position"),
        "CONTEXT_END": _slot(_blank(MatchContext), "end"),
        "CONTEXT_START": _slot(_blank(MatchContext), "start"),
        "CONTEXT_SAVED": _slot(_blank(MatchContext), "saved"),
        "BUFFER_START": BUFFER_START,
        "BUFFER_USED": _slot(Buffer(), "used"),
        "LIST_ITEMS": LIST_ITEMS,
        "GC_NEXT": GC_NEXT,
        "IMMORTAL": int(sys.version_info >= (3, 12)),
    }
    _check("atoms", lambda: word_at(id(atom("a")) + 8) == id(type(atom("a"))))
    return found
