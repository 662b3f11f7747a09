"""The tasks for OTP's applications: what is compared and forgiven, and the fast ones for real."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from conformance.otp_tasks.__main__ import main, tasks_for
from conformance.otp_tasks.judging import differences, how, judge, only_keys_moved
from conformance.otp_tasks.masks import MASKS, masked
from conformance.otp_tasks.results import (
    ABSENT,
    DIFFERENT,
    FAILED,
    SAME,
    Difference,
    TaskResult,
    read_results,
    write_results,
)
from conformance.otp_tasks.sides import Outcome
from conformance.otp_tasks.tasks import (
    ERLC,
    SAMPLE,
    TASKS,
    Task,
    compile_tasks,
    missing,
    stdlib_modules,
)
from conformance.releases import installations, releases
from enigma_ref.otp import OtpNotFound, Release

OTHER = (sys.executable, "-m", "tests.conformance.data.other_emulator")
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def task(name: str) -> Task:
    return next(one for one in TASKS if one.name == name)


def fitting(one: Task, otp: int) -> list[Release]:
    """Installations that have what the task needs."""
    try:
        found = [release for release in installations(otp) if not missing(one, release)]
    except OtpNotFound:
        found = []
    if not found:
        pytest.skip(f"no Erlang/OTP {otp} here with what {one.label} needs")
    return found


@pytest.mark.parametrize(
    ("mask", "before", "after"),
    [
        ("identities", b"{<0.12.0>,   <0.7.0>}\na   b", b"{<pid>, <pid>}\na   b"),
        (
            "use",
            b"    heap_size:  376\n  reductions    92",
            b"    heap_size <size>\n  reductions <size>",
        ),
        ("identities", b"#Ref<0.1.2.3> #Port<0.5>", b"#Ref<...> #Port<...>"),
        ("dates", b"=== 21-Nov-2026::18:59:55.004470 ===", b"=== <date> ==="),
        ("dates", b"crash first 2026-11-21 18:58:33", b"crash first <date>"),
        ("dates", b"2026-11-21T18:58:33.5+01:00 2026-11-21", b"<date> <date>"),
        ("dates", b"by EDoc, Nov 21 2026, 19:06:51.", b"by EDoc, <date>."),
        ("dates", b"Sun Nov  6 08:49:37 1994", b"<date>"),
        ("dates", b"at {2026,11,21} {19,6,51}", b"at <date>"),
        ("dates", b"{10,11,12}", b"{10,11,12}"),
        ("durations", b"x...[0.003 s] ok", b"x...ok"),
        ("durations", b"All 2 tests passed, 0.5 seconds", b"All 2 tests passed, <time> seconds"),
        ("durations", b'<testcase time="0.001"/>', b'<testcase time="<time>"/>'),
    ],
)
def test_masks(mask: str, before: bytes, after: bytes) -> None:
    assert masked(before, [mask]) == after
    assert masked(before, []) == before


def test_every_task_is_there() -> None:
    for one in TASKS:
        assert (one.programs / f"{one.start}.erl").is_file(), one.name
        assert set(one.masks) <= set(MASKS)
    assert len(SAMPLE) == 10


def test_differences_are_told_part_by_part() -> None:
    same = Outcome("0", {"output": b"a\nb\n", "x": b"1"}, 1.0)
    assert differences(same, Outcome("0", dict(same.parts), 9.0)) == []
    other = Outcome("1", {"output": b"a\nc\n", "y": b"2"}, 1.0)
    found = {one.part: one.how for one in differences(same, other)}
    assert found["status"] == "0 on erl, 1 here"
    assert found["output"].splitlines()[-2:] == ["-b", "+c"]
    assert (found["x"], found["y"]) == ("only on erl", "only here")


def test_bytes_differ_at_a_place() -> None:
    assert how("x.bin", b"\xff\x00\x01", b"\xff\x00\x02\x03") == (
        "3 bytes on erl, 4 here; the first at 2"
    )
    assert how("x.bin", b"\xff\x00", b"\xff\x00\x01") == "2 bytes on erl, 3 here; the first at 2"
    assert how("x.txt", b"a", b"a\n") == "the ends of lines"


def beam(**chunks: bytes) -> Outcome:
    """An outcome with a module file of these chunks."""
    form = b"BEAM"
    for name, data in chunks.items():
        form += name.encode() + len(data).to_bytes(4, "big") + data + bytes(-len(data) % 4)
    return Outcome("0", {"m.beam": b"FOR1" + len(form).to_bytes(4, "big") + form}, 1.0)


def test_maps_may_be_written_in_another_order() -> None:
    a, b, end = b"w\x01aa\x01", b"w\x01ba\x02", b"\x83t\0\0\0\x02"
    one, other = end + a + b, end + b + a
    assert only_keys_moved("m.beam", beam(Code=b"x", Docs=one), beam(Code=b"x", Docs=other))
    for different in (
        beam(Code=b"y", Docs=other),
        beam(Code=b"x", Docs=end + a + a),
        beam(Code=b"x", Docs=b"no term"),
        beam(Code=b"x"),
        Outcome("0", {"m.beam": b"no module"}, 1.0),
        Outcome("0", {}, 1.0),
    ):
        assert not only_keys_moved("m.beam", beam(Code=b"x", Docs=one), different)
    assert not only_keys_moved("m.beam", beam(Code=one), beam(Code=other)), "part of the code"
    assert how("m.beam", b"no module", b"no module 2").startswith("---")


def test_what_is_not_installed_is_absent(otp: int) -> None:
    found = judge(Task("nothing", "about", ("no_such_application",)), installations(otp))
    assert (found.verdict, found.why) == (ABSENT, "not installed: no_such_application")
    one = compile_tasks(["no_such_module"])[0]
    assert judge(one, installations(otp)).verdict == ABSENT


@pytest.mark.parametrize(
    ("lie", "parts"),
    [
        ("none", []),
        ("output", ["output"]),
        ("file", ["more.txt"]),
        ("status", ["status"]),
    ],
)
def test_another_emulator_is_judged(lie: str, parts: list[str]) -> None:
    one = task("inets")
    found = judge(one, fitting(one, 27), (*OTHER, "--lie", lie))
    assert [difference.part for difference in found.differences] == parts
    assert found.verdict == (DIFFERENT if parts else SAME), found
    assert found.erl_seconds > 0


def test_whoever_takes_too_long_is_stopped() -> None:
    one = task("inets")
    found = judge(one, fitting(one, 27), OTHER, limit=0.01)
    assert found.verdict == DIFFERENT
    assert Difference("status", "0 on erl, late here") in found.differences


def test_chunks_that_differ_are_named() -> None:
    one = compile_tasks(["math"])[0]
    found = judge(one, fitting(one, 27), (*OTHER, "--lie", "file"))
    assert Difference("math.beam", "chunks that differ: CInf, CInG") in found.differences


def test_what_erl_cannot_do_is_not_held_against_anybody(tmp_path: Path, otp: int) -> None:
    programs = tmp_path / "stops"
    programs.mkdir()
    text = "-module(enigma_stops).\n-export([main/0]).\nmain() -> erlang:halt(7).\n"
    (programs / "enigma_stops.erl").write_text(text)

    class Stopping(Task):
        @property
        def programs(self) -> Path:
            return programs

    found = judge(Stopping("stops", "about", ("stdlib",)), installations(otp), OTHER)
    assert found.verdict == FAILED
    assert found.why.startswith("erl ends with 7")
    (programs / "enigma_stops.erl").write_text("no module")
    found = judge(Stopping("stops", "about", ("stdlib",)), installations(otp), OTHER)
    assert found.verdict == FAILED
    assert found.why.startswith("stops does not compile")


def test_modules_of_stdlib_are_chosen() -> None:
    release = fitting(compile_tasks(["lists"])[0], 27)
    chosen = tasks_for([ERLC], None, True, 27, release)
    assert {"lists", "gen_server"} <= {one.module for one in chosen}
    assert len(chosen) == len(stdlib_modules(release[0])) > 60
    assert [one.module for one in tasks_for([ERLC], ["lists"], False, 27, release)] == ["lists"]
    every = tasks_for(None, None, False, 27, release)
    assert len(every) == len(TASKS) + len(SAMPLE)


def test_the_command_tells_by_its_status(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fitting(task("inets"), 27)
    arguments = ["--otp", "27", "--task", "inets", "--output", str(tmp_path), "--subject"]
    truth = " ".join(OTHER)
    assert main([*arguments, truth]) == 0
    assert main([*arguments, f"{truth} --lie output"]) == 1
    shown = capsys.readouterr()
    assert "inets on 27: different" in shown.err
    assert "one line more" in shown.err
    report = read_results(tmp_path)[0]
    assert (report.otp, report.wrong) == (27, 1)
    assert main(["--otp", "1"]) == 2
    assert main(["--list"]) == 0
    assert "erlc: modules of stdlib" in capsys.readouterr().out


def test_results_are_read_as_written(tmp_path: Path) -> None:
    results = [
        TaskResult("a", "about a", SAME, "", 0.5, 2.25, 3),
        TaskResult("b", "about b", DIFFERENT, "", 0.5, 2.25, 1, [Difference("x.txt", "-a\n+b")]),
        TaskResult("c", "about c", ABSENT, "not installed: c"),
    ]
    write_results(tmp_path, 27, "27.1", results)
    write_results(tmp_path, 25, "25.2", results[:1])
    first, second = read_results(tmp_path)
    assert (first.otp, first.version, first.results, first.wrong) == (25, "25.2", results[:1], 0)
    assert (second.otp, second.results, second.wrong) == (27, results, 1)
    (tmp_path / "tasks-27.json").write_text(json.dumps({"otp": 27}))
    with pytest.raises(KeyError):
        read_results(tmp_path)


@pytest.mark.parametrize("number", [25, 27])
@pytest.mark.parametrize(
    "one",
    [*map(task, ("inets", "xmerl", "eunit")), *compile_tasks(["erl_bits"])],
    ids=lambda one: one.label if isinstance(one, Task) else None,
)
def test_fast_tasks_come_out_as_on_erl(one: Task, number: int) -> None:
    if number not in releases():
        pytest.skip(f"no Erlang/OTP {number} here")
    found = judge(one, fitting(one, number))
    assert (found.verdict, found.why, found.differences) == (SAME, "", [])
