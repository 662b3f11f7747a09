"""The runner of OTP's suites: every case gets a verdict, whatever it does to the system."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from conformance.otp_suites import results, sources, table, verdicts
from conformance.otp_suites.journal import Journal
from conformance.otp_suites.known import KnownError, known_about, read_known
from conformance.otp_suites.machines import ERL, Machine
from conformance.otp_suites.needs import C_CODE, PEER, Needs
from conformance.otp_suites.results import CaseResult, SuiteResult, SuitesReport
from conformance.otp_suites.running import Settings, run_suite
from conformance.otp_suites.table import counted
from conformance.otp_suites.verdicts import Case, Result, Shelf
from conformance.releases import OtpNotFound
from conformance.report.build import build_suites_page
from enigma_ref.otp import Release

SUITE = Path(__file__).parent / "data" / "suites" / "verdicts_SUITE.erl"
OTP = 25
GIGABYTE = 1 << 30


@pytest.fixture
def release() -> Release:
    try:
        return sources.find_release(OTP)
    except OtpNotFound as problem:
        pytest.skip(str(problem))


@pytest.fixture
def folder(release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> sources.Folder:
    monkeypatch.setenv("ENIGMA_BUILD", str(tmp_path / "build"))
    place = tmp_path / "suites"
    place.mkdir()
    assert not sources.compile_files(release, [SUITE], place, [])
    return sources.Folder("own", place, "digest", {})


def run(
    release: Release,
    folder: sources.Folder,
    shelf: Shelf,
    *wanted: str,
    limit: float = 2.0,
    among: set[Case] | None = None,
    memory: int = GIGABYTE,
) -> list[Result]:
    told: list[Result] = []
    settings = Settings(limit=limit, multiply=1, memory=memory)
    tools = sources.compiled_tools(release, None)
    machine = Machine(ERL, release)
    run_suite(machine, folder, tools, SUITE.stem, shelf, settings, wanted, (), told.append, among)
    return told


def test_every_case_gets_its_verdict(
    release: Release, folder: sources.Folder, tmp_path: Path
) -> None:
    shelf = Shelf(tmp_path / "shelf.jsonl")
    told = run(release, folder, shelf)
    known = shelf.read()
    assert known.is_finished
    assert {case.label: result.verdict for case, result in known.by_case().items()} == {
        "passes": "passes",
        "fails": "fails",
        "left_out": "skipped",
        "hangs": "times out",
        "halts": "crashes",
        "ends_common_test": "fails",
        "outer/passes": "passes",
        "outer/inner/passes": "passes",
        "outer/inner/fails": "fails",
        "together/halts_soon": "crashes",
        "together/waits": "passes",
        "together/waits_too": "passes",
        "broken/never": "not run",
        "stuck/never": "times out",
        "around/passes": "passes",
        "around/bare/passes": "passes",
        "around/bare/inside/passes": "passes",
        "around/fails": "fails",
        "starts_node": "passes",
        "loads_library": "passes",
    }
    by_label = {case.label: result.reason for case, result in known.by_case().items()}
    assert "no_good" in by_label["fails"]
    assert by_label["left_out"] == "not today"
    assert "common_test ended" in by_label["ends_common_test"]
    assert "status 7" in by_label["halts"]
    assert "status 8" in by_label["together/halts_soon"]
    assert "init_per_group" in by_label["stuck/never"]
    # It is named twice.
    assert sorted(one.count for one in told if one.case.label == "passes") == [1, 2]

    assert run(release, folder, shelf) == []
    again = run(release, folder, shelf, "outer/inner/passes", "left_out")
    assert sorted(one.case.label for one in again) == ["left_out", "outer/inner/passes"]
    # With more time, those that had too little.
    again = run(release, folder, shelf, limit=2.5)
    assert sorted(one.case.label for one in again) == ["hangs", "stuck/never"]
    assert run(release, folder, shelf, limit=2.5) == []


def test_a_case_that_had_too_little_memory_is_run_again(
    release: Release, folder: sources.Folder, tmp_path: Path
) -> None:
    shelf = Shelf(tmp_path / "shelf.jsonl")
    asked = {Case(("together",), "waits")}
    shelf.add_plan(asked)
    (little,) = run(release, folder, shelf, among=asked, memory=1 << 20)
    assert (little.verdict, little.memory) == ("crashes", 1)
    assert "takes more than 1 MB of memory" in little.reason
    assert run(release, folder, shelf, among=asked, memory=1 << 20) == []
    (enough,) = run(release, folder, shelf, among=asked)
    assert enough.verdict == "passes"


def test_only_some_cases_are_run(
    release: Release, folder: sources.Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf(tmp_path / "shelf.jsonl")
    asked = {Case((), "passes"), Case(("outer", "inner"), "fails"), Case((), "halts")}
    told = run(release, folder, shelf, among=asked)
    assert sorted({(one.case.label, one.verdict) for one in told}) == [
        ("halts", "crashes"),
        ("outer/inner/fails", "fails"),
        ("passes", "passes"),
    ]
    known = shelf.read()
    assert not known.is_finished
    assert {one.case for one in known.results} == asked
    assert run(release, folder, shelf, among=asked) == []
    told = run(release, folder, shelf, among={*asked, Case((), "fails")})
    assert [one.case.label for one in told] == ["fails"]

    # What counts is known from erl.
    (folder.path / f"{SUITE.stem}_data").mkdir()
    (folder.path / f"{SUITE.stem}_data" / "library.c").touch()
    erl = Shelf(tmp_path / "erl.jsonl")
    run(release, folder, erl, among={*asked, Case((), "starts_node"), Case((), "loads_library")})
    monkeypatch.setattr("conformance.otp_suites.table.shelf_of", lambda *_: erl)
    assert counted(release, folder, SUITE.stem, Needs(folder.path)) == {Case((), "passes")}


def test_what_cases_need(folder: sources.Folder) -> None:
    needs = Needs(folder.path)
    found = {name: needs.of(SUITE.stem, Case((), name)) for name in ("passes", "starts_node")}
    assert found == {"passes": [], "starts_node": [PEER]}
    # What is loaded or run wants C code where that is what the suite's data holds.
    with_data = ("loads_library", "starts_program")
    assert [needs.of(SUITE.stem, Case((), name)) for name in with_data] == [[], []]
    data = folder.path / f"{SUITE.stem}_data"
    data.mkdir()
    (data / "program.c").touch()
    needs = Needs(folder.path)
    assert [needs.of(SUITE.stem, Case((), name)) for name in with_data] == [[C_CODE], [C_CODE]]
    failed = Result(Case((), "fails"), verdicts.FAILS, "{error,{not_alive,[...]}}")
    assert needs.of(SUITE.stem, failed.case, failed) == ["distribution"]


@pytest.mark.parametrize("name", ["prepared", "prepared_too", "prepared_as_well"])
def test_what_is_done_before_the_cases_that_guards_name(folder: sources.Folder, name: str) -> None:
    needs = Needs(folder.path)
    assert needs.of(SUITE.stem, Case((), name)) == [PEER]
    assert needs.of(SUITE.stem, Case((), "passes")) == []


def test_nothing_is_kept_about_a_suite_that_is_not_compiled(
    folder: sources.Folder, tmp_path: Path
) -> None:
    case = Case((), "starts_node")
    place = tmp_path / "test"
    place.mkdir()
    early = Needs(place)
    assert early.of(SUITE.stem, case) == []
    early.keep()
    beam = f"{SUITE.stem}.beam"
    (place / beam).write_bytes((folder.path / beam).read_bytes())
    later = Needs(place)
    assert later.of(SUITE.stem, case) == [PEER]
    later.keep()
    assert Needs(place).kept == {f"{SUITE.stem}:starts_node": [PEER]}


@pytest.mark.parametrize(
    ("erl", "ours", "expected"),
    [
        ("passes", "passes", results.BOTH),
        ("passes", "fails", results.DIFFERS),
        ("passes", "skipped", results.DIFFERS),
        ("passes", "not run", results.DIFFERS),
        ("passes", "times out", results.TIMES_OUT),
        ("passes", "crashes", results.CRASHES),
        ("passes", None, results.OPEN),
        ("fails", "fails", results.NEITHER),
        ("fails", "times out", results.NEITHER),
        ("fails", "crashes", results.CRASHES),
        ("times out", "passes", results.HERE_ONLY),
        ("skipped", "skipped", results.SKIPPED),
        ("skipped", "fails", results.SKIPPED),
        ("skipped", None, results.SKIPPED),
        (None, "passes", results.OPEN),
    ],
)
def test_two_verdicts_make_one(erl: str | None, ours: str | None, expected: str) -> None:
    assert table.together(erl, ours) == expected


def test_only_cases_that_need_nothing_count() -> None:
    cases = [
        CaseResult("a", results.BOTH, "passes", "passes"),
        CaseResult("b", results.DIFFERS, "passes", "fails", reason="why"),
        CaseResult("c", results.DIFFERS, "passes", "fails", needs=[PEER]),
        CaseResult("d", results.NEITHER, "fails", "fails"),
        CaseResult("e", results.TIMES_OUT, "passes", "times out", known="slow"),
        CaseResult("f", results.OPEN, "passes", ""),
        CaseResult("g", results.BOTH, "passes", "passes", known="was wrong"),
        CaseResult("h", results.BOTH, "passes", "passes", known="slow", is_slow=True),
        CaseResult("i", results.TIMES_OUT, "passes", "times out", known="slow", is_slow=True),
        CaseResult("j", results.DIFFERS, "passes", "fails", known="slow", is_slow=True),
    ]
    tally = SuiteResult("stdlib", "x_SUITE", cases).tally
    assert (tally.total, tally.counted, tally.passing) == (10, 7, 3)
    assert [case.case for case in cases if case.is_unexplained] == ["b", "j"]
    assert [case.case for case in cases if case.is_surprise] == ["g"]


def test_results_are_read_back_and_shown(tmp_path: Path) -> None:
    cases = [
        CaseResult("a", results.BOTH, "passes", "passes"),
        CaseResult("b<i>", results.DIFFERS, "passes", "fails", reason="{error,<b>}"),
    ]
    report = SuitesReport(
        25, "25.2", "reference", "today", "abc", 60.0, [SuiteResult("stdlib", "x_SUITE", cases)]
    )
    file = results.write_results(tmp_path, report)
    assert results.read_results(tmp_path) == [report]
    page = build_suites_page(report, file).read_text(encoding="utf-8")
    assert "b&lt;i&gt;" in page
    assert "1 of 2 counted pass" in page
    assert "1 without a reason" in page
    assert "against expectation" not in page
    # There is a page of all reports once the conformance suite has made one.
    assert "all reports" not in page
    (tmp_path / "index.html").touch()
    assert "all reports" in build_suites_page(report, file).read_text(encoding="utf-8")

    some = [CaseResult("a", results.OPEN, "passes", "")]
    partial = SuitesReport(
        25, "25.2", "reference", "later", "def", 60.0, [SuiteResult("stdlib", "x_SUITE", some)]
    )
    beside = results.write_results(tmp_path, partial)
    assert beside != file
    assert results.read_results(tmp_path) == [report]

    # Each engine has a table of its own; one that is whole again leaves nothing behind.
    native = replace(partial, engine="native")
    results.write_results(tmp_path, native)
    assert results.read_results(tmp_path) == [native, report]
    results.write_results(tmp_path, report)
    assert not beside.exists()


def test_what_does_not_count_need_not_be_run() -> None:
    case, other = Case((), "a"), Case((), "b")
    known = Result(case, verdicts.PASSES), Result(other, verdicts.FAILS)
    assert table._case(case, known[0], None, [], None).verdict == results.OPEN
    assert table._case(other, known[1], None, [], None).verdict == results.LEFT_OUT
    assert table._case(case, known[0], None, [PEER], None).verdict == results.LEFT_OUT
    assert table._case(case, None, None, [], None).verdict == results.OPEN


def test_known_differences(tmp_path: Path) -> None:
    file = tmp_path / "known.yaml"
    file.write_text(
        "- suite: stdlib/lists_SUITE\n  cases: [one, group/two]\n  otp: [25]\n  reason: slow\n"
    )
    known = read_known(file)
    for label in ("one", "any/one", "group/two"):
        assert known_about(known, 25, "stdlib", "lists_SUITE", label) == known[0]
    assert known_about(known, 25, "stdlib", "lists_SUITE", "two") is None
    assert known_about(known, 27, "stdlib", "lists_SUITE", "one") is None
    assert not known[0].is_slow
    file.write_text("- suite: stdlib/lists_SUITE\n  cases: [one]\n  slow: a minute on erl\n")
    (slow,) = read_known(file)
    assert (slow.reason, slow.is_slow) == ("a minute on erl", True)
    for said in (
        "  reason: ' '\n",
        "",
        "  reason: one\n  slow: two\n",
        "  reason: one\n  why: two\n",
    ):
        file.write_text(f"- suite: stdlib/lists_SUITE\n  cases: [one]\n{said}")
        with pytest.raises(KnownError):
            read_known(file)


def test_the_known_differences_of_this_repository_can_be_read() -> None:
    read_known()


def test_a_line_that_is_not_whole_comes_later(tmp_path: Path) -> None:
    file = tmp_path / "journal"
    journal = Journal(file)
    assert list(journal.news()) == []
    line = b"g2gCZAAIZmluaXNoZWRtAAAAAm9r\n"  # {finished, <<"ok">>}
    file.write_bytes(b"no base64\n" + line[:10])
    assert list(journal.news()) == []
    file.write_bytes(b"no base64\n" + line)
    assert [type(one).__name__ for one in journal.news()] == ["Finished"]


def test_an_interrupted_line_on_the_shelf_is_passed_over(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "x.jsonl")
    shelf.add_plan([Case((), "a"), Case(("g",), "b")])
    shelf.add(Result(Case((), "a"), verdicts.TIMES_OUT, limit=1.0))
    shelf.add(Result(Case((), "a"), verdicts.PASSES, limit=9.0))
    with shelf.path.open("a") as file:
        file.write('{"path": ["g"], "ca')
    known = shelf.read()
    assert known.plan == [Case((), "a"), Case(("g",), "b")]
    assert [one.verdict for one in known.results] == [verdicts.PASSES]
    assert not known.is_finished
