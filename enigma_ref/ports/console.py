"""What the runtime itself says on standard output and standard error.

Facts: OTP's runtime does not look whether what it prints arrives. So what cannot be written, since
the disk is full or nobody reads any more, is lost, and everything else goes on.
"""

from __future__ import annotations

import os
import select
from typing import Final

OUTPUT: Final = 1
ERROR: Final = 2


def say(number: int, data: bytes) -> None:
    """Write to a descriptor, all of it if possible, and wait for room where there is none."""
    rest = memoryview(data)
    while rest:
        try:
            rest = rest[os.write(number, rest) :]
        except BlockingIOError:
            # Whoever shares the descriptor has made it so.
            select.select([], [number], [])
        except OSError:
            return


def print_output(text: str) -> None:
    """Print on standard output; what stands for bytes that are no UTF-8 becomes those bytes."""
    say(OUTPUT, text.encode(errors="surrogateescape"))


def print_error(text: str) -> None:
    """Print on standard error in the same way, but lines end with a carriage return, too, wherever
    that leads. Surrogates that stand for no byte are shown by their numbers."""
    text = text.replace("\n", "\r\n")
    try:
        data = text.encode(errors="surrogateescape")
    except UnicodeEncodeError:
        data = text.encode(errors="backslashreplace")
    say(ERROR, data)
