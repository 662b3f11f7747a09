"""What is behind a port: a program, or descriptors that were open before."""

from __future__ import annotations

import errno
import fcntl
import os
import select
import stat
import struct
import sys
import termios
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from enigma_ref.ports.children import Child
from enigma_ref.ports.framing import framing_of
from enigma_ref.ports.settings import READ_SIZE, Settings
from enigma_ref.ports.watching import Watching

if TYPE_CHECKING:
    from enigma_ref.ports.port import OpenPort

WOULD_WAIT: Final = (BlockingIOError, InterruptedError)
PIPE_PART: Final = 512
"""Bytes that a pipe takes at once when it is writable (POSIX, PIPE_BUF)."""

WINDOW_SIZE: Final = 0x018B0900 + 100
"""The operation of port_control/3 that asks a terminal for its width and height."""

Failure = int
"""The number of an error of the operating system."""


class Driver(Protocol):
    """The other side of a port."""

    pid: int | None
    """The process of the operating system, if it has one of its own."""
    takes_force: bool
    """Whether it can be made to take bytes while it is busy."""

    @property
    def alive(self) -> bool:
        """Whether there is a program that has not ended, or another system."""
        ...

    @property
    def patience(self) -> float:
        """Seconds of real time in which something that is under way arrives."""
        ...

    @property
    def may_happen(self) -> bool:
        """Whether something may still come from outside."""
        ...

    def start(self, port: OpenPort) -> None:
        """The port is open."""
        ...

    def output(self, data: bytes) -> None:
        """Bytes from a process."""
        ...

    def queued(self) -> int:
        """How many bytes wait to be written."""
        ...

    def control(self, operation: int, data: bytes) -> bytes | None:
        """An operation of port_control/3; None when there is no such."""
        ...

    def flush(self, seconds: float | None) -> None:
        """Write what waits, at most for so long."""
        ...

    def stop(self) -> None:
        """The port is closed."""
        ...


class Gone:
    """What is behind a port that has ended. Nothing of it is used any more; that a port and its
    driver know each other would keep both for ever."""

    pid: int | None = None
    takes_force = False
    alive = False
    patience = 0.0
    may_happen = False

    def start(self, port: OpenPort) -> None:
        """It never starts."""

    def output(self, data: bytes) -> None:
        """Nobody writes."""

    def queued(self) -> int:
        """Nothing waits to be written."""
        return 0

    def control(self, operation: int, data: bytes) -> bytes | None:
        """There are no operations."""
        return None

    def flush(self, seconds: float | None) -> None:
        """Nothing waits to be written."""

    def stop(self) -> None:
        """It has stopped."""


class Descriptors:
    """A port that reads and writes descriptors, with or without a program at their other ends.

    `owned` ones do not block and are closed with the port; others stay as they are.
    """

    takes_force = False
    patience = 0.0

    def __init__(
        self,
        watching: Watching,
        settings: Settings,
        reads: int | None,
        writes: int | None,
        *,
        owned: bool,
        child: Child | None = None,
    ) -> None:
        self.watching = watching
        self.settings = settings
        self.reads = reads
        self.writes = writes
        self.owned = owned
        self.child = child
        self.alive = child is not None
        self.pid = None if child is None else child.program.pid
        self.framing = framing_of(settings)
        self.waiting: deque[bytes] = deque()
        self.size = 0
        self.exit_status: int | None = None
        self.at_end = False
        self.port: OpenPort

    @property
    def may_happen(self) -> bool:
        """Whether something may still be read, be written or end."""
        waits = self.settings.exit_status and self.alive
        return (self.reads is not None and not self.at_end) or bool(self.waiting) or waits

    def start(self, port: OpenPort) -> None:
        """Watch what can be read, and the program."""
        self.port = port
        if self.child is not None:
            self.watching.read(self.child.ended, self._child_ended)
        if self.reads is not None:
            self._watch(self.watching.read, self.reads, partial(port.event, self._readable))

    def _watch(
        self,
        watch: Callable[[int, Callable[[], None] | None], None],
        number: int,
        action: Callable[[], None] | None,
    ) -> None:
        try:
            watch(number, action)
        except OSError:
            self.port.complain(
                f"Bad {'input' if watch == self.watching.read else 'output'} fd in erts_poll()! "
                f"fd={number}, port={self.port.id!r}, driver={self.port.driver_name}, "
                f"name={os.fsdecode(self.port.name)}\n"
            )
            self.at_end = True

    # ---------------------------------------------------------------- input

    def _readable(self) -> None:
        assert self.reads is not None
        try:
            data = os.read(self.reads, READ_SIZE)
        except WOULD_WAIT:
            return
        except OSError as failure:
            self._end_reading()
            self.port.fail(failure.errno or 0)
            return
        if data:
            self.port.bytes_in += len(data)
            for piece in self.framing.feed(data):
                self.port.deliver_data(piece)
        else:
            self._end_reading()
            self._ended()

    def _end_reading(self) -> None:
        assert self.reads is not None
        self.at_end = True
        self.watching.read(self.reads, None)

    def _ended(self) -> None:
        """Nothing more comes. An exit status that was asked for is told before the end, and so
        the end waits for it."""
        if self.settings.exit_status:
            if self.exit_status is None:
                return
            self.port.deliver_status(self.exit_status)
        for piece in self.framing.finish():
            self.port.deliver_data(piece)
        if self.waiting and not self.owned:
            self.port.end_when_written = True
        else:
            self.port.ended()

    def _child_ended(self) -> None:
        assert self.child is not None
        self.watching.read(self.child.ended, None)
        self.exit_status = self.child.status()
        self.child.forget()
        self.alive = False
        if self.at_end and self.settings.exit_status and self.port.is_open:
            self._ended()

    # ---------------------------------------------------------------- output

    def output(self, data: bytes) -> None:
        """Write, and queue what there is no room for. What cannot be written ends the port."""
        packet = self.settings.packet
        if packet in (1, 2) and len(data) >> 8 * packet:
            self.port.fail(errno.EINVAL)
            return
        if packet:
            data = len(data).to_bytes(packet, "big") + data
        if not data:
            return
        if self.writes is None:
            self.port.fail(errno.EBADF)
            return
        self.waiting.append(data)
        self.size += len(data)
        if len(self.waiting) == 1:
            self._write()
        if self.waiting:
            event = partial(self.port.event, self._writable)
            self._watch(self.watching.write, self.writes, event)
            if self.settings.high is not None and self.size >= self.settings.high:
                self.port.busy = True

    def queued(self) -> int:
        """How many bytes wait to be written."""
        return self.size

    def _writable(self) -> None:
        self._write()
        if not self.waiting and self.writes is not None:
            self.watching.write(self.writes, None)
        low = self.settings.low
        if self.port.busy and (not self.size or (low is not None and self.size < low)):
            self.port.not_busy()
        if not self.waiting:
            self.port.written()

    def _write(self) -> None:
        """Write what can be written without waiting."""
        assert self.writes is not None
        try:
            while self.waiting:
                data = self.waiting[0]
                done = self._write_part(self.writes, data)
                if done is None:
                    return
                self.size -= done
                if done == len(data):
                    self.waiting.popleft()
                else:
                    self.waiting[0] = data[done:]
        except WOULD_WAIT:
            return
        except OSError as failure:
            self.waiting.clear()
            self.size = 0
            self.watching.write(self.writes, None)
            self.port.fail(failure.errno or 0)

    def _write_part(self, number: int, data: bytes) -> int | None:
        """How many bytes were written; None when the time for it has not come. What belongs to
        others as well must not be made non-blocking: it only gets what it surely takes."""
        if self.owned:
            return os.write(number, data)
        out = sys.__stdout__
        if out is not None and not out.closed and number == out.fileno():
            # What the system itself has printed comes first.
            out.flush()
        if stat.S_ISREG(os.fstat(number).st_mode):
            return os.write(number, data)
        if not select.select([], [number], [], 0)[1]:
            return None
        return os.write(number, data[:PIPE_PART])

    def flush(self, seconds: float | None) -> None:
        """Write what waits, at most for so long."""
        while self.waiting and self.writes is not None:
            if not select.select([], [self.writes], [], seconds)[1]:
                return
            self._write()

    # ---------------------------------------------------------------- the rest

    def control(self, operation: int, data: bytes) -> bytes | None:
        """The size of the window, when one of the descriptors is a terminal."""
        if self.owned or operation != WINDOW_SIZE:
            return None
        for number in (self.writes, self.reads):
            if number is None:
                continue
            try:
                size = fcntl.ioctl(number, termios.TIOCGWINSZ, b"\0" * 8)
            except OSError:
                continue
            rows, columns = struct.unpack("HH", size[:4])
            return struct.pack("II", columns, rows)
        return None

    def stop(self) -> None:
        """Watch nothing any more; let go of what is owned."""
        for number in {self.reads, self.writes} - {None}:
            assert number is not None
            self.watching.read(number, None)
            self.watching.write(number, None)
            if self.owned:
                os.close(number)
        self.reads = self.writes = None
        self.waiting.clear()
        self.size = 0
