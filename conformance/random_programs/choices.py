"""Where the generator takes its decisions from: a seed, or Hypothesis."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Choices(Protocol):
    """A source of numbers; lower numbers stand for simpler programs."""

    def number(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""


class Seeded:
    """Numbers that follow from a seed."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)

    def number(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self._random.random() * (high - low + 1))


class Drawn:
    """Numbers that Hypothesis draws, so that it can make the program smaller."""

    def __init__(self, draw: Callable[[st.SearchStrategy[int]], int]) -> None:
        self._draw = draw

    def number(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return self._draw(st.integers(low, high))


class Decisions:
    """Decisions of all sorts out of numbers."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices

    def number(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return self._choices.number(low, high) if low < high else low

    def chance(self, percent: int) -> bool:
        """True so often; False is the simpler answer."""
        return self._choices.number(0, 99) >= 100 - percent

    def pick(self, options: Sequence[T]) -> T:
        """One of the options, the first being the simplest."""
        return options[self.number(0, len(options) - 1)]

    def weighted(self, options: Sequence[tuple[int, T]]) -> T:
        """One of the options, by weight."""
        left = self.number(0, sum(weight for weight, _ in options) - 1)
        for weight, option in options:
            left -= weight
            if left < 0:
                return option
        raise AssertionError("weights do not add up")
