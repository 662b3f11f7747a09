from __future__ import annotations

import sys
import time

import pytest

from conformance.protocol import Call, Crashed, Result, TimedOut, WireTerm
from conformance.session import AdapterFailed, Session

CALL = Call("m", "f", WireTerm(b"\x83j", "[]"))
START = """
import json, os, sys, time
def say(message):
    print(json.dumps(message), flush=True)
def read():
    return json.loads(sys.stdin.readline())
started = {"answer": "started", "protocol": 1, "name": "n", "version": "1",
           "implementation": "i", "otp": 25, "features": []}
def result(seq):
    return {"seq": seq, "answer": "result", "value": {"etf": "g2o=", "text": str(os.getpid())}}
read()
"""


def session(body: str, grace_ms: int = 300) -> Session:
    return Session((sys.executable, "-c", START + body), grace_ms=grace_ms)


GOOD = """
say(started)
while True:
    say(result(read()["seq"]))
"""


def test_one_process_answers_many_calls() -> None:
    with session(GOOD) as one:
        pids = set()
        for _ in range(5):
            answer = one.run([], CALL, 1000)
            assert isinstance(answer, Result)
            pids.add(answer.value.text)
        assert len(pids) == 1
        assert one.restarts == 0
        assert one.description.implementation == "i"


def test_a_late_adapter_is_killed_and_replaced() -> None:
    body = """
say(started)
if os.path.exists(MARK):
    say(result(read()["seq"]))
open(MARK, "w").close()
read()
time.sleep(3600)
"""
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        mark = Path(folder, "mark")
        with session(f"MARK = {str(mark)!r}\n{body}") as one:
            begun = time.monotonic()
            assert isinstance(one.run([], CALL, 200), TimedOut)
            assert time.monotonic() - begun < 20
            answer = one.run([], CALL, 1000)
            assert isinstance(answer, Result)
            assert one.restarts == 1


def test_a_death_is_a_crash_with_last_words() -> None:
    body = 'say(started)\nread()\nsys.stderr.write("ouch")\nsys.stderr.flush()\nos._exit(7)\n'
    with session(body) as one:
        for _ in range(2):
            answer = one.run([], CALL, 1000)
            assert isinstance(answer, Crashed)
            assert answer.context["status"] == 7
            assert answer.context["stderr"] == "ouch"


@pytest.mark.parametrize(
    "words", ["print('hello', flush=True)", "say({'seq': 99})", "say(result(99))", "say([])"]
)
def test_nonsense_is_a_crash(words: str) -> None:
    with session(f"say(started)\nread()\n{words}\ntime.sleep(3600)\n") as one:
        assert isinstance(one.run([], CALL, 1000), Crashed)


@pytest.mark.parametrize("body", ["", "print('x', flush=True)", "say({'answer': 'started'})"])
def test_an_adapter_that_does_not_start_is_told(body: str) -> None:
    with session(body) as one, pytest.raises(AdapterFailed):
        one.run([], CALL, 1000)


def test_a_command_that_does_not_exist_is_told() -> None:
    with Session(("/no/such/adapter",)) as one, pytest.raises(AdapterFailed, match="cannot start"):
        one.run([], CALL, 1000)


def test_an_adapter_that_does_not_read_does_not_block_the_harness() -> None:
    with session("say(started)\ntime.sleep(3600)\n") as one:
        begun = time.monotonic()
        assert isinstance(one.run([b"x" * 3_000_000], CALL, 200), TimedOut)
        assert time.monotonic() - begun < 20
