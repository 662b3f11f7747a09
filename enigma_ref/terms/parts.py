"""Work that is done part by part, so that others can do something in between."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

T = TypeVar("T")

Parts = Generator[None, None, T]
"""Work with a result, which stops after each part."""


def finished(work: Parts[T]) -> T:
    """The result, with all parts done at once."""
    while True:
        try:
            next(work)
        except StopIteration as done:
            result: T = done.value
            return result
