"""Packets as sockets and decode_packet/3 know them (erlang(3), inet(3) `packet`): how long one is,
and what becomes of it.

What the documentation leaves open (which lengths are refused, where a header line ends, numbers
that do not fit) follows the packet parser of ERTS (packet_parser.c), and what releases answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from enigma_ref.ports.http_packets import header, start_line
from enigma_ref.terms import NIL, Bitstring, Term, atom

SSL_TLS = atom("ssl_tls")

UNKNOWN: Final = 0
INVALID: Final = -1
"""What stands for a packet's length when more bytes must come first, and when none can help."""

NEWLINE: Final = ord("\n")
WORD: Final = 1 << 32


class Input:
    """The bytes to take a packet from: `size` bytes of `data` from `start` on, and the limits.

    `limit` is the option packet_size, `truncate` line_length (0: none). What some packets are
    depends on the release.
    """

    __slots__ = ("bits", "data", "delimiter", "limit", "release", "size", "start", "truncate")

    def __init__(
        self, bits: Bitstring, limit: int, truncate: int, delimiter: int, release: int
    ) -> None:
        if bits.offset & 7:
            bits = bits.compact()
        self.bits = bits
        self.data = bits.data
        self.start = bits.offset >> 3
        self.size = bits.size >> 3
        self.limit = limit
        self.truncate = truncate
        self.delimiter = delimiter
        self.release = release

    def __getitem__(self, index: int) -> int:
        return self.data[self.start + index]

    def number(self, index: int, count: int) -> int:
        """`count` bytes as an unsigned integer, high byte first."""
        first = self.start + index
        return int.from_bytes(self.data[first : first + count], "big")

    def part(self, start: int, end: int) -> bytes:
        """The bytes between two indices."""
        return bytes(self.data[self.start + start : self.start + end])

    def find(self, byte: int, start: int = 0) -> int:
        """The index of the first such byte from `start` on, or -1."""
        found = self.data.find(byte, self.start + start, self.start + self.size)
        return found - self.start if found >= 0 else -1

    def framed(self, header: int, length: int) -> int:
        """The size of a packet of `length` bytes behind a header, which is checked as C does."""
        length %= WORD
        total = (header + length) % WORD
        if total >= WORD >> 1 or total < header or (self.limit and length > self.limit):
            return INVALID
        return total


# ---------------------------------------------------------------- how long a packet is


def _raw(source: Input) -> int:
    return source.size


def _counted(header: int, mask: int = WORD - 1) -> Callable[[Input], int]:
    """Packets behind their length, in `header` bytes."""

    def length(source: Input) -> int:
        if source.size < header:
            return UNKNOWN
        return source.framed(header, source.number(0, header) & mask)

    return length


def _asn1(source: Input) -> int:
    """BER: a tag of one or several bytes, then the length in short or long form (X.690)."""
    size = source.size
    if size < 2:
        return UNKNOWN
    at = 1
    if source[0] & 0x1F == 0x1F:
        while at < size and source[at] & 0x80:
            at += 1
        if size - at < 2:
            return UNKNOWN
        at += 1
    first = source[at]
    at += 1
    if not first & 0x80:
        return source.framed(at, first)
    count = first & 0x7F
    if size - at < count:
        return UNKNOWN
    if count > 4:
        return INVALID
    return source.framed(at + count, source.number(at, count))


def _cdr(source: Input) -> int:
    """GIOP of CORBA: bit 0 of byte 6 tells the order of the bytes of the length."""
    if source.size < 12:
        return UNKNOWN
    if source.part(0, 4) != b"GIOP":
        return INVALID
    length = source.part(8, 12)
    little = source[6] & 1
    return source.framed(12, int.from_bytes(length[::-1] if little else length, "big"))


def _fcgi(source: Input) -> int:
    """FastCGI, version 1; padding counts."""
    if source.size < 8:
        return UNKNOWN
    if source[0] != 1:
        return INVALID
    return source.framed(8, source.number(4, 2) + source[6])


def _tpkt(source: Input) -> int:
    """TPKT, version 3: the length counts the header (RFC 1006)."""
    if source.size < 4:
        return UNKNOWN
    return source.framed(4, source.number(2, 2) - 4) if source[0] == 3 else INVALID


def _is_old_hello(source: Input) -> bool:
    """Whether it starts as the client hello of SSL version 2 does."""
    return source[0] & 0x80 != 0 and source[2] == 1


def _ssl_tls(source: Input) -> int:
    if source.size < 5:
        return UNKNOWN
    if _is_old_hello(source):
        return source.framed(5, (source.number(0, 2) & 0x7FFF) - 3)
    return source.framed(5, source.number(3, 2))


def _line(source: Input) -> int:
    found = source.find(source.delimiter)
    size = found + 1 if found >= 0 else source.size
    if source.limit and size > source.limit:
        return INVALID
    if source.truncate and (size > source.truncate or (found < 0 and size == source.truncate)):
        return source.truncate
    return size if found >= 0 else UNKNOWN


def _http_limit(source: Input) -> int:
    """line_length limits lines of HTTP where packet_size does not."""
    return source.limit or source.truncate


def _is_empty_line(source: Input) -> bool:
    return source.size <= 2 and source.part(0, source.size) in (b"\n", b"\r\n")


def _http_line(source: Input) -> int:
    limit = _http_limit(source)
    if _is_empty_line(source):
        return source.size
    found = source.find(NEWLINE)
    if found < 0:
        return INVALID if limit and source.size >= limit else UNKNOWN
    return INVALID if limit and found + 1 > limit else found + 1


def _http_header(source: Input) -> int:
    """A header, which goes on in lines that start with a space: the next byte must be seen."""
    limit = _http_limit(source)
    if _is_empty_line(source):
        return source.size
    found = source.find(NEWLINE)
    while found >= 0:
        size = found + 1
        if size < source.size and source[size] in b" \t" and size > 2:
            found = source.find(NEWLINE, size)
            continue
        if limit and size > limit:
            return INVALID
        return size if size < source.size else UNKNOWN
    return INVALID if limit and source.size >= limit else UNKNOWN


# ---------------------------------------------------------------- what a packet becomes


def _whole(source: Input, size: int) -> Term:
    return source.bits.slice(0, size * 8)


def _body(header: int) -> Callable[[Input, int], Term]:
    """Leaves the length away that stands in the first bytes."""

    def body(source: Input, size: int) -> Term:
        return source.bits.slice(header * 8, (size - header) * 8)

    return body


def _fcgi_body(source: Input, size: int) -> Term:
    return source.bits.slice(0, (size - source[6]) * 8)


def _ssl_tls_record(source: Input, size: int) -> Term:
    """`{ssl_tls, [], ContentType, {Major, Minor}, Body}`; an old hello becomes a handshake."""
    if _is_old_hello(source):
        prefix = b"\x01" + (size - 3).to_bytes(3, "big")
        version = (source[3], source[4])
        return (SSL_TLS, NIL, 22, version, Bitstring.of(prefix + source.part(3, size)))
    version = (source[1], source[2])
    return (SSL_TLS, NIL, source[0], version, Bitstring.of(source.part(5, size)))


def _start(as_binary: bool) -> Callable[[Input, int], Term]:
    return lambda source, size: start_line(source.part(0, size), as_binary, source.release)


def _field(as_binary: bool) -> Callable[[Input, int], Term]:
    return lambda source, size: header(source.part(0, size), as_binary)


TYPES: Final[dict[Term, tuple[Callable[[Input], int], Callable[[Input, int], Term]]]] = {
    0: (_raw, _whole),
    atom("raw"): (_raw, _whole),
    1: (_counted(1), _body(1)),
    2: (_counted(2), _body(2)),
    4: (_counted(4), _body(4)),
    atom("asn1"): (_asn1, _whole),
    atom("sunrm"): (_counted(4, (WORD >> 1) - 1), _whole),
    atom("cdr"): (_cdr, _whole),
    atom("fcgi"): (_fcgi, _fcgi_body),
    atom("line"): (_line, _whole),
    atom("tpkt"): (_tpkt, _whole),
    atom("http"): (_http_line, _start(False)),
    atom("http_bin"): (_http_line, _start(True)),
    atom("httph"): (_http_header, _field(False)),
    atom("httph_bin"): (_http_header, _field(True)),
    SSL_TLS: (_ssl_tls, _ssl_tls_record),
}
"""For each type, how to find a packet's length and what to make of the packet."""
