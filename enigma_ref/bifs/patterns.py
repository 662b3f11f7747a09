"""Searching binaries for one or several patterns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

Found = tuple[int, int]
"""Position and length, in bytes."""

MANY: Final = 64
"""From so many patterns on, one pass with an automaton beats a regular expression's tries."""


class Patterns:
    """One or several patterns ready for searching.

    The match that starts first is found; of those that start at the same place, the longest.
    """

    __slots__ = ("__weakref__", "_automaton", "_regex", "single")

    def __init__(self, patterns: list[bytes]) -> None:
        """`patterns` is not empty, and none of them is."""
        self.single = patterns[0] if len(patterns) == 1 else None
        self._regex: re.Pattern[bytes] | None = None
        self._automaton: Automaton | None = None
        if self.single is None:
            longest_first = sorted(set(patterns), key=len, reverse=True)
            if len(longest_first) < MANY:
                self._regex = re.compile(b"|".join(map(re.escape, longest_first)), re.DOTALL)
            else:
                self._automaton = Automaton(longest_first)

    def first(self, data: bytes, start: int, end: int) -> Found | None:
        """The first match between two positions."""
        return next(self.all(data, start, end), None)

    def all(self, data: bytes, start: int, end: int) -> Iterator[Found]:
        """All matches that do not overlap, between two positions."""
        if self.single is not None:
            size = len(self.single)
            while (start := data.find(self.single, start, end)) >= 0:
                yield start, size
                start += size
        elif self._regex is not None:
            for found in self._regex.finditer(data, start, end):
                yield found.start(), found.end() - found.start()
        else:
            assert self._automaton is not None
            yield from self._automaton.all(data, start, end)


class Automaton:
    """The automaton of A. Aho and M. Corasick (1975): states are numbers, 0 is the start."""

    def __init__(self, patterns: list[bytes]) -> None:
        self.next: list[dict[int, int]] = [{}]
        self.fail = [0]
        self.match = [0]
        """For each state, the length of the longest pattern that ends there."""
        self.depth = [0]
        for pattern in patterns:
            state = 0
            for byte in pattern:
                following = self.next[state].get(byte)
                if following is None:
                    following = self.next[state][byte] = len(self.next)
                    self.next.append({})
                    self.fail.append(0)
                    self.match.append(0)
                    self.depth.append(self.depth[state] + 1)
                state = following
            self.match[state] = len(pattern)
        queue = list(self.next[0].values())
        for state in queue:
            for byte, following in self.next[state].items():
                queue.append(following)
                self.fail[following] = self.step(self.fail[state], byte)
            self.match[state] = self.match[state] or self.match[self.fail[state]]

    def step(self, state: int, byte: int) -> int:
        """The state after one more byte."""
        while True:
            following = self.next[state].get(byte)
            if following is not None:
                return following
            if not state:
                return 0
            state = self.fail[state]

    def all(self, data: bytes, start: int, end: int) -> Iterator[Found]:
        """All matches that do not overlap, leftmost and then longest first."""
        position = start
        state = 0
        best: Found | None = None
        while position < end or best is not None:
            if position < end:
                state = self.step(state, data[position])
                position += 1
                length = self.match[state]
                if length and (best is None or position - length <= best[0]):
                    best = (position - length, length)
            # What could still be found started after the best match.
            if best is not None and (position == end or position - self.depth[state] > best[0]):
                yield best
                position = best[0] + best[1]
                state = 0
                best = None
