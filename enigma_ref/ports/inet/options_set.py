"""setopts of sockets."""

from __future__ import annotations

import socket
import struct
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from enigma_ref.ports.inet.addresses import invalid
from enigma_ref.ports.inet.codes import Active, Family, Option
from enigma_ref.ports.inet.options import (
    ANCILLARY,
    BIND_TO_DEVICE,
    FOUND_DOMAIN_SINCE,
    INT,
    INTERFACE,
    MIN_LIMIT,
    OPTIONS,
    STREAM,
    SYSTEM,
    TOLD,
    Bytes,
)

if TYPE_CHECKING:
    from enigma_ref.ports.inet.descriptor import Descriptor
    from enigma_ref.ports.inet.settings import SocketSettings


def set_options(driver: Descriptor, data: bytes) -> None:
    """Set options, in the order in which they come. Raises Refused; what came before the one that
    is refused stays set."""
    source = Bytes(data)
    while source.left() > INT:
        option = OPTIONS.get(source.take(1)[0])
        value = source.number()
        if option is None:
            raise invalid()
        _set(driver, option, value, source)


def _set(driver: Descriptor, option: Option, value: int, source: Bytes) -> None:
    if option in SYSTEM:
        _set_number(driver, option, value)
    elif option in OTHERS:
        OTHERS[option](driver, value, source)
    elif option in CHANGES:
        if option not in STREAM or driver.kind == socket.SOCK_STREAM:
            CHANGES[option](driver.settings, value)
    else:
        raise invalid()


def _set_number(driver: Descriptor, option: Option, value: int) -> None:
    own = driver.settings
    if option is Option.RCVBUF and not own.buffer_given:
        most = (1 << 16) if driver.kind == socket.SOCK_DGRAM else value
        own.buffer = max(own.buffer, min(value, most))
    done = set_in_system(driver, *SYSTEM[option], value)
    if not done and option in TOLD:
        raise invalid()
    if done and option in ANCILLARY:
        (own.ancillary.add if value else own.ancillary.discard)(option)


def set_in_system(driver: Descriptor, level: int, name: int, value: int | bytes) -> bool:
    """Whether the system did it."""
    if driver.sock is None:
        return False
    priority = None
    try:
        if (level, name) == SYSTEM[Option.TOS] and Option.PRIORITY in SYSTEM:
            # The system would set the priority anew.
            priority = driver.sock.getsockopt(*SYSTEM[Option.PRIORITY])
        driver.sock.setsockopt(level, name, value)
        if priority is not None:
            driver.sock.setsockopt(*SYSTEM[Option.PRIORITY], priority)
    except OSError:
        return False
    return True


def _set_active(driver: Descriptor, value: int, source: Bytes) -> None:
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


def _set_linger(driver: Descriptor, value: int, source: Bytes) -> None:
    seconds = source.number()
    driver.settings.linger_zero = value != 0 and seconds == 0
    set_in_system(driver, socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", value, seconds))


def _set_raw(driver: Descriptor, value: int, source: Bytes) -> None:
    name, size = source.number(), source.number()
    set_in_system(driver, value, name, source.take(size))


def _set_bytes_of_interface(driver: Descriptor, value: int, source: Bytes) -> None:
    name = source.take(value)
    if len(name) > INTERFACE:
        raise invalid()
    if BIND_TO_DEVICE is None or not set_in_system(driver, socket.SOL_SOCKET, BIND_TO_DEVICE, name):
        raise invalid()


def _set_netns(driver: Descriptor, value: int, source: Bytes) -> None:
    if sys.platform != "linux":
        raise invalid()
    driver.settings.netns = source.take(value)


def _set_multicast_interface(driver: Descriptor, value: int, source: Bytes) -> None:
    if driver.family == socket.AF_INET:
        level, name = socket.IPPROTO_IP, socket.IP_MULTICAST_IF
        set_in_system(driver, level, name, value.to_bytes(INT, "big", signed=True))
    elif driver.family == socket.AF_INET6:
        set_in_system(driver, socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, value)
    else:
        raise invalid()


def _set_membership(joins: bool) -> Callable[[Descriptor, int, Bytes], None]:
    """Joining or leaving a group. Until 23 the value was its address, then family and interface
    come first."""

    def change(driver: Descriptor, value: int, source: Bytes) -> None:
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
            set_in_system(driver, socket.IPPROTO_IPV6, name, packed)
        else:
            raise invalid()

    return change


def _change_membership(driver: Descriptor, joins: bool, packed: bytes) -> None:
    name = socket.IP_ADD_MEMBERSHIP if joins else socket.IP_DROP_MEMBERSHIP
    set_in_system(driver, socket.IPPROTO_IP, name, packed)


OTHERS: Final[dict[Option, Callable[[Any, int, Bytes], None]]] = {
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
    Option.DEBUG: _named("debug", bool),
    # They change nothing: one is about Windows, the other one about SCTP.
    Option.EXCLUSIVEADDRUSE: lambda own, value: None,
    Option.NON_BLOCK_SEND: lambda own, value: None,
}
"""How options of the driver itself are set."""
