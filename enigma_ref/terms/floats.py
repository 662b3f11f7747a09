"""Floats: 64-bit IEEE numbers that are never equal to an integer."""

from __future__ import annotations

import math


class Float(float):
    """An Erlang float. `==` and `hash` are Erlang's `=:=`, `<` and `>` compare by value.

    Always finite: whoever computes a value checks it first. Arithmetic on Floats gives plain
    Python floats, which are no terms; wrap results: `Float(a + b)`.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        if type(other) is not Float or not float.__eq__(self, other):
            return False
        return bool(self) or not _signed_zero or _sign(self) == _sign(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = float.__hash__


def _sign(value: float) -> float:
    return math.copysign(1.0, value)


_signed_zero = False


def set_signed_zero(on: bool) -> None:
    """Whether `-0.0 =:= 0.0` is false, as it is from OTP 27 on (OTP 27 release notes).

    One setting a Python process, because `==` and `hash` of terms cannot ask a machine
    (enigma_ref/runtime/rules.py).
    """
    global _signed_zero
    _signed_zero = on


def signed_zero() -> bool:
    """Whether `-0.0` and `0.0` are different terms now."""
    return _signed_zero
