"""The ports of a system."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from time import monotonic
from typing import Final

from enigma_ref.machine.errors import BeamError
from enigma_ref.machine.process import Process
from enigma_ref.machine.system import System
from enigma_ref.ports import forker
from enigma_ref.ports.drivers import Driver
from enigma_ref.ports.forker import Forker
from enigma_ref.ports.inet.descriptor import PATIENCE
from enigma_ref.ports.port import OpenPort
from enigma_ref.ports.selecting import Selects
from enigma_ref.ports.settings import Settings
from enigma_ref.ports.signals import Signals
from enigma_ref.ports.watching import Watching
from enigma_ref.terms import Atom, Bitstring, Pid, Port, Reference, Term, atom
from enigma_ref.terms.atoms import KILL, KILLED, NORMAL

MAX_PORTS: Final = 65536
SHORT_NUMBERS: Final = 1 << 28
LONG_NUMBERS: Final = 1 << 60
LONG_NUMBERS_SINCE: Final = 27
"""Before, numbers of ports began anew after 28 bits (measured)."""

FIRST: Final = 3
"""Numbers up to here are of ports that OTP opens while it boots; for systems that do not."""

TURNS: Final = 4
"""Turns of processes between two looks at descriptors."""

BYTE: Final = 8
WHOLE_BYTES_SINCE: Final = 27
"""Before, a bitstring of less than a byte was nothing to write."""

CLOSED_BY_SENDER_UNTIL: Final = 23
"""Until then it was who sends `{Pid, close}` that had to be the owner, whatever Pid was
(measured)."""

CLOSE: Final = atom("close")
COMMAND: Final = atom("command")
CONNECT: Final = atom("connect")
DEMONITOR: Final = atom("demonitor")


class Ports:
    """Open ports by their identifiers and names; `lingering` ones are closed but for what they
    still have to write; `sockets` are those that are no ports. `to_bytes` makes
    bytes of iodata, or raises badarg."""

    def __init__(self, vm: System, to_bytes: Callable[[Term], bytes]) -> None:
        self.vm = vm
        self.to_bytes = to_bytes
        self.watching = Watching()
        self.signals = Signals(vm, self.watching)
        self.selects = Selects(vm, self.watching)
        self.open: dict[Port, OpenPort] = {}
        self.names: dict[Atom, OpenPort] = {}
        self.lingering: set[OpenPort] = set()
        self.sockets: set[socket.socket] = set()
        self._made = FIRST
        self._turns = 0

    # ---------------------------------------------------------------- time

    def look(self) -> None:
        """Do what descriptors are ready for; called before each turn while some are watched."""
        self._turns += 1
        if self._turns >= TURNS:
            self._turns = 0
            self.watching.wait(0)

    def wait(self, seconds: float | None) -> bool:
        """Wait at most so long for something to happen (None: for ever); whether it has."""
        return self.watching.wait(seconds)

    def may_wake(self) -> bool:
        """Whether something that comes from outside can let a process go on."""
        selects = self.selects
        return bool(self.signals.handled or selects.waiting or selects.waiting_sockets) or any(
            port.driver.may_happen for port in (*self.open.values(), *self.lingering)
        )

    def has_program(self) -> bool:
        """Whether a program runs at the other end of a port, or another system does."""
        return any(port.driver.alive for port in self.open.values())

    def patience(self) -> float:
        """Seconds of real time in which something that is under way arrives."""
        least = PATIENCE if self.selects.waiting_sockets else 0.0
        return max(least, max((port.driver.patience for port in self.open.values()), default=0.0))

    def flush(self, seconds: float | None = None) -> None:
        """Write what waits to be written, at most for so long."""
        until = None if seconds is None else monotonic() + seconds
        for port in (*self.open.values(), *self.lingering):
            port.driver.flush(None if until is None else max(0.0, until - monotonic()))

    # ---------------------------------------------------------------- ports

    def add(
        self, owner: Process, name: bytes, driver_name: str, settings: Settings, driver: Driver
    ) -> OpenPort:
        """Open a port, which is linked to its owner."""
        self._made = self.next_number()
        port_id = Port(self.vm.node, self._made)
        port = OpenPort(self, port_id, name, driver_name, settings, driver, owner.pid)
        self.open[port_id] = port
        owner.links.setdefault(port_id, False)
        driver.start(port)
        return port

    def next_number(self, at_least: int | None = None) -> int:
        """The number of the next port; with `at_least` it is that or the first free one above.
        After the largest number they begin anew."""
        numbers = LONG_NUMBERS if self.vm.release >= LONG_NUMBERS_SINCE else SHORT_NUMBERS
        number = (self._made + 1 if at_least is None else at_least) % numbers
        while Port(self.vm.node, number) in self.open:
            number = (number + 1) % numbers
        if at_least is not None:
            self._made = number - 1
        return number

    def failed(self, owner: Process, name: bytes) -> None:
        """The driver of a new port could not start: its number is used up."""
        self._made = self.next_number()
        if self.vm.tracing is not None:
            port_id = Port(self.vm.node, self._made)
            self.vm.tracing.ports.begun(port_id, owner.pid, name)
            self.vm.tracing.ports.gone(port_id)

    def begin(self, owner: Pid) -> None:
        """Open the port that a system has from the beginning, as its first process; those that
        come are numbered from there on."""
        port_id = Port(self.vm.node, 0)
        name = forker.NAME.encode()
        port = OpenPort(self, port_id, name, forker.NAME, Settings(), Forker(), owner)
        port.links.clear()
        self.open[port_id] = port
        self._made = 0

    def close(self) -> None:
        """The system is at its end: let go of what it holds. Programs see the end of their
        input."""
        for port in (*self.open.values(), *self.lingering):
            port.driver.stop()
        self.open.clear()
        self.names.clear()
        self.lingering.clear()
        self.signals.close()
        self.watching.close()
        for sock in self.sockets:
            sock.close()
        self.sockets.clear()

    def is_full(self) -> bool:
        """Whether there can be no more ports."""
        return len(self.open) >= self.vm.settings.port_limit

    def remove(self, port: OpenPort) -> None:
        """A port is gone."""
        self.open.pop(port.id, None)
        self.lingering.discard(port)

    def get(self, port_id: Term) -> OpenPort | None:
        """The open port with an identifier or a name."""
        port = self.names.get(port_id) if type(port_id) is Atom else self.open.get(port_id)
        return port if port is not None and port.is_open else None

    def known(self, port_id: Term) -> OpenPort | None:
        """As get, or one that still has something to write."""
        return self.get(port_id) or (self.open.get(port_id) if type(port_id) is Port else None)

    def ids(self) -> list[Port]:
        """All ports, those too that still have something to write."""
        return list(self.open)

    # ---------------------------------------------------------------- signals

    def command(self, process: Process, port_id: Term, message: Term, waits: bool = True) -> bool:
        """A message to a port; False when the port is busy and the sender does not want to wait
        for that to end. A port that is closed gets nothing."""
        process.work = None
        port = self.get(port_id)
        if port is None:
            return True
        tracing = self.vm.tracing
        if type(message) is tuple and len(message) == 2 and type(message[0]) is Pid:
            owner, what = message
            if what is CLOSE and self.vm.release <= CLOSED_BY_SENDER_UNTIL:
                owner = process.pid
            is_owner = owner == port.connected
            if what is CLOSE and is_owner:
                if tracing is not None:
                    tracing.ports.runs(port, CLOSE)
                    tracing.ports.received(port.id, owner, CLOSE)
                port.close(NORMAL, tells=True)
                return True
            if type(what) is tuple and len(what) == 2 and is_owner:
                if what[0] is COMMAND:
                    return self._output(process, port, what[1], waits)
                if what[0] is CONNECT and type(what[1]) is not Pid:
                    self._refuse(port, CONNECT)
                    return True
                if what[0] is CONNECT:
                    if tracing is not None:
                        tracing.ports.runs(port, CONNECT)
                        tracing.ports.received(port.id, owner, what)
                    port.connect(what[1])
                    if tracing is not None:
                        tracing.ports.ran(port, CONNECT)
                    return True
        self._refuse(port, COMMAND)
        return True

    def _refuse(self, port: OpenPort, taken_for: Atom) -> None:
        """A message is one that a port does not understand."""
        tracing = self.vm.tracing
        if tracing is not None:
            tracing.ports.runs(port, taken_for)
        port.bad_signal()
        if tracing is not None:
            tracing.ports.ran(port, taken_for)

    def _output(self, process: Process, port: OpenPort, term: Term, waits: bool) -> bool:
        if port.busy:
            if waits:
                self.suspend(process, port)
            return False
        if not self.write(process, port, term):
            port.bad_signal()
        return True

    def write(self, process: Process, port: OpenPort, term: Term) -> bool:
        """Give a port iodata of a process to write; false for what is none."""
        tracing = self.vm.tracing
        if tracing is not None:
            tracing.ports.runs(port, COMMAND)
        try:
            data = self.output_bytes(term)
        except BeamError:
            self.bad_output(process, port)
            if tracing is not None:
                tracing.ports.ran(port, COMMAND)
            return False
        if tracing is None:
            port.output(data, process.pid)
            return True
        tracing.ports.commanded(port, process.pid, term, data)
        port.output(data, process.pid)
        tracing.ports.ran(port, COMMAND)
        return True

    def output_bytes(self, term: Term) -> bytes:
        """The bytes that a process wants to write. Raises badarg."""
        if type(term) is Bitstring and term.size < BYTE and self.vm.release < WHOLE_BYTES_SINCE:
            return b""
        return self.to_bytes(term)

    def suspend(self, process: Process, port: OpenPort) -> None:
        """Let the running process wait until a port is not busy; what it does is done again."""
        port.suspended.append(process)
        process.work = port
        self.vm.suspend_running(process, process.resume)

    def bad_output(self, process: Process, port: OpenPort) -> None:
        """Let the logger know that a process wanted to write what are no bytes."""
        text = f"Bad value on output port '{os.fsdecode(port.name)}'\n"
        self.vm.report("error", process, text)

    def link(self, process: Process, port: OpenPort) -> None:
        """Link a process and a port."""
        if self.vm.tracing is not None:
            self.vm.tracing.ports.owner_linked(process, port)
        process.links.setdefault(port.id, False)
        port.links[process.pid] = None

    def unlink(self, process: Process, port_id: Port) -> None:
        """Remove a link."""
        process.links.pop(port_id, None)
        port = self.open.get(port_id)
        if port is not None:
            if self.vm.tracing is not None:
                self.vm.tracing.ports.unlinked(port, process.pid)
            port.links.pop(process.pid, None)

    def process_ended(self, port_id: Port, pid: Pid, reason: Term) -> list[Process]:
        """A process that was linked to a port has ended, and the port with it, unless the reason
        is normal and it was not the owner. Gives the processes that end, too."""
        port = self.open.get(port_id)
        if port is None or port.links.pop(pid, self) is self:
            return []
        tracing = self.vm.tracing
        if tracing is not None:
            tracing.ports.runs(port, 0)
            tracing.ports.received(port_id, pid, CLOSE)
        if reason is NORMAL and pid != port.connected:
            if tracing is not None:
                tracing.ports.ran(port, 0)
            return []
        return port.closing(KILLED if reason is KILL else reason, traced=reason)

    def unmonitored(self, port_id: Term, ref: Reference) -> None:
        """A monitor of a port is no more."""
        port = self.open.get(port_id)
        if port is not None and ref in port.monitored_by:
            del port.monitored_by[ref]
            if self.vm.tracing is not None:
                self.vm.tracing.ports.runs(port, DEMONITOR)
                self.vm.tracing.ports.ran(port, DEMONITOR)

    def tell_end(self, port: OpenPort, reason: Term) -> list[Process]:
        """A port ends: those who are linked to it or monitor it learn of it. Gives those who have
        to end too."""
        links, port.links = port.links, {}
        taken = self.vm.break_links(port.id, list(links), reason)
        monitors, port.monitored_by = port.monitored_by, {}
        for ref, watch in monitors.items():
            self.vm.monitored_ended(port.id, ref, watch, reason)
        return taken
