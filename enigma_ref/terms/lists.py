"""Lists: cons cells and the empty list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from enigma_ref.terms.deep import Shape, compound_types, deep_hash, register


class Nil:
    """The empty list; there is one, `NIL`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "NIL"

    def __reduce__(self) -> str:
        return "NIL"


NIL: Final = Nil()


_COMPOUND = compound_types()


class Cons:
    """A list cell `[head | tail]`; `tail` may be any term (an improper list)."""

    __slots__ = ("head", "tail")

    head: Any
    tail: Any

    def __init__(self, head: Any, tail: Any) -> None:
        self.head = head
        self.tail = tail

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(other) is not Cons:
            return False
        a: Any = self
        b: Any = other
        while type(a) is Cons and type(b) is Cons:
            if a is b:
                return True
            if a.head is not b.head and a.head != b.head:
                return False
            a = a.tail
            b = b.tail
        return bool(a == b)

    def __hash__(self) -> int:
        items: list[Any] = []
        append = items.append
        cell: Any = self
        while type(cell) is Cons:
            append(cell.head)
            cell = cell.tail
        append(cell)
        if _COMPOUND.isdisjoint(map(type, items)):
            return hash((Cons, *items))
        return deep_hash(self)

    def __repr__(self) -> str:
        items: list[Any] = []
        cell: Any = self
        while type(cell) is Cons and len(items) < 20:
            items.append(repr(cell.head))
            cell = cell.tail
        return f"Cons<{', '.join(items)}{', ...' if cell is not NIL else ''}>"


def _children(term: Cons) -> list[Any]:
    items: list[Any] = []
    cell: Any = term
    while type(cell) is Cons:
        items.append(cell.head)
        cell = cell.tail
    items.append(cell)
    return items


def _pairs(a: Cons, b: Cons) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    return (a.tail, b.tail), (a.head, b.head)


def _combine(_: Cons, hashes: list[int]) -> int:
    return hash((Cons, *hashes))


register(Cons, Shape(_children, _pairs, _combine))


def make_list(items: Iterable[Any], tail: Any = NIL) -> Any:
    """The list of `items` ending in `tail`."""
    sequence = items if isinstance(items, (list, tuple)) else list(items)
    for item in reversed(sequence):
        tail = Cons(item, tail)
    return tail


def list_items(term: Any) -> list[Any] | None:
    """The elements of a proper list, or None when `term` is no proper list."""
    items: list[Any] = []
    append = items.append
    while type(term) is Cons:
        append(term.head)
        term = term.tail
    return items if term is NIL else None


def make_string(text: str) -> Any:
    """The list of the code points of `text`."""
    return make_list([ord(character) for character in text])


def string_of(term: Any) -> str | None:
    """The text of a list of Unicode code points, or None when `term` is no such list."""
    items = list_items(term)
    if items is None:
        return None
    for item in items:
        if type(item) is not int or not 0 <= item < 0x110000:
            return None
    return "".join(map(chr, items))
