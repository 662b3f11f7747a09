"""The parts of re:run/3 that OTP has in Erlang: all matches, and text that is made of characters.

OTP's runtime hands such calls to functions of its module `re` (grun/3, urun/3, ucompile/2). Here
they run in place, with the answers and the errors of those functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from enigma_ref.bifs.iodata import iodata_bytes
from enigma_ref.bifs.re_capture import (
    MATCH,
    UNSET,
    Selection,
    Shape,
    Span,
    index,
    name_wanted,
    selection,
)
from enigma_ref.bifs.re_engine import Compiled, distinct_names
from enigma_ref.bifs.re_options import CAPTURE, INDEX
from enigma_ref.bifs.re_search import NO_MATCH, Search, subject_of
from enigma_ref.bifs.re_versions import PCRE2_SINCE
from enigma_ref.bifs.unicode import characters_to_binary, characters_to_list
from enigma_ref.loader.module import Module
from enigma_ref.loader.verify import Function
from enigma_ref.machine.errors import BeamError, badarg, error
from enigma_ref.machine.link import BIF_IMPORTS, CALLS_OF_BIFS, NAMES
from enigma_ref.machine.process import Process
from enigma_ref.machine.stacktrace import location_in
from enigma_ref.terms import NIL, Atom, Bitstring, Cons, Term, atom, list_items, make_list
from enigma_ref.terms.atoms import ERROR

UNICODE: Final = atom("unicode")
NEWLINE: Final = atom("newline")
RE: Final = atom("re")
BADMATCH: Final = atom("badmatch")
CASE_CLAUSE: Final = atom("case_clause")
FUNCTION_CLAUSE: Final = atom("function_clause")
LINES_OF_TWO: Final = ("any", "crlf", "anycrlf")

Steps = list[list[Span]]


# ---------------------------------------------------------------- errors


def in_erlang(
    process: Process, failed: BeamError, helper: str, clause: int, name: str, arguments: list[Term]
) -> BeamError:
    """An error as a function of module `re` raises it anew on behalf of its caller.

    It shows re:run/3 or re:compile/2 with the arguments that the program gave, at the line of
    the helper's own call of erlang:error/2; `clause` is the number of that call.
    """
    return BeamError(
        ERROR,
        failed.reason,
        mfa=(RE, atom(name), len(arguments)),
        arguments=arguments,
        extra=_place(process, helper, len(arguments), clause),
    )


def _place(process: Process, helper: str, arity: int, clause: int) -> Term:
    # In OTP the helper is called, and its module loaded for it.
    process.vm.load_module(RE)
    module = process.vm.compiled_module(RE)
    for function in module.functions if module is not None else ():
        if module and function.arity == arity and _name_of(module, function) == helper:
            # Compilers put the clauses into another order; lines tell which is which.
            calls = _error_calls(module, function)
            places = sorted((location_in(module, function.start, at) for at in calls), key=_line)
            return places[clause] if clause < len(places) else NIL
    return NIL


def _name_of(module: Module, function: Function) -> str:
    name = module.atoms[function.name]
    return name.name if type(name) is Atom else ""


def _line(place: Term) -> int:
    entries: Any = list_items(place)
    return entries[1][1] if entries else 0


def _error_calls(module: Module, function: Function) -> Iterator[int]:
    for position in range(function.start, function.end):
        instruction: Any = module.code[position]
        name = NAMES[instruction[0]]
        if name in CALLS_OF_BIFS:
            called = module.imports[instruction[BIF_IMPORTS[name]][1]]
            if called.module.name == "erlang" and called.name.name == "error":
                yield position


# ---------------------------------------------------------------- parts of the subject


def utf8(text: Term) -> Term:
    """Characters as UTF-8; a tuple when there are none. Raises badarg."""
    return characters_to_binary(text, UNICODE)


def part(subject: Bitstring, span: Span) -> Bitstring:
    """A part of the subject. Raises badmatch for one that ends before it begins."""
    if span == UNSET:
        return Bitstring.EMPTY
    start, length = span
    if length < 0:
        raise error((BADMATCH, subject))
    return subject.slice(start * 8, length * 8)


def shape_of(kind: Term, subject: Bitstring, unicode: bool) -> Shape | None:
    """How a part becomes a term; None for what no such type is."""
    name = kind.name if type(kind) is Atom else ""
    if name == "index":
        return index
    if name == "binary":
        return lambda span: part(subject, span)
    if name != "list":
        return None

    def list_of(span: Span) -> Term:
        if not span[1]:
            return NIL
        bytes_ = part(subject, span)
        return characters_to_list(bytes_, UNICODE if unicode else atom("latin1"))

    return list_of


# ---------------------------------------------------------------- all matches


@dataclass(frozen=True, slots=True)
class Answer:
    """What is asked for: what to select of each match, and what of that to give as what."""

    selection: Selection
    strip: bool = False
    nothing: bool = False
    kind: Term = INDEX


def run_all(
    process: Process, subject: Term, pattern: tuple[Term, ...], search: Search, options: Term,
    offset: int,
) -> Term:  # fmt: skip
    """`{match, [Captured]}`, `match`, `nomatch` or `{error, Limit}`: re:grun/3.

    `pattern` is the compiled expression's tuple and `options` the program's own list.
    """
    unicode = pattern[2] == 1 or (pattern[2] != 0 and _mentions_unicode(options))
    crlf = pattern[3] == 1 or (pattern[3] != 0 and _mentions_crlf(process, options))
    flat = _flat(subject, unicode)
    values, kind = _asked(options)
    answer = None if type(values) is Cons else _answer(values, kind, search.compiled)
    if offset > flat.byte_size:
        return NO_MATCH
    if answer is None:
        answer = Answer(selection(Cons(0, values), search.compiled), strip=True, kind=kind)
    loop = _Loop(process, search, flat, unicode, crlf, answer.selection)
    steps = loop.after_28(offset) if process.vm.release >= PCRE2_SINCE else loop.before_28(offset)
    if type(steps) is tuple:
        return steps
    if not steps:
        return NO_MATCH
    if answer.nothing:
        return MATCH
    shape = shape_of(kind, flat, unicode)
    if shape is None:
        raise error(FUNCTION_CLAUSE)
    first = int(answer.strip)
    return (MATCH, make_list([make_list(list(map(shape, step[first:]))) for step in steps]))


def _flat(subject: Term, unicode: bool) -> Bitstring:
    if type(subject) is not Bitstring:
        subject = utf8(subject) if unicode else Bitstring.of(iodata_bytes(subject))
    if type(subject) is not Bitstring or subject.size & 7:
        raise badarg()
    return subject


def _mentions_unicode(options: Term) -> bool:
    while type(options) is Cons:
        if options.head is UNICODE:
            return True
        options = options.tail
    return False


def _mentions_crlf(process: Process, options: Term) -> bool:
    if process.vm.release >= PCRE2_SINCE:
        raise error(FUNCTION_CLAUSE)
    while type(options) is Cons:
        item = options.head
        if type(item) is tuple and item[0] is NEWLINE:
            return item[1].name in LINES_OF_TWO
        options = options.tail
    return False


def _asked(options: Term) -> tuple[Term, Term]:
    """What is captured and as what: the last of each in the list, wherever they stand."""
    values: Term = atom("all")
    kind: Term = INDEX
    while type(options) is Cons:
        item = options.head
        if type(item) is tuple and item[0].name == CAPTURE:
            values = item[1]
            if len(item) == 3:
                kind = item[2]
        options = options.tail
    return values, kind


def _answer(values: Term, kind: Term, compiled: Compiled) -> Answer:
    first = Selection([0])
    name = values.name if type(values) is Atom else ""
    if values is NIL or name == "none":
        return Answer(first, nothing=True)
    if name == "all":
        return Answer(Selection(), kind=kind)
    if name == "first":
        return Answer(first, kind=kind)
    if name == "all_but_first":
        return Answer(Selection(), strip=True, kind=kind)
    if name != "all_names":
        raise badarg()
    names = distinct_names(compiled)
    if not names:
        return Answer(first, nothing=True)
    wanted = [0, *(number for name in names for number in name_wanted(compiled, name))]
    return Answer(Selection(wanted), strip=True, kind=kind)


class _Loop:
    """Finds one match after the other. Each step is what is selected of a match, the whole of
    the match first; the result is a tuple when a limit was reached."""

    def __init__(
        self, process: Process, search: Search, flat: Bitstring, unicode: bool, crlf: bool,
        wanted: Selection,
    ) -> None:  # fmt: skip
        self.process = process
        self.search = search
        self.again = search.with_options("notempty_atstart", "anchored")
        self.subject = subject_of(flat)
        self.flat = flat
        self.size = flat.byte_size
        self.unicode = unicode
        self.crlf = crlf
        self.wanted = wanted

    def find(self, search: Search, offset: int, checked: bool) -> list[Span] | Term:
        """A step, or `nomatch`, or an error."""
        found = search.run(self.process, self.subject, offset, checked)
        return self.wanted.spans(found) if type(found) is list else found

    def find_other(self, offset: int) -> list[Span]:
        """Where the match is empty: one at the same place that is not. None: an empty list."""
        found = self.find(self.again, offset, True)
        if type(found) is tuple:
            raise error((CASE_CLAUSE, found))
        return found if type(found) is list else []

    def before_28(self, offset: int) -> Steps | Term:
        """As the module of releases up to 27 does."""
        steps: Steps = []
        checked = False
        while offset <= self.size:
            step = self.find(self.search, offset, checked)
            if type(step) is not list:
                return step if type(step) is tuple else steps
            checked = True
            steps.append(step)
            start, length = step[0]
            if length > 0:
                offset = start + length
                continue
            other = self.find_other(offset)
            if other:
                steps.append(other)
            following = self.after_other(start, other)
            offset = self.forward(start) if following is None else following
        return steps

    def after_28(self, offset: int) -> Steps | Term:
        """As the module of releases from 28 on does: a match that follows itself counts once."""
        steps: list[tuple[bool, list[Span]]] = []
        checked = False
        while offset <= self.size:
            step = self.find(self.search, offset, checked)
            if type(step) is not list:
                if type(step) is tuple:
                    return step
                break
            checked = True
            steps.append((True, step))
            start, length = step[0]
            if length > 0:
                offset = start + length
                continue
            other = self.find_other(offset)
            if other == step:
                other = []
            if other:
                steps.append((False, other))
            following = self.after_other(start, other)
            if following is None:
                ahead = offset == start + length or start == self.size
                following = self.forward(start) if ahead else start
            offset = following
        kept: Steps = []
        for first, step in reversed(steps):
            if first and kept and kept[-1] == step:
                kept.pop()
            kept.append(step)
        kept.reverse()
        return kept

    def after_other(self, start: int, other: list[Span]) -> int | None:
        """Where to go on behind a match that is not empty."""
        return start + other[0][1] if other and other[0][1] > 0 else None

    def forward(self, at: int) -> int:
        """The place of the next character, or behind a pair of carriage return and line feed."""
        if at >= self.size:
            return at + 1
        if self.crlf and self.byte(at) == 13 and at + 1 < self.size and self.byte(at + 1) == 10:
            return at + 2
        return at + (_width(self.byte(at)) if self.unicode else 1)

    def byte(self, at: int) -> int:
        """A byte of the subject."""
        return self.flat.bits_to_int(at * 8, 8)


def _width(first: int) -> int:
    """How many bytes a character has, by its first one."""
    if first & 0xE0 == 0xC0:
        return 2
    if first & 0xF0 == 0xE0:
        return 3
    return 4 if first & 0xF8 == 0xF0 else 1
