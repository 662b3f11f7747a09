"""Terms many levels deep, in processes of their own because a failure would be a crash."""

from __future__ import annotations

import subprocess
import sys

import pytest

from enigma_ref.terms import NIL, Float, Map, make_list
from enigma_ref.terms.deep import children, count_terms, deep_hash, depth, is_compound
from tests.terms.term_support import bits

PROGRAM = """
import gc, sys, threading
from enigma_ref.terms import NIL, Cons, ExternalFun, Fun, Map, Record, atom
from enigma_ref.terms.deep import count_terms, deep_hash, depth
from enigma_ref.terms.keys import guard_key
from enigma_ref.terms.order import (
    compare, compare_exact, equal, identical, sort_key, sort_key_exact
)

kinds, levels, collect, where = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
if collect == "nogc":
    gc.disable()
BIG = Map.of((n, n) for n in range(40))
A, Z = atom("a"), atom("z")

def level(kind, term):
    match kind:
        case "t": return (term,)
        case "u": return (1, term, 2)
        case "h": return Cons(term, NIL)
        case "l": return Cons(1, term)
        case "m": return Map.EMPTY.put(A, term)
        case "M": return BIG.put(A, term)
        case "k": return Map.EMPTY.put(term, A)
        case "K": return BIG.put(term, A)
        case "2": return Map.of([(term, A), (Z, 1), ((term, 1), 2), ((term, 0), 3)])
        case "f": return Fun(A, A, 0, 0, 0, bytes(16), (term,), None, None)
        case "r": return Record(A, A, True, (A,), (term,))

def build(leaf):
    term = leaf
    for n in range(levels):
        term = level(kinds[n % len(kinds)], term)
    return term

def check():
    one, same, other = build(-2), build(-2), build(-1)
    assert identical(one, same) and equal(one, same)
    assert not identical(one, other) and not equal(one, other)
    assert compare(one, same) == 0 and compare_exact(one, same) == 0
    assert compare(one, other) == -compare(other, one) == -1
    assert compare_exact(one, other) == -1
    assert deep_hash(one) == deep_hash(same)
    if type(one) is not tuple:
        assert hash(one) == hash(same)
    for size in (0, 40) if levels < 100_000 else (40,):
        table = Map.of((n, n) for n in range(size)).put(one, 1).put(other, 2)
        assert table.get(same) == 1 and table.get(other) == 2
        assert len(table.keys()) == size + 2
        assert table.remove(same).get(one) is None
    if "2" not in kinds and levels < 100_000:
        assert sort_key(one) < sort_key(other) and sort_key_exact(one) < sort_key_exact(other)
        assert depth(one) >= 1 and count_terms(one) > 1
    one = same = other = table = None

if where == "thread":
    failed = []
    threading.excepthook = failed.append
    # CPython 3.13 lets `==` and the freeing of objects nest for about 2 MB before it stops them.
    threading.stack_size((512 if sys.version_info < (3, 13) else 4096) * 1024)
    thread = threading.Thread(target=check)
    thread.start()
    thread.join()
    assert not failed, failed
else:
    check()
print("fine")
"""


def run(kinds: str, levels: int, collect: str, where: str = "main") -> None:
    command = [sys.executable, "-c", PROGRAM, kinds, str(levels), collect, where]
    done = subprocess.run(command, capture_output=True, text=True, timeout=250)
    assert done.stdout == "fine\n", (done.returncode, done.stderr[-2000:])


@pytest.mark.parametrize("collect", ["gc", "nogc"])
@pytest.mark.parametrize(
    "kinds", ["t", "u", "h", "l", "m", "M", "k", "K", "2", "f", "r", "tmfhr", "kt", "mh", "fmM2kl"]
)
def test_deep(kinds: str, collect: str) -> None:
    run(kinds, 400 if "2" in kinds else 3_000 if set(kinds) & set("MK") else 20_000, collect)


@pytest.mark.parametrize("kinds", ["t", "tmfhr"])
def test_a_million_levels(kinds: str) -> None:
    run(kinds, 1_000_000, "nogc")


@pytest.mark.parametrize("kinds", ["t", "tmfhr", "M", "kt"])
def test_small_stack(kinds: str) -> None:
    run(kinds, 10_000, "nogc", "thread")


def test_depth() -> None:
    assert depth(1) == 0
    assert depth(()) == 1
    assert depth(make_list(range(1000))) == 1
    assert depth((1, make_list([(Map.EMPTY,)]))) == 4
    assert depth((((1,),),), limit=1) == 2


def test_counting() -> None:
    assert count_terms(1) == 1
    assert count_terms((1, 2)) == 3
    assert count_terms(make_list([1, 2])) == 4
    assert count_terms(Map.of([(1, (2,))])) == 4


def test_children() -> None:
    assert list(children(make_list([1, 2], 3))) == [1, 2, 3]
    assert list(children(Float(1.0))) == []
    assert is_compound(()) and is_compound(make_list([1])) and is_compound(Map.EMPTY)
    assert not is_compound(NIL) and not is_compound(bits("1")) and not is_compound(1)


def test_hash_of_maps_ignores_how_they_were_made() -> None:
    one = Map.of([(n, (n,)) for n in range(50)])
    other = Map.of([(n, (n,)) for n in reversed(range(50))])
    assert deep_hash((one,)) == deep_hash((other,))
    assert deep_hash((one,)) != deep_hash((other.put(1, 1),))
