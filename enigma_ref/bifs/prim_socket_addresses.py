"""prim_socket: addresses of sockets as maps, and as Python has them.

What the maps hold is told by the documentation of `socket` (`sockaddr_in` and its like) and by what
prim_socket makes of them (`enc_sockaddr`); the rest is measured.
"""

from __future__ import annotations

import os
import socket
import struct
from typing import Final

from enigma_ref.bifs.iodata import iodata_bytes
from enigma_ref.bifs.native_arguments import INT_BITS, signed
from enigma_ref.machine.errors import BeamError
from enigma_ref.terms import Atom, Bitstring, Map, Term, atom

Address = tuple[str, int] | tuple[str, int, int, int] | bytes

FAMILY: Final = atom("family")
PORT: Final = atom("port")
ADDR: Final = atom("addr")
PATH: Final = atom("path")
FLOWINFO: Final = atom("flowinfo")
SCOPE_ID: Final = atom("scope_id")
ANY: Final = atom("any")
LOOPBACK: Final = atom("loopback")
BROADCAST: Final = atom("broadcast")
UNSPEC: Final = atom("unspec")

DOMAINS: Final[dict[Term, int]] = {
    atom("inet"): int(socket.AF_INET),
    atom("inet6"): int(socket.AF_INET6),
    atom("local"): int(socket.AF_UNIX),
}
DOMAIN_NAMES: Final[dict[int, Atom]] = {
    number: name for name, number in DOMAINS.items() if isinstance(name, Atom)
}

HOSTS: Final = {
    socket.AF_INET: {ANY: "0.0.0.0", LOOPBACK: "127.0.0.1", BROADCAST: "255.255.255.255"},
    socket.AF_INET6: {ANY: "::", LOOPBACK: "::1"},
}

PORT_MASK: Final = 0xFFFF
FLOW_MASK: Final = 0xFFFFF
"""The bits of a flow that Python takes."""

WORD: Final = 1 << 32
MAX_LOCAL: Final = 107
"""Bytes of the name of a local socket at most."""

MAX_NATIVE: Final = 126
"""Bytes behind the family in an address at most (sockaddr_storage)."""
INET_SIZE: Final = 14
LOCAL_SIZE: Final = 108
"""How many of them an address has (sockaddr_in, sockaddr_un)."""


class Invalid(Exception):
    """A map that is no address."""


def host_in(family: int, term: Term) -> str:
    """The host that a term names, as text. Raises Invalid."""
    named = HOSTS[socket.AddressFamily(family)]
    if type(term) is Atom:
        if term not in named:
            raise Invalid
        return named[term]
    count, bits, form = (4, 8, ">4B") if family == socket.AF_INET else (8, 16, ">8H")
    if type(term) is not tuple or len(term) != count:
        raise Invalid
    if not all(type(part) is int and 0 <= part < 1 << bits for part in term):
        raise Invalid
    return socket.inet_ntop(family, struct.pack(form, *term))


def host_term(family: int, host: str) -> Term:
    """The tuple of a host."""
    packed = socket.inet_pton(family, host.partition("%")[0])
    return struct.unpack(">4B" if family == socket.AF_INET else ">8H", packed)


def family_of(term: Term) -> int:
    """The number of an address's family; 0 is none. Raises Invalid."""
    if type(term) is not Map:
        raise Invalid
    family = term.get(FAMILY)
    if family is UNSPEC:
        return socket.AF_UNSPEC
    if type(family) is int:
        number: int = family
        return number
    if family not in DOMAINS:
        raise Invalid
    return DOMAINS[family]


def address_in(term: Term) -> tuple[int, Address | None]:
    """The family of an address and the address itself, None for what only the system knows.
    Raises Invalid."""
    family = family_of(term)
    native = term.get(ADDR)
    if type(term.get(FAMILY)) is int:
        return family, _native(family, _bytes_of(native))
    if family == socket.AF_UNSPEC:
        if type(native) is not Bitstring or native.size & 7:
            raise Invalid
        return family, _native(family, native.to_bytes())
    if family == socket.AF_UNIX:
        path = term.get(PATH)
        if type(path) is not Bitstring or path.size & 7 or path.byte_size > MAX_LOCAL:
            raise Invalid
        return family, path.to_bytes()
    port = term.get(PORT)
    if signed(port, INT_BITS) is None:
        raise Invalid
    host = host_in(family, native)
    if family == socket.AF_INET:
        return family, (host, port & PORT_MASK)
    flow, scope = term.get(FLOWINFO), term.get(SCOPE_ID)
    if not all(type(part) is int and 0 <= part < WORD for part in (flow, scope)):
        raise Invalid
    return family, (host, port & PORT_MASK, flow & FLOW_MASK, scope)


def _bytes_of(native: Term) -> bytes:
    """What stands behind the family in an address that the system shall take as it is."""
    try:
        data = iodata_bytes(native)
    except BeamError:
        raise Invalid from None
    if len(data) > MAX_NATIVE:
        raise Invalid
    return data


def _native(family: int, data: bytes) -> Address | None:
    if family == socket.AF_INET and len(data) >= INET_SIZE:
        return socket.inet_ntoa(data[2:6]), int.from_bytes(data[:2], "big")
    if family == socket.AF_INET6 and len(data) >= 26:
        port, flow = struct.unpack(">HI", data[:6])
        host = socket.inet_ntop(socket.AF_INET6, data[6:22])
        return host, port, flow & FLOW_MASK, int(struct.unpack("=I", data[22:26])[0])
    if family == socket.AF_UNIX:
        path = data if data[:1] == b"\0" else data.partition(b"\0")[0]
        return path if len(data) <= LOCAL_SIZE and len(path) <= MAX_LOCAL else None
    return None


def address_term(family: int, found: object) -> Term:
    """The map of an address that Python tells."""
    if family == socket.AF_UNIX or isinstance(found, (str, bytes)):
        name = found if isinstance(found, bytes) else os.fsencode(str(found or ""))
        return Map.of([(FAMILY, DOMAIN_NAMES[socket.AF_UNIX]), (PATH, Bitstring.of(name))])
    if family == socket.AF_INET and isinstance(found, tuple):
        pairs = [(FAMILY, DOMAIN_NAMES[family]), (PORT, found[1])]
        return Map.of([*pairs, (ADDR, host_term(family, found[0]))])
    if family == socket.AF_INET6 and isinstance(found, tuple):
        pairs = [(FAMILY, DOMAIN_NAMES[family]), (PORT, found[1]), (FLOWINFO, found[2])]
        return Map.of([*pairs, (SCOPE_ID, found[3]), (ADDR, host_term(family, found[0]))])
    other: Term = UNSPEC if family == socket.AF_UNSPEC else DOMAIN_NAMES.get(family, family)
    return Map.of([(FAMILY, other), (ADDR, Bitstring.of(b""))])
