"""Where the generator takes its decisions from: a seed, or Hypothesis."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Protocol

from hypothesis import strategies as st


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
