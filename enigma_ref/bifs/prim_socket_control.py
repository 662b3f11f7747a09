"""prim_socket: control messages, which go along with what is sent and received.

What their values are is told by the documentation of `socket` (`cmsg_send` and `cmsg_recv`); what
no value is known for is told as bytes only.
"""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Callable
from typing import Final

from enigma_ref.bifs.iodata import iodata_bytes
from enigma_ref.bifs.native_arguments import INT_BITS, c_int, signed
from enigma_ref.bifs.prim_socket_addresses import (
    ADDR,
    DOMAIN_NAMES,
    FAMILY,
    PORT,
    Invalid,
    host_term,
)
from enigma_ref.bifs.prim_socket_errors import error_term
from enigma_ref.bifs.prim_socket_values import INT_SIZE, SERVICES, native_int, service
from enigma_ref.machine.errors import BeamError
from enigma_ref.terms import FALSE, NIL, TRUE, Atom, Bitstring, Cons, Map, Term, atom, make_list

Control = tuple[int, int, bytes]
"""Level, type and data of a message, as Python has it."""

LEVEL: Final = atom("level")
TYPE: Final = atom("type")
DATA: Final = atom("data")
VALUE: Final = atom("value")
SOCKET: Final = atom("socket")
SEC: Final = atom("sec")
USEC: Final = atom("usec")
IFINDEX: Final = atom("ifindex")
SPEC_DST: Final = atom("spec_dst")

TIMESTAMP: Final = 29
ORIGINAL: Final = 20
TTL: Final = socket.IP_TTL
PACKET_INFO: Final = 8
ERRORS: Final = {socket.IPPROTO_IP: 11, socket.IPPROTO_IPV6: 25}

TYPES: Final[dict[int, dict[str, int]]] = {
    socket.SOL_SOCKET: {
        "timestamp": TIMESTAMP,
        "rights": socket.SCM_RIGHTS,
        "credentials": socket.SCM_CREDENTIALS,
    },
    socket.IPPROTO_IP: {
        "tos": socket.IP_TOS,
        "ttl": TTL,
        "pktinfo": PACKET_INFO,
        "origdstaddr": ORIGINAL,
        "recverr": ERRORS[socket.IPPROTO_IP],
    },
    socket.IPPROTO_IPV6: {
        "pktinfo": socket.IPV6_PKTINFO,
        "hoplimit": socket.IPV6_HOPLIMIT,
        "tclass": socket.IPV6_TCLASS,
        "recverr": ERRORS[socket.IPPROTO_IPV6],
    },
}
"""Types by level and name."""


def _timestamp(data: bytes, release: int) -> Term:
    seconds, micros = struct.unpack("=qq", data)
    return Map.of([(SEC, seconds), (USEC, micros)])


def _packet_info(data: bytes, release: int) -> Term:
    (index,) = struct.unpack("=I", data[:4])
    hosts = [host_term(socket.AF_INET, socket.inet_ntoa(part)) for part in (data[4:8], data[8:12])]
    return Map.of([(IFINDEX, index), (SPEC_DST, hosts[0]), (ADDR, hosts[1])])


def _packet_info6(data: bytes, release: int) -> Term:
    (index,) = struct.unpack("=I", data[16:20])
    return Map.of([(ADDR, struct.unpack(">8H", data[:16])), (IFINDEX, index)])


def _original(data: bytes, release: int) -> Term:
    (family,) = struct.unpack("=H", data[:2])
    name = DOMAIN_NAMES.get(family, family)
    if family != socket.AF_INET or len(data) < 8:
        return Map.of([(FAMILY, name), (ADDR, Bitstring.of(data[2:]))])
    host = host_term(socket.AF_INET, socket.inet_ntoa(data[4:8]))
    return Map.of([(FAMILY, name), (PORT, int.from_bytes(data[2:4], "big")), (ADDR, host)])


def _int(data: bytes, release: int) -> Term:
    return struct.unpack("=i", data[:INT_SIZE])[0]


def _service(data: bytes, release: int) -> Term:
    return service(data[0], release)


READERS: Final[dict[tuple[int, int], Callable[[bytes, int], Term]]] = {
    (socket.SOL_SOCKET, TIMESTAMP): _timestamp,
    (socket.IPPROTO_IP, socket.IP_TOS): _service,
    (socket.IPPROTO_IP, TTL): _int,
    (socket.IPPROTO_IP, PACKET_INFO): _packet_info,
    (socket.IPPROTO_IP, ORIGINAL): _original,
    **dict.fromkeys(ERRORS.items(), error_term),
    (socket.IPPROTO_IPV6, socket.IPV6_PKTINFO): _packet_info6,
    (socket.IPPROTO_IPV6, socket.IPV6_HOPLIMIT): _int,
    (socket.IPPROTO_IPV6, socket.IPV6_TCLASS): _int,
}


def control_terms(found: list[Control], release: int) -> Term:
    """What has come, as maps."""
    return make_list([_control_term(one, release) for one in found])


def _control_term(control: Control, release: int) -> Term:
    level, number, data = control
    names = {value: atom(name) for name, value in TYPES.get(level, {}).items()}
    pairs: list[tuple[Term, Term]] = [
        (LEVEL, SOCKET if level == socket.SOL_SOCKET else level),
        (TYPE, names.get(number, number)),
        (DATA, Bitstring.of(data)),
    ]
    reader = READERS.get((level, number))
    if reader is not None:
        # What was cut off has no value.
        with contextlib.suppress(struct.error, OSError, IndexError):
            pairs.append((VALUE, reader(data, release)))
    return Map.of(pairs)


def _int_bytes(value: Term) -> bytes:
    if type(value) is not int or signed(value, INT_BITS) is None:
        raise Invalid
    return native_int(value)


def _service_bytes(value: Term) -> bytes:
    return _int_bytes(SERVICES.get(value, value))


def _timestamp_bytes(value: Term) -> bytes:
    if type(value) is not Map:
        raise Invalid
    parts = value.get(SEC), value.get(USEC)
    if any(signed(part) is None for part in parts):
        raise Invalid
    return struct.pack("=qq", *parts)


WRITERS: Final[dict[tuple[int, int], Callable[[Term], bytes]]] = {
    (socket.SOL_SOCKET, TIMESTAMP): _timestamp_bytes,
    (socket.IPPROTO_IP, socket.IP_TOS): _service_bytes,
    (socket.IPPROTO_IP, TTL): _int_bytes,
    (socket.IPPROTO_IPV6, socket.IPV6_HOPLIMIT): _int_bytes,
    (socket.IPPROTO_IPV6, socket.IPV6_TCLASS): _int_bytes,
}


def controls_in(term: Term) -> list[Control]:
    """What a list of maps tells to send. Raises Invalid, and badarg for numbers that are none."""
    found = []
    while type(term) is Cons:
        found.append(_control_in(term.head))
        term = term.tail
    if term is not NIL:
        raise Invalid
    return found


def _native(data: Term) -> bytes:
    if data is TRUE or data is FALSE:
        return native_int(int(data is TRUE))
    if type(data) is int:
        return native_int(data)
    if type(data) is not Bitstring and type(data) is not Cons and data is not NIL:
        raise Invalid
    try:
        return iodata_bytes(data)
    except BeamError:
        raise Invalid from None


def _control_in(term: Term) -> Control:
    if type(term) is not Map:
        raise Invalid
    level, kind = term.get(LEVEL), term.get(TYPE)
    if level is not SOCKET and type(level) is not int:
        raise Invalid
    base = int(socket.SOL_SOCKET) if level is SOCKET else c_int(level)
    if type(kind) is Atom:
        number = TYPES.get(base, {}).get(kind.name)
        if number is None:
            raise Invalid
    elif type(kind) is int:
        number = c_int(kind)
    else:
        raise Invalid
    data = term.get(DATA)
    if data is not None:
        return base, number, _native(data)
    writer = WRITERS.get((base, number))
    if writer is None or VALUE not in term:
        raise Invalid
    return base, number, writer(term.get(VALUE))
