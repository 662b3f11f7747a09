"""The character tables that OTP builds PCRE 8 with: classes and cases of ISO 8859-1.

PCRE reads 1088 bytes: for each byte its lower case, then the same for the other case, ten bit
maps of classes, and for each byte a set of flags (pcre_maketables of PCRE 8). Until 27 OTP compiles
them from the locale of ISO 8859-1; since 28 it leaves PCRE2's own, which know ASCII only (both
measured, with every byte against every class).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

_DIGITS: Final = frozenset(b"0123456789")
_HEXADECIMAL: Final = _DIGITS | frozenset(b"ABCDEFabcdef")
_SPACES: Final = frozenset(range(9, 14)) | {32}
_UPPER: Final = frozenset(range(0x41, 0x5B)) | (frozenset(range(0xC0, 0xDF)) - {0xD7})
_LOWER: Final = (
    frozenset(range(0x61, 0x7B)) | (frozenset(range(0xDF, 0x100)) - {0xF7}) | {0xAA, 0xB5, 0xBA}
)
_LETTERS: Final = _UPPER | _LOWER
_WORD: Final = _LETTERS | _DIGITS | {0x5F}
_CONTROL: Final = frozenset(range(0x20)) | frozenset(range(0x7F, 0xA0))
_PRINTED: Final = frozenset(range(0x100)) - _CONTROL
_GRAPHIC: Final = _PRINTED - {0x20}
_PUNCTUATION: Final = _GRAPHIC - _LETTERS - _DIGITS
_META: Final = frozenset(b"\\*+?{^.$|()[\0")

_MAPS: Final = (
    _SPACES, _HEXADECIMAL, _DIGITS, _UPPER, _LOWER, _WORD, _GRAPHIC, _PRINTED, _PUNCTUATION,
    _CONTROL,
)  # fmt: skip
"""The classes in the order of PCRE's bit maps (cbit_space to cbit_cntrl)."""

_FLAGS: Final = (
    (_SPACES, 0x01), (_LETTERS, 0x02), (_DIGITS, 0x04), (_HEXADECIMAL, 0x08), (_WORD, 0x10),
    (_META, 0x80),
)  # fmt: skip
"""What PCRE 8 notes of a byte (ctype_space to ctype_meta)."""

_CASE: Final = 0x20
"""The distance between a letter and its other case, in ASCII and in Latin-1."""


def latin1_tables() -> bytes:
    """The tables of PCRE 8 for ISO 8859-1."""
    lower = _each(lambda byte: byte + _CASE if byte in _UPPER else byte)
    return lower + _each(_flipped) + b"".join(map(_bits, _MAPS)) + _each(_flags)


def _each(function: Callable[[int], int]) -> bytes:
    return bytes(map(function, range(0x100)))


def _flipped(byte: int) -> int:
    if byte in _UPPER:
        return byte + _CASE
    return byte - _CASE if byte - _CASE in _UPPER else byte


def _bits(members: Iterable[int]) -> bytes:
    bits = sum(1 << member for member in members)
    return bits.to_bytes(32, "little")


def _flags(byte: int) -> int:
    return sum(flag for members, flag in _FLAGS if byte in members)
