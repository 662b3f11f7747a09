"""erlang: raising exceptions."""

from __future__ import annotations

from typing import NoReturn

from enigma_ref.bifs.registry import bif
from enigma_ref.machine.code import RawTrace
from enigma_ref.machine.errors import BeamError
from enigma_ref.machine.process import Process
from enigma_ref.terms import (
    NIL,
    Atom,
    Cons,
    ExternalFun,
    Fun,
    Map,
    Term,
    atom,
    list_items,
    make_list,
)
from enigma_ref.terms.atoms import BADARG, ERROR, EXIT, THROW

ERROR_INFO = atom("error_info")

EXTERNAL_FUNS_SINCE = 24
"""Before, `fun m:f/1` was no fun to have in a stack trace (measured on 23 and 25)."""


@bif("erlang", "error", 1)
def error_1(reason: Term) -> NoReturn:
    """Raise `error:Reason` in the caller."""
    raise BeamError(ERROR, reason, in_caller=True)


@bif("erlang", "error", 2)
def error_2(reason: Term, arguments: Term) -> NoReturn:
    """Raise `error:Reason`; the trace shows `arguments` unless they are `none`."""
    raise BeamError(ERROR, reason, arguments=_arguments(arguments), in_caller=True)


@bif("erlang", "error", 3)
def error_3(reason: Term, arguments: Term, options: Term) -> NoReturn:
    """As `error/2`, with `[{error_info, Map}]` for the trace (EEP 54); ignores bad options."""
    extra: Term = NIL
    for option in list_items(options) or []:
        if (
            type(option) is tuple
            and len(option) == 2
            and option[0] is ERROR_INFO
            and type(option[1]) is Map
        ):
            extra = make_list([option])
    raise BeamError(ERROR, reason, arguments=_arguments(arguments), extra=extra, in_caller=True)


def _arguments(arguments: Term) -> Term | None:
    """A list, proper or not, as the trace shows it; None for what is no list."""
    return arguments if arguments is NIL or type(arguments) is Cons else None


@bif("erlang", "exit", 1)
def exit_1(reason: Term) -> NoReturn:
    """Raise `exit:Reason` in the caller."""
    raise BeamError(EXIT, reason, in_caller=True)


@bif("erlang", "throw", 1)
def throw_1(value: Term) -> NoReturn:
    """Throw a term."""
    raise BeamError(THROW, value, in_caller=True)


@bif("erlang", "nif_error", 1)
def nif_error_1(reason: Term) -> NoReturn:
    """As `error/1`, in the place of a NIF that is not there; shows in the trace itself."""
    raise BeamError(ERROR, reason)


@bif("erlang", "nif_error", 2)
def nif_error_2(reason: Term, arguments: Term) -> NoReturn:
    """As `nif_error/1`."""
    raise BeamError(ERROR, reason)


@bif("erlang", "get_stacktrace", 0)
def get_stacktrace_0() -> Term:
    """Nothing: in 23, the last release to have it, traces come with the exception only."""
    return NIL


@bif("erlang", "raise", 3, process=True)
def raise_3(process: Process, cls: Term, reason: Term, trace: Term) -> Term:
    """Raise an exception with a given class and stack trace; `badarg` for what is no trace."""
    if not (cls is ERROR or cls is EXIT or cls is THROW) or not _is_trace(
        trace, process.vm.release
    ):
        return BADARG
    raise BeamError(cls, reason, trace=RawTrace(cls, None, [], _shortened(trace)), in_caller=True)


def _is_trace(trace: Term, release: int) -> bool:
    items = list_items(trace)
    return items is not None and all(_is_item(item, release) for item in items)


def _is_item(item: Term, release: int) -> bool:
    """`{M, F, A}`, `{M, F, A, Location}`, `{Fun, Args}` or `{Fun, Args, Location}`.

    What stands for A and Args is not looked at.
    """
    if type(item) is not tuple or not 2 <= len(item) <= 4:
        return False
    if type(item[0]) is Fun or (type(item[0]) is ExternalFun and release >= EXTERNAL_FUNS_SINCE):
        location = item[2:]
    elif len(item) > 2 and type(item[0]) is Atom and type(item[1]) is Atom:
        location = item[3:]
    else:
        return False
    return all(place is NIL or type(place) is Cons for place in location)


def _shortened(trace: Term) -> Term:
    """Items in the form with a location, as many as a trace may have."""
    items = []
    for item in (list_items(trace) or [])[:8]:
        with_location = len(item) == (4 if type(item[0]) is Atom else 3)
        items.append(item if with_location else (*item, NIL))
    return make_list(items)
