"""Keys for sorting terms: flat tuples that C compares as Erlang compares the terms.

A key is the term's preorder walk, every part starting with the rank of its type; after equal
ranks come values that compare with each other. So no comparison recurses and none of them
runs Python code, which makes `list.sort`, `bisect` and sorted containers fast.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

from enigma_ref.terms.atoms import Atom
from enigma_ref.terms.bitstrings import Bitstring
from enigma_ref.terms.floats import Float, signed_zero
from enigma_ref.terms.funs import ExternalFun, Fun
from enigma_ref.terms.identifiers import Pid, Port, Reference
from enigma_ref.terms.lists import Cons, Nil
from enigma_ref.terms.records import Record

SortKey: TypeAlias = tuple[Any, ...]
"""Something that compares as the term it was made from does."""

NUMBER: Final = 0
EXACT_FLOAT: Final = 1
ATOM: Final = 2
REFERENCE: Final = 3
FUN: Final = 4
EXTERNAL_FUN: Final = 5
PORT: Final = 6
PID: Final = 7
TUPLE: Final = 8
RECORD: Final = 9
MAP: Final = 10
NIL_RANK: Final = 11
LIST: Final = 12
BITSTRING: Final = 13
BEHIND_ALL: Final = 14


class _Switch:
    """On the walk's stack: from here on, are integers less than all floats?"""

    __slots__ = ("exact",)

    def __init__(self, exact: bool) -> None:
        self.exact = exact


EXACT: Final = _Switch(True)
ARITHMETIC: Final = _Switch(False)

Expand: TypeAlias = Callable[[Any, list[Any], list[Any], bool], None]
"""Gets a term, the key so far, the stack of terms to come (next one last), exactness."""

_expanders: dict[type, Expand] = {}


def register_expander(kind: type, expand: Expand) -> None:
    """Tell sort keys about one more class of terms."""
    _expanders[kind] = expand


def sort_key(term: Any) -> SortKey:
    """Sorts in Erlang's term order, where 1 and 1.0 are equal."""
    kind = type(term)
    if kind is int:
        return (NUMBER, term)
    if kind is Atom:
        return (ATOM, term.name)
    return _walk(term, False)


def sort_key_start(term: Any, is_open: Callable[[Any], bool]) -> SortKey:
    """The start that the sort keys of all terms have which are like this one but for parts that
    are left open; nothing is known of what comes behind the first of them."""
    out: list[Any] = []
    stack = [term]
    while stack and not is_open(part := stack.pop()):
        if type(part) is tuple:
            out += (TUPLE, len(part))
            stack += part[::-1]
        elif type(part) is Cons:
            out.append(LIST)
            stack += (part.tail, part.head)
        else:
            out += sort_key(part)
    return tuple(out)


def sort_key_exact(term: Any) -> SortKey:
    """Sorts in the order of map keys, where all integers are less than all floats."""
    kind = type(term)
    if kind is int:
        return (NUMBER, term)
    if kind is Atom:
        return (ATOM, term.name)
    return _walk(term, True)


def short_key_exact(term: Any, limit: int) -> SortKey | None:
    """`sort_key_exact(term)`, or None when it would have more than about `limit` parts."""
    out: list[Any] = []
    for _ in _steps(term, out, True):
        if len(out) > limit:
            return None
    return tuple(out)


def _walk(term: Any, exact: bool) -> SortKey:
    out: list[Any] = []
    for _ in _steps(term, out, exact):
        pass
    return tuple(out)


def _steps(term: Any, out: list[Any], exact: bool) -> Iterator[None]:
    """Append the parts of the key to `out`, a compound term after the other."""
    stack: list[Any] = [term]
    pop = stack.pop
    while stack:
        term = pop()
        kind = type(term)
        if kind is int:
            out += (NUMBER, term)
        elif kind is Atom:
            out += (ATOM, term.name)
        elif kind is tuple:
            out += (TUPLE, len(term))
            stack += term[::-1]
            yield
        elif kind is Cons:
            out.append(LIST)
            stack += (term.tail, term.head)
            yield
        elif kind is _Switch:
            exact = term.exact
        else:
            _expanders[kind](term, out, stack, exact)
            yield


def exact_float(value: float) -> tuple[float, ...]:
    """What orders floats among themselves where -0.0 may differ from 0.0."""
    return (+value, math.copysign(1.0, value)) if signed_zero() and not value else (+value, 0.0)


def _float(term: Float, out: list[Any], stack: list[Any], exact: bool) -> None:
    if exact:
        out += (EXACT_FLOAT, *exact_float(term))
    else:
        out += (NUMBER, +term)


def _nil(term: Nil, out: list[Any], stack: list[Any], exact: bool) -> None:
    out.append(NIL_RANK)


def _bitstring(term: Bitstring, out: list[Any], stack: list[Any], exact: bool) -> None:
    out += (BITSTRING, *term.order_key())


def _pid(term: Pid, out: list[Any], stack: list[Any], exact: bool) -> None:
    out += (PID, *term.order_key())


def _port(term: Port, out: list[Any], stack: list[Any], exact: bool) -> None:
    out += (PORT, *term.order_key())


def _reference(term: Reference, out: list[Any], stack: list[Any], exact: bool) -> None:
    out += (REFERENCE, *term.order_key())


def _fun(term: Fun, out: list[Any], stack: list[Any], exact: bool) -> None:
    out += (FUN, *term.order_key())
    stack += term.env[::-1]


def _external_fun(term: ExternalFun, out: list[Any], stack: list[Any], exact: bool) -> None:
    out += (EXTERNAL_FUN, *term.order_key())


def _record(term: Record, out: list[Any], stack: list[Any], exact: bool) -> None:
    out += (RECORD, *term.order_key())
    stack += term.values[::-1]


register_expander(Float, _float)
register_expander(Nil, _nil)
register_expander(Bitstring, _bitstring)
register_expander(Pid, _pid)
register_expander(Port, _port)
register_expander(Reference, _reference)
register_expander(Fun, _fun)
register_expander(ExternalFun, _external_fun)
register_expander(Record, _record)
