"""The command line: `enigma call`, `enigma dis`, `enigma explore`, `enigma otp`; OTP's programs,
as `enigma erlc`; and with flags alone what `erl` does."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any, TypeAlias

Handler: TypeAlias = "Callable[[int, FrameType | None], Any] | int | None"

COMMANDS = ("call", "dis", "explore", "otp")
"""Each is a module of this package with `add_parser(subparsers)` and `run(arguments)`."""


PROGRAMS = ("ct_run", "dialyzer", "erlc", "escript")
"""Programs of OTP, with arguments of their own: those of cli/programs.py, which is only imported
when one of them runs."""

ENGINE_VARIABLE = "ENIGMA_ENGINE"
"""As in runtime/engines.py, which is only imported when an engine is named."""

OTP = "--otp"
ENGINE = "--engine"
CHOICES = (OTP, ENGINE)
"""What stands before everything else."""

EXTRA = "-extra"
"""Behind it are words that are no flags."""

OWN_FLAGS = ("-h", "--help", "--version")
"""All others are those of `erl`."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit status."""
    if arguments is None:
        # This is the whole program. Terms cannot form cycles, so that counting references frees
        # them (docs/design.md), and imports only make what stays.
        gc.disable()
    at_interrupt = _interrupted_without_a_word()
    try:
        given = _sorted_out(list(sys.argv[1:] if arguments is None else arguments))
    except ValueError as problem:
        from enigma_ref.cli.complaints import complain

        _restore(at_interrupt)
        return complain(str(problem))
    if not given or (given[0].startswith(("-", "+")) and given[0] not in OWN_FLAGS):
        return _as_erl(given)
    if given[0] in PROGRAMS:
        return _as_erl(given[1:], given[0])
    _restore(at_interrupt)
    return _own_command(given)


def _interrupted_without_a_word() -> Handler:
    """Until there is a menu, Ctrl-C ends the program, without a word. What it did before."""
    if threading.current_thread() is not threading.main_thread():
        return None
    return signal.signal(signal.SIGINT, signal.SIG_DFL)


def _restore(at_interrupt: Handler) -> None:
    if at_interrupt is not None:
        signal.signal(signal.SIGINT, at_interrupt)


def _as_erl(arguments: list[str], program: str | None = None) -> int:
    """What `erl` does, or one of OTP's programs; the exit status."""
    try:
        from enigma_ref.cli import erl, programs
    except (ImportError, MemoryError) as problem:
        # A library that there is no memory for cannot be imported either.
        print(f"enigma: cannot start: {problem or 'not enough memory'}", file=sys.stderr)
        return 1
    return erl.run(arguments) if program is None else programs.run(program, arguments)


def _own_command(given: list[str]) -> int:
    """One of `COMMANDS`; the exit status."""
    # Imported only here, so that a system boots early.
    import argparse
    import importlib

    import enigma_ref

    parser = argparse.ArgumentParser(
        prog="enigma",
        description="A BEAM that people can read.",
        epilog="With the flags of `erl`, or nothing, it boots OTP: enigma [--otp RELEASE] ... "
        "OTP's own programs are there too: enigma erlc, escript, dialyzer, ct_run. --engine native "
        "as first words, or ENIGMA_ENGINE=native, runs machine code (docs/native.md).",
    )
    parser.add_argument("--version", action="version", version=f"enigma {enigma_ref.__version__}")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    # Importing only the command that runs keeps start-up short.
    wanted = [name for name in COMMANDS if name in given[:1]] or list(COMMANDS)
    for name in wanted:
        importlib.import_module(f"enigma_ref.cli.{name}").add_parser(subparsers)
    options = parser.parse_args(given)
    if sys.stdout is None or sys.stderr is None:
        return 1  # whoever closed them will read no answer, and no complaint either
    try:
        status: int = options.run(options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 141
    except OSError as problem:
        print(f"enigma: cannot write the result: {problem.strerror}", file=sys.stderr)
        # Keep Python from writing the rest once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    return status


def _sorted_out(words: list[str]) -> list[str]:
    """The command, if there is one, the release that `--otp` names, and all other words.

    `--otp` and `--engine`, which chooses the engine of this program and of those that it starts,
    stand first, before or behind a command. Raises ValueError for a name that no engine has, and
    for these words among the flags of `erl`.
    """
    command: list[str] = []
    otp: list[str] = []
    engine = os.environ.get(ENGINE_VARIABLE)
    at = 0
    while at < len(words):
        name, sign, value = words[at].partition("=")
        if name in CHOICES:
            named = [value] if sign else words[at + 1 : at + 2]
            at += 1 if sign else 2
            if name == OTP:
                otp = [OTP, *named]
            else:
                engine = "".join(named) or "(none)"
        elif not command and words[at] in (*COMMANDS, *PROGRAMS):
            command = [words[at]]
            at += 1
        else:
            break
    others = words[at:]
    if not command:
        flags = others[: others.index(EXTRA)] if EXTRA in others else others
        for word in flags:
            if word.partition("=")[0] in CHOICES:
                raise ValueError(f"{word} has to stand first, before the flags of erl")
    if engine:
        from enigma_ref.runtime.engines import engine_named

        os.environ[ENGINE_VARIABLE] = engine_named(engine)
    return [*command, *otp, *others]


if __name__ == "__main__":
    sys.exit(main())
