"""How native functions take their arguments from terms: as C numbers and lists of binaries.

What fits and what does not is that of erl_nif (documentation of `erl_nif`, and measured).
"""

from __future__ import annotations

from typing import Final, TypeVar

from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import NIL, Bitstring, Cons, Float, Reference, Term

INT_BITS: Final = 32
LONG_BITS: Final = 64

T = TypeVar("T")


def is_number(term: Term) -> bool:
    """Whether a term is an integer or a float."""
    return type(term) is int or type(term) is Float


def signed(term: Term, bits: int = LONG_BITS) -> int | None:
    """An integer that fits in so many bits with its sign, else None."""
    if type(term) is not int:
        return None
    number: int = term
    return number if -(1 << (bits - 1)) <= number < 1 << (bits - 1) else None


def c_int(term: Term) -> int:
    """An integer that a C int holds. Raises badarg."""
    number = signed(term, INT_BITS)
    if number is None:
        raise badarg()
    return number


def c_long(term: Term) -> int:
    """An integer of 64 bits with its sign. Raises badarg."""
    number = signed(term)
    if number is None:
        raise badarg()
    return number


def c_unsigned(term: Term, bits: int) -> int:
    """An integer from 0 that fits in so many bits. Raises badarg."""
    if type(term) is not int or not 0 <= term < 1 << bits:
        raise badarg()
    number: int = term
    return number


def resource(process: Process, ref: Term, kind: type[T]) -> T:
    """What a reference stands for, when it is of this kind. Raises badarg."""
    found = process.vm.resource(ref) if type(ref) is Reference else None
    if type(found) is not kind:
        raise badarg()
    return found


def some_binaries(binaries: Term, limit: int) -> tuple[list[Bitstring], Term]:
    """The first binaries of a list, at most so many, and the rest of it; empty ones are left out.

    Raises badarg when these are no binaries, or no list follows them. Less than a byte counts as
    an empty binary (measured).
    """
    found: list[Bitstring] = []
    term = binaries
    while limit and type(term) is Cons:
        item = term.head
        if type(item) is not Bitstring:
            raise badarg()
        if item.size >= 8:
            if item.size & 7:
                raise badarg()
            found.append(item)
        term = term.tail
        limit -= 1
    if type(term) is not Cons and term is not NIL:
        raise badarg()
    return found, term
