"""Options of sockets: what the operating system calls them."""

from __future__ import annotations

import socket
import struct
import sys
from typing import Final

from enigma_ref.ports.inet.addresses import invalid
from enigma_ref.ports.inet.codes import Option

NAMES: Final[dict[str, dict[Option, str]]] = {
    "SOL_SOCKET": {
        Option.REUSEADDR: "SO_REUSEADDR",
        Option.KEEPALIVE: "SO_KEEPALIVE",
        Option.DONTROUTE: "SO_DONTROUTE",
        Option.BROADCAST: "SO_BROADCAST",
        Option.OOBINLINE: "SO_OOBINLINE",
        Option.SNDBUF: "SO_SNDBUF",
        Option.RCVBUF: "SO_RCVBUF",
        Option.PRIORITY: "SO_PRIORITY",
        Option.REUSEPORT: "SO_REUSEPORT",
        Option.REUSEPORT_LB: "SO_REUSEPORT",
    },
    "IPPROTO_IP": {
        Option.TOS: "IP_TOS",
        Option.TTL: "IP_TTL",
        Option.RECVTOS: "IP_RECVTOS",
        Option.RECVTTL: "IP_RECVTTL",
        Option.MULTICAST_TTL: "IP_MULTICAST_TTL",
        Option.MULTICAST_LOOP: "IP_MULTICAST_LOOP",
    },
    "IPPROTO_IPV6": {
        Option.TCLASS: "IPV6_TCLASS",
        Option.RECVTCLASS: "IPV6_RECVTCLASS",
        Option.IPV6_V6ONLY: "IPV6_V6ONLY",
    },
    "IPPROTO_TCP": {
        Option.NODELAY: "TCP_NODELAY",
        Option.NOPUSH: "TCP_CORK",
        Option.KEEPCNT: "TCP_KEEPCNT",
        Option.KEEPIDLE: "TCP_KEEPIDLE",
        Option.KEEPINTVL: "TCP_KEEPINTVL",
        Option.USER_TIMEOUT: "TCP_USER_TIMEOUT",
    },
}
"""Options that are numbers for the operating system, by level: what C calls them."""

UNNAMED: Final = {"IP_RECVTTL": 12} if sys.platform == "linux" else {}
"""Numbers that Python has no names for, or only since 3.14."""

SYSTEM: Final[dict[Option, tuple[int, int]]] = {
    option: (getattr(socket, level), getattr(socket, name, UNNAMED.get(name, 0)))
    for level, names in NAMES.items()
    for option, name in names.items()
    if hasattr(socket, name) or name in UNNAMED
}
"""Levels and numbers of those that this system has."""

TOLD: Final = frozenset(
    (
        Option.PRIORITY, Option.TOS, Option.TCLASS, Option.TTL, Option.RECVTOS,
        Option.RECVTCLASS, Option.RECVTTL, Option.IPV6_V6ONLY,
    )
)  # fmt: skip
"""Those whose failure is told; of all others nobody hears when the system refuses them."""

ANCILLARY: Final = frozenset((Option.RECVTOS, Option.RECVTCLASS, Option.RECVTTL))

FACTS: Final = {
    SYSTEM[option]: option for option in (Option.TOS, Option.TTL, Option.TCLASS) if option in SYSTEM
}
"""Facts that come along with a packet, by the level and number that the system gives them."""

PACKET_OPTIONS: Final = {
    socket.AF_INET: (socket.IPPROTO_IP, 9),
    socket.AF_INET6: (socket.IPPROTO_IPV6, 6),
}
"""IP_PKTOPTIONS and IPV6_2292PKTOPTIONS, which Python has no names for."""

CONTROL_HEAD: Final = struct.Struct("@Nii")
"""The head of such a fact in C: its size with the head, level and name."""

BIND_TO_DEVICE: Final[int | None] = getattr(socket, "SO_BINDTODEVICE", None)
"""The option for which the operating system wants the name of an interface, if it has it."""

MIN_LIMIT: Final = 1
"""Least bytes at which the queue of signals in front of a port may be full."""

INT: Final = 4
OPTIONS: Final = {int(option): option for option in Option}
"""By their numbers."""

MAX_OPTIONS: Final = 64 * 1024
"""Bytes of an answer."""

INTERFACE: Final = 16
"""Most bytes in the name of an interface."""

FOUND_DOMAIN_SINCE: Final = 25
"""The release that tells the family with the interface for multicasts (none at 24)."""

STREAM: Final = frozenset(
    (
        Option.HIGH_WATERMARK, Option.LOW_WATERMARK, Option.SEND_TIMEOUT,
        Option.SEND_TIMEOUT_CLOSE, Option.DELAY_SEND,
    )
)  # fmt: skip
"""Options that only streams have."""


class Bytes:
    """Bytes that are read from the front. Raises Refused when there are not enough."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def left(self) -> int:
        """How many have not been read."""
        return len(self.data) - self.at

    def take(self, count: int) -> bytes:
        """The next bytes."""
        if count < 0 or count > self.left():
            raise invalid()
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self, size: int = INT) -> int:
        """The next bytes as a number with a sign."""
        return int.from_bytes(self.take(size), "big", signed=True)
