"""The system's own names: of hosts, services, interfaces and their addresses.

These are calls of the C library (getnameinfo(3), getifaddrs(3), if_nametoindex(3)) in ways that
Python's `socket` does not offer: for addresses of any family, and with the reasons of errors.
The structures are those of Linux (netdb.h, ifaddrs.h).
"""

from __future__ import annotations

import ctypes
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from enigma_ref.ports.inet.system_calls import c_library, last_error

NAME_SIZE: Final = 256
"""Bytes of a name with its end that is asked for, as in `erl`."""

FAMILY_SIZE: Final = 2
CARD: Final = int(getattr(socket, "AF_PACKET", 17))
LENGTHS: Final = {int(socket.AF_INET): 16, int(socket.AF_INET6): 28, CARD: 20}
"""Bytes of an address of a family; the address of a network card may be longer (packet(7))."""

CARD_LENGTH: Final = 11
CARD_START: Final = 12
"""Where in the address of a network card its length is, and where it begins."""


class _Interface(ctypes.Structure):
    """`struct ifaddrs`."""


_Interface._fields_ = [
    ("next", ctypes.POINTER(_Interface)),
    ("name", ctypes.c_char_p),
    ("flags", ctypes.c_uint),
    ("address", ctypes.c_void_p),
    ("netmask", ctypes.c_void_p),
    ("other", ctypes.c_void_p),
    ("data", ctypes.c_void_p),
]


@dataclass(frozen=True)
class InterfaceAddress:
    """One address of an interface. Addresses are bytes as the system has them, None for those that
    there are none of; `other` is that for broadcasts or of the other end, as the flags tell."""

    name: bytes
    flags: int
    address: bytes | None
    netmask: bytes | None
    other: bytes | None


class LookupFailed(Exception):
    """The system finds no name; `number` is the reason (`EAI_...`)."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def names_of(address: bytes, flags: int) -> tuple[bytes, bytes]:
    """The names of the host and the service of an address. Raises LookupFailed, and OSError."""
    host, service = (ctypes.create_string_buffer(NAME_SIZE) for _ in range(2))
    found: int = c_library().getnameinfo(
        address, len(address), host, NAME_SIZE, service, NAME_SIZE, flags
    )
    if found == socket.EAI_SYSTEM:
        raise last_error()
    if found:
        raise LookupFailed(found)
    return host.value, service.value


def index_of(name: bytes) -> int:
    """The number of an interface. Raises OSError."""
    found: int = c_library().if_nametoindex(name)
    if not found:
        raise last_error()
    return found


def interface_addresses() -> list[InterfaceAddress]:
    """All addresses of all interfaces, in the order of the system. Raises OSError."""
    first = ctypes.POINTER(_Interface)()
    if c_library().getifaddrs(ctypes.byref(first)):
        raise last_error()
    found = []
    try:
        place = first
        while place:
            one = place.contents
            taken = (_taken(where) for where in (one.address, one.netmask, one.other))
            found.append(InterfaceAddress(one.name or b"", one.flags, *taken))
            place = one.next
    finally:
        free: Callable[..., object] = c_library().freeifaddrs
        free(first)
    return found


def _taken(place: int | None) -> bytes | None:
    """The bytes of an address in memory."""
    if not place:
        return None
    family = int(ctypes.c_ushort.from_address(place).value)
    size = LENGTHS.get(family, FAMILY_SIZE)
    if family == CARD:
        size = max(size, CARD_START + ctypes.string_at(place + CARD_LENGTH, 1)[0])
    return ctypes.string_at(place, size)
