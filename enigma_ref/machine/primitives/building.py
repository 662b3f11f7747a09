"""Building bitstrings: `bs_create_bin`, and the older `bs_init*`, `bs_put_*` and `bs_append`."""

from __future__ import annotations

import math
import struct
from typing import Any, Final

from enigma_ref.machine.binaries import Segment, little
from enigma_ref.machine.errors import BeamError, badarg, system_limit
from enigma_ref.machine.primitives.construction_errors import explained
from enigma_ref.machine.primitives.matching import (
    FLOAT_FORMATS,
    HALF_FLOATS_SINCE,
    MAX_CHARACTER,
    swap,
)
from enigma_ref.machine.process import Process
from enigma_ref.terms import Atom, Bitstring, Float, Term
from enigma_ref.terms.bitstrings import Buffer
from enigma_ref.terms.integers import to_float

MAX_BITS = 1 << 36

DEFAULT_ROOM: Final = 1024
"""For how many bytes a writable binary is made whose size nobody knows."""
"""Bitstrings beyond this many bits are a system_limit: more than the machine's memory."""


class Builder:
    """Where the next `bs_put_*` instruction writes: a position in bits in a buffer."""

    __slots__ = ("buffer", "position")

    def __init__(self, buffer: Buffer, position: int) -> None:
        self.buffer = buffer
        self.position = position

    def write(self, value: int, count: int) -> None:
        """Write `count` bits."""
        if not count:
            return
        position = self.position
        end = position + count
        first = position >> 3
        last = (end + 7) >> 3
        if (position | count) & 7:
            spare = -end & 7
            old = int.from_bytes(self.buffer[first:last], "big")
            mask = ((1 << count) - 1) << spare
            value = (old & ~mask) | (value << spare)
        self.buffer[first:last] = value.to_bytes(last - first, "big")
        self.position = end


# ---------------------------------------------------------------- sizes


def _size(value: Term) -> int:
    if type(value) is not int or value < 0:
        raise badarg()
    return value


def _bits(size: Term, unit: int) -> int:
    count = _size(size) * unit
    if count > MAX_BITS:
        raise system_limit()
    return count


def bs_add(a: Term, b: Term, unit: int) -> int:
    """`a + b * unit`, both sizes. Raises badarg, and system_limit for what is too large."""
    total = _size(a) + _size(b) * unit
    if total > MAX_BITS:
        raise system_limit()
    return total


def bs_utf8_size(v: Term) -> int:
    """Bytes of a character in UTF-8; 4 for what is no character, which the put refuses."""
    if type(v) is not int or v < 0:
        return 4
    return 1 if v < 0x80 else 2 if v < 0x800 else 3 if v < 0x10000 else 4


def bs_utf16_size(v: Term) -> int:
    """Bytes of a character in UTF-16."""
    return 4 if type(v) is int and v >= 0x10000 else 2


# ---------------------------------------------------------------- values to bits


def integer_bits(v: Term, count: int, is_little: bool) -> int:
    """The lowest `count` bits of an integer in the order in which they are written."""
    if type(v) is not int:
        raise badarg()
    value = v & ((1 << count) - 1)
    return swap_back(value, count) if is_little else value


def swap_back(value: int, count: int) -> int:
    """The inverse of `matching.swap`."""
    if not count & 7:
        return swap(value, count)
    rest = count & 7
    whole = count - rest
    low = value & ((1 << whole) - 1)
    high = value >> whole
    return int.from_bytes(low.to_bytes(whole >> 3, "big"), "little") << rest | high


def float_bits(p: Process, v: Term, count: int, is_little: bool) -> int:
    """A number as the bits of a float. Raises badarg for sizes and values that do not fit."""
    if count not in FLOAT_FORMATS or (count == 16 and p.vm.release < HALF_FLOATS_SINCE):
        if count == 0 and type(v) in (int, Float):
            return 0
        raise badarg()
    if type(v) is not int and type(v) is not Float:
        raise badarg()
    try:
        number = to_float(v) if type(v) is int else v
    except OverflowError:
        raise badarg() from None
    form = ("<" if is_little else ">") + FLOAT_FORMATS[count]
    try:
        raw = struct.pack(form, number)
    except OverflowError:
        # What is too large for the format becomes an infinity (measured on 25).
        raw = struct.pack(form, math.copysign(math.inf, number))
    return int.from_bytes(raw, "big")


def _character(v: Term) -> int:
    if type(v) is not int or not 0 <= v <= MAX_CHARACTER or 0xD800 <= v <= 0xDFFF:
        raise badarg()
    return v


def utf8_bytes(v: Term) -> bytes:
    """A character in UTF-8."""
    return chr(_character(v)).encode("utf-8")


def utf16_bytes(v: Term, is_little: bool) -> bytes:
    """A character in UTF-16."""
    return chr(_character(v)).encode("utf-16-le" if is_little else "utf-16-be")


def utf32_bytes(v: Term, is_little: bool) -> bytes:
    """A character in UTF-32."""
    return _character(v).to_bytes(4, "little" if is_little else "big")


def _part(v: Term, size: Term, unit: int, whole: bool) -> Bitstring:
    """The bits of a binary segment: all of `v`, or the first ones."""
    if type(v) is not Bitstring:
        raise badarg()
    if whole:
        if v.size % unit:
            raise badarg()
        return v
    count = _bits(size, unit)
    if count > v.size:
        raise badarg()
    return Bitstring(v.data, v.offset, count)


# ---------------------------------------------------------------- bs_create_bin


def bs_create(p: Process, plan: tuple[Segment, ...], values: tuple[Term, ...]) -> Bitstring:
    """The bitstring of all segments; `values` holds source and size of each in turn."""
    try:
        return _create(p, plan, values)
    except BeamError as failed:
        raise explained(p.vm.release, plan, values, failed) from None


def _create(p: Process, plan: tuple[Segment, ...], values: tuple[Term, ...]) -> Bitstring:
    base: Bitstring | None = None
    private = False
    done: list[bytes] = []
    pending = 0
    pending_bits = 0
    total = 0
    position = 0
    for type_, unit, is_little, string, whole, _ in plan:
        source = values[position]
        size = values[position + 1]
        position += 2
        raw: bytes | None = None
        value = 0
        if type_ == "integer":
            count = _bits(size, unit)
            value = integer_bits(source, count, is_little)
        elif type_ == "binary":
            part = _part(source, size, unit, whole)
            count = part.size
            if count & 7 or pending_bits:
                value = part.bits_to_int(0, count)
            else:
                raw = part.to_bytes()
        elif type_ == "string":
            raw = string
            count = len(string) << 3
        elif type_ == "append" or type_ == "private_append":
            base = _part(source, size, unit, whole)
            private = type_ == "private_append"
            total += base.size
            continue
        elif type_ == "float":
            count = _bits(size, unit)
            if not count:
                # The older instructions take a float of no bits.
                raise badarg()
            value = float_bits(p, source, count, is_little)
        else:
            raw = _utf(type_, source, is_little)
            count = len(raw) << 3
        total += count
        if total > MAX_BITS:
            raise system_limit()
        if raw is not None:
            if not pending_bits:
                done.append(raw)
                continue
            value = int.from_bytes(raw, "big")
        pending = pending << count | value
        pending_bits += count
        if not pending_bits & 7:
            done.append(pending.to_bytes(pending_bits >> 3, "big"))
            pending = pending_bits = 0
    built = sum(map(len, done)) * 8 + pending_bits
    if pending_bits:
        spare = -pending_bits & 7
        done.append((pending << spare).to_bytes((pending_bits + spare) >> 3, "big"))
    made = Bitstring(b"".join(done), 0, built)
    if base is None:
        return made
    longer = base.append_bits(made)
    if private and type(base.data) is Buffer and longer.data is base.data:
        # Nobody else can see the binary: it grows in place, and 29's code relies on that.
        base.size = longer.size
        return base
    return longer


def _utf(type_: str, source: Term, is_little: bool) -> bytes:
    if type_ == "utf8":
        return utf8_bytes(source)
    if type_ == "utf16":
        return utf16_bytes(source, is_little)
    if type_ == "utf32":
        return utf32_bytes(source, is_little)
    raise ValueError(f"bs_create_bin has the unknown segment type {type_}")


# ---------------------------------------------------------------- the older instructions


def _begin(p: Process, bits: int) -> Bitstring:
    buffer = Buffer.to_grow(bytes((bits + 7) >> 3), bits, -1)
    p.builder = Builder(buffer, 0)
    return Bitstring(buffer, 0, bits)


def bs_init_bytes(p: Process, n: Term) -> Bitstring:
    """A binary of `n` bytes to fill."""
    return _begin(p, _bits(n, 8))


def bs_init_bits(p: Process, n: Term) -> Bitstring:
    """A bitstring of `n` bits to fill."""
    return _begin(p, _bits(n, 1))


def bs_append(p: Process, b: Term, size: Term, unit: int) -> Bitstring:
    """`b` continued by `size` bits to fill."""
    if type(b) is not Bitstring or b.size % unit:
        raise badarg()
    count = _bits(size, 1)
    room = Bitstring(bytes((count + 7) >> 3), 0, count)
    longer = b.append_bits(room)
    assert isinstance(longer.data, Buffer)
    p.builder = Builder(longer.data, longer.offset + b.size)
    return longer


def bs_init_writable(n: Term) -> Bitstring:
    """An empty binary with a buffer of its own, to append to: `n` bytes when that is a size."""
    room = n if type(n) is int and n >= 0 else DEFAULT_ROOM
    return Bitstring(Buffer.to_grow(b"", 0, room), 0, 0)


def bs_put_integer(p: Process, size: Term, unit: int, flags: int, v: Term) -> None:
    """Write an integer."""
    count = _bits(size, unit)
    _builder(p).write(integer_bits(v, count, little(flags)), count)


def bs_put_float(p: Process, size: Term, unit: int, flags: int, v: Term) -> None:
    """Write a float; here, unlike in bs_create_bin, one of no bits is no float."""
    count = _bits(size, unit)
    if count == 0:
        raise badarg()
    _builder(p).write(float_bits(p, v, count, little(flags)), count)


def bs_put_binary(p: Process, size: Term, unit: int, flags: int, v: Term) -> None:
    """Write a bitstring."""
    part = _part(v, size, unit, type(size) is Atom)
    _builder(p).write(part.bits_to_int(0, part.size), part.size)


def bs_put_string(p: Process, s: bytes, n: int) -> None:
    """Write bytes of the string chunk."""
    _builder(p).write(int.from_bytes(s[:n], "big"), n << 3)


def _put_bytes(p: Process, raw: bytes) -> None:
    _builder(p).write(int.from_bytes(raw, "big"), len(raw) << 3)


def bs_put_utf8(p: Process, v: Term) -> None:
    """Write a character in UTF-8."""
    _put_bytes(p, utf8_bytes(v))


def bs_put_utf16(p: Process, flags: int, v: Term) -> None:
    """Write a character in UTF-16."""
    _put_bytes(p, utf16_bytes(v, little(flags)))


def bs_put_utf32(p: Process, flags: int, v: Term) -> None:
    """Write a character in UTF-32."""
    _put_bytes(p, utf32_bytes(v, little(flags)))


def _builder(p: Process) -> Builder:
    builder: Any = p.builder
    assert type(builder) is Builder, "bs_put without bs_init"
    return builder
