"""Integers of any size as digits in any base, in less than quadratic time."""

from __future__ import annotations

from typing import Final

from enigma_ref.terms.scalar_text import int_text

DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

CHUNK: Final = 512
"""How many digits at a time are as good as one: below CPython's own limit on digits."""


def to_digits(value: int, base: int) -> str:
    """`value` in a base from 2 to 36, upper case."""
    if base == 10:
        return int_text(value)
    if base == 16:
        return f"{value:X}"
    if base == 8:
        return f"{value:o}"
    if base == 2:
        return f"{value:b}"
    sign = "-" if value < 0 else ""
    powers = [base**CHUNK]
    value = abs(value)
    while powers[-1] <= value:
        powers.append(powers[-1] ** 2)
    parts = [value]
    for power in reversed(powers):
        parts = [half for part in parts for half in divmod(part, power)]
    text = "".join(_chunk(part, base) for part in parts).lstrip("0")
    return sign + (text or "0")


def _chunk(value: int, base: int) -> str:
    digits = []
    while value:
        value, digit = divmod(value, base)
        digits.append(DIGITS[digit])
    return "".join(reversed(digits)).zfill(CHUNK)


def from_digits(text: str, base: int) -> int:
    """The integer that a non-empty text of digits of `base`, and nothing else, stands for."""
    size = len(text)
    if size <= CHUNK or base in (2, 4, 8, 16, 32):
        return int(text, base)
    first = size % CHUNK
    parts = [int(text[:first], base)] if first else []
    parts += [int(text[at : at + CHUNK], base) for at in range(first, size, CHUNK)]
    power = base**CHUNK
    while len(parts) > 1:
        if len(parts) & 1:
            parts.insert(0, 0)
        parts = [high * power + low for high, low in zip(parts[::2], parts[1::2], strict=True)]
        power *= power
    return parts[0]


def digits_only(base: int) -> str:
    """The characters that are digits of a base, both cases of letters."""
    return DIGITS[:base] + DIGITS[10:base].lower()
