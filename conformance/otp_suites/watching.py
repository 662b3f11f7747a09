"""One system that runs cases of a suite, watched from outside: what it tells while it runs, and how
it ends or is ended."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psutil

from conformance import paths
from conformance.otp_suites.journal import (
    BeginConf,
    Conf,
    Done,
    Entry,
    Finished,
    Journal,
    NoPlan,
    Plan,
    Start,
)
from conformance.otp_suites.machines import NATIVE, REFERENCE, Machine
from conformance.otp_suites.sources import Folder, SuitesError, folder_of_suites
from conformance.otp_suites.verdicts import (
    CRASHES,
    FAILS,
    NOT_RUN,
    PASSES,
    SKIPPED,
    TIMES_OUT,
    Case,
    Result,
)
from enigma_ref.runtime.coverage import VARIABLE as COVERAGE
from enigma_ref.terms import Bitstring, Map, Term, atom, make_list
from enigma_ref.terms.external import encode

if TYPE_CHECKING:
    from conformance.otp_suites.running import Settings

LEFT_OUT: Final = "enigma_left_out"
"""The reason with which our hook leaves out a case."""

MARK: Final = "ENIGMA_SUITES_RUN"
"""A variable that every program of a run has, so that none of them is left behind."""

NEEDS_OF_ENGINES: Final = {
    REFERENCE: "import enigma_ref.runtime.boot",
    # Where llvmlite is missing, a system says so once and goes on with the other engine.
    NATIVE: """
import sys
from enigma_ref.runtime.engines import native_problem
if problem := native_problem():
    sys.exit(problem)
import elftools, llvmlite.binding
""",
}
"""Python code that fails where an engine cannot run."""

PAUSE: Final = 0.1
AFTERWARDS: Final = 60.0
"""Seconds that common_test may take for its pages when everything is done."""

SHOWN_LINES: Final = 6
SHOWN_OUTPUT: Final = 1500


@dataclass(frozen=True)
class Job:
    """What a system is to do. `skip` are cases with the count at which they are left out, `only`
    all cases to run, or their names (None: every one), `blocked` groups to leave out."""

    suite: str
    skip: Sequence[tuple[Case, int]]
    only: Sequence[Case | str] | None
    blocked: Sequence[tuple[str, ...]]
    multiply: int


@dataclass
class Ending:
    """How a system ended: `is_finished` when common_test returned. `open` are the cases that it was
    at, `late` those of them that took too long, `within` the group whose init_per_group it was at
    (empty: init_per_suite), `no_plan` tells why the suite cannot tell its cases, if it cannot;
    `memory` are the bytes that were not enough, if they were not."""

    is_finished: bool = False
    verdict: str = CRASHES
    why: str = ""
    seconds: float = 0.0
    open: list[Start] = field(default_factory=list)
    late: list[Start] = field(default_factory=list)
    within: tuple[str, ...] | None = None
    no_plan: str = ""
    memory: int = 0


class Stopped(Exception):
    """Somebody stopped the whole run."""


class Watch:
    """Starts a system and follows it."""

    def __init__(
        self,
        machine: Machine,
        folder: Folder,
        tools: Path,
        job: Job,
        place: Path,
        settings: Settings,
        plan: Sequence[Case],
    ) -> None:
        self.machine = machine
        self.folder = folder
        self.tools = tools
        self.job = job
        self.place = place
        self.settings = settings
        self.plan = list(plan)
        self.coverage = place / "coverage"
        self.mark = uuid.uuid4().hex
        # A name of its own: what is left of a run that was killed may still write into its own.
        self.journal = place / f"journal-{self.mark}"
        self.open: dict[str, list[tuple[Start, float]]] = {}
        self.path: list[str] = []
        self.within: tuple[str, ...] | None = None
        self.seen: set[Case] = set()
        self.finished = ""
        self.no_plan = ""
        self.last = 0.0

    def run(
        self, planned: Callable[[Sequence[Case]], None], ended: Callable[[Result], None]
    ) -> Ending:
        """Follow the system to its end. `planned` and `ended` are told what it says."""
        remove(self.place)
        test = self.place / f"{self.folder.application}_test"
        for name in ("logs", "home", "tmp"):
            (self.place / name).mkdir(parents=True)
        shutil.copytree(self.folder.path, test)
        journal = Journal(self.journal)
        (self.place / "job").write_bytes(encode(self._job(test), release=23))
        environment = {
            **surroundings(self.place),
            MARK: self.mark,
            **({COVERAGE: str(self.coverage)} if self.settings.coverage else {}),
        }
        command = self.machine.command(folder_of_suites() / "roots", self._words(test))
        with (self.place / "output").open("wb") as output:
            process = subprocess.Popen(
                _ending_with_us(command),
                cwd=test, env=environment, stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        try:
            ending = self._follow(process, journal, planned, ended)
        finally:
            self._end(process)
        return ending

    def _follow(
        self,
        process: subprocess.Popen[bytes],
        journal: Journal,
        planned: Callable[[Sequence[Case]], None],
        ended: Callable[[Result], None],
    ) -> Ending:
        began = time.monotonic()
        while True:
            is_over = process.poll() is not None
            # On a busy machine, waiting for a processor is nobody's fault.
            now = max(time.monotonic() - began - waited(process.pid), self.last)
            for entry in journal.news():
                self.last = now
                self._take(entry, planned, ended)
            if is_over:
                return self._ended(process.returncode)
            if self.finished:
                if now - self.last > AFTERWARDS:
                    return self._finished()
            elif ending := self._late(now) or self._too_large(process):
                return ending
            if self.settings.stop.wait(PAUSE):
                raise Stopped

    def _take(
        self,
        entry: Entry,
        planned: Callable[[Sequence[Case]], None],
        ended: Callable[[Result], None],
    ) -> None:
        match entry:
            case Plan(cases):
                self.plan = list(dict.fromkeys([*cases, *self.plan]))
                planned(cases)
            case NoPlan(reason):
                self.no_plan = reason
            case Start(case):
                if self.within is not None and case.path[: len(self.within)] == self.within:
                    self.within = None
                self.open.setdefault(case.name, []).append((entry, self.last))
            case Done() if LEFT_OUT not in entry.reason:
                ended(self._result(entry))
            case BeginConf(path):
                self.within = path
                self.path = list(path)
            case Conf(what, group):
                self.within = None
                if what == "end_per_group" and self.path[-1:] == [group]:
                    self.path.pop()
            case Finished(result):
                self.finished = result or "nothing"

    def _result(self, done: Done) -> Result:
        starts = self.open.get(done.name)
        if not starts:
            case = self._guess(done)
            self.seen.add(case)
            verdict = SKIPPED if done.outcome == "skipped" else NOT_RUN
            verdict = {"ok": PASSES, "failed": FAILS}.get(done.outcome, verdict)
            return Result(case, verdict, done.reason)
        start, _ = starts.pop(0)
        if not starts:
            del self.open[done.name]
        self.seen.add(start.case)
        verdict = {"ok": PASSES, "skipped": SKIPPED}.get(done.outcome, FAILS)
        seconds = (done.ms - start.ms) / 1000
        return Result(start.case, verdict, done.reason, seconds, start.count)

    def _guess(self, done: Done) -> Case:
        """The case that ended without having begun, because something before it failed."""
        fitting = [
            case
            for case in self.plan
            if case.name == done.name
            and (not done.group or case.path[-1:] == (done.group,))
            and case not in self.seen
        ]
        here = Case(tuple(self.path), done.name)
        if here in fitting or not fitting:
            return here
        return fitting[0]

    def _late(self, now: float) -> Ending | None:
        started = [pair for some in self.open.values() for pair in some]
        allowed = self.settings.limit * max(1, len(started))
        late = [start for start, since in started if now - since > allowed]
        if not late and (started or now - self.last <= self.settings.limit):
            return None
        why = f"no end after {allowed:g} s"
        ending = self._ending(TIMES_OUT, why)
        ending.late = late
        ending.seconds = allowed
        return ending

    def _too_large(self, process: subprocess.Popen[bytes]) -> Ending | None:
        with suppress(psutil.Error):
            if psutil.Process(process.pid).memory_info().rss > self.settings.memory:
                size = self.settings.memory >> 20
                ending = self._ending(CRASHES, f"takes more than {size} MB of memory")
                ending.memory = self.settings.memory
                return ending
        return None

    def _ended(self, status: int) -> Ending:
        if self.finished:
            return self._finished()
        how = signal.Signals(-status).name if status < 0 else f"status {status}"
        return self._ending(CRASHES, f"the system ended ({how}): {self._last_words()}".strip())

    def _finished(self) -> Ending:
        """common_test has returned, perhaps before its time."""
        ending = self._ending(FAILS, f"common_test ended while it ran: {self.finished}")
        ending.is_finished = True
        return ending

    def _ending(self, verdict: str, why: str) -> Ending:
        started = [start for some in self.open.values() for start, _ in some]
        return Ending(
            verdict=verdict, why=why, open=started, within=self.within, no_plan=self.no_plan
        )

    def _last_words(self) -> str:
        text = (self.place / "output").read_text(encoding="utf-8", errors="replace")
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        return "\n".join(lines[-SHOWN_LINES:])[-SHOWN_OUTPUT:]

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        # Programs that a case started are in sessions of their own.
        for other in psutil.process_iter():
            with suppress(psutil.Error):
                if other.environ().get(MARK) == self.mark:
                    other.kill()

    def _words(self, test: Path) -> list[str]:
        return [
            "-noinput", "-boot", "start_sasl", "-sasl", "errlog_type", "error",
            "-enable-feature", "maybe_expr", "-pa", str(test), "-pz", str(self.tools),
            "-run", "enigma_suites", "main", str(self.place / "job"),
        ]  # fmt: skip

    def _job(self, test: Path) -> Term:
        def path_term(path: Sequence[str]) -> Term:
            return make_list([atom(name) for name in path])

        job = self.job
        fields: dict[str, Term] = {
            "suite": atom(job.suite),
            "application": Bitstring.of(self.folder.application.encode()),
            "folder": _binary(test),
            "logs": _binary(self.place / "logs"),
            "journal": _binary(self.journal),
            "multiply": job.multiply,
            "skip": make_list(
                [(path_term(one.path), atom(one.name), count) for one, count in job.skip]
            ),
            "only": atom("all")
            if job.only is None
            else make_list(
                [
                    atom(one) if isinstance(one, str) else (path_term(one.path), atom(one.name))
                    for one in job.only
                ]
            ),
            "blocked": make_list([path_term(path) for path in job.blocked]),
        }
        return Map.of((atom(name), value) for name, value in fields.items())


def remove(folder: Path) -> None:
    """Delete a folder that a suite ran in, also where a case has taken away the permission. Raises
    SuitesError when that is not possible."""
    shutil.rmtree(folder, ignore_errors=True)
    if not folder.exists():
        return
    with suppress(OSError):
        folder.chmod(0o700)
    for inner, subfolders, _ in os.walk(folder):
        for name in subfolders:
            path = Path(inner, name)
            if not path.is_symlink():
                # Before it is looked into.
                with suppress(OSError):
                    path.chmod(0o700)
    try:
        shutil.rmtree(folder)
    except OSError as problem:
        said = f"{problem.filename or ''} cannot be deleted: {problem.strerror}"
        raise SuitesError(f"{said}; without that, no suite can run in {folder}") from problem


def surroundings(place: Path) -> dict[str, str]:
    """The variables of the environment that a system has in its folder."""
    names = ("USER", "LOGNAME", "SHELL")
    own = {name: value for name in names if (value := os.environ.get(name))}
    return {
        **own,
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(place / "home"),
        "TMPDIR": str(place / "tmp"),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TERM": "dumb",
        "XDG_CACHE_HOME": str(folder_of_suites() / "cache"),
        "ERL_CRASH_DUMP": str(place / "erl_crash.dump"),
    }


def engine_problem(engine: str) -> str | None:
    """Why an engine cannot run where systems do, which need not be where this program does: they
    have another home and another PYTHONPATH. None when it can."""
    with tempfile.TemporaryDirectory() as place:
        done = subprocess.run(
            [sys.executable, "-c", NEEDS_OF_ENGINES[engine]],
            env={**surroundings(Path(place)), "PYTHONPATH": str(paths.ROOT)}, cwd=place,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
    if not done.returncode:
        return None
    return done.stderr.strip().rpartition("\n")[2] or f"status {done.returncode}"


def _ending_with_us(command: Sequence[str]) -> list[str]:
    """The command of a program that ends when the thread that starts it does, also when nobody can
    end it any more, as the runner was killed (on Linux, with util-linux)."""
    if sys.platform != "linux":
        return [*command]
    return ["setpriv", "--pdeathsig", "KILL", "--", *command]


def waited(pid: int) -> float:
    """The seconds that a program was ready to run and had no processor: those of the thread that
    waited longest (Linux tells; elsewhere 0)."""
    longest = 0
    for file in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with suppress(OSError, ValueError, IndexError):
            longest = max(longest, int(file.read_text(encoding="ascii").split()[1]))
    return longest / 1e9


def _binary(path: Path) -> Term:
    return Bitstring.of(os.fsencode(path))
