"""The external term format against `term_to_binary`, and against hostile bytes."""

from __future__ import annotations

import zlib
from typing import Any

import pytest

from enigma_ref.terms.atoms import atom
from enigma_ref.terms.bitstrings import Bitstring
from enigma_ref.terms.deep import identical
from enigma_ref.terms.external import ExternalFormatError, decode, decode_used, encode
from enigma_ref.terms.floats import Float
from enigma_ref.terms.funs import ExternalFun, Fun
from enigma_ref.terms.identifiers import Pid, Port, Reference
from enigma_ref.terms.lists import NIL, Cons, list_items, make_list, make_string
from enigma_ref.terms.maps import Map
from enigma_ref.terms.records import Record

from .generate import NODE, Oracle, TermMaker, oracle

__all__ = ["oracle"]

N = b"w\x0dnonode@nohost"


def random_terms(count: int, seed: int, maps: bool = True) -> list[Any]:
    make = TermMaker(seed)
    return [make.term(make.random.randrange(6), maps) for _ in range(count)]


@pytest.mark.parametrize("release", [23, 25, 27, 29])
def test_decode_undoes_encode(release: int) -> None:
    for term in random_terms(200, release):
        for options in ({}, {"compressed": 6}, {"minor_version": 2}):
            assert identical(decode(encode(term, release=release, **options)), term)


ENCODE = """fun(E) ->
    T = binary_to_term(E),
    [term_to_binary(T, O) || O <- [[], [{minor_version, 0}], [{minor_version, 1}],
                                   [{minor_version, 2}], [compressed], [{compressed, 1}]]]
end"""


def test_bytes_are_those_of_erl(oracle: Oracle) -> None:
    release = oracle.release
    terms = random_terms(800, 11, maps=release < 26)
    inputs = [Bitstring.of(encode(term, release=release)) for term in terms]
    for term, answer in zip(terms, oracle.map("encode", ENCODE, inputs), strict=True):
        theirs = [bits.to_bytes() for bits in list_items(answer) or []]
        mine = [encode(term, release=release)]
        mine += [encode(term, release=release, minor_version=minor) for minor in (0, 1, 2)]
        assert mine == theirs[:4]
        # Compressed bytes depend on the version of zlib; whether to compress does not.
        for level, packed in ((6, theirs[4]), (1, theirs[5])):
            ours = encode(term, release=release, compressed=level)
            assert ours[:2] == packed[:2] or abs(len(packed) - len(mine[0])) < 8
            assert identical(decode(packed), term)


@pytest.mark.parametrize(
    ("data", "term"),
    [
        (b"\x83a\x05", 5),
        (b"\x83b\xff\xff\xff\xff", -1),
        (b"\x83n\x00\x00", 0),
        (b"\x83n\x02\x01\x05\x00", -5),
        (b"\x83o\0\0\0\x02\0\0\x01", 256),
        (b"\x83c1.50000000000000000000e+00\0\0\0\0\0", Float(1.5)),
        (b"\x83F\x3f\xf8\0\0\0\0\0\0", Float(1.5)),
        (b"\x83d\0\x01\xe9", atom("é")),
        (b"\x83s\x01a", atom("a")),
        (b"\x83v\0\x02\xc3\xa9", atom("é")),
        (b"\x83w\x02\xc3\xa9", atom("é")),
        (b"\x83h\x00", ()),
        (b"\x83i\0\0\0\x01j", (NIL,)),
        (b"\x83k\0\x02ab", make_string("ab")),
        (b"\x83l\0\0\0\x01a\x01a\x02", Cons(1, 2)),
        (b"\x83l\0\0\0\0a\x02", 2),
        (b"\x83m\0\0\0\x01x", Bitstring.of(b"x")),
        (b"\x83M\0\0\0\x01\x03\xff", Bitstring(b"\xe0", 0, 3)),
        (b"\x83t\0\0\0\x01a\x01a\x02", Map.of([(1, 2)])),
        (b"\x83g" + N + b"\0\0\0\x01\0\0\0\x02\x03", Pid(NODE, 1, 2, 3)),
        (b"\x83X" + N + b"\0\0\0\x01\0\0\0\x02\0\0\0\x03", Pid(NODE, 1, 2, 3)),
        (b"\x83f" + N + b"\0\0\0\x01\x03", Port(NODE, 1, 3)),
        (b"\x83Y" + N + b"\0\0\0\x01\0\0\0\x03", Port(NODE, 1, 3)),
        (b"\x83x" + N + b"\0\0\0\x01\0\0\0\0\0\0\0\x03", Port(NODE, 1 << 32, 3)),
        (b"\x83e" + N + b"\0\0\0\x01\x03", Reference(NODE, (1,), 3)),
        (b"\x83r\0\x01" + N + b"\x03\0\0\0\x01", Reference(NODE, (1,), 3)),
        (b"\x83Z\0\x01" + N + b"\0\0\0\x03\0\0\0\x01", Reference(NODE, (1,), 3)),
        (b"\x83qw\x01mw\x01fa\x02", ExternalFun(atom("m"), atom("f"), 2)),
        (
            # What OTP 29 gives for a record of module nr.
            bytes((131, 67, 0, 0, 0, 2, 1, 119, 2, 110, 114, 119, 3, 112, 117, 98))
            + bytes((119, 1, 97, 119, 1, 98, 97, 1, 97, 2)),
            Record(atom("nr"), atom("pub"), True, (atom("a"), atom("b")), (1, 2)),
        ),
    ],
)
def test_every_tag(data: bytes, term: Any) -> None:
    assert decode(data) == term
    assert decode(encode(term, release=29)) == term
    for end in range(len(data)):
        with pytest.raises(ExternalFormatError):
            decode(data[:end])


def test_funs() -> None:
    inner = Fun(atom("m"), atom(""), 1, 2, 3, b"u" * 16, (), Pid(NODE, 9), None)
    outer = Fun(atom("m"), atom(""), 0, 1, -5, b"v" * 16, (inner, 7), Pid(NODE, 9), None)
    assert decode(encode(outer, release=25)) == outer
    seen: list[Fun] = []

    def made_fun(fun: Fun) -> int:
        seen.append(fun)
        return len(seen)

    made = decode(encode(outer, release=27), make_fun=made_fun)
    assert made == 2
    assert [fun.env for fun in seen] == [(), (1, 7)]
    assert seen[1].entry is None and seen[1].creator == Pid(NODE, 0)


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (b"", "version byte 131"),
        (b"\x82a\x01", "version byte 131"),
        (b"\x83", "in the middle"),
        (b"\x83\x83a\x01", "tag 131"),
        (b"\x83h\x02a\x01", "in the middle"),
        (b"\x83i\xff\xff\xff\xffa\x01", "4294967295 tuple elements"),
        (b"\x83l\xff\xff\xff\xffa\x01", "4294967295 list elements"),
        (b"\x83t\xff\xff\xff\xffa\x01", "4294967295 map keys"),
        (b"\x83C\xff\xff\xff\xff\x00w\x01a", "4294967295 record fields"),
        (b"\x83o\xff\xff\xff\xff\x00\x01", "4294967295 bytes of an integer"),
        (b"\x83m\xff\xff\xff\xffa", "4294967295 bytes of a binary"),
        (b"\x83F\x7f\xf0\0\0\0\0\0\0", "no number"),
        (b"\x83c" + b"1e5".ljust(31, b"\0"), "bad float"),
        (b"\x83c" + b"1.5e400".ljust(31, b"\0"), "no number"),
        (b"\x83w\x01\xff", "not UTF-8"),
        (b"\x83w\x03\xed\xa0\x80", "not UTF-8"),
        (b"\x83d\x01\x00" + b"a" * 256, "256 characters"),
        (b"\x83M\0\0\0\x01\x09\xff", "9 bits"),
        (b"\x83M\0\0\0\0\x03", "3 bits"),
        (b"\x83t\0\0\0\x02a\x01a\x02a\x01a\x03", "two equal keys"),
        (b"\x83Z\0\x06" + N + bytes(28), "reference of 6 words"),
        (b"\x83qa\x01w\x01fa\x02", "expected an atom"),
        (b"\x83qw\x01mw\x01fb\xff\xff\xff\xff", "arity -1"),
        (b"\x83p" + bytes(29) + b"a\x01", "expected an atom"),
        (b"\x83u\0\0\0\0", "tag 117"),
        (b"\x83P\0\0\0\x03" + zlib.compress(b"a\x01"), "does not take 3 bytes"),
        (b"\x83P\0\0\0\x01" + zlib.compress(b"a\x01"), "does not take 1 bytes"),
        (b"\x83P\0\0\0\x02not zlib", "bad compressed data"),
        (b"\x83P\xff\xff\xff\xff" + zlib.compress(b"a\x01"), "cannot hold"),
    ],
)
def test_malformed_bytes(data: bytes, part: str) -> None:
    with pytest.raises(ExternalFormatError) as caught:
        decode(data)
    assert part in str(caught.value) and "\n" not in str(caught.value)


def test_mutations_only_raise_their_own_error() -> None:
    make = TermMaker(3)
    choose = make.random
    refused = accepted = 0
    for _ in range(4000):
        packed = choose.choice((0, 0, 6))
        data = bytearray(encode(make.term(choose.randrange(4)), release=25, compressed=packed))
        for _ in range(choose.choice((1, 1, 3))):
            place = choose.randrange(1, len(data) + 1)
            kind = choose.random()
            if kind < 0.5:
                data[place : place + 1] = bytes((choose.randrange(256),))
            elif kind < 0.7:
                del data[place : place + 3]
            elif kind < 0.85:
                data[place : place + 4] = choose.choice((b"\xff" * 4, b"\0" * 4))
            else:
                data[place:place] = bytes((choose.randrange(67, 122),))
        try:
            term = decode(bytes(data))
        except ExternalFormatError:
            refused += 1
        else:
            accepted += 1
            assert identical(decode(encode(term, release=27)), term)
    assert refused > 500 and accepted > 500


def test_a_compressed_bomb_is_refused() -> None:
    bomb = b"\x83P" + (1 << 24).to_bytes(4, "big") + zlib.compress(bytes(1 << 24))
    with pytest.raises(ExternalFormatError, match="over 1000"):
        decode(bomb, max_size=1000)


def test_safe_makes_no_atoms() -> None:
    decode(encode(atom("known_to_everybody"), release=25), safe=True)
    with pytest.raises(ExternalFormatError, match="new atom"):
        decode(b"\x83w\x14never_heard_of_it_xyz"[:23], safe=True)


def test_used() -> None:
    assert decode_used(b"\x83a\x01rest") == (1, 3)
    packed = b"\x83P\0\0\0\x02" + zlib.compress(b"a\x01")
    assert decode_used(packed + b"rest") == (1, len(packed))


def test_compression_only_where_it_helps() -> None:
    few = make_list([atom("a")] * 4)
    many = make_list([atom("a")] * 5)
    assert encode(few, release=25, compressed=6)[1] == 108
    assert encode(many, release=25, compressed=6)[1] == 80


def test_deep_terms() -> None:
    wraps: list[Any] = [
        lambda t: (t,),
        lambda t: Cons(t, NIL),
        lambda t: Cons(1, Cons(t, 2)),
        lambda t: Map.of([(1, t)]),
        lambda t: Fun(atom("m"), atom(""), 0, 0, 0, b"u" * 16, (t,), None, None),
    ]
    for wrap in wraps:
        term: Any = NIL
        for _ in range(20_000):
            term = wrap(term)
        data = encode(term, release=25)
        assert encode(decode(data), release=25) == data
