"""Term order, equality and booleans."""

from __future__ import annotations

from typing import NoReturn

from enigma_ref.machine.errors import badarg
from enigma_ref.terms import FALSE, TRUE, Atom, Float, Term
from enigma_ref.terms.order import compare, equal, identical

eq = equal
eq_exact = identical


def lt(a: Term, b: Term) -> bool:
    """`a < b` in term order."""
    ta = type(a)
    tb = type(b)
    if (ta is int or ta is Float) and (tb is int or tb is Float):
        return bool(a < b)
    return compare(a, b) < 0


def not_boolean() -> NoReturn:
    """Raises badarg."""
    raise badarg()


def _boolean(a: Term) -> bool:
    if a is TRUE:
        return True
    if a is FALSE:
        return False
    raise badarg()


def bool_and(a: Term, b: Term) -> Atom:
    """`a and b`."""
    x = _boolean(a)
    y = _boolean(b)
    return TRUE if x and y else FALSE


def bool_or(a: Term, b: Term) -> Atom:
    """`a or b`."""
    x = _boolean(a)
    y = _boolean(b)
    return TRUE if x or y else FALSE


def bool_xor(a: Term, b: Term) -> Atom:
    """`a xor b`."""
    return TRUE if _boolean(a) is not _boolean(b) else FALSE
