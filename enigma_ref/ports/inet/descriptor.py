"""What all sockets have in common, as far as prim_inet sees it."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final, NoReturn

from enigma_ref.machine.posix_reasons import reason
from enigma_ref.machine.system import System
from enigma_ref.ports.inet.addresses import (
    Address,
    Refused,
    os_error,
)
from enigma_ref.ports.inet.codes import (
    ERROR,
    INFINITY,
    MAGIC,
    OK,
    Active,
    Kind,
    Protocol,
    Status,
)
from enigma_ref.ports.inet.settings import BUFFER_NOW, BUFFER_NOW_SINCE, SocketSettings
from enigma_ref.ports.inet.statistics import Statistics
from enigma_ref.ports.inet.waiting import Waiter
from enigma_ref.ports.watching import Watching
from enigma_ref.terms import NIL, Bitstring, Cons, Fun, Pid, Term, atom
from enigma_ref.terms.atoms import ERROR as ERROR_ATOM
from enigma_ref.terms.atoms import OK as OK_ATOM
from enigma_ref.terms.external_decode import Reader, decode_used
from enigma_ref.terms.external_tags import ExternalFormatError

if TYPE_CHECKING:
    from enigma_ref.ports.port import OpenPort

CLOSED: Final = atom("closed")
INET_REPLY: Final = atom("inet_reply")
TIMEOUT: Final = atom("timeout")

CALLER_REFS_SINCE: Final = 27
"""What is sent begins with a reference for the reply since then (none at 26)."""

PROTOCOLS_SINCE: Final = 29
"""The release in which a socket is opened for a protocol (none at 28)."""

MPTCP: Final = 262
"""IPPROTO_MPTCP, which Python has no name for before 3.14."""

PROTOCOLS: Final = {
    Protocol.TCP: socket.IPPROTO_TCP,
    Protocol.UDP: socket.IPPROTO_UDP,
    Protocol.MPTCP: MPTCP,
}

KINDS: Final = {Kind.STREAM: socket.SOCK_STREAM, Kind.DGRAM: socket.SOCK_DGRAM}

BAD_PORT: Final = "exbadport"
"""The socket is not in the state for a request, or there is no such request."""

PATIENCE: Final = 0.05
"""Seconds in which what one socket has sent surely reaches another one on the same computer, which
may put off its acknowledgement."""

NUMBERS: Final = 1 << 16
"""How many numbers there are for those who wait."""


class NoAnswer(Exception):
    """A request that the driver does not even refuse: badarg."""


class Descriptor:
    """A port that is a socket.

    `sock` is there from OPEN to the end; `is_foreign` ones came from elsewhere and are not closed.
    `asker` has made the request that is being done, `caller` has sent something and waits for an
    answer that ends with `mark` (None: there can be none), `waiter` waits for a connection or for
    data. `peer` and `own_name` are addresses that somebody has set in place of the true ones.
    """

    pid: int | None = None
    takes_force = False
    name: str
    protocol: int
    requests: ClassVar[dict[int, Callable[[Any, bytes], bytes]]] = {}

    def __init__(self, watching: Watching, release: int) -> None:
        self.watching = watching
        self.release = release
        self.settings = SocketSettings()
        if release >= BUFFER_NOW_SINCE:
            self.settings.buffer = BUFFER_NOW
        self.statistics = Statistics()
        self.sock: socket.socket | None = None
        self.family = -1
        self.kind: int | None = None
        self.state = Status.CLOSED
        self.is_foreign = False
        self.waiter: Waiter | None = None
        self.peer: Address | None = None
        self.own_name: Address | None = None
        self.asker: Pid | None = None
        self.caller: Pid | None = None
        self.mark: tuple[Term, ...] | None = ()
        self._numbers = 0
        self.reading = False
        self.writing = False
        self.subscribers: list[Pid] = []
        self.port: OpenPort

    # ---------------------------------------------------------------- what a driver is

    @property
    def vm(self) -> System:
        """The system that the port is in."""
        return self.port.ports.vm

    @property
    def may_happen(self) -> bool:
        """Whether something may still come, or become possible."""
        return self.reading or self.writing

    @property
    def alive(self) -> bool:
        """Whether somebody outside of this system is at the other end."""
        return False

    @property
    def patience(self) -> float:
        """What virtual time grants: bytes between two sockets may take their time."""
        return PATIENCE if self.may_happen else 0.0

    def start(self, port: OpenPort) -> None:
        """The port is open."""
        self.port = port

    def queued(self) -> int:
        """How many bytes wait to be sent."""
        return 0

    def flush(self, seconds: float | None) -> None:
        """Send what waits, at most for so long."""

    def control(self, operation: int, data: bytes) -> bytes | None:
        """A request of prim_inet."""
        self.asker = self.port.caller
        handler = self.requests.get(operation - MAGIC)
        try:
            if handler is None:
                raise Refused(BAD_PORT)
            return bytes([OK]) + handler(self, data)
        except NoAnswer:
            return None
        except Refused as refusal:
            return bytes([ERROR]) + str(refusal).encode()
        except OSError as error:
            return bytes([ERROR]) + reason(os_error(error)).name.encode()

    def output(self, data: bytes) -> None:
        """Bytes to send, from a process that waits for `{inet_reply, Socket, Result}`. Since 27 a
        term for the end of that tuple comes before them, behind its size."""
        self.caller, self.mark = self.port.caller, ()
        if self.release >= CALLER_REFS_SINCE:
            size = 2 + int.from_bytes(data[:2], "big")
            if not 2 <= size <= len(data):
                self.port.fail(errno.EINVAL)
                return
            self.mark = self._mark_in(data[2:size])
            data = data[size:]
        self.command(data)

    def _mark_in(self, data: bytes) -> tuple[Term] | None:
        reader = Reader(
            self.release, Pid(self.vm.node, 0), _no_fun, lambda module, name, arity: False
        )
        try:
            return (decode_used(data, reader=reader)[0],)
        except ExternalFormatError:
            return None

    def command(self, data: bytes) -> None:
        """Bytes to send, which a socket of no kind refuses."""
        self.port.fail(errno.EINVAL)

    def stop(self) -> None:
        """The port is closed."""
        self.close_socket()
        if self.sock is not None:
            self.sock.detach()
            self.sock = None

    # ---------------------------------------------------------------- messages

    def send(self, pid: Pid | None, message: Term) -> None:
        """Send a message from the port to a process, if it is there."""
        if self.vm.tracing is not None and pid is not None:
            self.vm.tracing.ports.sent(self.port.id, message, pid)
        receiver = None if pid is None else self.vm.processes.get(pid)
        if receiver is not None:
            self.vm.signal_from(self.port.id, receiver, message)

    def tell(self, message: Term) -> None:
        """Send a message to the owner, while the port is open."""
        if self.port.is_open:
            self.send(self.port.connected, message)

    def reply(self, result: Term = OK_ATOM) -> None:
        """Answer who has sent something."""
        pid, self.caller = self.caller, None
        if self.mark is not None:
            self.send(pid, (INET_REPLY, self.port.id, result, *self.mark))

    def reply_error(self, number: int) -> None:
        """The same, when the system refused it."""
        self.reply((ERROR_ATOM, reason(number)))

    def body(self, data: bytes) -> Term:
        """Bytes as the socket gives them: a list, or a binary behind a list of so many bytes."""
        header = self.settings.header
        if not self.settings.binary or header > len(data):
            return as_list(data, NIL)
        return as_list(data[:header], Bitstring.of(data[header:]))

    def tell_passive(self) -> None:
        """Tell the owner that it has to ask for more."""
        self.tell((atom(f"{self.name.partition('_')[0]}_passive"), self.port.id))

    def was_active(self) -> None:
        """The owner got something: once, or once more."""
        own = self.settings
        if own.active is Active.ONCE:
            own.active = Active.PASSIVE
        elif own.active is Active.MULTI:
            own.active_count -= 1
            if own.active_count == 0:
                own.active = Active.PASSIVE
                self.tell_passive()

    def wait_for(self, pid: Pid) -> Waiter:
        """Somebody who waits from now on."""
        waiter = Waiter(self, self._numbers % NUMBERS, pid)
        self._numbers += 1
        return waiter

    def asks(self) -> Waiter:
        """The caller waits from now on, as the only one. Raises Refused when somebody does."""
        if self.waiter is not None:
            raise Refused("ealready")
        assert self.asker is not None
        self.waiter = self.wait_for(self.asker)
        return self.waiter

    def answered(self) -> Waiter | None:
        """Who has waited, and no longer does."""
        waiter, self.waiter = self.waiter, None
        return waiter

    def fail_waiter(self, reason: Term) -> None:
        """Tell who waits that it is in vain."""
        waiter = self.answered()
        if waiter is not None:
            waiter.fail(reason)

    # ---------------------------------------------------------------- the socket

    def read_when_ready(self, on: bool) -> None:
        """Look whether something comes, or do so no longer."""
        if self.sock is not None and on != self.reading:
            self.reading = on
            event = partial(self.port.event, self.readable)
            self.watching.read(self.sock.fileno(), event if on else None)

    def write_when_ready(self, on: bool) -> None:
        """Look whether something can be sent, or do so no longer."""
        if self.sock is not None and on != self.writing:
            self.writing = on
            event = partial(self.port.event, self.writable)
            self.watching.write(self.sock.fileno(), event if on else None)

    def readable(self) -> None:
        """Something has come."""

    def writable(self) -> None:
        """Something can be sent."""

    def close_socket(self) -> None:
        """Let the socket go; one that came from elsewhere stays, and is not looked at."""
        self.subscribers.clear()
        self.read_when_ready(False)
        self.write_when_ready(False)
        if self.sock is not None and not self.is_foreign:
            self.sock.close()
            self.sock = None
            self.state = Status.CLOSED

    def adopt(self, sock: socket.socket, kind: int, state: Status) -> None:
        """Become the port of a socket."""
        sock.setblocking(False)
        self.sock = sock
        self.family = sock.family
        self.kind = kind
        self.state = state

    def activated(self) -> None:
        """The option active was set, before the options after it."""

    def changed(self, active: Active, packet: int) -> None:
        """Options were set; what active and packet were before."""


def _no_fun(fun: Fun) -> NoReturn:
    """Nobody is answered with a fun."""
    raise ExternalFormatError("a fun")


def as_list(data: bytes, tail: Any) -> Any:
    """The list of bytes, ending in a tail."""
    for byte in reversed(data):
        tail = Cons(byte, tail)
    return tail


def time_limit(data: bytes) -> int:
    """The milliseconds at the front of a request, or INFINITY."""
    return int.from_bytes(data[:4], "big") & INFINITY
