"""`enigma -noshell -eval ...`: what `erl` does, with the flags of `erl`."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
from pathlib import Path
from typing import Final

from enigma_ref.cli.break_menu import BreakMenu
from enigma_ref.cli.complaints import complain
from enigma_ref.cli.erl_flags import CommandLine, FlagError, read_command_line
from enigma_ref.cli.surroundings import (
    forget_coerced_language,
    name_release,
    open_standard_descriptors,
    terminal_as_before,
)
from enigma_ref.loader.cache import Cache
from enigma_ref.loader.errors import LoadError
from enigma_ref.machine.errors import MachineFault
from enigma_ref.machine.suspension import Halt
from enigma_ref.otp import OtpError, Release, find_release
from enigma_ref.runtime.boot import boot
from enigma_ref.runtime.vm import VM

HANDLED: Final = (signal.SIGTERM, signal.SIGQUIT, signal.SIGUSR1)
"""Signals that erl_signal_handler gets without asking for them (os:set_signal/2)."""


def run(arguments: list[str]) -> int:
    """Boot a system and run it to its end; the exit status."""
    open_standard_descriptors()
    forget_coerced_language()
    otp = None
    if arguments[:1] == ["--otp"]:
        otp, arguments = arguments[1] if len(arguments) > 1 else "", arguments[2:]
    try:
        release = find_release(otp)
        line = read_command_line(arguments, os.environ)
    except (FlagError, OtpError) as problem:
        return complain(str(problem))
    if ("V", None) in line.emulator:
        print(_version(release), file=sys.stderr)
        return 0
    name_release(release)
    os.environ.update(line.environment)
    with terminal_as_before():
        return _boot(release, line)


def _version(release: Release) -> str:
    runtime = release.bindir.parent.name.removeprefix("erts-")
    return f"Erlang (Enigma) (BEAM) emulator version {runtime}"


def _handle_signals(vm: VM) -> None:
    """Let OTP decide what some signals do, from the beginning."""
    for number in HANDLED:
        # Python lets only the main thread of a program have signals.
        with contextlib.suppress(ValueError):
            vm.ports.signals.choose(number, "handle")


def _boot(release: Release, line: CommandLine) -> int:
    # Terms cannot form cycles, so that counting references frees them (docs/design.md).
    gc.disable()
    vm = VM(release.number, cache=Cache.of_user(), booted=True)
    home = os.environ.get("HOME")
    try:
        BreakMenu(vm, _version(release)).listen(line.emulator)
        _handle_signals(vm)
        boot(vm, release, line.init, None if home is None else Path(home))
        vm.run_for_ever()
    except LoadError as problem:
        return complain(str(problem))
    except Halt as halt:
        sys.stdout.flush()
        if halt.slogan is not None:
            print(halt.slogan, file=sys.stderr)
        return halt.status & 0xFF
    except MachineFault as fault:
        return complain(f"defect of the machine: {fault}\nPlease report it with the command.")
