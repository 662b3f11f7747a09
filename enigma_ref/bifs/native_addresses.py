"""Addresses of sockets as bytes, laid out as the system has them (`struct sockaddr` of Linux), and
as the maps of module `socket`.

What the maps hold is told by the documentation of `socket`, the layout by ip(7), ipv6(7), unix(7)
and packet(7); what is taken and refused is measured.
"""

from __future__ import annotations

import socket
import struct
from typing import Final

from enigma_ref.bifs.native_arguments import INT_BITS, signed
from enigma_ref.bifs.prim_socket_addresses import (
    ADDR,
    FAMILY,
    FLOWINFO,
    PATH,
    PORT,
    PORT_MASK,
    SCOPE_ID,
    WORD,
    Invalid,
    address_term,
    family_of,
    host_in,
)
from enigma_ref.bifs.prim_socket_tables import as_map
from enigma_ref.terms import Bitstring, Map, Term, atom

FAMILY_MASK: Final = 0xFFFF
MAX_NATIVE: Final = 126
"""Bytes behind the family at most (`struct sockaddr_storage`)."""

MAX_LOCAL: Final = 107

STRICT_SINCE: Final = 25
"""Since then parts of hosts that do not fit are refused; before, their lowest bits count (measured
at 23 and 25)."""

CARD: Final = int(getattr(socket, "AF_PACKET", 17))
CARD_HEAD: Final = struct.Struct("=HHiHBB")
"""The address of a network card: family, protocol, number of the interface, kind of hardware, whom
a packet was for, and how long the address is that follows."""

PACKETS: Final = (
    *("host", "broadcast", "multicast", "otherhost", "outgoing", "loopback", "user", "kernel"),
)
"""For whom a packet was (linux/if_packet.h), from 0 on."""

HARDWARE_NAMED_SINCE: Final = 25
"""Since then kinds of hardware have names (measured at 23 and 25)."""

HARDWARE: Final = {
    **dict(
        enumerate(
            (
                "netrom",
                "ether",
                "eether",
                "ax25",
                "pronet",
                "chaos",
                "ieee802",
                "arcnet",
                "appletlk",
            )
        )
    ),
    15: "dlci",
    19: "atm",
    23: "metricom",
    24: "ieee1394",
    27: "eui64",
    32: "infiniband",
    768: "tunnel",
    769: "tunnel6",
    772: "loopback",
    773: "localtlk",
    0xFFFE: "none",
    0xFFFF: "void",
}
"""Kinds of hardware: their names in the documentation of `socket` (`hatype`), their numbers in
linux/if_arp.h."""


def address_bytes(term: Term, release: int) -> bytes:
    """The bytes of an address that a map tells. Raises Invalid."""
    family = int(family_of(term))
    if signed(family, INT_BITS) is None:
        raise Invalid
    start = struct.pack("=H", family & FAMILY_MASK)
    if type(term.get(FAMILY)) is int or family == socket.AF_UNSPEC:
        return start + _some(term.get(ADDR), MAX_NATIVE)
    if family == socket.AF_UNIX:
        return start + _some(term.get(PATH), MAX_LOCAL) + b"\0"
    port = term.get(PORT)
    if signed(port, INT_BITS) is None:
        raise Invalid
    start += struct.pack(">H", port & PORT_MASK)
    host = _host(family, term.get(ADDR), release)
    if family == socket.AF_INET:
        return start + host + bytes(8)
    flow, scope = term.get(FLOWINFO), term.get(SCOPE_ID)
    if not all(type(part) is int and 0 <= part < WORD for part in (flow, scope)):
        raise Invalid
    return start + struct.pack(">I", flow) + host + struct.pack("=I", scope)


def _some(term: Term, most: int) -> bytes:
    if type(term) is not Bitstring or term.size & 7 or term.byte_size > most:
        raise Invalid
    return term.to_bytes()


def _host(family: int, term: Term, release: int) -> bytes:
    if release < STRICT_SINCE and type(term) is tuple:
        mask = 0xFF if family == socket.AF_INET else 0xFFFF
        term = tuple(part if signed(part, INT_BITS) is None else int(part) & mask for part in term)
    return socket.inet_pton(family, host_in(family, term))


def address_map(data: bytes, release: int) -> Term:
    """The map of an address in bytes. Raises struct.error for too little data."""
    (family,) = struct.unpack("=H", data[:2])
    if family == socket.AF_INET:
        host = socket.inet_ntoa(data[4:8])
        return address_term(family, (host, int.from_bytes(data[2:4], "big")))
    if family == socket.AF_INET6:
        port, flow = struct.unpack(">HI", data[2:8])
        host = socket.inet_ntop(socket.AF_INET6, data[8:24])
        return address_term(family, (host, port, flow, struct.unpack("=I", data[24:28])[0]))
    if family == CARD:
        return _card(data, release)
    return as_map({"family": family, "addr": Bitstring.of(data[2:])})


def _card(data: bytes, release: int) -> Map:
    _, protocol, number, hardware, packet, length = CARD_HEAD.unpack(data[: CARD_HEAD.size])
    named = release >= HARDWARE_NAMED_SINCE and hardware in HARDWARE
    end = CARD_HEAD.size + length
    return as_map(
        {
            "family": atom("packet"),
            "protocol": socket.ntohs(protocol),
            "ifindex": number,
            "pkttype": atom(PACKETS[packet]) if packet < len(PACKETS) else packet,
            "hatype": atom(HARDWARE[hardware]) if named else hardware,
            "addr": Bitstring.of(data[CARD_HEAD.size : end]),
        }
    )
