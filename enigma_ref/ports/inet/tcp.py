"""tcp_inet: the port of a stream, or of a socket that listens for streams."""

from __future__ import annotations

import errno
import os
import select
import socket
import struct
from collections import deque
from time import monotonic
from typing import Any, Final

from enigma_ref.machine.posix_reasons import reason
from enigma_ref.ports.inet.addresses import Refused, checked, invalid, os_error, read_address
from enigma_ref.ports.inet.codes import INFINITY, Active, Packet, Request, Status
from enigma_ref.ports.inet.descriptor import CLOSED, TIMEOUT, Inet, time_limit
from enigma_ref.ports.inet.neighbours import is_neighbour
from enigma_ref.ports.inet.tcp_input import PARSED, Incoming
from enigma_ref.ports.inet.tcp_output import WOULD_WAIT, Outgoing, SendFile, framed
from enigma_ref.ports.inet.waiting import Waiter
from enigma_ref.ports.settings import Settings
from enigma_ref.ports.watching import Watching
from enigma_ref.terms import Pid, Term, atom
from enigma_ref.terms.atoms import ERROR, NORMAL, OK

NAME: Final = b"tcp_inet"

HTTP: Final = atom("http")
SENDFILE: Final = atom("sendfile")
SSL_TLS: Final = atom("ssl_tls")
TCP: Final = atom("tcp")
TCP_CLOSED: Final = atom("tcp_closed")
TCP_ERROR: Final = atom("tcp_error")

MAX_PACKET: Final = 0x4000000
"""Most bytes that can be asked for."""

LOOKS_AGAIN_SINCE: Final = 27
"""The release in which what has come of a packet is looked at anew when the type of packets
changes; before, the rest of the old packet was awaited (none at 26)."""

GONE: Final = (errno.ECONNRESET, errno.ENOTCONN, errno.EPIPE)
"""Errors that say that the other side is no longer there."""


class Tcp(Inet):
    """A stream. `acceptors` wait for connections; `busy_caller` has filled the queue, and gets
    its answer when there is room again, or when `send_timer` runs out.

    A connection that the other side has ended is closed for good; that its owner has not been
    told yet is remembered: `tells_closed_on_send`, `tells_closed_on_recv`, `was_reset`.
    """

    name = "tcp_inet"
    protocol = socket.IPPROTO_TCP
    takes_force = True

    def __init__(self, watching: Watching, release: int) -> None:
        super().__init__(watching, release)
        self.incoming = Incoming(self.settings)
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
        self.requests |= {
            Request.LISTEN: self._listen,
            Request.ACCEPT: self._accept,
            Request.CONNECT: self._connect,
            Request.CLOSE: self._close,
            Request.TCP_RECV: self._recv,
            Request.UNRECV: self._unrecv,
            Request.SHUTDOWN: self._shutdown,
            Request.SENDFILE: self._sendfile,
        }

    @property
    def is_connected(self) -> bool:
        """Whether there is another side."""
        return self.sock is not None and self.state & Status.CONNECTED == Status.CONNECTED

    @property
    def alive(self) -> bool:
        """Whether somebody outside of this system is at the other end."""
        if self.sock is None or not self.may_happen:
            return False
        if self._is_outside is None and self.state & (Status.ACTIVE | Status.CONNECTING):
            self._is_outside = not is_neighbour(self.sock, self.port.ports)
        return bool(self._is_outside)

    # ---------------------------------------------------------------- connecting

    def family_and_kind(self, data: bytes) -> tuple[int, int]:
        """Only streams. Raises Refused."""
        family, kind = super().family_and_kind(data)
        if kind != socket.SOCK_STREAM:
            raise invalid()
        return family, kind

    def _fdopen(self, data: bytes) -> bytes:
        super()._fdopen(data)
        assert self.sock is not None
        try:
            self.sock.getpeername()
        except OSError:
            return b""
        self.state = Status.CONNECTED
        return b""

    def _listen(self, data: bytes) -> bytes:
        sock = self.opened()
        if len(data) != 2:
            raise invalid()
        sock.listen(int.from_bytes(data, "big"))
        self.state = Status.LISTENING
        return b""

    def _connect(self, data: bytes) -> bytes:
        sock = self.opened()
        if self.is_connected:
            raise Refused("eisconn")
        if self.state & Status.CONNECTING or len(data) < 6:
            raise invalid()
        address, _ = read_address(self.family, data[4:], self.release)
        number = sock.connect_ex(checked(self.family, address))
        if number not in (0, errno.EINPROGRESS, errno.EAGAIN):
            raise OSError(number, os.strerror(number))
        waiter = self.asks()
        if number:
            self.state = Status.OPEN | Status.CONNECTING
            self.write_when_ready(True)
            waiter.limit(time_limit(data), self._connect_timeout)
        else:
            self._connected()
        return waiter.number_bytes

    def _connected(self) -> None:
        self.state = Status.CONNECTED
        if self.settings.active:
            self.read_when_ready(True)
        waiter = self.answered()
        if waiter is not None:
            waiter.ok()

    def _connect_timeout(self) -> None:
        self._close_stream()
        self.fail_waiter(TIMEOUT)

    def _finish_connecting(self) -> None:
        assert self.sock is not None
        self.write_when_ready(False)
        number = self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if number:
            self.state = Status.OPEN
            self.fail_waiter(reason(number))
        else:
            self._connected()

    # ---------------------------------------------------------------- accepting

    def _accept(self, data: bytes) -> bytes:
        if self.state & ~Status.ACCEPTING != Status.LISTENING or len(data) != 4:
            raise invalid()
        assert self.asker is not None
        if not self.acceptors:
            accepted = self._accept_one(self.asker)
            if accepted is not None:
                waiter = self.wait_for(self.asker)
                waiter.ok(accepted)
                return waiter.number_bytes
        waiter = self.wait_for(self.asker)
        self.acceptors.append(waiter)
        waiter.unless_it_ends(lambda: self._gives_up(waiter))
        waiter.limit(time_limit(data), lambda: self._accept_timeout(waiter))
        self.state |= Status.ACCEPTING
        self.read_when_ready(True)
        return waiter.number_bytes

    def _accept_one(self, owner: Pid) -> Term | None:
        """The port of a connection that waits to be accepted; None when none does. Raises
        OSError, and Refused when there can be no more ports."""
        assert self.sock is not None
        try:
            sock, _ = self.sock.accept()
        except WOULD_WAIT:
            return None
        ports = self.port.ports
        process = self.vm.processes.get(owner)
        if process is None or ports.is_full():
            sock.close()
            raise Refused("system_limit")
        driver = Tcp(self.watching, self.release)
        driver.settings = driver.incoming.settings = self.settings.for_accepted()
        driver.adopt(sock, socket.SOCK_STREAM, Status.CONNECTED)
        return ports.add(process, NAME, NAME.decode(), Settings(), driver).id

    def _no_acceptor(self, waiter: Waiter) -> None:
        if waiter in self.acceptors:
            self.acceptors.remove(waiter)
        if not self.acceptors:
            self.state = Status.LISTENING
            self.read_when_ready(False)

    def _gives_up(self, waiter: Waiter) -> None:
        waiter.watch = None
        waiter.done()
        self._no_acceptor(waiter)

    def _accept_timeout(self, waiter: Waiter) -> None:
        self._no_acceptor(waiter)
        waiter.fail(TIMEOUT)

    def _accept_waiting(self) -> None:
        """Accept what has come, for those who wait for it, the first one first."""
        while self.acceptors:
            waiter = self.acceptors[0]
            try:
                accepted = self._accept_one(waiter.pid)
            except Refused as refusal:
                self._no_acceptor(waiter)
                waiter.fail(atom(str(refusal)))
                return
            except OSError as failure:
                self._no_acceptor(waiter)
                waiter.fail(reason(os_error(failure)))
                return
            if accepted is None:
                return
            self._no_acceptor(waiter)
            waiter.ok(accepted)

    # ---------------------------------------------------------------- closing

    def _fail_all(self) -> None:
        """Nobody who waits gets anything any more."""
        acceptors, self.acceptors = self.acceptors, deque()
        for waiter in acceptors:
            waiter.fail(CLOSED)
        if acceptors:
            self.read_when_ready(False)
            self.state = Status.LISTENING
        self.fail_waiter(CLOSED)
        self._cancel_send_timer()

    def _close_stream(self) -> None:
        """Close the socket, with all that waits in both directions."""
        self.incoming.clear()
        self._clear_output()
        self.close_socket()
        if not self.port.is_open:
            self.port.written()

    def _clear_output(self) -> None:
        self.outgoing.clear()
        self.tell_subscribers()

    def _close(self, data: bytes) -> bytes:
        self._fail_all()
        self._close_stream()
        return b""

    def stop(self) -> None:
        """The port is closed."""
        self._fail_all()
        self.incoming.clear()
        self.outgoing.clear()
        if self.sendfile is not None:
            self.sendfile.close()
            self.sendfile = None
        super().stop()

    def _end(self, number: int = 0) -> None:
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
                self._tell_error(errno.ECONNRESET)
            self._tell_closed()
            self._end()

    def _tell_closed(self) -> None:
        if not self.told_closed:
            self.told_closed = True
            self.tell((TCP_CLOSED, self.port.id))

    def _tell_error(self, number: int) -> None:
        self.tell((TCP_ERROR, self.port.id, reason(number)))

    # ---------------------------------------------------------------- receiving

    def readable(self) -> None:
        """A connection, or data."""
        if self.acceptors:
            self._accept_waiting()
        elif self.is_connected:
            self._read(0)
        else:
            self.read_when_ready(False)

    def changed(self, active: Active, packet: int) -> None:
        """Read, or deliver what was read before, when options ask for it now."""
        own = self.settings
        if not self.is_connected:
            return
        if own.packet != packet and self.release >= LOOKS_AGAIN_SINCE:
            self.incoming.missing = 0
        if not active and own.active in (Active.ONCE, Active.MULTI) and own.packet == packet:
            if self._read(0) >= 0 and own.active:
                self.read_when_ready(True)
            return
        if bool(own.active) != bool(active):
            self.read_when_ready(bool(own.active))
        if own.active and (not active or own.packet != packet):
            self._deliver(self.incoming.next())

    def _recv(self, data: bytes) -> bytes:
        if not self.is_connected:
            if not self.tells_closed_on_recv:
                raise Refused("enotconn")
            self.tells_closed_on_recv = self.tells_closed_on_send = False
            if self.was_reset:
                self.was_reset = False
                raise Refused("econnreset")
            raise Refused("closed")
        if self.settings.active or len(data) != 8:
            raise invalid()
        wanted = int.from_bytes(data[4:], "big", signed=True)
        if self.settings.packet != Packet.RAW and wanted:
            raise invalid()
        if wanted > MAX_PACKET:
            raise Refused("enomem")
        waiter = self.asks()
        if self.is_ignored or self._read(wanted) == 0:
            milliseconds = time_limit(data)
            if milliseconds == 0:
                self.fail_waiter(TIMEOUT)
            else:
                waiter.limit(milliseconds, self._recv_timeout)
                if self.is_ignored:
                    self.resumes = True, self.resumes[1]
                else:
                    self.read_when_ready(True)
        return waiter.number_bytes

    def _recv_timeout(self) -> None:
        self.read_when_ready(False)
        self.incoming.missing = 0
        self.fail_waiter(TIMEOUT)

    def _read(self, wanted: int) -> int:
        """Read once, unless enough is there. How many packets were delivered; -1 when there was
        an error or the end."""
        assert self.sock is not None
        before = self.incoming.filled
        count = self.incoming.to_read(wanted)
        if count < 0:
            return self._recv_error(errno.EMSGSIZE)
        if count == 0:
            return self._deliver(wanted if wanted and before >= wanted else self.incoming.next())
        try:
            data = self.sock.recv(count)
        except WOULD_WAIT:
            return 0
        except OSError as failure:
            number = os_error(failure)
            if number == errno.ECONNRESET and not self.settings.show_econnreset:
                return self._recv_closed()
            return self._recv_error(number)
        if not data:
            return self._recv_closed()
        length = self.incoming.add(data)
        if length < 0:
            return self._recv_error(errno.EMSGSIZE)
        return self._deliver(length)

    def _deliver(self, length: int) -> int:
        """Deliver the packet of this length, and what follows it if the owner wants that too; how
        many there were, or -1 when what comes next is none."""
        if length < 0:
            return -1
        count = 0
        while length > 0:
            self.statistics.received(length)
            count += 1
            data = self.incoming.take(length)
            self._give(self.incoming.packet(data))
            length = 0
            if not self.settings.active:
                self.read_when_ready(False)
                self.incoming.restart()
            elif self.incoming.data is not None:
                length = self.incoming.next()
                if length < 0:
                    return -1
                if length == 0:
                    self.incoming.restart()
        return count

    def _give(self, found: Any) -> None:
        """Tell who waits for a packet, or the owner."""
        own = self.settings
        if own.to_port:
            is_list = not own.binary or own.header > len(found)
            head = len(found) if is_list else own.header
            self.port.answer(found[:head], None if is_list else found[head:])
            self.was_active()
            return
        is_parsed = own.packet in PARSED
        if not is_parsed:
            found = self.body(found)
        elif isinstance(found, tuple) and found[0] is SSL_TLS:
            found = (SSL_TLS, self.port.id, *found[2:])
        if not own.active:
            waiter = self.answered()
            if waiter is not None:
                waiter.ok(found)
            return
        if not is_parsed:
            self.tell((TCP, self.port.id, found))
        elif isinstance(found, tuple) and found[0] is SSL_TLS:
            self.tell(found)
        else:
            self.tell((HTTP, self.port.id, found))
        self.was_active()

    def _unblock_send(self) -> bool:
        """End the wait of who has filled the queue; whether somebody waited."""
        if not self.state & Status.BUSY:
            return False
        self._clear_output()
        self._take_busy_caller()
        self.reply((ERROR, CLOSED))
        return True

    def _recv_closed(self) -> int:
        """The other side has ended the connection."""
        was_sending = self._unblock_send()
        if self.sendfile is not None:
            self._abort_sendfile(errno.ENOTCONN)
            was_sending = True
        if not was_sending:
            self.tells_closed_on_send = True
        self.incoming.clear()
        if self.settings.active:
            self._tell_closed()
            self._end()
        else:
            self._end_passive(CLOSED)
        return -1

    def _recv_error(self, number: int) -> int:
        """Nothing can be read any more."""
        self._unblock_send()
        if self.sendfile is not None:
            self._abort_sendfile(number)
        self.incoming.clear()
        if self.settings.active:
            self._tell_error(number)
            self._tell_closed()
            self._end(number)
        else:
            self._end_passive(reason(number))
        return -1

    def _end_passive(self, told: Term) -> None:
        if self.settings.exit_on_close:
            self._close_stream()
        else:
            self.read_when_ready(False)
        self.fail_waiter(told)

    def _unrecv(self, data: bytes) -> bytes:
        if not self.is_connected:
            raise Refused("enotconn")
        self.incoming.push_back(data)
        if self.settings.active:
            self._deliver(self.incoming.next())
        return b""

    # ---------------------------------------------------------------- sending

    def queued(self) -> int:
        """How many bytes wait to be sent. When the port is closed they only count if they can
        and shall be sent all the same."""
        if not self.port.is_open and (
            not self.writing or self.settings.linger_zero or self.sendfile is not None
        ):
            self._clear_output()
        return self.outgoing.size

    def command(self, data: bytes) -> None:
        """Send a packet."""
        if not self.is_connected:
            if not self.tells_closed_on_send:
                self.reply_error(errno.ENOTCONN)
                return
            self.tells_closed_on_send = False
            self.reply((ERROR, reason(errno.ECONNRESET) if self.was_reset else CLOSED))
        elif self.pending_shutdown is not None:
            self._send_error(errno.EPIPE, by_shutdown=True)
        elif self._send(framed(self.settings.packet, data)):
            self.reply()

    def _send(self, data: bytes) -> bool:
        """Send, or let wait what cannot be sent now; whether that can be answered at once."""
        own = self.settings
        self.statistics.sent(len(data))
        if self.sendfile is not None or self.outgoing.size:
            self.outgoing.add(data)
            if self.outgoing.size < own.high:
                return True
            if own.send_timeout == 0:
                self.reply((ERROR, TIMEOUT))
                return False
            self.state |= Status.BUSY
            self.busy_caller = self.caller, self.mark
            self.port.busy = True
            if own.send_timeout != INFINITY:
                self.send_timer = self.vm.start_timer(own.send_timeout, self._send_timeout)
            return False
        if not data:
            return True
        assert self.sock is not None
        if own.delay_send and not self.is_ignored:
            self.outgoing.add(data)
            self.vm.start_timer(0, self._write)
            return True
        count = 0
        if self.is_ignored:
            self.resumes = self.resumes[0], True
        else:
            try:
                count = self.sock.send(data)
            except WOULD_WAIT:
                pass
            except OSError as failure:
                self._send_error(os_error(failure))
                return False
        if count < len(data):
            self.outgoing.add(memoryview(data)[count:])
            if not self.is_ignored:
                self.write_when_ready(True)
        return True

    def _cancel_send_timer(self) -> None:
        if self.send_timer is not None:
            self.vm.cancel_receive_timer(self.send_timer)
            self.send_timer = None

    def _take_busy_caller(self) -> None:
        """Who has filled the queue is to be answered; others may send again."""
        self._cancel_send_timer()
        self.caller, self.mark = self.busy_caller
        self.busy_caller = None, ()
        self.state &= ~Status.BUSY
        self.port.not_busy()

    def _send_timeout(self) -> None:
        self.send_timer = None
        self._take_busy_caller()
        self.reply((ERROR, TIMEOUT))
        if self.settings.send_timeout_close:
            self._close_stream()

    def _send_error(self, number: int, by_shutdown: bool = False) -> None:
        """Nothing can be sent any more, for the other side is gone, or this one has said so."""
        if number == errno.EPIPE and not by_shutdown and not self.is_shut:
            number = errno.ECONNRESET
        is_shown = number == errno.ECONNRESET and self.settings.show_econnreset
        if self.state & Status.BUSY:
            self._take_busy_caller()
        told = reason(number) if is_shown else CLOSED
        if self.settings.active:
            if is_shown:
                self._tell_error(number)
            self._tell_closed()
            if self.sendfile is None:
                self.reply((ERROR, told))
            if self.settings.exit_on_close:
                self._end()
            else:
                self._close_stream()
            return
        self._fail_all()
        if self.caller is None:
            self.tells_closed_on_send = True
        elif self.sendfile is None:
            self.reply((ERROR, told))
        self._close_stream()
        self.tells_closed_on_recv = True
        if is_shown:
            self.was_reset = True

    def writable(self) -> None:
        """A connection was made or refused, or there is room for data."""
        if self.state & Status.CONNECTING:
            self._finish_connecting()
        elif self.is_connected:
            self._write()
        else:
            self.write_when_ready(False)

    def _write(self) -> None:
        """Send what waits, as far as there is room."""
        if self.sock is None or self.is_ignored:
            return
        try:
            if self.sendfile is not None:
                self._send_file()
            while self.outgoing.size and self.sendfile is None:
                self.outgoing.send(self.sock)
                self._has_room()
        except WOULD_WAIT:
            self.write_when_ready(True)
            return
        except OSError as failure:
            number = os_error(failure)
            if self.sendfile is not None:
                self._abort_sendfile(number)
            self._send_error(number)
            return
        self._nothing_waits()

    def _has_room(self) -> None:
        if self.outgoing.size <= self.settings.low and self.state & Status.BUSY:
            self._take_busy_caller()
            self.reply()

    def _nothing_waits(self) -> None:
        self.write_when_ready(False)
        self.tell_subscribers()
        how, self.pending_shutdown = self.pending_shutdown, None
        if how is not None and self.sock is not None:
            try:
                self.sock.shutdown(how)
                self.is_shut = True
            except OSError as failure:
                self._send_error(os_error(failure), by_shutdown=True)
                return
        if not self.port.is_open:
            self.port.written()

    def flush(self, seconds: float | None) -> None:
        """Send what waits, at most for so long."""
        until = None if seconds is None else monotonic() + seconds
        while self.sock is not None and self.writing and self.outgoing.size:
            left = None if until is None else max(0.0, until - monotonic())
            if not select.select([], [self.sock], [], left)[1]:
                return
            self._write()

    def _shutdown(self, data: bytes) -> bytes:
        if not self.is_connected:
            raise Refused("enotconn")
        if len(data) != 1:
            raise invalid()
        assert self.sock is not None
        how = data[0]
        if how != socket.SHUT_RD and self.outgoing.size:
            self.pending_shutdown = how
            return b""
        try:
            self.sock.shutdown(how)
        except OSError:
            self.is_shut |= how != socket.SHUT_RD
            raise
        return b""

    # ---------------------------------------------------------------- files

    def _sendfile(self, data: bytes) -> bytes:
        if len(data) != 20:
            raise invalid()
        if not self.is_connected:
            raise Refused("enotconn")
        if self.sendfile is not None:
            raise invalid()
        (descriptor,) = struct.unpack("=i", data[:4])
        offset, length = struct.unpack(">qq", data[4:])
        own = os.dup(descriptor)
        os.set_inheritable(own, False)
        self.sendfile = SendFile(own, offset, length, self.outgoing.size)
        self.caller, self.mark = self.asker, ()
        self._write()
        return b""

    def _send_file(self) -> None:
        """Send what waits before a file, and then the file. Raises OSError."""
        file = self.sendfile
        assert file is not None and self.sock is not None
        while file.before:
            file.before -= self.outgoing.send(self.sock, file.before)
        file.send(self.sock)
        self.sendfile = None
        file.close()
        self.caller = None
        low, high = file.sent & 0xFFFFFFFF, file.sent >> 32
        self._has_room()
        self.tell((SENDFILE, self.port.id, (OK, low, high)))

    def _abort_sendfile(self, number: int) -> None:
        """Tell that a file was not sent; the stream is closed next."""
        told = CLOSED if number in GONE else reason(number)
        self.tell((SENDFILE, self.port.id, (ERROR, told)))

    # ---------------------------------------------------------------- other users

    def _ignorefd(self, data: bytes) -> bytes:
        """Leave the socket to somebody else for a while, or take it back."""
        if not self.is_connected:
            raise Refused("enotconn")
        if data[:1] == b"\x01" and not self.is_ignored:
            self.read_when_ready(False)
            self.write_when_ready(False)
            self.is_ignored = True
            self.resumes = bool(self.settings.active), False
        elif data[:1] == b"\x00" and self.is_ignored:
            self.is_ignored = False
            reads, writes = self.resumes
            if reads:
                self.read_when_ready(True)
            if writes:
                self.write_when_ready(True)
        else:
            raise invalid()
        return b""
