"""The process of the operating system as `erl` has it: standard descriptors that are open, the
language that the user chose, variables that name the release, and a terminal that is in the end as
it was in the beginning."""

from __future__ import annotations

import contextlib
import os
import sys
import termios
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from enigma_ref.otp import Release

STANDARD: Final = (0, 1, 2)
CONTROL_CHARACTERS: Final = 6
"""Where they are in what tcgetattr() gives."""

DISABLED: Final = b"\0"
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


def give_up_output() -> None:
    """Let what Python could not write to standard output or error go, so that it does not try once
    more when it ends, and complain."""
    for stream in (sys.stdout, sys.stderr):
        if stream is None:
            continue
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            with contextlib.suppress(OSError):
                stream.flush()


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


def give_variables(release: Release, wanted: Mapping[str, str]) -> None:
    """Set what the command line wants, and what `erl` sets for the emulator: programs learn from it
    where the release is, and find its own programs first (erlexec.c); inet_gethost is one."""
    for name, value in wanted.items():
        # As for putenv(3), a name ends where the first = is.
        name, _, value = f"{name}={value}".partition("=")
        if name:
            os.environ[name] = value
    os.environ.update(
        ROOTDIR=str(release.root), BINDIR=str(release.bindir), EMU="beam", PROGNAME="erl"
    )
    os.environ["PATH"] = _search_path(release, os.environ.get("PATH"))


def _search_path(release: Release, before: str | None) -> str:
    """The search path with the emulator's own programs first, and nowhere else."""
    own = [str(release.bindir)]
    if before is None or str(release.root) not in before:
        own.append(str(release.root / "bin"))
        return os.pathsep.join([*own, before or ""])
    others = before.replace(f"{own[0]}{os.pathsep}", "")
    return os.pathsep.join([*own, others])


def detach() -> bool:
    """Go on in a new session in the background, without input and output; True in the process
    that was there before."""
    if os.fork():
        return True
    os.setsid()
    if os.fork():
        os._exit(0)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in STANDARD:
        os.dup2(nothing, number)
    os.close(nothing)
    return False


def leave_interrupt_to_shell() -> None:
    """Let Ctrl-C be a character like others for whoever reads the terminal."""
    try:
        mode = termios.tcgetattr(0)
    except termios.error:
        return
    mode[CONTROL_CHARACTERS][termios.VINTR] = DISABLED
    termios.tcsetattr(0, termios.TCSANOW, mode)


@contextlib.contextmanager
def terminal_as_before() -> Iterator[None]:
    """Give the terminal back the mode that it had, whatever programs have done to it."""
    mode = None
    with contextlib.suppress(termios.error):
        mode = termios.tcgetattr(0)
    try:
        yield
    finally:
        if mode is not None:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(0, termios.TCSANOW, mode)
