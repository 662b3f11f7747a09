"""Floats as text: the shortest decimal digits that read back as the same float."""

from __future__ import annotations

from typing import Final

_EXACT_INTEGERS: Final = float(1 << 53)
"""From here on not every integer is a float, and OTP 25 and later never write it as one."""


def _exact_digits(value: float) -> tuple[int, ...]:
    """All decimal digits of a float."""
    from decimal import Decimal  # takes a while, and few releases ask

    return Decimal(float(value)).as_tuple().digits


def shortest(value: float, release: int = 25) -> str:
    """`value` as `~w`, `~p` and `float_to_list(F, [short])` print it.

    Of `12.0` and `1.2e1` the shorter one is taken, the plain one when they are as long. From
    OTP 25 on, floats of 2^53 and more always have an exponent; before that `-0.0` lost its
    sign, and of two candidates that are as near the larger one was taken, not the even one
    (OTP 25 release notes, `float_to_list/2`; all measured).
    """
    sign = ""
    text = float.__repr__(value)
    if text[0] == "-":
        sign = "-"
        text = text[1:]
    if not value:
        return "0.0" if release < 25 else f"{sign}0.0"
    mantissa, _, exponent = text.partition("e")
    whole, _, fraction = mantissa.partition(".")
    point = len(whole) + (int(exponent) if exponent else 0)
    digits = whole + fraction
    significant = digits.lstrip("0")
    # The value is 0.DIGITS times ten to the power of `point`.
    point -= len(digits) - len(significant)
    digits = significant.rstrip("0")
    if release < 25 and _exact_digits(value) == (*map(int, digits), 5):
        # Two candidates are as near. The digit is even, so that it cannot carry.
        digits = digits[:-1] + str(int(digits[-1]) + 1)
    scientific = f"{digits[0]}.{digits[1:] or '0'}e{point - 1}"
    if release >= 25 and not -_EXACT_INTEGERS < value < _EXACT_INTEGERS:
        return sign + scientific
    # Far outside of any tie, and the zeros would only cost time.
    if not -10 < point < len(digits) + 10:
        return sign + scientific
    if point <= 0:
        plain = f"0.{'0' * -point}{digits}"
    elif point >= len(digits):
        plain = f"{digits}{'0' * (point - len(digits))}.0"
    else:
        plain = f"{digits[:point]}.{digits[point:]}"
    return sign + (plain if len(plain) <= len(scientific) else scientific)
