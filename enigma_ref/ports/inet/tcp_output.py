"""What a stream has to send, and what a file adds to it."""

from __future__ import annotations

import os
import socket
from collections import deque
from dataclasses import dataclass
from typing import Final

from enigma_ref.ports.inet.codes import Packet

PREFIX: Final = {Packet.ONE: 1, Packet.TWO: 2, Packet.FOUR: 4}
"""Bytes of the length that is written before a packet."""

CHUNK: Final = (1 << 30) - 1
"""Most bytes of a file that are sent at once."""


def framed(packet: int, data: bytes) -> bytes:
    """A packet with its length before it, if its type has one; one that does not fit is cut."""
    if packet not in PREFIX:
        return data
    size = PREFIX[Packet(packet)]
    return (len(data) % (1 << 8 * size)).to_bytes(size, "big") + data


class Outgoing:
    """Bytes that wait, in order."""

    def __init__(self) -> None:
        self.parts: deque[memoryview] = deque()
        self.size = 0

    def add(self, data: bytes | memoryview) -> None:
        """More bytes."""
        if len(data):
            self.parts.append(memoryview(data))
            self.size += len(data)

    def clear(self) -> None:
        """Forget everything."""
        self.parts.clear()
        self.size = 0

    def send(self, sock: socket.socket, most: int | None = None) -> int:
        """Send what can be sent at once, at most so much; how much that was. Raises OSError."""
        part = self.parts[0]
        count = sock.send(part if most is None else part[:most])
        if count == len(part):
            self.parts.popleft()
        else:
            self.parts[0] = part[count:]
        self.size -= count
        return count


@dataclass
class SendFile:
    """A file that is being sent. The first `before` bytes that wait come before it; what is added
    later comes behind it."""

    descriptor: int
    offset: int
    left: int
    before: int
    sent: int = 0

    def send(self, sock: socket.socket) -> None:
        """Send what can be sent without waiting. Raises OSError."""
        while self.left:
            most = min(self.left, CHUNK)
            count = os.sendfile(sock.fileno(), self.descriptor, self.offset, most)
            if not count:
                self.left = 0
            self.sent += count
            self.offset += count
            self.left = max(0, self.left - count)

    def close(self) -> None:
        """Let the file go."""
        os.close(self.descriptor)
