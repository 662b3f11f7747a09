"""Many calls of many built-in functions: made, put to both sides, compared, made smaller."""

from __future__ import annotations

import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Final

import hypothesis
from hypothesis import HealthCheck, Phase, given, settings

from codegen.model import Bif
from conformance.generated_calls.calls import scripts
from conformance.generated_calls.compare import Difference, difference, misfit
from conformance.generated_calls.oracle import Oracle, Said
from conformance.generated_calls.reduce import reduce_script
from conformance.generated_calls.results import BifResult, Finding, Misfit
from conformance.generated_calls.script import Script
from conformance.generated_calls.selection import (
    rules_of,
    selected,
    spec,
    varying,
    varying_with_large_maps,
)
from conformance.generated_calls.subject import Reply, Subject
from enigma_ref.terms.external import decode

FINDINGS: Final = 8
"""How many ways to differ are shown of one function."""

MISFITS: Final = 3


@dataclass(frozen=True)
class Plan:
    """Which calls to make. `filters` are parts of, or patterns for, names of functions."""

    otp: int
    per_bif: int
    seed: int
    filters: tuple[str, ...] = ()
    explain: bool = False
    reduced: bool = True


REDUCE_SECONDS: Final = 60
"""For so long smaller calls are looked for: one that fills the memory takes ten seconds."""


@dataclass
class Tally:
    """What came of the calls of one function."""

    calls: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)
    misfits: dict[str, Script] = field(default_factory=dict)
    """How answers of `erl` break the specification, with a call that shows it."""


def make(bif: Bif, count: int, seed: int) -> list[Script]:
    """So many calls of a function, fewer when there are not as many.

    They follow from the seed, and from which modules of the project are loaded: Hypothesis also
    draws constants that it finds in them.
    """
    found: list[Script] = []

    @hypothesis.seed(f"{seed} {bif.mfa}")
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(scripts(bif))
    def collect(script: Script) -> None:
        found.append(script)

    with warnings.catch_warnings():
        # Strategies over large values have long names.
        warnings.simplefilter("ignore", hypothesis.errors.HypothesisWarning)
        collect()
    return found[:count]


class Bench:
    """An emulator and a VM of one release, side by side."""

    def __init__(self, otp: int) -> None:
        self.otp = otp
        self.oracle = Oracle(otp)
        self.subject = Subject(self.oracle.release, self.oracle.folders)

    def close(self) -> None:
        """End the emulator."""
        self.oracle.close()

    def judge(self, bif: Bif, made: Sequence[Script], *, explain: bool = False) -> Tally:
        """Put scripts of one function to both sides."""
        tally = Tally(len(made))
        answers = self.oracle.ask([script.encoded(explain) for script in made])
        for script, said in zip(made, answers, strict=True):
            if said.outcome not in ("answer", "large"):
                tally.outcomes[f"{said.outcome} (erl)"] += 1
                continue
            reply = self.subject.ask(script, explain=explain)
            found = self._compare(bif, script, said, reply)
            if said.outcome == "answer":
                answer = decode(said.data)
                tally.outcomes[f"{answer[0].name}s"] += 1
                wrong = misfit(bif, answer)
                if wrong and len(tally.misfits) < MISFITS:
                    tally.misfits.setdefault(wrong, script)
            tally.outcomes["same" if found is None else "different"] += 1
            if found is not None:
                tally.differences.append(found)
        return tally

    def _compare(self, bif: Bif, script: Script, said: Said, reply: Reply) -> Difference | None:
        if said.outcome == "answer":
            rules = rules_of(bif.mfa)
            varies = bif.mfa in varying() or (
                bif.mfa in varying_with_large_maps() and script.has_large_map()
            )
            return difference(script, said, reply, self.otp, rules=rules, varies=varies)
        if reply.outcome != "answer":
            return Difference(script, reply.outcome, "a large answer", reply.text)
        if self.subject.hash(reply.term) == said.hash:
            return None
        return Difference(script, "value", "a large answer", "another one")

    def reduce(self, bif: Bif, found: Difference, *, explain: bool = False) -> Difference:
        """The smallest call found with a difference like this one, and what it shows."""
        last = found
        until = time.monotonic() + REDUCE_SECONDS

        def interesting(candidates: Sequence[Script]) -> list[bool]:
            nonlocal last
            if time.monotonic() > until:
                return [False] * len(candidates)
            differences = self.judge(bif, candidates, explain=explain).differences
            alike = {
                id(one.script): one
                for one in differences
                if (one.kind, one.signature) == (found.kind, found.signature)
            }
            holds = [id(script) in alike for script in candidates]
            if any(holds):
                last = alike[id(candidates[holds.index(True)])]
            return holds

        reduce_script(found.script, interesting)
        return last

    def run(self, bif: Bif, plan: Plan, made: Sequence[Script] | None = None) -> BifResult:
        """Make, judge and make smaller the calls of one function; `made` are made already."""
        if made is None:
            made = make(bif, plan.per_bif, plan.seed)
        tally = self.judge(bif, made, explain=plan.explain)
        result = BifResult(bif.mfa, tally.calls, tally.outcomes)
        for alike in distinct(tally.differences)[:FINDINGS]:
            one = alike[0]
            if plan.reduced:
                one = self.reduce(bif, one, explain=plan.explain)
            result.findings.append(
                Finding(one.kind, len(alike), one.script.text(), one.expected, one.actual)
            )
        result.misfits = [Misfit(why, script.text()) for why, script in tally.misfits.items()]
        return result


def distinct(differences: Sequence[Difference]) -> list[list[Difference]]:
    """Differences that mostly have one cause together, those with the shortest call first."""
    groups: dict[tuple[str, str], list[Difference]] = {}
    for one in sorted(differences, key=lambda one: len(one.script.text())):
        groups.setdefault((one.kind, one.signature), []).append(one)
    return list(groups.values())


_benches: dict[int, Bench] = {}


def _work(mfa: str, plans: Sequence[Plan]) -> list[tuple[int, BifResult]]:
    """The calls do not depend on the release: they are made once, which takes most of the time."""
    bif = spec().bifs[mfa]
    made = make(bif, plans[0].per_bif, plans[0].seed)
    results = []
    for plan in plans:
        if plan.otp not in _benches:
            _benches[plan.otp] = Bench(plan.otp)
        results.append((plan.otp, _benches[plan.otp].run(bif, plan, made)))
    return results


def campaign(plans: Sequence[Plan], jobs: int) -> Iterator[tuple[int, BifResult]]:
    """Releases, and their results of each function, in the order of bifs.yaml.

    The plans differ in their release only.
    """
    having: dict[str, list[Plan]] = {name: [] for name in spec().bifs}
    for plan in plans:
        for bif in selected(plan.otp, plan.filters):
            having[bif.mfa].append(plan)
    # Each process has one emulator of each release, which ends with it: its input closes.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(_work, mfa, plans) for mfa, plans in having.items() if plans]
        try:
            for future in futures:
                yield from future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def run_here(plan: Plan, bench: Bench, done: Callable[[BifResult], None] = lambda _: None) -> (
    list[BifResult]
):  # fmt: skip
    """The same in this process, with an emulator and a VM that are there already."""
    results = []
    for bif in selected(plan.otp, plan.filters):
        results.append(bench.run(bif, plan))
        done(results[-1])
    return results
