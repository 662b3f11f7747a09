"""What is recorded of OTP's suites: files that are checked in, for each release what `erl` makes of
its suites, and for the present code what came of them here."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.otp_suites import recorded, store, verdicts
from conformance.otp_suites.known import Known, read_known
from conformance.otp_suites.machines import ERL, NATIVE, Machine
from conformance.otp_suites.needs import PEER, Needs, digest_of_rules
from conformance.otp_suites.sources import APPLICATIONS, OTP, Folder
from conformance.otp_suites.verdicts import Case, Result, Shelf
from enigma_ref.otp import Release

FILES = sorted(recorded.RECORDINGS.glob(f"{ERL}-*/*.jsonl"))

ABSOLUTE = re.compile(r"/(root|home|tmp|work|var|opt|usr)/")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.setenv("ENIGMA_BUILD", str(tmp_path / "build"))
    monkeypatch.setattr(recorded, "RECORDINGS", tmp_path / "recordings")
    (tmp_path / "stdlib" / "test").mkdir(parents=True)
    return Folder("stdlib", tmp_path / "stdlib" / "test", "0123abcd", {})


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(ERL, Release(25, "25.2", tmp_path, tmp_path, "option"))


def test_what_is_recorded_is_where_a_shelf_begins(folder: Folder, machine: Machine) -> None:
    one, other, third = Case((), "a"), Case(("outer", "in/ner"), "b"), Case((), "c")
    first = store.shelf_of(machine, folder, "x_SUITE")
    first.add_plan([other, one])
    first.add(
        Result(one, verdicts.TIMES_OUT, "in /root/here/x.erl, a@here.org late", 120.3, limit=120.0)
    )
    first.add(Result(other, verdicts.PASSES, seconds=0.251))
    first.add_remark("it said /tmp/a/b.txt")
    needs = Needs(folder.path, {("x_SUITE", one): [PEER]})
    unfinished = store.shelf_of(machine, folder, "y_SUITE")
    unfinished.add(Result(one, verdicts.PASSES))
    shelves = [("x_SUITE", first), ("y_SUITE", unfinished), ("z_SUITE", Shelf(folder.path / "z"))]

    assert recorded.record(machine, folder, shelves, needs) is None
    first.finish()
    file = recorded.record(machine, folder, shelves, needs)
    assert file is not None
    assert not ABSOLUTE.search(file.read_text(encoding="utf-8"))
    first.path.unlink()

    known = store.shelf_of(machine, folder, "x_SUITE").read()
    assert known.is_finished
    assert known.remarks == ["it said b.txt"]
    assert known.by_case() == {
        one: Result(one, verdicts.TIMES_OUT, "in x.erl, a@host late", 120.3, limit=120.0),
        other: Result(other, verdicts.PASSES, seconds=0.25),
    }
    assert store.needs_of(machine.release, folder).of("x_SUITE", one) == [PEER]
    assert not store.shelf_of(machine, folder, "y_SUITE").is_recorded

    # What comes later is added to it, and can be recorded again.
    later = store.shelf_of(machine, folder, "x_SUITE")
    assert later.is_recorded
    later.add(Result(one, verdicts.PASSES))
    later.add(Result(third, verdicts.FAILS))
    assert not later.is_recorded
    again = store.shelf_of(machine, folder, "x_SUITE").read()
    found = {case: result.verdict for case, result in again.by_case().items()}
    assert found == {one: "passes", other: "passes", third: "fails"}
    assert again.is_finished
    recorded.record(machine, folder, [("x_SUITE", later)], needs)
    later.path.unlink()
    assert store.shelf_of(machine, folder, "x_SUITE").read().by_case()[third].verdict == "fails"

    fresh = store.shelf_of(machine, folder, "x_SUITE")
    fresh.clear()
    assert fresh.read() == verdicts.SuiteResults()


def test_what_is_no_longer_so_is_forgotten(
    folder: Folder, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = Machine(NATIVE, machine.release)
    shelf = Shelf(folder.path / "x.jsonl")
    shelf.add(Result(Case((), "a"), verdicts.PASSES))
    shelf.finish()
    needs = Needs(folder.path)

    def record(which: Machine, digest: str) -> Path:
        state = Folder("stdlib", folder.path, digest, {})
        file = recorded.record(which, state, [("x_SUITE", shelf)], needs)
        assert file is not None
        return file

    theirs, before = record(machine, "one"), record(ours, "one")
    monkeypatch.setattr("conformance.otp_suites.machines.code_digest", lambda _: "changed")
    after = record(ours, "one")
    assert (theirs.is_file(), before.exists(), after.is_file()) == (True, False, True)
    newer = record(machine, "two")
    assert (theirs.exists(), newer.is_file(), after.is_file()) == (False, True, True)


def test_needs_by_other_rules_are_not_taken(folder: Folder, machine: Machine) -> None:
    shelf = Shelf(folder.path / "x.jsonl")
    case = Case((), "a")
    shelf.add(Result(case, verdicts.PASSES))
    shelf.finish()
    file = recorded.record(
        machine, folder, [("x_SUITE", shelf)], Needs(folder.path, {("x_SUITE", case): [PEER]})
    )
    assert file is not None
    assert recorded.read(file).needs == {("x_SUITE", case): [PEER]}
    assert not recorded.read(file).is_stale
    file.write_text(file.read_text().replace(digest_of_rules(), "others"))
    recorded.read.cache_clear()
    stale = recorded.read(file)
    assert stale.is_stale
    assert stale.needs == {}
    assert [one.case for one in stale.suites["x_SUITE"].results] == [case]


def test_what_is_checked_in_can_be_taken() -> None:
    passing = 0
    assert {file.name.partition("-")[0] for file in FILES} == set(APPLICATIONS)
    for file in FILES:
        text = file.read_text(encoding="utf-8")
        assert not ABSOLUTE.search(text), file
        assert json.loads(text.partition("\n")[0])["rules"] == digest_of_rules(), (
            f"{file.name}: the rules for what a case needs are others by now; "
            "record again: python -m conformance.otp_suites --table --record"
        )
        found = recorded.read(file)
        counts = Counter(one.verdict for suite in found.suites.values() for one in suite.results)
        assert counts["passes"], file
        passing += counts["passes"]
        assert all(suite.is_finished for suite in found.suites.values())
    assert passing > 5000


def cases_that_pass() -> dict[tuple[int, str], list[tuple[str, str]]]:
    """By release and application, the suites and cases that `erl` passes."""
    return {
        (int(file.parent.name.removeprefix(f"{ERL}-").split(".")[0]), file.name.split("-")[0]): [
            (suite, case.label)
            for suite, known in recorded.read(file).suites.items()
            for case, result in known.by_case().items()
            if result.verdict == verdicts.PASSES
        ]
        for file in FILES
    }


def nowhere(entries: list[Known]) -> list[tuple[str, str]]:
    """The suites and cases of entries that are about nothing that passes on `erl`."""
    passing = cases_that_pass()
    unrecorded = {(otp, application) for otp in OTP for application in APPLICATIONS} - set(passing)
    found = []
    for entry in entries:
        application = entry.suite.partition("/")[0]
        places = [(otp, application) for otp in entry.otp or OTP]
        is_known = not any(place in unrecorded for place in places)
        found += [
            (entry.suite, name)
            for name in entry.cases
            if is_known and not any(
                replace(entry, cases=(name,)).covers(*place, *case)
                for place in places for case in passing.get(place, ())
            )
        ]  # fmt: skip
    return found


def test_every_known_difference_is_about_a_case_that_passes_on_erl() -> None:
    entries = read_known()
    assert entries
    assert not nowhere(entries)


@pytest.mark.parametrize(
    ("suite", "case", "otp"),
    [
        ("sdtlib/lists_SUITE", "seq_loop", None),
        ("stdlib/list_SUITE", "seq_loop", None),
        ("stdlib/lists_SUITE", "sequence_loop", None),
        ("stdlib/lists_SUITE", "seq_loop", 26),
    ],
)
def test_an_entry_about_nothing_is_found(suite: str, case: str, otp: int | None) -> None:
    right = Known("stdlib/lists_SUITE", ("seq_loop",), frozenset({25}), "why")
    wrong = Known(suite, (case,), frozenset({otp}) if otp else None, "why")
    assert nowhere([right, wrong]) == [(suite, case)]
