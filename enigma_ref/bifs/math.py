"""math: functions of the C library on floats."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Final

from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg, badarith
from enigma_ref.terms import Float, Term
from enigma_ref.terms.integers import to_float


def _float(number: Term) -> float:
    """A number as a float. Raises badarg for other terms, badarith when it is too large."""
    if type(number) is Float:
        return number
    if type(number) is not int:
        raise badarg()
    try:
        return to_float(number)
    except OverflowError:
        raise badarith() from None


def _ceil(number: float) -> float:
    return math.copysign(float(math.ceil(number)), number)


def _floor(number: float) -> float:
    return math.copysign(float(math.floor(number)), number)


ONE_ARGUMENT: Final[dict[str, Callable[[float], float]]] = {
    "acos": math.acos,
    "acosh": math.acosh,
    "asin": math.asin,
    "asinh": math.asinh,
    "atan": math.atan,
    "atanh": math.atanh,
    "ceil": _ceil,
    "cos": math.cos,
    "cosh": math.cosh,
    "erf": math.erf,
    "erfc": math.erfc,
    "exp": math.exp,
    "floor": _floor,
    "log": math.log,
    "log10": math.log10,
    "log2": math.log2,
    "sin": math.sin,
    "sinh": math.sinh,
    "sqrt": math.sqrt,
    "tan": math.tan,
    "tanh": math.tanh,
}

TWO_ARGUMENTS: Final[dict[str, Callable[[float, float], float]]] = {
    "atan2": math.atan2,
    "fmod": math.fmod,
    "pow": math.pow,
}


def _call_1(function: Callable[[float], float], number: Term) -> Float:
    """A function of one number. Raises badarg for no number, badarith without a result."""
    try:
        return Float(function(_float(number)))
    except (ValueError, OverflowError):
        raise badarith() from None


def _call_2(function: Callable[[float, float], float], a: Term, b: Term) -> Float:
    """A function of two numbers. Raises badarg for no number, badarith without a result."""
    x = _float(a)
    y = _float(b)
    try:
        return Float(function(x, y))
    except (ValueError, OverflowError):
        raise badarith() from None


for _name, _one in ONE_ARGUMENT.items():
    bif("math", _name, 1)(partial(_call_1, _one))
for _name, _two in TWO_ARGUMENTS.items():
    bif("math", _name, 2)(partial(_call_2, _two))
