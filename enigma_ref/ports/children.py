"""Programs of the operating system that ports start."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from enigma_ref.ports.settings import Settings

if TYPE_CHECKING:
    import subprocess

SHELL: Final = b"/bin/sh"
SIGNALLED: Final = 128
"""What is added to the number of a signal that ended a program."""

CHILD_INPUT: Final = 3
CHILD_OUTPUT: Final = 4
"""The descriptors of a program that leaves its standard ones alone (nouse_stdio)."""


class Child:
    """A program that was started. `ended` is readable once it has ended; `reads` and `writes` are
    this side's descriptors of its output and input, or None."""

    def __init__(
        self,
        program: subprocess.Popen[bytes],
        reads: int | None,
        writes: int | None,
        ended: int,
    ) -> None:
        self.program = program
        self.reads = reads
        self.writes = writes
        self.ended = ended

    def status(self) -> int:
        """The exit status as shells tell it; waits for the end."""
        code = self.program.wait()
        return SIGNALLED - code if code < 0 else code

    def forget(self) -> None:
        """Nobody asks about it any more."""
        os.close(self.ended)
        self.ended = -1

    def __del__(self) -> None:
        if self.ended >= 0:
            os.close(self.ended)


def _end_of(program: subprocess.Popen[bytes]) -> int:
    """A descriptor that becomes readable when a program ends."""
    if hasattr(os, "pidfd_open"):
        return os.pidfd_open(program.pid)
    reads, writes = os.pipe()

    def wait() -> None:
        program.wait()
        os.close(writes)

    from threading import Thread

    Thread(target=wait, daemon=True).start()
    return reads


def start_command(command: bytes, settings: Settings, folder: bytes) -> Child:
    """Let the shell become a command. Raises OSError."""
    return _start(SHELL, [b"sh", b"-c", b"exec " + command], settings, folder)


def start_executable(name: bytes, settings: Settings, folder: bytes) -> Child:
    """Start a file. Raises OSError, but not when it turns out to be no program: the child has an
    exit status then, as always when something fails after its process was made."""
    own = name if settings.arg0 is None else settings.arg0
    path = name if b"/" in name else b"./" + name
    return _start(path, [own, *(settings.args or [])], settings, folder)


def _start(executable: bytes, argv: list[bytes], settings: Settings, folder: bytes) -> Child:
    at = folder if settings.folder is None else os.path.join(folder, settings.folder)
    try:
        return _with_pipes(executable, argv, settings, at)
    except OSError as failure:
        if failure.filename is None:
            raise
        # erts tells by the exit status what its child could not do.
        import shlex

        explanation = b""
        if failure.filename == at != executable and settings.folder is not None:
            text = f"spawn: Could not cd to {os.fsdecode(settings.folder)}\r\n"
            explanation = f"printf %s {shlex.quote(text)} >&2; ".encode(errors="surrogateescape")
        elif failure.filename == at != executable:
            return _with_pipes(executable, argv, settings, None)
        script = explanation + b"exit %d" % ((failure.errno or 1) & 0xFF)
        # Its standard error is the system's own until its program begins.
        # Its environment may be what was too large.
        plain = replace(settings, stderr_to_stdout=False, environment={})
        return _with_pipes(SHELL, [b"sh", b"-c", script], plain, None)


def _with_pipes(
    executable: bytes, argv: list[bytes], settings: Settings, folder: bytes | None
) -> Child:
    # Imported here, since many systems start no program.
    import subprocess

    with ExitStack() as child_ends, ExitStack() as on_failure:
        reads, child_writes = _pipe(child_ends, on_failure, False)
        child_reads, writes = _pipe(child_ends, on_failure, True)
        if settings.use_stdio:
            program = subprocess.Popen(
                argv,
                executable=executable,
                stdin=child_reads if settings.writes else None,
                stdout=child_writes if settings.reads else None,
                stderr=child_writes if settings.stderr_to_stdout else None,
                cwd=folder,
                env=settings.environment,
                restore_signals=False,
                start_new_session=True,
            )
        else:
            with ExitStack() as held:
                ends = _high(held, child_reads), _high(held, child_writes)
                program = subprocess.Popen(
                    argv,
                    executable=executable,
                    cwd=folder,
                    env=settings.environment,
                    restore_signals=False,
                    start_new_session=True,
                    pass_fds=_hold(held),
                    preexec_fn=_into_place(settings, *ends),
                )
        try:
            ended = _end_of(program)
        except OSError:
            program.kill()
            program.wait()
            raise
        on_failure.pop_all()
    if not settings.reads:
        os.close(reads)
    if not settings.writes:
        os.close(writes)
    own = reads if settings.reads else None, writes if settings.writes else None
    return Child(program, *own, ended)


def _pipe(child_ends: ExitStack, on_failure: ExitStack, is_input: bool) -> tuple[int, int]:
    """A pipe, of which this side's end does not block."""
    reads, writes = os.pipe()
    own, other = (writes, reads) if is_input else (reads, writes)
    child_ends.callback(os.close, other)
    on_failure.callback(os.close, own)
    os.set_blocking(own, False)
    return reads, writes


def _high(held: ExitStack, descriptor: int) -> int:
    """The same behind those that get a meaning in the child."""
    copy = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, CHILD_OUTPUT + 1)
    held.callback(os.close, copy)
    return copy


def _hold(held: ExitStack) -> tuple[int, int]:
    """Keep the numbers that get a meaning in the child from being given to anything else."""
    while True:
        descriptor = os.open(os.devnull, os.O_RDWR)
        held.callback(os.close, descriptor)
        if descriptor > CHILD_OUTPUT:
            return CHILD_INPUT, CHILD_OUTPUT


def _into_place(settings: Settings, reads: int, writes: int) -> Callable[[], None]:
    """What the child does: give its ends of the pipes their numbers."""

    def move() -> None:
        for wanted, descriptor, number in (
            (settings.writes, reads, CHILD_INPUT),
            (settings.reads, writes, CHILD_OUTPUT),
        ):
            if wanted:
                os.dup2(descriptor, number)
            else:
                os.close(number)

    return move
