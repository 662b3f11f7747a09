"""Writing the steps of a process: numbers, variables, and the table of operations.

Operations register themselves with `operation`; they live in the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from conformance.random_programs.choices import Choices, Decisions
from conformance.random_programs.tree import Node, listing, other

NAMES: Final = ("'?MODULE_a'", "'?MODULE_b'")
"""The names that processes register; atoms that belong to one program, since many run at once."""

TAG: Final = "m"
"""What ordinary messages begin with: `{m, Sender, Step}`."""

ALIASES_SINCE: Final = 24

Text = str | Node


@dataclass(frozen=True)
class View:
    """What a process can name at one place of its code.

    `me` is its number. `pids` are the numbers of the processes whose pids it has, in the
    variables P0, P1, ... The others are variables (or names of tables): `monitors` with the number
    of the process that they watch, or None when that is not known.
    """

    me: int
    pids: tuple[int, ...] = ()
    monitors: tuple[tuple[str, int | None], ...] = ()
    timers: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()

    @property
    def others(self) -> tuple[int, ...]:
        """The other processes that it knows."""
        return tuple(number for number in self.pids if number != self.me)

    def with_pid(self, number: int) -> View:
        """Knowing one process more."""
        return replace(self, pids=(*self.pids, number))

    def with_monitor(self, variable: str, watched: int | None) -> View:
        """Knowing one monitor more."""
        return replace(self, monitors=(*self.monitors, (variable, watched)))

    def with_timer(self, variable: str) -> View:
        """Knowing one timer more."""
        return replace(self, timers=(*self.timers, variable))

    def with_alias(self, variable: str) -> View:
        """Knowing one alias more."""
        return replace(self, aliases=(*self.aliases, variable))

    def with_table(self, table: str) -> View:
        """Knowing one table more."""
        return replace(self, tables=(*self.tables, table))


Step = tuple[Node, View]
"""The text of a step, and what can be named behind it."""


class Writer(Decisions):
    """Writes the steps of one program for one release.

    `without` names functions (`module:name/arity`) that programs must not call.
    """

    def __init__(
        self, choices: Choices, release: int, without: frozenset[str] = frozenset()
    ) -> None:
        super().__init__(choices)
        self.release = release
        self._usable = [
            (one.weight, one.write)
            for one in OPERATIONS
            if release >= one.since and not without.intersection(one.calls)
        ]
        self._steps = 0
        self._variables = 0

    def number_of_step(self) -> int:
        """The number of the next step; the one behind it is that of its logging."""
        self._steps += 2
        return self._steps

    def fresh(self, letter: str) -> str:
        """A variable that the program does not have yet."""
        self._variables += 1
        return f"{letter}{self._variables}x"

    def pid(self, view: View, *, itself: int = 10) -> tuple[str, int]:
        """An expression for some process, and its number; so often for the process itself."""
        if not view.others or self.chance(itself):
            return "self()", view.me
        number = self.pick(view.others)
        return f"P{number}", number

    def message(self, view: View) -> str:
        """A message that no other step of the program sends."""
        return f"{{{TAG}, {view.me}, {self.number_of_step()}}}"

    def name(self) -> str:
        """One of the names."""
        return self.pick(NAMES)

    def timeout(self, step: int, most: int = 3) -> str:
        """A time for a timer of that step, in milliseconds; often 0."""
        low = 0 if self.chance(40) else 1
        time = self.number(low, most)
        return str(time) if time == 0 else f"timer(C, {step}, {time})"

    def pause(self) -> str:
        """A gate within a step, before each thing after the first that concerns others."""
        return f"pause(C, {self.number_of_step()})"

    def step(self, *text: Text, step: int | None = None, bind: str = "", safely: int = 75) -> Node:
        """A step, which so often goes on after an exception; `bind` is a pattern for its value."""
        number = self.number_of_step() if step is None else step
        how = "attempt" if self.chance(safely) else "step"
        binding = f"{bind} = " if bind else ""
        return other(f"{binding}{how}(C, {number}, fun() -> ", *text, " end)")

    def steps(self, view: View, count: int) -> list[Node]:
        """So many operations after each other."""
        nodes = []
        for _ in range(count):
            node, view = self.operation(view)
            nodes.append(node)
        return nodes

    def operation(self, view: View) -> Step:
        """Some operation that is possible here."""
        while True:
            step = self.weighted(self._usable)(self, view)
            if step is not None:
                return step

    def inner(self, view: View, most: int = 2) -> Node:
        """The body of a clause: up to so many operations."""
        return listing([*self.steps(view, self.number(0, most)), other("ok")], ", ", least=1)


Write = Callable[[Writer, View], Step | None]
"""Writes one operation; None when there is nothing here that it could work on."""


@dataclass(frozen=True)
class Operation:
    """A way to write a step: how often, from which release on, and what it calls."""

    weight: int
    write: Write
    since: int
    calls: frozenset[str]


OPERATIONS: Final[list[Operation]] = []

CALLED: Final[set[str]] = set()
"""Every function, as module:name/arity, that some operation cannot do without."""

F = TypeVar("F", bound=Write)


def operation(weight: int, calls: Sequence[str] = (), since: int = 0) -> Callable[[F], F]:
    """Register the decorated function as an operation of releases from `since` on."""

    def register(write: F) -> F:
        CALLED.update(calls)
        OPERATIONS.append(Operation(weight, write, since, frozenset(calls)))
        return write

    return register
