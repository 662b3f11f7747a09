"""How large integers may be, and how they become floats.

Both follow the release of the machine that was made last: arithmetic is too frequent to ask a
machine. What the largest integer is was measured; no document of OTP names it before 27.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

_LIMITS: Final = {23: 33_554_368, 27: 4_194_240}
"""Bits of the largest integer, by the first release that has the limit (measured)."""

EXACT_FLOATS_SINCE: Final = 29
"""Before, an integer of several words became a float word by word, rounded each time."""

_WORD: Final = 64
_ONE_WORD: Final = 1 << _WORD


class _Rules:
    """What integers are like now."""

    def __init__(self) -> None:
        self.max_bits = _LIMITS[23]
        self.exact_floats = True
        self.watched_bits = self.max_bits >> 1
        self.seen = False
        self.tell: list[Callable[[bool], None]] = []


_rules = _Rules()


def set_integer_rules(release: int) -> None:
    """Have the integers of a release; one setting a Python process, as for `-0.0`."""
    _rules.max_bits = _LIMITS[max(since for since in _LIMITS if since <= release)]
    _rules.watched_bits = _rules.max_bits >> 1
    _rules.exact_floats = release >= EXACT_FLOATS_SINCE
    _set_seen(False)


def max_bits() -> int:
    """Bits of the magnitude of the largest integer."""
    return _rules.max_bits


def tell_when_large(tell: Callable[[bool], None]) -> None:
    """Have a function called with True when the first large integer is made, from which adding
    can lead to too large ones, and with False when everything starts again.

    So that adding small integers need not look at the size of what comes out.
    """
    _rules.tell.append(tell)
    tell(_rules.seen)


def _set_seen(seen: bool) -> None:
    _rules.seen = seen
    for tell in _rules.tell:
        tell(seen)


def too_large(bits: int) -> bool:
    """Whether a magnitude of so many bits is that of no integer.

    To be asked by whatever can make integers that are much larger than what they are made of.
    """
    if bits < _rules.watched_bits:
        return False
    if not _rules.seen:
        _set_seen(True)
    return bits > _rules.max_bits


def to_float(value: int) -> float:
    """An integer as a float, as the release rounds it. Raises OverflowError."""
    if _rules.exact_floats or -_ONE_WORD < value < _ONE_WORD:
        return float(value)
    rest = abs(value)
    result = 0.0
    for shift in range((rest.bit_length() - 1) // _WORD * _WORD, -1, -_WORD):
        result = result * _ONE_WORD + (rest >> shift & (_ONE_WORD - 1))
        if result == float("inf"):
            raise OverflowError("integer too large for a float")
    return -result if value < 0 else result
