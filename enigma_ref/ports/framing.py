"""How bytes that a port reads become messages: as they come, as packets, or line by line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from enigma_ref.ports.settings import Settings


class Piece(NamedTuple):
    """Bytes of one message; `eol` tells for lines whether their end was seen."""

    data: bytes
    eol: bool | None = None


class Framing(Protocol):
    """Finds pieces in bytes that come bit by bit."""

    def feed(self, data: bytes) -> Iterator[Piece]:
        """The pieces that more bytes complete."""
        ...

    def finish(self) -> Iterator[Piece]:
        """What is left when nothing more comes."""
        ...


def framing_of(settings: Settings) -> Framing:
    """How the settings of a port want it."""
    if settings.packet:
        return Packets(settings.packet)
    return Lines(settings.line) if settings.line else Stream()


class Stream:
    """Bytes as they come."""

    def feed(self, data: bytes) -> Iterator[Piece]:
        """All of them."""
        yield Piece(data)

    def finish(self) -> Iterator[Piece]:
        """Nothing is ever left."""
        return iter(())


class Packets:
    """Packets after their length, a big-endian number of `header` bytes. One that never gets
    whole is lost."""

    def __init__(self, header: int) -> None:
        self.header = header
        self.pending = bytearray()

    def feed(self, data: bytes) -> Iterator[Piece]:
        """The packets that are whole now, without their lengths."""
        self.pending += data
        start = 0
        while len(self.pending) - start >= self.header:
            begin = start + self.header
            end = begin + int.from_bytes(self.pending[start:begin], "big")
            if end > len(self.pending):
                break
            yield Piece(bytes(self.pending[begin:end]))
            start = end
        if start:
            del self.pending[:start]

    def finish(self) -> Iterator[Piece]:
        """Nothing."""
        return iter(())


class Lines:
    """Lines without their ends, a line feed with or without a carriage return before it. What is
    longer than `limit` comes in parts of that length; only the last one has an end (`read_linebuf`
    in OTP's runtime)."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.pending = bytearray()

    def feed(self, data: bytes) -> Iterator[Piece]:
        """The lines that end now, and the parts of one that is too long."""
        *ended, rest = data.split(b"\n")
        for line in ended:
            self.pending += line
            if self.pending.endswith(b"\r"):
                del self.pending[-1]
            yield from self._parts(len(self.pending) - 1)
            yield Piece(bytes(self.pending), True)
            self.pending.clear()
        self.pending += rest
        # A carriage return at the end may belong to the end of the line.
        known = len(self.pending) - self.pending.endswith(b"\r")
        yield from self._parts(known - 1)

    def _parts(self, last: int) -> Iterator[Piece]:
        """Parts of full length that something is known to follow, up to the byte at `last`."""
        start = 0
        while last - start >= self.limit:
            yield Piece(bytes(self.pending[start : start + self.limit]), False)
            start += self.limit
        if start:
            del self.pending[:start]

    def finish(self) -> Iterator[Piece]:
        """The line that has no end."""
        while self.pending:
            yield Piece(bytes(self.pending[: self.limit]), False)
            del self.pending[: self.limit]
