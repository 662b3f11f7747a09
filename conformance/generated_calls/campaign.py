"""Many calls of many built-in functions: made, put to both sides, compared."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import hypothesis
from hypothesis import HealthCheck, Phase, given, settings

from codegen.model import Bif
from conformance.generated_calls.calls import scripts
from conformance.generated_calls.compare import Difference, difference, misfit
from conformance.generated_calls.oracle import Oracle
from conformance.generated_calls.reduce import reduce_script
from conformance.generated_calls.script import Script
from conformance.generated_calls.selection import rules_of, varying
from conformance.generated_calls.subject import Subject
from enigma_ref.terms.external import decode

SHOWN_MISFITS: Final = 3


@dataclass
class Tally:
    """What came of the calls of one function."""

    mfa: str
    calls: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)
    misfits: dict[str, str] = field(default_factory=dict)
    """How answers of `erl` break the specification, with a call that shows it."""


def make(bif: Bif, count: int, seed: int) -> list[Script]:
    """So many calls of a function, or all there are; they follow from the seed."""
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
        self.subject = Subject(self.oracle.release, self.oracle.folder)

    def close(self) -> None:
        """End the emulator."""
        self.oracle.close()

    def judge(self, bif: Bif, made: Sequence[Script], *, explain: bool = False) -> Tally:
        """Put scripts of one function to both sides."""
        tally = Tally(bif.mfa, len(made))
        answers = self.oracle.ask([script.encoded(explain) for script in made])
        for script, said in zip(made, answers, strict=True):
            if said.outcome not in ("answer", "large"):
                tally.outcomes[f"{said.outcome} (erl)"] += 1
                continue
            reply = self.subject.ask(script, explain=explain)
            found: Difference | None = None
            if said.outcome == "large":
                if reply.outcome != "answer":
                    found = Difference(script, reply.outcome, "a large answer", reply.text)
                elif self.subject.hash(reply.term) != said.hash:
                    found = Difference(script, "value", "a large answer", "another one")
            else:
                found = difference(
                    script,
                    said,
                    reply,
                    self.otp,
                    rules=rules_of(bif.mfa),
                    varies=bif.mfa in varying(),
                )
                answer = decode(said.data)
                tally.outcomes[f"{answer[0].name}s"] += 1
                wrong = misfit(bif, answer)
                if wrong and len(tally.misfits) < SHOWN_MISFITS:
                    tally.misfits.setdefault(wrong, script.text())
            if found is None:
                tally.outcomes["same"] += 1
            else:
                tally.outcomes["different"] += 1
                tally.differences.append(found)
        return tally

    def reduce(self, bif: Bif, difference: Difference, *, explain: bool = False) -> Difference:
        """The smallest call found with a difference like this one, and what it shows."""
        last = difference

        def interesting(candidates: Sequence[Script]) -> list[bool]:
            nonlocal last
            found = self.judge(bif, candidates, explain=explain).differences
            alike = {
                id(one.script): one
                for one in found
                if (one.kind, one.signature) == (difference.kind, difference.signature)
            }
            holds = [id(script) in alike for script in candidates]
            if any(holds):
                last = alike[id(candidates[holds.index(True)])]
            return holds

        reduce_script(difference.script, interesting)
        return last


def distinct(differences: Sequence[Difference]) -> dict[tuple[str, str], list[Difference]]:
    """Differences by kind and signature, those with the shortest call first."""
    groups: dict[tuple[str, str], list[Difference]] = {}
    for one in sorted(differences, key=lambda one: len(one.script.text())):
        groups.setdefault((one.kind, one.signature), []).append(one)
    return groups
