"""What re:run/3 gives back of a match: the option `capture`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from enigma_ref.bifs.iodata import byte_list, iodata_bytes
from enigma_ref.bifs.re_engine import Captures, Compiled, distinct_names, name_numbers
from enigma_ref.bifs.re_options import MAX_NUMBER
from enigma_ref.machine.errors import badarg
from enigma_ref.terms import NIL, Atom, Bitstring, Cons, Term, atom, make_list

MATCH: Final = atom("match")

Span = tuple[int, int]
"""Start and length of a part of the subject, in bytes."""

UNSET: Final[Span] = (-1, 0)

Wanted = list[int]
"""Numbers of groups, and -1 for none. In front of the numbers of several groups with one name
stands how many they are, as a negative number: the first one that is set counts."""

NONE: Final = -1

Shape = Callable[[Span], Term]


class Selection:
    """Which groups of a match are wanted. `wanted` is None for all from `first` on."""

    __slots__ = ("first", "nothing", "wanted")

    def __init__(self, wanted: Wanted | None = None, first: int = 0, nothing: bool = False) -> None:
        self.wanted = wanted
        self.first = first
        self.nothing = nothing

    def spans(self, captures: Captures) -> list[Span]:
        """The wanted parts of a match."""
        wanted = self.wanted
        if wanted is None:
            return [
                (captures[at], captures[at + 1] - captures[at])
                for at in range(2 * self.first, len(captures), 2)
            ]
        spans: list[Span] = []
        at = 0
        while at < len(wanted):
            number = wanted[at]
            at += 1
            if number < NONE:
                # OTP takes PCRE2's error for a name of several groups for such a count, too.
                several = wanted[at : at - number]
                at -= number
                number = next((one for one in several if _is_set(captures, one)), NONE)
            spans.append(_span(captures, number))
        return spans


def _is_set(captures: Captures, number: int) -> bool:
    return 0 <= 2 * number < len(captures) and captures[2 * number] >= 0


def _span(captures: Captures, number: int) -> Span:
    if not 0 <= 2 * number < len(captures):
        return UNSET
    start, end = captures[2 * number : 2 * number + 2]
    return (start, end - start)


def name_wanted(compiled: Compiled, name: bytes) -> Wanted:
    """The groups that a name means."""
    numbers = name_numbers(compiled, name)
    if len(numbers) > 1:
        return [-len(numbers), *numbers]
    return numbers or [NONE]


def selection(values: Term, compiled: Compiled) -> Selection:
    """What the value of the option `capture` asks for. Raises badarg."""
    if type(values) is Atom:
        named = _NAMED.get(values.name)
        if named is None:
            raise badarg()
        return named(compiled)
    if values is NIL:
        return Selection(nothing=True)
    wanted: Wanted = []
    while type(values) is Cons:
        wanted += _wanted(values.head, compiled)
        values = values.tail
    if values is not NIL or not wanted:
        raise badarg()
    return Selection(wanted)


def _all_names(compiled: Compiled) -> Selection:
    if not compiled.repeats_names:
        wanted = [number for _, number in compiled.names]
    else:
        wanted = [
            number for name in distinct_names(compiled) for number in name_wanted(compiled, name)
        ]
    return Selection(wanted) if wanted else Selection(nothing=True)


_NAMED: Final[dict[str, Callable[[Compiled], Selection]]] = {
    "all": lambda _: Selection(),
    "all_but_first": lambda _: Selection(first=1),
    "all_names": _all_names,
    "first": lambda _: Selection([0]),
    "none": lambda _: Selection(nothing=True),
}


def _wanted(value: Term, compiled: Compiled) -> Wanted:
    """The groups that a number or a name means. A name ends where a character is 0."""
    if type(value) is int:
        if not 0 <= value <= MAX_NUMBER:
            raise badarg()
        return [value]
    name = value.name.encode() if type(value) is Atom else iodata_bytes(value)
    return name_wanted(compiled, name.partition(b"\0")[0])


def result(spans: Iterable[Span], shape: Shape) -> Term:
    """`{match, Captured}`."""
    return (MATCH, make_list([shape(span) for span in spans]))


def index(span: Span) -> Term:
    """A part as start and length."""
    return span


def binaries(subject: Bitstring) -> Shape:
    """Parts as binaries that share the subject's bytes."""

    def part(span: Span) -> Term:
        start, length = span
        if length <= 0:
            return Bitstring.EMPTY
        return subject.slice(start * 8, length * 8)

    return part


def lists(subject: Bitstring) -> Shape:
    """Parts as lists of bytes."""
    part = binaries(subject)

    def bytes_of(span: Span) -> Term:
        return byte_list(part(span).to_bytes())

    return bytes_of
