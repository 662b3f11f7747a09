"""The command line: `enigma call`, `enigma dis`, `enigma explore`, `enigma otp`; OTP's programs,
as `enigma erlc`; and with flags alone what `erl` does."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading

COMMANDS = ("call", "dis", "explore", "otp")
"""Each is a module of this package with `add_parser(subparsers)` and `run(arguments)`."""


PROGRAMS = ("ct_run", "dialyzer", "erlc", "escript")
"""Programs of OTP, with arguments of their own: those of cli/programs.py, which is only imported
when one of them runs."""

ENGINE_VARIABLE = "ENIGMA_ENGINE"
"""As in runtime/engines.py, which is only imported when an engine is named."""

OWN_FLAGS = ("-h", "--help", "--version")
"""All others are those of `erl`."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit status."""
    if arguments is None:
        # This is the whole program. Terms cannot form cycles, so that counting references frees
        # them (docs/design.md), and imports only make what stays.
        gc.disable()
    words = _apart(list(sys.argv[1:] if arguments is None else arguments))
    try:
        given = _command_first(_engine_chosen(words))
    except ValueError as problem:
        from enigma_ref.cli.complaints import complain

        return complain(str(problem))
    if not given or (given[0].startswith(("-", "+")) and given[0] not in OWN_FLAGS):
        return _as_erl(given)
    if given[0] in PROGRAMS:
        return _as_erl(given[1:], given[0])
    return _own_command(given)


def _as_erl(arguments: list[str], program: str | None = None) -> int:
    """What `erl` does, or one of OTP's programs; the exit status."""
    if threading.current_thread() is threading.main_thread():
        # Until there is a menu, Ctrl-C ends the program, without a word.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
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
        "OTP's own programs are there too: enigma erlc, escript, dialyzer, ct_run.",
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


def _apart(words: list[str]) -> list[str]:
    """The words with `--otp=NAME` and `--engine=NAME` at their beginning as two words each."""
    parted: list[str] = []
    for position, word in enumerate(words):
        name, sign, value = word.partition("=")
        if name not in ("--otp", "--engine"):
            if parted[-1:] in (["--otp"], ["--engine"]):
                parted.append(word)
                continue
            return parted + words[position:]
        parted += [name, value] if sign else [name]
    return parted


def _engine_chosen(words: list[str]) -> list[str]:
    """The words without `--engine NAME` at their beginning, which chooses the engine of this
    program and of those that it starts. Raises ValueError for a name that no engine has."""
    at = 2 if words[:1] == ["--otp"] else 0
    is_named = words[at : at + 1] == ["--engine"]
    if is_named or ENGINE_VARIABLE in os.environ:
        from enigma_ref.runtime.engines import engine_named

        named = "".join(words[at + 1 : at + 2]) if is_named else os.environ[ENGINE_VARIABLE]
        os.environ[ENGINE_VARIABLE] = engine_named(named)
    return words[:at] + words[at + 2 :] if is_named else words


def _command_first(words: list[str]) -> list[str]:
    """The release may be named before the command, too."""
    if words[:1] == ["--otp"] and words[2:3] and words[2] in (*COMMANDS, *PROGRAMS):
        return [words[2], *words[:2], *words[3:]]
    return words


if __name__ == "__main__":
    sys.exit(main())
