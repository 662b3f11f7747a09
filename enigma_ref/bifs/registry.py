"""Where built-in functions register themselves under their Erlang names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Implementation = Callable[..., Any]
F = TypeVar("F", bound=Implementation)

Mfa = tuple[str, str, int]

IMPLEMENTATIONS: dict[Mfa, Implementation] = {}
"""Every built-in function that has Python code, by (module, function, arity)."""

WANTS_PROCESS: set[Mfa] = set()
"""Those whose code gets the running process before its arguments."""


def bif(module: str, name: str, arity: int, *, process: bool = False) -> Callable[[F], F]:
    """Register the decorated function as `module:name/arity`.

    With `process=True` it is called with the running process first. It returns a term or raises
    `BeamError`. Raises ValueError when two functions claim one name.
    """

    def register(function: F) -> F:
        mfa = (module, name, arity)
        if mfa in IMPLEMENTATIONS:
            raise ValueError(f"{module}:{name}/{arity} is implemented twice")
        IMPLEMENTATIONS[mfa] = function
        if process:
            WANTS_PROCESS.add(mfa)
        return function

    return register
