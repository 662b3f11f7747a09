"""Whole programs: how many processes, who makes whom, what each does, and how it ends."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from conformance.random_programs.choices import Choices
from conformance.random_programs.concurrent import (
    local,
    messages,
    monitors,
    names,
    signals,
    spawning,
    tables,
    timers,
)
from conformance.random_programs.concurrent.writer import Step, View, Writer
from conformance.random_programs.tree import Node, listing, other

SUBJECTS: Final = (local, messages, monitors, names, signals, spawning, tables, timers)
"""Modules that register operations."""

MOST_PROCESSES: Final = 5
STEPS: Final = 15
"""About how many operations the processes of a program have together."""

ENDS: Final = (
    (10, "ok"),
    (2, "exit(normal)"),
    (2, "exit(shutdown)"),
    (3, "exit(oops)"),
    (1, "exit(kill)"),
    (1, "exit({shutdown, 1})"),
    (2, "error(oops)"),
    (1, "throw(oops)"),
)

_HEAD: Final = """-module(?MODULE).
-compile([export_all, nowarn_export_all]).
-import(enigma_concurrent, [
    attempt/3, drain/0, enter/2, leave/2, left/1, pause/2, queue/1, spawned/4, step/3, timer/3
]).

run(Mode) ->
    enigma_concurrent:run(Mode, fun(C) -> w0(C) end).

"""

INTRODUCED_MS: Final = 20
"""How long processes wait to be told about the others."""

SEPARATOR: Final = ",\n    "


def program(choices: Choices, release: int, without: frozenset[str] = frozenset()) -> Node:
    """A module whose `run(Mode)` gives what its processes saw, as a tree (enigma_concurrent.erl
    says in which form and what modes there are).

    Its name is still `?MODULE`. It calls none of the functions in `without`, given as
    `module:name/arity`.
    """
    return _Program(Writer(choices, release, without)).write()


class _Program:
    """Writes the processes of a program one after another, each after the one that makes it."""

    def __init__(self, writer: Writer) -> None:
        w = self._w = writer
        count = w.number(2, MOST_PROCESSES)
        self._makers = [-1, *(w.number(0, n - 1) if w.chance(20) else 0 for n in range(1, count))]
        self._views = {0: View(0, (0,))}
        """What each process can name when it begins."""
        self._introduced = w.chance(50)
        """Whether those that the first process makes are told about each other."""
        self._most = max(2, -(-STEPS // count))

    def write(self) -> Node:
        """The module."""
        functions = [self._process(number) for number in range(len(self._makers))]
        return other(_HEAD, listing(functions, "\n\n", least=1), "\n")

    def _made_by(self, number: int) -> list[int]:
        return [one for one, maker in enumerate(self._makers) if maker == number]

    def _process(self, number: int) -> Node:
        w = self._w
        view = self._views[number]
        head = f"w{number}({_arguments(view)}) ->\n    P{number} = enter(C, {number}),\n    "
        steps: list[Node] = []
        if self._introduced and self._makers[number] == 0:
            node, view = self._is_told(view)
            steps.append(node)
        if number == 0:
            for table in range(w.number(0, 2)):
                node, view = tables.made(w, view, f"E{table}")
                steps.append(node)
        for child in self._made_by(number):
            if w.chance(30):
                node, view = w.operation(view)
                steps.append(node)
            self._views[child] = View(child, (*view.pids, child), tables=view.tables)
            node, view = spawning.child(w, view, child, _arguments(self._views[child]))
            steps.append(node)
        if self._introduced and number == 0:
            steps += map(self._tells, self._made_by(0))
        for _ in range(w.number(2, self._most)):
            node, view = w.operation(view)
            steps.append(node)
        if w.chance(60):
            steps.append(self._lingers())
        return other(
            head,
            listing([*steps, other(f"leave(C, {w.number_of_step()})")], SEPARATOR, least=1),
            f"{SEPARATOR}{w.weighted(ENDS)}.",
        )

    def _tells(self, child: int) -> Node:
        pids = ", ".join(f"P{one}" for one in self._made_by(0))
        return self._w.step(f"P{child} ! {{peers, [{pids}]}}", safely=100)

    def _is_told(self, view: View) -> Step:
        """The first step of a process that is told who else there is."""
        brothers = self._made_by(0)
        new = [one for one in brothers if one not in view.pids]
        items = ", ".join(f"P{one}" if one in new else "_" for one in brothers)
        step = self._w.number_of_step()
        text = f"receive {{peers, All}} -> All after timer(C, {step}, {INTRODUCED_MS}) -> alone end"
        node = self._w.step(text, step=step, bind=f"[{items}]", safely=0)
        return node, replace(view, pids=(*view.pids, *new))

    def _lingers(self) -> Node:
        """The last step of most processes: what else comes in a while."""
        step = self._w.number_of_step()
        time = self._w.number(1, 3)
        text = f"receive never -> ok after timer(C, {step}, {time}) -> ok end"
        return self._w.step(f"{text}, {self._w.pause()}, drain()", step=step, safely=100)


def _arguments(view: View) -> str:
    """What the function of a process is called with; all have the same names in its maker."""
    pids = [f"P{one}" for one in view.pids if one != view.me]
    return ", ".join(("C", *pids, *view.tables))
