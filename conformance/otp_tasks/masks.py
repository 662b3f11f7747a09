"""What may differ between two runs of one task: identities, dates, how long something took, and how
much a process has used.

A task names the masks that it needs; nothing else is forgiven. Folders need none: both sides work
in a folder of the same name, one after the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

_DAYS: Final = rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTHS: Final = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_CLOCK: Final = rb"\d{1,2}:\d\d:\d\d(?:\.\d+)?"

Replacement = bytes | Callable[[re.Match[bytes]], bytes]


def _one_space(line: re.Match[bytes]) -> bytes:
    return re.sub(rb" +", b" ", line[0])


MASKS: Final[dict[str, tuple[tuple[re.Pattern[bytes], Replacement], ...]]] = {
    "identities": (
        (re.compile(rb"<\d+\.\d+\.\d+>"), b"<pid>"),
        (re.compile(rb"#(Ref|Port)<[\d.]+>"), rb"#\1<...>"),
        # In a column, spaces make up for the length.
        (re.compile(rb"^.*<(?:pid|\.\.\.)>.*$", re.MULTILINE), _one_space),
    ),
    "use": ((re.compile(rb"\b(heap_size|stack_size|reductions):? +\d+"), rb"\1 <size>"),),
    "dates": (
        # 2024-01-31T12:00:00.000000+00:00, and without the clock
        (re.compile(rb"\d{4}-\d\d-\d\d(?:[T ]" + _CLOCK + rb"(?:[+-]\d\d:\d\d|Z)?)?"), b"<date>"),
        # 31-Jan-2024::12:00:00.000000
        (re.compile(rb"\d{1,2}-" + _MONTHS + rb"-\d{4}::" + _CLOCK), b"<date>"),
        # Jan 31 2024, 12:00:00
        (re.compile(_MONTHS + rb" \d{1,2} \d{4},? " + _CLOCK), b"<date>"),
        # Wed Jan 31 12:00:00 2024
        (re.compile(_DAYS + b" " + _MONTHS + rb" +\d{1,2} " + _CLOCK + rb" \d{4}"), b"<date>"),
        # {2024,1,31},{12,0,0}
        (re.compile(rb"\{20\d\d,\d+,\d+\}[,\s]\s*\{\d+,\d+,\d+\}"), b"<date>"),
    ),
    "durations": (
        # Of what took less than a millisecond nothing is said.
        (re.compile(rb"\[\d+\.\d+ s\] ?"), b""),
        (re.compile(rb"\b\d+\.\d+ s(?=\b|econds)"), b"<time> s"),
        (re.compile(rb'time="\d+\.\d+"'), b'time="<time>"'),
    ),
}
"""By name: what is looked for, and what stands there instead."""


def masked(data: bytes, names: Iterable[str]) -> bytes:
    """The bytes with everything masked that the named masks look for."""
    for name in names:
        for pattern, instead in MASKS[name]:
            data = pattern.sub(instead, data)
    return data
