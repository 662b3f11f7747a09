"""Exploring schedules: the same call, run again and again with other decisions about who runs.

Processes only meet in what they share: message queues, names, tables, links. So the points at
which it matters who runs are those before an instruction that touches such a thing (a send, a
receive, a built-in function that is not pure), and those at which the running process cannot go
on. At each point there is one decision, a number: 0 is what an undisturbed system does (the
running process goes on; the one that has waited longest is next), the others are the other
processes that could run, in the order in which they became able to, and last, when a timer runs,
to let time pass until it is due. A schedule is the decisions that are not 0, by the number of
their point; a run without any is the undisturbed one.
"""

from __future__ import annotations

import gc
import heapq
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from enigma_ref._generated.bifs import BIFS
from enigma_ref.machine.code import Code, Export, Function
from enigma_ref.machine.process import Process
from enigma_ref.machine.suspension import Leave
from enigma_ref.runtime.clocks import VirtualClock
from enigma_ref.runtime.scheduler import Scheduler
from enigma_ref.runtime.vm import VM, Deadlock, Outcome
from enigma_ref.terms import NIL, list_items
from enigma_ref.terms.text import format_p, format_w

MAX_POINTS = 20_000
"""Points of a run after which it counts as one without an end."""

MAX_REDUCTIONS = 2_000_000
"""Reductions that a process may take in a row, after which the run counts as one without an end."""

GIVES_UP_AFTER = 10
"""So many runs without an end, and no other ones, are enough: each takes seconds."""

DEADLOCK = "deadlock: all processes wait"
NO_END = "no end"
"""How runs end that give no outcome."""

SHOWN_DEPTH = 12
CALLS_OF_BIFS = ("i_call_bif", "i_call_bif_only", "i_call_bif_last")

Schedule = Mapping[int, int]
"""The decisions of a run that are not 0, by the number of their point."""


class TooLong(BaseException):
    """A run that does not seem to end.

    Not an `Exception`, so that nothing that handles errors of programs can catch it.
    """


@dataclass(frozen=True)
class Turn:
    """One process's turn: who ran, and why it stopped."""

    process: str
    stopped: str


@dataclass
class Run:
    """What one schedule led to. `points` are the numbers of choices that there were, with whether
    another choice than 0 takes the processor away from a process that could go on."""

    schedule: dict[int, int]
    outcome: str
    points: list[tuple[int, bool]]
    turns: list[Turn]
    ends: bool
    """Whether it came to an end."""
    good: bool
    """Whether it ended with a value."""

    @property
    def cost(self) -> tuple[int, int]:
        """How far from undisturbed: preemptions, and decisions that are not 0."""
        return sum(self.points[at][1] for at in self.schedule), len(self.schedule)


class Decider(Scheduler):
    """Asks `decide(choices)` at each point, and keeps what was asked and who ran."""

    def __init__(self) -> None:
        super().__init__()
        self.begin(lambda choices: 0)

    def begin(self, decide: Callable[[int], int]) -> None:
        """Begin a new run, and forget the last one."""
        self.points: list[tuple[int, bool]] = []
        self.taken: dict[int, int] = {}
        self.turns: list[Turn] = []
        self.vm: Any = None
        self._decide = decide
        self._able: list[Process] = []
        self._chosen: Process | None = None
        self._passing: set[Process] = set()
        self._running: Process | None = None

    def __len__(self) -> int:
        return len(self._able)

    def may_prolong(self) -> bool:
        """False, as each point is asked about."""
        return False

    def add(self, process: Process) -> None:
        """A process that could run."""
        if process is self._running and process.reductions <= 0:
            self.ended()
            raise TooLong(f"a process ran for {MAX_REDUCTIONS:,} reductions in a row")
        self._able.append(process)

    def remove(self, process: Process) -> None:
        """A process that shall not run."""
        self._able.remove(process)

    def clear(self) -> None:
        """Forget all that wait."""
        self._able.clear()

    def next(self) -> tuple[Process, int] | None:
        """The process that was decided for."""
        self.ended()
        self._able = [process for process in self._able if process.status != "exited"]
        process, self._chosen = self._chosen, None
        if process is None or process not in self._able:
            if not self._able:
                return None
            choice = self._ask(len(self._able) + self._timers(), False)
            if choice == len(self._able):
                self._let_time_pass()
                choice = 0
            process = self._able[choice]
        self._able.remove(process)
        self._running = process
        return process, MAX_REDUCTIONS

    def ended(self) -> None:
        """Note why the process that ran last stopped, unless that is known."""
        process, self._running = self._running, None
        if process is not None and process.status != "running":
            self.turns.append(Turn(repr(process.pid), self._state(process)))

    def observe(self, code: Code, name: str, owner: Function | Export, position: int) -> Code:
        """An `Observer`: makes a point of each instruction that touches what is shared."""
        describe = touching(name, owner, position)
        if describe is None:
            return code

        def point(x: list[Any], s: list[Any], p: Any) -> Code:
            if p in self._passing:
                self._passing.discard(p)
            elif self._preempt(p, lambda: describe(x, p)):
                p.status = "yielding"
                p.resume = point
                raise Leave
            following: Code = code(x, s, p)
            return following

        return point

    def _preempt(self, process: Process, describe: Callable[[], str]) -> bool:
        others = [other for other in self._able if other.status != "exited"]
        timers = self._timers()
        if not others and not timers:
            return False
        choice = self._ask(1 + len(others) + timers, True)
        if choice == 0:
            return False
        if choice > len(others):
            self._let_time_pass()
            if not self._able:
                return False
            self._chosen = self._able[-1]
        else:
            self._chosen = others[choice - 1]
        self._passing.add(process)
        self._running = None
        self.turns.append(Turn(repr(process.pid), f"before {describe()}"))
        return True

    def _timers(self) -> int:
        return 0 if self.vm is None or self.vm.timers.due() is None else 1

    def _let_time_pass(self) -> None:
        self.ended()
        self.turns.append(Turn("time", "passes until the next timer is due"))
        self.vm.clock.wait_until(self.vm.timers.due())
        self.vm.timers.fire()

    def _state(self, process: Process) -> str:
        """Why a process stopped."""
        if process.status == "exited":
            return "ends"
        place = self.vm.place_of(process)
        if process.status != "waiting" or place is None:
            return "is stopped"
        owner = place[0]
        module = owner.module.name if isinstance(owner, Function) else owner.module
        return f"waits in {module.name}:{owner.name.name}/{owner.arity}"

    def _ask(self, choices: int, is_preemption: bool) -> int:
        if choices < 2:
            return 0
        if len(self.points) >= MAX_POINTS:
            raise TooLong(f"{MAX_POINTS:,} points to decide at")
        choice = self._decide(choices)
        if choice:
            self.taken[len(self.points)] = choice
        self.points.append((choices, is_preemption))
        return choice


def touching(
    name: str, owner: Function | Export, position: int
) -> Callable[[list[Any], Process], str] | None:
    """How to describe an instruction that touches what processes share; None for another."""
    if name == "send":
        return lambda x, p: f"{_shown(x[0])} ! {_shown(x[1])}"
    if name == "loop_rec":
        return lambda x, p: "receive"
    mfa = called_bif(name, owner, position)
    if mfa is None or BIFS[mfa].pure:
        return None
    return lambda x, p: f"{mfa[0]}:{mfa[1]}({', '.join(_shown(value) for value in x[: mfa[2]])})"


def called_bif(name: str, owner: Function | Export, position: int) -> tuple[str, str, int] | None:
    """The built-in function that an instruction calls; None for another instruction."""
    if name not in CALLS_OF_BIFS:
        return None
    if isinstance(owner, Export):
        called = owner
    else:
        called = owner.module.imports[owner.module.decoded.code[position][2][1]]
    return called.module.name, called.name.name, called.arity


def _shown(term: Any) -> str:
    return format_w(term, depth=SHOWN_DEPTH)


@dataclass
class Found:
    """The best schedule that was found for an outcome, and how many runs ended so."""

    run: Run
    count: int = 0


@dataclass
class Exploration:
    """What was found: the undisturbed run first."""

    runs: int = 0
    is_complete: bool = False
    found: dict[str, Found] = field(default_factory=dict)

    @property
    def undisturbed(self) -> Run:
        """The run without a decision."""
        return next(iter(self.found.values())).run


class Explorer:
    """Runs a call of `make_vm`'s systems under many schedules.

    `make_vm(scheduler, clock, observer, write)` makes a new system for a run; scheduler and
    observer are the same ones in every run, those of `decider`. Half of the runs are systematic:
    all schedules with no preemption, then those with one, and so on up to `bound`. The other
    half, by `seed`, decides at random: that finds what takes many preemptions. Runs count as
    alike when `describe` gives the same text for how they ended.
    """

    def __init__(
        self,
        make_vm: Callable[..., VM],
        call: tuple[str, str, list[Any]],
        *,
        bound: int = 2,
        seed: int = 1,
        describe: Callable[[Outcome, int], str] | None = None,
        decider: Decider | None = None,
    ) -> None:
        self._make_vm = make_vm
        self._call = call
        self._describe = describe or described
        self._decider = decider or Decider()
        self._bound = bound
        self._random = Random(seed)
        self._queue: list[tuple[int, int, int, dict[int, int]]] = []
        self._queued = 0

    def explore(self, runs: int, *, shorten: bool = True) -> Iterator[Exploration]:
        """Run up to `runs` schedules; the state of things after each of them, and once more when
        the schedules that were found have been shortened.

        Ends early when all schedules within the bound have been tried.
        """
        done = Exploration()
        while done.runs < runs:
            if done.runs == 0:
                run = self.run({})
                self._branch(run)
            elif not self._queue:
                done.is_complete = True
                break
            elif done.runs % 2:
                run = self.run(heapq.heappop(self._queue)[3])
                self._branch(run)
            else:
                run = self.run_at_random()
            done.runs += 1
            self._note(done, run)
            yield done
            if done.runs >= GIVES_UP_AFTER and not any(one.run.ends for one in done.found.values()):
                break
        if shorten:
            for found in done.found.values():
                found.run = self.shortened(found.run)
            yield done

    def _note(self, done: Exploration, run: Run) -> None:
        found = done.found.get(run.outcome)
        if found is None:
            found = done.found[run.outcome] = Found(run)
        elif run.cost < found.run.cost:
            found.run = run
        found.count += 1

    def _branch(self, run: Run) -> None:
        """Queue the schedules that differ from this one first at a later point."""
        start = max(run.schedule, default=-1) + 1
        for at in range(start, len(run.points)):
            choices, is_preemption = run.points[at]
            cost = run.cost[0] + is_preemption
            if cost <= self._bound:
                for choice in range(1, choices):
                    schedule = {**run.schedule, at: choice}
                    self._queued += 1
                    heapq.heappush(self._queue, (cost, len(schedule), self._queued, schedule))

    def run(self, schedule: Schedule) -> Run:
        """One run with the decisions of a schedule."""
        at = -1

        def decide(choices: int) -> int:
            nonlocal at
            at += 1
            return min(schedule.get(at, 0), choices - 1)

        return self._run(decide)

    def run_at_random(self) -> Run:
        """One run with random decisions, of which a random share is not 0."""
        share = self._random.choice((0.02, 0.1, 0.3, 0.6))

        def decide(choices: int) -> int:
            if self._random.random() >= share:
                return 0
            return self._random.randrange(1, choices)

        return self._run(decide)

    def shortened(self, run: Run) -> Run:
        """The same outcome with no decision that can be left out alone."""
        best = run
        is_smaller = True
        while is_smaller:
            is_smaller = False
            for at in sorted(best.schedule, reverse=True):
                fewer = {key: choice for key, choice in best.schedule.items() if key != at}
                tried = self.run(fewer)
                if tried.outcome == best.outcome and tried.cost < best.cost:
                    best, is_smaller = tried, True
                    break
        return best

    def _run(self, decide: Callable[[int], int]) -> Run:
        decider = self._decider
        decider.begin(decide)
        printed: list[str] = []
        vm: VM | None = self._make_vm(
            scheduler=decider,
            clock=VirtualClock(),
            observer=decider.observe,
            write=printed.append,
        )
        assert vm is not None
        decider.vm = vm
        module, function, arguments = self._call
        ends, good = True, False
        try:
            result = vm.call(module, function, arguments)
            outcome, good = self._describe(result, vm.release), result.ok
        except Deadlock:
            outcome = DEADLOCK
        except TooLong as reason:
            outcome, ends = f"{NO_END}: {reason}", False
        decider.ended()
        # A system is full of cycles, and programs that run one may have turned the collector off.
        decider.vm = vm = None
        gc.collect(0)
        return Run(decider.taken, outcome, decider.points, decider.turns, ends, good)


def described(outcome: Outcome, release: int) -> str:
    """How a run ended, for people; those that only differ in pids and references are alike."""
    if outcome.ok:
        text = format_p(outcome.value, release=release)
    else:
        text = f"exception {outcome.cls.name}: {format_p(outcome.reason, release=release)}"
        top = list_items(outcome.trace) if outcome.trace is not NIL else None
        if top and outcome.cls.name == "error":
            text += f" in {format_w(top[0][:3])}"
    return _anonymous(f"{text}\nprinted: {outcome.output}" if outcome.output else text)


def _anonymous(text: str) -> str:
    """Pids and references as A, B, ... in the order in which they appear."""
    names: dict[str, str] = {}
    return re.sub(
        r"<0\.\d+\.\d+>|#Ref<[\d.]+>",
        lambda match: names.setdefault(match[0], f"<{chr(65 + len(names) % 26)}>"),
        text,
    )


def summary(exploration: Exploration) -> Counter[str]:
    """How many runs ended in which way."""
    return Counter({outcome: found.count for outcome, found in exploration.found.items()})
