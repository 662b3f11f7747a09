"""Instructions on float registers, whose operands are known to be floats."""

from __future__ import annotations

import math

from enigma_ref.machine.errors import badarith
from enigma_ref.terms import Float, Term


def to_float(a: Term) -> Float:
    """The number as a float. Raises badarith."""
    if type(a) is Float:
        return a
    if type(a) is not int:
        raise badarith()
    try:
        return Float(a)
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
