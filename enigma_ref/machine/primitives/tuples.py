"""Tuples."""

from __future__ import annotations

from typing import NoReturn

from enigma_ref.machine.errors import badarg
from enigma_ref.terms import Term


def no_tuple() -> NoReturn:
    """Raises badarg."""
    raise badarg()


def element(n: Term, t: Term) -> Term:
    """`element(n, t)`."""
    if type(n) is int and type(t) is tuple and 1 <= n <= len(t):
        return t[n - 1]
    raise badarg()


def tuple_set(t: tuple[Term, ...], i: int, v: Term) -> tuple[Term, ...]:
    """`t` with the element at a position from 0 replaced."""
    return (*t[:i], v, *t[i + 1 :])


def update_record(t: tuple[Term, ...], updates: tuple[Term, ...]) -> tuple[Term, ...]:
    """`t` with elements replaced: positions from 1 and values in turn."""
    elements = list(t)
    for i in range(0, len(updates), 2):
        elements[updates[i] - 1] = updates[i + 1]
    return tuple(elements)
