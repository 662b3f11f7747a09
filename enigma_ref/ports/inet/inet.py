"""Requests that all sockets know."""

from __future__ import annotations

import socket
from typing import Final

from enigma_ref.ports.inet.addresses import (
    FAMILIES,
    Address,
    Refused,
    checked,
    invalid,
    normal,
    port_number,
    read_address,
    write_address,
)
from enigma_ref.ports.inet.codes import (
    EMPTY_OUT_Q,
    Family,
    Kind,
    Protocol,
    Request,
    Statistic,
    Status,
)
from enigma_ref.ports.inet.descriptor import BAD_PORT, Descriptor, NoAnswer
from enigma_ref.ports.inet.interfaces import (
    all_interfaces,
    interface_names,
    one_interface,
    service_name,
    service_port,
)
from enigma_ref.ports.inet.options_read import get_options
from enigma_ref.ports.inet.options_set import set_options
from enigma_ref.ports.inet.system_calls import in_network
from enigma_ref.terms import atom

PROTOCOLS_SINCE: Final = 29
"""The release in which a socket is opened for a protocol (none at 28)."""

MPTCP: Final = 262
"""IPPROTO_MPTCP, which Python has no name for before 3.14."""

PROTOCOLS: Final = {
    Protocol.TCP: socket.IPPROTO_TCP,
    Protocol.UDP: socket.IPPROTO_UDP,
    Protocol.MPTCP: MPTCP,
}

EMPTY: Final = atom("empty_out_q")

KINDS: Final = {Kind.STREAM: socket.SOCK_STREAM, Kind.DGRAM: socket.SOCK_DGRAM}


class Inet(Descriptor):
    """A socket of any kind, as far as prim_inet asks it about the same things."""

    def opened(self) -> socket.socket:
        """The socket, which must be open. Raises Refused."""
        if self.sock is None or not self.state & Status.OPEN:
            raise Refused(BAD_PORT)
        return self.sock

    def family_and_kind(self, data: bytes) -> tuple[int, int]:
        """What the first two bytes of OPEN and FDOPEN say. Raises Refused."""
        if len(data) < 2:
            raise invalid()
        if data[0] not in list(FAMILIES):
            raise Refused("eafnosupport")
        if data[1] not in list(KINDS):
            raise invalid()
        return FAMILIES[Family(data[0])], KINDS[Kind(data[1])]

    def _open(self, data: bytes) -> bytes:
        size = 2 if self.release < PROTOCOLS_SINCE else 3
        if len(data) != size:
            raise invalid()
        family, kind = self.family_and_kind(data)
        if self.state != Status.CLOSED:
            raise Refused("exbadseq")
        protocol = self.protocol
        if size > 2 and data[2] in list(PROTOCOLS):
            protocol = PROTOCOLS[Protocol(data[2])]
        with in_network(self.settings.netns):
            sock = socket.socket(family, kind, 0 if family == socket.AF_UNIX else protocol)
        self.adopt(sock, kind, Status.OPEN)
        return b""

    def _fdopen(self, data: bytes) -> bytes:
        if len(data) not in (6, 10):
            raise invalid()
        family, kind = self.family_and_kind(data)
        number = int.from_bytes(data[2:6], "big", signed=True)
        if number < 0:
            raise Refused("ebadf")
        sock = socket.socket(family, kind, self.protocol, number)
        try:
            if len(data) == 6 or any(data[6:10]):
                found = socket.socket(fileno=number)
                is_other = found.family != family
                found.detach()
                if is_other:
                    raise invalid()
        except (OSError, Refused):
            sock.detach()
            raise
        self.is_foreign = True
        self.adopt(sock, kind, Status.OPEN)
        return b""

    def _bind(self, data: bytes) -> bytes:
        if len(data) < 2:
            raise invalid()
        sock = self.opened()
        if self.state != Status.OPEN:
            raise Refused(BAD_PORT)
        address, _ = read_address(self.family, data, self.release)
        sock.bind(checked(self.family, address))
        return port_number(normal(sock.getsockname())).to_bytes(2, "big")

    def _setopts(self, data: bytes) -> bytes:
        before = self.settings.active, self.settings.packet
        set_options(self, data)
        if self.port.is_open:
            self.changed(*before)
        return b""

    def _getstat(self, data: bytes) -> bytes:
        out = bytearray()
        for code in data:
            if code not in list(Statistic):
                raise NoAnswer
            statistic = Statistic(code)
            value = self.queued()
            if statistic is not Statistic.SEND_PEND:
                value = self.statistics.value(statistic)
            size = 8 if statistic in (Statistic.RECV_OCT, Statistic.SEND_OCT) else 4
            out += bytes([code]) + (value % (1 << 8 * size)).to_bytes(size, "big")
        return bytes(out)

    def _subscribe(self, data: bytes) -> bytes:
        out = bytearray()
        for code in data:
            if code != EMPTY_OUT_Q:
                raise NoAnswer
            size = self.queued()
            if size and self.asker is not None:
                self.subscribers.append(self.asker)
            out += bytes([code]) + size.to_bytes(4, "big")
        return bytes(out)

    def tell_subscribers(self) -> None:
        """Nothing waits to be sent any more."""
        subscribers, self.subscribers = self.subscribers, []
        for pid in subscribers:
            self.send(pid, (EMPTY, self.port.id))

    def _gethostname(self, data: bytes) -> bytes:
        if data:
            raise invalid()
        return socket.gethostname().encode(errors="surrogateescape")

    def _getfd(self, data: bytes) -> bytes:
        if self.sock is None:
            raise invalid()
        return self.sock.fileno().to_bytes(4, "big")

    def _gettype(self, data: bytes) -> bytes:
        codes = [code for code, family in FAMILIES.items() if family == self.family]
        kinds = [code for code, kind in KINDS.items() if kind == self.kind]
        if not codes or not kinds:
            raise invalid()
        return codes[0].to_bytes(4, "big") + kinds[0].to_bytes(4, "big")

    def _getiflist(self, data: bytes) -> bytes:
        self.opened()
        return interface_names()

    def _ifget(self, data: bytes) -> bytes:
        self.opened()
        return one_interface(data)

    def _getifaddrs(self, data: bytes) -> bytes:
        self.opened()
        with in_network(self.settings.netns):
            return all_interfaces()

    def _ignorefd(self, data: bytes) -> bytes:
        """Only streams can be left to others. Raises Refused."""
        raise invalid() if self.state & Status.ACTIVE else Refused("enotconn")

    def _own_address(self) -> Address | None:
        if self.sock is None:
            raise Refused("ebadf")
        return normal(self.sock.getsockname())

    def _peer_address(self) -> Address | None:
        if self.sock is None:
            raise Refused("ebadf")
        return normal(self.sock.getpeername())

    def _peer(self, data: bytes) -> bytes:
        if not self.state & Status.ACTIVE:
            raise Refused("enotconn")
        return write_address(self.peer or self._peer_address())

    def _name(self, data: bytes) -> bytes:
        return write_address(self.own_name or self._own_address())

    def _local_addresses(self, data: bytes) -> bytes:
        if len(data) != 4:
            raise invalid()
        self.opened()
        return write_address(self._own_address())

    def _peer_addresses(self, data: bytes) -> bytes:
        if len(data) != 4:
            raise invalid()
        self.opened()
        return write_address(self._peer_address())

    def _told(self, data: bytes) -> Address | None:
        if not data:
            return None
        if len(data) < 2:
            raise invalid()
        return read_address(self.family, data, self.release)[0]

    def _setpeer(self, data: bytes) -> bytes:
        self.peer = self._told(data)
        return b""

    def _setname(self, data: bytes) -> bytes:
        self.own_name = self._told(data)
        return b""

    requests = Descriptor.requests | {
        Request.OPEN: _open,
        Request.FDOPEN: _fdopen,
        Request.BIND: _bind,
        Request.SETOPTS: _setopts,
        Request.GETOPTS: get_options,
        Request.GETSTAT: _getstat,
        Request.SUBSCRIBE: _subscribe,
        Request.GETHOSTNAME: _gethostname,
        Request.GETFD: _getfd,
        Request.GETTYPE: _gettype,
        Request.GETSTATUS: lambda self, data: int(self.state).to_bytes(4, "big"),
        Request.GETSERVBYNAME: lambda self, data: service_port(data),
        Request.GETSERVBYPORT: lambda self, data: service_name(data),
        Request.PEER: _peer,
        Request.SETPEER: _setpeer,
        Request.NAME: _name,
        Request.SETNAME: _setname,
        Request.GETLADDRS: _local_addresses,
        Request.GETPADDRS: _peer_addresses,
        Request.GETIFLIST: _getiflist,
        Request.GETIFADDRS: _getifaddrs,
        Request.IGNOREFD: _ignorefd,
        Request.IFGET: _ifget,
    }
