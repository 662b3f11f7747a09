"""erlang: integers from text and back, and between numbers."""

from __future__ import annotations

import math
import re
from functools import cache

from enigma_ref.bifs.digits import digits_only, from_digits, to_digits
from enigma_ref.bifs.iodata import binary_bytes, byte_list
from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg, system_limit
from enigma_ref.terms import (
    NIL,
    Atom,
    Bitstring,
    Cons,
    Float,
    Term,
    atom,
    to_bool_atom,
)
from enigma_ref.terms.atoms import BADARG, ERROR
from enigma_ref.terms.integers import to_float
from enigma_ref.terms.scalar_text import int_text

NOT_A_LIST = atom("not_a_list")
NO_INTEGER = atom("no_integer")
BIG = atom("big")

_SMALL = 1 << 59
"""Integers from -_SMALL up to _SMALL fit into one word."""

MAX_BITS = 33_554_368
"""Bits of the largest integer that releases before 27 make of a text (measured)."""


def _base(base: Term) -> int:
    if type(base) is not int or not 2 <= base <= 36:
        raise badarg()
    return base


def _digits(integer: Term, base: Term) -> str:
    if type(integer) is not int:
        raise badarg()
    return to_digits(integer, _base(base))


@bif("erlang", "integer_to_list", 1)
def integer_to_list_1(integer: Term) -> Term:
    """The decimal digits."""
    return byte_list(_digits(integer, 10).encode())


@bif("erlang", "integer_to_list", 2)
def integer_to_list_2(integer: Term, base: Term) -> Term:
    """The digits in a base from 2 to 36, upper case."""
    return byte_list(_digits(integer, base).encode())


@bif("erlang", "integer_to_binary", 1)
def integer_to_binary_1(integer: Term) -> Bitstring:
    """The decimal digits."""
    if type(integer) is not int:
        raise badarg()
    return Bitstring.of(int_text(integer).encode())


@bif("erlang", "integer_to_binary", 2)
def integer_to_binary_2(integer: Term, base: Term) -> Bitstring:
    """The digits in a base from 2 to 36, upper case."""
    return Bitstring.of(_digits(integer, base).encode())


@cache
def _number(base: int) -> re.Pattern[str]:
    return re.compile(f"([+-]?)0*([{digits_only(base)}]*)")


def _integer(text: str, base: Term) -> int:
    """The integer that a text stands for. Raises badarg, and system_limit beyond MAX_BITS."""
    found = _number(_base(base)).fullmatch(text)
    if found is None or text in ("", "+", "-"):
        raise badarg()
    return _value(found[2], found[1] == "-", base)


def _value(digits: str, negative: bool, base: int) -> int:
    """What digits after leading zeros stand for. Raises system_limit beyond MAX_BITS."""
    if (len(digits) - 1) * math.log2(base) > MAX_BITS:
        raise system_limit()
    value = from_digits(digits or "0", base)
    return -value if negative else value


@bif("erlang", "binary_to_integer", 1)
def binary_to_integer_1(binary: Term) -> int:
    """The integer that decimal digits stand for."""
    return _integer(binary_bytes(binary).decode("latin1"), 10)


@bif("erlang", "binary_to_integer", 2)
def binary_to_integer_2(binary: Term, base: Term) -> int:
    """The integer that digits in a base from 2 to 36 stand for."""
    return _integer(binary_bytes(binary).decode("latin1"), base)


@bif("erlang", "list_to_integer", 1)
def list_to_integer_1(list_: Term) -> int:
    """The integer that decimal digits stand for."""
    return list_to_integer_2(list_, 10)


@bif("erlang", "list_to_integer", 2)
def list_to_integer_2(list_: Term, base: Term) -> int:
    """The integer that digits in a base from 2 to 36 stand for."""
    found = _split(list_, _base(base), None)
    if found is None or found[1] is not NIL:
        raise badarg()
    return found[0]


# ---------------------------------------------------------------- digits at the start of a text


@cache
def _small_digits(base: int) -> int:
    """How many digits always fit into a small integer."""
    count = 1
    while base ** (count + 1) <= 1 << 59:
        count += 1
    return count


def _split(list_: Term, base: int, limit: int | None) -> tuple[int, Term] | None:
    """The integer at the start of a list and what follows it; None when there is no digit.

    Raises OverflowError when it has more than `limit` digits after leading zeros.
    """
    digits = digits_only(base)
    negative = False
    if type(list_) is Cons and list_.head in (0x2B, 0x2D):
        negative = list_.head == 0x2D
        list_ = list_.tail
    found: list[str] = []
    seen = False
    while type(list_) is Cons and type(list_.head) is int and -_SMALL <= list_.head < _SMALL:
        # The runtime, too, looks only at the low byte of a character.
        digit = chr(list_.head & 0xFF)
        if digit not in digits:
            break
        seen = True
        if found or digit != "0":
            found.append(digit)
            if limit is not None and len(found) > limit:
                raise OverflowError
        list_ = list_.tail
    if not seen:
        return None
    return _value("".join(found), negative, base), list_


@bif("erts_internal", "list_to_integer", 2)
def internal_list_to_integer_2(list_: Term, base: Term) -> Term:
    """`{Integer, Rest}`, or `big` when it may be too large for a small integer.

    Other answers: not_a_list, no_integer, badarg (for the base).
    """
    if list_ is NIL:
        return NO_INTEGER
    if type(list_) is not Cons:
        return NOT_A_LIST
    if type(base) is not int or not 2 <= base <= 36:
        return BADARG
    try:
        found = _split(list_, base, _small_digits(base))
    except OverflowError:
        return BIG
    return NO_INTEGER if found is None else found


@bif("erts_internal", "binary_to_integer", 2)
def internal_binary_to_integer_2(binary: Term, base: Term) -> Term:
    """The integer, or `big` when it may be too large for a small one, or badarg."""
    if type(binary) is not Bitstring or binary.size & 7:
        return BADARG
    if type(base) is not int or not 2 <= base <= 36:
        return BADARG
    text = binary.to_bytes()
    if len(text[text[:1] in (b"+", b"-") :].lstrip(b"0")) > _small_digits(base):
        # Whether all of it are digits shows later.
        return BIG
    found = _split(byte_list(text), base, None)
    return BADARG if found is None or found[1] is not NIL else found[0]


@bif("string", "list_to_integer", 1)
def string_list_to_integer_1(list_: Term) -> Term:
    """`{Integer, Rest}`, or `{error, no_integer | not_a_list}`."""
    if type(list_) is not Cons and list_ is not NIL:
        return (ERROR, NOT_A_LIST)
    found = _split(list_, 10, None)
    return (ERROR, NO_INTEGER) if found is None else found


# ---------------------------------------------------------------- from other numbers


def _float(number: Term) -> Float:
    if type(number) is Float:
        return number
    if type(number) is not int:
        raise badarg()
    try:
        return Float(to_float(number))
    except OverflowError:
        raise badarg() from None


@bif("erlang", "float", 1)
def float_1(number: Term) -> Float:
    """The number as a float. Raises badarg for an integer too large for one."""
    return _float(number)


def _number_of(number: Term) -> int | Float:
    if type(number) is not int and type(number) is not Float:
        raise badarg()
    return number


@bif("erlang", "trunc", 1)
def trunc_1(number: Term) -> int:
    """The number cut towards zero."""
    return int(_number_of(number))


@bif("erlang", "round", 1)
def round_1(number: Term) -> int:
    """The nearest integer; away from zero when two are as near."""
    if type(number) is not Float:
        return int(_number_of(number))
    value = int(number)
    rest = abs(number - value)
    if rest < 0.5:
        return value
    return value + (1 if number > 0 else -1)


@bif("erlang", "ceil", 1)
def ceil_1(number: Term) -> int:
    """The smallest integer that is not less."""
    return math.ceil(_number_of(number))


@bif("erlang", "floor", 1)
def floor_1(number: Term) -> int:
    """The largest integer that is not greater."""
    return math.floor(_number_of(number))


@bif("erlang", "is_integer", 3)
def is_integer_3(term: Term, low: Term, high: Term) -> Atom:
    """Whether a term is an integer from `low` to `high`. Raises badarg unless both are."""
    if type(low) is not int or type(high) is not int:
        raise badarg()
    return to_bool_atom(type(term) is int and low <= term <= high)
