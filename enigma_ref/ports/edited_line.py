"""The line at the bottom of a terminal that the driver tty_sl edits: what it prints for each
operation, so that the screen shows the line and the cursor is where it belongs.

Facts: user_drv.erl of OTP 23 and 25 (the operations), ttsl_drv.c of OTP 25 (what is printed).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from enigma_ref.ports.terminal_library import is_printable, width

CONTROL: Final = 1 << 28
ESCAPED: Final = 1 << 24
CHARACTER: Final = ESCAPED - 1
"""A cell holds a character and one of these tags, or none. A character that takes more cells than
one goes on in cells that hold only the tag."""

TAB, NEWLINE, RETURN, ESCAPE = 9, 10, 13, 27
TAB_STOP: Final = 8
OCTAL: Final = 3
BEEP: Final = b"\a"
PARAMETERS: Final = frozenset(b";0123456789")
"""What stands in a sequence of colours, before the letter at its end."""


class Capabilities(NamedTuple):
    """What the terminal can do. With `wraps_late` the cursor stays behind the last column until
    another character comes."""

    columns: int
    wraps_late: bool
    up: bytes
    down: bytes
    left: bytes
    right: bytes


class EditedLine:
    """The characters of a line in cells, and the cell where the cursor is. Its methods give the
    bytes to print. `utf8` tells whether the terminal takes UTF-8. With `wraps_at_end` the cursor
    goes to the next line behind the last column even where the line ends, which leaves an empty
    one."""

    def __init__(self, terminal: Capabilities, utf8: bool, wraps_at_end: bool = False) -> None:
        self.terminal = terminal
        self.utf8 = utf8
        self.wraps_at_end = wraps_at_end
        self.columns = terminal.columns
        self.cells: list[int] = []
        self.at = 0

    # ---------------------------------------------------------------- operations

    def put(self, text: bytes) -> bytes:
        """Print text, over what is at the cursor."""
        out = bytearray()
        first = self._place(text, out)
        if self.at > first:
            out += self._write(first, self.at)
        return bytes(out)

    def insert(self, text: bytes) -> bytes:
        """Print text; what is behind the cursor goes on behind it."""
        out = bytearray()
        rest = self.cells[self.at :]
        del self.cells[self.at :]
        first = self._place(text, out)
        self.cells += rest
        out += self._write(first, len(self.cells))
        out += self._move(len(self.cells), self.at)
        return bytes(out)

    def delete(self, count: int) -> bytes:
        """Remove characters behind the cursor, or before it when there are less than none."""
        there = self._step(count)
        first, last = min(self.at, there), max(self.at, there)
        if first == last:
            return b""
        out = bytearray()
        gone = self._column(last) - self._column(first)
        if there < self.at:
            out += self._move(self.at, there)
        del self.cells[first:last]
        self.at = first
        out += self._write(first, len(self.cells))
        out += b" " * gone
        if self.terminal.wraps_late and (self._column(len(self.cells)) + gone) % self.columns == 0:
            out += b" " + self.terminal.left
        out += self._move(len(self.cells) + gone, first)
        return bytes(out)

    def move(self, count: int) -> bytes:
        """Move the cursor over characters."""
        there = self._step(count)
        out = self._move(self.at, there)
        self.at = there
        return out

    # ---------------------------------------------------------------- cells

    def _place(self, text: bytes, out: bytearray) -> int:
        """Put text into cells from the cursor on. Where a line ends, what is before it is printed,
        and another begins. The first cell that is not printed yet."""
        first = self.at
        for character in characters(text):
            if character in (NEWLINE, RETURN):
                out += self._write(first, self.at, ends=True)
                out += b"\r\n" if character == NEWLINE else b"\r"
                del self.cells[: self.at]
                self.at = first = 0
            else:
                self._put_cells(self._cells_of(character))
        return first

    def _put_cells(self, cells: list[int]) -> None:
        self.cells[self.at : self.at + len(cells)] = cells
        self.at += len(cells)

    def _cells_of(self, character: int) -> list[int]:
        if character >= 128 if self.utf8 else character < 256 and is_printable(character):
            return [character]
        if character < 128 and is_printable(character):
            return [character]
        if character >= 128:
            return [character | ESCAPED] + [ESCAPED] * len(written_out(character))
        if character == TAB:
            return [TAB | CONTROL] + [CONTROL] * (TAB_STOP - 1 - self.at % TAB_STOP)
        if character == ESCAPE:
            return [ESCAPE | CONTROL]
        return [character | CONTROL, CONTROL]

    def _step(self, count: int) -> int:
        """Where the cursor is after so many characters, or at an end of the line."""
        at = self.at
        for _ in range(count):
            if at == len(self.cells):
                break
            at += 1
            while at < len(self.cells) and self._goes_on(at):
                at += 1
        for _ in range(-count):
            if not at:
                break
            at -= 1
            while at and self._goes_on(at):
                at -= 1
        return at

    def _goes_on(self, at: int) -> bool:
        """Whether a cell belongs to the character before it."""
        return self.cells[at] > CHARACTER and not self.cells[at] & CHARACTER

    # ---------------------------------------------------------------- printing

    def _write(self, first: int, last: int, ends: bool = False) -> bytes:
        """Print cells. The cursor goes to the next line when the last one is in the last column,
        unless the line `ends` there."""
        out = bytearray()
        shown = b" "
        at = first
        while at < last:
            cell = self.cells[at]
            character = cell & CHARACTER
            at += 1
            if cell <= CHARACTER:
                shown = encoded(character) if self.utf8 else bytes([character & 0xFF])
                out += shown
                continue
            if cell == TAB | CONTROL:
                shown = b" "
                out += shown
                while at < last and self.cells[at] == CONTROL:
                    out += shown
                    at += 1
                continue
            if cell == ESCAPE | CONTROL:
                text = b"\x1b"
            elif cell & CONTROL:
                text = b"^" + bytes([character | 0x40])
            else:
                text = b"\\" + written_out(character)
            out += text
            shown = text[-1:]
            at += len(text) - 1
        if (
            (self.wraps_at_end or not ends)
            and self.terminal.wraps_late
            and last
            and self._column(last) % self.columns == 0
        ):
            out += b" " if last >= len(self.cells) else shown
            out += self.terminal.left
        return bytes(out)

    def _move(self, origin: int, target: int) -> bytes:
        """Move the cursor from one cell to another."""
        rows, column = divmod(self._column(target), self.columns)
        old_rows, old_column = divmod(self._column(origin), self.columns)
        terminal = self.terminal
        return (
            terminal.down * (rows - old_rows)
            + terminal.up * (old_rows - rows)
            + terminal.right * (column - old_column)
            + terminal.left * (old_column - column)
        )

    def _column(self, at: int) -> int:
        """How many columns the cells before one take. Sequences of colours take none, and so do
        characters that libc knows no width of; behind the line each cell takes one."""
        beyond = max(0, at - len(self.cells))
        last = at - beyond
        columns = 0
        place = 0
        while place < last:
            if self.cells[place] == ESCAPE | CONTROL:
                place += self._escape_size(place)
            else:
                columns += max(0, width(self.cells[place]))
                place += 1
        return columns + beyond

    def _escape_size(self, at: int) -> int:
        """How many cells a sequence of colours has that begins at one."""
        if at + 1 == len(self.cells):
            return 1
        if self.cells[at + 1] != ord("["):
            return 2
        end = at + 2
        while end < len(self.cells) and self.cells[end] in PARAMETERS:
            end += 1
        return end - at + 1


def characters(text: bytes) -> Iterator[int]:
    """The characters of UTF-8; bytes that are none stand for themselves."""
    for character in text.decode(errors="surrogateescape"):
        code = ord(character)
        yield code - 0xDC00 if 0xDC80 <= code <= 0xDCFF else code


def encoded(character: int) -> bytes:
    """A character as UTF-8; nothing for one that UTF-8 cannot have."""
    return chr(character).encode(errors="ignore")


def written_out(character: int) -> bytes:
    """The digits of a character that the terminal cannot show: `303` or `x{1F600}`."""
    octal = b"%03o" % character
    return octal if len(octal) <= OCTAL else b"x{%X}" % character
