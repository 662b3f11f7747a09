"""How suites are run: what the runner does when something around the cases goes wrong."""

from __future__ import annotations

import functools
import io
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from filelock import FileLock
from rich.console import Console

from conformance import paths
from conformance.otp_suites import __main__ as command
from conformance.otp_suites import machines, running, sources
from conformance.otp_suites.machines import ENGINES, ERL, REFERENCE, Machine
from conformance.otp_suites.running import Settings, place_of, run_suite
from conformance.otp_suites.sources import SuitesError
from conformance.otp_suites.verdicts import Result, Shelf
from conformance.otp_suites.watching import MARK, Ending, Stopped, Watch, engine_problem, remove
from conformance.releases import OtpNotFound
from enigma_ref.runtime.engines import NATIVE, native_problem
from enigma_ref.terms import Map, atom
from enigma_ref.terms.external import decode

OTP = 25
LIMIT = 5.0
NOBODY = 65534


class Own:
    """Suites of ours, with callbacks that do nothing where they have none, on `erl`."""

    def __init__(self, tmp_path: Path) -> None:
        try:
            self.release = sources.find_release(OTP)
        except OtpNotFound as problem:
            pytest.skip(str(problem))
        self.tmp_path = tmp_path
        self.machine = Machine(ERL, self.release)
        self.told: list[Result] = []
        self.warnings: list[str] = []
        self.settings = Settings(limit=LIMIT, multiply=1, memory=1 << 30)

    def compile(self, name: str, text: str) -> None:
        """The suite that is run from now on."""
        self.name = name
        place = self.tmp_path / name
        place.mkdir()
        file = place / f"{name}.erl"
        head = f"-module({name}).\n-compile([export_all, nowarn_export_all]).\n"
        file.write_text(head + text, encoding="utf-8")
        failed = sources.compile_files(self.release, [file], place, [])
        assert not failed
        self.folder = sources.Folder("own", place, "digest", {})
        self.shelf = Shelf(self.tmp_path / f"{name}.jsonl")

    @property
    def place(self) -> Path:
        return place_of(self.machine, self.folder, self.name)

    def run(self, *wanted: str) -> dict[str, str]:
        """Run it; the verdicts of its cases."""
        tools = sources.compiled_tools(self.release, None)
        run_suite(
            self.machine, self.folder, tools, self.name, self.shelf, self.settings, wanted, (),
            self.told.append, None, self.warnings.append,
        )  # fmt: skip
        known = self.shelf.read().by_case()
        return {case.label: result.verdict for case, result in known.items()}


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Own:
    monkeypatch.setenv("ENIGMA_BUILD", str(tmp_path / "build"))
    return Own(tmp_path)


def wait_until(is_so: Callable[[], object]) -> None:
    until = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    if name == NATIVE and (problem := native_problem()):
        pytest.skip(problem)
    return name


def test_an_engine_that_cannot_run_where_systems_do_is_refused(
    engine: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert engine_problem(engine) is None
    # Without the libraries that this program has.
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nexec {sys.executable} -S "$@"\n')
    bare.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(bare))
    monkeypatch.setattr(command, "_work", lambda *_: pytest.fail("suites are run"))
    words = ["--otp", "25", "--machine", "ours", "--engine", engine, "--output", str(tmp_path)]
    assert command.main(words) == 2
    (said,) = capsys.readouterr().err.splitlines()
    assert f"the {engine} engine cannot run where suites do: " in said
    assert "No module named" in said


def systems(place: Path) -> list[psutil.Process]:
    """The programs that run in a folder of suites."""
    found = []
    for process in psutil.process_iter():
        try:
            if MARK in (there := process.environ()) and str(place) in there["HOME"]:
                found.append(process)
        except psutil.Error:
            continue
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="Linux ends them")
def test_systems_end_with_a_runner_that_is_killed(own: Own) -> None:
    tmp_path = own.tmp_path
    begun = tmp_path / "begun"
    text = f"""
all() -> [waits].
waits(_) -> ok = file:write_file("{begun}", []), receive never -> ok end.
"""
    script = f"""
import sys
from pathlib import Path
from typing import Any
sys.path.insert(0, {str(Path(__file__).parent)!r})
from {Path(__file__).stem} import Own
own = Own(Path({str(tmp_path)!r}))
own.compile("waits_SUITE", {text!r})
own.run()
"""
    runner = subprocess.Popen(
        [sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": str(paths.ROOT)}
    )
    try:
        wait_until(begun.exists)
        assert systems(tmp_path)
    finally:
        runner.kill()
        runner.wait()
    try:
        wait_until(lambda: not systems(tmp_path))
    finally:
        for process in systems(tmp_path):
            process.kill()


def test_each_system_has_a_journal_of_its_own(own: Own) -> None:
    own.compile("passes_SUITE", "all() -> [passes].\npasses(_) -> ok.\n")
    own.settings = Settings(limit=LIMIT, multiply=1, memory=1 << 30, keep=True)
    journals = []
    for _ in range(2):
        assert own.run("passes") == {"passes": "passes"}
        job = decode((own.place / "job").read_bytes())
        assert isinstance(job, Map)
        journals.append(job.get(atom("journal")))
    # Who was left behind, writing into the first, is not heard in the second.
    assert journals[0] != journals[1]


def test_a_terminal_that_is_closed_interrupts() -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGHUP, signal.SIGTERM)}
    try:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        command._end_in_order()
        for number in before:
            assert signal.getsignal(number) is signal.default_int_handler
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        command._end_in_order()
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@pytest.fixture
def endings(monkeypatch: pytest.MonkeyPatch) -> list[Ending]:
    """How systems ended; more than ten are taken for an endless loop."""
    seen: list[Ending] = []
    run = Watch.run

    def watched(watch: Watch, *callbacks: Any) -> Ending:
        assert len(seen) < 10
        seen.append(run(watch, *callbacks))
        return seen[-1]

    monkeypatch.setattr(Watch, "run", watched)
    return seen


def test_a_suite_that_tells_no_cases_and_halts_is_given_up(own: Own, endings: list[Ending]) -> None:
    own.compile(
        "halts_SUITE",
        """
all() -> case whereis(ct_util_server) of undefined -> error(too_early); _ -> [never] end.
init_per_suite(_) -> halt(4).
never(_) -> ok.
""",
    )
    assert own.run() == {}
    assert len(endings) == 3
    known = own.shelf.read()
    assert known.is_finished
    without_plan, halted = known.remarks
    assert "too_early" in without_plan
    assert "before any case: the system ended (status 4)" in halted


@pytest.fixture
def ordinary() -> Iterator[Path]:
    """A folder of somebody who may not do everything, which is who we are meanwhile."""
    is_root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as folder:
        if is_root:
            os.chown(folder, NOBODY, NOBODY)
            os.seteuid(NOBODY)
        try:
            yield Path(folder)
        finally:
            if is_root:
                os.seteuid(0)


def test_what_a_case_has_locked_is_deleted(ordinary: Path) -> None:
    place = ordinary / "place"
    locked = place / "open" / "locked"
    locked.mkdir(parents=True)
    (locked / "file").touch()
    outside = ordinary / "outside"
    outside.mkdir(mode=0o755)
    (locked.parent / "elsewhere").symlink_to(outside)
    for folder in (locked, locked.parent):
        folder.chmod(0)
    remove(place)
    assert not place.exists()
    assert outside.stat().st_mode & 0o777 == 0o755
    remove(place)


def test_what_cannot_be_deleted_is_named(ordinary: Path) -> None:
    place = ordinary / "place"
    place.mkdir()
    ordinary.chmod(0o500)
    with pytest.raises(SuitesError, match=f"{place} cannot be deleted: "):
        remove(place)


@pytest.mark.parametrize("machine", [ERL, REFERENCE])
def test_any_letters_in_the_path_of_the_clone(
    machine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = tmp_path / "my clöne"
    clone.symlink_to(paths.ROOT)
    monkeypatch.setattr(paths, "ROOT", clone)
    place = tmp_path / "bücher & $HOME"
    place.mkdir()
    monkeypatch.setenv("ENIGMA_BUILD", str(place / "build"))
    own = Own(place)
    own.machine = Machine(machine, own.release)
    own.settings = Settings(limit=60, multiply=1, memory=1 << 30)
    own.compile(
        "letters_SUITE",
        r"""
all() -> [has_data, starts].
has_data(Config) -> {ok, _} = file:list_dir(proplists:get_value(priv_dir, Config)), ok.
starts(_) ->
    "started" = os:cmd("erl -noinput -eval 'io:put_chars(\"started\"),halt().'"),
    ok = file:write_file("x.erl", "-module(x)."),
    "" = os:cmd("erlc x.erl"),
    true = filelib:is_file("x.beam"),
    ok = file:write_file("y", "#!escript\nmain(_) -> io:put_chars(\"run\").\n"),
    "run" = os:cmd("escript y").
""",
    )
    assert own.run() == {"has_data": "passes", "starts": "passes"}, [r.reason for r in own.told]


def test_a_case_is_not_at_fault_for_the_group_that_begins_beside_it(own: Own) -> None:
    own.compile(
        "beside_SUITE",
        """
all() -> [{group, outer}].
groups() -> [{outer, [parallel], [waits, {group, inner}]}, {inner, [], [never]}].
init_per_group(inner, _) -> timer:sleep(200), halt(9);
init_per_group(_, Config) -> Config.
end_per_group(_, _) -> ok.
waits(_) -> timer:sleep(600).
never(_) -> ok.
""",
    )
    assert own.run() == {"outer/waits": "passes", "outer/inner/never": "crashes"}
    assert own.warnings == []
    (why,) = [result.reason for result in own.told if result.case.name == "never"]
    assert "in init_per_group of inner: the system ended (status 9)" in why


@pytest.mark.parametrize(
    ("every", "kept"), [(0.0, ["before"]), (1000.0, ["before", "changes", "later"])]
)
def test_code_that_changes_ends_the_run(
    every: float, kept: list[str], own: Own, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = own.tmp_path / "clone"
    more = clone / "more"
    more.mkdir(parents=True)
    (clone / "enigma_ref").symlink_to(paths.ROOT / "enigma_ref")
    monkeypatch.setattr(paths, "ROOT", clone)
    monkeypatch.setattr(machines, "EMULATOR_PACKAGES", {REFERENCE: ("more",)})
    monkeypatch.setattr(machines, "code_digest", functools.cache(machines._code_digest))
    monkeypatch.setattr(running, "CODE_CHECKED_EVERY", every)
    own.machine = Machine(REFERENCE, own.release)
    own.settings = Settings(limit=60, multiply=1, memory=1 << 30)
    own.compile(
        "code_SUITE",
        f"""
all() -> [before, changes, later].
before(_) -> ok.
changes(_) -> kept(), ok = file:write_file("{more}/new.py", []).
later(_) -> ok.
%% Whatever the load, the result of the first case is there before the code changes.
kept() ->
    case file:read_file("{own.tmp_path}/code_SUITE.jsonl") of
        {{ok, Kept}} when byte_size(Kept) > 0 ->
            binary:match(Kept, <<"verdict">>) =/= nomatch orelse begin timer:sleep(50), kept() end;
        _ -> timer:sleep(50), kept()
    end.
""",
    )
    with pytest.raises(SuitesError, match="was changed while its suites ran"):
        own.run()
    known = own.shelf.read()
    assert [result.case.name for result in known.results] == kept
    assert not known.is_finished
    monkeypatch.setattr(Watch, "run", lambda *_: pytest.fail("a system is started"))
    with pytest.raises(SuitesError):
        own.run("before")
    assert known == own.shelf.read()


def test_a_run_that_waits_for_another_one_can_be_stopped(own: Own) -> None:
    own.compile("passes_SUITE", "all() -> [passes].\npasses(_) -> ok.\n")
    own.place.parent.mkdir(parents=True)
    ended: list[type[BaseException]] = []

    def wait() -> None:
        try:
            own.run()
        except Stopped as reason:
            ended.append(type(reason))

    waiting = threading.Thread(target=wait, daemon=True)
    with FileLock(f"{own.place}.lock"):
        waiting.start()
        time.sleep(0.5)
        assert waiting.is_alive()
        own.settings.stop.set()
        waiting.join(5)
        assert not waiting.is_alive()
    assert ended == [Stopped]
    own.settings.stop.clear()
    assert own.run() == {"passes": "passes"}


def test_a_system_that_ends_behind_the_cases_is_told(
    own: Own, monkeypatch: pytest.MonkeyPatch
) -> None:
    own.compile(
        "behind_SUITE",
        """
all() -> [{group, g}, b].
groups() -> [{g, [], [a]}].
init_per_suite(Config) -> Config.
end_per_suite(_) -> halt(4).
init_per_group(_, Config) -> Config.
end_per_group(_, _) -> halt(5).
a(_) -> ok.
b(_) -> ok.
""",
    )
    assert own.run() == {"g/a": "passes", "b": "passes"}
    in_group, in_suite = own.warnings
    assert in_group.startswith("while no case ran after g/a: the system ended (status 5)")
    assert in_suite.startswith("while no case ran after b: the system ended (status 4)")

    file = io.StringIO()
    console = Console(file=file, width=80)
    tools = sources.compiled_tools(own.release, None)
    monkeypatch.setattr(command, "fetch_source", lambda _: None)
    monkeypatch.setattr(command, "compiled_tools", lambda *_: tools)
    work = command.Work(own.release, own.folder, own.name, (own.machine,))
    command._run([work], command._parser().parse_args([]), own.settings, [], console)
    said = file.getvalue()
    for warning in own.warnings:
        assert f"erl own behind_SUITE: {warning[:60]}" in said
    assert "erl: 2 passes" in said
