"""Modes of a terminal: whether it edits lines itself, repeats what is typed, and makes signals of
keys (`tty_init` of ttsl_drv.c in OTP 25; measured on 27 and 29)."""

from __future__ import annotations

import termios
from typing import Any, Final

IFLAG, OFLAG, LFLAG, CHARACTERS = 0, 1, 3, 6
"""Places in the lists of Python's termios."""

SIGNALS_OF_KEYS: Final = (
    termios.BRKINT | termios.IGNPAR | termios.ICRNL | termios.IXON | termios.IXANY
)

Mode = list[Any]
"""As termios.tcgetattr() gives it."""


def changed(mode: Mode, canon: bool | None, echo: bool | None, sig: bool | None = None) -> Mode:
    """A mode of a terminal with or without lines that it edits, echo, and keys for signals; None
    leaves things as they are."""
    new = [*mode[:CHARACTERS], list(mode[CHARACTERS])]
    new[IFLAG] &= ~termios.ISTRIP
    if canon is True:
        new[IFLAG] |= termios.ICRNL
        new[LFLAG] |= termios.ICANON
        new[OFLAG] |= termios.OPOST
    elif canon is False:
        new[IFLAG] &= ~termios.ICRNL
        new[LFLAG] &= ~termios.ICANON
        new[OFLAG] &= ~termios.OPOST
        new[CHARACTERS][termios.VMIN] = 1
        new[CHARACTERS][termios.VTIME] = 0
    if echo is True:
        new[LFLAG] |= termios.ECHO
    elif echo is False:
        new[LFLAG] &= ~termios.ECHO
    if sig is True:
        new[IFLAG] |= SIGNALS_OF_KEYS
        new[LFLAG] |= termios.ISIG | termios.IEXTEN
    elif sig is False:
        new[IFLAG] &= ~SIGNALS_OF_KEYS
        new[LFLAG] &= ~(termios.ISIG | termios.IEXTEN)
    return new
