"""erlang: what the runtime has done so far."""

from __future__ import annotations

import time
from typing import Final, NamedTuple

from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.machine.system import System
from enigma_ref.terms import FALSE, TRUE, Atom, Map, Term, atom, make_list, to_bool_atom
from enigma_ref.terms.atoms import UNDEFINED

CONTEXT_REDUCTIONS: Final = 4000
SMALL: Final = 1 << 59
SCHEDULER_WALL_TIME: Final = "erts_internal:scheduler_wall_time"


def _since_last(process: Process, name: str, value: int) -> tuple[int, int]:
    """A value that grows, and by how much it has since it was last asked for."""
    state: dict[str, int] = process.vm.state.setdefault("erlang:statistics", {})
    last = state.get(name, 0)
    state[name] = value
    return value, value - last


def _reductions(process: Process, exact: bool) -> int:
    """Of all processes, those of the turn that is running only when it shall be `exact`."""
    done = process.vm.state.get("erlang:reductions", 0)
    running = process.granted - process.reductions
    if not exact:
        running -= running % CONTEXT_REDUCTIONS
    return int(done) + running + sum(item.reductions_done for item in process.vm.processes.values())


STATES: Final = ("aux", "check_io", "emulator", "gc", "other", "port", "sleep")
"""What a thread can be doing, for microstate accounting."""

QUEUES: Final = (
    "run_queue", "run_queues", "run_queue_lengths", "run_queue_lengths_all",
    "total_run_queue_lengths", "total_run_queue_lengths_all",
)  # fmt: skip
"""What tells how many processes wait for a processor."""

ACTIVE_TASKS: Final = (
    "active_tasks", "active_tasks_all", "total_active_tasks", "total_active_tasks_all",
)  # fmt: skip

MICROSTATES: Final = "microstate_accounting"
RESET: Final = atom("reset")


class Microstates(NamedTuple):
    """Since when it is counted what the only thread does, in nanoseconds, and for how long it had
    slept until then. `counted` and `slept` are from earlier times; `since` is None when nothing is
    counted now."""

    since: int | None = None
    idle: int = 0
    counted: int = 0
    slept: int = 0

    def now(self, vm: System) -> tuple[int, int]:
        """How long it was counted altogether, and slept."""
        if self.since is None:
            return self.counted, self.slept
        return (
            self.counted + vm.clock.now() - self.since,
            self.slept + vm.idle - self.idle,
        )


def _microstate(vm: System) -> Term:
    """The counters of the only thread: it runs Erlang code, or sleeps."""
    known: Microstates = vm.state.get(MICROSTATES, Microstates())
    counted, slept = known.now(vm)
    times = {"emulator": counted - slept, "sleep": slept}
    counters = Map.of((atom(state), times.get(state, 0)) for state in STATES)
    items = {"counters": counters, "id": 1, "type": atom("scheduler")}
    return Map.of((atom(key), value) for key, value in items.items())


def microstate_accounting(process: Process, wish: Term) -> Atom:
    """Begin to count what threads do, stop, or begin anew; whether it was counted before. Raises
    badarg."""
    vm = process.vm
    known: Microstates = vm.state.get(MICROSTATES, Microstates())
    was_on = known.since is not None
    if wish is TRUE:
        new = known if was_on else known._replace(since=vm.clock.now(), idle=vm.idle)
    elif wish is FALSE:
        counted, slept = known.now(vm)
        new = Microstates(None, 0, counted, slept)
    elif wish is RESET:
        new = Microstates(vm.clock.now() if was_on else None, vm.idle)
    else:
        raise badarg()
    vm.state[MICROSTATES] = new
    return to_bool_atom(was_on)


@bif("erlang", "statistics", 1, process=True)
def statistics_1(process: Process, item: Term) -> Term:
    """Numbers about what the runtime has done so far."""
    if type(item) is not Atom:
        raise badarg()
    name = item.name
    if name == "wall_clock":
        return _since_last(process, name, process.vm.clock.now() // 1_000_000)
    if name == "runtime":
        return _since_last(process, name, time.process_time_ns() // 1_000_000)
    if name in ("reductions", "exact_reductions"):
        return _since_last(process, name, _reductions(process, name == "exact_reductions"))
    if name == "context_switches":
        return (0, 0)
    if name == "garbage_collection":
        return (0, 0, 0)
    if name == "io":
        return ((atom("input"), 0), (atom("output"), 0))
    if name in QUEUES:
        return _queue_lengths(name, process.vm.count_ready())
    if name in ACTIVE_TASKS:
        # With the process that asks.
        return _queue_lengths(name, process.vm.count_ready() + 1)
    if name == MICROSTATES:
        return make_list([_microstate(process.vm)])
    if name in ("scheduler_wall_time", "scheduler_wall_time_all"):
        return _scheduler_time(process, everything=name.endswith("_all"))
    raise badarg()


def _queue_lengths(name: str, length: int) -> Term:
    """The length of all queues, or of each: that of the only scheduler, and those for long work
    (with I/O only where `all` or `run_queues` says so), where nothing ever waits."""
    if name == "run_queue" or name.startswith("total"):
        return length
    if name == "run_queues":
        return (length, 0, 0)
    return make_list([length, 0, 0] if name.endswith("_all") else [length, 0])


def _scheduler_time(process: Process, *, everything: bool) -> Term:
    """`[{Scheduler, Active, Total}]` since this is counted, in nanoseconds.

    After the normal scheduler come those for long work, and with `everything` those for I/O,
    which never have work: the first one does it.
    """
    since = process.vm.state.get(SCHEDULER_WALL_TIME)
    if since is None:
        return UNDEFINED
    total = process.vm.clock.now() - since[0]
    settings = process.vm.settings
    others = settings.dirty_cpu_schedulers + (settings.dirty_io_schedulers if everything else 0)
    idle = [(number, 0, total) for number in range(2, 2 + others)]
    return make_list([(1, total - (process.vm.idle - since[1]), total), *idle])


@bif("erts_internal", "scheduler_wall_time", 1, process=True)
def scheduler_wall_time_1(process: Process, on: Term) -> Atom:
    """Begin to count for how long the scheduler works, or stop, for anything but true; what it was
    before."""
    state = process.vm.state
    before = SCHEDULER_WALL_TIME in state
    if on is not TRUE:
        state.pop(SCHEDULER_WALL_TIME, None)
    elif not before:
        state[SCHEDULER_WALL_TIME] = (process.vm.clock.now(), process.vm.idle)
    return to_bool_atom(before)


@bif("erlang", "bump_reductions", 1, process=True)
def bump_reductions_1(process: Process, reductions: Term) -> Atom:
    """Use up reductions, so that other processes get their turn sooner."""
    if type(reductions) is not int or not 0 <= reductions < SMALL:
        raise badarg()
    process.reductions -= min(reductions, CONTEXT_REDUCTIONS, max(0, process.reductions - 1))
    return TRUE
