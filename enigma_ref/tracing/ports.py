"""Events of ports: what is told of them when they are traced (trace flags of erlang:trace/3;
measured on 23 to 29).

Match specifications do not count for ports, nor does process_flag(sensitive, true).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from enigma_ref.machine.process import Process
from enigma_ref.terms import (
    NIL,
    TRUE,
    Atom,
    Bitstring,
    Cons,
    Pid,
    Port,
    Term,
    atom,
    make_list,
)
from enigma_ref.terms.atoms import NORMAL
from enigma_ref.tracing.mailboxes import tell_messages
from enigma_ref.tracing.sessions import Session, Tracee, changed
from enigma_ref.tracing.tracers import Tracer, deliver, trace_message

if TYPE_CHECKING:
    from enigma_ref.ports.port import OpenPort
    from enigma_ref.tracing.core import Tracing

CLOSED: Final = atom("closed")
COMMAND: Final = atom("command")
CONTROL: Final = atom("control")
GETTING_LINKED: Final = atom("getting_linked")
GETTING_UNLINKED: Final = atom("getting_unlinked")
IN: Final = atom("in")
LINK: Final = atom("link")
OPEN: Final = atom("open")
OPEN_PORT: Final = (atom("erlang"), atom("open_port"), 2)
OUT: Final = atom("out")
RECEIVE: Final = atom("receive")
REGISTER: Final = atom("register")
SEND: Final = atom("send")
SEND_TO_NOBODY: Final = atom("send_to_non_existing_process")
UNLINK: Final = atom("unlink")
UNREGISTER: Final = atom("unregister")

SPAWN: Final = "spawn"
"""The driver of programs, which start while the process that wants them waits for a message."""

VECTOR_DRIVERS: Final = frozenset(("fd", "tcp_inet"))
"""Drivers that get what is written as a list of binaries, and not as one."""

SHARED_ABOVE: Final = 64
"""Binaries of more bytes are parts of such a list, all else is collected."""

SEND_PATTERN_SINCE: Final = 27
"""Since then trace_pattern(send, false, []) is for ports as well."""


class PortEvents:
    """The ports of a system that are traced, by session, and what is told of them."""

    def __init__(self, tracing: Tracing) -> None:
        self.tracing = tracing
        self.vm = tracing.vm

    # ---------------------------------------------------------------- flags

    def change(
        self,
        session: Session,
        port_id: Port,
        tracer: Tracer | None,
        on: frozenset[str],
        off: frozenset[str],
    ) -> None:
        """Change the flags of a port, and its tracer when one is given."""
        tracee = changed(session.ports.get(port_id), tracer, on, off)
        if tracee is None:
            session.ports.pop(port_id, None)
        else:
            session.ports[port_id] = tracee

    def tracee(self, session: Session, port_id: Port) -> Tracee | None:
        """How a session traces a port; no more when its tracer is gone."""
        tracee = session.ports.get(port_id)
        if tracee is not None and not tracee.tracer.is_alive(self.vm):
            del session.ports[port_id]
            return None
        return tracee

    def _traced_for(self, port_id: Port, flag: str) -> Iterator[tuple[Session, Tracee]]:
        for session in self.tracing.sessions:
            tracee = self.tracee(session, port_id)
            if tracee is not None and flag in tracee.flags:
                yield session, tracee

    def _tell(self, port_id: Port, flag: str, *parts: Term) -> None:
        for _, tracee in self._traced_for(port_id, flag):
            self._tell_one(port_id, tracee, parts)

    def _tell_one(self, port_id: Port, tracee: Tracee, parts: tuple[Term, ...]) -> None:
        outside = self.tracing.outside
        message = trace_message(self.vm, outside, tracee.flags, (port_id, *parts), TRUE)
        deliver(self.vm, tracee.tracer.pid, message)

    # ---------------------------------------------------------------- beginning and end

    def appeared(self, port_id: Port) -> None:
        """There is a new port: it is traced as new ones are."""
        for session in self.tracing.sessions:
            if session.new_ports is not None:
                new = session.new_ports
                self.change(session, port_id, new.tracer, new.flags, frozenset())

    def begun(self, port_id: Port, owner: Pid, name: bytes) -> None:
        """The driver of a new port starts, which may fail."""
        self.appeared(port_id)
        self._tell(port_id, "ports", OPEN, owner, atom(name.decode("latin1")))
        self._tell(port_id, "running_ports", IN, OPEN)
        self._tell(port_id, "running_ports", OUT, OPEN)

    def opened(self, process: Process, port: OpenPort) -> None:
        """A process has opened a port. For the one of a program it waits, until it gets a
        message."""
        self.begun(port.id, process.pid, port.name)
        self._tell(port.id, "ports", GETTING_LINKED, process.pid)
        tracing = self.tracing
        tracing.tell_all(process, "procs", LINK, port.id)
        if port.driver_name != SPAWN:
            return
        tracing.scheduled(process, "out", OPEN_PORT)
        self._tell(port.id, "running_ports", IN, 0)
        self._tell(port.id, "running_ports", OUT, 0)
        tracing.scheduled(process, "in", OPEN_PORT)
        tell_messages(process)
        tracing.received(process, port.id, (self.vm.make_ref(), port.id))

    def accepted(self, process: Process, port: OpenPort) -> None:
        """A process has got a port for a connection that another port has accepted."""
        self.appeared(port.id)
        tell_messages(process)
        self.tracing.tell_all(process, "procs", GETTING_LINKED, port.id)

    def closed(self, port: OpenPort, reason: Term) -> None:
        """A port ends. Its links are still there, its name as well."""
        self._tell(port.id, "ports", CLOSED, reason)
        if port.registered_name is not None:
            self._tell(port.id, "ports", UNREGISTER, port.registered_name)
        for pid in port.links:
            linked = self.vm.processes.get(pid)
            # Of one that ends with it, only the end is told.
            if linked is not None and (reason is NORMAL or linked.flags.get("trap_exit")):
                tell_messages(linked)
                self.tracing.tell_all(linked, "procs", GETTING_UNLINKED, port.id)

    def gone(self, port_id: Port) -> None:
        """A port is no more; nothing will be told of it."""
        for session in self.tracing.sessions:
            session.ports.pop(port_id, None)

    # ---------------------------------------------------------------- messages

    def sent(self, port_id: Port, message: Term, receiver: Pid) -> None:
        """A port sends a message to a process, which may be gone."""
        for session, tracee in self._traced_for(port_id, "send"):
            if session.send.is_on or self.vm.release < SEND_PATTERN_SINCE:
                name = SEND if receiver in self.vm.processes else SEND_TO_NOBODY
                self._tell_one(port_id, tracee, (name, message, receiver))

    def received(self, port_id: Port, sender: Pid, what: Term) -> None:
        """A port gets a request."""
        self._tell(port_id, "receive", RECEIVE, (sender, what))

    def commanded(self, port: OpenPort, sender: Pid, data: Term, written: bytes) -> None:
        """A port gets bytes to write, which a process has given as iodata."""
        shown: Term = Bitstring.of(written)
        if port.driver_name in VECTOR_DRIVERS:
            shown = make_list([Bitstring.of(part) for part in _vector(data)])
        self.received(port.id, sender, (COMMAND, shown))

    def controlled(self, port_id: Port, sender: Pid, operation: int, data: bytes) -> None:
        """A port is asked to do something that its driver knows by a number."""
        self.received(port_id, sender, (CONTROL, (operation, Bitstring.of(data))))

    def answered(self, port_id: Port, sender: Pid, answer: bytes) -> None:
        """A port has done it."""
        self.sent(port_id, (port_id, (CONTROL, Bitstring.of(answer))), sender)

    # ---------------------------------------------------------------- links and names

    def linked(self, port: OpenPort, pid: Pid) -> None:
        """A process is about to be linked to a port."""
        if pid not in port.links:
            self.runs(port, LINK)
            self.getting_linked(port, pid)
            self.ran(port, LINK)

    def getting_linked(self, port: OpenPort, pid: Pid) -> None:
        """A port is about to be linked to a process, if it is not."""
        if pid not in port.links:
            self._tell(port.id, "ports", GETTING_LINKED, pid)

    def unlinked(self, port: OpenPort, pid: Pid) -> None:
        """A process is about to remove a link that it may have."""
        if pid in port.links:
            self.runs(port, UNLINK)
            self._tell(port.id, "ports", GETTING_UNLINKED, pid)
            self.ran(port, UNLINK)

    def owner_linked(self, process: Process, port: OpenPort) -> None:
        """A process is about to become the owner of a port, which makes a link."""
        if process.pid not in port.links:
            self.getting_linked(port, process.pid)
            tell_messages(process)
            self.tracing.tell_all(process, "procs", GETTING_LINKED, port.id)

    def registered(self, port_id: Port, name: Atom) -> None:
        """A port has got a name."""
        self._tell(port_id, "ports", REGISTER, name)

    def unregistered(self, port_id: Port, name: Atom) -> None:
        """A port has lost its name."""
        self._tell(port_id, "ports", UNREGISTER, name)

    # ---------------------------------------------------------------- turns

    def runs(self, port: OpenPort, where: Atom | int) -> None:
        """A port begins to do something; 0 is what nobody waits for."""
        self._tell(port.id, "running_ports", IN, where)

    def ran(self, port: OpenPort, where: Atom | int) -> None:
        """A port has done it. Nothing is told when that was its end."""
        if port.is_open:
            self._tell(port.id, "running_ports", OUT, where)


def _vector(data: Term) -> list[bytes]:
    """Iodata as the parts that the emulator makes of it, none of them empty."""
    parts: list[bytes] = []
    collected = bytearray()
    waiting = [data]
    while waiting:
        term: Any = waiting.pop()
        if type(term) is Cons:
            waiting += (term.tail, term.head)
        elif type(term) is int:
            collected.append(term)
        elif term is not NIL:
            part = term.to_bytes()
            if len(part) <= SHARED_ABOVE:
                collected += part
                continue
            if collected:
                parts.append(bytes(collected))
                collected.clear()
            parts.append(part)
    if collected:
        parts.append(bytes(collected))
    return parts
