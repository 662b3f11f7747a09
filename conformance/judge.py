"""Comparing what the implementation under test answered with what it should have answered."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from conformance.cases import Expected
from conformance.normalise import head, normalise, same_head
from conformance.protocol import (
    Answer,
    Crashed,
    ErlangException,
    Frame,
    Rejected,
    Result,
    Skipped,
    TimedOut,
    WireTerm,
)
from conformance.terms import TextError, is_text_of, short_text, text_of
from enigma_ref.terms import Term
from enigma_ref.terms.deep import identical
from enigma_ref.terms.external import ExternalFormatError, decode

SHOWN: int = 4_000
"""How many characters of a term or an output results keep."""


class Outcome(StrEnum):
    """How a call, or a unit of calls, came out; the worst last."""

    PASS = "pass"
    SKIP = "skip"
    EXPECTED = "expected failure"
    UNEXPECTED = "unexpected pass"
    FAIL = "fail"
    TIMEOUT = "timeout"
    CRASH = "crash"
    ERROR = "error"
    """Nothing can be said about the implementation: the oracle or the expectation is at fault."""

    @property
    def is_red(self) -> bool:
        """Whether it makes a run fail."""
        return self not in (Outcome.PASS, Outcome.SKIP, Outcome.EXPECTED)


SEVERITY = {outcome: place for place, outcome in enumerate(Outcome)}


@dataclass(frozen=True)
class Observation:
    """An answer, decoded and normalised; `kind` is the protocol's word for it."""

    kind: str
    term: Term = None
    cls: str = ""
    output: str = ""
    trace: tuple[Frame, ...] = ()
    detail: str = ""

    def shown(self) -> Shown:
        """The observation for people."""
        text = self.detail if self.term is None else short_text(self.term, SHOWN)
        return Shown(
            self.kind, self.cls, text, self.output[:SHOWN], tuple(map(str, self.trace[:8]))
        )


@dataclass(frozen=True)
class Shown:
    """An answer as results and reports keep it: everything as text."""

    kind: str
    cls: str
    text: str
    output: str
    trace: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The JSON object, without what is empty."""
        return {key: value for key, value in asdict(self).items() if value}


@dataclass(frozen=True)
class Judgement:
    """The verdict on one call, with both answers."""

    outcome: Outcome
    why: str = ""
    expected: Shown | None = None
    actual: Shown | None = None
    recorded: bool = False
    verified: bool = False

    def to_json(self) -> dict[str, Any]:
        """The JSON object of a verdict."""
        return {
            "outcome": self.outcome.value,
            "why": self.why,
            "expected": None if self.expected is None else self.expected.to_json(),
            "actual": None if self.actual is None else self.actual.to_json(),
            "recorded": self.recorded,
            "verified": self.verified,
        }


def observe(answer: Answer, rules: Set[str]) -> Observation:
    """Decode and normalise an answer; what does not decode is a crash of whoever sent it."""
    output = "" if "no_output" in rules else answer.output
    try:
        match answer:
            case Result():
                return Observation("value", _term(answer.value, rules), output=output)
            case ErlangException():
                return Observation(
                    "exception",
                    _term(answer.reason, rules),
                    answer.cls,
                    output,
                    () if "no_trace" in rules else answer.trace,
                )
            case Rejected():
                return Observation("rejected", detail=answer.reason)
            case TimedOut():
                return Observation("timeout", output=output)
            case Skipped():
                return Observation("skip", detail=answer.reason)
            case Crashed():
                context = "\n".join(f"{key}: {value}" for key, value in answer.context.items())
                return Observation("crash", output=output, detail=context)
    except ExternalFormatError as error:
        return Observation("crash", detail=f"the answer's term does not decode: {error}")


def difference(expected: Observation, actual: Observation, rules: Set[str]) -> str:
    """What is different between two observations, or nothing."""
    if expected.kind != actual.kind:
        return f"expected {_a(expected)}, got {_a(actual)}"
    if expected.cls != actual.cls:
        return f"expected class {expected.cls}, got {actual.cls}"
    if expected.kind in ("value", "exception") and not identical(expected.term, actual.term):
        return "the value differs" if expected.kind == "value" else "the reason differs"
    if expected.output != actual.output:
        return "the output differs"
    if expected.kind == "exception" and "no_trace" not in rules:
        ours, theirs = head(actual.trace), head(expected.trace)
        if not same_head(theirs, ours):
            return f"the trace starts at {ours}, not at {theirs}"
    return ""


def breach(expected: Expected, actual: Observation, rules: Set[str]) -> str:
    """How an observation breaks a recorded expectation, or nothing. Raises TextError."""
    if expected.kind != actual.kind:
        return f"expected {expected.kind}, got {_a(actual)}"
    if expected.cls != actual.cls:
        return f"expected class {expected.cls}, got {actual.cls}"
    if expected.kind != "rejected" and not is_text_of(expected.text, actual.term):
        return "the value differs" if expected.kind == "value" else "the reason differs"
    if (
        expected.output is not None
        and "no_output" not in rules
        and expected.output != actual.output
    ):
        return "the output differs"
    return ""


def expectation(observation: Observation) -> Expected | None:
    """What to record of an observation of a real release; None when it is nothing to expect."""
    if observation.kind not in ("value", "exception", "rejected"):
        return None
    text = "" if observation.term is None else text_of(observation.term)
    output = observation.output if observation.kind != "rejected" else None
    return Expected(observation.kind, text, observation.cls, output)


def judge(
    actual: Answer, oracle: Answer | None, recorded: Expected | None, rules: Set[str]
) -> Judgement:
    """Judge one answer by the oracle's, when there is one, and by what was recorded."""
    observed = observe(actual, rules)
    shown = observed.shown()
    if oracle is None and recorded is None:
        return Judgement(
            Outcome.ERROR, "nothing to judge by: no oracle, nothing recorded", None, shown
        )
    if oracle is None:
        assert recorded is not None
        expected_shown = Shown(recorded.kind, recorded.cls, recorded.text, recorded.output or "")
        try:
            why = breach(recorded, observed, rules)
        except TextError as error:
            return Judgement(Outcome.ERROR, str(error), expected_shown, shown, recorded=True)
        return _verdict(observed, why, expected_shown, shown, recorded=True, verified=False)
    reference = observe(oracle, rules)
    expected_shown = reference.shown()
    if reference.kind not in ("value", "exception", "rejected"):
        return Judgement(
            Outcome.ERROR,
            f"the oracle's answer is {_a(reference)}",
            expected_shown,
            shown,
            recorded is not None,
        )
    if recorded is not None:
        try:
            stale = breach(recorded, reference, rules)
        except TextError as error:
            stale = str(error)
        if stale:
            return Judgement(
                Outcome.ERROR,
                f"the oracle no longer agrees with what was recorded ({recorded.text}): {stale}",
                expected_shown,
                shown,
                recorded=True,
            )
    why = difference(reference, observed, rules)
    return _verdict(
        observed, why, expected_shown, shown, recorded=recorded is not None, verified=True
    )


def _verdict(
    observed: Observation,
    why: str,
    expected: Shown,
    actual: Shown,
    *,
    recorded: bool,
    verified: bool,
) -> Judgement:
    outcome = {"timeout": Outcome.TIMEOUT, "crash": Outcome.CRASH, "skip": Outcome.SKIP}.get(
        observed.kind, Outcome.FAIL if why else Outcome.PASS
    )
    if outcome in (Outcome.SKIP, Outcome.CRASH):
        why = observed.detail.partition("\n")[0]
    return Judgement(outcome, why, expected, actual, recorded, verified)


def _term(term: WireTerm, rules: Set[str]) -> Term:
    return normalise(decode(term.etf), rules)


def _a(observation: Observation) -> str:
    return {
        "value": "a value",
        "exception": f"an exception of class {observation.cls}",
        "rejected": "a refusal to load",
        "timeout": "a time-out",
        "skip": "a skip",
        "crash": "a crash",
    }[observation.kind]
