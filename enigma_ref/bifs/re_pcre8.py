"""Regular expressions with PCRE 8, which releases up to 27 have inside.

The numbers are those of PCRE's pcre.h.
"""

from __future__ import annotations

import ctypes
import re
import threading
import weakref
from collections.abc import Callable
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
from enigma_ref.bifs.re_libraries import pcre8
from enigma_ref.bifs.re_tables import latin1_tables

DUPNAMES: Final = 0x00080000
UTF8: Final = 0x00000800
NO_UTF8_CHECK: Final = 0x00002000
NO_START_OPTIMIZE: Final = 0x04000000

NEWLINES: Final = {
    "newline_cr": 0x00100000, "newline_lf": 0x00200000, "newline_crlf": 0x00300000,
    "newline_any": 0x00400000, "newline_anycrlf": 0x00500000,
}  # fmt: skip
NEWLINE_MASK: Final = 0x00700000
CRLF_NEWLINES: Final = (0x00300000, 0x00400000, 0x00500000)

SHARED_BITS: Final = {
    "anchored": 0x00000010, "bsr_anycrlf": 0x00800000, "bsr_unicode": 0x01000000, **NEWLINES,
}  # fmt: skip
COMPILE_BITS: Final = {
    "caseless": 0x00000001, "multiline": 0x00000002, "dotall": 0x00000004,
    "extended": 0x00000008, "dollar_endonly": 0x00000020, "ungreedy": 0x00000200,
    "unicode": UTF8, "no_auto_capture": 0x00001000, "never_utf": 0x00010000,
    "firstline": 0x00040000, "dupnames": DUPNAMES, "no_start_optimize": NO_START_OPTIMIZE,
    "ucp": 0x20000000, **SHARED_BITS,
}  # fmt: skip
MATCH_BITS: Final = {
    "notbol": 0x00000080, "noteol": 0x00000100, "notempty": 0x00000400,
    "notempty_atstart": 0x10000000, **SHARED_BITS,
}  # fmt: skip

COMPILE_TABLE: Final = tuple(COMPILE_BITS.items())
MATCH_TABLE: Final = tuple(MATCH_BITS.items())

INFO_OPTIONS: Final = 0
INFO_CAPTURECOUNT: Final = 2
INFO_NAMEENTRYSIZE: Final = 7
INFO_NAMECOUNT: Final = 8
INFO_NAMETABLE: Final = 9

OUTCOMES: Final = {
    -1: NOMATCH,
    -8: MATCH_LIMIT,
    -10: BAD_UTF,
    -11: BAD_UTF,
    -21: MATCH_LIMIT_RECURSION,
    -24: BAD_OFFSET,
    -25: BAD_UTF,
    -26: NOMATCH,
}
"""What errors of pcre_exec mean to OTP: it takes a loop of recursions for no match."""

EXTRA_LIMITS: Final = 0x0002 | 0x0010

OPTIONAL_CALL: Final = re.compile(
    rb"(?:\(\?(?:&\w+|P>\w+|[+-]?\d+|R)\)|\\g(?:<[^>]*>|'[^']*'))\s*(?:[*?]|\{0)"
)
"""A call of a group as a subroutine that may be left out. Up to 8.42 PCRE takes what follows it for
the start of every match, where a pattern begins with it (ChangeLog of 8.43, 8)."""

SHALLOW: Final = 2000
"""How deep the library may recurse on the stack of the thread that runs the machine; 1 MB."""

FRAME: Final = 640
"""More bytes than a recursion takes on the stack (measured: 512)."""

MARGIN: Final = 1 << 20
"""Stack for all that is not recursion."""


class _Extra(ctypes.Structure):
    """`pcre_extra`."""

    _fields_ = (
        ("flags", ctypes.c_ulong),
        ("study_data", ctypes.c_void_p),
        ("match_limit", ctypes.c_ulong),
        ("callout_data", ctypes.c_void_p),
        ("tables", ctypes.c_void_p),
        ("match_limit_recursion", ctypes.c_ulong),
        ("mark", ctypes.c_void_p),
        ("executable_jit", ctypes.c_void_p),
    )


class Library:
    """The library with the tables of OTP."""

    def __init__(self) -> None:
        """Raises LibraryMissing."""
        address = pcre8()
        pointer, number = ctypes.c_void_p, ctypes.c_int
        self._compile = ctypes.CFUNCTYPE(
            pointer, ctypes.c_char_p, number, pointer, pointer, pointer, pointer
        )(address("pcre_compile2"))
        self.info = ctypes.CFUNCTYPE(number, pointer, pointer, number, pointer)(
            address("pcre_fullinfo")
        )
        self.execute = ctypes.CFUNCTYPE(
            number, pointer, pointer, pointer, number, number, number, pointer, number
        )(address("pcre_exec"))
        # pcre_free is a variable that holds the function.
        self.free = ctypes.CFUNCTYPE(None, pointer)(
            pointer.from_address(address("pcre_free")).value or 0
        )
        self._tables = ctypes.create_string_buffer(latin1_tables())

    def compile(self, text: bytes, options: OptionSet) -> Compiled8 | CompileFault:
        """Compile an expression; it ends where a byte is 0, as it does for OTP."""
        message = ctypes.c_char_p()
        offset = ctypes.c_int()
        code = self._compile(
            text,
            option_bits(options, COMPILE_TABLE),
            None,
            ctypes.addressof(message),
            ctypes.addressof(offset),
            ctypes.addressof(self._tables),
        )
        if not code:
            return CompileFault((message.value or b"").decode(), offset.value)
        return Compiled8(self, text, options, code)


class Compiled8:
    """An expression compiled by PCRE 8."""

    def __init__(self, library: Library, text: bytes, options: OptionSet, code: int) -> None:
        self.text = text
        self.options = options
        self._library = library
        self._code = code
        weakref.finalize(self, library.free, code).atexit = False
        compiled = self._number(ctypes.c_ulong, INFO_OPTIONS)
        self.groups = self._number(ctypes.c_int, INFO_CAPTURECOUNT)
        self.repeats_names = bool(compiled & DUPNAMES)
        self.ends_crlf = compiled & NEWLINE_MASK in CRLF_NEWLINES
        self.names = tuple(self._names())
        self.ambiguous: int | None = None
        self.lines: OptionSet | None = None
        self._always = NO_START_OPTIMIZE if OPTIONAL_CALL.search(text) else 0
        self._room = 3 * (self.groups + 1)
        self._vector = (ctypes.c_int * self._room)()
        self._extra = _Extra(flags=EXTRA_LIMITS)

    def _number(self, kind: Any, item: int) -> int:
        value = kind()
        self._library.info(self._code, None, item, ctypes.addressof(value))
        return int(value.value)

    def _names(self) -> list[tuple[bytes, int]]:
        count = self._number(ctypes.c_int, INFO_NAMECOUNT)
        if not count:
            return []
        size = self._number(ctypes.c_int, INFO_NAMEENTRYSIZE)
        pointer = ctypes.c_void_p()
        self._library.info(self._code, None, INFO_NAMETABLE, ctypes.addressof(pointer))
        return name_table(ctypes.string_at(pointer.value or 0, count * size), size)

    def match(
        self,
        subject: Subject,
        offset: int,
        options: OptionSet,
        limits: tuple[int | None, int | None],
        checked: bool,
    ) -> Captures | str:
        """Search; see `re_engine.Compiled`.

        The library recurses on the stack, where OTP's takes memory from the heap. So a search
        that goes deep runs in a thread with as large a stack as its limit needs.
        """
        flags = option_bits(options, MATCH_TABLE) | self._always | (NO_UTF8_CHECK if checked else 0)
        extra = self._extra
        extra.match_limit = DEFAULT_LIMIT if limits[0] is None else limits[0]
        depth = DEFAULT_LIMIT if limits[1] is None else limits[1]
        extra.match_limit_recursion = min(depth, SHALLOW)
        code = self._run(subject, offset, flags)
        if OUTCOMES.get(code) == MATCH_LIMIT_RECURSION and depth > SHALLOW:
            # No search is deeper than it is long.
            code = self._run_deep(subject, offset, flags, min(depth, extra.match_limit))
        if code > 0:
            return self._vector[: 2 * code]
        return OUTCOMES.get(code, FAULT)

    def _run_deep(self, subject: Subject, offset: int, flags: int, depth: int) -> int:
        while True:
            self._extra.match_limit_recursion = depth
            try:
                return on_large_stack(
                    depth * FRAME + MARGIN, lambda: self._run(subject, offset, flags)
                )
            except MemoryError:
                # What does not fit ends as a search does that reaches its limit.
                if depth <= SHALLOW:
                    raise
                depth //= 2

    def _run(self, subject: Subject, offset: int, flags: int) -> int:
        return int(
            self._library.execute(
                self._code,
                ctypes.addressof(self._extra),
                subject.address,
                subject.size,
                offset,
                flags,
                self._vector,
                self._room,
            )
        )


def name_table(data: bytes, size: int) -> list[tuple[bytes, int]]:
    """The entries of a name table: a number in two bytes, and a name that a 0 ends."""
    entries = [data[at : at + size] for at in range(0, len(data), size)]
    return [(entry[2:].partition(b"\0")[0], int.from_bytes(entry[:2], "big")) for entry in entries]


def on_large_stack(size: int, action: Callable[[], int]) -> int:
    """The result of an action that runs in a thread with a stack of so many bytes.

    Memory is taken as the stack grows into it. Raises MemoryError when there is no such room.
    """
    results: list[int] = []
    before = threading.stack_size(-(-size // MARGIN) * MARGIN)
    try:
        thread = threading.Thread(target=lambda: results.append(action()))
        try:
            thread.start()
        except RuntimeError:
            raise MemoryError(f"no room for a stack of {size} bytes") from None
    finally:
        threading.stack_size(before)
    thread.join()
    return results[0]
