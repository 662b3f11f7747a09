"""Making a program smaller as long as it stays interesting."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final

from conformance.random_programs.tree import NO_GUARD, Node, Sort, replace, walk

BATCH: Final = 12
"""How many candidates are tried in one go."""

SMALLEST: Final = {Sort.EXPRESSION: ("0", "ok", "[]"), Sort.PATTERN: ("_", "0")}
"""What may stand for anything of a sort."""

Interesting = Callable[[Sequence[Node]], Sequence[bool]]
"""Says of each program whether it still has what makes the first one interesting."""


def reduce_program(root: Node, interesting: Interesting, most: int = 4_000) -> Node:
    """The smallest program found that is still interesting, by at most so many trials."""
    tried = {str(root)}
    trials = 0
    passed = 0
    """How many candidates of the present program need not be looked at: of those that it has in
    common with the last one, about so many were no use."""
    changed = True
    while changed and trials < most:
        changed = False
        candidates = islice(smaller(root), passed, None)
        while trials < most and (batch := _untried(candidates, tried)):
            trials += len(batch)
            found = next(
                (
                    one
                    for one, use in zip(batch, interesting([b for _, b in batch]), strict=True)
                    if use
                ),
                None,
            )
            if found is not None:
                number, root = found
                passed += number
                changed = True
                break
        else:
            if passed:
                passed = 0
                changed = True
    return root


def _untried(candidates: Iterator[Node], tried: set[str]) -> list[tuple[int, Node]]:
    batch = []
    for number, one in enumerate(candidates):
        text = str(one)
        if text not in tried:
            tried.add(text)
            batch.append((number, one))
            if len(batch) == BATCH:
                break
    return batch


def smaller(root: Node) -> Iterator[Node]:
    """Shorter programs made from this one by a single change; large changes come first."""
    size = len(str(root))
    for path, node in walk(root):
        for new in _instead(node):
            candidate = replace(root, path, new)
            if len(str(candidate)) < size:
                yield candidate


def _instead(node: Node) -> Iterator[Node]:
    if node.sort is Sort.LIST:
        count = len(node.parts)
        width = count
        while width:
            for start in range(0, count, width):
                kept = node.parts[:start] + node.parts[start + width :]
                if len(kept) >= node.least:
                    yield node.with_parts(kept)
            width //= 2
    elif node.sort is Sort.GUARD and node.parts:
        yield NO_GUARD
    elif node.sort in SMALLEST:
        for text in SMALLEST[node.sort]:
            yield Node(node.sort, (text,))
        yield from _nearest(node)


def _nearest(node: Node) -> Iterator[Node]:
    """The nodes of the same sort inside, those that are in no other such node."""
    stack = [part for part in reversed(node.parts) if isinstance(part, Node)]
    while stack:
        one = stack.pop()
        if one.sort is node.sort:
            yield one
        else:
            stack.extend(part for part in reversed(one.parts) if isinstance(part, Node))
