"""prim_tty: how wide the C library takes characters to be, in the language of the environment."""

from __future__ import annotations

import ctypes
from typing import Final

from enigma_ref.bifs.iodata import iodata_bytes
from enigma_ref.bifs.native_arguments import c_int
from enigma_ref.bifs.registry import bif
from enigma_ref.ports.terminal_library import is_printable, libc, utf8_environment, width
from enigma_ref.terms import Atom, Term, atom, to_bool_atom
from enigma_ref.terms.atoms import ERROR, OK

NOT_PRINTABLE: Final = (ERROR, atom("not_printable"))
WIDE: Final = ctypes.sizeof(ctypes.c_wchar)


@bif("prim_tty", "setlocale", 1)
def setlocale_1(tty: Term) -> Atom:
    """Follow the environment's language; whether its characters are UTF-8."""
    return to_bool_atom(utf8_environment())


@bif("prim_tty", "sizeof_wchar", 0)
def sizeof_wchar_0() -> int:
    """How many bytes a character of C's wide strings has."""
    return WIDE


@bif("prim_tty", "isprint", 1)
def isprint_1(character: Term) -> Atom:
    """Whether a byte is a character that can be seen, or a space."""
    byte = ctypes.c_byte(c_int(character) & 0xFF).value
    return to_bool_atom(is_printable(byte))


@bif("prim_tty", "wcwidth", 1)
def wcwidth_1(character: Term) -> Term:
    """How many columns a character takes."""
    columns = width(c_int(character))
    return NOT_PRINTABLE if columns < 0 else columns


@bif("prim_tty", "wcswidth", 1)
def wcswidth_1(characters: Term) -> Term:
    """How many columns wide characters in the machine's order of bytes take, up to a zero."""
    data = iodata_bytes(characters)
    count = len(data) // WIDE
    text = ctypes.create_string_buffer(data, len(data) + WIDE)
    columns: int = libc().wcswidth(text, ctypes.c_size_t(count))
    return NOT_PRINTABLE if columns < 0 else (OK, columns)
