"""Binaries and bitstrings: windows on shared bytes, cheap to slice and to append to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

_SMALL: Final = 4096
"""Bytes up to which copying a slice is cheaper than making a view of it."""

_DOUBLED: Final = 1 << 24
_LEAST_ROOM: Final = 256
"""How OTP sizes what is appended to (GROW_PROC_BIN_SIZE and erts_bs_append in erl_bits.c)."""


class Buffer(bytearray):
    """Bytes that grow at the end while bitstrings look at them.

    `used` is how many bits from the start belong to some bitstring; only the bitstring that
    ends exactly there may grow in place. `room` is for how many bytes OTP would have made it (-1
    for one that was not made to grow): what the emulator tells about itself, and no limit.
    """

    __slots__ = ("room", "used")

    used: int
    room: int

    @staticmethod
    def to_grow(content: bytes, bits: int, room: int) -> Buffer:
        """One that begins with these bits and is appended to."""
        buffer = Buffer(content)
        buffer.used = bits
        buffer.room = room
        return buffer


class Bitstring:
    """A sequence of `size` bits: those of `data` from bit `offset` on, high bits first.

    Immutable in meaning: `data` may grow, and bits outside of the window may change. Equality
    and hash are by content. A small slice keeps all of its data alive, as in OTP.
    """

    __slots__ = ("data", "offset", "size")

    EMPTY: ClassVar[Bitstring]

    def __init__(self, data: bytes | Buffer, offset: int, size: int) -> None:
        self.data = data
        self.offset = offset
        self.size = size

    @staticmethod
    def of(data: bytes | bytearray | memoryview) -> Bitstring:
        """The binary of these bytes; anything but `bytes` is copied."""
        if type(data) is not bytes:
            data = bytes(data)
        return Bitstring(data, 0, len(data) * 8)

    @staticmethod
    def from_int(value: int, size: int) -> Bitstring:
        """The low `size` bits of `value`, two's complement, most significant bit first."""
        padding = -size % 8
        value = (value & ((1 << size) - 1)) << padding
        return Bitstring(value.to_bytes((size + padding) // 8, "big"), 0, size)

    @staticmethod
    def join(parts: Iterable[Bitstring]) -> Bitstring:
        """The bits of all `parts`, one after the other."""
        result = Bitstring(Buffer.to_grow(b"", 0, -1), 0, 0)
        for part in parts:
            result = result.append_bits(part)
        return result.compact()

    @property
    def is_binary(self) -> bool:
        """Whether the size is a whole number of bytes."""
        return not self.size & 7

    @property
    def is_part(self) -> bool:
        """Whether its data holds more than it."""
        data = self.data
        if type(data) is Buffer:
            return self.offset != 0 or self.size < data.used
        return self.offset != 0 or self.size + 7 >> 3 < len(data)

    @property
    def byte_size(self) -> int:
        """The size in bytes, rounded up (`erlang:byte_size/1`)."""
        return (self.size + 7) >> 3

    def to_bytes(self) -> bytes:
        """The content; the last byte is padded with 0 bits."""
        offset = self.offset
        size = self.size
        data = self.data
        if offset & 7:
            return self._shifted()
        first = offset >> 3
        last = (offset + size + 7) >> 3
        if type(data) is bytes and first == 0 and last == len(data):
            content = data
        else:
            content = bytes(data[first:last])
        spare = -size & 7
        if spare and content[-1] & ((1 << spare) - 1):
            return content[:-1] + bytes((content[-1] >> spare << spare,))
        return content

    def _shifted(self) -> bytes:
        size = self.size
        spare = -size & 7
        return (self.bits_to_int(0, size) << spare).to_bytes((size + spare) >> 3, "big")

    def bits_to_int(self, offset: int, size: int) -> int:
        """The unsigned integer in `size` bits from bit `offset` on; both must lie inside."""
        start = self.offset + offset
        end = start + size
        value = int.from_bytes(self.data[start >> 3 : (end + 7) >> 3], "big")
        return (value >> (-end & 7)) & ((1 << size) - 1)

    def slice(self, offset: int, size: int) -> Bitstring:
        """`size` bits from bit `offset` on, sharing the data.

        Raises ValueError when they do not lie inside.
        """
        if offset < 0 or size < 0 or offset + size > self.size:
            raise ValueError(f"bits {offset}+{size} of a bitstring of {self.size}")
        return Bitstring(self.data, self.offset + offset, size)

    def view(self) -> memoryview:
        """The content's bytes without copying where possible; last byte as `to_bytes` pads it.

        Release it soon: a buffer does not grow while somebody looks at it (appending copies).
        """
        if self.offset & 7 or self.size & 7:
            return memoryview(self.to_bytes())
        first = self.offset >> 3
        return memoryview(self.data)[first : first + (self.size >> 3)]

    def compact(self) -> Bitstring:
        """The same bits in bytes of their own (`binary:copy/1`)."""
        return Bitstring(self.to_bytes(), 0, self.size)

    def append_bits(self, other: Bitstring) -> Bitstring:
        """These bits and then those of `other`: amortised in the size of `other` in a loop.

        The bitstring that ends where its buffer ends grows in place, as OTP's `bs_append` does;
        any other one is copied first, with room to grow.
        """
        count = other.size
        data = self.data
        offset = self.offset
        end = offset + self.size
        if type(data) is not Buffer or data.used != end:
            data, end, offset = _own_buffer(self, count)
        try:
            _extend(data, end, other)
        except BufferError:
            # Somebody holds a view on the buffer, so that it cannot move.
            data, end, offset = _own_buffer(self, count)
            _extend(data, end, other)
        data.used = end + count
        return Bitstring(data, offset, self.size + count)

    def order_key(self) -> tuple[bytes, int]:
        """Compares as OTP orders bitstrings: bit by bit, a prefix first."""
        return self.to_bytes(), self.size

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(other) is not Bitstring or self.size != other.size:
            return False
        size = self.size
        if (self.offset | other.offset | size) & 7:
            return self.to_bytes() == other.to_bytes()
        count = size >> 3
        mine = self.offset >> 3
        others = other.offset >> 3
        if count <= _SMALL:
            return self.data[mine : mine + count] == other.data[others : others + count]
        with memoryview(other.data) as whole, whole[others : others + count] as view:
            return self.data.startswith(view, mine, mine + count)

    def __hash__(self) -> int:
        size = self.size
        data = self.data
        if type(data) is bytes and size == len(data) << 3:
            return hash(data)
        if size & 7:
            return hash((self.to_bytes(), size))
        return hash(self.to_bytes())

    def __repr__(self) -> str:
        if self.size & 7:
            return f"Bitstring({self.to_bytes()!r}:{self.size})"
        return f"Bitstring({self.to_bytes()!r})"


Bitstring.EMPTY = Bitstring(b"", 0, 0)


def grown_room(size: int) -> int:
    """For how many bytes OTP makes a binary that no longer holds its `size` bytes."""
    return 2 * size if size <= _DOUBLED else size + size // 5


def _own_buffer(bits: Bitstring, count: int) -> tuple[Buffer, int, int]:
    room = max(_LEAST_ROOM, grown_room((bits.size + count + 7) >> 3))
    return Buffer.to_grow(bits.to_bytes(), bits.size, room), bits.size, 0


def _extend(data: Buffer, end: int, other: Bitstring) -> None:
    """Put the bits of `other` behind the first `end` bits of `data`, the last ones in use."""
    spare = end & 7
    if not spare:
        if other.offset & 7:
            data += other.to_bytes()
        else:
            first = other.offset >> 3
            data += other.data[first : first + ((other.size + 7) >> 3)]
        return
    count = other.size
    padding = -(spare + count) & 7
    value = ((data[-1] >> (8 - spare)) << count | other.bits_to_int(0, count)) << padding
    data[-1:] = value.to_bytes((spare + count + padding) >> 3, "big")
