"""`enigma -noshell -eval ...`: what `erl` does, with the flags of `erl`."""

from __future__ import annotations

import contextlib
import gc
import os
import resource
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, NoReturn

from enigma_ref.cli.break_menu import BreakMenu
from enigma_ref.cli.complaints import complain, refuse
from enigma_ref.cli.emulator_flags import Told, read_emulator_flags
from enigma_ref.cli.erl_flags import SHOWN, CommandLine, FlagError, read_command_line
from enigma_ref.cli.surroundings import (
    detach,
    forget_coerced_language,
    give_up_output,
    give_variables,
    leave_interrupt_to_shell,
    open_standard_descriptors,
    terminal_as_before,
)
from enigma_ref.loader.cache import Cache
from enigma_ref.loader.errors import LoadError
from enigma_ref.machine.errors import MachineFault
from enigma_ref.machine.settings import FOR_SHELL, Settings
from enigma_ref.machine.suspension import Halt
from enigma_ref.otp import OtpError, Release, find_release
from enigma_ref.ports.console import print_error, print_output
from enigma_ref.ports.terminal_library import utf8_environment
from enigma_ref.runtime.boot import boot, boot_arguments
from enigma_ref.runtime.coverage import VARIABLE as COVERAGE
from enigma_ref.runtime.crash_dump import leave_crash_dump
from enigma_ref.runtime.vm import VM
from enigma_ref.terms.atoms import limit_atoms

HANDLED: Final = (signal.SIGTERM, signal.SIGQUIT, signal.SIGUSR1)
"""Signals that erl_signal_handler gets without asking for them (os:set_signal/2)."""

MIN_FILES: Final = 16
OUT_OF_MEMORY: Final = "Cannot allocate memory"
RESERVE: Final = 16 << 20
"""Bytes of memory that are set aside, untouched, for the dump of a system that has no more."""


def run(arguments: list[str]) -> int:
    """Boot a system and run it to its end; the exit status."""
    try:
        open_standard_descriptors()
        forget_coerced_language()
        return _run(arguments)
    except MemoryError:
        try:
            complain("there is not enough memory")
        finally:
            # Python cannot end in an orderly way either.
            os._exit(1)
    except OSError as problem:
        # Too few descriptors, for example. What programs do with files has handlers of its own.
        return complain(str(problem))
    finally:
        give_up_output()


def _run(arguments: list[str]) -> int:
    otp = None
    if arguments[:1] == ["--otp"]:
        otp, arguments = arguments[1] if len(arguments) > 1 else "", arguments[2:]
    try:
        release = find_release(otp)
    except OtpError as problem:
        return complain(str(problem))
    try:
        line = read_command_line(arguments, os.environ, release.number)
        program = _emulator(release, line)
        words = boot_arguments(release, line.init, os.environ.get("HOME"))
        if line.shows is not None:
            _show(line.shows, program, [*line.emulator, "--", *words])
            if line.shows != SHOWN[0]:
                return 0
    except FlagError as problem:
        return refuse(str(problem))
    try:
        settings, remarks = read_emulator_flags(
            line.emulator, release.number, str(program), _version(release),
            "utf8" if utf8_environment() else "latin1",
        )  # fmt: skip
        settings = replace(settings, arguments=(str(program), *line.emulator, "--", *words))
    except FlagError as problem:
        print_error(f"{problem}\n")
        return 1
    except Told as told:
        for text in told.lines:
            print_error(f"{text}\n")
        return 0
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if 0 <= files < MIN_FILES:
        # OTP's own code waits for ever for a server that could not read its folders.
        return complain(f"{files} open files are too few for a system: let it have {MIN_FILES}")
    if line.detached and detach():
        return 0
    for text in remarks:
        print_error(f"{text}\n")
    give_variables(release, line.environment)
    with terminal_as_before():
        if settings.break_signal == FOR_SHELL:
            leave_interrupt_to_shell()
        return _boot(release, settings, words)


def _version(release: Release) -> str:
    runtime = release.bindir.parent.name.removeprefix("erts-")
    return f"Erlang (Enigma) (BEAM) emulator version {runtime}"


def _emulator(release: Release, line: CommandLine) -> Path:
    """The emulator that `erl` would start, which this program stands for. Raises FlagError when
    the release has none of that kind."""
    wanted = [line.emulator_type] if line.emulator_type not in (None, "opt") else []
    name = ".".join(["beam", *map(str, wanted), line.emulator_flavor or "smp"])
    program = release.bindir / name
    if (wanted or line.emulator_flavor) and not program.is_file():
        kinds = sorted(file.name.removeprefix("beam.") for file in release.bindir.glob("beam.*"))
        raise FlagError(
            "erlexec: Invalid emulator type or flavor. Available combinations are: "
            + "".join(f"\n  -emu_flavor {kind}" for kind in kinds)
        )
    return program


def _show(what: str, program: Path, words: Sequence[str]) -> None:
    """Tell how the emulator would be started, as erlexec does."""
    shown = {
        "-emu_args": f"Executing: {program} {' '.join([str(program), *words])}\n\n",
        "-emu_args_exit": "".join(f"{word}\n" for word in words),
        "-emu_name_exit": f"{program.name}\n",
        "-emu_qouted_cmd_exit": "".join(f'"{word}" ' for word in (str(program), *words)) + "\n",
    }
    print_output(shown[what])


def _handle_signals(vm: VM) -> None:
    """Let OTP decide what some signals do, from the beginning."""
    for number in HANDLED:
        # Python lets only the main thread of a program have signals.
        with contextlib.suppress(ValueError):
            vm.ports.signals.choose(number, "handle")


def _limit_atoms(limit: int) -> None:
    def too_many() -> NoReturn:
        limit_atoms(sys.maxsize, too_many)  # the dump needs some more
        raise Halt(1, f"no more index entries in atom_tab (max={limit})")

    limit_atoms(limit, too_many)


def _boot(release: Release, settings: Settings, words: Sequence[str]) -> int:
    covered = os.environ.get(COVERAGE)
    vm = VM(
        release.number,
        coverage=bool(covered),
        cache=Cache.of_user(),
        booted=True,
        settings=settings,
        write=print_output,
        write_error=print_error,
    )
    reserve = [bytearray(RESERVE)]
    try:
        BreakMenu(vm, _version(release)).listen(settings.break_signal)
        _handle_signals(vm)
        _limit_atoms(settings.atom_limit)
        boot(vm, release, words)
        vm.run_for_ever()
    except LoadError as problem:
        return complain(str(problem))
    except Halt as halt:
        return _halt(vm, halt)
    except Exception as fault:
        # First of all, as even asking what it is takes memory.
        reserve.clear()
        if MemoryError in (type(fault), type(fault.__cause__)):
            try:
                _fail(vm, fault, OUT_OF_MEMORY)
                give_up_output()
            finally:
                # Python itself would need memory to end, and the dump may find too little.
                os._exit(1)
        if isinstance(fault, OSError):
            raise
        return _fail(vm, fault, f"defect of the machine: {_told(fault)}")
    finally:
        if covered and vm.coverage is not None:
            vm.coverage.write(Path(covered))


def _halt(vm: VM, halt: Halt) -> int:
    """How the system ends that was halted; the exit status."""
    if halt.slogan is not None:
        # Nothing ends the line where the emulator aborts by itself.
        print_error(halt.slogan if halt.aborts else f"{halt.slogan}\n")
        leave_crash_dump(vm, halt.slogan, vm.engine.place_in(halt.__traceback__))
    if halt.aborts:
        _abort()
    # Python looks for garbage when it ends, which would take a third as long as a boot.
    gc.freeze()
    return halt.status & 0xFF


def _abort() -> NoReturn:
    """End the program as C's abort() does, and leave a core if that is allowed."""
    give_up_output()
    with contextlib.suppress(ValueError):
        signal.signal(signal.SIGABRT, signal.SIG_DFL)
    os.abort()


def _fail(vm: VM, fault: Exception, slogan: str) -> int:
    """How the system ends that cannot go on; the exit status. It leaves a dump unless the flag +d
    does not want one."""
    status = complain(slogan)
    if vm.settings.crash_dumps:
        leave_crash_dump(vm, slogan, vm.engine.place_in(fault.__traceback__))
    return status


def _told(fault: Exception) -> str:
    """What a defect is, and where it was found, in one line."""
    if isinstance(fault, MachineFault):
        return str(fault)
    # Imported here, since a run without a defect has no use for it.
    import traceback

    frame = traceback.extract_tb(fault.__traceback__)[-1]
    return f"{fault!r} in {frame.name}, {Path(frame.filename).name}:{frame.lineno}"
