"""Matching bitstrings, bit by bit (`bs_get_*`, `bs_match` and their kin).

Every function that can fail to match returns None (or False) and leaves the position alone.
"""

from __future__ import annotations

import math
import struct
from typing import Any

from enigma_ref.machine.binaries import LITTLE, NATIVE, SIGNED, Command, MatchContext, little
from enigma_ref.machine.process import Process
from enigma_ref.terms import Bitstring, Float, Term
from enigma_ref.terms.integers import too_large

FLOAT_FORMATS = {16: "e", 32: "f", 64: "d"}
HALF_FLOATS_SINCE = 24
MAX_CHARACTER = 0x10FFFF

UNUSUAL = LITTLE | NATIVE | SIGNED
"""Flags of integers other than unsigned big-endian ones."""


def bs_start_match(b: Term) -> MatchContext | None:
    """A context for a bitstring; a context itself."""
    if type(b) is Bitstring:
        return MatchContext(b)
    return b if type(b) is MatchContext else None


def bs_start_match2(b: Term) -> MatchContext | None:
    """As `bs_start_match`; a context starts where it is now."""
    if type(b) is Bitstring:
        return MatchContext(b)
    if type(b) is not MatchContext:
        return None
    b.start = b.position
    return b


def _bits(m: MatchContext, size: Term, unit: int) -> int | None:
    """How many bits a segment has; None when that is no size or more than there are."""
    if type(size) is not int or size < 0:
        return None
    count = size * unit
    return count if count <= m.end - m.position else None


def _unsigned(data: Any, position: int, count: int) -> int:
    end = position + count
    value = int.from_bytes(data[position >> 3 : (end + 7) >> 3], "big")
    return (value >> (-end & 7)) & ((1 << count) - 1)


def _integer(data: Any, position: int, count: int, is_little: bool, is_signed: bool) -> int:
    if not (position | count) & 7:
        return int.from_bytes(
            data[position >> 3 : (position + count) >> 3],
            "little" if is_little else "big",
            signed=is_signed,
        )
    value = _unsigned(data, position, count)
    if is_little:
        value = swap(value, count)
    if is_signed and count and value >> (count - 1):
        value -= 1 << count
    return value


def swap(value: int, count: int) -> int:
    """`count` bits between big-endian and little-endian order: bytes are reversed, and what is
    left over after whole bytes are the most significant bits of the little-endian number."""
    rest = count & 7
    whole = count - rest
    high = value & ((1 << rest) - 1)
    low = int.from_bytes((value >> rest).to_bytes(whole >> 3, "big"), "little")
    return high << whole | low


_LONG = 1 << 16
"""Shorter segments hold no integer that is large enough to look at its size."""


def bs_get_integer(m: MatchContext, size: Term, unit: int, flags: int) -> int | None:
    """The next integer."""
    count = _bits(m, size, unit)
    if count is None:
        return None
    data = m.data
    position = m.position
    if count > _LONG:
        value = _integer(data, position, count, little(flags), bool(flags & SIGNED))
        if too_large(value.bit_length()):
            return None
        m.position += count
        return value
    m.position = end = position + count
    if flags & UNUSUAL or (position | count) & 7:
        return _integer(data, position, count, little(flags), bool(flags & SIGNED))
    if count == 8:
        byte: int = data[position >> 3]
        return byte
    return int.from_bytes(data[position >> 3 : end >> 3], "big")


def bs_get_float(p: Process, m: MatchContext, size: Term, unit: int, flags: int) -> Float | None:
    """The next float, if finite. Floats of 16 bits came with OTP 24."""
    count = _bits(m, size, unit)
    if count == 0:
        return Float(0.0)
    if count not in FLOAT_FORMATS or (count == 16 and p.vm.release < HALF_FLOATS_SINCE):
        return None
    raw = _integer(m.data, m.position, count, little(flags), False).to_bytes(count >> 3, "big")
    value = struct.unpack(">" + FLOAT_FORMATS[count], raw)[0]
    if not math.isfinite(value):
        return None
    m.position += count
    return Float(value)


def _take(m: MatchContext, count: int) -> Bitstring:
    bits = Bitstring(m.data, m.position, count)
    m.position += count
    return bits


def bs_get_binary(m: MatchContext, size: Term, unit: int) -> Bitstring | None:
    """The next bitstring; all that is left, if a multiple of unit, for a size of `all`."""
    if type(size) is int:
        count = _bits(m, size, unit)
    else:
        count = _rest(m, size, unit)
    return None if count is None else _take(m, count)


def _rest(m: MatchContext, size: Term, unit: int) -> int | None:
    rest = m.end - m.position
    if getattr(size, "name", None) != "all" or rest % unit:
        return None
    return rest


def bs_skip_bits(m: MatchContext, size: Term, unit: int) -> bool:
    """Move over a segment."""
    count = _bits(m, size, unit) if type(size) is int else _rest(m, size, unit)
    if count is None:
        return False
    m.position += count
    return True


def bs_match_string(m: MatchContext, s: bytes, bits: int) -> bool:
    """Whether the next bits are those of `s`; moves over them."""
    if m.end - m.position < bits:
        return False
    if _unsigned(m.data, m.position, bits) != _unsigned(s, 0, bits):
        return False
    m.position += bits
    return True


def _is_character(value: int) -> bool:
    return 0 <= value <= MAX_CHARACTER and not 0xD800 <= value <= 0xDFFF


def bs_get_utf8(m: MatchContext) -> int | None:
    """The next character in UTF-8 (Unicode, table 3-7: no surrogates, no overlong forms)."""
    left = m.end - m.position
    if left < 8:
        return None
    first = _unsigned(m.data, m.position, 8)
    if first < 0x80:
        m.position += 8
        return first
    if first < 0xC2 or first > 0xF4:
        return None
    count = 2 if first < 0xE0 else 3 if first < 0xF0 else 4
    if left < count * 8:
        return None
    raw = _unsigned(m.data, m.position, count * 8).to_bytes(count, "big")
    try:
        character = ord(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return None
    m.position += count * 8
    return character


def bs_get_utf16(m: MatchContext, flags: int) -> int | None:
    """The next character in UTF-16."""
    left = m.end - m.position
    if left < 16:
        return None
    is_little = little(flags)
    first = _integer(m.data, m.position, 16, is_little, False)
    if not 0xD800 <= first <= 0xDFFF:
        m.position += 16
        return first
    if first > 0xDBFF or left < 32:
        return None
    second = _integer(m.data, m.position + 16, 16, is_little, False)
    if not 0xDC00 <= second <= 0xDFFF:
        return None
    m.position += 32
    return 0x10000 + ((first & 0x3FF) << 10 | (second & 0x3FF))


def bs_get_utf32(m: MatchContext, flags: int) -> int | None:
    """The next character in UTF-32."""
    if m.end - m.position < 32:
        return None
    value = _integer(m.data, m.position, 32, little(flags), False)
    if not _is_character(value):
        return None
    m.position += 32
    return value


def bs_get_tail(m: MatchContext) -> Bitstring:
    """All that is left."""
    return Bitstring(m.data, m.position, m.end - m.position)


def bs_set_position(m: MatchContext, pos: int) -> None:
    """Go to a position."""
    m.position = pos


def bs_save(m: MatchContext, slot: Term) -> None:
    """Save the position in a slot; the slot `start` is where the match began."""
    if type(slot) is int:
        if m.saved is None:
            m.saved = {}
        m.saved[slot] = m.position
    else:
        m.start = m.position


def bs_restore(m: MatchContext, slot: Term) -> None:
    """Go back to a saved position."""
    if type(slot) is int:
        assert m.saved is not None
        m.position = m.saved[slot]
    else:
        m.position = m.start


def bs_context_to_binary(m: Term) -> Term:
    """What was there when the match began; other terms themselves."""
    if type(m) is not MatchContext:
        return m
    return Bitstring(m.data, m.start, m.end - m.start)


def bs_match(m: MatchContext, commands: tuple[Command, ...]) -> tuple[Term, ...] | None:
    """Run commands; the extracted values, or None when one does not hold."""
    values: list[Term] = []
    for type_, size, unit, is_little, is_signed, value in commands:
        left = m.end - m.position
        if type_ == "integer":
            number = _integer(m.data, m.position, size, is_little, is_signed)
            if size > _LONG and too_large(number.bit_length()):
                return None
            values.append(number)
            m.position += size
        elif type_ == "ensure_at_least":
            if left < size or (left - size) % unit:
                return None
        elif type_ == "ensure_exactly":
            if left != size:
                return None
        elif type_ == "=:=":
            if _unsigned(m.data, m.position, size) != value:
                return None
            m.position += size
        elif type_ == "binary":
            values.append(_take(m, size))
        elif type_ == "skip":
            m.position += size
        else:
            values.append(bs_get_tail(m))
    return tuple(values)
