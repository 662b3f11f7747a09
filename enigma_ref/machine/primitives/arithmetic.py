"""Arithmetic on integers of any size and floats."""

from __future__ import annotations

import math
from typing import Final

from enigma_ref.machine.errors import badarg, badarith, system_limit
from enigma_ref.machine.primitives.floats import number_neg
from enigma_ref.terms import NIL, Float, Term
from enigma_ref.terms.integers import to_float, too_large

MINUS_CHECKED_BEFORE: Final = 24
"""Until then, the negation of an integer beyond the limit was refused."""

BXOR_CHECKED_SINCE: Final = 29

ABS_OF_ZERO_SINCE: Final = 27
"""Before, `abs(-0.0)` was -0.0."""

_ONE_WORD: Final = 1 << 64

_abs_of_zero = _bxor_checked = True
_minus_checked = False


def set_borders(release: int) -> None:
    """Treat borders as a release does; one setting a Python process, as for `-0.0`.

    Some operations give [] for what is too large, where the runtime does not look (measured).
    """
    global _abs_of_zero, _bxor_checked, _minus_checked
    _bxor_checked = release >= BXOR_CHECKED_SINCE
    _abs_of_zero = release >= ABS_OF_ZERO_SINCE
    _minus_checked = release < MINUS_CHECKED_BEFORE


def _checked(value: int) -> int:
    if too_large(value.bit_length()):
        raise system_limit()
    return value


def _unchecked(value: int) -> Term:
    """What comes out where the runtime does not see that a result is too large: []."""
    return NIL if too_large(value.bit_length()) else value


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
        return to_float(number)
    except OverflowError:
        raise badarith() from None


def add(a: Term, b: Term) -> Term:
    """`a + b`."""
    if type(a) is int and type(b) is int:
        return _checked(a + b)
    return _finite(_float(a) + _float(b))


def sub(a: Term, b: Term) -> Term:
    """`a - b`."""
    if type(a) is int and type(b) is int:
        return _checked(a - b)
    return _finite(_float(a) - _float(b))


def mul(a: Term, b: Term) -> Term:
    """`a * b`."""
    if type(a) is int and type(b) is int:
        if a == 1 or b == 1:
            # Keeps what binary:decode_unsigned/1 makes, which knows no limit.
            return b if a == 1 else a
        bits = a.bit_length() + b.bit_length()
        if too_large(bits - 1):
            raise system_limit()
        return _checked(a * b) if too_large(bits) else a * b
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
    if quotient >= _ONE_WORD:
        _checked(quotient)
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
        return _checked(-a) if _minus_checked else _unchecked(-a)
    if type(a) is Float:
        return number_neg(a)
    raise badarith()


def plus(a: Term) -> Term:
    """`+a`."""
    if type(a) is int or type(a) is Float:
        return a
    raise badarith()


def add_zero(a: Term) -> Term:
    """`a + 0`: what is left of `+a` in code after OTP's loader (ops.tab)."""
    if type(a) is int:
        return a
    if type(a) is Float:
        return Float(a + 0.0)
    raise badarith()


def number_abs(a: Term) -> Term:
    """`abs(a)`."""
    if type(a) is int:
        return abs(a)
    if type(a) is Float:
        return Float(abs(a)) if a or _abs_of_zero else a
    raise badarg()


def band(a: Term, b: Term) -> Term:
    """`a band b`."""
    _integers(a, b)
    return _unchecked(a & b)


def bor(a: Term, b: Term) -> Term:
    """`a bor b`."""
    _integers(a, b)
    return _unchecked(a | b)


def bxor(a: Term, b: Term) -> Term:
    """`a bxor b`."""
    _integers(a, b)
    return _checked(a ^ b) if _bxor_checked else _unchecked(a ^ b)


def bnot(a: Term) -> Term:
    """`bnot a`."""
    if type(a) is not int:
        raise badarith()
    return _checked(~a)


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
    if too_large(a.bit_length() + bits):
        raise system_limit()
    return a << bits
