"""The programs in our VM: CPU time, and how many instructions ran."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.erl import LONG_ENOUGH
from bench.programs import BenchError, Program
from enigma_ref.machine.code import Code, Export, Function
from enigma_ref.runtime.vm import VM
from enigma_ref.terms.text import format_w

NOT_EXECUTED = frozenset(
    ("label", "line", "func_info", "on_load", "nif_start", "executable_line", "debug_line", "put")
)
"""Not counted: OTP's loader runs nothing for these either (`put` only holds an operand of
put_tuple). `func_info` runs when no clause matches, and then raises."""


class Counter:
    """An observer that counts the instructions of functions as they run, by name.

    Every other generic instruction counts once, also when we make nothing of it (test_heap) or
    OTP several native ones. Built-in functions are part of the instruction that calls them.
    """

    def __init__(self) -> None:
        self._counts: dict[str, list[int]] = {}

    def observe(self, code: Code, name: str, owner: Function | Export, position: int) -> Code:
        """Code that counts itself and then runs the instruction."""
        if isinstance(owner, Export) or name in NOT_EXECUTED:
            return code
        count = self._counts.setdefault(name, [0])

        def counted(x: list[Any], s: list[Any], p: Any) -> Any:
            count[0] += 1
            return code(x, s, p)

        return counted

    def counts(self) -> dict[str, int]:
        """How often each instruction ran, most frequent first."""
        found = {name: count[0] for name, count in self._counts.items() if count[0]}
        return dict(sorted(found.items(), key=lambda item: -item[1]))


def count_instructions(program: Program, release: int, paths: Sequence[Path]) -> dict[str, int]:
    """How often each instruction ran in one run of a program."""
    counter = Counter()
    _call(VM(release, paths, observer=counter.observe), program)
    return counter.counts()


class Here:
    """Our VM; its code is made ready by a first run that is not timed."""

    def __init__(self, release: int, paths: Sequence[Path], engine: str | None = None) -> None:
        self._vm = VM(release, paths, engine=engine)
        self._warm: set[Program] = set()

    def run(self, program: Program) -> tuple[str, float]:
        """The result of a program as text, and the CPU milliseconds of one run of it, of as many as
        it takes to measure for as long as in `erl`.

        As in `enigma call`, Python's cyclic collector is off: terms form no cycles.
        """
        if program not in self._warm:
            self._warm.add(program)
            _call(self._vm, program)
        result, total, runs = "", 0.0, 0
        with _collected():
            while total < LONG_ENOUGH:
                start = time.process_time()
                result = _call(self._vm, program)
                total += (time.process_time() - start) * 1000
                runs += 1
        return result, total / runs

    def run_once(self, program: Program) -> tuple[str, float]:
        """As `run`, one run, also when it is the first."""
        with _collected():
            start = time.process_time()
            result = _call(self._vm, program)
            return result, (time.process_time() - start) * 1000


@contextmanager
def _collected() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _call(vm: VM, program: Program) -> str:
    outcome = vm.call(program.module, "run", [program.argument])
    if not outcome.ok:
        raise BenchError(f"{program.title} failed here: {format_w(outcome.reason)}")
    return format_w(outcome.value)
