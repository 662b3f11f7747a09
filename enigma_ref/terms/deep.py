"""Walks over terms that never recurse, so that a million levels are as good as one.

CPython's own `hash` of nested tuples runs on the C stack unchecked and its `==` raises
RecursionError; what is here does neither. Term modules register their compound classes with
`register`, so this module knows none of them and they can all use it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from typing import Any, NamedTuple


class Shape(NamedTuple):
    """How to look into one class of compound terms."""

    children: Callable[[Any], Sequence[Any]]
    """The terms directly inside (for a list: its elements, then the last tail)."""

    pairs: Callable[[Any, Any], Iterable[tuple[Any, Any]] | None]
    """Pairs that must all be identical for two terms to be, or None when they already differ."""

    combine: Callable[[Any, list[int]], int]
    """The hash of a term from the hashes of its `children`."""

    known_hash: Callable[[Any], int | None] = lambda _: None
    """The term's hash if somebody computed it before."""


_shapes: dict[type, Shape] = {}


_compound: set[type] = set()


def register(kind: type, shape: Shape) -> None:
    """Tell the walks about a class of compound terms."""
    _shapes[kind] = shape
    _compound.add(kind)


def compound_types() -> Set[type]:
    """The registered classes; the set grows when more are registered."""
    return _compound


def _tuple_children(term: Any) -> Sequence[Any]:
    return term  # type: ignore[no-any-return]  # a tuple, see the registration below


def _tuple_pairs(a: Any, b: Any) -> Iterable[tuple[Any, Any]] | None:
    return zip(a, b, strict=True) if len(a) == len(b) else None


def _tuple_combine(_: Any, hashes: list[int]) -> int:
    return hash(tuple(hashes))


register(tuple, Shape(_tuple_children, _tuple_pairs, _tuple_combine))


def children(term: Any) -> Sequence[Any]:
    """The terms directly inside `term`; empty for one that has no parts."""
    shape = _shapes.get(type(term))
    return () if shape is None else shape.children(term)


def is_compound(term: Any) -> bool:
    """Whether `term` belongs to a class that can have terms inside."""
    return type(term) in _shapes


def depth(term: Any, limit: int | None = None) -> int:
    """How many levels of compound terms are nested; 0 for an atom or a number.

    A list is one level however long it is. With `limit`, stops counting at `limit + 1`.
    """
    shapes = _shapes
    if type(term) not in shapes:
        return 0
    level = [term]
    count = 1
    while limit is None or count <= limit:
        # By address: a term that is shared many times over is looked at once a level.
        inner = {
            id(item): item
            for outer in level
            for item in shapes[type(outer)].children(outer)
            if type(item) in shapes
        }
        if not inner:
            break
        count += 1
        level = list(inner.values())
    return count


def count_terms(term: Any) -> int:
    """How many terms there are in `term`, itself and each list's last tail included."""
    shapes = _shapes
    stack: list[Any] = [term]
    count = 0
    while stack:
        item = stack.pop()
        count += 1
        shape = shapes.get(type(item))
        if shape is not None:
            stack.extend(shape.children(item))
    return count


def walk_identical(a: Any, b: Any) -> bool:
    """`=:=` without recursion; slower than `==` on everyday terms."""
    shapes = _shapes
    stack: list[tuple[Any, Any]] = [(a, b)]
    pop = stack.pop
    extend = stack.extend
    while stack:
        a, b = pop()
        if a is b:
            continue
        kind = type(a)
        if kind is not type(b):
            return False
        shape = shapes.get(kind)
        if shape is None:
            if a != b:
                return False
            continue
        more = shape.pairs(a, b)
        if more is None:
            return False
        extend(more)
    return True


def identical(a: Any, b: Any) -> bool:
    """Erlang's `=:=`, for terms of any depth."""
    try:
        return bool(a == b)
    except RecursionError:
        # Not inside the handler: it would keep the deep traceback alive.
        pass
    return walk_identical(a, b)


class _Pending:
    """A compound term whose children's hashes are on the result stack, or soon will be."""

    __slots__ = ("combine", "count", "term")

    def __init__(self, term: Any, count: int, combine: Callable[[Any, list[int]], int]) -> None:
        self.term = term
        self.count = count
        self.combine = combine


def deep_hash(term: Any) -> int:
    """A hash for a term of any depth: identical terms have the same one.

    Where `hash` knows a shorter way, it gives another number for the same term.
    """
    shapes = _shapes
    stack: list[Any] = [term]
    pop = stack.pop
    results: list[int] = []
    push = results.append
    while stack:
        item = pop()
        kind = type(item)
        if kind is _Pending:
            count = item.count
            if count:
                value = item.combine(item.term, results[-count:])
                del results[-count:]
            else:
                value = item.combine(item.term, [])
            push(value)
            continue
        shape = shapes.get(kind)
        if shape is None:
            push(hash(item))
            continue
        known = shape.known_hash(item)
        if known is not None:
            push(known)
            continue
        inner = shape.children(item)
        stack.append(_Pending(item, len(inner), shape.combine))
        stack.extend(reversed(inner))
    return results[0]
