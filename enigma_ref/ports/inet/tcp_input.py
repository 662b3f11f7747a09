"""Bytes that a stream has received, and the packets in them.

The sizes of the buffer show in what programs get: how much is read at once, and where lines that
are too long are cut. So they are counted as inet_drv.c does.
"""

from __future__ import annotations

from typing import Any, Final

from enigma_ref.ports.inet.codes import Packet
from enigma_ref.ports.inet.settings import SocketSettings
from enigma_ref.ports.packets import INVALID, TYPES, UNKNOWN, Input
from enigma_ref.terms import Bitstring, Term, atom

TYPE: Final[dict[int, Term]] = {
    Packet.RAW: 0,
    Packet.ONE: 1,
    Packet.TWO: 2,
    Packet.FOUR: 4,
    **{
        code: atom(code.name.lower())
        for code in Packet
        if code not in (Packet.RAW, Packet.ONE, Packet.TWO, Packet.FOUR)
    },
}
"""What decode_packet/3 calls the types of packets."""

HTTP: Final = frozenset((Packet.HTTP, Packet.HTTP_BIN, Packet.HTTPH, Packet.HTTPH_BIN))
HEADERS_NEXT: Final = {Packet.HTTP: Packet.HTTPH, Packet.HTTP_BIN: Packet.HTTPH_BIN}
PARSED: Final = HTTP | {Packet.SSL_TLS}
"""Types of which a term is made."""

HTTP_EOH: Final = atom("http_eoh")
HTTP_ERROR: Final = atom("http_error")

HEAD: Final = {
    Packet.ONE: 1, Packet.TWO: 2, Packet.FOUR: 4, Packet.SUNRM: 4, Packet.TPKT: 4,
    Packet.SSL_TLS: 5, Packet.FCGI: 8, Packet.CDR: 12, Packet.ASN1: 2,
}  # fmt: skip
"""How many bytes must be seen before a packet's length is known."""


class Incoming:
    """What has come and is not delivered: `data` from `start` on, in a buffer of `size` bytes;
    no data at all stands for no buffer. `missing` bytes must still come, when that is known.

    `_seen` is a copy of the data to look at, so that many packets in it cost one copy."""

    def __init__(self, settings: SocketSettings, release: int) -> None:
        self.settings = settings
        self.release = release
        self.data: bytearray | None = None
        self.start = 0
        self.size = 0
        self.missing = 0
        self.in_headers = False
        self._seen = b""

    @property
    def filled(self) -> int:
        """How many bytes there are."""
        return 0 if self.data is None else len(self.data) - self.start

    def clear(self) -> None:
        """Forget everything."""
        self.data = None
        self._seen = b""
        self.start = self.size = self.missing = 0

    def push_back(self, data: bytes) -> None:
        """Put bytes in front of the others."""
        rest = b"" if self.data is None else self.data[self.start :]
        self.size = len(data) + (0 if self.data is None else self.size)
        self.data = bytearray(data + rest)
        self._seen = b""
        self.start = self.missing = 0

    def restart(self) -> None:
        """Forget what was delivered."""
        if self.data is not None and self.start:
            del self.data[: self.start]
            self.start = 0
            self._seen = b""

    def _expand(self, length: int) -> None:
        self.size = max(self.size, self.start + length)

    def to_read(self, wanted: int) -> int:
        """How many bytes to read now, when `wanted` are asked for or 0 for a packet: 0 when
        enough are there, and -1 when what is there is no packet."""
        if self.data is None:
            self.data = bytearray()
            self._seen = b""
            self.start = 0
            self.size = wanted or self.settings.buffer
            self.missing = wanted
            return self._modest(self.size)
        if wanted:
            if self.filled >= wanted:
                return 0
            self._expand(wanted)
            self.missing = wanted - self.filled
        elif not self.missing:
            space, length = self.look()
            if space <= 0:
                return space
            self.missing = length
            return self.missing or self._modest(space)
        return self.missing

    def _modest(self, size: int) -> int:
        """Without read_ahead, nothing behind a packet must be read."""
        if self.settings.read_ahead or self.missing or self.settings.packet == Packet.RAW:
            return size
        return max(1, HEAD.get(Packet(self.settings.packet), 1) - self.filled)

    def add(self, data: bytes) -> int:
        """More bytes have come. The length of what is complete now; 0 when nothing is, and -1
        when it is no packet."""
        assert self.data is not None
        self.data += data
        self._seen = b""
        if self.missing:
            self.missing -= len(data)
            return 0 if self.missing else self.filled
        return self.next()

    def next(self) -> int:
        """The length of the first packet; 0 when there is none yet, and -1 when there never
        will be."""
        if self.data is None or self.missing:
            return 0
        space, length = self.look()
        if space == 0:
            return length
        if space > 0:
            self.missing = length
            return 0
        return -1

    def look(self) -> tuple[int, int]:
        """How many bytes there is room for, with how many are missing (0: nobody knows); or 0
        with the length of the packet that is there; or -1 when there is none."""
        assert self.data is not None
        there = self.filled
        length = self._length(there)
        if 0 < length <= there:
            return 0, length
        if length > 0:
            self._expand(length)
            return length - there, length - there
        space = self.size - len(self.data)
        if length < 0:
            return -1, 0
        if space > 0:
            return space, 0
        if len(self.data) > there:
            return len(self.data) - there, 0
        limit = self.settings.packet_size
        if limit > there:
            self._expand(limit)
            return limit - there, 0
        return -1, 0

    def _type(self) -> int:
        code = self.settings.packet
        if code in HTTP:
            if code not in HEADERS_NEXT:
                self.in_headers = True
            elif self.in_headers:
                return HEADERS_NEXT[Packet(code)]
        return code

    def _input(self, bits: Bitstring) -> Input:
        own = self.settings
        return Input(bits, own.packet_size, self.size, own.line_delimiter, self.release)

    def _length(self, there: int) -> int:
        """How long the packet is; 0 when that cannot be told yet, and -1 when it is none."""
        assert self.data is not None
        code = self._type()
        if code == Packet.RAW:
            return there
        if code not in TYPE:
            return -1
        if not self._seen:
            self._seen = bytes(self.data)
        source = self._input(Bitstring(self._seen, 8 * self.start, 8 * there))
        length = TYPES[TYPE[code]][0](source)
        return {UNKNOWN: 0, INVALID: -1}.get(length, length)

    def take(self, length: int) -> bytes:
        """The first bytes, which are delivered now."""
        assert self.data is not None
        end = self.start + length
        taken = bytes(self.data[self.start : end])
        if end == len(self.data):
            self.clear()
        else:
            self.start = end
            self.missing = 0
        return taken

    def packet(self, data: bytes) -> Any:
        """What a packet becomes: the bytes in it, or a term if it is of a type that is parsed. The
        owner that gets messages as of other ports has to parse it itself."""
        code = self._type()
        if code == Packet.RAW or (self.settings.to_port and code in PARSED):
            return data
        found = TYPES[TYPE[code]][1](self._input(Bitstring.of(data)), len(data))
        if code not in PARSED:
            return found.to_bytes()
        if code in HTTP:
            if found is HTTP_EOH:
                self.in_headers = False
            elif found[0] is not HTTP_ERROR:
                self.in_headers = True
        return found
