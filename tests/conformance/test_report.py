from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from conformance import paths
from conformance.generated_calls.results import BifResult, Finding, write_results
from conformance.otp_tasks.results import Difference, TaskResult
from conformance.otp_tasks.results import write_results as write_tasks
from conformance.random_programs.concurrent.results import (
    ConcurrentFinding,
    ConcurrentResult,
)
from conformance.random_programs.concurrent.results import read_results as read_concurrent
from conformance.random_programs.concurrent.results import write_results as write_concurrent
from conformance.report import ReportError, build_report, native
from conformance.report.build import generated_findings
from conformance.report.matrix import Row, evidence, tally
from conformance.report.native import GIVES_UP, NATIVE, PYTHON, native_parts
from enigma_native._generated.semantics import PRIMITIVES

OPCODES = """
opcodes:
  move:
    {code: 64, category: data, args: {S: src, D: dst}, otp: {23: live, 25: live},
     semantics: "D = S"}
  old: {code: 1, category: obsolete, args: {}, otp: {23: obsolete, 25: obsolete}}
  call:
    {code: 4, category: call, args: {N: uint, To: function}, otp: {23: absent, 25: live},
     semantics: x}
"""
BIFS = """
lists:
  a/1: {kind: bif, otp: [23, 25]}
  reverse/2: {kind: bif, otp: [23, 25]}
erlang:
  '+/2': {kind: ubif, otp: [23, 25], semantics: 'add(A, B)'}
"""


def unit(release: int, outcome: str, opcodes: list[str], bifs: list[str]) -> dict[str, Any]:
    shown = {"kind": "value", "text": "<script>alert(1)</script>"}
    call = {
        "call": "m:f()",
        "outcome": outcome,
        "why": "the value differs",
        "expected": shown,
        "actual": {"kind": "exception", "cls": "error", "text": "badarg", "trace": ["m:f/0"]},
        "recorded": True,
        "verified": True,
    }
    return {
        "id": f"area/case[otp{release}]",
        "case": "area/case",
        "release": release,
        "compiler": release,
        "variant": "plain",
        "outcome": outcome,
        "seconds": 0.1,
        "calls": [call],
        "exercised": {"opcodes": opcodes, "bifs": bifs},
    }


def results(units: list[dict[str, Any]]) -> dict[str, Any]:
    outcomes: dict[str, int] = {}
    for one in units:
        outcomes[one["outcome"]] = outcomes.get(one["outcome"], 0) + 1
    who = {"implementation": "some <VM>"}
    return {
        "started": "2024-01-01T00:00:00+00:00",
        "seconds": 1.0,
        "releases": [23, 25],
        "subject": {"23": who, "25": who},
        "oracle": {"25": {"implementation": "erl"}},
        "outcomes": outcomes,
        "planned": len(units),
        "lost": [],
        "cases": {"area/case": ["move", "swap"]},
        "units": units,
    }


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    folder = tmp_path / "spec"
    folder.mkdir()
    folder.joinpath("opcodes.yaml").write_text(OPCODES)
    folder.joinpath("bifs.yaml").write_text(BIFS)
    return folder


def test_rows_follow_from_spec_and_units(spec: Path, tmp_path: Path) -> None:
    units = [
        unit(25, "pass", ["move", "call"], ["erlang:+/2"]),
        unit(25, "fail", ["call"], []),
        unit(23, "pass", ["move"], []),
    ]
    build_report(results(units), spec, tmp_path / "out")
    rows = json.loads((tmp_path / "out" / "opcodes.json").read_text())
    assert [row["name"] for row in rows] == ["old", "call", "move"]
    old, call, move = rows
    assert move == {
        "number": 64,
        "name": "move",
        "arity": 2,
        "semantics": "D = S",
        "releases": [23, 25],
        "implemented": [23, 25],
        "exercised": [23, 25],
        "conformant": [23, 25],
    }
    assert (call["releases"], call["exercised"], call["conformant"]) == ([25], [25], [])
    assert (old["releases"], old["implemented"], old["semantics"]) == ([], [], None)
    bifs = {
        f"{row['name']}/{row['arity']}": row
        for row in json.loads((tmp_path / "out" / "bifs.json").read_text())
    }
    assert bifs["+/2"]["conformant"] == [25]
    assert bifs["+/2"]["kind"] == "ubif"
    assert bifs["+/2"]["implemented"] == [23, 25]
    assert bifs["a/1"]["implemented"] == []
    assert bifs["reverse/2"]["implemented"] == [23, 25], "registered in enigma_ref.bifs"


def test_the_page_shows_both_answers_and_escapes_them(spec: Path, tmp_path: Path) -> None:
    page = build_report(results([unit(25, "fail", ["move"], [])]), spec, tmp_path).read_text()
    assert "1 of 1 units differ" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page
    assert "badarg" in page
    assert "some &lt;VM&gt;" in page
    assert "http" not in page, "no assets from elsewhere"
    assert "swap" in page, "the case never executed what it is meant to"


def test_a_clean_run_is_told(spec: Path, tmp_path: Path) -> None:
    page = build_report(results([unit(25, "pass", ["move"], [])]), spec, tmp_path).read_text()
    assert "all 1 units agree" in page
    assert "None." in (tmp_path / "report.md").read_text()


def test_a_run_of_nothing_is_not_a_good_run(spec: Path, tmp_path: Path) -> None:
    page = build_report(results([]), spec, tmp_path).read_text()
    assert "nothing was judged" in page


def test_a_missing_spec_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReportError):
        build_report(results([]), tmp_path / "nowhere", tmp_path)


def test_one_bad_unit_takes_the_box_away() -> None:
    shown = evidence([unit(25, "pass", ["move"], []), unit(25, "crash", ["move"], [])], "opcodes")
    assert shown.stages("move", [23, 25]) == ((25,), ())


def test_tallies_count_a_release_only() -> None:
    rows = [
        Row("a", "g", {}, (23, 25), (23, 25), (25,), (25,)),
        Row("b", "g", {}, (25,), (), (), ()),
    ]
    one = tally(rows, 25)
    assert (one.total, one.implemented, one.exercised, one.conformant) == (2, 1, 1, 1)
    assert one.states == {"missing": 1, "implemented": 0, "differs": 0, "conformant": 1}
    assert tally(rows, 23).total == 1


def generated(mfa: str, **outcomes: int) -> BifResult:
    findings = [Finding("value", 1, "m:f(<a>)", "1", "2")] if outcomes.get("different") else []
    return BifResult(mfa, sum(outcomes.values()), Counter(outcomes), findings)


def test_generated_calls_count_for_their_function(spec: Path, tmp_path: Path) -> None:
    write_results(
        tmp_path, 25, 1, 9, [generated("erlang:+/2", same=9), generated("lists:a/1", crashed=9)]
    )
    write_results(tmp_path, 23, 1, 9, [generated("erlang:+/2", same=8, different=1)])
    units = [unit(23, "pass", [], ["lists:reverse/2", "erlang:+/2"])]
    page = build_report(results(units), spec, tmp_path).read_text()
    rows = {row["name"]: row for row in json.loads((tmp_path / "bifs.json").read_text())}
    assert (rows["+"]["exercised"], rows["+"]["conformant"]) == ([23, 25], [25])
    assert rows["+"]["generated_calls"] == {"23": 9, "25": 9}
    assert (rows["a"]["exercised"], rows["a"]["generated_calls"]) == ([], {"25": 0})
    assert rows["reverse"]["conformant"] == [23], "a call counts against its function only"
    assert "m:f(&lt;a&gt;)" in page
    assert "OTP 23: 0 of 1 functions agree, 1 of 9 calls differ" in page
    assert "| 25 | 2 | 2 | 9 | 0 |" in (tmp_path / "report.md").read_text()


def test_concurrent_programs_are_shown(spec: Path, tmp_path: Path) -> None:
    counts = {
        "runs of erl": 90, "outcomes of erl": 7, "runs of the VM": 60, "outcomes of the VM": 5,
        "programs with one outcome": 1,
    }  # fmt: skip
    finding = ConcurrentFinding("1-7", "outcome", "<a>", "<b>")
    outcomes = {"same": 2, "different": 1, "late (erl)": 1}
    result = ConcurrentResult(25, 1, 5, 4, 0.5, outcomes, counts, [finding])
    write_concurrent(tmp_path, result)
    assert read_concurrent(tmp_path) == [result]
    page = build_report(results([]), spec, tmp_path).read_text()
    assert "OTP 25: 1 of 3 programs differ, 5 outcomes in 60 runs, 7 in 90 runs of erl." in page
    assert "&lt;b&gt;" in page
    assert "| 25 | 3 | 1 | 1 | 5 | 60 | 7 | 90 |" in (tmp_path / "report.md").read_text()
    (tmp_path / "concurrent-25.json").write_text("{}")
    with pytest.raises(ReportError, match="random programs"):
        build_report(results([]), spec, tmp_path)


def test_tasks_are_shown(spec: Path, tmp_path: Path) -> None:
    differing = TaskResult("b", "about", "different", "", 0.5, 2.25, 1, [Difference("x", "-<a>")])
    write_tasks(tmp_path, 25, "25.2", [TaskResult("a", "about", "same", "", 0.5, 1.0), differing])
    page = build_report(results([]), spec, tmp_path).read_text()
    assert "Tasks for OTP (1)" in page
    assert "-&lt;a&gt;" in page
    text = (tmp_path / "report.md").read_text()
    assert "| 25 | b | different | 1 | 0.5 | 2.25 |" in text
    assert "- b (OTP 25), x: `-<a>`" in text
    (tmp_path / "tasks-25.json").write_text("{}")
    with pytest.raises(ReportError, match="tasks"):
        build_report(results([]), spec, tmp_path)


def test_the_same_finding_on_several_releases_is_told_once() -> None:
    found = {otp: [generated("m:f/1", different=1)] for otp in (25, 23)}
    (one,) = generated_findings(found)
    assert (one.mfa, one.releases) == ("m:f/1", (23, 25))


def test_broken_results_of_generated_calls_are_told(spec: Path, tmp_path: Path) -> None:
    (tmp_path / "generated-25.json").write_text("{}")
    with pytest.raises(ReportError, match="generated calls"):
        build_report(results([]), spec, tmp_path)


def test_the_real_spec_makes_a_report(tmp_path: Path) -> None:
    build_report(results([unit(25, "pass", ["move"], ["erlang:+/2"])]), paths.SPEC, tmp_path)
    rows = json.loads((tmp_path / "opcodes.json").read_text())
    move = next(row for row in rows if row["name"] == "move")
    assert move["conformant"] == [25]
    assert len(rows) == len({row["number"] for row in rows}) > 150


def test_what_is_native_follows_from_the_lowerings() -> None:
    opcodes, primitives, bifs = native_parts()
    states = {row.name: row.state for row in primitives.rows}
    assert states.keys() == PRIMITIVES.keys()
    assert (states["tuple_get"], states["add"]) == (NATIVE, GIVES_UP)
    for part in (opcodes, bifs):
        assert sum(part.counts.values()) == len(part.rows)
        for row in part.rows:
            assert all(states[name] == PYTHON for name in row.calls)
            assert row.state == PYTHON or not row.calls
    shown = {row.name: row for part in (opcodes, bifs) for row in part.rows}
    assert shown["move"].state == shown["erlang:is_tuple/1"].state == NATIVE
    # What only raises counts as native.
    assert shown["badmatch"].state == NATIVE
    assert shown["recv_mark"].calls == ("mark_queue_end",)
    assert shown["erlang:date/0"] == native.Row("erlang:date/0", PYTHON)


def test_native_engine_is_in_the_report(tmp_path: Path) -> None:
    page = build_report(results([]), paths.SPEC, tmp_path).read_text()
    assert '<section id="native-opcodes">' in page
    assert "| Primitives |" in (tmp_path / "report.md").read_text()
    found = json.loads((tmp_path / "native.json").read_text())
    assert found["Primitives"]["add"] == {"state": GIVES_UP, "calls": []}


def test_speed_of_the_native_engine_is_shown(spec: Path, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    build_report(results([]), spec, folder)
    assert "Beside erl" not in (folder / "index.html").read_text()
    rows = [
        {"title": f"<p{n}>", "here": [n, 9 * n], "erl": [1.0, 1.0], "python": 0.25} for n in (1, 2)
    ]
    bench = tmp_path / "bench" / "bench.json"
    bench.parent.mkdir()
    facts = {"processor": "p", "python": "CPython", "erlang": "25.2"}
    bench.write_text(json.dumps({"facts": facts, "native": rows}))
    page = build_report(results([]), spec, folder).read_text()
    assert "&lt;p2&gt;" in page
    assert "ratios is 7.07." in page
    assert "| <p2> | 10.0 | 1.0 | 10.0 | 25 % |" in (folder / "report.md").read_text()
    bench.write_text("{}")
    build_report(results([]), spec, folder)
    bench.write_text("[")
    with pytest.raises(ReportError, match="the bench beside"):
        build_report(results([]), spec, folder)
