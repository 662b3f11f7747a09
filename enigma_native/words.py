"""Words of machine code as terms, and the other way round."""

from __future__ import annotations

import ctypes
from _ctypes import PyObj_FromPtr as object_at
from typing import Any, Final

SMALL_BITS: Final = 59
_LIMIT: Final = 1 << SMALL_BITS + 1

_increment: Any = ctypes.pythonapi.Py_IncRef
_increment.argtypes = [ctypes.c_void_p]
_increment.restype = None
_decrement: Any = ctypes.pythonapi.Py_DecRef
_decrement.argtypes = [ctypes.c_void_p]
_decrement.restype = None

_MASK: Final = (1 << 64) - 1


def is_small(value: Any) -> bool:
    """Whether a term is an integer that fits into a word."""
    return type(value) is int and -_LIMIT < value < _LIMIT


def constant_word(value: Any) -> int:
    """The word of a term that something else keeps alive."""
    if is_small(value):
        return signed(value << 1 | 1)
    return id(value)


def new_word(value: Any) -> int:
    """The word of a term, with a reference of its own."""
    if is_small(value):
        return signed(value << 1 | 1)
    _increment(id(value))
    return id(value)


def release_word(word: int) -> None:
    """Give the reference of a word back."""
    if not word & 3:
        _decrement(word)


def term_of(word: int) -> Any:
    """The term that a word stands for; no return address."""
    if word & 1:
        return word >> 1
    return object_at(word)


def taken(word: int) -> Any:
    """The term of a word whose reference is given up."""
    value = term_of(word)
    release_word(word)
    return value


def signed(word: int) -> int:
    """A word as ctypes has it."""
    word &= _MASK
    return word - (1 << 64) if word >> 63 else word
