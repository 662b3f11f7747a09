"""prim_socket: numbers as arguments of its native functions.

One that is too large or negative is told as an answer, not as an exception.
"""

from __future__ import annotations

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
NAMED_SINCE: Final = 25
"""Before, numbers of prim_socket's own stood for most names, and arguments and answers were others:
see prim_socket_codes. (Which release it was is told by prim_socket.erl; there is none at 24.)"""

AS_ERROR: Final = range(26, 29)
"""Releases in which that is an error like others (measured at 27; neither at 25 nor at 29)."""

FUNCTIONS: Final[dict[tuple[str, int], dict[bool, Callable[..., Term]]]] = {}
"""By name and arity: the function of older releases (True), and that of others (False)."""


class OutOfRange(Exception):
    """An integer that does not fit."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def nif(
    name: str, arity: int, *, coded: bool = False
) -> Callable[[Callable[..., Term]], Callable[..., Term]]:
    """Register a native function, which wants the process and may raise OutOfRange: the one of
    releases before 25 (`coded`), or the one that all have, unless those before 25 have their own.
    """

    def register(function: Callable[..., Term]) -> Callable[..., Term]:
        known = FUNCTIONS.get((name, arity))
        if known is None:
            known = FUNCTIONS[(name, arity)] = {}
            bif("prim_socket", name, arity, process=True)(_chosen(known))
        known[coded] = function
        return function

    return register


def _chosen(known: dict[bool, Callable[..., Term]]) -> Callable[..., Term]:
    def call(process: Process, *arguments: Any) -> Term:
        is_coded = process.vm.release < NAMED_SINCE
        function = known[is_coded if is_coded in known else not is_coded]
        try:
            return function(process, *arguments)
        except OutOfRange as failing:
            if is_coded:
                raise badarg() from None
            found = (INVALID, (INTEGER_RANGE, failing.number))
            return (ERROR, found) if process.vm.release in AS_ERROR else found

    return call


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
