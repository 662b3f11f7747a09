"""The process of the operating system as `erl` has it: standard descriptors that are open, the
language that the user chose, variables that name the release, and a terminal that is in the end as
it was in the beginning."""

from __future__ import annotations

import contextlib
import os
import sys
import termios
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from enigma_ref.otp import Release

STANDARD: Final = (0, 1, 2)
COERCED: Final = "LC_CTYPE"
"""The variable that Python sets when it begins in the language C (PEP 538)."""

OWN_VARIABLES: Final = Path("/proc/self/environ")
"""The variables that the program was started with, on Linux."""


def open_standard_descriptors() -> None:
    """Let those that are closed lead to nothing, so that no file gets their numbers."""
    for number in STANDARD:
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
            os.set_inheritable(number, True)
    # What Python itself prints goes there too.
    if sys.stdout is None:
        sys.stdout = os.fdopen(1, "w", closefd=False)
    if sys.stderr is None:
        sys.stderr = os.fdopen(2, "w", closefd=False)


def forget_coerced_language() -> None:
    """Remove from the environment what Python has put there."""
    if COERCED not in os.environ:
        return
    try:
        given = OWN_VARIABLES.read_bytes()
    except OSError:
        return
    if not any(text.startswith(COERCED.encode() + b"=") for text in given.split(b"\0")):
        del os.environ[COERCED]


def name_release(release: Release) -> None:
    """Tell programs, by the environment, where the release is, and find its own programs first
    (erlexec.c): inet_gethost is one of them."""
    bindir, root = str(release.bindir), str(release.root)
    os.environ.update(ROOTDIR=root, BINDIR=bindir, EMU="beam", PROGNAME="erl")
    path = os.environ.get("PATH", "")
    if root in path:
        os.environ["PATH"] = f"{bindir}:{path.replace(f'{bindir}:', '')}"
    else:
        os.environ["PATH"] = f"{bindir}:{root}/bin:{path}"


@contextlib.contextmanager
def terminal_as_before() -> Iterator[None]:
    """Give the terminal back the mode that it had, whatever programs have done to it."""
    try:
        mode = termios.tcgetattr(0)
    except termios.error:
        yield
        return
    try:
        yield
    finally:
        with contextlib.suppress(termios.error):
            termios.tcsetattr(0, termios.TCSANOW, mode)
