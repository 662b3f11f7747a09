"""A whole system: code, processes and time, without OTP's own boot."""

from __future__ import annotations

import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from time import monotonic
from typing import Any, Final, NamedTuple, NoReturn
from weakref import WeakValueDictionary

from enigma_ref.bifs.collections import UNCOLLECTED
from enigma_ref.bifs.heaps import HEAP_COUNT, HeapCount
from enigma_ref.bifs.iodata import iodata_bytes
from enigma_ref.bifs.process_flags import MAX_HEAP_SIZE, defaults_of, limit_of
from enigma_ref.ets.tables import Tables
from enigma_ref.loader.cache import Cache
from enigma_ref.loader.module import Module, read_module
from enigma_ref.machine.aliases import Aliases
from enigma_ref.machine.code import CODE_TYPES, Code, Export, LoadedModule, RawTrace
from enigma_ref.machine.engine import Engine
from enigma_ref.machine.errors import BeamError, system_limit
from enigma_ref.machine.link import Observer
from enigma_ref.machine.mailbox import Mailbox
from enigma_ref.machine.process import Process
from enigma_ref.machine.recipes import RECIPES
from enigma_ref.machine.settings import Settings
from enigma_ref.machine.stacktrace import trace_term
from enigma_ref.machine.suspension import Halt, Leave
from enigma_ref.ports.port import OpenPort
from enigma_ref.ports.table import Ports
from enigma_ref.runtime import reports, system_processes
from enigma_ref.runtime.clocks import Clock, SystemClock
from enigma_ref.runtime.code_server import CodeServer
from enigma_ref.runtime.coverage import Coverage
from enigma_ref.runtime.engines import make_engine
from enigma_ref.runtime.init_service import INIT, answer
from enigma_ref.runtime.pauses import MESSAGES_SINCE, RECEIVES_SINCE, Pauses
from enigma_ref.runtime.rules import follow
from enigma_ref.runtime.scheduler import Scheduler
from enigma_ref.runtime.timers import SECOND, Timer, Timers
from enigma_ref.runtime.versions import OnLoad, Purging, fun_table
from enigma_ref.terms import NIL, Atom, Pid, Port, Reference, Term, atom
from enigma_ref.terms.atoms import ERROR, EXIT, KILL, KILLED, NORMAL, THROW
from enigma_ref.terms.smalls import is_immediate
from enigma_ref.terms.text import format_p

BACKTRACE_DEPTH = 8
NOPROC_IS_SENT_SINCE = 28
"""Since then the exit signal of a link to nobody takes a token of sequential tracing away."""
MILLISECOND = 1_000_000
NODE = atom("nonode@nohost")
EXIT_ATOM = atom("EXIT")
DOWN = atom("DOWN")
CHANGE = atom("CHANGE")
PROCESS = atom("process")
PORT = atom("port")
NOCATCH = atom("nocatch")
NOPROC = atom("noproc")
TRAP_EXIT = "trap_exit"
OUTGROWN = "outgrown"
"""Set for a process that holds more than its max_heap_size, which is told once."""
COUNTED_AT_ONCE: Final = 16_000
"""How many of the terms that a process holds are counted in one turn, so that others don't wait."""


class Deadlock(Exception):
    """Every process waits for a message, and no timer runs."""


class CallTimeout(TimeoutError):
    """A call took longer than it was given."""


TOLD_AS_PORT_SINCE = 27
"""Before, the end of a port for a reason that is no immediate was told as that of a process."""

LAST_SYSTEM_PID = 9
"""Numbers of pids up to here are of the runtime's own processes, in a system that does not boot."""

PID_BITS = (28, 60)
NARROW_PID_BITS = (15, 28)
WIDE_PIDS_SINCE = 26
"""How many bits of a pid are its number, and how many that is with its serial: before 26 a pid had
15 and 13 bits, from then on it has 28 and 32 (measured on 25 and 27)."""


@dataclass
class Outcome:
    """How a call ended. `value` is its result when `ok`; else `cls`, `reason` and `trace` (an
    Erlang list) are those of the exception. `output` is what the program printed."""

    ok: bool
    value: Term = None
    cls: Atom = ERROR
    reason: Term = None
    trace: Term = NIL
    output: str = ""


@dataclass
class _Monitor:
    ref: Reference
    watcher: Pid
    watched: Pid | Port | None
    name: Term = None
    tag: Term = field(default=DOWN)
    priority: bool = False


class _Watch(NamedTuple):
    """What is done when a process ends, for the resource that `watcher` stands for."""

    watcher: Reference
    action: Callable[[], None]


def _drop(_: str) -> None:
    """In the place of standard error for whoever takes the output."""


def _complain(text: str) -> None:
    sys.stderr.write(text)


def _print(text: str) -> None:
    """Write to standard output, bytes that are no UTF-8 as they are."""
    data = text.encode(errors="surrogateescape")
    binary = getattr(sys.stdout, "buffer", None)
    if binary is None:
        sys.stdout.write(data.decode(errors="replace"))
    else:
        sys.stdout.flush()
        binary.write(data)


class VM:
    """One system of one OTP release.

    `paths` are the folders that modules come from. With `coverage`, `exercised_opcodes` and
    `exercised_bifs` fill up as code runs. `observer` may watch each instruction. Output of
    programs goes to `write`, by default standard output, and what the system itself has to say
    while nobody logs to `write_error`, by default standard error, or nowhere when `write` is given.
    `scheduler` decides who runs when, and
    `clock` how time passes: by default as in erts, and as it does. With `code_of`, it runs the
    code of another system, loaded modules and observer included, and shares nothing else with it;
    the other one must not run any more. One that is to be
    `booted` has no `init` before boot.boot() starts it. `settings` are those of its command line.
    `engine` is the name of one (see `engines`).
    """

    def __init__(
        self,
        release: int,
        paths: Sequence[Path] = (),
        *,
        coverage: bool = False,
        observer: Observer | None = None,
        cache: Cache | None = None,
        write: Callable[[str], None] | None = None,
        write_error: Callable[[str], None] | None = None,
        scheduler: Scheduler | None = None,
        clock: Clock | None = None,
        code_of: VM | None = None,
        booted: bool = False,
        settings: Settings | None = None,
        engine: str | None = None,
    ) -> None:
        follow(release)
        if cache is not None:
            RECIPES.keep_in(cache)
        self.release = release
        self.booted = booted
        self.node = NODE
        self.coverage = Coverage() if coverage else None
        if code_of is None:
            watching = self.coverage.observe if self.coverage else observer
            self.engine: Engine = make_engine(engine, release, cache, watching)
            self.linker = self.engine.linker
            self.code = CodeServer(release, paths, self.linker, cache, fun_table(self.engine))
        else:
            self.linker, self.engine, self.code = code_of.linker, code_of.engine, code_of.code
            self.code.take_over()
        self.on_load = OnLoad(self)
        self.purging = Purging(self)
        self.processes: dict[Pid, Process] = {}
        self.registered: dict[Atom, Process] = {}
        self.aliases = Aliases(self)
        self.backtrace_depth = BACKTRACE_DEPTH
        self.settings = Settings() if settings is None else settings
        self.process_defaults: dict[str, Any] = defaults_of(self.settings)
        self._process_limit = self.settings.processes(release)
        self.system_logger: Term = reports.LOGGER
        self.tracing: Any = None
        self.tables = Tables()
        self.ports = Ports(self, iodata_bytes)
        self.scheduler = Scheduler() if scheduler is None else scheduler
        self.clock: Clock = SystemClock() if clock is None else clock
        self.timers = Timers(self.clock)
        self.pauses = Pauses(self.timers, self.clock)
        self.idle = 0
        self.write = write or _print
        self.write_error = write_error or (_complain if write is None else _drop)
        self._output: list[str] = []
        self._pids = 0 if booted else LAST_SYSTEM_PID
        self._refs = 0
        self._unique = 0
        self.state: dict[str, Any] = {}
        # References lose what they stand for when they travel as bytes.
        self._resources: WeakValueDictionary[tuple[int, ...], Any] = WeakValueDictionary()
        self.init = None if booted else self._stand_in_for_init()
        self._halt = self.linker.stub(
            "i_return_exit", Export(atom("erlang"), atom("process_end"), 0)
        )
        self.system_processes: dict[Process, Atom] = {}
        if self.init is not None:
            self.system_processes = {self.init: INIT, **dict(system_processes.stand_ins(self))}

    # ---------------------------------------------------------------- for programs that embed it

    def load(self, data: bytes, where: str = "<bytes>") -> Atom:
        """Load a module from the contents of a .beam file; its name. Raises LoadError."""
        follow(self.release)
        decoded = read_module(data, where=where)
        if self.code.is_pair(decoded.name):
            self.purging.purge(decoded.name)
        module = self.install(decoded)
        if module.on_load is not None:
            self.run_until(self.on_load.start(module))
        return module.name

    def call(
        self,
        module: str,
        function: str,
        arguments: Sequence[Term],
        timeout: float | None = None,
    ) -> Outcome:
        """Call a function in a process of its own and wait for its end.

        Raises `Deadlock` when nothing can happen any more, `CallTimeout` after `timeout`
        seconds, `LoadError` for a broken module and `MachineFault` for a defect of the machine.
        """
        process = self.start(module, function, arguments)
        self._output = []
        try:
            self.run_until(process, None if timeout is None else monotonic() + timeout)
        finally:
            if process.pid in self.processes:
                self.forget(process)
        outcome: Outcome = process.outcome
        outcome.output = "".join(self._output)
        return outcome

    def close(self) -> None:
        """Let go of what the system holds outside: ports are closed, and nobody hears of it."""
        self.ports.close()

    def start(self, module: str, function: str, arguments: Sequence[Term]) -> Process:
        """A new process that calls a function; `outcome` is how it ended once it has."""
        export = self.export(atom(module), atom(function), len(arguments))
        process = self.spawn(None, export.code, list(arguments))
        process.initial_call = (atom(module), atom(function), len(arguments))
        return process

    @property
    def exercised_opcodes(self) -> set[str]:
        """Names of opcodes that ran, with `coverage`."""
        return self.coverage.opcodes if self.coverage else set()

    @property
    def exercised_bifs(self) -> set[str]:
        """Names `m:f/a` of built-in functions that ran, with `coverage`."""
        return self.coverage.bifs if self.coverage else set()

    # ---------------------------------------------------------------- scheduling

    def run_until(self, process: Process, deadline: float | None = None) -> None:
        """Run all processes until this one has ended, at most until `deadline` (monotonic())."""
        while process.status != "exited":
            if deadline is not None and monotonic() > deadline:
                raise CallTimeout
            if not self.run_turn() and not self.wait(deadline):
                raise Deadlock

    def run_for_ever(self) -> NoReturn:
        """Run all processes until the system is halted. Raises `Halt`."""
        while True:
            if not self.run_turn() and not self.wait():
                # Nothing can happen any more but a signal that ends the program.
                signal.pause()

    def run_turn(self) -> bool:
        """Let one process run for a while; False when none can."""
        self.timers.fire()
        if self.ports.watching.watched:
            self.ports.look()
        turn = self.scheduler.next()
        if turn is None:
            return False
        self.run_slice(*turn)
        return True

    def wait(self, deadline: float | None = None) -> bool:
        """As `_wait`, and count the time for which nothing ran."""
        began = self.clock.now()
        waited = self._wait(deadline)
        self.idle += self.clock.now() - began
        return waited

    def _wait(self, deadline: float | None) -> bool:
        """Let time pass until a timer is due, something comes from outside, or the deadline
        comes; False when there is nothing to wait for."""
        due = self.timers.due()
        from_outside = self.ports.may_wake()
        if due is None and deadline is None and not from_outside:
            return False
        leaps = due is not None and self.clock.is_virtual and not self.ports.has_program()
        if deadline is not None and not leaps:
            # A leap takes no time, however far it goes.
            last = self.clock.now() + int(max(0.0, deadline - monotonic()) * SECOND)
            due = last if due is None else min(due, last)
        if from_outside and self.ports.wait(self.time_for_ports(due)):
            return True
        if due is not None:
            self.clock.wait_until(due)
        return True

    def time_for_ports(self, due: int | None) -> float | None:
        """How many seconds to wait for something to come from outside, when the next timer is due
        then. Virtual time leaps to the timer, unless a program runs that may need the time, and
        when nothing is under way between sockets."""
        if due is None:
            return None
        if self.clock.is_virtual and not self.ports.has_program():
            return self.ports.patience()
        return max(0, due - self.clock.now()) / SECOND

    def run_slice(self, process: Process, reductions: int) -> None:
        """Let a process run for so many reductions, or until it waits or ends."""
        follow(self.release)
        done = process.reductions_done
        registers = self.linker.registers
        file = registers.lend(process)
        error = self.engine.run(process, reductions)
        process.mailbox.take_in()
        self.clock.worked(process.reductions_done - done)
        goes_on = False
        if MAX_HEAP_SIZE in process.flags and self.kill_for_size(process):
            pass
        elif error is not None:
            self._uncaught(process, error)
        elif process.status == "exited":
            if process.outcome is None:
                process.outcome = Outcome(True, process.x[0])
                self.exit_process(process, NORMAL)
        elif process.status == "hibernating" and process.mailbox.peek() is None:
            # The arguments of the function that it wakes up in stay in its registers.
            goes_on = True
            process.status = "waiting"
            # Its stack is gone, so that it stands in no function of its own.
            process.left = self.export(atom("erlang"), atom("hibernate"), 3).code
            process.collected_at = process.reductions_done
        elif process.status == "dozing" and process.mailbox.peek() is None:
            goes_on = True
            process.status = "waiting"
            process.x[1:] = [None] * (len(process.x) - 1)
            process.collected_at = process.reductions_done
        elif process.status != "waiting":
            goes_on = True
            if process.status != "suspended":
                process.status = "runnable"
                self.scheduler.add(process)
        registers.take_back(file, process, keep=goes_on)

    def count_ready(self) -> int:
        """How many processes wait for their turn."""
        return len(self.scheduler)

    def may_go_on(self, process: Process) -> bool:
        """Whether a process whose turn is over may take another without being asked."""
        return (
            self.scheduler.may_prolong()
            and MAX_HEAP_SIZE not in process.flags
            and not self.clock.is_virtual
        )

    def kill_for_size(self, process: Process) -> bool:
        """End a process that holds more than it may (process_flag(max_heap_size, ...)), or tell
        the logger when it begins to; whether it was ended."""
        if MAX_HEAP_SIZE not in process.flags:
            return False
        limit = limit_of(process)
        if process.status == "exited" or not (limit.kill or limit.error_logger):
            return False
        count: HeapCount | None = process.flags.get(HEAP_COUNT)
        steps: int | None = COUNTED_AT_ONCE
        if not limit.size:
            return False
        if count is None or count.limit != limit.size:
            count, steps = HeapCount(process, limit.size), None
        elif count.over:
            if process.reductions_done < count.again_at:
                return False
            count = HeapCount(process, limit.size)
        process.flags[HEAP_COUNT] = count
        if not count.go_on(steps):
            return False
        # To count takes long when there is much. It is not done again before the process can
        # have come to the limit, or has done about as much itself.
        looked_at = count.looked_at
        pause = max(looked_at // 16, min(looked_at, limit.size - count.words))
        count.again_at = process.reductions_done + pause
        outgrows = count.words > limit.size
        if outgrows and limit.error_logger and not process.flags.get(OUTGROWN):
            reports.outgrown(self, process)
        process.flags[OUTGROWN] = outgrows
        if outgrows and limit.kill:
            self.kill(process, KILLED)
        return outgrows and limit.kill

    def _uncaught(self, process: Process, error: BeamError) -> None:
        trace = trace_term(error.trace) if type(error.trace) is RawTrace else error.trace
        process.outcome = Outcome(False, None, error.cls, error.reason, trace)
        if error.cls is EXIT:
            reason = error.reason
        elif error.cls is THROW:
            reason = ((NOCATCH, error.reason), trace)
        else:
            reason = (error.reason, trace)
        # Who called from outside is told by the outcome.
        if error.cls is not EXIT and process.parent is not None:
            reports.died(self, process, reason)
        self.exit_process(process, reason)

    # ---------------------------------------------------------------- what the machine asks for

    def export(self, module: Atom, name: Atom, arity: int) -> Export:
        """The entry of an exported function."""
        return self.code.export(module, name, arity)

    def module(self, name: Atom) -> LoadedModule | None:
        """A module that is loaded."""
        return self.code.modules.get(name)

    def loaded_modules(self) -> list[LoadedModule]:
        """All modules that are loaded, those too that only have old code left."""
        return list({**self.code.old, **self.code.modules}.values())

    def is_builtin(self, module: Atom, name: Atom, arity: int) -> bool:
        """Whether this release has the function built in."""
        return self.code.is_builtin(module, name, arity)

    def install(self, decoded: Module, unbooted: bool = False) -> LoadedModule:
        """Load a decoded module. Unless it has an on_load function it becomes the current
        version at once. Raises LoadError for instructions that this release refuses."""
        if not self.settings.with_lines:
            decoded = decoded.without_lines()
        module = self.code.install(decoded, unbooted)
        if module.on_load is None:
            self._became_current(module)
        elif self.tracing is not None:
            self.tracing.awaits_on_load(module.name)
        return module

    def finish_on_load(self, name: Atom) -> None:
        """Make the version that waits for its on_load function the current one."""
        self.code.finish_on_load(name)
        self._became_current(self.code.modules[name])

    def _became_current(self, module: LoadedModule) -> None:
        if self.tracing is not None:
            self.tracing.loaded(module)

    def compiled_module(self, name: Atom) -> Module | None:
        """A module as it is loaded, or else as it would be; None when there is none."""
        return self.code.compiled(name)

    def load_module(self, name: Atom) -> bool:
        """Load a module from the path unless it is loaded; whether it is now. One with an
        on_load function is loaded when that has ended."""
        if name in self.code.modules:
            return True
        if name in self.code.waiting:
            return False
        decoded = self.code.decoded(name)
        if decoded is None:
            return False
        module = self.install(decoded, unbooted=True)
        if module.on_load is not None:
            self.on_load.start(module)
        return name in self.code.modules

    def wait_for_module(
        self, process: Process, module: Atom, then: Code, failure: BeamError
    ) -> None:
        """Let the running process wait for the on_load function of a module."""
        self.on_load.wait(process, module, then, failure)

    def spawn(
        self,
        parent: Process | None,
        code: Any,
        arguments: list[Term],
        flags: Mapping[str, Term] | None = None,
    ) -> Process:
        """A new process that begins at `code`, with other flags than usual. Raises system_limit
        when there are as many as there may be."""
        if len(self.processes) >= self._process_limit:
            raise system_limit()
        process = self.new_process(self._new_pid(), code)
        process.flags.update(flags or {})
        process.x[: len(arguments)] = arguments
        if parent is not None:
            process.group_leader = parent.group_leader
            process.parent = parent.pid
        self.scheduler.add(process)
        return process

    def new_process(self, pid: Pid, code: Any) -> Process:
        """A process that goes on at `code` once it is scheduled."""
        process = self.processes[pid] = self.engine.process(self, pid)
        if self.process_defaults:
            process.flags.update(self.process_defaults)
        process.stack.append(self._halt)
        process.resume = code
        return process

    def _new_pid(self) -> Pid:
        """A pid that no process has; they come again when all have been used."""
        bits, all_bits = self._pid_bits()
        while True:
            self._pids += 1
            number = self._pids & (1 << all_bits) - 1
            pid = Pid(NODE, number & (1 << bits) - 1, number >> bits)
            if pid not in self.processes:
                return pid

    def _pid_bits(self) -> tuple[int, int]:
        """How many bits of a pid's number are told first, and how many it has with its serial."""
        return PID_BITS if self.release >= WIDE_PIDS_SINCE else NARROW_PID_BITS

    def next_pid_number(self, at_least: int | None = None) -> int:
        """The number of the next pid; with `at_least` it is that or the first free one above."""
        bits, all_bits = self._pid_bits()
        if at_least is not None:
            self._pids = (at_least & (1 << all_bits) - 1) - 1
        made = self._pids
        pid = self._new_pid()
        self._pids = made
        return pid.serial << bits | pid.number

    def place_of(self, process: Process) -> tuple[Any, int] | None:
        """The function (or export entry) and the position that a process is at."""
        return self.engine.where(process)

    def call_places(self, process: Process, repeated: bool = True) -> list[tuple[Any, int]]:
        """The calls that a process is in the middle of, innermost first. When not `repeated`,
        calls from the same place in a row count as one, as in traces."""
        addresses = [value for value in reversed(process.stack) if type(value) in CODE_TYPES]
        if not repeated:
            addresses = [address for address, _ in groupby(addresses)]
        places = [self.linker.call_place(address) for address in addresses]
        return [place for place in places if place is not None]

    def make_ref(self) -> Reference:
        """A new reference."""
        self._refs += 1
        high, low = divmod(self._refs, 1 << 32)
        return Reference(NODE, (low & 0x3FFFF, high & 0xFFFFFFFF, low >> 18))

    def make_magic_ref(self, resource: Any) -> Reference:
        """A new reference that stands for something and keeps it alive."""
        ref = self.make_ref()
        ref.magic = resource
        self._resources[ref.words] = resource
        return ref

    def resource(self, ref: Reference) -> Any:
        """What a reference stands for, or None."""
        if ref.magic is None and ref.node is self.node:
            return self._resources.get(ref.words)
        return ref.magic

    def unique_integer(self) -> int:
        """A number that was not given out before."""
        self._unique += 1
        return self._unique

    def _stand_in_for_init(self) -> Process:
        """The process called init, which no code runs in: it answers as its messages come."""
        process = Process(self, Pid(NODE, 0))
        process.status = "waiting"
        process.registered_name = INIT
        self.registered[INIT] = process
        self.processes[process.pid] = process
        return process

    def send(self, process: Process, message: Term) -> None:
        """Put a message into a queue and wake its process."""
        if process is self.init:
            answered = answer(message)
            if answered is not None and answered[0] in self.processes:
                self.send(self.processes[answered[0]], answered[1])
            return
        process.mailbox.add(message)
        self.wake(process)

    def send_ahead(self, process: Process, message: Term) -> None:
        """As send, before all messages that are not of priority."""
        process.mailbox.add_ahead(message)
        self.wake(process)

    def wake(self, process: Process) -> None:
        """Let a waiting process run."""
        if process.status == "waiting":
            process.status = "runnable"
            self.scheduler.add(process)

    def suspend_running(self, process: Process, then: Code) -> NoReturn:
        """Stop the running process until it is resumed; it goes on at `then`."""
        process.resume = then
        process.status = "suspended"
        process.held = "runnable"
        process.suspensions += 1
        raise Leave

    def suspend(self, process: Process) -> None:
        """Stop a process that does not run until it is resumed as often as it was suspended."""
        process.suspensions += 1
        if process.status == "suspended":
            return
        process.held, process.status = process.status, "suspended"
        self.pauses.begin(process)
        if process.held == "runnable":
            self.scheduler.remove(process)

    def resume(self, process: Process) -> None:
        """Take one suspension back."""
        process.suspensions -= 1
        if process.suspensions or process.status != "suspended":
            return
        process.status = process.held
        self.pauses.end(process)
        if process.status == "runnable":
            self.scheduler.add(process)
        elif process.timed_out:
            process.resume = process.time_out
            self.wake(process)
        elif process.mailbox.peek() is not None:
            self.wake(process)

    def start_receive_timer(self, process: Process, milliseconds: int) -> Timer:
        """Let a receive run out."""

        def run_out() -> None:
            process.timer = None
            process.timed_out = True
            if process.status == "waiting":
                process.resume = process.time_out
                self.wake(process)

        timer = self.timers.start(milliseconds * MILLISECOND, run_out)
        if self.release >= RECEIVES_SINCE:
            self.pauses.follow(timer, process)
        return timer

    def start_timer(
        self, milliseconds: int, action: Callable[[], None], receiver: Process | None = None
    ) -> Timer:
        """Do something after a time, which stands still with the process that is told of it."""
        timer = self.timers.start(milliseconds * MILLISECOND, action)
        if receiver is not None and self.release >= MESSAGES_SINCE:
            self.pauses.follow(timer, receiver)
        return timer

    def stood_still(self, timer: Timer, receiver: Process) -> bool:
        """Whether a timer has stood still for a while because its receiver was suspended."""
        return self.release >= MESSAGES_SINCE and self.pauses.stood_still(timer, receiver)

    def cancel_receive_timer(self, timer: Timer) -> None:
        """Forget a receive's timer."""
        self.timers.cancel(timer)

    def write_output(self, text: str) -> None:
        """Print, and keep what was printed for the outcome."""
        self._output.append(text)
        self.write(text)

    def report(self, level: str, process: Process, text: str) -> None:
        """Let the logger know of what a process did: `level` is error, warning or info."""
        reports.report(self, level, process, text)

    # ---------------------------------------------------------------- links, monitors, exits

    def link(self, process: Process, other: Process, priority: bool = False) -> None:
        """Link two processes; `priority` is about the first one only."""
        process.links[other.pid] = priority
        other.links.setdefault(process.pid, False)

    def unlink(self, process: Process, pid: Pid) -> None:
        """Remove a link."""
        process.links.pop(pid, None)
        other = self.processes.get(pid)
        if other is not None:
            other.links.pop(process.pid, None)

    def monitor(
        self,
        watcher: Process,
        watched: Process | None,
        named: Term,
        tag: Term = None,
        priority: bool = False,
        ref: Reference | None = None,
    ) -> Reference:
        """Watch a process; `named` is what the message calls it, `tag` stands for 'DOWN'. A new
        reference, unless `ref` is one."""
        return self._monitored(watcher, watched, PROCESS, named, tag, priority, ref)

    def _monitored(
        self,
        watcher: Process,
        watched: Process | OpenPort | None,
        kind: Atom,
        named: Term,
        tag: Term,
        priority: bool,
        ref: Reference | None = None,
    ) -> Reference:
        ref = ref or self.make_ref()
        tag = DOWN if tag is None else tag
        if watched is None:
            send = self.send_ahead if priority else self.send
            send(watcher, (tag, ref, kind, named, NOPROC))
            return ref
        identifier = watched.pid if isinstance(watched, Process) else watched.id
        watch = _Monitor(ref, watcher.pid, identifier, named, tag, priority)
        watcher.monitors[ref] = watch
        watched.monitored_by[ref] = watch
        return ref

    def demonitor(self, watcher: Process, ref: Reference) -> bool:
        """Stop watching; whether there was such a monitor."""
        watch = watcher.monitors.pop(ref, None)
        if watch is None:
            return False
        self.aliases.monitor_ended(watcher, ref)
        self._unwatched(watch.watched, ref)
        return True

    def _unwatched(self, watched: Pid | Port | None, ref: Reference) -> None:
        if type(watched) is Pid:
            process = self.processes.get(watched)
            if process is not None:
                process.monitored_by.pop(ref, None)
        elif watched is not None:
            self.ports.unmonitored(watched, ref)

    def monitor_port(
        self,
        watcher: Process,
        watched: OpenPort | None,
        named: Term,
        tag: Term = None,
        priority: bool = False,
    ) -> Reference:
        """As monitor, of an open port; None for one that is gone."""
        return self._monitored(watcher, watched, PORT, named, tag, priority)

    def monitor_time_offset(self, watcher: Process, named: Term, tag: Term = None) -> Reference:
        """Watch the time offset, which never changes here."""
        ref = self.make_ref()
        tag = CHANGE if tag is None else tag
        watcher.monitors[ref] = _Monitor(ref, watcher.pid, None, named, tag)
        return ref

    def watch(self, process: Process, ref: Reference, action: Callable[[], None]) -> None:
        """Do something for a resource when a process ends."""
        process.monitored_by[ref] = _Watch(ref, action)

    def unwatch(self, pid: Pid, ref: Reference) -> None:
        """Do nothing after all."""
        process = self.processes.get(pid)
        if process is not None:
            process.monitored_by.pop(ref, None)

    def exit_signal(
        self, sender: Pid | Port, receiver: Process, reason: Term, priority: bool = False
    ) -> None:
        """An exit signal as `exit/2` sends it."""
        if reason is KILL:
            self.kill(receiver, KILLED)
        elif receiver.flags.get(TRAP_EXIT):
            told = (EXIT_ATOM, sender, reason)
            is_sent = sender in self.processes or self.release >= NOPROC_IS_SENT_SINCE
            self._send_signal(sender, receiver, told, priority, is_sent)
        elif reason is not NORMAL or sender == receiver.pid:
            self.kill(receiver, reason)

    def kill(self, process: Process, reason: Term) -> None:
        """End a process from outside."""
        process.outcome = Outcome(False, None, EXIT, reason, NIL)
        self.exit_process(process, reason)

    def forget(self, process: Process) -> None:
        """Remove a process from all tables, telling nobody."""
        process.status = "exited"
        self.processes.pop(process.pid, None)
        if process.registered_name is not None:
            self.registered.pop(process.registered_name, None)
        if process.timer is not None:
            self.timers.cancel(process.timer)
            process.timer = None
        self.pauses.forget(process)
        self.tables.process_exited(self, process.pid)
        if self.tracing is not None:
            self.tracing.exited(process)

    def exit_process(self, process: Process, reason: Term) -> None:
        """End a process: links and monitors learn of it, in this order (erl_process.c,
        erts_continue_exit_process). Those that it takes with it end one after another, each when
        the one before has told all others."""
        ending = deque([process])
        while ending:
            process = ending.popleft()
            if process.pid not in self.processes:
                continue
            process.exit_reason = reason
            if process in self.system_processes:
                raise Halt(1, f"System process {process.pid!r} terminated: {format_p(reason)}")
            if process.outcome is None:
                process.outcome = Outcome(False, None, EXIT, reason, NIL)
            if self.tracing is not None:
                self.tracing.exiting(process, reason)
            self.forget(process)
            if self.on_load.runners:
                self.on_load.ended(process)
            for go_on in process.flags.pop(UNCOLLECTED, ()):
                go_on(False)
            ending += self._tell_links(process, reason)
            self._end_monitors(process, reason)
            process.stack.clear()
            process.x = []
            process.mailbox.clear()
            # One that is watched knows its process.
            process.mailbox = Mailbox()

    def _tell_links(self, process: Process, reason: Term) -> list[Process]:
        """Those that have to end with a process."""
        taken = self.break_links(process.pid, process.links, reason)
        for port in [port for port in process.links if type(port) is Port]:
            taken += self.ports.process_ended(port, process.pid, reason)
        process.links.clear()
        return taken

    def break_links(
        self, ended: Pid | Port, pids: Iterable[Pid | Port], reason: Term
    ) -> list[Process]:
        """Tell processes the end of what they were linked to; those who have to end with it."""
        taken = []
        for pid in pids:
            linked = self.processes.get(pid) if type(pid) is Pid else None
            if linked is None:
                continue
            priority = linked.links.pop(ended, False)
            if linked.flags.get(TRAP_EXIT):
                told = (EXIT_ATOM, ended, reason)
                self._send_signal(ended, linked, told, priority, is_sent=type(ended) is Pid)
            elif reason is not NORMAL:
                taken.append(linked)
        return taken

    def _end_monitors(self, process: Process, reason: Term) -> None:
        """Suspensions end here too: they are a kind of monitor."""
        for pid, count in process.suspending.items():
            suspended = self.processes.get(pid)
            if suspended is not None:
                for _ in range(count):
                    self.resume(suspended)
        process.suspending.clear()
        for ref, watch in process.monitors.items():
            self._unwatched(watch.watched, ref)
        for ref, watch in process.monitored_by.items():
            if type(watch) is _Watch:
                watch.action()
                continue
            self.monitored_ended(process.pid, ref, watch, reason)

    def monitored_ended(
        self, ended: Pid | Port, ref: Reference, watch: _Monitor, reason: Term
    ) -> None:
        """Tell whoever monitors something that it has ended."""
        watcher = self.processes.get(watch.watcher)
        if watcher is not None:
            watcher.mailbox.take_in()
            if watcher.monitors.pop(ref, None) is None:
                return
            self.aliases.monitor_ended(watcher, ref)
            kind = PROCESS
            if type(ended) is Port and (self.release >= TOLD_AS_PORT_SINCE or is_immediate(reason)):
                kind = PORT
            message = (watch.tag, ref, kind, watch.name, reason)
            self._send_signal(ended, watcher, message, watch.priority)

    def signal_from(self, sender: Pid | Port | Atom, receiver: Process, message: Term) -> None:
        """Send a message that comes from the system itself, or that a signal becomes."""
        self._send_signal(sender, receiver, message, False)

    def _send_signal(
        self,
        sender: Pid | Port | Atom,
        receiver: Process,
        message: Term,
        priority: bool,
        is_sent: bool = False,
    ) -> None:
        """Send a message that a signal becomes when it arrives."""
        if self.tracing is not None:
            self.tracing.signalled(receiver, sender, is_sent)
        (self.send_ahead if priority else self.send)(receiver, message)
