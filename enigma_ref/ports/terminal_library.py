"""The C libraries about terminals: capabilities (libtinfo of ncurses) and widths (libc).

Python's module curses has no termcap functions, which OTP uses, finds a terminal only once in a
program, and does not tell the names of all capabilities; so its library is called here.
"""

from __future__ import annotations

import ctypes
import functools
import locale
from typing import Any, Final

NAMES: Final = ("libtinfo.so.6", "libncursesw.so.6", "libncurses.so.6", "libncurses.dylib")
"""Tried at first: to search takes long."""

SEARCHED: Final = ("tinfo", "ncursesw", "ncurses")

NO_SUCH: Final = ctypes.c_void_p(-1).value
"""What tigetstr() gives for a name that is none of a control sequence."""

PARAMETERS: Final = 9
"""How many arguments a control sequence takes at most."""

KINDS: Final = ("bool", "num", "str")

Outc = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)


class NoTerminalLibrary(Exception):
    """There is no library of terminals on this machine."""


@functools.cache
def libc() -> Any:
    """The C library, which Python itself has loaded."""
    return ctypes.CDLL(None)


@functools.cache
def _curses() -> Any:
    """The library of capabilities. Raises NoTerminalLibrary."""
    found = _load()
    for name in ("tgetstr", "tgoto", "tparm"):
        getattr(found, name).restype = ctypes.c_char_p
    found.tigetstr.restype = ctypes.c_void_p
    found.tgoto.argtypes = (ctypes.c_char_p, ctypes.c_int, ctypes.c_int)
    found.tparm.argtypes = (ctypes.c_char_p, *[ctypes.c_long] * PARAMETERS)
    return found


def _load() -> Any:
    for name in NAMES:
        try:
            return ctypes.CDLL(name, use_errno=True)
        except OSError:
            continue
    # Imported here, since it takes long and is rarely needed.
    from ctypes.util import find_library

    for name in SEARCHED:
        path = find_library(name)
        if path is not None:
            return ctypes.CDLL(path, use_errno=True)
    raise NoTerminalLibrary("terminals need the library libtinfo: install your system's ncurses")


def utf8_environment() -> bool:
    """Follow the environment's language; whether its characters are UTF-8.

    That holds for the whole Python program, which has done the same when it began.
    """
    try:
        locale.setlocale(locale.LC_CTYPE, "")
    except locale.Error:
        return False
    return locale.nl_langinfo(locale.CODESET) == "UTF-8"


def width(character: int) -> int:
    """How many columns a character takes; -1 for what cannot be seen."""
    found: int = libc().wcwidth(ctypes.c_int(character))
    return found


def is_printable(character: int) -> bool:
    """Whether a character of one byte can be seen, or is a space."""
    return bool(libc().isprint(character))


def find_terminal(name: bytes) -> int | None:
    """Look a terminal up by its name; the number of an error when there is none."""
    ctypes.set_errno(0)
    return None if _curses().tgetent(None, name) > 0 else ctypes.get_errno()


def find_own_terminal() -> int | None:
    """Look the terminal up that the variable TERM names; the number of an error likewise."""
    ctypes.set_errno(0)
    trouble = ctypes.c_int()
    return None if _curses().setupterm(None, -1, ctypes.byref(trouble)) == 0 else ctypes.get_errno()


def number(name: bytes) -> int:
    """A number by its name of two letters; -1 when there is none."""
    found: int = _curses().tgetnum(name)
    return found


def flag(name: bytes) -> bool:
    """A flag by its name of two letters."""
    found: int = _curses().tgetflag(name)
    return found > 0


def sequence(name: bytes) -> bytes | None:
    """A control sequence by its name of two letters."""
    found: bytes | None = _curses().tgetstr(name, None)
    return found


def long_named_sequence(name: bytes) -> bytes | None:
    """A control sequence by its name in terminfo, None when the terminal has none. Raises
    KeyError for what is no such name."""
    found = _curses().tigetstr(name)
    if found == NO_SUCH:
        raise KeyError(name)
    return None if found is None else ctypes.string_at(found)


def moved(sequence: bytes, column: int, row: int) -> bytes | None:
    """A control sequence with a place filled in, None when it is wrong."""
    found: bytes | None = _curses().tgoto(sequence, column, row)
    return found


def filled(sequence: bytes, arguments: list[int]) -> bytes | None:
    """A control sequence with arguments filled in, None when it is wrong."""
    padded = arguments + [0] * (PARAMETERS - len(arguments))
    found: bytes | None = _curses().tparm(sequence, *padded)
    return found


def sent(sequence: bytes) -> bytes:
    """What is sent for a control sequence: without the times to wait in it."""
    given = bytearray()

    def put(character: int) -> int:
        given.append(character & 0xFF)
        return character

    _curses().tputs(sequence, 1, Outc(put))
    return bytes(given)


def all_names(kind: str) -> list[tuple[bytes, bytes, bytes]]:
    """The names of all capabilities of a kind: in terminfo, of two letters, and in full."""
    # The types are those of arrays of unknown length, at whose ends are null pointers.
    found = [_array(f"{kind}{what}") for what in ("names", "codes", "fnames")]
    names: list[tuple[bytes, bytes, bytes]] = []
    while found[0][len(names)] is not None:
        at = len(names)
        names.append((found[0][at], found[1][at], found[2][at]))
    return names


def _array(symbol: str) -> Any:
    library = _curses()
    return ctypes.cast(ctypes.addressof(ctypes.c_char_p.in_dll(library, symbol)), _STRINGS)


_STRINGS: Final = ctypes.POINTER(ctypes.c_char_p)
