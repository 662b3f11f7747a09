"""prim_socket: numbers as arguments of its native functions.

One that is too large or negative is told as an answer, not as an exception.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final

from enigma_ref.bifs.native_arguments import INT_BITS, LONG_BITS, signed
from enigma_ref.bifs.prim_socket_state import INVALID
from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import Term, atom
from enigma_ref.terms.atoms import ERROR

INTEGER_RANGE: Final = atom("integer_range")
AS_ERROR: Final = range(26, 29)
"""Releases in which that is an error like others (measured at 27; neither at 25 nor at 29)."""


class OutOfRange(Exception):
    """An integer that does not fit."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def nif(name: str, arity: int) -> Callable[[Callable[..., Term]], Callable[..., Term]]:
    """Register a native function, which wants the process and may raise OutOfRange."""

    def register(function: Callable[..., Term]) -> Callable[..., Term]:
        @functools.wraps(function)
        def checked(process: Process, *arguments: Any) -> Term:
            try:
                return function(process, *arguments)
            except OutOfRange as failing:
                found = (INVALID, (INTEGER_RANGE, failing.number))
                return (ERROR, found) if process.vm.release in AS_ERROR else found

        bif("prim_socket", name, arity, process=True)(checked)
        return checked

    return register


def _in_range(term: Term, bits: int, is_signed: bool) -> int:
    if type(term) is not int:
        raise badarg()
    number = signed(term, bits)
    if number is None or (number < 0 and not is_signed):
        raise OutOfRange(term)
    return number


def int_in(term: Term) -> int:
    """An integer that a C int holds. Raises OutOfRange, and badarg for what is none."""
    return _in_range(term, INT_BITS, True)


def long_in(term: Term) -> int:
    """An integer of 64 bits with its sign. Raises OutOfRange, and badarg for what is none."""
    return _in_range(term, LONG_BITS, True)


def size_in(term: Term) -> int:
    """How many bytes are wanted. Raises OutOfRange, and badarg for what is none."""
    size = _in_range(term, LONG_BITS, False)
    if size >= 1 << (INT_BITS - 1):
        raise OutOfRange(size)
    return size
