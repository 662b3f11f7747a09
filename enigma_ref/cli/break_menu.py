"""What Ctrl-C brings up: the menu of the emulator, during which nothing runs.

Facts: break.c of OTP 25 (the commands), and measured on 23, 25, 27 and 29.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import termios
from collections.abc import Callable, Iterator
from typing import Final

from enigma_ref.bifs import system_listings
from enigma_ref.bifs.erlang_halt import ABORT
from enigma_ref.machine.suspension import Halt
from enigma_ref.ports.terminal_modes import changed
from enigma_ref.runtime.vm import VM
from enigma_ref.terms.atoms import KILL

HELP: Final = """\
BREAK: (a)bort (A)bort with dump (c)ontinue (p)roc info (i)nfo
       (l)oaded (v)ersion (k)ill (D)b-tables (d)istribution
"""

CLEARS_SINCE: Final = 27
"""Since then what is below the cursor is cleared, when the shell edits lines."""

CLEAR: Final = "\x1b[J"
KEYS: Final = 64
"""Bytes that are read at once; the first one is the command."""

DISABLED: Final = {"ignored": signal.SIG_IGN, "deadly": signal.SIG_DFL}
"""What the signal does instead."""


class BreakMenu:
    """The menu of a system, which calls itself `version`."""

    def __init__(self, vm: VM, version: str) -> None:
        self.vm = vm
        self.version = version
        self.commands: Final[dict[str, Callable[[], None]]] = {
            "c": lambda: None,
            "m": lambda: None,
            "p": lambda: _show(system_listings.processes(vm)),
            "o": lambda: _show(system_listings.ports(vm)),
            "i": lambda: _show(system_listings.info(vm)),
            "l": lambda: _show(system_listings.modules(vm)),
            "d": lambda: _show(system_listings.nodes(vm)),
            "v": lambda: _print(f"{self.version}\n"),
            "D": lambda: _show(system_listings.tables(vm)),
            "k": self._processes,
        }

    def listen(self, wish: str) -> None:
        """Let Ctrl-C bring the menu up, unless the flag +B wants something else
        (`Settings.break_signal`). Where signals cannot be had, outside of a program's main thread,
        nothing changes."""
        with contextlib.suppress(ValueError):
            if wish in DISABLED:
                signal.signal(signal.SIGINT, DISABLED[wish])
            else:
                self.vm.ports.signals.listen(signal.SIGINT, self.show)

    def show(self) -> None:
        """Ask what to do, and do it. Raises Halt."""
        with _own_terminal() as edits:
            clears = edits and self.vm.release >= CLEARS_SINCE
            _print("\n" + (CLEAR if clears else "") + HELP)
            while True:
                key = _key()
                if key in ("q", "a", "*"):
                    raise Halt(0)
                if key == "A":
                    raise Halt(ABORT, "Crash dump requested by user", aborts=True)
                if key in self.commands:
                    self.commands[key]()
                    return
                if key != "\n":
                    _print(f"Invalid option '{key}'. Please enter one of the following:\n{HELP}")

    def _processes(self) -> None:
        """Show one process after the other, the newest one first, and kill those that are to be.
        Raises Halt."""
        _print(f"\n\nProcess Information\n\n{'-' * 50}\n")
        for process in reversed(list(self.vm.processes.values())):
            _show(system_listings.one_process(process))
            _print("(k)ill (n)ext (r)eturn:\n")
            key = _key()
            if key == "k":
                init = next(iter(self.vm.processes))
                self.vm.exit_signal(init, process, KILL)
            elif key != "n":
                return


def _print(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _show(text: str) -> None:
    """Print a text that has a character for each byte."""
    _print(text.encode("latin1").decode(errors="replace"))


def _key() -> str:
    """The first character of what is typed. Raises Halt when there is nothing more, or at
    another Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        typed = os.read(0, KEYS)
    except (OSError, KeyboardInterrupt):
        typed = b""
    finally:
        signal.signal(signal.SIGINT, before)
    if not typed:
        raise Halt(0)
    return chr(typed[0])


@contextlib.contextmanager
def _own_terminal() -> Iterator[bool]:
    """Let the terminal edit lines itself meanwhile; whether it did not do so before."""
    try:
        mode = termios.tcgetattr(0)
    except termios.error:
        yield False
        return
    own = changed(mode, canon=True, echo=True)
    termios.tcsetattr(0, termios.TCSANOW, own)
    try:
        yield own != mode
    finally:
        termios.tcsetattr(0, termios.TCSANOW, mode)
