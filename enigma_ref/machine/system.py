"""What instructions and built-in functions may ask of the runtime they run in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn, Protocol

from enigma_ref.loader.cache import Cache
from enigma_ref.loader.module import Module
from enigma_ref.machine.aliases import Aliases
from enigma_ref.machine.code import Code, Export, Lambda, LoadedModule
from enigma_ref.machine.errors import BeamError
from enigma_ref.machine.link import Linker
from enigma_ref.machine.process import Process
from enigma_ref.machine.settings import Settings
from enigma_ref.terms import Atom, Pid, Port, Reference, Term


class Clock(Protocol):
    """What time it is for a system. Times are in nanoseconds."""

    start: int
    """When the system started, since the start of 1970."""

    def now(self) -> int:
        """How long the system has been there; never less than before."""
        ...

    def outside(self) -> int:
        """The time of the operating system, since the start of 1970."""
        ...


class CodeTable(Protocol):
    """The versions of modules: `modules` are current, `old` before them; those in `waiting` have
    an on_load function that has not ended; `seen` are names of all that ever were loaded."""

    modules: dict[Atom, LoadedModule]
    old: dict[Atom, LoadedModule]
    waiting: dict[Atom, LoadedModule]
    seen: set[Atom]
    cache: Cache | None
    """Where decoded modules are kept between runs."""

    def is_pair(self, name: Atom) -> bool:
        """Whether there are two versions, so that no third one can be loaded."""
        ...

    def delete(self, name: Atom) -> None:
        """Make the current version the old one."""
        ...

    def give_natives(self, module: LoadedModule) -> bool:
        """Let native functions take the place of a version's own; whether there are any."""
        ...

    def fun_entry(
        self, module: Atom, arity: int, index: int, uniq: int, unique: bytes, num_free: int
    ) -> Lambda:
        """The entry of funs from one place in the source, made at its first mention."""
        ...


class Purge(Protocol):
    """The one purge that may be under way: `module` is whose old version is about to go."""

    module: Atom | None

    def prepare(self, name: Atom, on_load: bool = False) -> bool:
        """Begin; whether there is something to purge. With `on_load` it is the version whose
        on_load function failed."""
        ...

    def abort(self) -> None:
        """End it; the old version stays."""
        ...

    def complete(self) -> None:
        """End it; the old version goes."""
        ...

    def is_in_old_code(self, process: Process, name: Atom) -> bool:
        """Whether a process runs the old version of a module, or returns into it."""
        ...

    def takes(self, entry: Any) -> bool:
        """Whether it is still open what becomes of the code of a fun."""
        ...

    def is_awaited_by(self, process: Process) -> bool:
        """Whether a process waits for the end of the purge, as it has called a fun."""
        ...


class System(Protocol):
    """The runtime as the machine sees it; `enigma_ref.runtime.vm` implements it."""

    release: int
    booted: bool
    """Whether OTP's own code server is in charge of loading modules."""
    node: Atom
    processes: dict[Pid, Process]
    registered: dict[Atom, Process]
    system_processes: dict[Process, Atom]
    """Processes of the runtime itself, each with the module that it runs."""
    aliases: Aliases
    """The aliases of processes."""
    backtrace_depth: int
    process_defaults: dict[str, Any]
    """Flags that new processes get, as `erlang:system_flag/2` has set them."""
    settings: Settings
    """What the command line has decided."""
    """How many items a stack trace has at most."""
    system_logger: Term
    """Who gets reports of processes that died: a pid, `logger` or `undefined`."""
    idle: int
    """Nanoseconds for which no process could run."""
    tables: Any
    """The `enigma_ref.ets.tables.Tables` of the system, which the machine does not know."""
    engine: Any
    """What runs processes."""
    linker: Linker
    """What makes code ready, and knows where it stands."""
    tracing: Any
    """The `enigma_ref.tracing.core.Tracing` of the system, which the machine does not know; None
    as long as nothing was ever traced."""
    ports: Any
    """The `enigma_ref.ports.table.Ports` of the system, which the machine does not know."""
    state: dict[str, Any]
    """What built-in functions keep for the whole system, under a name of their own."""

    @property
    def clock(self) -> Clock:
        """What time it is for this system."""
        ...

    @property
    def code(self) -> CodeTable:
        """The versions of modules."""
        ...

    @property
    def purging(self) -> Purge:
        """The one purge that may be under way."""
        ...

    def export(self, module: Atom, name: Atom, arity: int) -> Export:
        """The entry of an exported function, loaded or not."""
        ...

    def install(self, decoded: Module) -> LoadedModule:
        """Load a decoded module. Unless it has an on_load function it becomes the current
        version at once. Raises LoadError for instructions that this release refuses."""
        ...

    def finish_on_load(self, name: Atom) -> None:
        """Make the version that waits for its on_load function the current one."""
        ...

    def compiled_module(self, name: Atom) -> Module | None:
        """A module as it is loaded, or else as it would be; None when there is none."""
        ...

    def load_module(self, name: Atom) -> bool:
        """Load a module from the folders of the system; whether it is loaded now."""
        ...

    def spawn(
        self,
        parent: Process | None,
        code: Any,
        arguments: list[Term],
        flags: Mapping[str, Term] | None = None,
    ) -> Process:
        """A new process that begins at `code`, with these x registers."""
        ...

    def send(self, process: Process, message: Term) -> None:
        """Put a message into the queue of a process and wake it."""
        ...

    def suspend_running(self, process: Process, then: Code) -> NoReturn:
        """Stop the running process until it is resumed; it goes on at `then`."""
        ...

    def suspend(self, process: Process) -> None:
        """Stop a process that does not run until it is resumed as often as it was suspended."""
        ...

    def resume(self, process: Process) -> None:
        """Take one suspension back."""
        ...

    def wait_for_module(
        self, process: Process, module: Atom, then: Code, failure: BeamError
    ) -> None:
        """Let the running process wait while the on_load function of a module runs: it goes on at
        `then`, or with an exception when that fails. Returns when it need not wait."""
        ...

    def send_ahead(self, process: Process, message: Term) -> None:
        """As send, before all messages that are not of priority."""
        ...

    def start_receive_timer(self, process: Process, milliseconds: int) -> Any:
        """Let the receive of a process run out after a time; returns the timer."""
        ...

    def cancel_receive_timer(self, timer: Any) -> None:
        """Forget a timer."""
        ...

    def start_timer(
        self, milliseconds: int, action: Callable[[], None], receiver: Process | None = None
    ) -> Any:
        """Do something after a time; returns the timer, for cancel_receive_timer. While the
        receiver is suspended, time stands still for it (in releases where that is so)."""
        ...

    def stood_still(self, timer: Any, receiver: Process) -> bool:
        """Whether a timer has stood still for a while because its receiver was suspended."""
        ...

    def make_ref(self) -> Reference:
        """A reference that was never made before."""
        ...

    def make_magic_ref(self, resource: Any) -> Reference:
        """A new reference that stands for something, which must allow weak references."""
        ...

    def resource(self, ref: Reference) -> Any:
        """What a reference stands for, or None."""
        ...

    def link(self, process: Process, other: Process, priority: bool = False) -> None:
        """Link two processes. With `priority` the exit signal that `process` may get goes ahead
        of ordinary messages."""
        ...

    def unlink(self, process: Process, pid: Pid) -> None:
        """Remove a link."""
        ...

    def monitor(
        self,
        watcher: Process,
        watched: Process | None,
        named: Term,
        tag: Term = None,
        priority: bool = False,
        ref: Reference | None = None,
    ) -> Reference:
        """Watch a process; `named` is what the message calls it, `tag` its first element in
        place of 'DOWN'. With `priority` it goes ahead of ordinary messages. A new reference, unless
        `ref` is one."""
        ...

    def demonitor(self, watcher: Process, ref: Reference) -> bool:
        """Stop watching; whether there was such a monitor."""
        ...

    def watch(self, process: Process, ref: Reference, action: Callable[[], None]) -> None:
        """Do something when a process ends. `ref` stands for the resource that wants it, and is
        among those that monitor the process."""
        ...

    def unwatch(self, pid: Pid, ref: Reference) -> None:
        """Do nothing after all when a process ends."""
        ...

    def unique_integer(self) -> int:
        """A number that was not given out before, counting up."""
        ...

    def next_pid_number(self, at_least: int | None = None) -> int:
        """The number of the next pid, its serial number above its other bits; with `at_least`
        the next one is made from there on."""
        ...

    def place_of(self, process: Process) -> tuple[Any, int] | None:
        """The function (or export entry) and the position that a process is at."""
        ...

    def call_places(self, process: Process, repeated: bool = True) -> list[tuple[Any, int]]:
        """The calls that a process is in the middle of, innermost first; when not `repeated`,
        those from the same place in a row once."""
        ...

    def exit_process(self, process: Process, reason: Term) -> None:
        """End a process: links and monitors learn of it."""
        ...

    def exit_signal(
        self, sender: Pid | Port, receiver: Process, reason: Term, priority: bool = False
    ) -> None:
        """Deliver an exit signal as `exit/2` sends it."""
        ...

    def kill(self, process: Process, reason: Term) -> None:
        """End a process from outside, whether it traps exits or not."""
        ...

    def count_ready(self) -> int:
        """How many processes could run and wait for their turn."""
        ...

    def may_go_on(self, process: Process) -> bool:
        """Whether a process whose turn is over may take another without being asked: nobody else
        waits for one, and nothing is looked at between turns."""
        ...

    def kill_for_size(self, process: Process) -> bool:
        """End a process that does not run and holds more than it may; whether it was ended."""
        ...

    def signal_from(self, sender: Pid | Port | Atom, receiver: Process, message: Term) -> None:
        """Send a message that a signal becomes when it arrives."""
        ...

    def monitor_time_offset(self, watcher: Process, named: Term, tag: Term = None) -> Reference:
        """Watch the time offset, which never changes here."""
        ...

    def monitor_port(
        self, watcher: Process, watched: Any, named: Term, tag: Term = None, priority: bool = False
    ) -> Reference:
        """As monitor, of an open port; None for one that is gone."""
        ...

    def break_links(self, ended: Pid | Port, pids: Iterable[Pid], reason: Term) -> list[Process]:
        """Tell processes the end of what they were linked to; those who have to end with it."""
        ...

    def monitored_ended(self, ended: Pid | Port, ref: Reference, watch: Any, reason: Term) -> None:
        """Tell whoever monitors something that it has ended."""
        ...

    def is_builtin(self, module: Atom, name: Atom, arity: int) -> bool:
        """Whether this release has the function built in."""
        ...

    def module(self, name: Atom) -> LoadedModule | None:
        """A module that is loaded."""
        ...

    def loaded_modules(self) -> Iterable[LoadedModule]:
        """All modules that are loaded."""
        ...

    def wake(self, process: Process) -> None:
        """Let a waiting process run."""
        ...

    def report(self, level: str, process: Process, text: str) -> None:
        """Let the logger know of what a process did: `level` is error, warning or info."""
        ...

    def write_output(self, text: str) -> None:
        """Print to the standard output of the runtime (`erlang:display/1`)."""
        ...
