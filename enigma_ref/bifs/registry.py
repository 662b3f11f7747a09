"""Where built-in functions register themselves under their Erlang names."""

from __future__ import annotations

import functools
from collections.abc import Callable, Generator
from typing import Any, TypeVar

from enigma_ref.machine.process import Process
from enigma_ref.machine.suspension import Leave
from enigma_ref.terms import Term, atom
from enigma_ref.terms.parts import Parts

Implementation = Callable[..., Any]
F = TypeVar("F", bound=Implementation)
T = TypeVar("T")

Mfa = tuple[str, str, int]

IMPLEMENTATIONS: dict[Mfa, Implementation] = {}
"""Every built-in function that has Python code, by (module, function, arity)."""

WANTS_PROCESS: set[Mfa] = set()
"""Those whose code gets the running process before its arguments."""


IN_STEPS: set[Mfa] = set()
"""Those that may give the processor back before they are done."""

Steps = Generator[int, None, Any]
"""Work that others may interrupt: it tells after each part how many reductions that was worth."""


class _Rest:
    """What is left of a built-in function's work, and where the process is told to be meanwhile."""

    __slots__ = ("inside", "work")

    def __init__(self, work: Steps, inside: Term) -> None:
        self.work = work
        self.inside = inside


def bif(
    module: str,
    name: str,
    arity: int,
    *,
    process: bool = False,
    steps: bool = False,
    trap: Mfa | None = None,
) -> Callable[[F], F]:
    """Register the decorated function as `module:name/arity`.

    With `process=True` it is called with the running process first. It returns a term or raises
    `BeamError`. With `steps=True` it is a generator function that wants the process and does its
    work as `Steps`, so that a call that takes long does not hold up other processes; a process
    that has left it is said to be in `trap`, by default in the function itself (traces of
    `running` and process_info/2 tell). Raises ValueError when two functions claim one name.
    """

    def register(function: F) -> F:
        mfa = (module, name, arity)
        if mfa in IMPLEMENTATIONS:
            raise ValueError(f"{module}:{name}/{arity} is implemented twice")
        IMPLEMENTATIONS[mfa] = _in_steps(function, trap or mfa) if steps else function
        if steps:
            IN_STEPS.add(mfa)
        if process or steps:
            WANTS_PROCESS.add(mfa)
        return function

    return register


def worth(reductions: int, work: Parts[T]) -> Generator[int, None, T]:
    """Work as steps that are worth so many reductions each."""
    while True:
        try:
            next(work)
        except StopIteration as done:
            result: T = done.value
            return result
        yield reductions


def _in_steps(function: Callable[..., Steps], trap: Mfa) -> Implementation:
    """The function as one that leaves when the reductions of its process are used up, and goes
    on when it is called again."""
    inside = (atom(trap[0]), atom(trap[1]), trap[2])

    @functools.wraps(function)
    def call(process: Process, *arguments: Any) -> Any:
        rest = process.work
        if rest is None:
            work = function(process, *arguments)
        else:
            work = rest.work
            process.work = None
        try:
            while True:
                process.reductions -= next(work)
                if process.reductions <= 0:
                    process.work = _Rest(work, inside)
                    raise Leave
        except StopIteration as done:
            return done.value

    return call
