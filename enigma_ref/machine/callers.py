"""Which calls a stack is in the midst of, for stack traces."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from enigma_ref.machine.code import CODE_TYPES, CatchTag

SPACING = 16
"""How many values of a stack at least are between two catch tags that know what is below them."""


class Below(NamedTuple):
    """The return addresses below a catch tag, from the top: those of `codes` from `start` on. Not
    `complete` where nobody has looked further.

    Nothing below changes as long as the tag is there: the frames below wait for their calls, and a
    frame that is made anew has a tag of its own. So a program that nests catches deeply, and in
    which all of them catch something, does not have its stack read to the end each time.
    """

    codes: list[Any]
    start: int
    complete: bool

    def tail(self, previous: Any, room: int) -> tuple[list[Any], bool] | None:
        """At most `room` addresses that follow `previous`, and whether those are all; None when it
        is not known."""
        start = self.start
        if start < len(self.codes) and self.codes[start] is previous:
            start += 1
        found = self.codes[start : start + room]
        whole = self.complete and start + room >= len(self.codes)
        return (found, whole) if whole or len(found) == room else None


def callers(
    stack: Any, place_of: Callable[[Any], Any], room: int, previous: Any = None
) -> list[Any]:
    """The places of the calls whose return addresses are on `stack`, from the top, at most `room`.

    Of equal addresses in a row one counts; `previous` is one that was there before, of which none
    counts. `place_of` gives None for what is no return address of a call: that is left out.
    """
    # The first of `codes` may be `previous`, which has no place here.
    codes = [] if previous is None else [previous]
    most = room + len(codes)
    tags: list[tuple[int, CatchTag, int]] = []
    waiting: list[tuple[int, CatchTag]] = []
    left = SPACING
    known: bool | None = None
    position = len(stack)
    for value in reversed(stack):
        if len(codes) >= most:
            known = False
            break
        position -= 1
        left -= 1
        kind = type(value)
        if kind in CODE_TYPES:
            if value is not previous and place_of(value) is not None:
                previous = value
                codes.append(value)
            if waiting and value is previous:
                tags += [(*one, len(codes) - 1) for one in waiting]
                waiting = []
        elif kind is CatchTag:
            found = value.below and value.below.tail(previous, most - len(codes))
            if found:
                codes += found[0]
                known = found[1]
                waiting = []
                break
            if left <= 0:
                waiting.append((position, value))
                left = SPACING
    if known is None:
        known = True
        tags += [(*one, len(codes)) for one in waiting]
    for at, tag, start in tags:
        stack[at] = tag.above(Below(codes, start, known))
    return [place_of(code) for code in codes[most - room :]]
