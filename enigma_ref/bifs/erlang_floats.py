"""erlang: floats from text and back."""

from __future__ import annotations

import math
import re
from typing import Final

from enigma_ref.bifs.iodata import binary_bytes, list_text, text_list
from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import NIL, Atom, Bitstring, Cons, Float, Term, atom
from enigma_ref.terms.atoms import ERROR
from enigma_ref.terms.float_text import shortest

COMPACT: Final = "compact"
DECIMALS: Final = "decimals"
SCIENTIFIC: Final = "scientific"
SHORT: Final = "short"
SHORT_SINCE: Final = 25
ZERO_SIGN_SINCE: Final = 25
"""Before, -0.0 in plain form lost its sign."""

DEFAULT_DIGITS: Final = 20
BUFFER: Final = 256
"""The runtime writes into so many bytes, a NUL included; longer text is a badarg."""

_SMALL: Final = 1 << 59
"""Numbers of digits are small integers, of which the runtime keeps 32 bits."""

_FAST_DECIMALS: Final = 19
_FAST_LIMIT: Final = float(1 << 53)
"""Below both, the runtime does its own rounding: half away from zero, in double precision."""


@bif("erlang", "float_to_list", 1)
def float_to_list_1(number: Term) -> Term:
    """The float with 20 digits after the point, and an exponent."""
    return text_list(_scientific(_float(number), DEFAULT_DIGITS))


@bif("erlang", "float_to_list", 2, process=True)
def float_to_list_2(process: Process, number: Term, options: Term) -> Term:
    """The float as the options decimals, scientific, compact and short say."""
    return text_list(float_text(number, options, process.vm.release))


@bif("erlang", "float_to_binary", 1)
def float_to_binary_1(number: Term) -> Bitstring:
    """The float with 20 digits after the point, and an exponent."""
    return Bitstring.of(_scientific(_float(number), DEFAULT_DIGITS).encode())


@bif("erlang", "float_to_binary", 2, process=True)
def float_to_binary_2(process: Process, number: Term, options: Term) -> Bitstring:
    """The float as the options decimals, scientific, compact and short say."""
    return Bitstring.of(float_text(number, options, process.vm.release).encode())


def _float(number: Term) -> float:
    if type(number) is not Float:
        raise badarg()
    return float(number)


def float_text(number: Term, options: Term, release: int) -> str:
    """The text of a float; the last of the options that choose a format counts. Raises badarg."""
    value = _float(number)
    form = SCIENTIFIC
    digits = DEFAULT_DIGITS
    compact = False
    while type(options) is Cons:
        option = options.head
        options = options.tail
        if type(option) is tuple and len(option) == 2 and type(option[0]) is Atom:
            form = option[0].name
            digits = option[1]
            if form not in (DECIMALS, SCIENTIFIC) or type(digits) is not int:
                raise badarg()
            if not -_SMALL <= digits < _SMALL:
                raise badarg()
            digits = (digits + (1 << 31)) % (1 << 32) - (1 << 31)
        elif type(option) is not Atom:
            raise badarg()
        elif option.name == COMPACT:
            compact = True
        elif option.name == SHORT and release >= SHORT_SINCE:
            form = SHORT
        else:
            raise badarg()
    if options is not NIL:
        raise badarg()
    if form == SHORT:
        return shortest(value, release)
    if form == DECIMALS:
        if not value and release < ZERO_SIGN_SINCE and digits < _FAST_DECIMALS:
            value = 0.0
        return _plain(value, digits, compact)
    return _scientific(value, digits)


def _scientific(value: float, digits: int) -> str:
    # As C's printf, which takes a negative precision for none.
    if digits >= BUFFER:
        raise badarg()
    text = f"{value:.{digits}e}" if digits >= 0 else f"{value:e}"
    if len(text) >= BUFFER:
        raise badarg()
    return text


def _plain(value: float, digits: int, compact: bool) -> str:
    if not 0 <= digits < BUFFER:
        raise badarg()
    if abs(value) > _FAST_LIMIT or digits >= _FAST_DECIMALS:
        text = f"{value:.{digits}f}"
        if len(text) >= BUFFER:
            raise badarg()
        # Takes the zeros of a number without a point, too.
        return _without_zeros(text) if compact else text
    else:
        sign = "-" if math.copysign(1.0, value) < 0 else ""
        text = sign + _rounded(abs(value), digits)
    return _without_zeros(text) if compact and digits else text


def _without_zeros(text: str) -> str:
    text = text.rstrip("0")
    return text + "0" if text.endswith(".") else text


def _rounded(value: float, digits: int) -> str:
    """A small float that is not negative, with at most 18 digits after the point."""
    if not digits:
        return str(_half_up(value))
    whole = int(value)
    fraction = _half_up((value - whole) * float(10**digits))
    if fraction >= 10**digits:
        whole += 1
        fraction = 0
    return f"{whole}.{fraction:0{digits}}"


def _half_up(value: float) -> int:
    whole = int(value)
    return whole + 1 if value - whole >= 0.5 else whole


# ---------------------------------------------------------------- from text

_float_syntax: Final = re.compile(r"[+-]?[0-9]+[.,][0-9]+(?:[eE][+-]?[0-9]+)?")


def parse_float(text: str) -> Float | None:
    """The float that the whole text stands for; None when it is none, or too large."""
    if not _float_syntax.fullmatch(text):
        return None
    value = float(text.replace(",", "."))
    return Float(value) if math.isfinite(value) else None


@bif("erlang", "list_to_float", 1)
def list_to_float_1(list_: Term) -> Float:
    """The float that digits with a point stand for."""
    found = parse_float(list_text(list_).partition("\0")[0])
    if found is None:
        raise badarg()
    return found


@bif("erlang", "binary_to_float", 1)
def binary_to_float_1(binary: Term) -> Float:
    """The float that digits with a point stand for."""
    found = parse_float(binary_bytes(binary).decode("latin1").partition("\0")[0])
    if found is None:
        raise badarg()
    return found


NO_FLOAT = atom("no_float")
NOT_A_LIST = atom("not_a_list")


@bif("string", "list_to_float", 1)
def string_list_to_float_1(list_: Term) -> Term:
    """`{Float, Rest}` of a list that begins with one, or `{error, no_float | not_a_list}`."""
    if type(list_) is not Cons and list_ is not NIL:
        return (ERROR, NOT_A_LIST)
    text = []
    cells = [list_]
    cell = list_
    while type(cell) is Cons and type(cell.head) is int and 0 <= cell.head < 128:
        text.append(chr(cell.head))
        cell = cell.tail
        cells.append(cell)
    found = _float_syntax.match("".join(text))
    value = None if found is None else parse_float(found[0])
    return (ERROR, NO_FLOAT) if value is None else (value, cells[len(found[0]) if found else 0])
