"""Comparing by sets of outcomes: whatever the VM shows, `erl` has to be able to show.

Every program runs many times in `erl`, disturbed in several ways, and under many schedules in the
VM. An outcome of the VM that `erl` did not show is then asked for: `erl` runs the program by the
plan of the VM's run, with ever more time for each event, on two schedulers and on one, and many
times more at random. Only what it does not show even so is a difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from conformance.random_programs.concurrent.oracle import (
    Compiled,
    ConcurrentOracle,
    Job,
    Outcomes,
)
from conformance.random_programs.concurrent.plans import PLAIN, Plan, random_mode
from conformance.random_programs.concurrent.subject import ConcurrentSubject, Shown
from conformance.random_programs.judging import Judging, Verdict
from conformance.random_programs.oracle import Program
from conformance.random_programs.subject import Difference
from enigma_ref.terms import Term
from enigma_ref.terms.external import decode
from enigma_ref.terms.pretty import format_p

Modes = tuple[tuple[int, Term], ...]

FIRST: Final[Modes] = ((8, PLAIN), (12, random_mode(30)), (10, random_mode(70)))
"""How each program runs in `erl`, whatever the VM does."""


@dataclass(frozen=True)
class Attempt:
    """A way to make `erl` show what it has not shown yet: on so many schedulers, by plans with so
    many milliseconds for each event, and at random."""

    schedulers: int
    slots: tuple[tuple[int, int], ...]
    modes: Modes = ()
    others: bool = False
    """Whether it goes by the plan's `others`."""

    def modes_for(self, plans: Sequence[Plan]) -> Modes:
        """The modes to run a program in for some plans."""
        if self.others:
            plans = [other for plan in plans for other in plan.others()]
        planned = tuple((count, plan.mode(ms)) for count, ms in self.slots for plan in plans)
        return (*planned, *self.modes)


ATTEMPTS: Final = (
    Attempt(2, ((2, 2),)),
    Attempt(2, ((3, 5),)),
    Attempt(2, ((2, 5),), others=True),
    Attempt(1, ((3, 10),), ((100, random_mode(20)), (100, random_mode(50)))),
    Attempt(2, ((2, 15),), others=True),
    Attempt(2, ((4, 15),), ((500, random_mode(10)), (500, random_mode(40)))),
)
NEAREST: Final = 2
"""How many outcomes of `erl` a difference shows."""


@dataclass
class _Trial:
    """A program while it is judged. `missing` are outcomes of the VM that `erl` has not shown."""

    program: Program
    beam: bytes
    seen: Outcomes
    shown: Shown

    @property
    def missing(self) -> dict[bytes, Plan]:
        return {key: plan for key, plan in self.shown.outcomes.items() if key not in self.seen}


class ConcurrentBench(Judging):
    """Emulators and a VM of one release, side by side."""

    trials = 400

    def __init__(self, otp: int) -> None:
        self._otp = otp
        self._oracles: dict[int, ConcurrentOracle] = {}
        self._subject = ConcurrentSubject(self.oracle(2).release)

    def oracle(self, schedulers: int) -> ConcurrentOracle:
        """The emulator with so many schedulers."""
        if schedulers not in self._oracles:
            self._oracles[schedulers] = ConcurrentOracle(self._otp, schedulers)
        return self._oracles[schedulers]

    def pretty(self, source: str) -> str:
        """The source laid out by `erl_pp`."""
        return self.oracle(2).pretty(source)

    def close(self) -> None:
        """End the emulators."""
        for oracle in self._oracles.values():
            oracle.close()

    def judge(self, programs: Sequence[Program]) -> list[Verdict]:
        """What came of each program."""
        oracle = self.oracle(2)
        compiled = oracle.compile(programs)
        able = [(p, c) for p, c in zip(programs, compiled, strict=True) if c.outcome == "ok"]
        seen = oracle.run([Job(program.name, one.beam, FIRST) for program, one in able])
        trials = {
            program.name: _Trial(
                program, one.beam, outcomes, self._subject.run(program.name, one.beam)
            )
            for (program, one), outcomes in zip(able, seen, strict=True)
            if outcomes is not None
        }
        asked = self._ask_again(list(trials.values()))
        return [
            self._verdict(trials[program.name], asked)
            if program.name in trials
            else _not_judged(one)
            for program, one in zip(programs, compiled, strict=True)
        ]

    def _ask_again(self, trials: Sequence[_Trial]) -> Counter[str]:
        """Ask `erl` for what it has not shown; how often each program's runs went by a plan."""
        planned: Counter[str] = Counter()
        for attempt in ATTEMPTS:
            open_ = [trial for trial in trials if trial.missing]
            jobs = []
            for trial in open_:
                plans = list(trial.missing.values())
                jobs.append(Job(trial.program.name, trial.beam, attempt.modes_for(plans)))
                planned[trial.program.name] += sum(count for count, _ in attempt.slots) * len(plans)
            for trial, found in zip(open_, self.oracle(attempt.schedulers).run(jobs), strict=True):
                before = len(trial.missing)
                trial.seen += found or Counter()
                planned["found"] += before - len(trial.missing)
        return planned

    def _verdict(self, trial: _Trial, asked: Counter[str]) -> Verdict:
        shown = trial.shown
        counts = Counter(
            {
                "runs of erl": trial.seen.total(),
                "runs of the VM": shown.runs,
                "outcomes of erl": len(trial.seen),
                "outcomes of the VM": len(shown.outcomes),
                "runs of erl by plans": asked[trial.program.name],
            }
        )
        if shown.fault:
            difference = Difference(trial.program, shown.fault, _texts(trial.seen), shown.detail)
        elif trial.missing:
            key, plan = next(iter(trial.missing.items()))
            difference = Difference(
                trial.program, "outcome", _texts(trial.seen, key), f"{_text(key)}\nby {plan}"
            )
        elif not shown.outcomes:
            return Verdict("unseen (enigma)", counts=counts)
        else:
            alone = len(trial.seen) == len(shown.outcomes) == 1
            counts["programs with one outcome" if alone else "programs with several outcomes"] = 1
            return Verdict("same", counts=counts)
        return Verdict("different", difference, counts=counts)


def _not_judged(compiled: Compiled) -> Verdict:
    outcome = "crashed" if compiled.outcome == "ok" else compiled.outcome
    return Verdict(f"{outcome} (erl)", text=compiled.text)


def _text(key: bytes) -> str:
    return str(format_p(decode(key)))


def _texts(seen: Outcomes, wanted: bytes | None = None) -> str:
    """Some outcomes of `erl`, the ones most like `wanted` first, or else the most frequent."""
    keys = [key for key, _ in seen.most_common()]
    if wanted is not None:
        keys.sort(key=lambda key: _distance(key, wanted))
    shown = "\n".join(_text(key) for key in keys[:NEAREST])
    more = len(keys) - NEAREST
    return f"{shown}\nand {more} other outcomes" if more > 0 else shown


def _distance(one: bytes, other: bytes) -> int:
    """How many lines of two outcomes, as texts, the other has not."""
    left, right = Counter(_text(one).splitlines()), Counter(_text(other).splitlines())
    return (left - right).total() + (right - left).total()
