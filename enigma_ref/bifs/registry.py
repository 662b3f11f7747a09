"""Where built-in functions register themselves under their Erlang names."""

from __future__ import annotations

import functools
from collections.abc import Callable, Generator
from typing import Any, TypeVar

from enigma_ref.machine.process import Process
from enigma_ref.machine.suspension import Leave
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


def bif(
    module: str, name: str, arity: int, *, process: bool = False, steps: bool = False
) -> Callable[[F], F]:
    """Register the decorated function as `module:name/arity`.

    With `process=True` it is called with the running process first. It returns a term or raises
    `BeamError`. With `steps=True` it is a generator function that wants the process and does its
    work as `Steps`, so that a call that takes long does not hold up other processes. Raises
    ValueError when two functions claim one name.
    """

    def register(function: F) -> F:
        mfa = (module, name, arity)
        if mfa in IMPLEMENTATIONS:
            raise ValueError(f"{module}:{name}/{arity} is implemented twice")
        IMPLEMENTATIONS[mfa] = _in_steps(function) if steps else function
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


def _in_steps(function: Callable[..., Steps]) -> Implementation:
    """The function as one that leaves when the reductions of its process are used up, and goes
    on when it is called again."""

    @functools.wraps(function)
    def call(process: Process, *arguments: Any) -> Any:
        work = process.work
        if work is None:
            work = function(process, *arguments)
        else:
            process.work = None
        try:
            while True:
                process.reductions -= next(work)
                if process.reductions <= 0:
                    process.work = work
                    raise Leave
        except StopIteration as done:
            return done.value

    return call
