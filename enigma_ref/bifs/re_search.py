"""One search of re:run/3: the subject, the expression, and what becomes of the outcome."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, replace
from typing import Final

from enigma_ref.bifs.re_engine import (
    BAD_OFFSET,
    FAULT,
    MATCH_LIMIT,
    MATCH_LIMIT_RECURSION,
    NOMATCH,
    Captures,
    Compiled,
    OptionSet,
    Subject,
)
from enigma_ref.bifs.re_versions import PCRE2_SINCE
from enigma_ref.machine.code import CatchTag
from enigma_ref.machine.errors import BeamError, badarg, error
from enigma_ref.machine.process import Process
from enigma_ref.terms import NIL, Bitstring, Term, atom
from enigma_ref.terms.atoms import ERROR

INTERNAL_ERROR: Final = atom("internal_error")
NO_MATCH: Final = atom(NOMATCH)
LIMITS: Final = (MATCH_LIMIT, MATCH_LIMIT_RECURSION)


@dataclass(frozen=True, slots=True)
class Search:
    """An expression, and how to search with it. `groups` are those that there is room for."""

    compiled: Compiled
    groups: int
    options: OptionSet
    limits: tuple[int | None, int | None]

    def with_options(self, *names: str) -> Search:
        """The same with more options."""
        return replace(self, options=self.options | frozenset(names))

    def run(
        self, process: Process, subject: Subject, offset: int, checked: bool = False
    ) -> Captures | Term:
        """The captures as a Python list, or the answer to the program when there are none.

        Raises badarg for a subject that is not in order, or an offset behind its end.
        """
        found = self.compiled.match(subject, offset, self.options, self.limits, checked)
        if not isinstance(found, str):
            # Without room for all groups that are set, OTP takes a match for none.
            return found if len(found) <= 2 * (self.groups + 1) else NO_MATCH
        if found == NOMATCH:
            return NO_MATCH
        if found in LIMITS:
            return (ERROR, atom(found)) if "report_errors" in self.options else NO_MATCH
        if found == FAULT or (found == BAD_OFFSET and process.vm.release < PCRE2_SINCE):
            raise _panic(process)
        raise badarg()


def _panic(process: Process) -> BeamError:
    """internal_error, which no handler of the program sees: the process ends with it."""
    stack = process.stack
    for at, value in enumerate(stack):
        if type(value) is CatchTag:
            stack[at] = NIL
    return error(INTERNAL_ERROR)


def subject_of(binary: Bitstring) -> Subject:
    """The bytes of a binary where they lie; copied only when they begin inside of a byte."""
    size = binary.size >> 3
    data = binary.data
    if binary.offset & 7:
        data = binary.to_bytes()
        start = 0
    else:
        start = binary.offset >> 3
    if type(data) is bytes:
        return Subject(
            (ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p).value or 0) + start, size, data
        )
    if not size:
        return Subject(ctypes.addressof(_NOTHING), 0, _NOTHING)
    # While this lives the buffer cannot grow in place; who appends to it then copies it.
    view = (ctypes.c_char * size).from_buffer(data, start)
    return Subject(ctypes.addressof(view), size, view)


_NOTHING: Final = ctypes.create_string_buffer(1)
