"""Hashes and checksums, compared with Ericsson's runtime."""

from __future__ import annotations

import hashlib
import random
import zlib

import pytest

from enigma_ref.bifs.hashes import phash, phash2
from enigma_ref.bifs.md5 import LateMd5, Md5
from enigma_ref.terms import (
    NIL,
    ExternalFun,
    Float,
    Fun,
    Map,
    Pid,
    Port,
    Record,
    Reference,
    Term,
    atom,
    make_list,
    make_string,
)
from tests.bifs.oracle import Call, Oracle, binary, bits, one_wrong, unaligned
from tests.bifs.test_conversions import random_floats, random_integers

NODE = atom("nonode@nohost")
OTHER = atom("x@y")


def terms() -> list[Term]:
    chosen = random.Random(7)
    found: list[Term] = [*random_integers(), *random_floats(15), Float(-0.0), Float(0.0)]
    found += [atom(name) for name in ("", "a", "hello", "å", "ÿÿ", "€", "aå€😀", "x" * 255, "\x80")]
    found += [binary(bytes(range(size))) for size in range(40)]
    found += [bits(0x1234567 >> size, size + 8) for size in range(20)]
    found += [unaligned(bytes(range(30))), bits(1, 1), bits(0, 7)]
    found += [(), (1,), (atom("a"), NIL), tuple(range(300)), ((1, 2), (3, ()))]
    found += [NIL, make_string("hello"), make_list([1, 2], 3), make_list([256, 1, 2, 300])]
    found += [make_list([1, 2, 3, 4], 5), make_list([1, 2, 3, 4, 5], atom("a")), make_list([NIL])]
    found += [make_list([make_string("ab"), 1, make_string("cdefgh")], binary("x"))]
    found += [make_list([atom("a")], atom("b")), make_list([-1, 1 << 70, Float(1.5)])]
    for size in (0, 1, 2, 5, 31, 32, 33, 200):
        found.append(Map.of((key, (key, make_string("v"))) for key in range(size)))
    found.append(Map.of([(atom("a"), Map.of([(1, 2)])), (Map.of([(3, 4)]), binary("x"))]))
    found += [make_list([Map.EMPTY, 1]), (Map.of([(1, 2)]), Map.of([(1, 2)]))]
    for node in (NODE, OTHER):
        creation = 0 if node is NODE else 5
        found += [Pid(node, number, serial, creation) for number, serial in ((1, 0), (4095, 3))]
        found += [Pid(node, 0x7FFF, 9, creation), Port(node, 17, creation)]
    found += [
        Port(OTHER, 0xFFFFFFF, 2),
        Reference(OTHER, (7, 8, 9), 3),
        Reference(OTHER, (0x3FFFF, 1, 2), 1),
    ]
    found += [ExternalFun(atom("lists"), atom("map"), 2), ExternalFun(atom("no"), atom("å"), 255)]
    for _ in range(60):
        found.append(random_term(chosen, 3))
    return found


def random_term(chosen: random.Random, depth: int) -> Term:
    kind = chosen.randrange(8 if depth else 5)
    if kind == 0:
        return chosen.getrandbits(chosen.choice((5, 8, 28, 64, 130))) * chosen.choice((1, -1))
    if kind == 1:
        return atom(chosen.choice(("a", "true", "hello")))
    if kind == 2:
        return Float(chosen.uniform(-9, 9))
    if kind == 3:
        return binary(chosen.randbytes(chosen.randrange(30)))
    if kind == 4:
        return NIL
    inner = [random_term(chosen, depth - 1) for _ in range(chosen.randrange(5))]
    if kind == 5:
        return tuple(inner)
    if kind == 6:
        return make_list(inner, chosen.choice((NIL, NIL, 5)) if inner else NIL)
    return Map.of((item, random_term(chosen, depth - 1)) for item in inner)


def test_hashes_of_all_kinds(oracle: Oracle) -> None:
    calls: list[Call] = []
    for term in terms():
        calls.append(("erlang", "phash2", (term,)))
        calls.append(("erlang", "phash2", (term, 1 << 32)))
        calls.append(("erlang", "phash", (term, 1 << 32)))
        calls.append(("erlang", "phash2", (term, 17)))
    oracle.compare(calls)


def test_wrong_arguments(oracle: Oracle) -> None:
    calls: list[Call] = []
    for name in ("phash", "phash2"):
        calls += [
            ("erlang", name, (1, size)) for size in (0, 1, 2, -1, 1 << 32, (1 << 32) + 1, 1 << 64)
        ]
        calls += one_wrong("erlang", name, (1, 100))
    for name in ("crc32", "adler32", "md5"):
        calls += one_wrong("erlang", name, (NIL,))
    for name in ("crc32", "adler32"):
        calls += one_wrong("erlang", name, (5, NIL))
        calls += [
            ("erlang", name, (old, make_string("x")))
            for old in (-1, (1 << 32) - 1, 1 << 32, 1 << 70)
        ]
        calls += one_wrong("erlang", name + "_combine", (5, 6, 7))
    calls += [("erlang", "md5_final", (binary(bytes(size)),)) for size in (0, 16, 87, 89)]
    oracle.compare(calls)


def test_funs_have_the_measured_hash() -> None:
    fun = Fun(atom("m"), atom("-f/0-fun-0-"), 1, 0, 5, bytes(16), (1, atom("x")), None, None)
    assert phash2(fun) == phash2(
        Fun(fun.module, fun.name, 1, 0, 5, bytes(16), (1, atom("x")), None, None)
    )
    assert phash2(fun) != phash2(
        Fun(fun.module, fun.name, 1, 0, 6, bytes(16), (1, atom("x")), None, None)
    )
    assert phash(fun) != phash(
        Fun(fun.module, fun.name, 1, 1, 5, bytes(16), (1, atom("x")), None, None)
    )


def test_deep_terms() -> None:
    term: Term = NIL
    for _ in range(200_000):
        term = make_list([(term, 1)])
    assert 0 <= phash2(term) < 1 << 32
    assert 0 <= phash(term) < 1 << 32


def test_checksums(oracle: Oracle) -> None:
    data = (b"", b"a", b"hello world", bytes(range(256)), bytes(1000))
    calls: list[Call] = []
    for item in data:
        calls += [("erlang", name, (binary(item),)) for name in ("crc32", "adler32", "md5")]
        calls += [("erlang", name, (12345, binary(item))) for name in ("crc32", "adler32")]
        for other in data:
            size = len(other)
            crcs = (zlib.crc32(item), zlib.crc32(other), size)
            calls.append(("erlang", "crc32_combine", crcs))
            adlers = (zlib.adler32(item), zlib.adler32(other), size)
            calls.append(("erlang", "adler32_combine", adlers))
    for numbers in (
        (1 << 32, 1, 1),
        (1, 1 << 32, 1),
        (1, 1, 1 << 32),
        (0xFFFFFFFF, 1, 5),
        (1, 0xFFFFFFFF, 5),
    ):
        calls.append(("erlang", "crc32_combine", numbers))
        calls.append(("erlang", "adler32_combine", numbers))
    calls.append(("erlang", "crc32_combine", (123, 456, (1 << 31) - 1)))
    calls.append(("erlang", "adler32_combine", (0xFFF0FFF0, 0xFFF1FFF1, 65521)))
    calls.append(("erlang", "adler32_combine", (0xFFF0FFF0, 0xFFF0FFF0, 65520)))
    oracle.compare(calls)


@pytest.mark.parametrize("release", [25, 27, 29])
def test_md5_in_pieces_is_that_of_the_whole(release: int) -> None:
    data = bytes(range(256)) * 3
    for cut in (0, 1, 55, 56, 63, 64, 65, 130, len(data)):
        context = Md5.unpack(
            (LateMd5() if release == 29 else Md5()).update(data[:cut]).pack(release), release
        )
        assert context is not None
        assert context.update(data[cut:]).digest() == hashlib.md5(data).digest()


def test_md5_contexts_are_exchangeable(oracle: Oracle) -> None:
    vm = oracle.vm()
    ours = vm.call("erlang", "md5_init", []).value
    [(_, theirs)] = oracle.ask([("erlang", "md5_init", ())])
    for piece in (b"", b"abc", b"x" * 60, b"y" * 65, b"z" * 200, b"z" * 56, b"w" * 64):
        assert ours.size == theirs.size
        # Each goes on with the other's context.
        ours, theirs = (
            vm.call("erlang", "md5_update", [theirs, binary(piece)]).value,
            oracle.ask([("erlang", "md5_update", (ours, binary(piece)))])[0][1],
        )
        [(_, final)] = oracle.ask([("erlang", "md5_final", (ours,))])
        assert final == vm.call("erlang", "md5_final", [theirs]).value


A_B = (atom("a"), atom("b"))


@pytest.mark.parametrize(
    ("exported", "fields", "second", "first"),
    [
        (True, {}, 2111901923, 192967787),
        (False, {}, 2849031838, 3592593181),
        (True, {"x": 1}, 4162991814, 1386956291),
        (False, {"x": 2}, 4066329574, 3081208904),
        (True, {"x": 1, "y": 2}, 1677450899, 2592033038),
        (True, {"y": 1, "x": 2}, 4017673618, 2150953033),
        (True, {"z": 1, "x": 2, "y": 3}, 3451622709, 2059670436),
    ],
)
def test_native_records(exported: bool, fields: dict[str, int], second: int, first: int) -> None:
    names = tuple(map(atom, fields))
    record = Record(*A_B, exported, names, tuple(fields.values()))
    assert phash2(record) == second
    assert 1 + phash(record) == first


def test_deep_native_records() -> None:
    record = Record(*A_B, True, (), ())
    for _ in range(100_000):
        record = Record(*A_B, True, (atom("x"),), (record,))
    assert phash2(record) == phash2(record)
    assert phash(record) == phash(record)
