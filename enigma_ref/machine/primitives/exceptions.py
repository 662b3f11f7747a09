"""Raising exceptions, catching them, and what programs see of stack traces."""

from __future__ import annotations

from typing import NoReturn

from enigma_ref.machine.code import RawTrace
from enigma_ref.machine.errors import BeamError
from enigma_ref.machine.process import Process
from enigma_ref.machine.stacktrace import trace_term
from enigma_ref.terms import NIL, Term, atom
from enigma_ref.terms.atoms import CAPITAL_EXIT, ERROR, EXIT, THROW

FUNCTION_CLAUSE = atom("function_clause")


def raise_error(r: Term) -> NoReturn:
    """`erlang:error(r)`."""
    raise BeamError(ERROR, r)


def function_clause(args: tuple[Term, ...]) -> NoReturn:
    """Raises function_clause; the trace shows the arguments."""
    raise BeamError(ERROR, FUNCTION_CLAUSE, arguments=args)


def reraise(t: Term, r: Term) -> NoReturn:
    """Raises `r` again, with the class and trace of a raw trace."""
    cls = t.cls if type(t) is RawTrace else ERROR
    raise BeamError(cls, r, trace=t)


def raw_raise(c: Term, r: Term, t: Term) -> None:
    """Raises `r` with class `c` and a raw trace; nothing when `c` is no class."""
    if c is ERROR or c is EXIT or c is THROW:
        if type(t) is RawTrace:
            t = RawTrace(c, t.head, t.places, t.given)
        else:
            t = RawTrace(c, None, [], t)
        raise BeamError(c, r, trace=t)


def catch_value(p: Process, c: Term, r: Term, t: Term) -> Term:
    """What `catch` returns for an exception."""
    if c is THROW:
        return r
    if c is EXIT:
        return (CAPITAL_EXIT, r)
    return (CAPITAL_EXIT, (r, build_stacktrace(p, t)))


def build_stacktrace(p: Process, t: Term) -> Term:
    """The stack trace as a list; a trace that is a list already stays as it is."""
    if type(t) is RawTrace:
        return trace_term(t)
    return t if t is not None else NIL
