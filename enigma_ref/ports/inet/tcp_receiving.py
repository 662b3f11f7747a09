"""Receiving from a stream: packets for who waits for them, or for the owner."""

from __future__ import annotations

import errno
from typing import Any, Final

from enigma_ref.machine.posix_reasons import reason
from enigma_ref.ports.drivers import WOULD_WAIT
from enigma_ref.ports.inet.addresses import Refused, invalid, os_error
from enigma_ref.ports.inet.codes import Active, Packet, Request, Status
from enigma_ref.ports.inet.descriptor import CLOSED, TIMEOUT, time_limit
from enigma_ref.ports.inet.tcp_input import PARSED
from enigma_ref.ports.inet.tcp_sending import SendingStream
from enigma_ref.terms import Term, atom
from enigma_ref.terms.atoms import ERROR

HTTP: Final = atom("http")
SSL_TLS: Final = atom("ssl_tls")
TCP: Final = atom("tcp")

MAX_PACKET: Final = 0x4000000
"""Most bytes that can be asked for."""

MAX_READ: Final = 1 << 22
"""Most bytes that are read at once: Python makes room for all that it is asked to read."""

LOOKS_AGAIN_SINCE: Final = 27
"""The release in which what has come of a packet is looked at anew when the type of packets
changes; before, the rest of the old packet was awaited (none at 26)."""


class ReceivingStream(SendingStream):
    """What comes is read as far as somebody wants it, in pieces of the buffer's size."""

    def changed(self, active: Active, packet: int) -> None:
        """Read, or deliver what was read before, when options ask for it now."""
        own = self.settings
        if not self.is_connected:
            return
        if own.packet != packet and self.release >= LOOKS_AGAIN_SINCE:
            self.incoming.missing = 0
        if not active and own.active in (Active.ONCE, Active.MULTI) and own.packet == packet:
            if self.read(0) >= 0 and own.active:
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
        wanted = max(0, int.from_bytes(data[4:], "big", signed=True))
        if self.settings.packet != Packet.RAW and wanted:
            raise invalid()
        if wanted > MAX_PACKET:
            raise Refused("enomem")
        waiter = self.asks()
        if self.is_ignored or self.read(wanted) == 0:
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

    def read(self, wanted: int) -> int:
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
            data = self.sock.recv(min(count, MAX_READ))
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

    def _unrecv(self, data: bytes) -> bytes:
        if not self.is_connected:
            raise Refused("enotconn")
        self.incoming.push_back(data)
        if self.settings.active:
            self._deliver(self.incoming.next())
        return b""

    # ---------------------------------------------------------------- the end

    def _unblock_send(self) -> bool:
        """End the wait of who has filled the queue; whether somebody waited."""
        if not self.state & Status.BUSY:
            return False
        self.clear_output()
        self.take_busy_caller()
        self.reply((ERROR, CLOSED))
        return True

    def _recv_closed(self) -> int:
        """The other side has ended the connection."""
        was_sending = self._unblock_send()
        if self.sendfile is not None:
            self.abort_sendfile(errno.ENOTCONN)
            was_sending = True
        if not was_sending:
            self.tells_closed_on_send = True
        self.incoming.clear()
        if self.settings.active:
            self.tell_closed()
            self.end_port()
        else:
            self._end_passive(CLOSED)
        return -1

    def _recv_error(self, number: int) -> int:
        """Nothing can be read any more."""
        self._unblock_send()
        if self.sendfile is not None:
            self.abort_sendfile(number)
        self.incoming.clear()
        if self.settings.active:
            self.tell_error(number)
            self.tell_closed()
            self.end_port(number)
        else:
            self._end_passive(reason(number))
        return -1

    def _end_passive(self, told: Term) -> None:
        if self.settings.exit_on_close:
            self.close_stream()
        else:
            self.read_when_ready(False)
        self.fail_waiter(told)

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

    requests = SendingStream.requests | {
        Request.IGNOREFD: _ignorefd,
        Request.TCP_RECV: _recv,
        Request.UNRECV: _unrecv,
    }
