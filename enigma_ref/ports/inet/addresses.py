"""Addresses of sockets, as prim_inet writes and reads them, as Python has them, and as terms."""

from __future__ import annotations

import errno
import os
import socket
import struct
from typing import Final

from enigma_ref.ports.inet.codes import Family
from enigma_ref.terms import Bitstring, Term, atom

Address = tuple[str, int] | tuple[str, int, int, int] | bytes
"""Of IPv4, of IPv6, or the name of a local socket."""

SCOPES_SINCE: Final = 25
"""Before, an address of IPv6 had no flow and no scope (none at 24)."""

MAX_LOCAL: Final = 107
"""Bytes of the name of a local socket, without the zero byte behind it."""

SHORTEST: Final = 14
"""Bytes of an address of IPv4 behind its family, in C."""

FAMILIES: Final = {
    Family.INET: socket.AF_INET,
    Family.INET6: socket.AF_INET6,
    Family.LOCAL: socket.AF_UNIX,
}
"""What the system calls the families that a socket can be of."""

ANY: Final = {socket.AF_INET: "0.0.0.0", socket.AF_INET6: "::"}
LOOPBACK: Final = {socket.AF_INET: "127.0.0.1", socket.AF_INET6: "::1"}

LOCAL: Final = atom("local")
UNSPEC: Final = atom("unspec")
UNDEFINED: Final = atom("undefined")


class Refused(Exception):
    """A request that cannot be done: the name of the error is its text."""


def invalid() -> Refused:
    """The request makes no sense: einval."""
    return Refused("einval")


def read_address(family: int, data: bytes, release: int) -> tuple[Address, bytes]:
    """The address at the front of some bytes, for a socket of a family, and what follows it.
    Raises Refused."""
    if not data:
        raise invalid()
    tag, data = data[0], data[1:]
    if tag in (Family.ANY, Family.LOOPBACK):
        hosts = ANY if tag == Family.ANY else LOOPBACK
        if len(data) < 2 or family not in hosts:
            raise invalid()
        host = hosts[socket.AddressFamily(family)]
        return _internet(host, int.from_bytes(data[:2], "big")), data[2:]
    if tag == Family.INET:
        return _read_inet(data)
    if tag == Family.INET6:
        return _read_inet6(data, release)
    if tag == Family.LOCAL:
        return _read_local(data)
    raise Refused("eafnosupport")


def _internet(host: str, port: int) -> Address:
    return (host, port, 0, 0) if ":" in host else (host, port)


def _read_inet(data: bytes) -> tuple[Address, bytes]:
    if len(data) < 6:
        raise invalid()
    return (socket.inet_ntoa(data[2:6]), int.from_bytes(data[:2], "big")), data[6:]


def _read_inet6(data: bytes, release: int) -> tuple[Address, bytes]:
    size = 18 if release < SCOPES_SINCE else 26
    if len(data) < size:
        raise invalid()
    host = socket.inet_ntop(socket.AF_INET6, data[2:18])
    flow, scope = struct.unpack(">II", data[18:size]) if size > 18 else (0, 0)
    # The system keeps the bits of a flow that it knows.
    return (host, int.from_bytes(data[:2], "big"), flow & 0xFFFFF, scope), data[size:]


def _read_local(data: bytes) -> tuple[Address, bytes]:
    if not data or len(data) <= data[0]:
        raise invalid()
    name = data[1 : 1 + data[0]]
    if len(name) > MAX_LOCAL + name.startswith(b"\0"):
        raise invalid()
    return name, data[1 + data[0] :]


def checked(family: int, address: Address) -> Address:
    """An address for a socket of a family; Python would look for one that fits instead of telling
    that this does not. Raises OSError."""
    own = socket.AF_UNIX
    if isinstance(address, tuple):
        own = socket.AF_INET if len(address) == 2 else socket.AF_INET6
    if own != family:
        # The system looks at the size of an address before its family.
        is_short = isinstance(address, bytes) and len(address) < SHORTEST
        is_other = family == socket.AF_INET and not is_short
        number = errno.EAFNOSUPPORT if is_other else errno.EINVAL
        raise OSError(number, os.strerror(number))
    return address


def normal(found: object) -> Address | None:
    """An address as Python's socket module tells it; None for one that there is not."""
    if isinstance(found, tuple):
        if len(found) == 4:
            return (str(found[0]).partition("%")[0], *found[1:])
        return found[0], found[1]
    if isinstance(found, bytes):
        return found
    return os.fsencode(found) if isinstance(found, str) else None


def write_address(address: Address | None) -> bytes:
    """The bytes that stand for an address."""
    if address is None:
        return bytes([Family.UNSPEC])
    if isinstance(address, bytes):
        return bytes([Family.LOCAL, len(address)]) + address
    port = address[1].to_bytes(2, "big")
    if len(address) == 2:
        return bytes([Family.INET]) + port + socket.inet_aton(address[0])
    return bytes([Family.INET6]) + port + socket.inet_pton(socket.AF_INET6, address[0])


def address_terms(address: Address | None) -> tuple[Term, Term]:
    """What a message tells of an address: IP and port, or the family with its address and 0."""
    if address is None:
        return (UNSPEC, Bitstring.of(b"")), 0
    if isinstance(address, bytes):
        return (LOCAL, Bitstring.of(address)), 0
    if len(address) == 2:
        return tuple(socket.inet_aton(address[0])), address[1]
    return struct.unpack(">8H", socket.inet_pton(socket.AF_INET6, address[0])), address[1]


def port_number(address: Address | None) -> int:
    """The port in an address; 0 for those that have none."""
    return address[1] if isinstance(address, tuple) else 0


def os_error(error: OSError) -> int:
    """The number of an error of a call."""
    return error.errno or errno.EINVAL
