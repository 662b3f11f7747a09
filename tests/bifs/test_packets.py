"""Packets cut off binaries, compared with Ericsson's runtime."""

from __future__ import annotations

import random

from enigma_ref.ports.packets import TYPES
from enigma_ref.terms import Atom, Bitstring, Term, atom, make_list
from tests.bifs.oracle import Call, Oracle, answer, bits, one_wrong, unaligned

SEEDS: dict[str, tuple[bytes, ...]] = {
    "http": (
        b"GET / HTTP/1.1\r\n", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.0 404\r\n", b"OPTIONS * HTTP/1.1\r\n",
        b"POST http://h:80/p HTTP/1.0\n", b"XX a:b HTTP/1.1\n", b"\r\n", b"GET x\r\n",
        b"HTTP/1.1  \t 5\t\tOK then\r\nq", b"GET http://:8/ HTTP/2.34\r\n",
    ),
    "httph": (
        b"Content-Length: 17\r\nX: y\r\n", b"foo-BAR--baz: a\r\n b\r\n\r\n", b"\r\n", b"\n",
        b"x-forwarded-for:\r\n\r\n", b"a" * 51 + b"-b: c\n\n", b"a" * 50 + b": c\n\n",
    ),
    "cdr": (b"GIOP\1\2\0\0\0\0\0\3abcde", b"GIOP\1\2\1\0\3\0\0\0abcde"),
    "fcgi": (b"\1\1\0\1\0\3\2\0abcde", b"\1\1\0\1\0\0\0\0abcde"),
    "tpkt": (b"\3\0\0\7abcde", b"\3\0\0\4abcde"),
    "ssl_tls": (b"\x16\3\1\0\5abcdef", b"\x80\x05\1\3\1abcdef", b"\x80\0\1\3\1abcdef"),
    "line": (b"abc\ndef\n", b"abcdef", b"\n", b"aaaaaaa\n"),
    "asn1": (b"\x30\3abcd", b"\x1f\x81\1\3abcd", b"\x3f\xff\xff\1\x82\0\3abcd", b"\x30\x84\0\0\0\2abc"),
}  # fmt: skip
COUNTED = (b"\0\0\0\3abcde", b"\0\3abcd", b"\3abcd", b"\x80\0\0\2abc", b"\xff\xff\xff\xff")
OPTIONS = [atom(name) for name in ("packet_size", "line_length", "line_delimiter")]


def data_for(type_: Term, choose: random.Random) -> bytes:
    """Bytes that start with a packet of the type, or did before they were damaged."""
    name = type_.name.removesuffix("_bin") if type(type_) is Atom else ""
    data = bytearray(choose.choice(SEEDS.get(name, COUNTED)))
    for _ in range(choose.choice((0, 0, 0, 1, 2))):
        place = choose.randrange(len(data) + 1)
        kind = choose.randrange(4)
        if kind == 0:
            data[place : place + 1] = choose.choice(b"\r\n \t:/0-\0\x7f\xe9AZa").to_bytes(1, "big")
        elif kind == 1:
            del data[place : place + 1]
        elif kind == 2:
            data[place:place] = choose.choice(
                (b" ", b"\n", b"\r", b"-", b":", b"\t", b"99999999999")
            )
        else:
            del data[place:]
    return bytes(data)


def test_every_type(oracle: Oracle) -> None:
    choose = random.Random(5)
    types = [*TYPES, atom("mqtt"), 3]
    calls: list[Call] = []
    for _ in range(6000):
        type_ = choose.choice(types)
        data = data_for(type_, choose)
        options = [
            (choose.choice(OPTIONS), choose.choice((0, 1, 2, 3, 4, 5, 8, 10, 13, 16, 20, 97)))
            for _ in range(choose.choice((0, 0, 1, 1, 2)))
        ]
        binary = unaligned(data) if choose.random() < 0.2 else Bitstring.of(data)
        calls.append(("erlang", "decode_packet", (type_, binary, make_list(options))))
    oracle.compare(calls)


def test_wrong_arguments(oracle: Oracle) -> None:
    good = (atom("line"), Bitstring.of(b"a\nb"), make_list([]))
    calls = one_wrong("erlang", "decode_packet", good)
    calls += [
        ("erlang", "decode_packet", (1, bits(0x0102, 16 + extra), make_list([])))
        for extra in (0, 3)
    ]
    for value in (-1, (1 << 32) - 1, 1 << 32, 1 << 70, atom("a")):
        calls.append(("erlang", "decode_packet", (*good[:2], make_list([(OPTIONS[0], value)]))))
    oracle.compare(calls)


def test_parts_share_the_data(oracle: Oracle) -> None:
    whole = Bitstring.of(b"\0\0\0\x64" + bytes(200))
    _, packet, rest = answer(oracle.vm(), ("erlang", "decode_packet", (4, whole, make_list([]))))[1]
    assert packet.data is whole.data and rest.data is whole.data
    assert (packet.byte_size, rest.byte_size) == (100, 100)
