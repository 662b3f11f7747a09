"""Sort keys in order, for `ordered_set` tables.

Blocks of sorted keys and the list of their last keys: finding is two bisections. Changing
moves at most a block of pointers, a constant; splitting a block also moves one pointer a block,
once in `BLOCK` insertions. So every operation but `at` costs as much as a search, for any size
that fits into memory. `sortedcontainers` does the same; it is one more dependency without types.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Final, NamedTuple

from enigma_ref.terms.sortkeys import SortKey

BLOCK: Final = 512
"""How many keys a block has when it is split in two, halved."""


class KeyRange(NamedTuple):
    """The sort keys from `low` on that are less than `high`."""

    low: SortKey
    high: SortKey


class SortedKeys:
    """A set of sort keys. Who adds and removes knows whether a key is there."""

    __slots__ = ("_blocks", "_lasts")

    def __init__(self) -> None:
        self._blocks: list[list[SortKey]] = []
        self._lasts: list[SortKey] = []

    def add(self, key: SortKey) -> None:
        """Put in a key that is not there."""
        blocks = self._blocks
        lasts = self._lasts
        if not blocks:
            blocks.append([key])
            lasts.append(key)
            return
        at = bisect_left(lasts, key)
        if at == len(blocks):
            at -= 1
            lasts[at] = key
            blocks[at].append(key)
        else:
            block = blocks[at]
            block.insert(bisect_left(block, key), key)
        block = blocks[at]
        if len(block) > 2 * BLOCK:
            blocks.insert(at + 1, block[BLOCK:])
            del block[BLOCK:]
            lasts.insert(at, block[-1])

    def remove(self, key: SortKey) -> None:
        """Take out a key that is there."""
        at = bisect_left(self._lasts, key)
        block = self._blocks[at]
        del block[bisect_left(block, key)]
        if block:
            self._lasts[at] = block[-1]
        else:
            del self._blocks[at]
            del self._lasts[at]

    def first(self) -> SortKey | None:
        """The smallest key, or None."""
        return self._blocks[0][0] if self._blocks else None

    def last(self) -> SortKey | None:
        """The largest key, or None."""
        return self._lasts[-1] if self._lasts else None

    def after(self, key: SortKey) -> SortKey | None:
        """The smallest key that is greater, or None."""
        at = bisect_right(self._lasts, key)
        if at == len(self._blocks):
            return None
        block = self._blocks[at]
        return block[bisect_right(block, key)]

    def before(self, key: SortKey) -> SortKey | None:
        """The largest key that is smaller, or None."""
        at = bisect_left(self._lasts, key)
        if at < len(self._blocks):
            block = self._blocks[at]
            inside = bisect_left(block, key)
            if inside:
                return block[inside - 1]
        return self._lasts[at - 1] if at else None

    def at(self, index: int) -> SortKey | None:
        """The key that so many are smaller than, or None."""
        for block in self._blocks:
            if index < len(block):
                return block[index]
            index -= len(block)
        return None

    def ascending(self, after: SortKey | None, within: KeyRange | None = None) -> Iterator[SortKey]:
        """All keys greater than `after`, from the smallest on; nothing may change meanwhile."""
        at = inside = 0
        if within is not None and (after is None or after < within.low):
            at = bisect_left(self._lasts, within.low)
            if at < len(self._blocks):
                inside = bisect_left(self._blocks[at], within.low)
        elif after is not None:
            at = bisect_right(self._lasts, after)
            if at < len(self._blocks):
                inside = bisect_right(self._blocks[at], after)
        while at < len(self._blocks):
            block = self._blocks[at]
            for index in range(inside, len(block)):
                key = block[index]
                if within is not None and key >= within.high:
                    return
                yield key
            at += 1
            inside = 0

    def descending(
        self, before: SortKey | None, within: KeyRange | None = None
    ) -> Iterator[SortKey]:
        """All keys smaller than `before`, from the largest on; nothing may change meanwhile."""
        if within is not None and (before is None or within.high < before):
            before = within.high
        at = len(self._blocks) - 1
        inside: int | None = None
        if before is not None:
            at = bisect_left(self._lasts, before)
            if at < len(self._blocks):
                inside = bisect_left(self._blocks[at], before)
            else:
                at -= 1
        while at >= 0:
            block = self._blocks[at]
            for index in range((len(block) if inside is None else inside) - 1, -1, -1):
                key = block[index]
                if within is not None and key < within.low:
                    return
                yield key
            at -= 1
            inside = None
