"""How commands say what is wrong with their input."""

from __future__ import annotations

import contextlib
import sys


def complain(message: str) -> int:
    """Say what is wrong, in one line on stderr; the exit status."""
    return refuse(f"enigma: {message}")


def refuse(message: str) -> int:
    """Say what is wrong in the words of another program; the exit status."""
    # A complaint that nobody reads is none.
    with contextlib.suppress(OSError):
        print(message, file=sys.stderr, flush=True)
    return 1
