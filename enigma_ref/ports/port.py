"""A port: its owner, who is linked to it or monitors it, and what signals do to it
(io.c in OTP's runtime)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from enigma_ref.machine.posix_reasons import reason
from enigma_ref.machine.process import Process
from enigma_ref.ports.drivers import Driver, Gone
from enigma_ref.ports.framing import Piece
from enigma_ref.ports.settings import Settings
from enigma_ref.terms import NIL, Atom, Bitstring, Cons, Pid, Port, Term, atom
from enigma_ref.terms.atoms import KILL, KILLED, NORMAL, UNDEFINED

if TYPE_CHECKING:
    from enigma_ref.ports.table import Ports

BADSIG: Final = atom("badsig")
CLOSED: Final = atom("closed")
CONNECTED: Final = atom("connected")
CONTROL: Final = atom("control")
DATA: Final = atom("data")
EOF: Final = atom("eof")
EOL: Final = atom("eol")
NOEOL: Final = atom("noeol")
EXIT_STATUS: Final = atom("exit_status")


class OpenPort:
    """A port that is open, or closed for everybody but its driver, which still writes.

    `busy` senders wait in `suspended`. `end_when_written` is set when the port ends by itself
    once its driver has written what it has. `caller` is who asks for what its driver does.
    """

    def __init__(
        self,
        ports: Ports,
        port_id: Port,
        name: bytes,
        driver_name: str,
        settings: Settings,
        driver: Driver,
        owner: Pid,
    ) -> None:
        self.ports = ports
        self.id = port_id
        self.name = name
        self.driver_name = driver_name
        self.settings = settings
        self.driver: Driver = driver
        self.connected = owner
        self.links: dict[Pid, None] = {owner: None}
        self.monitored_by: dict[Any, Any] = {}
        self.registered_name: Atom | None = None
        self.data: Term = UNDEFINED
        self.caller = owner
        self.bytes_in = 0
        self.bytes_out = 0
        self.is_open = True
        self.busy = False
        self.suspended: list[Process] = []
        self.end_when_written = False
        self._tells_closed = False

    # ---------------------------------------------------------------- what the owner gets

    def deliver(self, what: Term) -> None:
        """Send `{Port, What}` to the owner."""
        self._deliver_to(self.connected, what)

    def _deliver_to(self, pid: Pid, what: Term) -> None:
        tracing = self.ports.vm.tracing
        if tracing is not None and (what is CONNECTED or pid in self.ports.vm.processes):
            tracing.ports.sent(self.id, CLOSED if what is CLOSED else (self.id, what), pid)
        receiver = self.ports.vm.processes.get(pid)
        if receiver is not None:
            self.ports.vm.signal_from(self.id, receiver, (self.id, what))

    def deliver_data(self, piece: Piece) -> None:
        """Send what was read."""
        if not self.is_open:
            return
        data: Term = Bitstring.of(piece.data) if self.settings.binary else _list(piece.data)
        if piece.eol is not None:
            data = (EOL if piece.eol else NOEOL, data)
        self.deliver((DATA, data))

    def answer(self, header: bytes, data: bytes | None = None) -> None:
        """Send what a driver answers. With the option `binary` the header is a list all the same,
        and the data its tail."""
        self.bytes_in += len(header) + len(data or b"")
        tail: Term = NIL
        if data is not None:
            tail = Bitstring.of(data) if self.settings.binary else _list(data)
        for byte in reversed(header):
            tail = Cons(byte, tail)
        if self.is_open:
            self.deliver((DATA, tail))

    def deliver_status(self, status: int) -> None:
        """Send how the program has ended."""
        if self.is_open:
            self.deliver((EXIT_STATUS, status))

    def complain(self, text: str) -> None:
        """Let the logger know of something."""
        owner = self.ports.vm.processes.get(self.connected)
        if owner is not None:
            self.ports.vm.report("error", owner, text)

    # ---------------------------------------------------------------- signals to it

    def output(self, data: bytes, caller: Pid) -> None:
        """Bytes of a process."""
        self.caller = caller
        self.bytes_out += len(data)
        self.driver.output(data)

    def control(self, operation: int, data: bytes, caller: Pid) -> bytes | None:
        """An operation of port_control/3; None when there is no such."""
        self.caller = caller
        tracing = self.ports.vm.tracing
        if tracing is None:
            return self.driver.control(operation, data)
        tracing.ports.runs(self, CONTROL)
        tracing.ports.controlled(self.id, caller, operation, data)
        answer = self.driver.control(operation, data)
        if answer is not None:
            tracing.ports.answered(self.id, caller, answer)
        tracing.ports.ran(self, CONTROL)
        return answer

    def bad_signal(self) -> None:
        """The owner gets an exit signal for a message that a port does not understand."""
        owner = self.ports.vm.processes.get(self.connected)
        if owner is not None:
            self.ports.vm.exit_signal(self.id, owner, BADSIG)

    def connect(self, pid: Pid) -> None:
        """Another process becomes the owner."""
        before, self.connected = self.connected, pid
        self._deliver_to(before, CONNECTED)

    def close(self, reason: Term, tells: bool = False) -> None:
        """End the port: links and monitors learn of it; with `tells` the owner gets
        `{Port, closed}` at last. What is not written yet will be, unless it is killed."""
        shown = KILLED if reason is KILL else reason
        for process in self.closing(reason, tells):
            self.ports.vm.kill(process, shown)

    def closing(
        self, reason: Term, tells: bool = False, traced: Term | None = None
    ) -> list[Process]:
        """As close; those who have to end with it are left to the caller. `traced` is the reason
        that is told where the port is traced, when it is another one."""
        if not self.is_open:
            return []
        self.is_open = False
        self._tells_closed = tells
        self.not_busy()
        tracing = self.ports.vm.tracing
        if tracing is not None:
            tracing.ports.closed(self, reason if traced is None else traced)
        if self.registered_name is not None:
            del self.ports.names[self.registered_name]
            self.registered_name = None
        taken = self.ports.tell_end(self, KILLED if reason is KILL else reason)
        if reason is not KILL and self.driver.queued():
            self.ports.lingering.add(self)
        else:
            self._terminate()
        return taken

    def _terminate(self) -> None:
        driver, self.driver = self.driver, Gone()
        driver.stop()
        self.ports.remove(self)
        if self._tells_closed:
            self.deliver(CLOSED)
        tracing = self.ports.vm.tracing
        if tracing is not None:
            tracing.ports.gone(self.id)

    # ---------------------------------------------------------------- what the driver tells

    def event(self, action: Callable[[], None]) -> None:
        """Do what the driver has waited for."""
        tracing = self.ports.vm.tracing
        if tracing is None:
            action()
            return
        tracing.ports.runs(self, 0)
        action()
        tracing.ports.ran(self, 0)

    def ended(self) -> None:
        """Nothing more can be read. With the option eof that ends nothing."""
        if not self.is_open:
            self._terminate()
        elif self.settings.eof:
            self.deliver(EOF)
        else:
            self._drop(NORMAL)

    def fail(self, number: int) -> None:
        """The operating system refused something."""
        self.lose(reason(number))

    def lose(self, reason: Term) -> None:
        """What is at the other end is gone, for a reason that the driver tells."""
        if self.is_open:
            self._drop(reason)
        elif self in self.ports.lingering:
            self._terminate()

    def _drop(self, reason: Term) -> None:
        """End at once, whatever is not written."""
        for process in self.closing(reason):
            self.ports.vm.kill(process, reason)
        if self in self.ports.lingering:
            self._terminate()

    def leave_owner(self) -> None:
        """Remove the link to the owner, which gets no signal then (driver_exit)."""
        self.links.pop(self.connected, None)
        owner = self.ports.vm.processes.get(self.connected)
        if owner is not None:
            owner.links.pop(self.id, None)

    def written(self) -> None:
        """Nothing waits to be written any more."""
        if not self.is_open:
            self._terminate()
        elif self.end_when_written:
            self.end_when_written = False
            self.ended()

    def not_busy(self) -> None:
        """Let those go on who waited to send something."""
        self.busy = False
        suspended, self.suspended = self.suspended, []
        for process in suspended:
            if process.status != "exited":
                self.ports.vm.resume(process)


def _list(data: bytes) -> Term:
    result: Term = NIL
    for byte in reversed(data):
        result = Cons(byte, result)
    return result
