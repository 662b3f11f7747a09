"""setopts and getopts of sockets."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from enigma_ref.ports.inet.addresses import invalid
from enigma_ref.ports.inet.codes import Active, Family, Option

if TYPE_CHECKING:
    from enigma_ref.ports.inet.descriptor import Inet
    from enigma_ref.ports.inet.settings import SocketSettings

SYSTEM: Final[dict[Option, tuple[int, int]]] = {
    Option.REUSEADDR: (socket.SOL_SOCKET, socket.SO_REUSEADDR),
    Option.KEEPALIVE: (socket.SOL_SOCKET, socket.SO_KEEPALIVE),
    Option.DONTROUTE: (socket.SOL_SOCKET, socket.SO_DONTROUTE),
    Option.BROADCAST: (socket.SOL_SOCKET, socket.SO_BROADCAST),
    Option.OOBINLINE: (socket.SOL_SOCKET, socket.SO_OOBINLINE),
    Option.SNDBUF: (socket.SOL_SOCKET, socket.SO_SNDBUF),
    Option.RCVBUF: (socket.SOL_SOCKET, socket.SO_RCVBUF),
    Option.PRIORITY: (socket.SOL_SOCKET, socket.SO_PRIORITY),
    Option.REUSEPORT: (socket.SOL_SOCKET, socket.SO_REUSEPORT),
    Option.REUSEPORT_LB: (socket.SOL_SOCKET, socket.SO_REUSEPORT),
    Option.TOS: (socket.IPPROTO_IP, socket.IP_TOS),
    Option.TTL: (socket.IPPROTO_IP, socket.IP_TTL),
    Option.RECVTOS: (socket.IPPROTO_IP, socket.IP_RECVTOS),
    # Python has no name for IP_RECVTTL before 3.14.
    Option.RECVTTL: (socket.IPPROTO_IP, 12),
    Option.TCLASS: (socket.IPPROTO_IPV6, socket.IPV6_TCLASS),
    Option.RECVTCLASS: (socket.IPPROTO_IPV6, socket.IPV6_RECVTCLASS),
    Option.IPV6_V6ONLY: (socket.IPPROTO_IPV6, socket.IPV6_V6ONLY),
    Option.MULTICAST_TTL: (socket.IPPROTO_IP, socket.IP_MULTICAST_TTL),
    Option.MULTICAST_LOOP: (socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP),
    Option.NODELAY: (socket.IPPROTO_TCP, socket.TCP_NODELAY),
    Option.NOPUSH: (socket.IPPROTO_TCP, socket.TCP_CORK),
    Option.KEEPCNT: (socket.IPPROTO_TCP, socket.TCP_KEEPCNT),
    Option.KEEPIDLE: (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE),
    Option.KEEPINTVL: (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL),
    Option.USER_TIMEOUT: (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT),
}
"""Options that are numbers for the operating system: their levels and names."""

TOLD: Final = frozenset(
    (
        Option.PRIORITY, Option.TOS, Option.TCLASS, Option.TTL, Option.RECVTOS,
        Option.RECVTCLASS, Option.RECVTTL, Option.IPV6_V6ONLY,
    )
)  # fmt: skip
"""Those whose failure is told; of all others nobody hears when the system refuses them."""

ANCILLARY: Final = frozenset((Option.RECVTOS, Option.RECVTCLASS, Option.RECVTTL))

FACTS: Final = {
    (socket.IPPROTO_IP, socket.IP_TOS): Option.TOS,
    (socket.IPPROTO_IP, socket.IP_TTL): Option.TTL,
    (socket.IPPROTO_IPV6, socket.IPV6_TCLASS): Option.TCLASS,
}
"""Facts that come along with a packet, by the level and name that the system gives them."""

PACKET_OPTIONS: Final = {
    socket.AF_INET: (socket.IPPROTO_IP, 9),
    socket.AF_INET6: (socket.IPPROTO_IPV6, 6),
}
"""IP_PKTOPTIONS and IPV6_2292PKTOPTIONS, which Python has no names for."""

CONTROL_HEAD: Final = struct.Struct("@Nii")
"""The head of such a fact in C: its size with the head, level and name."""

# Of the queue of signals in front of a port.
MIN_LIMIT: Final = 1
INT: Final = 4
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

OWN: Final[dict[Option, Callable[[SocketSettings], int]]] = {
    Option.BUFFER: lambda own: own.buffer,
    Option.HEADER: lambda own: own.header,
    Option.MODE: lambda own: own.binary,
    Option.DELIVER: lambda own: not own.to_port,
    Option.PACKET: lambda own: own.packet,
    Option.PACKET_SIZE: lambda own: own.packet_size,
    Option.EXIT_ON_CLOSE: lambda own: own.exit_on_close,
    Option.HIGH_WATERMARK: lambda own: own.high,
    Option.LOW_WATERMARK: lambda own: own.low,
    Option.HIGH_MSGQ_WATERMARK: lambda own: own.high_msgq,
    Option.LOW_MSGQ_WATERMARK: lambda own: own.low_msgq,
    Option.SEND_TIMEOUT: lambda own: own.send_timeout,
    Option.SEND_TIMEOUT_CLOSE: lambda own: own.send_timeout_close,
    Option.DELAY_SEND: lambda own: own.delay_send,
    Option.READ_PACKETS: lambda own: own.read_packets,
    Option.SHOW_ECONNRESET: lambda own: own.show_econnreset,
    Option.READ_AHEAD: lambda own: own.read_ahead,
    Option.NON_BLOCK_SEND: lambda own: own.non_block_send,
    Option.DEBUG: lambda own: own.debug,
    Option.EXCLUSIVEADDRUSE: lambda own: False,
}
"""How options of the driver itself read, as numbers."""


class _Bytes:
    """Bytes that are read from the front. Raises Refused when there are not enough."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def left(self) -> int:
        return len(self.data) - self.at

    def take(self, count: int) -> bytes:
        if count < 0 or count > self.left():
            raise invalid()
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self, size: int = INT) -> int:
        return int.from_bytes(self.take(size), "big", signed=True)


# ---------------------------------------------------------------- setopts


def set_options(driver: Inet, data: bytes) -> None:
    """Set options, in the order in which they come. Raises Refused; what came before the one that
    is refused stays set."""
    source = _Bytes(data)
    while source.left() > INT:
        code = source.take(1)[0]
        value = source.number()
        if code not in list(Option):
            raise invalid()
        _set(driver, Option(code), value, source)


def _set(driver: Inet, option: Option, value: int, source: _Bytes) -> None:
    if option in SYSTEM:
        _set_number(driver, option, value)
    elif option in OTHERS:
        OTHERS[option](driver, value, source)
    elif option in CHANGES:
        if option not in STREAM or driver.kind == socket.SOCK_STREAM:
            CHANGES[option](driver.settings, value)
    else:
        raise invalid()


def _set_number(driver: Inet, option: Option, value: int) -> None:
    own = driver.settings
    if option is Option.RCVBUF and not own.buffer_given:
        most = (1 << 16) if driver.kind == socket.SOCK_DGRAM else value
        own.buffer = max(own.buffer, min(value, most))
    done = _setsockopt(driver, *SYSTEM[option], value)
    if not done and option in TOLD:
        raise invalid()
    if done and option in ANCILLARY:
        (own.ancillary.add if value else own.ancillary.discard)(option)


def _setsockopt(driver: Inet, level: int, name: int, value: int | bytes) -> bool:
    """Whether the system did it."""
    if driver.sock is None:
        return False
    priority = None
    try:
        if (level, name) == SYSTEM[Option.TOS]:
            # The system would set the priority anew.
            priority = driver.sock.getsockopt(socket.SOL_SOCKET, socket.SO_PRIORITY)
        driver.sock.setsockopt(level, name, value)
        if priority is not None:
            driver.sock.setsockopt(socket.SOL_SOCKET, socket.SO_PRIORITY, priority)
    except OSError:
        return False
    return True


def _set_active(driver: Inet, value: int, source: _Bytes) -> None:
    own = driver.settings
    own.active = Active(value & 3)
    if own.active is not Active.MULTI:
        own.active_count = 0
    else:
        count = own.active_count + source.number(2)
        if not -(1 << 15) <= count < 1 << 15:
            raise invalid()
        own.active_count = max(0, count)
        if own.active_count == 0:
            own.active = Active.PASSIVE
            driver.tell_passive()
    driver.activated()


def _set_linger(driver: Inet, value: int, source: _Bytes) -> None:
    seconds = source.number()
    driver.settings.linger_zero = value != 0 and seconds == 0
    _setsockopt(driver, socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", value, seconds))


def _set_raw(driver: Inet, value: int, source: _Bytes) -> None:
    name, size = source.number(), source.number()
    _setsockopt(driver, value, name, source.take(size))


def _set_bytes_of_interface(driver: Inet, value: int, source: _Bytes) -> None:
    name = source.take(value)
    if len(name) > INTERFACE:
        raise invalid()
    if not _setsockopt(driver, socket.SOL_SOCKET, socket.SO_BINDTODEVICE, name):
        raise invalid()


def _set_netns(driver: Inet, value: int, source: _Bytes) -> None:
    driver.settings.netns = source.take(value)


def _set_multicast_interface(driver: Inet, value: int, source: _Bytes) -> None:
    if driver.family == socket.AF_INET:
        level, name = socket.IPPROTO_IP, socket.IP_MULTICAST_IF
        _setsockopt(driver, level, name, value.to_bytes(INT, "big", signed=True))
    elif driver.family == socket.AF_INET6:
        _setsockopt(driver, socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, value)
    else:
        raise invalid()


def _set_membership(joins: bool) -> Callable[[Inet, int, _Bytes], None]:
    """Joining or leaving a group. Until 23 the value was its address, then family and interface
    come first."""

    def change(driver: Inet, value: int, source: _Bytes) -> None:
        if driver.release < FOUND_DOMAIN_SINCE:
            group = value.to_bytes(INT, "big", signed=True)
            _change_membership(driver, joins, group + source.take(INT))
        elif value == Family.INET and driver.family == socket.AF_INET:
            index = source.number()
            # The group, the address of the interface, and its number.
            _change_membership(driver, joins, source.take(2 * INT) + struct.pack("=i", index))
        elif value == Family.INET6 and driver.family == socket.AF_INET6:
            index = source.number()
            packed = source.take(16) + struct.pack("=I", index)
            name = socket.IPV6_JOIN_GROUP if joins else socket.IPV6_LEAVE_GROUP
            _setsockopt(driver, socket.IPPROTO_IPV6, name, packed)
        else:
            raise invalid()

    return change


def _change_membership(driver: Inet, joins: bool, packed: bytes) -> None:
    name = socket.IP_ADD_MEMBERSHIP if joins else socket.IP_DROP_MEMBERSHIP
    _setsockopt(driver, socket.IPPROTO_IP, name, packed)


OTHERS: Final[dict[Option, Callable[[Any, int, _Bytes], None]]] = {
    Option.ACTIVE: _set_active,
    Option.LINGER: _set_linger,
    Option.RAW: _set_raw,
    Option.BIND_TO_DEVICE: _set_bytes_of_interface,
    Option.NETNS: _set_netns,
    Option.MULTICAST_IF: _set_multicast_interface,
    Option.ADD_MEMBERSHIP: _set_membership(True),
    Option.DROP_MEMBERSHIP: _set_membership(False),
}
"""How options are set whose value is more than a number."""


def _buffer(own: SocketSettings, value: int) -> None:
    own.buffer = max(1, value)
    own.buffer_given = True


def _high(own: SocketSettings, value: int) -> None:
    own.high = max(0, value)
    own.low = min(own.low, own.high)


def _low(own: SocketSettings, value: int) -> None:
    own.low = max(0, value)
    own.high = max(own.high, own.low)


def _limit(value: int) -> int:
    if value < MIN_LIMIT:
        raise invalid()
    return value


def _read_packets(own: SocketSettings, value: int) -> None:
    if value <= 0:
        raise invalid()
    own.read_packets = value


def _high_msgq(own: SocketSettings, value: int) -> None:
    own.high_msgq = _limit(value)
    own.low_msgq = min(own.low_msgq, own.high_msgq)


def _low_msgq(own: SocketSettings, value: int) -> None:
    own.low_msgq = _limit(value)
    own.high_msgq = max(own.high_msgq, own.low_msgq)


def _named(name: str, to: Callable[[int], object]) -> Callable[[SocketSettings, int], None]:
    def change(own: SocketSettings, value: int) -> None:
        setattr(own, name, to(value))

    return change


def _unsigned(value: int) -> int:
    return value & 0xFFFFFFFF


CHANGES: Final[dict[Option, Callable[[SocketSettings, int], None]]] = {
    Option.BUFFER: _buffer,
    Option.HEADER: _named("header", _unsigned),
    Option.MODE: _named("binary", bool),
    Option.DELIVER: _named("to_port", lambda value: not value),
    Option.PACKET: _named("packet", int),
    Option.PACKET_SIZE: _named("packet_size", _unsigned),
    Option.EXIT_ON_CLOSE: _named("exit_on_close", bool),
    Option.HIGH_WATERMARK: _high,
    Option.LOW_WATERMARK: _low,
    Option.HIGH_MSGQ_WATERMARK: _high_msgq,
    Option.LOW_MSGQ_WATERMARK: _low_msgq,
    Option.SEND_TIMEOUT: _named("send_timeout", _unsigned),
    Option.SEND_TIMEOUT_CLOSE: _named("send_timeout_close", bool),
    Option.DELAY_SEND: _named("delay_send", bool),
    Option.READ_PACKETS: _read_packets,
    Option.SHOW_ECONNRESET: _named("show_econnreset", bool),
    Option.LINE_DELIMITER: _named("line_delimiter", lambda value: value & 0xFF),
    Option.READ_AHEAD: _named("read_ahead", bool),
    Option.NON_BLOCK_SEND: _named("non_block_send", bool),
    Option.DEBUG: _named("debug", bool),
    # It is about Windows.
    Option.EXCLUSIVEADDRUSE: lambda own, value: None,
}
"""How options of the driver itself are set."""


# ---------------------------------------------------------------- getopts


def get_options(driver: Inet, data: bytes) -> bytes:
    """The values of options; those that the socket does not have are left out. Raises Refused."""
    source = _Bytes(data)
    out = bytearray()
    while source.left():
        code = source.take(1)[0]
        if code not in list(Option):
            raise invalid()
        out += _get(driver, Option(code), source)
        if len(out) > MAX_OPTIONS:
            raise invalid()
    return bytes(out)


def _get(driver: Inet, option: Option, source: _Bytes) -> bytes:
    own = driver.settings
    if option is Option.RAW:
        return _get_raw(driver, source)
    if option is Option.ACTIVE:
        count = own.active_count.to_bytes(2, "big") if own.active is Active.MULTI else b""
        return _number(option, own.active) + count
    if option in SYSTEM:
        found = _getsockopt(driver, *SYSTEM[option], INT)
        return b"" if found is None else _number(option, _native(found))
    if option is Option.LINGER:
        found = _getsockopt(driver, socket.SOL_SOCKET, socket.SO_LINGER, 2 * INT)
        return b"" if found is None else bytes([option]) + struct.pack(">ii", *_ints(found))
    if option is Option.BIND_TO_DEVICE:
        found = _getsockopt(driver, socket.SOL_SOCKET, socket.SO_BINDTODEVICE, INTERFACE)
        return b"" if found is None else _counted(option, found.split(b"\0")[0])
    if option is Option.NETNS:
        return b"" if own.netns is None else _counted(option, own.netns)
    if option is Option.MULTICAST_IF:
        return _get_multicast_interface(driver)
    if option is Option.PKTOPTIONS:
        return _get_packet_options(driver)
    if option not in OWN:
        raise invalid()
    is_stream = driver.kind == socket.SOCK_STREAM
    if (option in STREAM and not is_stream) or (
        option is Option.READ_PACKETS and driver.kind != socket.SOCK_DGRAM
    ):
        return b""
    if option in (Option.SHOW_ECONNRESET, Option.READ_AHEAD) and driver.name != "tcp_inet":
        return b""
    return _number(option, OWN[option](own))


def _number(option: Option, value: int) -> bytes:
    return bytes([option]) + (int(value) & 0xFFFFFFFF).to_bytes(INT, "big")


def _counted(option: Option, data: bytes) -> bytes:
    return _number(option, len(data)) + data


def _ints(data: bytes) -> tuple[int, int]:
    first, second = struct.unpack("=ii", data.ljust(2 * INT, b"\0"))
    return first, second


def _native(data: bytes) -> int:
    """A number as C has it in memory, in up to four bytes."""
    return _ints(data)[0]


def _getsockopt(driver: Inet, level: int, name: int, size: int) -> bytes | None:
    """What the system says, if anything."""
    if driver.sock is None:
        return None
    try:
        return driver.sock.getsockopt(level, name, size) if size else b""
    except OSError:
        return None


def _get_raw(driver: Inet, source: _Bytes) -> bytes:
    level, name = source.number(), source.number()
    is_given = source.take(1)[0]
    size = source.number()
    if is_given:
        source.take(size)
    if not 0 <= size <= MAX_OPTIONS:
        raise invalid()
    found = _getsockopt(driver, level, name, size)
    if found is None:
        return b""
    return bytes([Option.RAW]) + struct.pack(">iii", level, name, len(found)) + found


def _get_multicast_interface(driver: Inet) -> bytes:
    if driver.family == socket.AF_INET:
        family, found = (
            Family.INET,
            _getsockopt(driver, socket.IPPROTO_IP, socket.IP_MULTICAST_IF, INT),
        )
    elif driver.family == socket.AF_INET6:
        level = socket.IPPROTO_IPV6
        family, found = Family.INET6, _getsockopt(driver, level, socket.IPV6_MULTICAST_IF, INT)
    else:
        raise invalid()
    if found is None:
        return b""
    if driver.release < FOUND_DOMAIN_SINCE:
        return _number(Option.MULTICAST_IF, _native(found))
    if family is Family.INET6:
        found = found[::-1]
    return bytes([Option.MULTICAST_IF]) + found + family.to_bytes(INT, "big")


def _get_packet_options(driver: Inet) -> bytes:
    """What came along with the last packet of a stream."""
    if driver.family not in PACKET_OPTIONS:
        raise invalid()
    found = _getsockopt(driver, *PACKET_OPTIONS[socket.AddressFamily(driver.family)], 64)
    if found is None:
        return b""
    out = bytearray()
    at = 0
    while at + CONTROL_HEAD.size <= len(found):
        size, level, name = CONTROL_HEAD.unpack_from(found, at)
        if size < CONTROL_HEAD.size:
            break
        option = FACTS.get((level, name))
        if option is not None:
            out += _number(option, _native(found[at + CONTROL_HEAD.size : at + size]))
        at += socket.CMSG_SPACE(size - CONTROL_HEAD.size)
    return _counted(Option.PKTOPTIONS, bytes(out))


def facts(ancillary: list[tuple[int, int, bytes]]) -> list[tuple[Option, int]]:
    """What came along with a packet."""
    return [
        (FACTS[level, name], _native(data))
        for level, name, data in ancillary
        if (level, name) in FACTS
    ]
