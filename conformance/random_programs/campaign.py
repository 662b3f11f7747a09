"""Many programs: made, run on both sides in several processes, and what differs made smaller."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from typing import Final

from conformance.random_programs.choices import Seeded
from conformance.random_programs.concurrent.judge import ConcurrentBench
from conformance.random_programs.concurrent.programs import program
from conformance.random_programs.judging import Judging, Verdict
from conformance.random_programs.modules import module
from conformance.random_programs.oracle import Oracle, Program, Said
from conformance.random_programs.subject import Difference, Subject
from conformance.random_programs.tree import Node
from conformance.variants import VARIANTS
from enigma_ref.runtime.vm import CallTimeout

CHUNK: Final = 40
"""How many programs are compiled and run in one go."""

PLAIN_PERCENT: Final = 60
_SAME_CODE: Final = frozenset({"plain", "debug_info"})


@dataclass(frozen=True)
class Plan:
    """Which programs to make: `count` of them from `first` on, for one release."""

    seed: int
    count: int
    otp: int
    first: int = 0
    without: frozenset[str] = frozenset()
    concurrent: bool = False


@dataclass
class Tally:
    """How programs came out, by outcome, and those that differ by their number. `counts` are
    other things that were counted."""

    outcomes: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    differences: dict[int, Difference] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Add those of another part."""
        self.outcomes += other.outcomes
        self.counts += other.counts
        self.differences |= other.differences
        self.notes += other.notes


def tree_of(plan: Plan, number: int) -> Node:
    """The program with that number."""
    if plan.concurrent:
        return program(Seeded(f"concurrent {plan.seed}-{number}"), plan.otp, plan.without)
    return module(Seeded(f"{plan.seed}-{number}"), plan.otp, plan.without)


def variant_of(plan: Plan, number: int) -> str:
    """How the program with that number is compiled."""
    source = random.Random(f"variant {plan.seed}-{number}")
    if source.random() * 100 < PLAIN_PERCENT:
        return "plain"
    usable = [v.name for v in VARIANTS.values() if v.applies_to(plan.otp)]
    return source.choice([name for name in usable if name not in _SAME_CODE])


class Bench(Judging):
    """An emulator and a VM of one release, side by side."""

    def __init__(self, otp: int) -> None:
        self.oracle = Oracle(otp)
        self._subject = Subject(self.oracle.release)

    def judge(self, programs: Sequence[Program]) -> list[Verdict]:
        """What came of each program."""
        return [
            self.compare(program, said)
            for program, said in zip(programs, self.oracle.run(programs), strict=True)
        ]

    def compare(self, program: Program, said: Said) -> Verdict:
        """What came of a program that `erl` has run."""
        if said.outcome != "ok":
            return Verdict(f"{said.outcome} (erl)", text=said.text)
        try:
            difference = self._subject.check(program, said)
        except CallTimeout:
            return Verdict("late (enigma)")
        return Verdict("same" if difference is None else "different", difference)

    def pretty(self, source: str) -> str:
        """The source laid out by `erl_pp`."""
        return self.oracle.pretty(source)

    def close(self) -> None:
        """End the emulator."""
        self.oracle.close()


def make_bench(plan: Plan) -> Judging:
    """What judges the programs of a plan."""
    return ConcurrentBench(plan.otp) if plan.concurrent else Bench(plan.otp)


def judge(plan: Plan, bench: Judging) -> Tally:
    """Make, run and compare all programs of a plan, in one go."""
    numbers = range(plan.first, plan.first + plan.count)
    letter = "c" if plan.concurrent else "r"
    programs = [
        Program(f"{letter}{plan.seed}_{one}", str(tree_of(plan, one)), variant_of(plan, one))
        for one in numbers
    ]
    tally = Tally()
    for number, verdict in zip(numbers, bench.judge(programs), strict=True):
        tally.outcomes[verdict.outcome] += 1
        tally.counts += verdict.counts
        if verdict.difference is not None:
            tally.differences[number] = verdict.difference
        elif verdict.outcome != "same":
            tally.notes.append(f"{plan.seed}-{number}: {verdict.outcome} {verdict.text:.300}")
    return tally


_bench: Judging | None = None


def _part(plan: Plan) -> Tally:
    global _bench
    if _bench is None:
        _bench = make_bench(plan)
    return judge(plan, _bench)


def _parts(plan: Plan) -> Iterator[Plan]:
    end = plan.first + plan.count
    for first in range(plan.first, end, CHUNK):
        yield replace(plan, first=first, count=min(CHUNK, end - first))


def campaign(plan: Plan, jobs: int, done: Callable[[Tally], None] = lambda _: None) -> Tally:
    """Make, run and compare all programs; `done` is called with each part."""
    tally = Tally()
    parts = _parts(plan)
    # Each process has one emulator, which ends with it: its input closes.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        running: set[Future[Tally]] = set()
        while True:
            while len(running) < 2 * jobs and (part := next(parts, None)) is not None:
                running.add(pool.submit(_part, part))
            if not running:
                return tally
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                tally.add(future.result())
                done(future.result())
