from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

import pytest

from conformance.cases import Expected
from conformance.judge import Outcome, expectation, judge, observe
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
from conformance.terms import term_of
from enigma_ref.terms.external import encode

NO_RULES: Set[str] = frozenset()


def wire(text: str) -> WireTerm:
    return WireTerm(encode(term_of(text), release=25), text)


def outcome(actual: Answer, oracle: Answer | None, recorded: Expected | None = None) -> Outcome:
    return judge(actual, oracle, recorded, NO_RULES).outcome


ONE = Result(wire("1"))
ERROR = ErlangException("error", wire("{badmatch, 1}"), (Frame("m", "f", 1, "m.erl", 3),))


@pytest.mark.parametrize("answer", [ONE, ERROR, Rejected("why"), replace(ONE, output="x")])
def test_the_same_answer_passes(answer: Answer) -> None:
    assert outcome(answer, answer) is Outcome.PASS


@pytest.mark.parametrize(
    ("actual", "oracle"),
    [
        (Result(wire("2")), ONE),
        (Result(wire("1.0")), ONE),
        (Result(wire("0.0")), Result(wire("-0.0"))),
        (replace(ONE, output="x"), ONE),
        (ERROR, ONE),
        (ONE, ERROR),
        (replace(ERROR, cls="exit"), ERROR),
        (replace(ERROR, reason=wire("{badmatch, 2}")), ERROR),
        (replace(ERROR, trace=()), ERROR),
        (replace(ERROR, trace=(Frame("m", "g", 1),)), ERROR),
        (replace(ERROR, trace=(Frame("m", "f", 1, "m.erl", 4),)), ERROR),
        (Rejected("no"), ONE),
        (ONE, Rejected("no")),
    ],
)
def test_every_difference_fails(actual: Answer, oracle: Answer) -> None:
    assert outcome(actual, oracle) is Outcome.FAIL


def test_only_the_head_of_a_trace_counts() -> None:
    longer = replace(ERROR, trace=(*ERROR.trace, Frame("other", "g", 0)))
    assert outcome(longer, ERROR) is Outcome.PASS


def test_rules_forgive_what_they_say() -> None:
    noisy = replace(ERROR, output="x", trace=())
    assert judge(noisy, ERROR, None, {"no_output", "no_trace"}).outcome is Outcome.PASS
    assert judge(noisy, ERROR, None, {"no_output"}).outcome is Outcome.FAIL
    swapped, straight = Result(wire("[2, 1]")), Result(wire("[1, 2]"))
    assert judge(swapped, straight, None, {"unordered"}).outcome is Outcome.PASS
    assert judge(swapped, straight, None, NO_RULES).outcome is Outcome.FAIL


def test_failures_of_the_implementation() -> None:
    assert outcome(TimedOut(), ONE) is Outcome.TIMEOUT
    assert outcome(Crashed({"message": "ouch"}), ONE) is Outcome.CRASH
    assert outcome(Result(WireTerm(b"\x83\xff")), ONE) is Outcome.CRASH
    assert outcome(Skipped("why"), ONE) is Outcome.SKIP
    assert judge(Crashed({"message": "ouch"}), ONE, None, NO_RULES).why == "message: ouch"


@pytest.mark.parametrize("oracle", [TimedOut(), Crashed({}), Skipped("x")])
def test_an_oracle_that_fails_judges_nothing(oracle: Answer) -> None:
    assert outcome(ONE, oracle) is Outcome.ERROR
    assert outcome(oracle, oracle) is Outcome.ERROR


def test_recorded_answers_judge_without_an_oracle() -> None:
    assert outcome(ONE, None, Expected("value", "1")) is Outcome.PASS
    assert outcome(ONE, None, Expected("value", "2")) is Outcome.FAIL
    assert outcome(ONE, None, Expected("value", "1", output="x")) is Outcome.FAIL
    assert outcome(ERROR, None, Expected("exception", "{badmatch,1}", "error")) is Outcome.PASS
    assert outcome(ERROR, None, Expected("exception", "{badmatch,1}", "exit")) is Outcome.FAIL
    assert outcome(ERROR, None, Expected("value", "1")) is Outcome.FAIL
    assert outcome(ONE, None, None) is Outcome.ERROR
    assert outcome(ONE, None, Expected("value", "{no term")) is Outcome.ERROR


def test_a_stale_record_is_an_error_even_when_both_agree() -> None:
    assert outcome(ONE, ONE, Expected("value", "1")) is Outcome.PASS
    assert outcome(ONE, ONE, Expected("value", "2")) is Outcome.ERROR


@pytest.mark.parametrize("answer", [ONE, ERROR, Rejected("x"), replace(ONE, output="a\n")])
def test_what_is_recorded_of_an_answer_accepts_it(answer: Answer) -> None:
    recorded = expectation(observe(answer, NO_RULES))
    assert recorded is not None
    assert outcome(answer, None, recorded) is Outcome.PASS
    assert Expected.from_yaml(recorded.to_yaml()).text == recorded.text


@pytest.mark.parametrize("answer", [TimedOut(), Crashed({}), Skipped("x")])
def test_nothing_is_recorded_of_a_failure(answer: Answer) -> None:
    assert expectation(observe(answer, NO_RULES)) is None
