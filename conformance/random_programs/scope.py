"""What an expression can name: variables, functions and records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from conformance.random_programs.kinds import Kind, fits


@dataclass(frozen=True, slots=True)
class Signature:
    """A function of the module. The first parameter of one that `counts` goes down to 0."""

    name: str
    parameters: tuple[Kind, ...]
    result: Kind
    exported: bool = True
    counts: bool = False


@dataclass(frozen=True, slots=True)
class RecordType:
    """A record of the module and the kinds of its fields."""

    name: str
    fields: tuple[tuple[str, Kind], ...]


@dataclass(frozen=True, slots=True)
class Countdown:
    """A function that may call itself here, with its counter variable less one.

    `name` is a function's, or the variable of a named fun.
    """

    name: str
    counter: str
    parameters: tuple[Kind, ...]
    result: Kind


@dataclass(frozen=True, slots=True)
class Scope:
    """What can be named at one place. Binding gives a new scope."""

    variables: tuple[tuple[str, Kind], ...] = ()
    functions: tuple[Signature, ...] = ()
    itself: tuple[Countdown, ...] = ()

    def bind(self, variables: Sequence[tuple[str, Kind]]) -> Scope:
        """With more variables."""
        return replace(self, variables=(*self.variables, *variables))

    def names(self, kind: Kind) -> list[str]:
        """Variables for a value of that kind, the latest first."""
        return [name for name, its in reversed(self.variables) if fits(its, kind)]
