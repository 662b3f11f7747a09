"""The files that runs of OTP's suites leave and take up: what they do with damaged ones, and with
those that somebody else is at. A script stands for the compiler, and no suite is run."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from conformance.otp_suites import __main__ as command
from conformance.otp_suites import recorded, running, sources, store, verdicts
from conformance.otp_suites.known import Known, read_known
from conformance.otp_suites.machines import ERL, REFERENCE, Machine
from conformance.otp_suites.needs import Needs, digest_of_rules
from conformance.otp_suites.sources import APPLICATIONS, Folder, SuitesError
from conformance.otp_suites.verdicts import Case, Result, Shelf
from enigma_ref.otp import Release

OTP = 25

ERLC = """#!/bin/sh
while [ "$1" != -o ]; do shift; done
folder=$2
shift 2
for file; do name=${file##*/}; touch "$folder/${name%.*}.beam"; done
"""

CASE = Case((), "a")


class Place:
    """A release with a compiler, and a source with x_SUITE and y_SUITE of stdlib."""

    def __init__(self, folder: Path) -> None:
        self.source = folder / "source"
        for test in (*APPLICATIONS.values(), sources.TOOLS):
            (self.source / test).mkdir(parents=True)
        for name in ("x_SUITE", "y_SUITE"):
            self.file(name).touch()
        for name in sources.HOOK_MODULES:
            (self.source / sources.TOOLS / f"{name}.erl").touch()
        self.erlc = folder / "otp" / "bin" / "erlc"
        self.erlc.parent.mkdir(parents=True)
        self.compiles_with(ERLC)
        root = folder / "otp"
        self.release = Release(OTP, "25.0", root, root / "erts-1" / "bin", "option")
        self.output = folder / "report"

    def file(self, suite: str) -> Path:
        return self.source / APPLICATIONS["stdlib"] / f"{suite}.erl"

    def compiles_with(self, script: str) -> None:
        self.erlc.write_text(script)
        self.erlc.chmod(0o755)

    @property
    def folder(self) -> Folder:
        return sources.compiled(self.release, self.source, "stdlib", ())

    def shelf(self, machine: str, suite: str = "x_SUITE") -> Shelf:
        return store.shelf_of(Machine(machine, self.release), self.folder, suite)

    def run(self, *words: str) -> int:
        return command.main(["--otp", str(OTP), "--output", str(self.output), *words])


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("ENIGMA_BUILD", str(tmp_path / "build"))
    monkeypatch.setattr(recorded, "RECORDINGS", tmp_path / "recordings")
    found = Place(tmp_path)
    for name, value in (
        ("find_release", found.release),
        ("cached_source", found.source),
        ("fetch_source", found.source),
    ):
        monkeypatch.setattr(command, name, returning(value))
    return found


def returning(value: object) -> Callable[..., object]:
    return lambda *_: value


def test_what_another_run_is_at_is_not_forgotten(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found: list[list[Result]] = []
    monkeypatch.setattr(command, "run_suite", lambda *words: found.append(words[4].read().results))
    for suite in ("x_SUITE", "y_SUITE"):
        place.shelf(REFERENCE, suite).add(Result(CASE, verdicts.PASSES))
    there = running.place_of(Machine(REFERENCE, place.release), place.folder, "y_SUITE")
    there.parent.mkdir(parents=True)
    with FileLock(f"{there}.lock"):
        assert place.run("--machine", "ours", "--fresh") == 2
    (line,) = (one for one in capsys.readouterr().err.splitlines() if "another run" in one)
    assert "y_SUITE of 25" in line
    # Nothing is forgotten of others either.
    for suite in ("x_SUITE", "y_SUITE"):
        assert len(place.shelf(REFERENCE, suite).read().results) == 1
    assert not found
    # What is named twice is run once.
    place.run("--machine", "ours", "--fresh", "--otp", "25", *("--app", "stdlib") * 2)
    assert found == [[], []]


KILLED = "#!/bin/sh\nkill -9 $$\n"

# What a shell says whose program was killed.
PROGRAM_KILLED = "#!/bin/sh\nsh -c 'kill -9 $$'\n"

ALL_BUT_X = ERLC.replace("touch", '[ "$name" = x_SUITE.erl ] && echo no good && exit 1; touch')


@pytest.mark.parametrize("script", [KILLED, PROGRAM_KILLED])
def test_a_compiler_that_is_killed_says_nothing_about_a_suite(
    place: Place, script: str, capsys: pytest.CaptureFixture[str]
) -> None:
    place.compiles_with(script)
    with pytest.raises(SuitesError, match="signal 9 while it compiled x_SUITE"):
        sources.compiled(place.release, place.source, "stdlib")
    assert place.run("--suite", "x") == 2
    assert "erlc was ended by signal 9" in capsys.readouterr().err.splitlines()[-1]
    place.compiles_with(ERLC)
    folder = sources.compiled(place.release, place.source, "stdlib")
    assert (folder.suites, folder.failed) == (["x_SUITE", "y_SUITE"], {})


def test_a_suite_that_does_not_compile_is_told_of(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    place.compiles_with(ALL_BUT_X)
    assert sources.compiled(place.release, place.source, "stdlib").suites == ["y_SUITE"]
    assert place.run("--table", "--app", "stdlib", "--suite", "x") == 2
    assert capsys.readouterr().err.splitlines()[-1] == (
        "x_SUITE of stdlib 25 does not compile: no good"
    )
    place.run("--table", "--app", "stdlib", "--per-suite")
    said = capsys.readouterr()
    assert "25 stdlib/x_SUITE: does not compile: no good" in said.err.splitlines()
    assert [line.split()[0] for line in said.out.splitlines()[4:6]] == ["x", "y"]
    place.run("--table", "--machine", "erl")
    assert "25 stdlib/x_SUITE: does not compile: no good" in capsys.readouterr().err.splitlines()
    place.run("--table", "--app", "kernel")
    assert "x_SUITE" not in capsys.readouterr().err


@pytest.mark.parametrize("cut", [1, 2, 9, 40])
def test_what_follows_an_interrupted_line_is_kept(tmp_path: Path, cut: int) -> None:
    shelf = Shelf(tmp_path / "x.jsonl")
    before, after = Result(CASE, verdicts.FAILS), Result(Case((), "b"), verdicts.PASSES)
    shelf.add(before)
    shelf.add(Result(Case((), "é"), verdicts.FAILS))
    content = shelf.path.read_bytes()
    at = content.index("é".encode()) + 1 if cut == 9 else len(content) - cut
    shelf.path.write_bytes(content[:at])
    shelf.add(after)
    found = shelf.read().results
    assert (found[0], found[-1]) == (before, after)
    # Only the end of the line is missing of the first.
    assert len(found) == (3 if cut == 1 else 2)


def test_a_reason_is_one_line_whatever_is_in_it(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "x.jsonl")
    odd = Result(CASE, verdicts.FAILS, "one\x85two\u2028three\nfour")
    shelf.add(odd)
    assert shelf.read().results == [odd]


ENTRY = "- suite: stdlib/x_SUITE\n  cases: [a]\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- suite: sdtlib/x_SUITE\n  cases: [a]\n  reason: why\n", "suite is of none of emulator"),
        ("- suite: stdlib/x\n  cases: [a]\n  reason: why\n", "suite is not as"),
        ("- suite: 5\n  cases: [a]\n  reason: why\n", "suite is not as"),
        ("- cases: [a]\n  reason: why\n", "suite is not as"),
        ("- suite: stdlib/x_SUITE\n  reason: why\n", "cases is not"),
        ("- suite: stdlib/x_SUITE\n  cases: [1]\n  reason: why\n", "cases is not"),
        ("- suite: stdlib/x_SUITE\n  cases: a\n  reason: why\n", "cases is not"),
        (f"{ENTRY}  otp: [26]\n  reason: why\n", "otp is not a list of some of 23, 25, 27"),
        (f'{ENTRY}  otp: ["25"]\n  reason: why\n', "otp is not"),
        (f"{ENTRY}  otp: [25.0]\n  reason: why\n", "otp is not"),
        (f"{ENTRY}  otp: 25\n  reason: why\n", "otp is not"),
        (f"{ENTRY}  otp: []\n  reason: why\n", "otp is not"),
        (f"{ENTRY}  reason: 5\n", "wants a reason"),
        (f"{ENTRY}  otp: [23]\n  reason: why\n  otp: [25]\n", "line 5: otp occurs twice"),
        (f"{ENTRY}  slow: why\n{ENTRY}  reason: why\n", "a has a reason in one entry and is slow"),
        (f"{ENTRY}  reason: why\n{ENTRY}  otp: [25]\n  slow: why\n", "a has a reason in one"),
        (f"{ENTRY}  slow: w\n{ENTRY.replace('[a]', '[g/a]')}  reason: w\n", "a has a reason"),
        (f"{ENTRY}  slow: w\n{ENTRY.replace('x_', '*_')}  reason: w\n", "a has a reason in one"),
        ("a: b\n", "it is not a list"),
        ("- a\n", "an entry has keys"),
        (f"{ENTRY}  reason: why: not\n", "line 3: mapping values are not allowed here"),
        (f"{ENTRY}  reason: caf\xe9\n", "it is not UTF-8"),
        (f"{ENTRY}  reason: a\x07\n", "special characters are not allowed"),
    ],
)
def test_expectations_that_say_nothing_are_refused_before_anything_runs(
    place: Place,
    text: str,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = place.output.parent / "known.yaml"
    file.write_text(text, encoding="latin-1")
    monkeypatch.setattr(command, "read_known", lambda: read_known(file))
    monkeypatch.setattr(command, "_run", None)
    assert place.run() == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(str(file))
    assert said in line


def test_entries_that_are_about_different_cases_are_taken(tmp_path: Path) -> None:
    file = tmp_path / "known.yaml"
    others = (
        f"{ENTRY}  otp: [23]\n  slow: why\n",
        f"{ENTRY}  otp: [25]\n  reason: why\n",
        f"{ENTRY.replace('[a]', '[g/b]')}  slow: why\n",
        f"{ENTRY.replace('[a]', '[h/b]')}  reason: why\n",
    )
    file.write_text("".join(others))
    assert [one.is_slow for one in read_known(file)] == [True, False] * 2
    file.write_text("")
    assert read_known(file) == []


def cut(content: bytes) -> bytes:
    return content[: len(content) - 9]


def marked(content: bytes) -> bytes:
    first, _, rest = content.partition(b"\n")
    return first + b"\n<<<<<<< HEAD\n" + rest


def with_another_verdict(content: bytes) -> bytes:
    return content.replace(b'"passes"', b'"succeeds"')


def with_another_key(content: bytes) -> bytes:
    return content.replace(b'"seconds"', b'"minutes"')


def not_utf8(content: bytes) -> bytes:
    return content.replace(b'"a"', b'"\xff"')


def of_latin1_text(content: bytes) -> bytes:
    return content.replace(b"{", b"\xff{", 1)


def empty(_: bytes) -> bytes:
    return b""


Damage = Callable[[bytes], bytes]


def the_line(place: Place, capsys: pytest.CaptureFixture[str], file: Path) -> str:
    """What is said, in one line, about a file that cannot be read."""
    capsys.readouterr()
    assert place.run("--table", "--app", "stdlib") == 2
    (line,) = (one for one in capsys.readouterr().err.splitlines() if str(file) in one)
    assert "Error(" in line
    assert "remove" in line
    return line


@pytest.mark.parametrize(
    "damage", [cut, marked, with_another_verdict, with_another_key, not_utf8, of_latin1_text, empty]
)
def test_a_damaged_recording_is_named(
    place: Place, damage: Damage, capsys: pytest.CaptureFixture[str]
) -> None:
    shelf = place.shelf(ERL)
    shelf.add(Result(CASE, verdicts.PASSES))
    shelf.finish()
    machine, needs = Machine(ERL, place.release), store.needs_of(place.release, place.folder)
    file = recorded.record(machine, place.folder, [("x_SUITE", shelf)], needs)
    assert file is not None
    shelf.path.unlink()
    good = file.read_bytes()
    assert damage(good) != good
    file.write_bytes(damage(good))
    recorded.read.cache_clear()
    the_line(place, capsys, file)
    recorded.read.cache_clear()


@pytest.mark.parametrize("damage", [marked, with_another_verdict, with_another_key, of_latin1_text])
@pytest.mark.parametrize("machine", [ERL, REFERENCE])
def test_a_damaged_shelf_is_named(
    place: Place, machine: str, damage: Damage, capsys: pytest.CaptureFixture[str]
) -> None:
    shelf = place.shelf(machine)
    shelf.add(Result(CASE, verdicts.PASSES))
    content = shelf.path.read_bytes()
    shelf.path.write_bytes(damage(content))
    number = 2 if damage is marked else 1
    assert f"{shelf.path}, line {number}: " in the_line(place, capsys, shelf.path)


def test_an_empty_shelf_is_one_on_which_nothing_is(place: Place) -> None:
    shelf = place.shelf(ERL)
    shelf.clear()
    shelf.path.parent.mkdir(parents=True)
    shelf.path.write_bytes(b"")
    assert shelf.read() == verdicts.SuiteResults()


@pytest.mark.parametrize("damage", [cut, marked, empty, lambda _: b"[]", lambda _: b"{}"])
def test_a_damaged_table_is_named(
    place: Place, damage: Damage, capsys: pytest.CaptureFixture[str]
) -> None:
    place.run("--table", "--app", "stdlib")
    file = place.output / f"suites-{OTP}-{REFERENCE}.json"
    file.write_bytes(damage(file.read_bytes()))
    place.shelf(ERL).add(Result(CASE, verdicts.PASSES))
    the_line(place, capsys, file)


def test_other_damaged_files_are_named(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    needs = place.folder.path.parent / f"needs-{digest_of_rules()}.json"
    failed = place.folder.path.parent / "failed.json"
    for file in (needs, failed):
        file.write_text('{"x_SUITE')
        place.run("--table", "--app", "stdlib")
        (line,) = (one for one in capsys.readouterr().err.splitlines() if str(file) in one)
        assert "remove it" in line
        file.unlink()


def test_a_table_of_what_was_not_run_judges_nothing(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    there, left_out = place.shelf(ERL), Case((), "c")
    there.add(Result(CASE, verdicts.PASSES))
    there.add(Result(Case((), "b"), verdicts.SKIPPED))
    there.add(Result(left_out, verdicts.FAILS))
    assert place.run("--table", "--machine", "erl") == 0
    assert place.run("--table") == 2
    said = capsys.readouterr()
    assert said.err.splitlines()[-1] == (
        "nothing was judged: there is no case with a result on erl and here"
    )
    assert [word for word in ("skipped", "left out", "open") if word in said.out] == [
        "skipped", "left out", "open"
    ]  # fmt: skip
    here = place.shelf(REFERENCE)
    here.add(Result(left_out, verdicts.FAILS))
    assert place.run("--table") == 0
    assert "nothing was judged" not in capsys.readouterr().err
    assert place.run("--table", "--suite", "y") == 2
    assert place.run("--table", "--machine", "erl", "--suite", "y") == 2
    assert capsys.readouterr().err.splitlines()[-1].endswith("a result on erl")


@pytest.mark.parametrize("streams", [["stdout"], ["stderr"], ["stdout", "stderr"]])
def test_results_are_written_though_nobody_reads_what_is_said(
    place: Place, monkeypatch: pytest.MonkeyPatch, streams: list[str]
) -> None:
    for machine in (ERL, REFERENCE):
        place.shelf(machine).add(Result(CASE, verdicts.PASSES))
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as unread:
        for name in streams:
            monkeypatch.setattr(sys, name, unread)
        assert place.run("--table") == 0
        # As Python does at its end.
        unread.flush()
    names = {file.name for file in place.output.iterdir()}
    assert len(names) == 2
    assert {name.rpartition(".")[2] for name in names} == {"json", "html"}


def test_results_are_written_though_nothing_can_be_said(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        assert place.run("--table") == 2
        monkeypatch.undo()
        os.dup2(os.open(os.devnull, os.O_WRONLY), full.fileno())
    assert (place.output / f"suites-{OTP}-{REFERENCE}.html").is_file()


@pytest.mark.parametrize("limit", ["inf", "1e400", "nan", "-inf", "0"])
def test_a_limit_without_end_is_refused(
    place: Place, limit: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        place.run("--table", f"--limit={limit}")
    assert "argument --limit: " in capsys.readouterr().err
    assert not place.output.exists()


@pytest.mark.parametrize(
    "words",
    [
        ["--table", "--fresh"],
        ["--coverage", "--machine", "erl"],
        ["--coverage", "--engine", "native"],
        ["--fresh", "--case", "a"],
    ],
)
def test_options_that_want_different_things_are_refused(
    place: Place, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        place.run(*words)
    assert words[0] in capsys.readouterr().err
    assert not place.output.exists()


def test_a_case_that_no_suite_has_is_told_of_before_anything_runs(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[str] = []
    monkeypatch.setattr(command, "run_suite", lambda *arguments: ran.append(arguments[3]))
    for suite in ("x_SUITE", "y_SUITE"):
        shelf = place.shelf(ERL, suite)
        shelf.add(Result(CASE, verdicts.PASSES))
        shelf.finish()
    assert place.run("--case", "a", "--case", "wrong", "--app", "stdlib") == 2
    assert capsys.readouterr().err.splitlines()[-1] == (
        "there is no case wrong in x_SUITE, y_SUITE"
    )
    assert not ran
    place.run("--case", "a", "--app", "stdlib")
    assert set(ran) == {"x_SUITE", "y_SUITE"}


def test_what_is_known_of_a_case_is_said_with_its_verdict(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run_suite(*arguments: Any) -> None:
        machine, tell = arguments[0], arguments[8]
        tell(Result(CASE, verdicts.FAILS if machine.is_ours else verdicts.PASSES, "x" * 300))

    known = [Known("stdlib/x_SUITE", ("a",), None, "wants the moon", is_slow=False)]
    monkeypatch.setattr(command, "run_suite", run_suite)
    monkeypatch.setattr(command, "read_known", returning(known))
    place.run("--suite", "x")
    # No emoji is made of `:a:`.
    (line,) = (line for line in capsys.readouterr().err.splitlines() if "x_SUITE:a: fails" in line)
    assert line.endswith("x… (known: wants the moon)")


def test_two_runs_that_begin_at_once_compile_once(place: Place, tmp_path: Path) -> None:
    log = tmp_path / "log"
    place.compiles_with(ERLC.replace("for file;", f'echo "$@" >> {log}; sleep 0.3; for file;'))

    def begin(_: int) -> list[Path]:
        tools = sources.compiled_tools(place.release, place.source)
        folder = sources.compiled(place.release, place.source, "stdlib")
        return sorted([*tools.glob("*.beam"), *folder.path.glob("*.beam")])

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(begin, range(2))
    assert one == other
    compiled = [Path(word).stem for word in log.read_text().split()]
    assert sorted(compiled) == sorted(file.stem for file in one)
    assert {"x_SUITE", *sources.HOOK_MODULES} < set(compiled)


def test_a_table_of_what_is_recorded_compiles_nothing(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls: list[str] = []

    def compile_files(release: Release, files: list[Path], *_: object, **__: object) -> object:
        calls.extend(file.stem for file in files)
        return {file.stem: "no good" for file in files}

    shelf, machine = place.shelf(ERL), Machine(ERL, place.release)
    shelf.add(Result(CASE, verdicts.PASSES))
    shelf.finish()
    recorded.record(machine, place.folder, [("x_SUITE", shelf)], Needs(place.folder.path))
    shelf.path.unlink()
    place.shelf(REFERENCE).add(Result(CASE, verdicts.PASSES))
    monkeypatch.setattr(sources, "compile_files", compile_files)
    assert place.run("--table") == 0
    assert not calls
    assert "1 (100.0%)" in capsys.readouterr().out
    # What the cases need of a suite with results of its own is found in its code.
    place.shelf(ERL, "y_SUITE").add(Result(CASE, verdicts.PASSES))
    place.run("--table")
    assert calls == ["y_SUITE"]
