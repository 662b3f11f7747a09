"""How commands say what is wrong with their input."""

from __future__ import annotations

import sys


def complain(message: str) -> int:
    """Say what is wrong, in one line on stderr; the exit status."""
    print(f"enigma: {message}", file=sys.stderr)
    return 1
