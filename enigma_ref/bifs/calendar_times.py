"""Dates: from seconds since 1970 and back, in universal and in local time."""

from __future__ import annotations

import time
from typing import Final

from enigma_ref.machine.errors import badarg
from enigma_ref.terms import FALSE, TRUE, Atom, Term
from enigma_ref.terms.atoms import UNDEFINED

DateTime = tuple[tuple[int, int, int], tuple[int, int, int]]

DAY: Final = 86_400
FIRST_UNIVERSAL: Final = 1600
FIRST_LOCAL: Final = 1902
LAST_YEAR: Final = (1 << 31) - 2
"""The years that the runtime converts."""

_MONTHS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_EPOCH: Final = 719_468
"""Days from the first of March in the year 0 to the start of 1970."""


def from_seconds(seconds: int) -> DateTime:
    """The universal time so many seconds after the start of 1970.

    Before the year 1, dates are those that the runtime's own arithmetic gives, which cuts
    towards zero.
    """
    days, rest = divmod(seconds, DAY)
    days += _EPOCH
    year = _cut(10_000 * days + 14_780, 3_652_425)
    in_year = days - _days_before(year)
    if in_year < 0:
        year -= 1
        in_year = days - _days_before(year)
    # Months count from March.
    month = _cut(100 * in_year + 52, 3_060)
    day = in_year - _cut(month * 306 + 5, 10) + 1
    year += _cut(month + 2, 12)
    hour, rest = divmod(rest, 3_600)
    return ((year, (month + 2) % 12 + 1, day), (hour, *divmod(rest, 60)))


def _cut(a: int, b: int) -> int:
    """Division that rounds towards zero."""
    return a // b if a >= 0 else -(-a // b)


def _days_before(year: int) -> int:
    return 365 * year + _cut(year, 4) - _cut(year, 100) + _cut(year, 400)


def checked(moment: Term, first_year: int) -> DateTime:
    """A `{{Y, M, D}, {H, Mi, S}}` that names an existing second. Raises badarg."""
    if type(moment) is not tuple or len(moment) != 2:
        raise badarg()
    for part in moment:
        if type(part) is not tuple or len(part) != 3 or any(type(item) is not int for item in part):
            raise badarg()
    (year, month, day), (hour, minute, second) = moment
    if not first_year <= year <= LAST_YEAR or not 1 <= month <= 12 or not 0 <= hour <= 23:
        raise badarg()
    if not 0 <= minute <= 59 or not 0 <= second <= 59:
        raise badarg()
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not 1 <= day <= _MONTHS[month - 1] + leap:
        raise badarg()
    return ((year, month, day), (hour, minute, second))


def to_seconds(moment: DateTime) -> int:
    """Seconds from the start of 1970 to a universal time from the year 1600 on."""
    (year, month, day), (hour, minute, second) = moment
    if month < 3:
        year -= 1
    days = _days_before(year) + (153 * ((month - 3) % 12) + 2) // 5 + day - 1 - _EPOCH
    return days * DAY + hour * 3_600 + minute * 60 + second


def local_from_seconds(seconds: int) -> DateTime:
    """The local time so many seconds after the start of 1970. Raises badarg."""
    try:
        found = time.localtime(seconds)
    except (OverflowError, ValueError, OSError):
        raise badarg() from None
    return (
        (found.tm_year, found.tm_mon, found.tm_mday),
        (found.tm_hour, found.tm_min, found.tm_sec),
    )


def local_to_seconds(moment: DateTime, daylight_saving: Term) -> int:
    """Seconds from the start of 1970 to a local time. Raises badarg."""
    saving = -1
    if daylight_saving is TRUE:
        saving = 1
    elif daylight_saving is FALSE:
        saving = 0
    elif type(daylight_saving) is not Atom or daylight_saving is not UNDEFINED:
        raise badarg()
    (year, month, day), clock = moment
    try:
        return int(time.mktime((year, month, day, *clock, 0, 0, saving)))
    except (OverflowError, ValueError):
        raise badarg() from None
