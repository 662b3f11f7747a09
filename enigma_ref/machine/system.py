"""What instructions and built-in functions may ask of the runtime they run in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from enigma_ref.loader.module import Module
from enigma_ref.machine.code import Export, LoadedModule
from enigma_ref.machine.link import Linker
from enigma_ref.machine.process import Process
from enigma_ref.terms import Atom, Pid, Reference, Term


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


class System(Protocol):
    """The runtime as the machine sees it; `enigma_ref.runtime.vm` implements it."""

    release: int
    node: Atom
    processes: dict[Pid, Process]
    registered: dict[Atom, Process]
    backtrace_depth: int
    """How many items a stack trace has at most."""
    system_logger: Term
    """Who gets reports of processes that died: a pid, `logger` or `undefined`."""
    prepared: dict[Reference, Module]
    """Modules that are decoded and not in the code table yet."""
    tables: Any
    """The `enigma_ref.ets.tables.Tables` of the system, which the machine does not know."""
    aliases: dict[Reference, tuple[Pid, str]]
    """Which process a reference is an alias of, and in which mode."""
    engine: Any
    """What runs processes."""
    linker: Linker
    """What makes code ready, and knows where it stands."""
    tracing: Any
    """The `enigma_ref.tracing.core.Tracing` of the system, which the machine does not know; None
    as long as nothing was ever traced."""
    state: dict[str, Any]
    """What built-in functions keep for the whole system, under a name of their own."""

    @property
    def clock(self) -> Clock:
        """What time it is for this system."""
        ...

    def export(self, module: Atom, name: Atom, arity: int) -> Export:
        """The entry of an exported function, loaded or not."""
        ...

    def install(self, decoded: Module) -> None:
        """Put a decoded module into the code table."""
        ...

    def delete_module(self, name: Atom) -> bool:
        """Take a module out of the code table; whether it was there."""
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

    def alias(self, process: Process, ref: Reference, mode: str) -> None:
        """Let messages to `ref` reach a process. In mode `reply` or `reply_demonitor` the first
        one is the last one; in a mode with `demonitor` the end of the monitor is its end."""
        ...

    def unalias(self, process: Process, ref: Reference) -> bool:
        """Let no more messages to `ref` through; whether it was an alias of this process."""
        ...

    def send_to_alias(self, ref: Reference, message: Term) -> None:
        """Send a message to whom `ref` is an alias of; it is lost when there is nobody."""
        ...

    def start_receive_timer(self, process: Process, milliseconds: int) -> Any:
        """Let the receive of a process run out after a time; returns the timer."""
        ...

    def cancel_receive_timer(self, timer: Any) -> None:
        """Forget a timer."""
        ...

    def start_timer(self, milliseconds: int, action: Callable[[], None]) -> Any:
        """Do something after a time; returns the timer, for cancel_receive_timer."""
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

    def link(self, process: Process, other: Process) -> None:
        """Link two processes."""
        ...

    def unlink(self, process: Process, pid: Pid) -> None:
        """Remove a link."""
        ...

    def monitor(
        self, watcher: Process, watched: Process | None, named: Term, tag: Term = None
    ) -> Reference:
        """Watch a process; `named` is what the message calls it, `tag` its first element in
        place of 'DOWN'."""
        ...

    def demonitor(self, watcher: Process, ref: Reference) -> bool:
        """Stop watching; whether there was such a monitor."""
        ...

    def unique_integer(self) -> int:
        """A number that was not given out before, counting up."""
        ...

    def place_of(self, process: Process) -> tuple[Any, int] | None:
        """The function (or export entry) and the position that a process is at."""
        ...

    def call_places(self, process: Process) -> list[tuple[Any, int]]:
        """The calls that a process is in the middle of, innermost first."""
        ...

    def exit_process(self, process: Process, reason: Term) -> None:
        """End a process: links and monitors learn of it."""
        ...

    def exit_signal(self, sender: Pid, receiver: Process, reason: Term) -> None:
        """Deliver an exit signal as `exit/2` sends it."""
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

    def write_output(self, text: str) -> None:
        """Print to the standard output of the runtime (`erlang:display/1`)."""
        ...
