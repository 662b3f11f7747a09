"""Arithmetic on integers of any size and floats."""

from __future__ import annotations

import math

from enigma_ref.machine.errors import badarg, badarith, system_limit
from enigma_ref.machine.primitives.floats import number_neg
from enigma_ref.terms import Float, Term

_LIMITS = {23: 33_554_368, 27: 4_194_240}
"""Bits of the largest integer, by the first release that has the limit (measured)."""

_max_bits = _LIMITS[23]


def set_integer_limit(release: int) -> None:
    """Use the largest integer of a release; one setting a Python process, as for `-0.0`."""
    global _max_bits
    _max_bits = _LIMITS[max(since for since in _LIMITS if since <= release)]


def _finite(value: float) -> Float:
    if not math.isfinite(value):
        raise badarith()
    return Float(value)


def _float(number: Term) -> float:
    """The number as a Python float. Raises badarith when it is too large, or no number."""
    if type(number) is Float:
        return number
    if type(number) is not int:
        raise badarith()
    try:
        return float(number)
    except OverflowError:
        raise badarith() from None


def add(a: Term, b: Term) -> Term:
    """`a + b`."""
    if type(a) is int and type(b) is int:
        return a + b
    return _finite(_float(a) + _float(b))


def sub(a: Term, b: Term) -> Term:
    """`a - b`."""
    if type(a) is int and type(b) is int:
        return a - b
    return _finite(_float(a) - _float(b))


def mul(a: Term, b: Term) -> Term:
    """`a * b`."""
    if type(a) is int and type(b) is int:
        bits = a.bit_length() + b.bit_length()
        if bits - 1 > _max_bits:
            raise system_limit()
        product = a * b
        if bits > _max_bits and product.bit_length() > _max_bits:
            raise system_limit()
        return product
    return _finite(_float(a) * _float(b))


def fdiv(a: Term, b: Term) -> Term:
    """`a / b`, always a float."""
    x = _float(a)
    y = _float(b)
    if not y:
        raise badarith()
    return _finite(x / y)


def _integers(a: Term, b: Term) -> None:
    if type(a) is not int or type(b) is not int:
        raise badarith()


def div(a: Term, b: Term) -> Term:
    """`a div b`: cut towards zero."""
    _integers(a, b)
    if b == 0:
        raise badarith()
    quotient = abs(a) // abs(b)
    return quotient if (a < 0) is (b < 0) else -quotient


def rem(a: Term, b: Term) -> Term:
    """`a rem b`: the sign is that of a."""
    _integers(a, b)
    if b == 0:
        raise badarith()
    rest = abs(a) % abs(b)
    return -rest if a < 0 else rest


def neg(a: Term) -> Term:
    """`-a`."""
    if type(a) is int:
        return -a
    if type(a) is Float:
        return number_neg(a)
    raise badarith()


def plus(a: Term) -> Term:
    """`+a`."""
    if type(a) is int or type(a) is Float:
        return a
    raise badarith()


def number_abs(a: Term) -> Term:
    """`abs(a)`."""
    if type(a) is int:
        return abs(a)
    if type(a) is Float:
        return Float(abs(a))
    raise badarg()


def band(a: Term, b: Term) -> Term:
    """`a band b`."""
    _integers(a, b)
    return a & b


def bor(a: Term, b: Term) -> Term:
    """`a bor b`."""
    _integers(a, b)
    return a | b


def bxor(a: Term, b: Term) -> Term:
    """`a bxor b`."""
    _integers(a, b)
    return a ^ b


def bnot(a: Term) -> Term:
    """`bnot a`."""
    if type(a) is not int:
        raise badarith()
    return ~a


def bsl(a: Term, b: Term) -> Term:
    """`a bsl b`."""
    _integers(a, b)
    return _shift_left(a, b)


def bsr(a: Term, b: Term) -> Term:
    """`a bsr b`."""
    _integers(a, b)
    return _shift_left(a, -b)


def _shift_left(a: int, bits: int) -> int:
    if bits <= 0:
        return a >> -bits
    if a == 0:
        return 0
    if a.bit_length() + bits > _max_bits:
        raise system_limit()
    return a << bits
