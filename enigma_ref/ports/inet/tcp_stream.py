"""A stream: what its parts have in common, and its end."""

from __future__ import annotations

import errno
import socket
from collections import deque
from typing import Any, Final

from enigma_ref.machine.posix_reasons import reason
from enigma_ref.ports.inet.codes import Status
from enigma_ref.ports.inet.descriptor import CLOSED
from enigma_ref.ports.inet.inet import Inet
from enigma_ref.ports.inet.neighbours import is_neighbour
from enigma_ref.ports.inet.tcp_input import Incoming
from enigma_ref.ports.inet.tcp_output import Outgoing, SendFile
from enigma_ref.ports.inet.waiting import Waiter
from enigma_ref.ports.watching import Watching
from enigma_ref.terms import Pid, Term, atom
from enigma_ref.terms.atoms import NORMAL

TCP_CLOSED: Final = atom("tcp_closed")
TCP_ERROR: Final = atom("tcp_error")


class Stream(Inet):
    """A stream. `acceptors` wait for connections; `busy_caller` has filled the queue, and gets
    its answer when there is room again, or when `send_timer` runs out. While the socket
    `is_ignored`, somebody else uses it; `resumes` tells whether to read and to write afterwards.

    A connection that the other side has ended is closed for good; that its owner has not been
    told yet is remembered: `tells_closed_on_send`, `tells_closed_on_recv`, `was_reset`.
    """

    name = "tcp_inet"
    protocol = socket.IPPROTO_TCP
    takes_force = True

    def __init__(self, watching: Watching, release: int) -> None:
        super().__init__(watching, release)
        self.incoming = Incoming(self.settings, release)
        self.outgoing = Outgoing()
        self.acceptors: deque[Waiter] = deque()
        self.busy_caller: tuple[Pid | None, tuple[Term, ...] | None] = None, ()
        self.send_timer: Any = None
        self.sendfile: SendFile | None = None
        self.pending_shutdown: int | None = None
        self.is_shut = False
        self.told_closed = False
        self.tells_closed_on_send = False
        self.tells_closed_on_recv = False
        self.was_reset = False
        self.is_ignored = False
        self.resumes = (False, False)
        self._is_outside: bool | None = None

    @property
    def is_connected(self) -> bool:
        """Whether there is another side."""
        return self.sock is not None and self.state & Status.CONNECTED == Status.CONNECTED

    @property
    def alive(self) -> bool:
        """Whether somebody outside of this system is at the other end, or may be."""
        if self.sock is None or not self.may_happen:
            return False
        if self._is_outside is None and self.state & Status.ACTIVE:
            self._is_outside = not is_neighbour(self.sock, self.port.ports)
        return bool(self._is_outside or self.state & Status.CONNECTING)

    # ---------------------------------------------------------------- closing

    def fail_all(self) -> None:
        """Nobody who waits gets anything any more."""
        acceptors, self.acceptors = self.acceptors, deque()
        for waiter in acceptors:
            waiter.fail(CLOSED)
        if acceptors:
            self.read_when_ready(False)
            self.state = Status.LISTENING
        self.fail_waiter(CLOSED)
        self.cancel_send_timer()

    def close_stream(self) -> None:
        """Close the socket, with all that waits in both directions."""
        self.incoming.clear()
        self.clear_output()
        self.close_socket()
        if not self.port.is_open:
            self.port.written()

    def clear_output(self) -> None:
        """What waits to be sent is not sent."""
        self.outgoing.clear()
        self.tell_subscribers()

    def stop(self) -> None:
        """The port is closed."""
        self.fail_all()
        self.incoming.clear()
        self.outgoing.clear()
        if self.sendfile is not None:
            self.sendfile.close()
            self.sendfile = None
        super().stop()

    def end_port(self, number: int = 0) -> None:
        """The other side is gone: the port ends, of which its owner was told another way, or it
        only stops reading."""
        if self.settings.exit_on_close:
            self.port.leave_owner()
            self.port.lose(reason(number) if number else NORMAL)
        else:
            self.read_when_ready(False)

    def activated(self) -> None:
        """Who asks for messages of a stream that was closed meanwhile gets to know that."""
        if (
            self.kind == socket.SOCK_STREAM
            and self.settings.active
            and self.state == Status.CLOSED
            and self.port.is_open
        ):
            if self.was_reset:
                self.was_reset = False
                self.tell_error(errno.ECONNRESET)
            self.tell_closed()
            self.end_port()

    def tell_closed(self) -> None:
        """Tell the owner of the end, once."""
        if not self.told_closed:
            self.told_closed = True
            self.tell((TCP_CLOSED, self.port.id))

    def tell_error(self, number: int) -> None:
        """Tell the owner of an error."""
        self.tell((TCP_ERROR, self.port.id, reason(number)))

    def cancel_send_timer(self) -> None:
        """Who waits for room waits no longer."""
        if self.send_timer is not None:
            self.vm.cancel_receive_timer(self.send_timer)
            self.send_timer = None

    def take_busy_caller(self) -> None:
        """Who has filled the queue is to be answered; others may send again."""
        self.cancel_send_timer()
        self.caller, self.mark = self.busy_caller
        self.busy_caller = None, ()
        self.state &= ~Status.BUSY
        self.port.not_busy()
