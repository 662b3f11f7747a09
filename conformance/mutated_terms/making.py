"""Encodings of random terms, with every tag, and damage done to them; all from a seed."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable
from typing import Final

NODES: Final = ("nonode@nohost", "other@host")
NAMES: Final = ("ok", "a", "true", "é", "ω", "", "日本", "hello_world", "x" * 255, "é" * 200)
MODULES: Final = ("lists", "erlang", "no_such_module")
TAGS: Final = b"ACFMPXYZabcdefghijklmnopqrstvwxy"
"""What starts a term in some release, or did; and a few that never did."""

EXTREMES: Final = (
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\x80\x00\x00\x00",
    b"\0\0\0\0",
    b"\0\0\0\1",
    b"\0\1\0\0",
    b"\xff\xff",
    b"\0\0",
)
"""Sizes that somebody might not have thought of."""

MOST_DAMAGE: Final = 4


class Maker:
    """Makes encodings; equal seeds give equal ones."""

    def __init__(self, seed: object) -> None:
        self.random = random.Random(str(seed))

    def damaged(self) -> bytes:
        """The encoding of a term, as a rule damaged in a few places."""
        data = bytearray(self.encoding())
        for _ in range(self.random.choice((0, 1, 1, 1, 2, 2, MOST_DAMAGE))):
            self.damage(data)
        return bytes(data)

    def encoding(self) -> bytes:
        """The encoding of a whole term, compressed now and then."""
        body = self.term(self.random.randrange(5))
        if self.random.random() < 0.1:
            packed = zlib.compress(body, self.random.randrange(10))
            return b"\x83P" + len(body).to_bytes(4, "big") + packed
        return b"\x83" + body

    def damage(self, data: bytearray) -> None:
        """Change something in one place."""
        choose = self.random
        place = choose.randrange(len(data) + 1)
        kind = choose.randrange(8)
        if kind == 0:
            data[place : place + 1] = bytes((choose.randrange(256),))
        elif kind == 1:
            data[place : place + 1] = bytes((choose.choice(TAGS),))
        elif kind == 2:
            extreme = choose.choice(EXTREMES)
            data[place : place + len(extreme)] = extreme
        elif kind == 3:
            del data[place : place + choose.choice((1, 1, 2, 4, 9))]
        elif kind == 4:
            data[place:place] = self.term(choose.randrange(2))
        elif kind == 5:
            start = choose.randrange(len(data) + 1)
            data[place:place] = data[start : start + choose.randrange(1, 20)]
        elif kind == 6:
            del data[place:]
        elif data:
            data[place % len(data)] ^= 1 << choose.randrange(8)

    def term(self, depth: int) -> bytes:
        """The encoding of a term of at most so many levels, without the version."""
        if depth <= 0 or self.random.random() < 0.2:
            return self.random.choice(_LEAVES)(self)
        return self.random.choice(_NESTS)(self, depth - 1)

    # ------------------------------------------------------------ terms without terms inside

    def atom(self) -> bytes:
        """An atom with one of the four tags."""
        return self._named(self.random.choice(NAMES))

    def _named(self, name: str) -> bytes:
        utf8 = name.encode()
        choose = self.random.random()
        if choose < 0.5 and len(utf8) < 256:
            return struct.pack(">BB", 119, len(utf8)) + utf8
        if choose < 0.7 or max(name, default="") > "\xff":
            return struct.pack(">BH", 118, len(utf8)) + utf8
        latin1 = name.encode("latin1")
        if choose < 0.85:
            return struct.pack(">BH", 100, len(latin1)) + latin1
        return struct.pack(">BB", 115, len(latin1)) + latin1

    def _integer(self) -> bytes:
        choose = self.random
        kind = choose.randrange(4)
        if kind == 0:
            return bytes((97, choose.randrange(256)))
        if kind == 1:
            return b"b" + choose.randbytes(4)
        digits = choose.randbytes(choose.choice((0, 1, 4, 7, 8, 9, 16, 40)))
        digits += b"\0" * choose.choice((0, 0, 0, 1, 8))
        sign = bytes((choose.choice((0, 0, 1, 1, 2, 255)),))
        if kind == 2:
            return bytes((110, len(digits))) + sign + digits
        return b"o" + struct.pack(">I", len(digits)) + sign + digits

    def _float(self) -> bytes:
        choose = self.random
        if choose.random() < 0.5:
            return b"F" + choose.choice((choose.randbytes(8), b"\x7f\xf0" + bytes(6), bytes(8)))
        number = choose.choice((0.0, 1.5, -2.25e300, 1e-300, choose.uniform(-9, 9)))
        text = choose.choice(("%.20e", "%.20e", "%e", "%f", "%d.", "%de5", " %f", "+%f", "%fx"))
        return b"c" + (text % number).encode()[:31].ljust(31, b"\0")

    def _binary(self) -> bytes:
        data = self.random.randbytes(self.random.choice((0, 1, 3, 20, 64, 65, 100, 300)))
        if self.random.random() < 0.5:
            return b"m" + struct.pack(">I", len(data)) + data
        last = self.random.choice((0, 1, 4, 7, 8, 9))
        return b"M" + struct.pack(">IB", len(data), last) + data

    def _string(self) -> bytes:
        data = self.random.randbytes(self.random.choice((0, 1, 5, 40)))
        return b"k" + struct.pack(">H", len(data)) + data

    def _nil(self) -> bytes:
        return b"j"

    def _node(self) -> bytes:
        return self._named(self.random.choice(NODES))

    def _number(self) -> bytes:
        high = self.random.choice((1 << 8, 1 << 15, 1 << 18, 1 << 28, 1 << 29, 1 << 32))
        return struct.pack(">I", self.random.choice((high - 1, self.random.randrange(high))))

    def _creation(self, size: int) -> bytes:
        return self.random.choice((0, 0, 1, 3, 4, 200)).to_bytes(size, "big")

    def pid(self) -> bytes:
        """A pid, in one of the two forms."""
        new = self.random.random() < 0.7
        head = (b"X" if new else b"g") + self._node() + self._number() + self._number()
        return head + self._creation(4 if new else 1)

    def _port(self) -> bytes:
        kind = self.random.choice("xYf")
        head = kind.encode() + self._node() + (self._number() if kind == "x" else b"")
        return head + self._number() + self._creation(1 if kind == "f" else 4)

    def _reference(self) -> bytes:
        kind = self.random.choice("ZZre")
        if kind == "e":
            return b"e" + self._node() + self._number() + self._creation(1)
        count = self.random.choice((0, 1, 2, 3, 3, 3, 4, 5, 6))
        words = b"".join(self._number() for _ in range(count))
        size = 4 if kind == "Z" else 1
        return (
            kind.encode() + struct.pack(">H", count) + self._node() + self._creation(size) + words
        )

    def _export(self) -> bytes:
        arity = self.random.choice(
            (b"a\0", b"a\1", b"a\xff", b"b\0\0\0\2", b"n\1\0\3", b"l\0\0\0\0a\1")
        )
        return b"q" + self._named(self.random.choice(MODULES)) + self.atom() + arity

    # ------------------------------------------------------------ terms with terms inside

    def _terms(self, depth: int, count: int) -> bytes:
        return b"".join(self.term(depth) for _ in range(count))

    def _count(self) -> int:
        return self.random.choice((0, 1, 1, 2, 2, 3, 4, 7))

    def _tuple(self, depth: int) -> bytes:
        count = self._count()
        head = bytes((104, count)) if self.random.random() < 0.8 else struct.pack(">BI", 105, count)
        return head + self._terms(depth, count)

    def _list(self, depth: int) -> bytes:
        count = self._count()
        tail = b"j" if self.random.random() < 0.7 else self.term(depth)
        return struct.pack(">BI", 108, count) + self._terms(depth, count) + tail

    def _map(self, depth: int) -> bytes:
        count = self.random.choice((0, 1, 2, 3, 5, 33, 40))
        if count < 33:
            return struct.pack(">BI", 116, count) + self._terms(depth, 2 * count)
        keys = self.random.sample(range(256), count)
        pairs = b"".join(bytes((97, key)) + self.term(0) for key in keys)
        return struct.pack(">BI", 116, count) + pairs

    def _fun(self, depth: int) -> bytes:
        count = self._count()
        unique = self.random.randbytes(16)
        index = self.random.randrange(9)
        body = bytes((self.random.randrange(5),)) + unique + struct.pack(">II", index, count)
        body += self._named(self.random.choice(MODULES)) + bytes((97, index))
        body += b"b" + self.random.randbytes(4)
        body += self.pid() + self._terms(depth, count)
        return b"p" + struct.pack(">I", len(body) + 4) + body

    def _record(self, depth: int) -> bytes:
        """A native record, which 29 has."""
        count = self._count()
        flags = self.random.choice((0, 1, 1, 2))
        head = b"C" + struct.pack(">IB", count, flags)
        names = b"".join(self._named(f"f{place}") for place in range(count))
        return head + self.atom() + self.atom() + names + self._terms(depth, count)


_LEAVES: Final[tuple[Callable[[Maker], bytes], ...]] = (
    Maker.atom,
    Maker.atom,
    Maker._integer,
    Maker._integer,
    Maker._float,
    Maker._binary,
    Maker._string,
    Maker._nil,
    Maker.pid,
    Maker._port,
    Maker._reference,
    Maker._export,
)
_NESTS: Final[tuple[Callable[[Maker, int], bytes], ...]] = (
    Maker._tuple,
    Maker._tuple,
    Maker._list,
    Maker._list,
    Maker._map,
    Maker._fun,
    Maker._record,
)
