"""Lists."""

from __future__ import annotations

from typing import NoReturn

from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import NIL, Cons, Term


def no_list() -> NoReturn:
    """Raises badarg."""
    raise badarg()


def length(p: Process, a: Term) -> int:
    """`length(a)`, which is worth reductions."""
    n = elements(a)
    p.charge(n)
    return n


def elements(a: Term) -> int:
    """How many elements a proper list has. Raises badarg."""
    n = 0
    while type(a) is Cons:
        n += 1
        a = a.tail
    if a is not NIL:
        raise badarg()
    return n
