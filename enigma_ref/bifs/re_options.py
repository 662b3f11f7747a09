"""The option lists of re:compile/2 and re:run/3."""

from __future__ import annotations

from typing import Final

from enigma_ref.bifs.re_engine import OptionSet
from enigma_ref.bifs.re_versions import PCRE2_SINCE
from enigma_ref.terms import NIL, Atom, Cons, Term, atom

COMPILE_ONLY: Final = frozenset(
    {
        "caseless", "dollar_endonly", "dotall", "dupnames", "extended", "firstline", "multiline",
        "never_utf", "no_auto_capture", "no_start_optimize", "ucp", "ungreedy", "unicode",
    }
)  # fmt: skip
RUN_ONLY: Final = frozenset(
    {"global", "notbol", "noteol", "notempty", "notempty_atstart", "report_errors"}
)
SHARED: Final = frozenset({"anchored"})
CONVENTIONS: Final = frozenset({"bsr_anycrlf", "bsr_unicode"})
NEWLINES: Final = frozenset({"cr", "lf", "crlf", "any", "anycrlf"})
EXPORT: Final = "export"
"""Gives what re:import/1 takes; since 28."""

NUMBERS: Final = frozenset({"offset", "match_limit", "match_limit_recursion"})
CAPTURE: Final = "capture"
INDEX: Final = atom("index")

MAX_NUMBER: Final = (1 << 31) - 1
"""The largest number that options take: a C int."""


class Options:
    """A list of options, read.

    `compiling` are the options of the expression and `matching` those of the search; some belong
    to both; `lines` are those about ends of lines. `capture` is what to give back and as what, or
    None when the list does not say. `unique_compile` and `unique_run` tell whether an option
    occurs that makes no sense elsewhere.
    """

    __slots__ = (
        "capture", "compiling", "export", "limits", "lines", "matching", "offset",
        "unique_compile", "unique_run",
    )  # fmt: skip

    def __init__(self) -> None:
        self.compiling: OptionSet = frozenset()
        self.matching: OptionSet = frozenset()
        self.capture: tuple[Term, Term] | None = None
        self.offset = 0
        self.limits: tuple[int | None, int | None] = (None, None)
        self.export = False
        self.lines: OptionSet = frozenset()
        self.unique_compile = False
        self.unique_run = False

    def has(self, name: str) -> bool:
        """Whether an option for searching is given."""
        return name in self.matching


class BadOption(Exception):
    """An option list that is none."""


def parse_options(list_: Term, release: int) -> Options:
    """Read an option list. Raises BadOption.

    Until 27 options that contradict each other are all given to PCRE; since 28 the last one counts.
    """
    if list_ is NIL:
        return _NONE
    reader = _Reader(release)
    while type(list_) is Cons:
        item = list_.head
        if type(item) is Atom:
            reader.atom(item.name)
        elif type(item) is tuple:
            reader.tuple(item)
        else:
            raise BadOption
        list_ = list_.tail
    if list_ is not NIL:
        raise BadOption
    return reader.options()


_NONE: Final = Options()
"""What an empty list says."""


class _Reader:
    def __init__(self, release: int) -> None:
        self.second = release >= PCRE2_SINCE
        self.names: set[str] = set()
        self.newlines: list[str] = []
        self.conventions: list[str] = []
        self.numbers: dict[str, int] = {}
        self.capture: tuple[Term, Term] | None = None

    def atom(self, name: str) -> None:
        """An option without a value."""
        if name in CONVENTIONS:
            self.conventions.append(name)
        elif (
            name in COMPILE_ONLY
            or name in RUN_ONLY
            or name in SHARED
            or (name == EXPORT and self.second)
        ):
            self.names.add(name)
        else:
            raise BadOption

    def tuple(self, item: tuple[Term, ...]) -> None:
        """An option with values."""
        if not item or type(item[0]) is not Atom:
            raise BadOption
        name = item[0].name
        if name == CAPTURE and len(item) in (2, 3):
            self.capture = (item[1], item[2] if len(item) == 3 else INDEX)
        elif len(item) != 2:
            raise BadOption
        elif name in NUMBERS:
            value = item[1]
            if type(value) is not int or not 0 <= value <= MAX_NUMBER:
                raise BadOption
            self.numbers[name] = value
        elif name == "newline" and type(item[1]) is Atom:
            kind = item[1].name
            if kind not in NEWLINES and not (kind == "nul" and self.second):
                raise BadOption
            self.newlines.append(f"newline_{kind}")
        else:
            raise BadOption

    def options(self) -> Options:
        """All that was read."""
        result = Options()
        names = frozenset(self.names)
        lines = [*self.newlines, *self.conventions]
        if self.second:
            lines = [*self.newlines[-1:], *self.conventions[-1:]]
        result.lines = frozenset(lines)
        result.compiling = (names & (COMPILE_ONLY | SHARED)) | result.lines
        result.matching = (names & (RUN_ONLY | SHARED)) | result.lines
        result.capture = self.capture
        result.export = EXPORT in names
        result.offset = self.numbers.get("offset", 0)
        result.limits = (
            self.numbers.get("match_limit"),
            self.numbers.get("match_limit_recursion"),
        )
        result.unique_compile = bool(names & COMPILE_ONLY)
        result.unique_run = bool(names & RUN_ONLY or self.numbers or self.capture is not None)
        return result
