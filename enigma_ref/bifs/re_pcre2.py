"""Regular expressions with PCRE2, which releases from 28 on have inside.

The numbers are those of PCRE2's pcre2.h.
"""

from __future__ import annotations

import ctypes
import re
import weakref
from typing import Any, Final

from enigma_ref.bifs.re_engine import (
    BAD_OFFSET,
    BAD_UTF,
    DEFAULT_LIMIT,
    FAULT,
    MATCH_LIMIT,
    MATCH_LIMIT_RECURSION,
    NOMATCH,
    Captures,
    CompileFault,
    OptionSet,
    Subject,
    option_bits,
)
from enigma_ref.bifs.re_libraries import pcre2
from enigma_ref.bifs.re_pcre8 import name_table

ANCHORED: Final = 0x80000000
NO_UTF_CHECK: Final = 0x40000000
DUPNAMES: Final = 0x00000040

COMPILE_BITS: Final = {
    "anchored": ANCHORED, "caseless": 0x00000008, "dollar_endonly": 0x00000010,
    "dotall": 0x00000020, "dupnames": DUPNAMES, "extended": 0x00000080, "firstline": 0x00000100,
    "multiline": 0x00000400, "never_utf": 0x00001000, "no_auto_capture": 0x00002000,
    "no_start_optimize": 0x00010000, "ucp": 0x00020000, "ungreedy": 0x00040000,
    "unicode": 0x00080000,
}  # fmt: skip
MATCH_BITS: Final = {
    "anchored": ANCHORED, "notbol": 0x00000001, "noteol": 0x00000002, "notempty": 0x00000004,
    "notempty_atstart": 0x00000008,
}  # fmt: skip

COMPILE_TABLE: Final = tuple(COMPILE_BITS.items())
MATCH_TABLE: Final = tuple(MATCH_BITS.items())

NEWLINES: Final = {
    "newline_cr": 1, "newline_lf": 2, "newline_crlf": 3, "newline_any": 4, "newline_anycrlf": 5,
    "newline_nul": 6,
}  # fmt: skip
CRLF_NEWLINES: Final = (3, 4, 5)
DEFAULT_NEWLINE: Final = 2
CONVENTIONS: Final = {"bsr_unicode": 1, "bsr_anycrlf": 2}
DEFAULT_CONVENTION: Final = 1

INFO_ALLOPTIONS: Final = 0
INFO_BSR: Final = 3
INFO_CAPTURECOUNT: Final = 4
INFO_NAMECOUNT: Final = 17
INFO_NAMEENTRYSIZE: Final = 18
INFO_NAMETABLE: Final = 19
INFO_NEWLINE: Final = 20

OUTCOMES: Final = {
    -1: NOMATCH,
    -33: BAD_OFFSET,
    -36: BAD_UTF,
    -47: MATCH_LIMIT,
    -52: NOMATCH,
    -53: MATCH_LIMIT_RECURSION,
    **dict.fromkeys(range(-23, -2), BAD_UTF),
}
"""What errors of pcre2_match mean to OTP."""

PARENTHESES: Final = 10_000
"""How deep OTP lets parentheses nest (measured)."""

MESSAGE: Final = 256
"""Room for an error's text; PCRE2 asks for 120 at least."""

HELD: Final = 1 << 20
"""From how many bytes on the memory that a search took is given back."""

UNSET: Final = (1 << 64) - 1

NO_BYTES: Final = 185
"""The error for `\\C`, a single byte, which the wheel's library is built without."""

ANY_BYTE: Final = b"(?s:.)"
"""The same as `\\C` where every character is one byte."""

UTF_SETTING: Final = re.compile(rb"(?:\(\*[A-Z_=0-9]+\))*\(\*UTF\)")

NOT_UNIQUE: Final = -50
"""What the library says of a name that several groups have."""


class Library:
    """The library, called at the addresses of its functions."""

    def __init__(self) -> None:
        """Raises LibraryMissing."""
        address = pcre2()
        pointer, number, size = ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t
        word = ctypes.c_uint32

        def function(name: str, result: Any, *parameters: Any) -> Any:
            return ctypes.CFUNCTYPE(result, *parameters)(address(f"pcre2_{name}"))

        self._compile = function(
            "compile", pointer, ctypes.c_char_p, size, word, pointer, pointer, pointer
        )
        self._message = function("get_error_message", number, number, pointer, size)
        self._compile_context = function("compile_context_create", pointer, pointer)(None)
        self._set_newline = function("set_newline", number, pointer, word)
        self._set_bsr = function("set_bsr", number, pointer, word)
        self._set_parentheses = function("set_parens_nest_limit", number, pointer, word)
        self._set_parentheses(self._compile_context, PARENTHESES)
        self.match_context = function("match_context_create", pointer, pointer)(None)
        self.set_match_limit = function("set_match_limit", number, pointer, word)
        self.set_depth_limit = function("set_depth_limit", number, pointer, word)
        self.info = function("pattern_info", number, pointer, word, pointer)
        self.execute = function(
            "match", number, pointer, pointer, size, size, word, pointer, pointer
        )
        self.match_data = function("match_data_create_from_pattern", pointer, pointer, pointer)
        self.vector = function("get_ovector_pointer", pointer, pointer)
        self.held = function("get_match_data_heapframes_size", size, pointer)
        self.free_match_data = function("match_data_free", None, pointer)
        self.free = function("code_free", None, pointer)

    def compile(self, text: bytes, options: OptionSet) -> Compiled2 | CompileFault:
        """Compile an expression."""
        context = self._compile_context
        self._set_newline(context, _choice(options, NEWLINES, DEFAULT_NEWLINE))
        self._set_bsr(context, _choice(options, CONVENTIONS, DEFAULT_CONVENTION))
        tried = text
        places: list[int] = []
        while True:
            error = ctypes.c_int()
            offset = ctypes.c_size_t()
            code = self._compile(
                tried,
                len(tried),
                option_bits(options, COMPILE_TABLE),
                ctypes.addressof(error),
                ctypes.addressof(offset),
                context,
            )
            if code:
                return Compiled2(self, text, options, code)
            end = offset.value
            if error.value != NO_BYTES or _is_utf(text, options) or tried[end - 2 : end] != b"\\C":
                break
            tried = tried[: end - 2] + ANY_BYTE + tried[end:]
            places.append(end)
        message = ctypes.create_string_buffer(MESSAGE)
        self._message(error.value, ctypes.addressof(message), MESSAGE)
        grown = (len(ANY_BYTE) - 2) * sum(place < end for place in places)
        return CompileFault(message.value.decode(), end - grown)


def _is_utf(text: bytes, options: OptionSet) -> bool:
    return "unicode" in options or UTF_SETTING.match(text) is not None


def _choice(options: OptionSet, table: dict[str, int], default: int) -> int:
    return next((value for name, value in table.items() if name in options), default)


class Compiled2:
    """An expression compiled by PCRE2."""

    def __init__(self, library: Library, text: bytes, options: OptionSet, code: int) -> None:
        self.text = text
        self.options = options
        self._library = library
        self._code = code
        weakref.finalize(self, library.free, code).atexit = False
        self.groups = self._number(INFO_CAPTURECOUNT)
        self.repeats_names = bool(self._number(INFO_ALLOPTIONS) & DUPNAMES)
        newline = self._number(INFO_NEWLINE)
        self.ends_crlf = newline in CRLF_NEWLINES
        self.lines: OptionSet | None = frozenset(
            {
                *(name for name, value in NEWLINES.items() if value == newline),
                *(name for name, value in CONVENTIONS.items() if value == self._number(INFO_BSR)),
            }
        )
        self.names = tuple(self._names())
        self.ambiguous: int | None = NOT_UNIQUE
        self._data: _MatchData | None = None

    def _number(self, item: int) -> int:
        value = ctypes.c_uint32()
        self._library.info(self._code, item, ctypes.addressof(value))
        return value.value

    def _names(self) -> list[tuple[bytes, int]]:
        count = self._number(INFO_NAMECOUNT)
        if not count:
            return []
        size = self._number(INFO_NAMEENTRYSIZE)
        pointer = ctypes.c_void_p()
        self._library.info(self._code, INFO_NAMETABLE, ctypes.addressof(pointer))
        return name_table(ctypes.string_at(pointer.value or 0, count * size), size)

    def match(
        self,
        subject: Subject,
        offset: int,
        options: OptionSet,
        limits: tuple[int | None, int | None],
        checked: bool,
    ) -> Captures | str:
        """Search; see `re_engine.Compiled`."""
        library = self._library
        if self._data is None:
            self._data = _MatchData(library, self._code, self.groups)
        data = self._data
        context = library.match_context
        library.set_match_limit(context, DEFAULT_LIMIT if limits[0] is None else limits[0])
        library.set_depth_limit(context, DEFAULT_LIMIT if limits[1] is None else limits[1])
        code = library.execute(
            self._code,
            subject.address,
            subject.size,
            offset,
            option_bits(options, MATCH_TABLE) | (NO_UTF_CHECK if checked else 0),
            data.pointer,
            context,
        )
        result: Captures | str = OUTCOMES.get(code, FAULT)
        if code > 0:
            result = [-1 if place == UNSET else place for place in data.vector[: 2 * code]]
        if library.held(data.pointer) > HELD:
            self._data = None
        return result


class _MatchData:
    """Where the library puts what it found."""

    def __init__(self, library: Library, code: int, groups: int) -> None:
        self.pointer = library.match_data(code, None)
        weakref.finalize(self, library.free_match_data, self.pointer).atexit = False
        vector = library.vector(self.pointer)
        self.vector = (ctypes.c_size_t * (2 * (groups + 1))).from_address(vector)
