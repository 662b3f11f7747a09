"""How many words terms take, compared with Ericsson's runtime and with what it was seen to say."""

from __future__ import annotations

import pytest

from enigma_ref.bifs.sizes import flat_size, shared_size
from enigma_ref.terms import (
    NIL,
    Bitstring,
    ExternalFun,
    Float,
    Fun,
    Map,
    Pid,
    Port,
    Reference,
    Term,
    atom,
    make_list,
)
from tests.bifs.oracle import Call, Oracle

HERE = atom("nonode@nohost")
THERE = atom("a@b")


def fun(*free: Term) -> Fun:
    return Fun(atom("m"), atom("f"), 0, 0, 0, bytes(16), free, None, None)


@pytest.mark.parametrize(
    ("release", "words"),
    [(23, (6, 7, 11)), (25, (5, 6, 10)), (27, (6, 7, 11)), (28, (2, 3, 7)), (29, (2, 3, 7))],
)
def test_funs(release: int, words: tuple[int, ...]) -> None:
    funs = (fun(), fun(1), fun(1, (1, 2)))
    assert tuple(flat_size(item, release) for item in funs) == words


@pytest.mark.parametrize("release", [23, 25, 27, 28, 29])
def test_identifiers(release: int) -> None:
    words = [3, *(flat_size(Reference(THERE, (1,) * n), release) for n in (1, 2, 3, 4, 5))]
    assert words == [3, 4, 5, 5, 6, 6]
    assert flat_size(Reference(HERE, (1, 2, 3)), release) == 3
    assert flat_size((Pid(HERE, 1), Port(HERE, 1)), release) == 3
    assert flat_size((Pid(THERE, 1), Port(THERE, 1)), release) == 11


def test_like_the_runtime(oracle: Oracle) -> None:
    terms: list[Term] = [
        Pid(THERE, 1, 2, 1), Port(THERE, 1, 1), Reference(THERE, (1,), 1), Reference(THERE, (1, 2), 1),
        Reference(THERE, (1, 2, 3), 1), ExternalFun(atom("lists"), atom("map"), 2),
        ExternalFun(atom("m"), atom("f"), 255), Map.of([((n,), Float(n)) for n in range(20)]),
    ]  # fmt: skip
    terms += [Bitstring.of(bytes(size)) for size in (0, 1, 7, 8, 9, 63, 64, 65, 1000)]
    terms += [1 << bits for bits in (58, 59, 63, 64, 127, 128, 1000)]
    terms += [-(1 << bits) for bits in (58, 59, 60, 63, 64, 127, 128, 1000)]
    terms += [-(1 << 59) - 1, (1 << 64) - 1, -(1 << 64) + 1]
    terms.append(make_list(terms, (terms[0], NIL)))
    calls: list[Call] = [("erts_debug", "flat_size", (term,)) for term in terms]
    oracle.compare(calls)


def test_large_maps_about(oracle: Oracle) -> None:
    maps = [Map.of([(n, n) for n in range(size)]) for size in (33, 50, 100, 1000)]
    theirs = [words for _, words in oracle.ask([("erts_debug", "flat_size", (m,)) for m in maps])]
    for map_, words in zip(maps, theirs, strict=True):
        assert abs(flat_size(map_, oracle.release) - words) <= words / 10


def test_shared_terms_count_once() -> None:
    inner = (1 << 64, Float(1.0))
    assert flat_size((inner, inner), 25) == 3 + 2 * (3 + 3 + 2)
    assert shared_size((inner, inner), 25) == 3 + (3 + 3 + 2)
    assert shared_size(fun(inner, inner), 25) == 5 + 2 + (3 + 3 + 2)
