"""Programs as trees of text, so that they can be printed and made smaller without being parsed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Final


class Sort(Enum):
    """What a node is, which says what may stand in its place."""

    EXPRESSION = "expression"
    PATTERN = "pattern"
    GUARD = "guard"
    """A whole `when ...`, which may be left out."""
    LIST = "list"
    """Parts of which some may be left out."""
    OTHER = "other"


class Node:
    """A piece of a program: text and smaller pieces in order.

    A node of sort LIST has its parts divided by `separator`, and needs `least` of them.
    """

    __slots__ = ("least", "parts", "separator", "sort")

    def __init__(
        self,
        sort: Sort,
        parts: Sequence[str | Node],
        separator: str = "",
        least: int = 0,
    ) -> None:
        self.sort = sort
        self.parts = tuple(parts)
        self.separator = separator
        self.least = least

    def with_parts(self, parts: Sequence[str | Node]) -> Node:
        """The same kind of node with other parts."""
        return Node(self.sort, parts, self.separator, self.least)

    def __str__(self) -> str:
        return self.separator.join(map(str, self.parts))


def expression(*parts: str | Node) -> Node:
    """An expression."""
    return Node(Sort.EXPRESSION, parts)


def pattern(*parts: str | Node) -> Node:
    """A pattern."""
    return Node(Sort.PATTERN, parts)


def other(*parts: str | Node) -> Node:
    """Something that only its own kind can replace, such as a clause."""
    return Node(Sort.OTHER, parts)


def listing(items: Sequence[str | Node], separator: str = ", ", least: int = 0) -> Node:
    """Parts of which some may be left out."""
    return Node(Sort.LIST, items, separator, least)


def separated(items: Sequence[Node]) -> list[str | Node]:
    """Items with commas between them, none of which may be left out."""
    parts: list[str | Node] = []
    for item in items:
        parts += [", ", item] if parts else [item]
    return parts


NO_GUARD: Final = Node(Sort.GUARD, ())

Path = tuple[int, ...]
"""Which part of which part ... of the root."""


def walk(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Every node with its path, those near the root first."""
    level: list[tuple[Path, Node]] = [(path, node)]
    while level:
        below: list[tuple[Path, Node]] = []
        for at, one in level:
            yield at, one
            below += [
                ((*at, i), part) for i, part in enumerate(one.parts) if isinstance(part, Node)
            ]
        level = below


def replace(root: Node, path: Path, new: Node) -> Node:
    """The tree with another node at `path`."""
    if not path:
        return new
    first, *rest = path
    parts = list(root.parts)
    child = parts[first]
    if not isinstance(child, Node):
        raise ValueError(f"no node at {path}")
    parts[first] = replace(child, tuple(rest), new)
    return root.with_parts(parts)
