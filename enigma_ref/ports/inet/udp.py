"""udp_inet: the port of a socket for datagrams."""

from __future__ import annotations

import socket
import sys
from typing import Final

from enigma_ref.machine.posix_reasons import reason
from enigma_ref.ports.drivers import WOULD_WAIT
from enigma_ref.ports.inet.addresses import (
    Address,
    Refused,
    address_terms,
    checked,
    invalid,
    normal,
    os_error,
    read_address,
    write_address,
)
from enigma_ref.ports.inet.codes import Active, Option, Request, Status
from enigma_ref.ports.inet.descriptor import (
    CALLER_REFS_SINCE,
    CLOSED,
    TIMEOUT,
    as_list,
    time_limit,
)
from enigma_ref.ports.inet.inet import Inet
from enigma_ref.ports.inet.options import FACTS
from enigma_ref.ports.inet.options_read import facts
from enigma_ref.ports.inet.system_calls import dissolve
from enigma_ref.ports.watching import Watching
from enigma_ref.terms import Bitstring, Term, atom, make_list
from enigma_ref.terms.atoms import ERROR

NAME: Final = b"udp_inet"

UDP: Final = atom("udp")
UDP_ERROR: Final = atom("udp_error")

MAX_READ: Final = 1 << 24
"""More bytes than a datagram can have: Python makes room for all that it is asked to read."""

ANCILLARY_SIZE: Final = 730
"""Bytes for what comes along with a datagram."""

SENT_ALONG: Final[dict[Option, tuple[int, int]]] = {
    option: place for place, option in FACTS.items()
}
"""What can be sent along with a datagram."""

MAX_SENT_ALONG: Final = 2


class Udp(Inet):
    """Datagrams. A connected socket has one peer, `remote`, that all of them go to."""

    name = "udp_inet"
    protocol = socket.IPPROTO_UDP

    def __init__(self, watching: Watching, release: int) -> None:
        super().__init__(watching, release)
        self.remote: Address | None = None

    def adopt(self, sock: socket.socket, kind: int, state: Status) -> None:
        """Become the port of a socket, and read from it if that is wanted already."""
        super().adopt(sock, kind, state)
        if self.settings.active:
            self.read_when_ready(True)

    def stop(self) -> None:
        """The port is closed."""
        self.fail_waiter(CLOSED)
        super().stop()

    def changed(self, active: Active, packet: int) -> None:
        """Read from now on, or no longer."""
        if bool(self.settings.active) != bool(active) and self.state & Status.OPEN:
            self.read_when_ready(bool(self.settings.active))

    # ---------------------------------------------------------------- requests

    def _close(self, data: bytes) -> bytes:
        self.close_socket()
        return b""

    def _connect(self, data: bytes) -> bytes:
        sock = self.opened()
        if not data:
            dissolve(sock)
            self.state &= ~Status.ACTIVE
        elif len(data) < 6:
            raise invalid()
        else:
            address, _ = read_address(self.family, data[4:], self.release)
            if self.state & Status.ACTIVE:
                # Otherwise the system would keep the old address to send from.
                dissolve(sock)
            try:
                sock.connect(checked(self.family, address))
            except OSError:
                dissolve(sock)
                self.state &= ~Status.ACTIVE
                raise
            self.remote = address
            self.state |= Status.ACTIVE
        if self.release >= CALLER_REFS_SINCE:
            return b""
        # Until then it was told as for streams, though it is done.
        assert self.asker is not None
        waiter = self.wait_for(self.asker)
        waiter.ok()
        return waiter.number_bytes

    def _recv(self, data: bytes) -> bytes:
        self.opened()
        if self.settings.active or len(data) != 8:
            raise invalid()
        waiter = self.asks()
        if self._read() == 0 and self.waiter is waiter:
            waiter.limit(time_limit(data), self._recv_timeout)
        return waiter.number_bytes

    def _recv_timeout(self) -> None:
        self.read_when_ready(False)
        self.fail_waiter(TIMEOUT)

    # ---------------------------------------------------------------- receiving

    def readable(self) -> None:
        """Something has come."""
        self._read()

    def _read(self) -> int:
        """Deliver what has come, some datagrams at most; how many there were."""
        for count in range(self.settings.read_packets):
            if self.sock is None:
                return count
            try:
                address, data, ancillary = self._receive(self.sock)
            except WOULD_WAIT:
                if not self.settings.active:
                    self.read_when_ready(True)
                return count
            except OSError as failure:
                told = reason(os_error(failure))
                if self.settings.active:
                    self.tell((UDP_ERROR, self.port.id, told))
                else:
                    self.read_when_ready(False)
                    self.fail_waiter(told)
                return count
            self.statistics.received(len(data))
            self._give(address, data, ancillary)
            if not self.settings.active:
                self.read_when_ready(False)
                return count + 1
        return self.settings.read_packets

    def _receive(self, sock: socket.socket) -> tuple[Address | None, bytes, Term | None]:
        """A datagram, who has sent it, and what came along with it if that is wanted. Raises
        OSError."""
        size = min(self.settings.buffer, MAX_READ)
        wants_more = bool(self.settings.ancillary)
        if self.state & Status.ACTIVE:
            return self.remote, sock.recv(size), make_list([]) if wants_more else None
        if not wants_more:
            data, found = sock.recvfrom(size)
            return normal(found), data, None
        data, ancillary, _, found = sock.recvmsg(size, ANCILLARY_SIZE)
        pairs: list[Term] = [(atom(name.name.lower()), value) for name, value in facts(ancillary)]
        return normal(found), data, make_list(pairs)

    def _give(self, address: Address | None, data: bytes, ancillary: Term | None) -> None:
        """Tell who waits for a datagram, or the owner."""
        own = self.settings
        if not own.active:
            waiter = self.answered()
            if waiter is not None:
                found = self._with_address(address, data)
                waiter.ok(found if ancillary is None else (found, ancillary))
            return
        if own.to_port:
            whole = write_address(address) + data
            head = own.header if own.binary and own.header <= len(whole) else len(whole)
            self.port.answer(whole[:head], whole[head:] if own.binary else None)
        else:
            host, port = address_terms(address)
            along = () if ancillary is None else (ancillary,)
            self.tell((UDP, self.port.id, host, port, *along, self.body(data)))
        self.was_active()

    def _with_address(self, address: Address | None, data: bytes) -> Term:
        """The bytes of the address, and the datagram behind them."""
        head = write_address(address)
        header = self.settings.header
        if not self.settings.binary or header > len(data):
            return as_list(head + data, make_list([]))
        return as_list(head + data[:header], Bitstring.of(data[header:]))

    # ---------------------------------------------------------------- sending

    def command(self, data: bytes) -> None:
        """Send a datagram: an address, what shall go along, and the bytes themselves."""
        try:
            self._send(data)
        except Refused as refusal:
            self.reply((ERROR, atom(str(refusal))))
        except OSError as failure:
            self.reply_error(os_error(failure))
        else:
            self.reply()

    def _send(self, data: bytes) -> None:
        """Raises Refused and OSError."""
        if self.sock is None or not self.state & Status.OPEN:
            raise invalid()
        address, rest = read_address(self.family, data, self.release)
        if len(rest) < 4:
            raise invalid()
        size = int.from_bytes(rest[:4], "big")
        if len(rest) < 4 + size:
            raise invalid()
        along, body = _along(rest[4 : 4 + size]), rest[4 + size :]
        self.statistics.sent(len(body))
        # A connected socket has its peer, whatever address is given.
        target = () if self.state & Status.ACTIVE else (checked(self.family, address),)
        if along:
            self.sock.sendmsg([body], along, 0, *target)
        elif target:
            self.sock.sendto(body, *target)
        else:
            self.sock.send(body)

    requests = Inet.requests | {
        Request.CLOSE: _close,
        Request.CONNECT: _connect,
        Request.PACKET_RECV: _recv,
    }


def _along(data: bytes) -> list[tuple[int, int, bytes]]:
    """What shall go along with a datagram. Raises Refused."""
    found: list[tuple[int, int, bytes]] = []
    for at in range(0, len(data), 5):
        code, value = data[at], data[at + 1 : at + 5]
        if code not in list(SENT_ALONG) or len(value) < 4 or len(found) == MAX_SENT_ALONG:
            raise invalid()
        native = int.from_bytes(value, "big").to_bytes(4, sys.byteorder)
        found.append((*SENT_ALONG[Option(code)], native))
    return found
