"""What a program in a terminal looks like: a real pseudo-terminal, and a model of the screen."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import Final

import pexpect
import pyte
import pytest

from tests.otp.sessions import Input, Until, Window

ROWS: Final = 30
COLUMNS: Final = 100
QUIET: Final = 0.4
"""Seconds without a change after which nothing more is expected."""

LONG_QUIET: Final = 2.0
"""The same for one that has much to print."""

LONGEST_SILENCE: Final = 5.0
"""Seconds after which it is taken that keys do nothing."""

PATIENCE: Final = 30.0
"""Seconds that two programs get until their screens are equal."""

CHANGES: Final = (
    # What the emulator was built with; its lines depend on their width.
    (re.compile(r"\[erts-.*?\n\n", re.DOTALL), "[...]\n\n"),
    (re.compile(r"Eshell V[\w.]+"), "Eshell"),
    (re.compile(r"<0\.\d+\.0>"), "<0.N.0>"),
    (re.compile(r"#Ref<[\d.]+>"), "#Ref<N>"),
    # What functions cost, and when memory is collected, is left to a machine.
    (re.compile(r"(reductions|heap_size): \d+"), r"\1: N"),
    (re.compile(r"\d+-\w+-\d{4}::[\d:.]+"), "TIME"),
)
"""What no two runs have in common, and what stands for it."""


class Terminal:
    """A program in a terminal of its own, in a folder."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], folder: Path):
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self.screen)
        self.folder = folder
        self.at_end = False
        self.printed = bytearray()
        self.program = pexpect.spawn(
            command[0],
            list(command[1:]),
            env=dict(environment),
            cwd=str(folder),
            dimensions=(ROWS, COLUMNS),
        )
        # Keys are typed one after the other anyway.
        self.program.delaybeforesend = None

    def look(self, seconds: float) -> bool:
        """Take in what the program prints, at most for so long; whether there was anything."""
        if self.at_end:
            return False
        try:
            data = self.program.read_nonblocking(65536, timeout=seconds)
        except pexpect.TIMEOUT:
            return False
        except pexpect.EOF:
            self.at_end = True
            return False
        self.printed += data
        self._stream.feed(data)
        return True

    def resize(self, rows: int, columns: int) -> None:
        """Give the window another size."""
        self.screen.resize(rows, columns)
        self.program.setwinsize(rows, columns)

    def shown(self) -> str:
        """The text on the screen, and where the cursor is."""
        text = "\n".join(self._lines()).rstrip()
        text = text.replace(str(self.folder), "FOLDER")
        for pattern, replacement in CHANGES:
            text = pattern.sub(replacement, text)
        place = "at the end" if self.at_end else f"cursor in column {self.screen.cursor.x}"
        return f"{text}\n[{place}]"

    def _lines(self) -> list[str]:
        """The lines without the cells behind wide characters. Where one of these is overwritten,
        the cell behind it stays empty, which pyte's own `display` does not expect."""
        rows = (self.screen.buffer[row] for row in range(self.screen.lines))
        return [
            "".join(row[column].data for column in range(self.screen.columns)).rstrip()
            for row in rows
        ]

    def picture(self) -> tuple[object, ...]:
        """All of the screen, to see that something has changed."""
        return (*self._lines(), self.screen.cursor.x, self.screen.cursor.y, self.at_end)

    def status(self) -> int | None:
        """How the program ended."""
        self.program.close()
        status: int | None = self.program.exitstatus
        return status


class Pair:
    """Two programs that are to look alike."""

    def __init__(self, wanted: Terminal, given: Terminal) -> None:
        self.both = (wanted, given)

    def wait_for(self, text: str) -> None:
        """Wait until both show something."""
        until = monotonic() + PATIENCE
        for terminal in self.both:
            while text not in terminal.shown() and monotonic() < until and not terminal.at_end:
                terminal.look(0.1)
        self.agree()

    def end(self, keys: str) -> None:
        """Press keys that end both. What they still print then, two runs of `erl` do not agree
        on: whether there is another prompt, or the echo of the keys."""
        for terminal in self.both:
            terminal.program.send(keys)
        until = monotonic() + PATIENCE
        for terminal in self.both:
            while not terminal.at_end and monotonic() < until:
                terminal.look(0.1)
        if not all(terminal.at_end for terminal in self.both):
            pytest.fail("one of the two has not ended")

    def wait_for_line(self, line: str) -> None:
        """Wait until both show a line of their own accord."""
        until = monotonic() + PATIENCE
        for terminal in self.both:
            while line not in terminal.shown().splitlines():
                if terminal.at_end or monotonic() > until:
                    pytest.fail(f"there is no line {line!r} in\n{terminal.shown()}")
                terminal.look(0.1)
        self.agree()

    def type(self, keys: Input) -> None:
        """Press keys on both, or change their windows, and wait for what comes of it."""
        if isinstance(keys, Until):
            self.wait_for_line(keys.line)
            return
        before = self.both[0].picture()
        for terminal in self.both:
            if isinstance(keys, Window):
                terminal.resize(keys.rows, keys.columns)
            else:
                terminal.program.send(keys)
        until = monotonic() + LONGEST_SILENCE
        while self.both[0].picture() == before and monotonic() < until:
            self.both[0].look(0.1)
        self.agree()

    def printed_for(self, keys: str) -> list[str]:
        """What each of them prints once keys are pressed, however much that is."""
        texts = []
        for terminal in self.both:
            terminal.printed.clear()
            terminal.program.send(keys)
            while terminal.look(LONG_QUIET):
                pass
            texts.append(terminal.printed.decode(errors="replace").replace("\r", ""))
        return texts

    def agree(self) -> None:
        """Wait until both look alike, and go on doing so."""
        wanted, given = self.both
        until = monotonic() + PATIENCE
        quiet_since = monotonic()
        while monotonic() < until:
            if wanted.look(0.05) | given.look(0.05) or wanted.shown() != given.shown():
                quiet_since = monotonic()
            elif wanted.at_end or monotonic() - quiet_since > QUIET:
                break
        if given.shown() != wanted.shown():
            pytest.fail(f"erl shows\n{wanted.shown()}\n\nand enigma\n{given.shown()}")

    def close(self) -> None:
        """End both."""
        for terminal in self.both:
            terminal.program.close(force=True)
