"""prim_socket: questions about network interfaces, and changing them.

Requests and their structures are those of linux/sockios.h and linux/if.h (netdevice(7)).
"""

from __future__ import annotations

import array
import fcntl
import socket
import struct
import termios
from collections.abc import Callable
from typing import Final

from enigma_ref.bifs.native_addresses import HARDWARE
from enigma_ref.bifs.native_arguments import INT_BITS, LONG_BITS, c_unsigned, signed
from enigma_ref.bifs.posix_reasons import failed
from enigma_ref.bifs.prim_socket_addresses import Invalid, address_in, host_term
from enigma_ref.bifs.prim_socket_numbers import nif
from enigma_ref.bifs.prim_socket_state import IS_CLOSED, Socket, socket_of
from enigma_ref.bifs.prim_socket_tables import REQUESTS, as_map, interface_flags
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import (
    FALSE,
    TRUE,
    Bitstring,
    Map,
    Term,
    atom,
    list_items,
    make_list,
    make_string,
    to_bool_atom,
)
from enigma_ref.terms.atoms import OK

NAME_SIZE: Final = 16
REQUEST_SIZE: Final = 40
"""Bytes of `struct ifreq` with 64 bits, and of the name in front."""

CONFIGURATION: Final = 64 * REQUEST_SIZE
"""Room for all interfaces."""

SINCE: Final = 27
"""Since then questions about the socket itself can be asked (measured)."""


def _asked(own: Socket, request: str, name: bytes, data: bytes = b"") -> bytes:
    """What the system answers to a request about an interface, behind its name. Raises OSError."""
    given = name.ljust(NAME_SIZE, b"\0") + data
    found = fcntl.ioctl(own.descriptor, REQUESTS[request], given.ljust(REQUEST_SIZE, b"\0"))
    return found[NAME_SIZE:]


def _address(data: bytes) -> Term:
    (family,) = struct.unpack("=H", data[:2])
    if family == socket.AF_INET:
        host = host_term(socket.AF_INET, socket.inet_ntoa(data[4:8]))
        port = int.from_bytes(data[2:4], "big")
        return as_map({"family": atom("inet"), "port": port, "addr": host})
    return as_map({"family": family, "addr": Bitstring.of(data[2:16])})


def _hardware(data: bytes) -> Term:
    (kind,) = struct.unpack("=H", data[:2])
    family = atom(HARDWARE[kind]) if kind in HARDWARE else kind
    return as_map({"family": family, "addr": Bitstring.of(data[2:16])})


def _int(data: bytes) -> Term:
    return struct.unpack("=i", data[:4])[0]


def _flags(data: bytes) -> Term:
    (told,) = struct.unpack("=H", data[:2])
    return make_list([atom(name) for name, bit in interface_flags().items() if told & bit])


def _places(data: bytes) -> Term:
    start, end, base, irq, dma, port = struct.unpack("=QQHBBB", data[:21])
    names = ("mem_start", "mem_end", "base_addr", "irq", "dma", "port")
    return as_map(dict(zip(names, (start, end, base, irq, dma, port), strict=True)))


ANSWERS: Final[dict[str, Callable[[bytes], Term]]] = {
    "gifaddr": _address,
    "gifdstaddr": _address,
    "gifbrdaddr": _address,
    "gifnetmask": _address,
    "gifhwaddr": _hardware,
    "gifmtu": _int,
    "gifindex": _int,
    "giftxqlen": _int,
    "gifflags": _flags,
    "gifmap": _places,
}


def _request(request: Term) -> str:
    """The name of a request; empty for a number that is none of them. Raises badarg."""
    number = c_unsigned(request, LONG_BITS)
    return next((name for name, known in REQUESTS.items() if known == number), "")


def _name(term: Term) -> bytes:
    """The name of an interface. Raises badarg."""
    try:
        name = bytes(list_items(term) or [])
    except (ValueError, TypeError):
        raise badarg() from None
    if not name or len(name) >= NAME_SIZE:
        raise badarg()
    return name


@nif("nif_ioctl", 2)
def nif_ioctl_2(process: Process, ref: Term, request: Term) -> Term:
    """Ask a question: `{ok, Answer}`."""
    own, asked = socket_of(process, ref), _request(request)
    if not own.is_open:
        return IS_CLOSED
    try:
        if asked == "gifconf":
            return (OK, _configuration(own))
        if asked in ("nread", "atmark") and process.vm.release >= SINCE:
            number = termios.FIONREAD if asked == "nread" else REQUESTS[asked]
            found = _int(fcntl.ioctl(own.descriptor, number, bytes(4)))
            return (OK, found if asked == "nread" else to_bool_atom(found != 0))
    except OSError as failing:
        return failed(failing)
    raise badarg()


def _configuration(own: Socket) -> Term:
    """Names and addresses of the interfaces that have one of IPv4."""
    room = array.array("B", bytes(CONFIGURATION))
    place, _ = room.buffer_info()
    given = struct.pack("=iiQ", CONFIGURATION, 0, place)
    (size,) = struct.unpack("=i", fcntl.ioctl(own.descriptor, REQUESTS["gifconf"], given)[:4])
    data = room.tobytes()
    found = []
    for start in range(0, size, REQUEST_SIZE):
        name = data[start : start + NAME_SIZE].partition(b"\0")[0].decode("latin1")
        address = _address(data[start + NAME_SIZE : start + REQUEST_SIZE])
        found.append(as_map({"name": make_string(name), "addr": address}))
    return make_list(found)


@nif("nif_ioctl", 3)
def nif_ioctl_3(process: Process, ref: Term, request: Term, about: Term) -> Term:
    """Ask a question about an interface, by its name or (`gifname`) its number."""
    own, asked = socket_of(process, ref), _request(request)
    if not own.is_open:
        return IS_CLOSED
    try:
        if asked == "gifname":
            if signed(about, INT_BITS) is None:
                raise badarg()
            data = bytes(NAME_SIZE) + struct.pack("=i", about)
            number = REQUESTS[asked]
            found = fcntl.ioctl(own.descriptor, number, data.ljust(REQUEST_SIZE, b"\0"))
            return (OK, make_string(found[:NAME_SIZE].partition(b"\0")[0].decode("latin1")))
        if asked in ANSWERS:
            return (OK, ANSWERS[asked](_asked(own, asked, _name(about))))
    except OSError as failing:
        return failed(failing)
    raise badarg()


@nif("nif_ioctl", 4)
def nif_ioctl_4(process: Process, ref: Term, request: Term, name: Term, value: Term) -> Term:
    """Change something about an interface."""
    own, asked = socket_of(process, ref), _request(request)
    if not own.is_open:
        return IS_CLOSED
    interface = _name(name)
    try:
        if asked == "sifflags":
            (now,) = struct.unpack("=H", _asked(own, "gifflags", interface)[:2])
            data = struct.pack("=H", _changed(now, value))
        elif asked in ("sifmtu", "siftxqlen"):
            if signed(value, INT_BITS) is None:
                raise badarg()
            data = struct.pack("=i", value)
        elif asked in ("sifaddr", "sifdstaddr", "sifbrdaddr"):
            data = _packed(value)
        else:
            raise badarg()
        _asked(own, asked, interface, data)
    except OSError as failing:
        return failed(failing)
    return OK


def _changed(now: int, changes: Term) -> int:
    if type(changes) is not Map:
        raise badarg()
    for bit, is_set in changes.items():
        if type(bit) is not int or (is_set is not TRUE and is_set is not FALSE):
            raise badarg()
        now = now | bit if is_set is TRUE else now & ~bit
    return now & 0xFFFF


def _packed(value: Term) -> bytes:
    """The bytes of an address of IPv4. Raises badarg for others."""
    try:
        family, found = address_in(value)
    except Invalid:
        raise badarg() from None
    if family != socket.AF_INET or not isinstance(found, tuple):
        raise badarg()
    port = found[1].to_bytes(2, "big")
    return struct.pack("=H", family) + port + socket.inet_aton(found[0])
