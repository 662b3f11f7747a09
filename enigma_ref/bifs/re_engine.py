"""What the functions of `re` need of a PCRE library.

Options travel as sets of names: those of OTP, with `newline_cr` for `{newline, cr}`.
"""

from __future__ import annotations

import functools
import operator
from dataclasses import dataclass
from typing import Final, Protocol

OptionSet = frozenset[str]

DEFAULT_LIMIT: Final = 10_000_000
"""OTP's MATCH_LIMIT and MATCH_LIMIT_RECURSION, which are PCRE's own."""

NOMATCH: Final = "nomatch"
MATCH_LIMIT: Final = "match_limit"
MATCH_LIMIT_RECURSION: Final = "match_limit_recursion"
BAD_UTF: Final = "badutf"
BAD_OFFSET: Final = "badoffset"
FAULT: Final = "fault"
"""Why there are no captures: nothing found; a limit reached; subject or offset not in order; and
anything that OTP does not expect."""


@dataclass(frozen=True, slots=True)
class CompileFault:
    """Why an expression cannot be compiled: PCRE's words and the offset in bytes."""

    text: str
    offset: int


@dataclass(frozen=True, slots=True)
class Subject:
    """Text to search: a buffer's address, where the text starts and its size, in bytes."""

    address: int
    size: int
    keeper: object
    """What the bytes belong to; they stay where they are while this is alive."""


Captures = list[int]
"""Start and end of the match and of each group up to the last one set; -1 for those unset."""


class Compiled(Protocol):
    """A compiled expression."""

    text: bytes
    """What it was compiled from, with `options`."""
    options: OptionSet
    groups: int
    """How many groups capture."""
    names: tuple[tuple[bytes, int], ...]
    """The names of groups in the order of bytes, with their numbers; some names may repeat."""
    repeats_names: bool
    """Whether it was compiled so that a name may stand for several groups."""
    ends_crlf: bool
    """Whether carriage return and line feed together can end a line."""
    lines: OptionSet | None
    """The options for ends of lines that it was compiled with; None when searches may differ."""
    ambiguous: int | None
    """The number of a name that several groups have although none should; None: one of theirs."""

    def match(
        self,
        subject: Subject,
        offset: int,
        options: OptionSet,
        limits: tuple[int | None, int | None],
        checked: bool,
    ) -> Captures | str:
        """Search from an offset; why there is nothing, when there is nothing.

        `limits` are match_limit and match_limit_recursion; `checked` tells that the subject is
        known to be UTF-8.
        """
        ...


def name_numbers(compiled: Compiled, name: bytes) -> list[int]:
    """The numbers of the groups with a name; none when there is no such name.

    One number, unless the expression was compiled with `dupnames`: then all, in the order of the
    table. Without it but with repeated names (`(?J)`), PCRE 8 gives the one that its binary search
    meets, and PCRE2 an error.
    """
    names = compiled.names
    if compiled.repeats_names:
        return [number for known, number in names if known == name]
    if compiled.ambiguous is not None and [known for known, _ in names].count(name) > 1:
        return [compiled.ambiguous]
    low, high = 0, len(names)
    while low < high:
        middle = (low + high) // 2
        known, number = names[middle]
        if known == name:
            return [number]
        if name > known:
            low = middle + 1
        else:
            high = middle
    return []


def distinct_names(compiled: Compiled) -> list[bytes]:
    """The names as re:inspect/2 lists them: repeated ones once, with `dupnames`."""
    found: list[bytes] = []
    for name, _ in compiled.names:
        if not (compiled.repeats_names and found and found[-1] == name):
            found.append(name)
    return found


@functools.cache
def option_bits(options: OptionSet, table: tuple[tuple[str, int], ...]) -> int:
    """The options that a table knows, as a library takes them."""
    return functools.reduce(operator.or_, (bit for name, bit in table if name in options), 0)
