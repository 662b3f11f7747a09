"""Comparing terms: Erlang's `==`, `=:=`, `<` and the order of map keys."""

from __future__ import annotations

from typing import Any, Final

from enigma_ref.terms.atoms import Atom
from enigma_ref.terms.bitstrings import Bitstring
from enigma_ref.terms.deep import identical
from enigma_ref.terms.floats import Float
from enigma_ref.terms.funs import ExternalFun, Fun
from enigma_ref.terms.identifiers import Pid, Port, Reference
from enigma_ref.terms.keys import FLAT_TYPES
from enigma_ref.terms.lists import Cons, Nil
from enigma_ref.terms.records import Record
from enigma_ref.terms.sortkeys import (
    ATOM,
    BITSTRING,
    EXTERNAL_FUN,
    FUN,
    LIST,
    MAP,
    NIL_RANK,
    NUMBER,
    PID,
    PORT,
    RECORD,
    REFERENCE,
    TUPLE,
    exact_float,
    sort_key,
    sort_key_exact,
)

__all__ = [
    "compare",
    "compare_exact",
    "equal",
    "identical",
    "sort_key",
    "sort_key_exact",
]

RANK: Final[dict[type, int]] = {
    int: NUMBER,
    Float: NUMBER,
    Atom: ATOM,
    Reference: REFERENCE,
    Fun: FUN,
    ExternalFun: EXTERNAL_FUN,
    Port: PORT,
    Pid: PID,
    tuple: TUPLE,
    Record: RECORD,
    Nil: NIL_RANK,
    Cons: LIST,
    Bitstring: BITSTRING,
}
"""Terms of different types compare by their types (Reference Manual, term comparisons)."""


def register_map_type(kind: type) -> None:
    """Tell which class is the maps'; it orders its keys with `compare_exact`."""
    RANK[kind] = MAP


def compare(a: Any, b: Any) -> int:
    """-1, 0 or 1: whether `a` comes before `b` in Erlang's term order; 1 and 1.0 are equal."""
    if a is b:
        return 0
    kind = type(a)
    if kind is type(b):
        if kind is int:
            return -1 if a < b else 1 if a > b else 0
        if kind is Atom:
            return -1 if a.name < b.name else 1
    return _walk_compare(a, b, False)


def compare_exact(a: Any, b: Any) -> int:
    """-1, 0 or 1 in the order of map keys, where all integers are less than all floats.

    Equal only for identical terms (`erts_internal:cmp_term/2`).
    """
    if a is b:
        return 0
    kind = type(a)
    if kind is type(b):
        if kind is int:
            return -1 if a < b else 1 if a > b else 0
        if kind is Atom:
            return -1 if a.name < b.name else 1
    return _walk_compare(a, b, True)


def _walk_compare(a: Any, b: Any, exact: bool) -> int:
    # What to compare once a and b turn out equal: two terms, exactness, and for tuples the first
    # elements to look at.
    stack: list[tuple[Any, Any, bool, int]] = []
    start = 0
    left: Any
    right: Any
    while True:
        # A branch that goes on with other terms puts them into a and b and continues; the others
        # fall through to the verdict.
        left = right = 0
        if a is not b:
            kind = type(a)
            other = type(b)
            if kind is not other:
                left = RANK[kind]
                right = RANK[other]
                if left == right:
                    # An integer and a float.
                    if exact:
                        return -1 if kind is int else 1
                    left = +a
                    right = +b
            elif kind is int:
                left = a
                right = b
            elif kind is Atom:
                left = a.name
                right = b.name
            elif kind is tuple:
                left = len(a)
                right = len(b)
                if left == right:
                    x = y = None
                    while start < left:
                        x = a[start]
                        y = b[start]
                        start += 1
                        if x is not y and not (
                            type(x) is type(y) and type(x) in FLAT_TYPES and x == y
                        ):
                            break
                        x = y
                    if x is not y:
                        if start < left:
                            stack.append((a, b, exact, start))
                        start = 0
                        a = x
                        b = y
                        continue
            elif kind is Cons:
                x = y = None
                while True:
                    x = a.head
                    y = b.head
                    a = a.tail
                    b = b.tail
                    if x is not y and not (type(x) is type(y) and type(x) in FLAT_TYPES and x == y):
                        stack.append((a, b, exact, 0))
                        a = x
                        b = y
                        break
                    if a is b or type(a) is not Cons or type(b) is not Cons:
                        break
                continue
            elif kind is Float:
                left = exact_float(a) if exact else +a
                right = exact_float(b) if exact else +b
            elif RANK[kind] == MAP:
                left = len(a)
                right = len(b)
                if left == right:
                    stack.append((tuple(a.values()), tuple(b.values()), exact, 0))
                    a = tuple(a.keys())
                    b = tuple(b.keys())
                    exact = True
                    continue
            else:
                left = a.order_key()
                right = b.order_key()
                if left == right and (kind is Fun or kind is Record):
                    a, b = (a.env, b.env) if kind is Fun else (a.values, b.values)
                    continue
            if left != right:
                return -1 if left < right else 1
        if not stack:
            return 0
        a, b, exact, start = stack.pop()


def equal(a: Any, b: Any) -> bool:
    """Erlang's `==`: `1 == 1.0` anywhere in the terms except in keys of maps."""
    if a is b:
        return True
    kind = type(a)
    other = type(b)
    if kind is not other:
        # Only numbers of different types can be equal.
        return bool(RANK[kind] == NUMBER == RANK[other] and +a == +b)
    if kind is Float:
        return bool(+a == +b)
    if kind in FLAT_TYPES:
        return bool(a == b)
    try:
        if a == b:
            return True
    except RecursionError:
        pass
    return _walk_equal(a, b)


def _walk_equal(a: Any, b: Any) -> bool:
    stack: list[tuple[Any, Any]] = [(a, b)]
    pop = stack.pop
    while stack:
        a, b = pop()
        if a is b:
            continue
        kind = type(a)
        other = type(b)
        if kind is int or kind is Float:
            if (other is int or other is Float) and +a == +b:
                continue
            return False
        if kind is not other:
            return False
        if kind is Cons:
            stack.append((a.tail, b.tail))
            stack.append((a.head, b.head))
        elif kind is tuple:
            if len(a) != len(b):
                return False
            stack.extend(zip(a, b, strict=True))
        elif RANK[kind] == MAP:
            pairs = a.value_pairs(b)
            if pairs is None:
                return False
            stack.extend(pairs)
        elif kind is Fun or kind is Record:
            if a.order_key() != b.order_key():
                return False
            stack.append((a.env, b.env) if kind is Fun else (a.values, b.values))
        elif a != b:
            return False
    return True
