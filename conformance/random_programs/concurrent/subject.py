"""What the reference VM does with concurrent programs: its outcomes under many schedules, each
with a plan by which `erl` can go the same way."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from conformance.normalise import normalise
from conformance.random_programs.concurrent.oracle import LIBRARY, key_of
from conformance.random_programs.concurrent.plans import MARKED, Event, Plan, TimerRanOut
from conformance.releases import Release, compile_tool
from enigma_ref.loader import LoadError
from enigma_ref.loader.cache import Cache
from enigma_ref.machine.code import Code, Export, Function
from enigma_ref.machine.errors import MachineFault
from enigma_ref.machine.process import Process
from enigma_ref.runtime.clocks import VirtualClock
from enigma_ref.runtime.explore import (
    DEADLOCK,
    NO_END,
    Decider,
    Explorer,
    TooLong,
    called_bif,
    touching,
)
from enigma_ref.runtime.pauses import MESSAGES_SINCE, RECEIVES_SINCE
from enigma_ref.runtime.scheduler import Scheduler, SeededScheduler
from enigma_ref.runtime.timers import Timer
from enigma_ref.runtime.vm import VM, Deadlock, Outcome
from enigma_ref.terms import Atom, Term, atom

SEEDS: Final = 5
EXPLORED: Final = 15
"""How many runs a program gets by seeds and by the explorer."""

MOST_TURNS: Final = 100_000
"""Turns after which a run by a seed counts as one without an end."""

PROGRAMS_PER_VM: Final = 200

STEP: Final = atom("$step")
TIMER: Final = atom("$timer")
"""Where processes keep the number of the gate that they passed last, and that of the step that
started a timer last, in their dictionaries."""

OF_THE_LIBRARY: Final = LIBRARY.stem
OWN_AFFAIR: Final = ("erlang", "get", 1)
"""What the library calls between a gate and what comes behind it."""

UNSEEN: Final = atom("unseen")
LATE: Final = atom("late")
"""What a run gives that does not end; `erl` gives it after a while, the VM when all wait."""


@dataclass
class Shown:
    """The outcomes of a program, each with the first run that ended so, and how many runs there
    were; `fault` instead when the machine itself failed, and how."""

    outcomes: dict[bytes, Plan] = field(default_factory=dict)
    runs: int = 0
    unseen: int = 0
    fault: str = ""
    detail: str = ""


class Recorder:
    """Notes the events of a run, in the order in which they took effect."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Begin with a new run."""
        self.events: list[Event] = []
        self.processes: dict[int, int] = {}
        self.running: Process | None = None
        self._noted: dict[Process, int] = {}
        self._waited: dict[Process, int] = {}
        self._suspended: dict[Process, int] = {}
        self._paused: Counter[Process] = Counter()

    def note(self, process: Process) -> None:
        """The process does what it passed the last gate for, if that is not noted yet, or it is
        about to pass the next one."""
        gate = _kept(process, STEP)
        if gate is not None and self._noted.get(process) != gate:
            self._noted[process] = gate
            self.events.append(gate)
            self.processes[gate] = process.pid.number

    def waits(self, process: Process) -> None:
        """The process waits for a message."""
        self._waited[process] = self._noted.get(process, 0)

    def takes(self, process: Process) -> None:
        """The process takes a message out of its queue. When it has waited for it, it is as if it
        passed the gate only now: it need not have run since the message came."""
        gate = self._noted.get(process)
        if gate is not None and self._waited.get(process) == gate:
            self.events.remove(gate)
            self.events.append(gate)

    def observe(self, code: Code, name: str, owner: Function | Export, position: int) -> Code:
        """An `Observer`: notes before each instruction that touches what processes share, and
        those that take messages."""
        if name == "remove_message" and _module_of(owner) != OF_THE_LIBRARY:
            return self._taking(code)
        if touching(name, owner, position) is None:
            return code
        if _module_of(owner) == OF_THE_LIBRARY and called_bif(name, owner, position) == OWN_AFFAIR:
            return code

        def noting(x: list[Any], s: list[Any], p: Any) -> Code:
            self.running = p
            self.note(p)
            following: Code = code(x, s, p)
            return following

        return noting

    def _taking(self, code: Code) -> Code:
        def taking(x: list[Any], s: list[Any], p: Any) -> Code:
            self.takes(p)
            following: Code = code(x, s, p)
            return following

        return taking

    def suspended(self, process: Process) -> None:
        """Timers of the process stand still from now on."""
        self._suspended.setdefault(process, len(self.events))

    def resumed(self, process: Process) -> None:
        """They go on."""
        self._paused[process] += len(self.events) - self._suspended.pop(process, len(self.events))

    def _events_paused(self, process: Process | None) -> int:
        if process is None:
            return 0
        now = len(self.events)
        return self._paused[process] + now - self._suspended.get(process, now)

    def timer(
        self, process: Process | None, action: Callable[[], None], pausing: Process | None
    ) -> Callable[[], None]:
        """What a timer that a process starts does, and a note of it; it stands still while
        `pausing` is suspended."""
        step = None if process is None else _kept(process, TIMER)
        if process is None or step is None:
            return action
        gate = self._noted.get(process, 0)
        paused = self._events_paused(pausing)

        def noted() -> None:
            stood_still = self._events_paused(pausing) - paused
            self.events.append(TimerRanOut(step, gate, stood_still))
            action()

        return noted


class RecordedVM(VM):
    """A system that tells a recorder of its timers, and of processes that end."""

    recorder: Recorder

    def run_slice(self, process: Process, reductions: int) -> None:
        """Let a process run."""
        super().run_slice(process, reductions)
        if process.status == "exited":
            self.recorder.note(process)
        elif process.status == "waiting":
            self.recorder.waits(process)

    def start_timer(
        self, milliseconds: int, action: Callable[[], None], receiver: Process | None = None
    ) -> Timer:
        """Do something after a time."""
        pausing = receiver if self.release >= MESSAGES_SINCE else None
        noted = self.recorder.timer(self.recorder.running, action, pausing)
        return super().start_timer(milliseconds, noted, receiver)

    def start_receive_timer(self, process: Process, milliseconds: int) -> Timer:
        """Let a receive run out."""
        timer = super().start_receive_timer(process, milliseconds)
        pausing = process if self.release >= RECEIVES_SINCE else None
        timer.action = self.recorder.timer(process, timer.action, pausing)
        return timer

    def suspend(self, process: Process) -> None:
        """Stop a process that does not run."""
        super().suspend(process)
        self.recorder.suspended(process)

    def resume(self, process: Process) -> None:
        """Take one suspension back."""
        super().resume(process)
        if process.status != "suspended":
            self.recorder.resumed(process)


class Bounded(SeededScheduler):
    """Turns by a seed. Raises TooLong after very many."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self._turns = 0

    def next(self) -> tuple[Process, int] | None:
        """Whose turn it is, and for how many reductions."""
        self._turns += 1
        if self._turns > MOST_TURNS:
            raise TooLong
        return super().next()


class ConcurrentSubject:
    """The reference VM as one release. Runs share the code of one system, but nothing else."""

    def __init__(self, release: Release) -> None:
        self._release = release
        self._paths = [compile_tool(LIBRARY, release), *release.ebin_dirs()]
        self._cache = Cache.of_user()
        self._recorder = Recorder()
        self._decider = Decider()
        self._late = key_of(LATE, release.number)
        self._base: VM | None = None
        self._loaded = 0

    def run(self, name: str, beam: bytes, seed: int = 1) -> Shown:
        """Run a program under many schedules."""
        shown = Shown()
        enabled = gc.isenabled()
        gc.disable()
        try:
            self._load(beam)
            for one in range(seed, seed + SEEDS):
                self._decider.begin(_undisturbed)
                self._run(name, Bounded(one), shown)
            self._explore(name, seed, shown)
        except LoadError as error:
            shown.fault, shown.detail = "not loaded", str(error)
        except MachineFault as fault:
            shown.fault = f"fault: {type(fault.__cause__ or fault).__name__}"
            shown.detail = str(fault)
            self._base = None
        except TooLong:
            shown.fault = "no end"
            self._base = None
        finally:
            if enabled:
                gc.enable()
        return shown

    def _load(self, beam: bytes) -> None:
        if self._base is None or self._loaded >= PROGRAMS_PER_VM:
            self._base = VM(
                self._release.number, self._paths, cache=self._cache, observer=self._observe
            )
            self._loaded = 0
            gc.collect()
        self._loaded += 1
        self._base.load(beam)

    def _observe(self, code: Code, name: str, owner: Function | Export, position: int) -> Code:
        observed = self._recorder.observe(code, name, owner, position)
        # What the library does, such as logging, belongs to the step before it.
        if _module_of(owner) == OF_THE_LIBRARY:
            return observed
        return self._decider.observe(observed, name, owner, position)

    def _system(self, scheduler: Scheduler) -> VM:
        self._recorder.begin()
        vm = RecordedVM(
            self._release.number,
            self._paths,
            write=lambda _: None,
            scheduler=scheduler,
            clock=VirtualClock(),
            code_of=self._base,
        )
        vm.recorder = self._recorder
        return vm

    def _run(self, name: str, scheduler: Scheduler, shown: Shown) -> None:
        vm = self._system(scheduler)
        try:
            key = self._key(vm.call(name, "run", [MARKED]))
        except Deadlock:
            key = self._late
        self._keep(key, shown)

    def _explore(self, name: str, seed: int, shown: Shown) -> None:
        def make_vm(scheduler: Scheduler, **_: Any) -> VM:
            return self._system(scheduler)

        def describe(ended: Outcome, _: int) -> str:
            key = self._key(ended)
            self._keep(key, shown)
            return key.hex()

        explorer = Explorer(
            make_vm,
            (name, "run", [MARKED]),
            seed=seed,
            describe=describe,
            decider=self._decider,
        )
        waited = 0
        for done in explorer.explore(EXPLORED, shorten=False):
            for outcome, found in done.found.items():
                if outcome == DEADLOCK and found.count > waited:
                    waited = found.count
                    self._keep(self._late, shown)
                elif outcome.startswith(NO_END):
                    raise TooLong

    def _keep(self, key: bytes, shown: Shown) -> None:
        shown.runs += 1
        if key == key_of(UNSEEN, self._release.number):
            shown.unseen += 1
        else:
            shown.outcomes.setdefault(
                key, Plan(tuple(self._recorder.events), self._recorder.processes)
            )

    def _key(self, ended: Outcome) -> bytes:
        outcome: Term = ended.value
        if not ended.ok:
            outcome = (atom("failed"), ended.reason)
        return key_of(normalise(outcome, {"exit_traces"}), self._release.number)


def _kept(process: Process, key: Atom) -> int | None:
    found = process.dictionary.get(key)
    return None if found is None else found[1]


def _undisturbed(_: int) -> int:
    return 0


def _module_of(owner: Function | Export) -> str:
    return owner.module.name.name if isinstance(owner, Function) else owner.module.name
