"""Constant binaries: the segments of `<<...>>` to bits (Reference Manual, bit syntax)."""

from __future__ import annotations

import math
import struct
import sys
from typing import Any, Final

from enigma_ref.terms.bitstrings import Bitstring
from enigma_ref.terms.floats import Float

MAX_BITS: Final = 1 << 30
"""The largest segment that a constant may have (a limit of this reader, not of Erlang)."""

_TYPES: Final = {
    "integer": "integer", "float": "float", "binary": "binary", "bytes": "binary",
    "bitstring": "binary", "bits": "binary", "utf8": "utf8", "utf16": "utf16",
    "utf32": "utf32",
}  # fmt: skip
_SIGNS: Final = frozenset(("signed", "unsigned"))
_ENDIANS: Final = frozenset(("big", "little", "native"))
_FLOATS: Final = {16: "e", 32: "f", 64: "d"}


class Specifier:
    """What stands behind the `/` of a segment; None for what is not said."""

    __slots__ = ("endian", "sign", "type", "unit")

    def __init__(self) -> None:
        self.type: str | None = None
        self.sign: str | None = None
        self.endian: str | None = None
        self.unit: int | None = None

    def add(self, name: str, value: int | None = None) -> None:
        """Take one more name, as `little`, or `unit` with its value. Raises ValueError."""
        if name == "unit":
            if value is None or not 1 <= value <= 256:
                raise ValueError("a unit must be between 1 and 256")
            self._set("unit", value)
        elif value is not None:
            raise ValueError(f"{name} takes no number")
        elif name in _TYPES:
            self._set("type", _TYPES[name])
            if name in ("bits", "bitstring"):
                self._set("unit", 1)
        elif name in _SIGNS:
            self._set("sign", name)
        elif name in _ENDIANS:
            self._set("endian", name)
        else:
            raise ValueError(f"{name} is no segment type")

    def _set(self, slot: str, value: str | int) -> None:
        if getattr(self, slot) not in (None, value):
            raise ValueError(f"two different {slot}s in a segment")
        setattr(self, slot, value)


def segment(value: Any, size: Any, spec: Specifier, release: int = 25) -> Bitstring:
    """The bits of one segment; `size` is None when it is not given.

    Raises ValueError when Erlang refuses to construct it.
    """
    kind = spec.type or "integer"
    endian = spec.endian or "big"
    little = endian == "little" or (endian == "native" and sys.byteorder == "little")
    if kind == "binary":
        return _part(value, size, spec.unit or 8)
    if kind.startswith("utf"):
        if size is not None or spec.unit is not None:
            raise ValueError(f"a segment of type {kind} has no size and no unit")
        return _character(value, kind, little)
    if size is None:
        if spec.unit is not None:
            raise ValueError("a segment with a unit needs a size")
        size = 64 if kind == "float" else 8
    if type(size) is not int or size < 0:
        raise ValueError("the size of a segment must be a natural number")
    bits = size * (spec.unit or 1)
    if bits > MAX_BITS:
        raise ValueError(f"a segment of {bits} bits is too large")
    if kind == "float":
        return _float(value, bits, little, release)
    if type(value) is not int:
        raise ValueError("an integer is expected in this segment")
    if not little:
        return Bitstring.from_int(value, bits)
    whole, spare = divmod(bits, 8)
    value &= (1 << bits) - 1
    low = Bitstring.of((value & ((1 << (8 * whole)) - 1)).to_bytes(whole, "little"))
    return low.append_bits(Bitstring.from_int(value >> (8 * whole), spare)) if spare else low


def _part(value: Any, size: Any, unit: int) -> Bitstring:
    if type(value) is not Bitstring:
        raise ValueError("a binary is expected in this segment")
    if size is None:
        if value.size % unit:
            raise ValueError(f"{value.size} bits are no multiple of {unit}")
        return value
    if type(size) is not int or size < 0 or size * unit > value.size:
        raise ValueError("the binary in this segment is too short")
    return value.slice(0, size * unit)


def _character(value: Any, kind: str, little: bool) -> Bitstring:
    if type(value) is not int or not 0 <= value < 0x110000 or 0xD800 <= value < 0xE000:
        raise ValueError(f"a segment of type {kind} needs a character")
    order = "le" if little else "be"
    codec = kind if kind == "utf8" else f"utf-{kind[3:]}-{order}"
    return Bitstring.of(chr(value).encode(codec))


def _float(value: Any, bits: int, little: bool, release: int) -> Bitstring:
    if type(value) is not int and type(value) is not Float:
        raise ValueError("a number is expected in this segment")
    if bits not in _FLOATS or (bits == 16 and release < 24):
        raise ValueError(f"a float cannot have {bits} bits")
    layout = ("<" if little else ">") + _FLOATS[bits]
    try:
        number = float(value)
    except OverflowError:
        raise ValueError("the number in this segment is too large for a float") from None
    try:
        return Bitstring.of(struct.pack(layout, number))
    except OverflowError:
        # Too large for this many bits: Erlang writes the infinity that it cannot read back.
        return Bitstring.of(struct.pack(layout, math.copysign(math.inf, number)))
