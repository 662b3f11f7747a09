"""getopts of sockets."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from enigma_ref.ports.inet.addresses import invalid
from enigma_ref.ports.inet.codes import Active, Family, Option
from enigma_ref.ports.inet.options import (
    BIND_TO_DEVICE,
    CONTROL_HEAD,
    FACTS,
    FOUND_DOMAIN_SINCE,
    INT,
    INTERFACE,
    MAX_OPTIONS,
    OPTIONS,
    PACKET_OPTIONS,
    STREAM,
    SYSTEM,
    Bytes,
)

if TYPE_CHECKING:
    from enigma_ref.ports.inet.descriptor import Descriptor
    from enigma_ref.ports.inet.settings import SocketSettings

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
    Option.NON_BLOCK_SEND: lambda own: False,
    Option.DEBUG: lambda own: own.debug,
    Option.EXCLUSIVEADDRUSE: lambda own: False,
}
"""How options of the driver itself read, as numbers."""


def get_options(driver: Descriptor, data: bytes) -> bytes:
    """The values of options; those that the socket does not have are left out. Raises Refused."""
    source = Bytes(data)
    out = bytearray()
    while source.left():
        option = OPTIONS.get(source.take(1)[0])
        if option is None:
            raise invalid()
        out += _get(driver, option, source)
        if len(out) > MAX_OPTIONS:
            raise invalid()
    return bytes(out)


def _get(driver: Descriptor, option: Option, source: Bytes) -> bytes:
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
        if BIND_TO_DEVICE is None:
            return b""
        found = _getsockopt(driver, socket.SOL_SOCKET, BIND_TO_DEVICE, INTERFACE)
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


def _getsockopt(driver: Descriptor, level: int, name: int, size: int) -> bytes | None:
    """What the system says, if anything."""
    if driver.sock is None:
        return None
    try:
        return driver.sock.getsockopt(level, name, size) if size else b""
    except OSError:
        return None


def _get_raw(driver: Descriptor, source: Bytes) -> bytes:
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


def _get_multicast_interface(driver: Descriptor) -> bytes:
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


def _get_packet_options(driver: Descriptor) -> bytes:
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
