"""Funs, and calls whose function is known only when they run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from enigma_ref.machine.code import Export, Lambda
from enigma_ref.machine.errors import SYSTEM_LIMIT, UNDEF, BeamError, badarg, error
from enigma_ref.machine.process import X_REGISTERS, Process
from enigma_ref.terms import (
    Atom,
    ExternalFun,
    Fun,
    Term,
    atom,
    list_items,
    make_list,
)
from enigma_ref.terms.atoms import ERROR

BADFUN = atom("badfun")
BADARITY = atom("badarity")
UNDEFINED_FUNCTION = atom("undefined_function")
DEFAULT_HANDLER = atom("error_handler")
ERROR_HANDLER = "error_handler"
ARGUMENTS_SHOWN_SINCE = 26
"""Since then the trace shows the arguments even when there is no such error handler (measured: not
on 25, on 27)."""
MOST_OF_FUN = X_REGISTERS - 2
FEWER_OF_FUN_SINCE = 24
"""How many arguments a list may have that a fun is applied to; 23 takes one more (measured)."""

ERLANG = atom("erlang")
BADARG = atom("badarg")
APPLY_2 = (ERLANG, atom("apply"), 2)
APPLY_3 = (ERLANG, atom("apply"), 3)
ON_LOAD_1 = (ERLANG, atom("call_on_load_function"), 1)
HIBERNATE_3 = (ERLANG, atom("hibernate"), 3)

RAISING = frozenset(
    (atom(name), arity)
    for name, arity in (("error", 1), ("error", 2), ("error", 3), ("exit", 1), ("throw", 1))
)
"""Functions of `erlang` that raise for their caller. Where they are applied, whoever applies is
the caller, even in a tail call."""

MOST_HIBERNATING = 256
HIBERNATES_ITSELF_SINCE = 28
"""How many arguments `hibernate/3` takes in newer releases; before, it was `apply/3` that took
them (measured on 27 and 29)."""

BAD_ARGUMENTS_SHOWN_SINCE = 24
"""Before, a bad list of arguments of `apply/2` did not show in the trace (measured on 23)."""


def is_function2(a: Term, n: Term) -> bool:
    """`is_function(a, n)` in a guard: anything but a fun of that arity fails."""
    return type(n) is int and (type(a) is Fun or type(a) is ExternalFun) and a.arity == n


def make_fun(p: Process, entry: Lambda, free: tuple[Term, ...]) -> Fun:
    """A fun with the values of its free variables."""
    return Fun(
        entry.module,
        entry.name,
        entry.arity,
        entry.index,
        entry.uniq,
        entry.unique,
        free,
        p.pid,
        entry,
    )


def bad_fun_call(f: Term, args: tuple[Term, ...]) -> NoReturn:
    """Raises {badarity, {f, args}} for a fun, else {badfun, f}."""
    if type(f) is Fun or type(f) is ExternalFun:
        raise error((BADARITY, (f, make_list(args))))
    raise error((BADFUN, f))


def external_fun_code(p: Process, f: ExternalFun) -> Any:
    """Where the newest code of `fun M:F/A` begins."""
    return p.vm.export(f.module, f.name, f.arity).code


def _applied(p: Process, m: Atom, f: Atom, args: Sequence[Term]) -> Any:
    """Where the function `m:f` begins; one of RAISING raises at once."""
    export = p.vm.export(m, f, len(args))
    if m is ERLANG and (f, len(args)) in RAISING and export.bif is not None:
        assert export.bif.call is not None
        told = None if p.vm.tracing is None else p.vm.tracing.points.applied(p, export.mfa, args)
        try:
            export.bif.call(*args)
        except BeamError as raised:
            if told is not None:
                told(raised)
            raise
    return export.code


def _bad_arguments(mfa: tuple[Atom, Atom, int], *args: Term) -> BeamError:
    return BeamError(ERROR, BADARG, mfa=mfa, arguments=args)


def _too_many(mfa: tuple[Atom, Atom, int], *args: Term) -> BeamError:
    return BeamError(ERROR, SYSTEM_LIMIT, mfa=mfa, arguments=args)


def apply_code(p: Process, m: Term, f: Term, args: tuple[Term, ...]) -> Any:
    """Where the function `m:f` with so many arguments begins. Raises badarg."""
    if type(m) is not Atom or type(f) is not Atom:
        raise _bad_arguments(APPLY_3, m, f, make_list(args))
    if m is ERLANG and (m, f, len(args)) == APPLY_3:
        return apply_args(p, *args)
    return _applied(p, m, f, args)


def apply_args(p: Process, m: Term, f: Term, args: Term) -> Any:
    """As `apply_code`, with the arguments in an Erlang list."""
    while True:
        items = list_items(args)
        if type(m) is not Atom or type(f) is not Atom or items is None:
            raise _bad_arguments(APPLY_3, m, f, args)
        if m is not ERLANG or (m, f, len(items)) != APPLY_3:
            break
        # What applies apply/3 is where its errors happen.
        m, f, args = items
    if len(items) >= X_REGISTERS:
        raise _too_many(APPLY_3, m, f, args)
    code = _applied(p, m, f, items)
    _load(p, items)
    return code


def on_load_code(p: Process, m: Term) -> Any:
    """Where the on_load function of `m` begins. Raises badarg unless a version of `m` waits for
    that function."""
    module = p.vm.code.waiting.get(m) if type(m) is Atom else None
    if module is None or module.on_load is None:
        raise _bad_arguments(ON_LOAD_1, m)
    return module.on_load.code


def hibernate_args(p: Process, m: Term, f: Term, args: Term) -> Any:
    """As `apply_args`; all other registers are forgotten, as hibernation does."""
    items = list_items(args)
    if type(m) is not Atom or type(f) is not Atom or items is None:
        raise _bad_arguments(HIBERNATE_3, m, f, args)
    if len(items) > MOST_HIBERNATING and p.vm.release >= HIBERNATES_ITSELF_SINCE:
        raise _too_many(HIBERNATE_3, m, f, args)
    if len(items) >= X_REGISTERS:
        raise _too_many(APPLY_3, m, f, args)
    _load(p, items)
    p.x[len(items) :] = [None] * (len(p.x) - len(items))
    return _waking(p.vm.export(m, f, len(items)))


def _waking(export: Export) -> Any:
    def wake_up(x: list[Any], s: list[Any], p: Any) -> Any:
        # The function is looked up when the process wakes up: code may have been loaded meanwhile.
        return export.code

    return wake_up


def called_on_waking(code: Any) -> Export | None:
    """The function that a process will call which hibernates and goes on at `code`."""
    if getattr(code, "__code__", None) not in _waking.__code__.co_consts:
        return None
    called: Export = code.__closure__[0].cell_contents
    return called


def apply_fun_args(p: Process, f: Term, args: Term) -> Any:
    """Where the fun `f` begins, with the arguments in an Erlang list."""
    items = list_items(args)
    if items is None:
        if p.vm.release < BAD_ARGUMENTS_SHOWN_SINCE:
            raise badarg()
        raise _bad_arguments(APPLY_2, f, args)
    if len(items) > (MOST_OF_FUN if p.vm.release >= FEWER_OF_FUN_SINCE else MOST_OF_FUN + 1):
        if p.vm.release < BAD_ARGUMENTS_SHOWN_SINCE:
            raise error(SYSTEM_LIMIT)
        raise _too_many(APPLY_2, f, args)
    if type(f) is Fun and f.arity == len(items):
        _load(p, [*items, *f.env])
        return f.entry.code
    if type(f) is ExternalFun and f.arity == len(items):
        _load(p, items)
        return external_fun_code(p, f)
    bad_fun_call(f, tuple(items))


def _load(p: Process, values: list[Term]) -> None:
    p.x[: len(values)] = values
    assert len(p.x) >= X_REGISTERS


def undefined_function(p: Process, export: Export, args: tuple[Term, ...]) -> Any:
    """Load the module of `export`, or ask the process's error handler; where to go on. As long as
    the module's on_load function runs, the process waits.

    In a system that was booted, M:undefined_function/3 decides, where M is error_handler or what
    process_flag(error_handler, M) names; in another one, when a process names one. Raises undef.
    """
    undefined = BeamError(ERROR, UNDEF, mfa=export.mfa, arguments=args)
    handler = p.flags.get(ERROR_HANDLER, DEFAULT_HANDLER)
    if not p.vm.booted and export.bif is None:
        if p.vm.load_module(export.module) and not export.is_undefined:
            return export.code
        p.vm.wait_for_module(p, export.module, export.code, undefined)
    if (p.vm.booted and not p.vm.is_builtin(*export.mfa)) or handler is not DEFAULT_HANDLER:
        own = p.vm.export(handler, UNDEFINED_FUNCTION, 3)
        if own.function is not None:
            p.x[:3] = [export.module, export.name, make_list(args)]
            return own.code
        if p.vm.release < ARGUMENTS_SHOWN_SINCE:
            raise BeamError(ERROR, UNDEF, mfa=export.mfa)
    raise undefined


def empty_stack(p: Process) -> None:
    """Drop all frames; the lowest return address stays."""
    del p.stack[1:]
