"""Lists."""

from __future__ import annotations

from typing import NoReturn

from enigma_ref.machine.errors import badarg
from enigma_ref.terms import NIL, Cons, Term


def no_list() -> NoReturn:
    """Raises badarg."""
    raise badarg()


def length(a: Term) -> int:
    """`length(a)`."""
    n = 0
    while type(a) is Cons:
        n += 1
        a = a.tail
    if a is not NIL:
        raise badarg()
    return n
