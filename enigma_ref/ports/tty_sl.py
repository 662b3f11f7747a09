"""tty_sl: the driver of the terminal that the shell of OTP 23 and 25 uses.

Facts: user_drv.erl of OTP 23 and 25, ttsl_drv.c of OTP 25.
"""

from __future__ import annotations

import codecs
import contextlib
import fcntl
import os
import signal
import struct
import termios
from dataclasses import replace
from typing import Final

from enigma_ref.ports import terminal_library
from enigma_ref.ports.drivers import WINDOW_SIZE, WOULD_WAIT, Descriptors
from enigma_ref.ports.edited_line import BEEP, Capabilities, EditedLine
from enigma_ref.ports.framing import Piece
from enigma_ref.ports.settings import Settings
from enigma_ref.ports.signals import Signals
from enigma_ref.ports.terminal_library import NoTerminalLibrary
from enigma_ref.ports.terminal_modes import changed
from enigma_ref.ports.watching import Watching
from enigma_ref.terms.atoms import OK

NAME: Final = b"tty_sl"

PUT, MOVE, INSERT, DELETE, BEEPS, PUT_AND_TELL = range(6)
"""The operations: the first byte of what is written to the port."""

IS_UNICODE: Final = WINDOW_SIZE + 1
SET_UNICODE: Final = WINDOW_SIZE + 2
"""Operations of port_control/3."""

COLUMNS: Final = 80
ROWS: Final = 24
"""The size of a window that does not tell it."""

LONGEST: Final = 1 << 16
"""Cells of a line behind which another one begins."""

QUEUED: Final = 1024
"""Bytes that may wait to be written before who waits for them is told that they are written."""

READ_SIZE: Final = 1024
LOST: Final = -1
"""The reason for which a port ends whose terminal is gone."""

ENDS_LINES_SINCE: Final = 25
"""Before, a line as long as the window was followed by an empty one (measured on 23)."""

FLAGS: Final = {b"+": True, b"-": False}


class NoTerminal(Exception):
    """The standard descriptors are no terminal, or one that cannot do what is needed."""


def _window_size() -> tuple[int, int]:
    """The columns and rows of the window."""
    try:
        size = fcntl.ioctl(0, termios.TIOCGWINSZ, b"\0" * 8)
    except OSError:
        return COLUMNS, ROWS
    rows, columns = struct.unpack("HH", size[:4])
    return columns or COLUMNS, rows or ROWS


def _capabilities(name: bytes | None) -> Capabilities:
    """What the terminal with a name can do. Raises NoTerminal."""
    try:
        if name is None or terminal_library.find_terminal(name) is not None:
            raise NoTerminal
        columns = terminal_library.number(b"co")
        up, right = (terminal_library.sequence(code) for code in (b"up", b"nd"))
        down = terminal_library.sequence(b"do") or b"\n"
        left = None if terminal_library.flag(b"bs") else terminal_library.sequence(b"bc")
        if up is None or right is None:
            raise NoTerminal
        wraps_late = terminal_library.flag(b"xn")
        moves = [terminal_library.sent(move) for move in (up, down, left or b"\b", right)]
    except NoTerminalLibrary:
        raise NoTerminal from None
    return Capabilities(columns if columns > 0 else COLUMNS, wraps_late, *moves)


class LineTerminal(Descriptors):
    """The port of the terminal: reads keys, and writes what EditedLine prints."""

    def __init__(
        self, watching: Watching, signals: Signals, settings: Settings, arguments: list[bytes]
    ) -> None:
        """Take over the terminal. Raises NoTerminal."""
        # It never is busy: user_drv, which must not wait, is told when much is written.
        super().__init__(watching, replace(settings, high=None, low=None), 0, 0, owned=False)
        wishes = {word[1:2]: FLAGS[word[:1]] for word in arguments if word[:1] in FLAGS}
        try:
            self.found = termios.tcgetattr(0)
            termios.tcgetattr(1)
        except termios.error:
            raise NoTerminal from None
        self.wanted = changed(self.found, wishes.get(b"c"), wishes.get(b"e"), wishes.get(b"s"))
        self.line = EditedLine(
            _capabilities(settings.environment.get(b"TERM")),
            terminal_library.utf8_environment(),
            wraps_at_end=signals.vm.release < ENDS_LINES_SINCE,
        )
        self.signals = signals
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._tells = False
        self._take_over()
        for number, action in (
            (signal.SIGCONT, self._take_over),
            (signal.SIGWINCH, self._resized),
        ):
            # Outside of the main thread of a Python program signals cannot be had.
            with contextlib.suppress(ValueError):
                signals.listen(number, action)

    def _take_over(self) -> None:
        with contextlib.suppress(termios.error):
            termios.tcsetattr(0, termios.TCSANOW, self.wanted)

    def _resized(self) -> None:
        self.line.columns = _window_size()[0]

    # ---------------------------------------------------------------- input

    def _readable(self) -> None:
        try:
            data = os.read(0, READ_SIZE)
        except WOULD_WAIT:
            return
        except OSError:
            data = b""
        if not data:
            self._end_reading()
            self.port.lose(LOST)
            return
        self.port.bytes_in += len(data)
        self.port.deliver_data(Piece(self._decoded(data)))

    def _decoded(self, data: bytes) -> bytes:
        """Input as UTF-8. What is no UTF-8 shows that the terminal sends Latin-1."""
        if self.line.utf8:
            held = self._decoder.getstate()[0]
            try:
                return self._decoder.decode(data).encode()
            except UnicodeDecodeError as failure:
                self.line.utf8 = False
                # As in erl, what was understood before it in one go is lost.
                data = (held + data)[failure.start :]
                self._decoder.reset()
        return data.decode("latin1").encode()

    # ---------------------------------------------------------------- output

    def output(self, data: bytes) -> None:
        """One operation."""
        printed = self.line.put(b"\n") if self.line.at > LONGEST else b""
        operation, argument = data[0] if data else -1, data[1:]
        if operation in (PUT, PUT_AND_TELL):
            printed += self.line.put(argument)
        elif operation == INSERT:
            printed += self.line.insert(argument)
        elif operation == BEEPS:
            printed += BEEP
        elif operation in (MOVE, DELETE) and len(argument) >= 2:
            count = int.from_bytes(argument[:2], "big", signed=True)
            printed += self.line.move(count) if operation == MOVE else self.line.delete(count)
        super().output(printed)
        if operation == PUT_AND_TELL:
            self._tells = True
            self._tell()

    def _writable(self) -> None:
        super()._writable()
        self._tell()

    def _tell(self) -> None:
        """Tell who asked for it that its text is written, or nearly."""
        if self._tells and self.size <= QUEUED:
            self._tells = False
            self.port.deliver(OK)

    # ---------------------------------------------------------------- the rest

    def control(self, operation: int, data: bytes) -> bytes | None:
        """The size of the window; whether characters are UTF-8, and to change that."""
        if operation == WINDOW_SIZE:
            return struct.pack("II", *_window_size())
        if operation == IS_UNICODE:
            return bytes([self.line.utf8])
        if operation == SET_UNICODE:
            before = bytes([self.line.utf8]) if data else b""
            if data:
                self.line.utf8 = data[0] != 0
            return before
        return None

    def stop(self) -> None:
        """Give the terminal back as it was."""
        with contextlib.suppress(termios.error):
            termios.tcsetattr(0, termios.TCSANOW, self.found)
        for number in (signal.SIGCONT, signal.SIGWINCH):
            with contextlib.suppress(ValueError):
                self.signals.choose(number, "default")
        super().stop()
