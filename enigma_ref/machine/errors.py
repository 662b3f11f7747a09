"""The two kinds of failure: exceptions of the Erlang program, and defects of the machine."""

from __future__ import annotations

from typing import Any

from enigma_ref.terms.atoms import BADARG, ERROR, EXIT, THROW, Atom, atom
from enigma_ref.terms.lists import NIL


class BeamError(Exception):
    """An Erlang exception on its way to a handler.

    `cls` is `error`, `exit` or `throw`; `reason` any term. `arguments` are the arguments of the
    function that failed when the trace shall show them (`function_clause`, `undef`, BIFs), as a
    Python sequence or as an Erlang list (proper or not), else None. `mfa` names the failing
    function when it is not the one that the instruction stands in: `(module, function, arity)`.
    `trace` is a raw trace to keep (`erlang:raise/3`), or None to make one here. `extra` is the
    info list of the first trace item, an Erlang list of pairs (`error_info`). `cause` is what a
    built-in function says in its `error_info` besides the module that explains it (EEP 54), or
    None. `applied_as` names the function, `(module, name)`, when the built-in function was applied
    and then fails under another name. `in_caller` tells that a built-in function raises on behalf
    of its caller (`erlang:error/1`), so that it does not show in the trace.
    """

    __slots__ = (
        "applied_as",
        "arguments",
        "cause",
        "cls",
        "extra",
        "in_caller",
        "mfa",
        "reason",
        "trace",
    )

    def __init__(
        self,
        cls: Atom,
        reason: Any,
        *,
        arguments: Any = None,
        mfa: tuple[Atom, Atom, int] | None = None,
        trace: Any = None,
        extra: Any = NIL,
        cause: Any = None,
        in_caller: bool = False,
        applied_as: tuple[Atom, Atom] | None = None,
    ) -> None:
        super().__init__(cls, reason)
        self.cls = cls
        self.reason = reason
        self.arguments = arguments
        self.mfa = mfa
        self.trace = trace
        self.extra = extra
        self.cause = cause
        self.in_caller = in_caller
        self.applied_as = applied_as

    def __str__(self) -> str:
        return f"{self.cls.name}: {self.reason!r}"

    def detach(self) -> None:
        """Forget Python's traceback. Frames in that may keep the exception, so that only the
        cyclic collector, which does not run, would free both."""
        self.__traceback__ = self.__context__ = self.__cause__ = None


class MachineFault(Exception):
    """A defect of the machine: stops the run and says which instruction it happened in."""


BADARITH = atom("badarith")
BADMAP = atom("badmap")
BADKEY = atom("badkey")
SYSTEM_LIMIT = atom("system_limit")
UNDEF = atom("undef")


def error(reason: Any) -> BeamError:
    """An exception of class `error`."""
    return BeamError(ERROR, reason)


def exit_(reason: Any) -> BeamError:
    """An exception of class `exit`."""
    return BeamError(EXIT, reason)


def throw(reason: Any) -> BeamError:
    """An exception of class `throw`."""
    return BeamError(THROW, reason)


def badarg(cause: str | None = None) -> BeamError:
    """`error:badarg`, with the name of its cause where OTP's explanations tell causes apart."""
    return BeamError(ERROR, BADARG, cause=None if cause is None else atom(cause))


def badarith() -> BeamError:
    """`error:badarith`."""
    return BeamError(ERROR, BADARITH)


def badmap(term: Any) -> BeamError:
    """`error:{badmap, Term}`."""
    return BeamError(ERROR, (BADMAP, term))


def badkey(key: Any) -> BeamError:
    """`error:{badkey, Key}`."""
    return BeamError(ERROR, (BADKEY, key))


def system_limit() -> BeamError:
    """`error:system_limit`."""
    return BeamError(ERROR, SYSTEM_LIMIT)
