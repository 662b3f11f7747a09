"""Instructions on float registers, whose operands are known to be floats."""

from __future__ import annotations

import math

from enigma_ref.machine.errors import badarith
from enigma_ref.terms import Float, Term, integers


def to_float(a: Term) -> Float:
    """The number as a float. Raises badarith."""
    if type(a) is Float:
        return a
    if type(a) is not int:
        raise badarith()
    try:
        return Float(integers.to_float(a))
    except OverflowError:
        raise badarith() from None


def _finite(value: float) -> Float:
    if not math.isfinite(value):
        raise badarith()
    return Float(value)


def float_add(a: Float, b: Float) -> Float:
    """`a + b`."""
    return _finite(a + b)


def float_sub(a: Float, b: Float) -> Float:
    """`a - b`."""
    return _finite(a - b)


def float_mul(a: Float, b: Float) -> Float:
    """`a * b`."""
    return _finite(a * b)


def float_div(a: Float, b: Float) -> Float:
    """`a / b`."""
    if not b:
        raise badarith()
    return _finite(a / b)


def float_neg(a: Float) -> Float:
    """`-a` in a float register."""
    return Float(-a) if _fnegate_flips else Float(0.0 - a)


def number_neg(a: Float) -> Float:
    """`-a` by the function `-`."""
    return Float(-a) if _minus_flips else Float(0.0 - a)


_fnegate_flips = _minus_flips = True


def set_negation(release: int) -> None:
    """Negate floats as a release does; one setting a Python process, as for `-0.0`.

    Some subtract from 0.0 and so never make -0.0 of 0.0: 25 in registers, 23 in the function `-`
    (measured).
    """
    global _fnegate_flips, _minus_flips
    _fnegate_flips = release != 25
    _minus_flips = release != 23
