"""What a socket is set to, as far as its driver decides it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from enigma_ref.ports.inet.codes import INFINITY, Active, Option, Packet

BUFFER: Final = 1460
BUFFER_NOW: Final = 9216
BUFFER_NOW_SINCE: Final = 29
"""Bytes that are read at once, and the release that reads more (none at 28; measured)."""

HIGH: Final = 8192
LOW: Final = 4096
"""How many bytes wait to be sent when a socket gets busy, and when it no longer is."""


@dataclass
class SocketSettings:
    """Options of the driver, by OTP's names. `buffer_given` tells that somebody chose the buffer,
    `ancillary` which facts about a datagram come along with it."""

    buffer: int = BUFFER
    buffer_given: bool = False
    header: int = 0
    active: Active = Active.PASSIVE
    active_count: int = 0
    packet: int = Packet.RAW
    packet_size: int = 0
    line_delimiter: int = ord("\n")
    binary: bool = False
    to_port: bool = False
    exit_on_close: bool = True
    high: int = HIGH
    low: int = LOW
    high_msgq: int = HIGH
    low_msgq: int = LOW
    send_timeout: int = INFINITY
    send_timeout_close: bool = False
    delay_send: bool = False
    show_econnreset: bool = False
    linger_zero: bool = False
    read_packets: int = 5
    read_ahead: bool = True
    debug: bool = False
    netns: bytes | None = None
    ancillary: set[Option] = field(default_factory=set)

    def for_accepted(self) -> SocketSettings:
        """What a connection gets from the socket that listened for it; prim_inet copies more."""
        return SocketSettings(
            buffer=self.buffer,
            header=self.header,
            packet=self.packet,
            packet_size=self.packet_size,
            binary=self.binary,
            to_port=self.to_port,
            exit_on_close=self.exit_on_close,
            high=self.high,
            low=self.low,
            high_msgq=self.high_msgq,
            low_msgq=self.low_msgq,
            send_timeout=self.send_timeout,
            send_timeout_close=self.send_timeout_close,
            show_econnreset=self.show_econnreset,
            linger_zero=self.linger_zero,
            read_ahead=self.read_ahead,
        )
