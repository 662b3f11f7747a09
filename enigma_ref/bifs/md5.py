"""MD5 (RFC 1321) with a state that can be kept in a binary between updates."""

from __future__ import annotations

import hashlib
import math
import struct
from typing import Final

_LAYOUTS: Final = {
    23: struct.Struct("<4I2I64s"),
    27: struct.Struct("<4I2I64sI"),
    29: struct.Struct("<4I2Q64s"),
}
"""Contexts, by the first release that has them: state, count of bits, and the block that is not
full; then how much of it is used. In the last one, counts of bytes that are processed and used
(measured)."""

_SINES: Final = tuple(int(abs(math.sin(step + 1)) * (1 << 32)) for step in range(64))
_SHIFTS: Final = ((7, 12, 17, 22), (5, 9, 14, 20), (4, 11, 16, 23), (6, 10, 15, 21))
_MASK: Final = 0xFFFFFFFF
_START: Final = (0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476)


class Md5:
    """A computation in progress: the state after all full blocks, and the rest of the data.

    `last_block` is the last block that was put together, with the rest written over its start:
    until 26 contexts show it (RFC 1321, MD5Update).
    """

    def __init__(self) -> None:
        self.state: tuple[int, int, int, int] = _START
        self.count = 0
        self.rest = b""
        self.last_block = bytes(64)

    @staticmethod
    def unpack(context: bytes, release: int) -> Md5 | None:
        """The computation in a context; None when it is not one of that release."""
        layout = _layout(release)
        if len(context) != layout.size:
            return None
        a, b, c, d, low, high, block = layout.unpack(context)[:7]
        md5 = Md5()
        md5.state = (a, b, c, d)
        if layout is _LAYOUTS[29]:
            late = LateMd5()
            late.state = md5.state
            late.count = low
            late.used = min(high, 64)
            late.block[:] = block
            return late
        md5.count = (high << 32 | low) >> 3
        md5.rest = block[: md5.count & 63]
        md5.last_block = block
        return md5

    def pack(self, release: int) -> bytes:
        """The context in the layout of that release."""
        layout = _layout(release)
        used = len(self.rest)
        bits = self.count << 3
        fields = (*self.state, bits & _MASK, bits >> 32 & _MASK)
        if layout is _LAYOUTS[27]:
            return layout.pack(*fields, self.rest, used)
        return layout.pack(*fields, self.last_block)

    def update(self, data: bytes) -> Md5:
        """Take more data in."""
        self.count += len(data)
        data = self.rest + data
        whole = len(data) & ~63
        for at in range(0, whole, 64):
            self.state = _compress(self.state, data[at : at + 64])
        self.rest = data[whole:]
        block = data[:64] if whole else self.last_block
        self.last_block = self.rest + block[len(self.rest) :]
        return self

    def digest(self) -> bytes:
        """The hash of all data, 16 bytes; ends the computation."""
        length = struct.pack("<Q", (self.count << 3) & (1 << 64) - 1)
        self.update(b"\x80" + bytes((55 - len(self.rest)) % 64) + length)
        return struct.pack("<4I", *self.state)


class LateMd5(Md5):
    """As release 29 computes it: a block that gets full is processed when more data comes.

    `count` is how many bytes are processed, `block` has the next ones and, behind them, what was
    there before; both show in the context (measured).
    """

    def __init__(self) -> None:
        super().__init__()
        self.block = bytearray(64)
        self.used = 0

    def pack(self, release: int) -> bytes:
        """The context."""
        count = self.count & (1 << 64) - 1
        return _LAYOUTS[29].pack(*self.state, count, self.used, bytes(self.block))

    def update(self, data: bytes) -> LateMd5:
        """Take more data in: one binary, or bytes that follow each other in lists."""
        if not data:
            return self
        if self.used:
            part = data[: 64 - self.used]
            self.block[self.used : self.used + len(part)] = part
            self.used += len(part)
            data = data[len(part) :]
            if not data:
                return self
            self.process(bytes(self.block))
        whole = len(data) & ~63
        for at in range(0, whole, 64):
            self.process(data[at : at + 64])
        self.used = len(data) - whole
        self.block[: self.used] = data[whole:]
        return self

    def process(self, block: bytes) -> None:
        """Process one full block."""
        self.state = _compress(self.state, block)
        self.count += 64
        self.used = 0

    def digest(self) -> bytes:
        """The hash of all data, 16 bytes; ends the computation."""
        rest = bytes(self.block[: self.used])
        plain = Md5()
        plain.state = self.state
        plain.count = self.count
        return plain.update(rest).digest()


def new_md5(release: int) -> Md5:
    """A computation that has seen no data."""
    return LateMd5() if _layout(release) is _LAYOUTS[29] else Md5()


def _layout(release: int) -> struct.Struct:
    return _LAYOUTS[max(since for since in _LAYOUTS if since <= release)]


def md5(data: bytes) -> bytes:
    """The MD5 of bytes, computed by the C library."""
    return hashlib.md5(data, usedforsecurity=False).digest()


def _compress(state: tuple[int, int, int, int], block: bytes) -> tuple[int, int, int, int]:
    words = struct.unpack("<16I", block)
    a, b, c, d = state
    for step in range(64):
        turn = step >> 4
        if turn == 0:
            mixed, index = (b & c) | (~b & d), step
        elif turn == 1:
            mixed, index = (d & b) | (~d & c), (5 * step + 1) & 15
        elif turn == 2:
            mixed, index = b ^ c ^ d, (3 * step + 5) & 15
        else:
            mixed, index = c ^ (b | ~d & _MASK), (7 * step) & 15
        value = (a + (mixed & _MASK) + _SINES[step] + words[index]) & _MASK
        shift = _SHIFTS[turn][step & 3]
        a, d, c = d, c, b
        b = (b + (value << shift | value >> (32 - shift))) & _MASK
    return (
        (state[0] + a) & _MASK,
        (state[1] + b) & _MASK,
        (state[2] + c) & _MASK,
        (state[3] + d) & _MASK,
    )
