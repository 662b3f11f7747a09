"""All that is traced in one system: where events come in, and who is told of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from weakref import WeakKeyDictionary

from enigma_ref.ets.match_spec import MatchSpec
from enigma_ref.machine.code import Function, LoadedModule
from enigma_ref.machine.engine import Engine
from enigma_ref.machine.link import Place
from enigma_ref.machine.process import Process
from enigma_ref.machine.system import System
from enigma_ref.terms import (
    FALSE,
    TRUE,
    Atom,
    Pid,
    Port,
    Reference,
    Term,
    atom,
    list_items,
    make_list,
    to_bool_atom,
)
from enigma_ref.terms.atoms import NORMAL, UNDEFINED
from enigma_ref.tracing.breakpoints import Mfa
from enigma_ref.tracing.calls import Frame, Points
from enigma_ref.tracing.effects import Told, TraceEffects
from enigma_ref.tracing.flags import BITS, ON_LINK, ON_SPAWN, is_sensitive
from enigma_ref.tracing.mailboxes import CLOCK_SERVICE, WatchedMailbox, tell_messages
from enigma_ref.tracing.ports import PortEvents
from enigma_ref.tracing.sequential import Sequential
from enigma_ref.tracing.sessions import (
    EventPattern,
    QueueLimits,
    Session,
    SystemMonitor,
    Tracee,
    changed,
)
from enigma_ref.tracing.tracers import Outside, Tracer, deliver, stamp, trace_message
from enigma_ref.tracing.watching import WatchingEngine

LEGACY: Final = (atom("legacy"), atom("default"))
"""The name of the session of erlang:trace/3."""

WATCHED: Final = frozenset(("send", "receive"))
"""Flags of processes whose instructions are looked at one by one."""

EXITING: Final = frozenset(("exiting",))
HIBERNATE: Final = (atom("erlang"), atom("hibernate"), 3)
RUNNING: Final = frozenset(("running", "running_procs"))
EXIT: Final = atom("exit")
SPAWN: Final = atom("spawn")
SPAWNED: Final = atom("spawned")
LINK: Final = atom("link")
UNLINK: Final = atom("unlink")
GETTING_LINKED: Final = atom("getting_linked")
GETTING_UNLINKED: Final = atom("getting_unlinked")
REGISTER: Final = atom("register")
UNREGISTER: Final = atom("unregister")
RECEIVE: Final = atom("receive")
TIMEOUT: Final = atom("timeout")
MONITOR: Final = atom("monitor")
LONG_GC: Final = atom("long_gc")
LARGE_HEAP: Final = atom("large_heap")
HEAPS: Final = ("old_heap_block_size", "heap_block_size", "mbuf_size")
MONITORED_SIZES: Final = (*HEAPS, "stack_size", "old_heap_size", "heap_size")
LONG_MESSAGE_QUEUE: Final = atom("long_message_queue")
PROFILE: Final = atom("profile")
ACTIVE: Final = atom("active")
INACTIVE: Final = atom("inactive")

LINKS_PASS_FLAGS_SINCE: Final = 27
"""Before, set_on_link only meant spawn_link: link/1 passed no flags on (measured)."""

TOLD_BEFORE_TIMEOUT_SINCE: Final = 27
"""Before, messages that nobody had looked at yet were told after the receive's timeout."""


class Tracing:
    """What is traced in a system. `outside` is what built-in functions provide."""

    def __init__(self, vm: System, outside: Outside) -> None:
        self.vm = vm
        self.outside = outside
        self.default = Session(LEGACY)
        self.sessions: list[Session] = [self.default]
        self.frames: WeakKeyDictionary[Any, Frame] = WeakKeyDictionary()
        self.points = Points(self)
        self.sequential = Sequential(self)
        self.ports = PortEvents(self)
        self.control_word = 0
        # Return addresses of calls that are made in place, which have none on the stack.
        self.addresses: dict[Any, Place] = {}
        self.made = 0
        # Sessions that no program knows any more; they end when garbage is collected.
        self.abandoned: list[Session] = []
        self.queue_limits: list[QueueLimits] = []
        # Whether the timestamps of trace messages tell the processor's time.
        self.in_cpu_time = False
        self.profiler: Pid | None = None
        self.profiled: frozenset[str] = frozenset()
        self._active: set[Process] = set()
        self._rest: tuple[Process, int] | None = None
        self._plain: Engine = vm.engine

    # ---------------------------------------------------------------- whether to look at all

    def attend(self, process: Process | None = None) -> None:
        """Something about tracing has changed: look at what has to be looked at from now on.

        A running process that is given leaves the loop that it is in, so that the right one
        takes over for the `rest_of` its turn.
        """
        vm = self.vm
        if self.is_idle():
            vm.engine = self._plain
            vm.engine.unwinding = None
            self.addresses.clear()
        elif vm.engine is self._plain:
            vm.engine = WatchingEngine(self, self._plain)
        if process is not None and process.status == "running" and process.reductions > 0:
            self._rest = (process, process.reductions)
            process.reductions = 0

    def rest_of(self, process: Process) -> int:
        """How many reductions a process had left when it had to leave its loop; 0 when it left for
        another reason, or when nothing is traced any more. It is told once."""
        told, left = self._rest or (None, 0)
        self._rest = None
        return left if told is process and self.vm.engine is not self._plain else 0

    def is_idle(self) -> bool:
        """Whether nothing is traced, and no process will return to a traced call."""
        return (
            not any(session.tracees or session.new for session in self.sessions)
            and not self.points.by_mfa
            and not self.sequential.tokens
            and not self.frames
            and self.profiler is None
        )

    def is_watched(self, process: Process) -> bool:
        """Whether the instructions of a process have to be looked at one by one."""
        if self.sequential.tokens or self.points.everyone:
            return True
        if any(session.receive.spec is not None for session in self.sessions):
            # It may ask who has sent a message.
            return True
        calls = bool(self.points.built_in)
        return any(
            not tracee.flags.isdisjoint(WATCHED) or (calls and "call" in tracee.flags)
            for _, tracee in self.tracees(process)
        )

    def tracees(self, process: Process) -> Iterator[tuple[Session, Tracee]]:
        """The sessions that trace a process, and how."""
        for session in self.sessions:
            tracee = session.tracees.get(process)
            if tracee is not None:
                yield session, tracee

    def traced_for(self, process: Process, flag: str) -> list[tuple[Session, Tracee]]:
        """The sessions that trace a process with a flag, and how; those whose tracer is gone
        trace it no more. Nothing is told of a sensitive one."""
        found = []
        hidden = is_sensitive(process)
        for session, tracee in self.tracees(process):
            if not tracee.tracer.is_alive(self.vm):
                del session.tracees[process]
            elif flag in tracee.flags and not hidden:
                found.append((session, tracee))
        return found

    # ---------------------------------------------------------------- processes and their flags

    def change(
        self,
        session: Session,
        process: Process,
        tracer: Tracer | None,
        on: frozenset[str],
        off: frozenset[str],
    ) -> None:
        """Change the flags of a process, and its tracer when one is given."""
        tracee = changed(session.tracees.get(process), tracer, on, off)
        if tracee is None:
            session.tracees.pop(process, None)
            return
        session.tracees[process] = tracee
        if "receive" in tracee.flags:
            self.watch_mailbox(process)

    def flag_bits(self, process: Process) -> int:
        """The flags that a process has in any session, as bits of a number."""
        flags = {flag for _, tracee in self.tracees(process) for flag in tracee.flags}
        return sum(1 << BITS[flag] for flag in flags)

    def watch_mailbox(self, process: Process) -> WatchedMailbox:
        """Let the arrival of messages be noticed from now on."""
        mailbox = process.mailbox
        if isinstance(mailbox, WatchedMailbox):
            return mailbox
        watched = WatchedMailbox(self, process)
        process.mailbox = watched
        return watched

    def inherit(self, session: Session, parent: Process, child: Process, which: str) -> None:
        """Let a process be traced as the one is that spawned it or linked to it, when flags say
        so; `which` is `spawn` or `link`."""
        tracee = session.tracees[parent]
        modes = ON_SPAWN if which == "spawn" else ON_LINK
        if tracee.flags.isdisjoint(modes):
            return
        flags = tracee.flags
        if f"set_on_first_{which}" in flags:
            flags -= modes
            self.change(session, parent, None, frozenset(), modes)
        self.change(session, child, tracee.tracer, flags, frozenset())

    # ---------------------------------------------------------------- telling

    def tell(self, process: Process, tracee: Tracee, *parts: Term, result: Term = TRUE) -> None:
        """Send a trace message about a process to its tracer."""
        if tracee.tracer.pid != process.pid:
            message = trace_message(
                self.vm, self.outside, tracee.flags, (process.pid, *parts), result
            )
            deliver(self.vm, tracee.tracer.pid, message)

    def tell_all(self, process: Process, flag: str, *parts: Term) -> None:
        """Send a trace message about a process to all whom a flag lets be told of it."""
        for _, tracee in self.traced_for(process, flag):
            self.tell(process, tracee, *parts)

    def run_spec(
        self, session: Session, spec: MatchSpec, arguments: Term, process: Process, told: Told
    ) -> bool:
        """Run a match specification on the arguments of an event; whether to tell of it."""
        effects = TraceEffects(self, session, process, told)
        return spec.run_trace(arguments, process, effects) and told.result is not FALSE

    # ---------------------------------------------------------------- messages

    def sent(self, process: Process, to: Term, message: Term) -> None:
        """A process is about to send a message to a process, a name or an alias, or to a port: to
        one that is closed nothing is sent."""
        if type(to) is Port and to.node is self.vm.node and self.vm.ports.get(to) is None:
            return
        for session, tracee in self.traced_for(process, "send"):
            arguments = make_list([to, message])
            result = self._event_result(session, session.send, arguments, process, tracee)
            if result is not None:
                gone = type(to) is Pid and to not in self.vm.processes
                name = "send_to_non_existing_process" if gone else "send"
                self.tell(process, tracee, atom(name), message, to, result=result)

    def received(self, process: Process, sender: Term, message: Term) -> None:
        """A message has come to a process."""
        for session, tracee in self.traced_for(process, "receive"):
            node = self.vm.node if type(sender) is Pid else sender
            pid = sender if type(sender) is Pid else UNDEFINED
            arguments = make_list([node, pid, message])
            result = self._event_result(session, session.receive, arguments, process, tracee)
            if result is not None:
                self.tell(process, tracee, RECEIVE, message, result=result)

    def _event_result(
        self,
        session: Session,
        pattern: EventPattern,
        arguments: Term,
        process: Process,
        tracee: Tracee,
    ) -> Term:
        """What a match specification says to tell with a message, or None not to tell it."""
        if not pattern.is_on:
            return None
        if pattern.spec is None:
            return TRUE
        told = Told()
        if not self.run_spec(session, pattern.spec.compiled, arguments, process, told):
            return None
        return None if "silent" in tracee.flags else told.result

    def timed_out(self, process: Process) -> None:
        """A receive of a process has run out of time."""
        if self.vm.release >= TOLD_BEFORE_TIMEOUT_SINCE:
            tell_messages(process)
        self.received(process, CLOCK_SERVICE, TIMEOUT)

    # ---------------------------------------------------------------- the life of processes

    def spawned(
        self,
        parent: Process,
        child: Process,
        mfa: tuple[Term, Term, Term],
        options: Term,
        *,
        linked: bool = False,
        reply: tuple[Term, Reference, bool] | None = None,
    ) -> None:
        """A process has been spawned, with module, function, arguments and options of
        spawn_opt/4, maybe with a link. One that was asked for gets a `reply`: tag and reference
        of it, and whether it is sent."""
        for session in self.sessions:
            if session.new is not None:
                self.change(session, child, session.new.tracer, session.new.flags, frozenset())
            if parent in session.tracees:
                self.inherit(session, parent, child, "spawn")
                if linked and parent in session.tracees:
                    self.inherit(session, parent, child, "link")
        if self.queue_limits:
            self.watch_mailbox(child)
        self.sequential.spawned(parent, child, mfa, options, reply)
        for _, tracee in self.traced_for(parent, "procs"):
            self.tell(parent, tracee, SPAWN, child.pid, mfa)
            if linked:
                self.tell(parent, tracee, LINK, child.pid)
        for _, tracee in self.traced_for(child, "procs"):
            self.tell(child, tracee, SPAWNED, parent.pid, mfa)
            if linked:
                self.tell(child, tracee, GETTING_LINKED, parent.pid)

    def linking(self, process: Process, other: Term) -> None:
        """A process asks for a link, whatever will come of it."""
        self.tell_all(process, "procs", LINK, other)

    def linked(self, process: Process, other: Process) -> None:
        """A process is about to be linked to another one."""
        if process.pid in other.links:
            return
        if self.vm.release >= LINKS_PASS_FLAGS_SINCE:
            for session, _ in list(self.tracees(process)):
                self.inherit(session, process, other, "link")
        tell_messages(other)
        self.tell_all(other, "procs", GETTING_LINKED, process.pid)

    def unlinked(self, process: Process, pid: Pid | Port) -> None:
        """A process removes a link that it may have."""
        self.tell_all(process, "procs", UNLINK, pid)
        other = self.vm.processes.get(pid) if type(pid) is Pid else None
        if other is not None and process.pid in other.links:
            tell_messages(other)
            self.tell_all(other, "procs", GETTING_UNLINKED, process.pid)

    def registered(self, process: Process, name: Atom) -> None:
        """A process has got a name."""
        self.tell_all(process, "procs", REGISTER, name)

    def unregistered(self, process: Process, name: Atom) -> None:
        """A process has lost its name."""
        self.tell_all(process, "procs", UNREGISTER, name)

    def exiting(self, process: Process, reason: Term) -> None:
        """A process ends. Its links and monitors are still there, its name as well."""
        if process.status != "running":
            tell_messages(process)
        self.tell_all(process, "procs", EXIT, reason)
        if process.registered_name is not None:
            self.unregistered(process, process.registered_name)
        for pid in process.links:
            linked = self.vm.processes.get(pid) if type(pid) is Pid else None
            # Of one that ends with it, only the end is told.
            if linked is not None and (reason is NORMAL or linked.flags.get("trap_exit")):
                tell_messages(linked)
                self.tell_all(linked, "procs", GETTING_UNLINKED, process.pid)
        self.sequential.exiting(process, reason)
        self.scheduled(process, "out_exited")

    def exited(self, process: Process) -> None:
        """A process has ended; nobody will hear of it any more."""
        for session in self.sessions:
            session.tracees.pop(process, None)
            if session.monitor is not None and session.monitor.pid == process.pid:
                session.monitor = None
                self.watch_queues()
        if self.profiler == process.pid:
            self.profile(None, frozenset())
        self.active(process, False)
        self.sequential.forget(process)

    def signalled(self, receiver: Process, sender: Pid | Port | Atom, is_sent: bool) -> None:
        """A process gets a signal that becomes a message: it looks at all it has got so far. It
        counts as sent by a process when it is an exit signal of one."""
        mailbox = receiver.mailbox
        if isinstance(mailbox, WatchedMailbox):
            mailbox.tell()
            mailbox.at_once = True
            mailbox.signaller = sender
            mailbox.is_sent = is_sent

    def collected(self, process: Process, kind: str, info: Term, milliseconds: int = 0) -> None:
        """The memory of a process was swept, `major` or `minor`, in so long; `info` are pairs of
        item and value."""
        for session in self.abandoned:
            self.destroy(session)
        self.abandoned.clear()
        for moment in ("start", "end"):
            name = atom(f"gc_{kind}_{moment}")
            self.tell_all(process, "garbage_collection", name, info)
        for session in self.sessions:
            if session.monitor is not None and session.monitor.pid != process.pid:
                self._monitor_collection(session.monitor, process, info, milliseconds)

    def _monitor_collection(
        self, monitor: SystemMonitor, process: Process, info: Term, milliseconds: int
    ) -> None:
        """Tell a system monitor of a collection that took long, or that left a large heap."""
        limits = dict(monitor.options)
        sizes = [item for item in list_items(info) or [] if item[0].name in MONITORED_SIZES]
        limit = limits.get("long_gc")
        if limit is not None and milliseconds >= limit:
            told = make_list([(TIMEOUT, milliseconds), *sizes])
            deliver(self.vm, monitor.pid, (MONITOR, process.pid, LONG_GC, told))
        limit = limits.get("large_heap")
        if limit is not None and sum(s for name, s in sizes if name.name in HEAPS) >= limit:
            deliver(self.vm, monitor.pid, (MONITOR, process.pid, LARGE_HEAP, make_list(sizes)))

    # ---------------------------------------------------------------- turns

    def scheduled(self, process: Process, what: str, mfa: Mfa | None = None) -> None:
        """A process gets the processor or gives it back; `what` is `in` or `out`, or
        `out_exited` of one that has ended. `mfa` is the function that it is in, where that is not
        the one that it shows."""
        if is_sensitive(process):
            return
        flags = EXITING if what == "out_exited" else RUNNING
        for _, tracee in self.tracees(process):
            if tracee.tracer.is_alive(self.vm) and not tracee.flags.isdisjoint(flags):
                where = 0 if what == "out_exited" else mfa or self.current_function(process)
                self.tell(process, tracee, atom(what), where)

    def current_function(self, process: Process) -> Term:
        """The function that a process that does not run is in, or 0."""
        aside = getattr(process.work, "inside", None)
        if aside is not None:
            return aside
        linker = self.vm.linker
        if process.status == "hibernating":
            return HIBERNATE
        place = linker.place(process.left) if process.status in ("waiting", "dozing") else None
        if place is None:
            place = linker.place(process.resume) or linker.call_place(process.resume)
        if place is None:
            place = linker.place(process.left)
        if place is None:
            return process.initial_call or 0
        return mfa_of(place[0])

    # ---------------------------------------------------------------- the whole system

    def watch_queues(self) -> None:
        """The limits have changed beyond which message queues are long."""
        self.queue_limits = []
        for session in self.sessions:
            limits = None
            if session.monitor is not None:
                limits = dict(session.monitor.options).get("long_message_queue")
            if session.monitor is not None and limits is not None:
                self.queue_limits.append(QueueLimits(session.monitor.pid, *limits))
        if self.queue_limits:
            for process in self.vm.processes.values():
                self.watch_mailbox(process)

    def queue_is_long(self, process: Process, limits: QueueLimits, is_long: bool) -> None:
        """A message queue has become long, or has ceased to be it."""
        message = (MONITOR, process.pid, LONG_MESSAGE_QUEUE, to_bool_atom(is_long))
        deliver(self.vm, limits.pid, message)

    def profile(self, pid: Pid | None, chosen: frozenset[str]) -> None:
        """Choose who is told when processes become active and inactive."""
        self.profiler, self.profiled = pid, chosen
        self._active = {
            process for process in self.vm.processes.values() if process.status == "runnable"
        }

    def active(self, process: Process, is_active: bool) -> None:
        """A process can run now, or cannot run any more."""
        if "runnable_procs" not in self.profiled or is_active is (process in self._active):
            return
        if is_active:
            self._active.add(process)
        else:
            self._active.discard(process)
        if self.profiler is not None and self.profiler != process.pid:
            what = ACTIVE if is_active else INACTIVE
            where = 0 if process.status == "exited" else self.current_function(process)
            time = stamp(self.vm, self.outside, self.profiled) or self.outside.timestamp()
            deliver(self.vm, self.profiler, (PROFILE, process.pid, what, where, time))

    # ---------------------------------------------------------------- code

    def loaded(self, module: LoadedModule) -> None:
        """A module has been loaded: what was traced of it is forgotten, and what on_load
        patterns say begins."""
        self.points.loaded(module)

    def deleted(self, name: Atom) -> None:
        """The current version of a module has become the old one: what was traced of it ends."""
        self.points.clear(name)

    def awaits_on_load(self, name: Atom) -> None:
        """A version of a module was loaded whose on_load function has not run: the current one
        stays, and is not traced any more (erts_finish_loading in beam_load.c)."""
        self.points.stop(name)

    def call_place(self, code: Any) -> Place | None:
        """Where the call stands whose return address some code is."""
        return self.addresses.get(code) or self.vm.linker.call_place(code)

    def place_mfa(self, code: Any) -> Term:
        """The function that a return address leads to, or undefined."""
        place = self.call_place(code)
        return UNDEFINED if place is None else mfa_of(place[0])

    # ---------------------------------------------------------------- sessions

    def find(self, name: Term) -> Session | None:
        """The living session of a name; that of erlang:trace/3 cannot be named."""
        for session in self.sessions:
            if session is not self.default and session.weak_ref == name:
                return session
        return None

    def create(self, name: Atom, tracer: Tracer | None) -> Session:
        """A new session; without a tracer, each who asks for something gets it."""
        session = Session((name, self.made), tracer)
        self.made += 1
        self.sessions.insert(len(self.sessions) - 1, session)
        return session

    def destroy(self, session: Session) -> bool:
        """End a session and all its traces; whether it was there."""
        if session not in self.sessions:
            return False
        self.sessions.remove(session)
        session.tracees.clear()
        session.ports.clear()
        session.new = session.new_ports = None
        self.points.forget(session)
        self.attend()
        return True


def mfa_of(owner: Any) -> Mfa:
    """Module, name and arity of a function, or of an export entry."""
    module = owner.module.name if isinstance(owner, Function) else owner.module
    return (module, owner.name, owner.arity)
