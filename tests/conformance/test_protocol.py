from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance import protocol
from conformance.protocol import (
    Answer,
    Call,
    Crashed,
    Description,
    ErlangException,
    Exercised,
    Frame,
    ProtocolError,
    Rejected,
    Result,
    Run,
    Skipped,
    TimedOut,
    WireTerm,
)

wire = st.builds(WireTerm, st.binary(max_size=40), st.text(max_size=10))
frame = st.builds(
    Frame,
    st.text(max_size=5),
    st.text(max_size=5),
    st.integers(0, 255),
    st.just("f.erl"),
    st.just(3),
) | st.builds(Frame, st.text(max_size=5), st.text(max_size=5), st.integers(0, 255))
ran = st.builds(
    Exercised,
    st.frozensets(st.text(max_size=5), max_size=3),
    st.frozensets(st.text(max_size=5), max_size=3),
)
output = st.text(max_size=20)
answers = (
    st.builds(Result, wire, output, ran)
    | st.builds(
        ErlangException,
        st.sampled_from(protocol.CLASSES),
        wire,
        st.lists(frame, max_size=3).map(tuple),
        output,
        ran,
    )
    | st.builds(Rejected, st.text(max_size=9), output, ran)
    | st.builds(TimedOut, output, ran)
    | st.builds(Skipped, st.text(max_size=9), output, ran)
    | st.builds(Crashed, st.just({"message": "why"}), output, ran)
)


@given(answers, st.integers(0, 1 << 40))
def test_answers_survive_the_wire(answer: Answer, seq: int) -> None:
    line = protocol.line(protocol.answer_to_json(seq, answer))
    assert line.count(b"\n") == 1
    assert protocol.answer_from_json(protocol.parse_line(line), seq) == answer


def test_requests_survive_the_wire() -> None:
    run = Run(3, (Path("/a/b.beam"), b"code"), Call("m", "f", WireTerm(b"\x83j", "[]")), 1000)
    assert Run.from_json(json.loads(protocol.line(run.to_json()))) == run


def test_description_survives_the_wire() -> None:
    description = Description("a", "1", "b", 25, frozenset({"output"}))
    assert Description.from_json(description.to_json()) == description


@pytest.mark.parametrize(
    "message",
    [
        [],
        {"seq": 2, "answer": "result", "value": {"etf": "", "text": ""}},
        {"seq": 1},
        {"seq": 1, "answer": "shrug"},
        {"seq": 1, "answer": "result"},
        {"seq": 1, "answer": "result", "value": {"etf": "!!!"}},
        {"seq": 1, "answer": "exception", "class": "oops", "reason": {"etf": "", "text": ""}},
        {"seq": 1, "answer": "exception", "class": "exit", "reason": {"etf": ""}, "trace": [1]},
        {"seq": 1, "answer": "timeout", "exercised": [1]},
    ],
)
def test_broken_answers_are_told(message: Any) -> None:
    with pytest.raises(ProtocolError):
        protocol.answer_from_json(message, 1)


@pytest.mark.parametrize("change", [{"protocol": 2}, {"answer": "hello"}, {"otp": "x"}])
def test_broken_greetings_are_told(change: dict[str, Any]) -> None:
    message = Description("a", "1", "b", 25).to_json() | change
    with pytest.raises(ProtocolError):
        Description.from_json(message)
