"""Running the cases of a suite on a machine until each has a verdict.

A system runs as many cases as it can; when it ends or hangs, the case that it was at gets the
verdict, and another system goes on with those that are left.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from conformance.otp_suites import coverage
from conformance.otp_suites.journal import Start
from conformance.otp_suites.machines import Machine
from conformance.otp_suites.sources import Folder, SuitesError, folder_of_suites
from conformance.otp_suites.verdicts import (
    NOT_RUN,
    TIMES_OUT,
    Case,
    Result,
    Shelf,
    SuiteResults,
)
from conformance.otp_suites.watching import PAUSE, Ending, Job, Stopped, Watch, remove

GIVE_UP: Final = 3
"""How often a system may end or hang while no case runs before the rest is run one by one, and in
the end given up."""

CODE_CHECKED_EVERY: Final = 10.0
"""Seconds for which results are taken for those of the code that there was."""

NOTHING_SAID: Final = "common_test said nothing about it"


@dataclass(frozen=True)
class Settings:
    """`limit` is how many seconds a case may take, `multiply` what the suites' own limits are
    multiplied with, `memory` the bytes that a system may take; `stop` ends the whole run, which
    raises Stopped. With `coverage`, what the reference engine executes is kept beside the shelf."""

    limit: float
    multiply: int
    memory: int
    keep: bool = False
    coverage: bool = False
    stop: threading.Event = field(default_factory=threading.Event)


Tell = Callable[[Result], None]
Warn = Callable[[str], None]


def run_suite(
    machine: Machine,
    folder: Folder,
    tools: Path,
    suite: str,
    shelf: Shelf,
    settings: Settings,
    wanted: Collection[str] = (),
    expected: Sequence[Case] = (),
    tell: Tell = lambda _: None,
    among: Collection[Case] | None = None,
    warn: Warn = lambda _: None,
) -> None:
    """Give a verdict to each case that has none on the shelf.

    `wanted` are names of cases (or labels, with their groups), which are run in any case; all, if
    there are none. `expected` are cases that there must be, whatever this machine says. No other
    cases than `among` are run, when that is given. `tell` gets each result, `warn` what is no
    result of a case.
    """
    runner = _Runner(machine, folder, tools, suite, shelf, settings, set(wanted), among, tell, warn)
    if runner.has_nothing_left(shelf.read()):
        return
    runner.place.parent.mkdir(parents=True, exist_ok=True)
    # Somebody else may run the same suite: then there is nothing left to do.
    with _locked(runner.place, settings.stop):
        known = shelf.read()
        if runner.has_nothing_left(known):
            return
        runner.take(known, expected)
        try:
            runner.run()
        finally:
            if not settings.keep:
                with suppress(SuitesError):
                    remove(runner.place)


@contextmanager
def _locked(place: Path, stop: threading.Event) -> Iterator[None]:
    """Wait until nobody else runs anything there. Raises Stopped when the run is stopped before."""
    lock = FileLock(f"{place}.lock")
    while True:
        try:
            held = lock.acquire(timeout=0)
            break
        except Timeout:
            # Whoever waits for the lock itself hears of nothing else.
            if stop.wait(PAUSE):
                raise Stopped
    with held:
        yield


class _Runner:
    def __init__(
        self,
        machine: Machine,
        folder: Folder,
        tools: Path,
        suite: str,
        shelf: Shelf,
        settings: Settings,
        wanted: set[str],
        among: Collection[Case] | None,
        tell: Tell,
        warn: Warn,
    ) -> None:
        self.machine = machine
        self.folder = folder
        self.tools = tools
        self.suite = suite
        self.shelf = shelf
        self.settings = settings
        self.wanted = wanted
        self.among = among
        self.tell = tell
        self.warn = warn
        self.plan: list[Case] = []
        self.has_plan = False
        self.done: dict[tuple[Case, int], Result] = {}
        self.blocked: set[tuple[str, ...]] = set()
        self.place = place_of(machine, folder, suite)
        self.checked = 0.0

    def has_nothing_left(self, known: SuiteResults) -> bool:
        """Whether all is known that is asked for."""
        if self.wanted:
            return False
        have = {one.case for one in known.results if not self._had_too_little(one)}
        late = {one.case for one in known.results} - have
        if self.among is not None:
            return have.issuperset(self.among)
        return known.is_finished and not late

    def take(self, known: SuiteResults, expected: Iterable[Case]) -> None:
        """Begin with what is known from before."""
        self.plan = list(dict.fromkeys([*known.plan, *expected]))
        for result in known.results:
            if not self._had_too_little(result) and not (
                self.wanted and self._is_wanted(result.case)
            ):
                self.done[result.case, result.count] = result

    def _had_too_little(self, result: Result) -> bool:
        """Whether a case had less time or memory than it has now, and not enough."""
        if result.memory:
            return result.memory < self.settings.memory >> 20
        return result.verdict == TIMES_OUT and result.limit < self.settings.limit

    def run(self) -> None:
        """Start systems until all is done."""
        suspects: list[Start] = []
        idle = 0
        while True:
            alone = suspects.pop() if suspects else None
            before = len(self.done)
            ending = self._one_system(alone.case if alone else None)
            ran = len(self.done)
            if alone is not None:
                self._blame_alone(alone, ending)
                idle = 0 if ending.is_finished or ending.open else idle + 1
                if idle >= GIVE_UP:
                    self._blame_rest(ending, f"between cases: {ending.why}")
                    suspects.clear()
            elif ending.late:
                for start in ending.late:
                    self._give(start.case, start.count, ending, TIMES_OUT)
            elif ending.is_finished or (len(ending.open) == 1 and ending.within is None):
                for start in ending.open:
                    self._give(start.case, start.count, ending)
            elif ending.open:
                # A group may begin while cases run beside it: what is not their fault is its own,
                # and comes again when they have their verdicts.
                suspects = list(ending.open)
            elif ending.within is not None:
                self._blame_around(ending.within, ending)
                if not self.has_plan:
                    idle += 1  # it is not known which cases that is about
            else:
                idle += 1
                if idle >= GIVE_UP and self.has_plan:
                    # Nobody knows which case it is about.
                    suspects = [Start(case, 1, 0) for case in reversed(self._left())]
                    idle = 0
            if not (ending.is_finished or ending.open) and len(self.done) == ran:
                # As in end_per_group, whose cases have their verdicts.
                last = f" after {next(reversed(self.done))[0].label}" if ran > before else ""
                self.warn(f"while no case ran{last}: {ending.why}")
            # Another system goes on, unless this one has come to an end without anything new.
            is_stuck = ending.is_finished and len(self.done) == before
            if not suspects and (is_stuck or (self.has_plan and not self._left())):
                break
            if not self.has_plan and (ending.is_finished or idle >= GIVE_UP):
                if ending.no_plan:
                    self.shelf.add_remark(f"on {self.machine.name}: {ending.no_plan}")
                if not ending.is_finished:
                    why = f"before any case: {ending.why}"
                    self.shelf.add_remark(f"on {self.machine.name}: {why}")
                    self._blame_rest(ending, why)
                break
        self._check_code()
        if not self.wanted:
            self._blame_rest(Ending(verdict=NOT_RUN), NOTHING_SAID)
            if self.among is None:
                self.shelf.finish()

    def _check_code(self) -> None:
        self.machine.check_code()
        self.checked = time.monotonic()

    def _one_system(self, alone: Case | None) -> Ending:
        self._check_code()
        job = Job(
            suite=self.suite,
            skip=sorted(self.done),
            only=self._only(alone),
            blocked=sorted(self.blocked | self._other_groups(alone)),
            multiply=self.settings.multiply,
        )
        watch = Watch(
            self.machine, self.folder, self.tools, job, self.place, self.settings, self.plan
        )
        ending = watch.run(self._plan, self._result)
        if self.settings.coverage:
            coverage.add(self.shelf.coverage, coverage.read_folder(watch.coverage))
        return ending

    def _plan(self, cases: Sequence[Case]) -> None:
        self.has_plan = True
        new = [case for case in cases if case not in set(self.plan)]
        self.plan = list(dict.fromkeys([*cases, *self.plan]))
        if new:
            self.shelf.add_plan(self.plan)

    def _result(self, result: Result) -> None:
        if not self._is_wanted(result.case):
            return
        if (result.case, result.count) in self.done:
            return
        if time.monotonic() - self.checked > CODE_CHECKED_EVERY:
            self._check_code()
        result = replace(result, limit=self.settings.limit)
        self.done[result.case, result.count] = result
        self.shelf.add(result)
        self.tell(result)

    def _give(
        self, case: Case, count: int, ending: Ending, verdict: str = "", why: str = ""
    ) -> None:
        """A case has the verdict of how the system ended, or another one."""
        seconds, memory = round(ending.seconds, 3), ending.memory >> 20
        verdict, why = verdict or ending.verdict, why or ending.why
        self._result(Result(case, verdict, why, seconds, count, memory=memory))

    def _blame_alone(self, start: Start, ending: Ending) -> None:
        """A case that was run alone since it was not known which of several was at fault."""
        if ending.is_finished and not ending.open:
            # It has its verdict, unless something before it failed.
            self._give(start.case, start.count, Ending(), NOT_RUN, NOTHING_SAID)
        else:
            self._give(start.case, start.count, ending)

    def _blame_around(self, path: tuple[str, ...], ending: Ending) -> None:
        """The system ended or hung before the cases of a group (or the suite, without a path)."""
        what = f"init_per_group of {path[-1]}" if path else "init_per_suite"
        for case in self._left():
            if case.path[: len(path)] == path:
                self._give(case, 1, ending, why=f"in {what}: {ending.why}")
        self.blocked.add(path)

    def _blame_rest(self, ending: Ending, why: str) -> None:
        for case in self._left():
            self._give(case, 1, ending, why=why)

    def _left(self) -> list[Case]:
        have = {case for case, _ in self.done}
        return [case for case in self.plan if case not in have and self._is_wanted(case)]

    def _other_groups(self, alone: Case | None) -> set[tuple[str, ...]]:
        """Groups none of whose cases is left, or in which the one is not that is run alone."""
        left = self._left() if alone is None else [alone]
        groups = {case.path[:n] for case in self.plan for n in range(1, len(case.path) + 1)}
        busy = {case.path[:n] for case in left for n in range(1, len(case.path) + 1)}
        is_new = not (self.done or self.wanted or self.among is not None)
        return set() if is_new and alone is None else groups - busy

    def _only(self, alone: Case | None) -> Sequence[Case | str] | None:
        if alone is not None:
            return [alone]
        if self.among is not None:
            return self._left()
        if not self.wanted:
            return None
        return [_case_of(label) if "/" in label else label for label in sorted(self.wanted)]

    def _is_wanted(self, case: Case) -> bool:
        if self.among is not None and case not in self.among:
            return False
        return not self.wanted or any(is_chosen(word, case.label) for word in self.wanted)


def is_chosen(word: str, label: str) -> bool:
    """Whether what somebody asked for, a name or a label, is a case."""
    return word in (label, label.rpartition("/")[2])


def _case_of(label: str) -> Case:
    *path, name = label.split("/")
    return Case(tuple(path), name)


def place_of(machine: Machine, folder: Folder, suite: str) -> Path:
    """The folder that a suite runs in; its path is equally long for every machine."""
    text = f"{machine.key} {folder.digest} {folder.application} {suite}"
    return folder_of_suites() / "work" / hashlib.sha256(text.encode()).hexdigest()[:8]
