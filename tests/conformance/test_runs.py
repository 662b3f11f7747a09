"""Whole runs with the real `erl` on both sides, and with adapters that lie."""

from __future__ import annotations

import json
import os
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from conformance import runner
from conformance.__main__ import main
from conformance.pytest_plugin import GatherResults
from conformance.releases import releases
from tests.conformance.conftest import DATA, liar


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA / "cases", tmp_path / "cases"))


class Ran:
    """A run's status and results."""

    def __init__(self, cases: Path, otp: int, subject: str, *more: str) -> None:
        self.output = cases.parent / "out"
        self.status = main(
            [
                *("run", "--cases", str(cases), "--otp", str(otp), "--subject", subject),
                *("--workers", "0", "--output", str(self.output), *more),
            ]
        )
        path = self.output / "results.json"
        self.results: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}

    def calls(self) -> dict[str, dict[str, Any]]:
        """The judgements of the unit compiled by the release itself."""
        unit = self.results["units"][-1]
        assert unit["variant"] == "plain"
        return {call["call"]: call for call in unit["calls"]}


def test_a_release_agrees_with_itself(cases: Path, otp: int) -> None:
    ran = Ran(cases, otp, "erl")
    assert ran.status == 0
    calls = ran.calls()
    assert len(calls) == 14
    assert {call["outcome"] for call in calls.values()} == {"pass"}
    assert all(call["verified"] and not call["recorded"] for call in calls.values())
    assert calls["toy:add(1, a)"]["actual"]["cls"] == "error"
    assert calls["toy:add(1, a)"]["actual"]["text"] == "badarith"
    assert calls['toy:show({a, "b"})']["actual"]["output"].startswith('io {a,"b"}\n{a,')
    assert calls["toy:gone()"]["actual"]["text"] == "killed"
    assert calls["toy:left(1)"]["actual"]["text"] == "undefined"
    assert calls["toy:me()"]["actual"]["text"] == (
        "{{'$pid',1},{'$pid',1},{'$ref',1},{'$fun',toy,1},{'$export',lists,reverse,1}}"
    )
    suite = ET.parse(ran.output / "junit.xml").getroot().find("testsuite")
    assert suite is not None
    assert int(suite.get("tests", "0")) == len(ran.results["units"])
    assert (ran.output / "index.html").exists()


ERRORS = {"toy:add(1, a)", "toy:fail(error)", "toy:fail(match)", "toy:fail(unknown)"}
RAISING = ERRORS | {"toy:fail(exit)", "toy:fail(throw)"}


@pytest.mark.parametrize(
    ("lie", "outcome", "wrong"),
    [
        ("value", "fail", {"toy:add(1, 2)", "toy:add(1.5, 1.5)", 'toy:show({a, "b"})'}),
        ("reason", "fail", RAISING),
        ("class", "fail", ERRORS),
        ("result", "fail", RAISING),
        ("trace", "fail", RAISING),
        ("output", "fail", {'toy:show({a, "b"})'}),
    ],
)
def test_every_lie_is_found_where_it_is(
    cases: Path, otp: int, lie: str, outcome: str, wrong: set[str]
) -> None:
    ran = Ran(cases, otp, liar(lie))
    assert ran.status == 1
    calls = ran.calls()
    assert {call for call, found in calls.items() if found["outcome"] != "pass"} == wrong
    for call in wrong:
        assert calls[call]["outcome"] == outcome
        assert calls[call]["expected"] != calls[call]["actual"]
    assert "units differ" in (ran.output / "index.html").read_text()
    rows = json.loads((ran.output / "opcodes.json").read_text())
    move = next(row for row in rows if row["name"] == "move")
    assert (move["exercised"], move["conformant"]) == ([otp], [])


@pytest.mark.parametrize(
    ("lie", "outcome"),
    [("crash", "crash"), ("defect", "crash"), ("undecodable", "crash"), ("rejected", "fail")],
)
def test_failures_of_an_adapter_lose_nothing_else(
    cases: Path, otp: int, lie: str, outcome: str
) -> None:
    ran = Ran(cases, otp, liar(lie))
    assert ran.status == 1
    calls = ran.calls()
    assert len(calls) == 14
    assert calls["toy:add(1, 2)"]["outcome"] == outcome
    assert calls["toy:me()"]["outcome"] == "pass"


def test_a_hanging_adapter_is_a_timeout(cases: Path, otp: int) -> None:
    case = cases / "toy" / "toy.yaml"
    case.write_text(
        "description: d\ncompile: [plain]\ntimeout_ms: 500\n"
        f"compilers: [{otp}]\n"
        "calls: [{call: 'toy:add(1, 2)'}, {call: 'toy:slow()'}]\n"
    )
    ran = Ran(cases, otp, liar("hang"))
    assert ran.status == 1
    calls = ran.calls()
    assert calls["toy:add(1, 2)"]["outcome"] == "timeout"
    assert calls["toy:slow()"]["outcome"] == "pass"


def test_skips_are_neither_good_nor_bad(cases: Path, otp: int) -> None:
    ran = Ran(cases, otp, liar("skip"))
    assert ran.status == 0
    assert ran.calls()["toy:add(1, 2)"]["outcome"] == "skip"
    rows = json.loads((ran.output / "opcodes.json").read_text())
    move = next(row for row in rows if row["name"] == "move")
    assert move["conformant"] == []


def test_known_differences_are_expected_and_must_go_when_gone(cases: Path, otp: int) -> None:
    known = cases.parent / "known.yaml"
    known.write_text("- {cases: 'toy/*', calls: 'toy:add(1*', reason: it lies}\n")
    ran = Ran(cases, otp, liar("value"), "--expectations", str(known))
    calls = ran.calls()
    assert calls["toy:add(1, 2)"]["outcome"] == "expected failure"
    assert calls["toy:add(1, a)"]["outcome"] == "unexpected pass"
    assert ran.status == 1


def test_recorded_answers_judge_without_an_oracle(cases: Path, otp: int) -> None:
    assert main(["record", "--cases", str(cases), "--otp", str(otp)]) == 0
    text = (cases / "toy" / "toy.expected.yaml").read_text()
    assert "expect: '3'" in text
    good = Ran(cases, otp, "erl", "--no-oracle")
    assert good.status == 0
    assert all(c["recorded"] and not c["verified"] for c in good.calls().values())
    bad = Ran(cases, otp, liar("value"), "--no-oracle")
    assert bad.status == 1
    assert bad.calls()["toy:add(1, 2)"]["outcome"] == "fail"


def test_recording_twice_changes_nothing(cases: Path, otp: int) -> None:
    path = cases / "toy" / "toy.expected.yaml"
    assert main(["record", "--cases", str(cases), "--otp", str(otp)]) == 0
    first = path.read_text()
    assert main(["record", "--cases", str(cases), "--otp", str(otp)]) == 0
    assert path.read_text() == first


def test_a_stale_record_is_red(cases: Path, otp: int) -> None:
    assert main(["record", "--cases", str(cases), "--otp", str(otp)]) == 0
    path = cases / "toy" / "toy.expected.yaml"
    path.write_text(path.read_text().replace("expect: '3'", "expect: '4'"))
    ran = Ran(cases, otp, "erl")
    assert ran.status == 1
    assert ran.calls()["toy:add(1, 2)"]["outcome"] == "error"


def test_recording_refuses_what_is_not_the_same_twice(
    cases: Path, otp: int, capsys: pytest.CaptureFixture[str]
) -> None:
    (cases / "toy" / "toy.yaml").write_text(
        "description: d\ncompile: [plain]\ncalls: [{call: 'erlang:unique_integer()'}]\n"
    )
    assert main(["record", "--cases", str(cases), "--otp", str(otp)]) == 1
    assert "not the same every time" in capsys.readouterr().err.replace("\n", " ")
    assert not (cases / "toy" / "toy.expected.yaml").exists()


def test_a_program_that_does_not_compile_is_red(cases: Path, otp: int) -> None:
    (cases / "toy" / "toy.erl").write_text("-module(toy).\nthis is no Erlang.\n")
    ran = Ran(cases, otp, "erl")
    assert ran.status == 1
    (unit, *_) = ran.results["units"]
    assert "does not compile" in unit["calls"][0]["why"]


def test_nothing_to_judge_is_no_success(
    cases: Path, otp: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert Ran(cases, otp, "erl", "--filter", "no such case").status == 2
    assert "no unit's name holds or fits 'no such case'" in capsys.readouterr().err
    assert Ran(cases, 22, "erl").status == 2
    assert "no Erlang/OTP 22 here, and no recorded answers" in capsys.readouterr().err
    (tmp_path / "empty").mkdir()
    assert Ran(tmp_path / "empty", otp, "erl").status == 2
    assert "there is no case" in capsys.readouterr().err


def test_a_report_of_no_run_tells_how_to_make_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "--output", str(tmp_path)]) == 2
    assert "python -m conformance run" in capsys.readouterr().err


def test_where_no_terminal_is_lines_tell_the_progress(
    cases: Path, otp: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(runner, "STEP", 1)
    count = len(Ran(cases, otp, "erl").results["units"])
    assert f"1 of {count}: " in capsys.readouterr().err


def test_an_adapter_that_does_not_start_is_no_success(cases: Path, otp: int) -> None:
    assert Ran(cases, otp, "/no/such/adapter {otp}").status == 2


def test_two_releases_can_be_compared(cases: Path, otp: int) -> None:
    others = [number for number in releases() if number > otp]
    if not others:
        pytest.skip(f"no newer release than {otp} here to judge")
    ran = Ran(cases, otp, f"erl@{others[0]}")
    assert {unit["release"] for unit in ran.results["units"]} == {otp}
    assert ran.calls()["toy:add(1, 2)"]["outcome"] == "pass"


def test_workers_give_the_same_results(cases: Path, otp: int) -> None:
    ran = Ran(cases, otp, liar("value"), "--workers", "2")
    assert ran.status == 1
    assert ran.calls()["toy:add(1, 2)"]["outcome"] == "fail"


@pytest.mark.parametrize("workers", [0, 2])
def test_a_run_that_collects_nothing_says_why(tmp_path: Path, workers: int) -> None:
    broken = tmp_path / "run_cases.py"
    broken.write_text("raise ValueError('no such plan')\n")
    command = ["-p", "no:cacheprovider", "-q", "--timeout=0", "-c", os.devnull]
    gathered = GatherResults(lambda _unit, _outcome: None)
    pytest.main([*command, *("-n", str(workers)) * bool(workers), str(broken)], plugins=[gathered])
    assert gathered.lost
    assert all("ValueError: no such plan" in text for text in gathered.lost)


def test_smoke_passes_for_erl(otp: int) -> None:
    assert main(["smoke", "erl", "--otp", str(otp)]) == 0


def test_smoke_needs_the_right_release(otp: int) -> None:
    command = liar("none").replace("{otp}", str(otp))
    other = next((number for number in releases() if number > otp), None)
    if other is None:
        pytest.skip(f"no newer release than {otp} here")
    assert main(["smoke", command, "--otp", str(other)]) == 1
