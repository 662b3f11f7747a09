"""Lowerings of primitives and built-in functions: both engines answer alike, whatever the terms."""

from __future__ import annotations

import itertools
import operator
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enigma_ref.runtime.vm import VM
from enigma_ref.terms import NIL, TRUE, Bitstring, Float, Map, atom, list_items, make_list
from tests.terms.term_support import random_term, vary

PAIRS = [
    "<",
    "=<",
    "==",
    "/=",
    "=:=",
    "=/=",
    "max",
    "min",
    "+",
    "-",
    "*",
    "/",
    "div",
    "rem",
    "band",
    "bor",
    "bxor",
    "bsl",
    "bsr",
    "++",
    "element",
    "setelement",
]
PROGRAMS = Path(__file__).parent.parent / "machine" / "programs"
RANDOMS = st.randoms(use_true_random=False)
terms = RANDOMS.map(random_term)
similar = RANDOMS.map(lambda rnd: two_terms(rnd))
"""Two terms that are often equal, or nearly so."""

KEYS = st.one_of(
    st.integers(-3, 40),
    st.sampled_from([atom("a"), atom("b"), make_list([1]), (1, atom("a")), (Float(1.0),), Bitstring.of(b"k")]),
    st.floats(-2, 2).map(Float),
)  # fmt: skip


def two_terms(rnd: random.Random) -> tuple[Any, Any]:
    term = random_term(rnd)
    return term, vary(rnd, term) if rnd.random() < 0.7 else random_term(rnd)


@pytest.fixture(scope="module")
def engines() -> list[VM]:
    return [VM(25, engine="reference"), VM(25, engine="native")]


@pytest.fixture(scope="module")
def words() -> VM:
    vm = VM(25, engine="native")
    vm.load((PROGRAMS / "words.beam").read_bytes(), "words.beam")
    return vm


def answers(engines: list[VM], module: str, name: str, *arguments: Any) -> list[Any]:
    made = []
    for vm in engines:
        outcome = vm.call(module, name, list(arguments))
        made.append((outcome.ok, outcome.value if outcome.ok else outcome.reason))
    return made


def alike(engines: list[VM], module: str, name: str, *arguments: Any) -> Any:
    """What both engines answer."""
    reference, native = answers(engines, module, name, *arguments)
    assert reference == native, (module, name, arguments)
    assert type(reference[1]) is type(native[1])
    return reference


@given(st.sampled_from(PAIRS), similar)
def test_functions_of_two_terms(engines: list[VM], name: str, pair: tuple[Any, Any]) -> None:
    a, b = pair
    if name == "setelement":
        alike(engines, "erlang", name, a, b, a)
    elif name != "bsl" or type(b) is not int or b < 5_000:
        alike(engines, "erlang", name, a, b)


@given(terms)
def test_functions_of_one_term(engines: list[VM], term: Any) -> None:
    for name in ("hd", "tl", "length", "tuple_size", "byte_size", "bit_size", "map_size",
                 "tuple_to_list", "list_to_tuple", "abs", "-"):  # fmt: skip
        alike(engines, "erlang", name, term)
    alike(engines, "maps", "keys", term)
    alike(engines, "maps", "from_list", term)


BYTES = st.lists(st.integers(-2, 257) | st.just(97), max_size=30)
ODD = st.binary(max_size=5).map(Bitstring.of) | st.sampled_from(
    [NIL, 1 << 70, atom("a"), Float(1.0), Bitstring.from_int(5, 3), make_list([1, 2])]
)


@given(BYTES, st.none() | ODD, st.integers(0, 30), st.integers(0, 20), st.integers(-3, 35),
       st.integers(-3, 35) | st.just(1 << 70))  # fmt: skip
def test_bytes(
    engines: list[VM], values: list[int], odd: Any, place: int, skipped: int, start: int, stop: int
) -> None:
    items: list[Any] = list(values)
    if odd is not None:
        items.insert(place, odd)
    for name in ("list_to_binary", "iolist_to_binary"):
        alike(engines, "erlang", name, make_list(items))
        alike(engines, "erlang", name, make_list(items, NIL if odd is None else odd))
    data = bytes(one & 255 for one in values) + bytes(40)
    for offset in (0, skipped, 8 * (skipped % 3)):
        part = Bitstring(data, offset, 8 * len(values))
        alike(engines, "erlang", "binary_to_list", part)
        alike(engines, "erlang", "binary_to_list", part, start, stop)
        alike(engines, "erlang", "binary_to_list", part, max(start, 1), max(stop, 1))
    alike(engines, "erlang", "binary_to_list", Bitstring(data, 0, skipped))


@given(st.lists(st.tuples(KEYS, terms), max_size=50), st.lists(KEYS, max_size=40), terms)
def test_maps(engines: list[VM], pairs: list[Any], keys: list[Any], value: Any) -> None:
    ok, made = alike(engines, "maps", "from_list", make_list(pairs))
    assert ok
    for key in keys:
        for name in ("get", "find", "is_key", "remove", "take"):
            alike(engines, "maps", name, key, made)
        alike(engines, "maps", "update", key, value, made)
        _, made = alike(engines, "maps", "put", key, value, made)
    _, other = alike(engines, "maps", "from_keys", make_list(keys), value)
    for pair in ((made, other), (other, made), (made, Map.EMPTY)):
        alike(engines, "maps", "merge", *pair)
    _, found = alike(engines, "maps", "keys", made)
    assert len(list_items(found) or []) == len(made)
    alike(engines, "maps", "values", made)
    for rest in (atom("iterator"), make_list([value])):
        alike(engines, "erts_internal", "map_next", 0, made, rest)


@given(st.lists(st.tuples(KEYS, terms), max_size=30), KEYS, st.integers(-1, 3))
def test_lists(engines: list[VM], pairs: list[Any], key: Any, position: int) -> None:
    items = make_list([*pairs, atom("x"), (key,)])
    for name in ("keyfind", "keymember", "keysearch"):
        alike(engines, "lists", name, key, position, items)
    for list_ in (items, make_list(pairs, atom("x"))):
        alike(engines, "lists", "member", key, list_)
        alike(engines, "lists", "reverse", list_, items)
        alike(engines, "erlang", "++", list_, items)
        alike(engines, "erlang", "list_to_tuple", list_)


EDGES = sorted(
    sign * (1 << power) + offset
    for power in (0, 2, 27, 29, 30, 31, 58, 59, 60, 61, 63, 64, 128)
    for sign in (1, -1)
    for offset in (-1, 0, 1)
)
"""Integers around powers of two, where words, digits of Python and small integers end."""

OPERATIONS: dict[str, Callable[[int, int], int]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul,
    "div": lambda a, b: abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1),
    "rem": lambda a, b: abs(a) % abs(b) * (-1 if a < 0 else 1),
    "band": operator.and_, "bor": operator.or_, "bxor": operator.xor,
    "bsl": lambda a, b: a << b, "bsr": lambda a, b: a >> b,
    "bnot": lambda a, b: ~a, "negative": lambda a, b: -a, "abs": lambda a, b: abs(a),
}  # fmt: skip


@pytest.mark.parametrize("name", OPERATIONS)
def test_results_are_what_they_are(words: VM, name: str) -> None:
    seen = 0
    for a, b in itertools.product(EDGES, EDGES):
        if (name in ("bsl", "bsr") and not 0 <= b <= 64) or (name in ("div", "rem") and not b):
            continue
        seen += 1
        outcome = words.call("words", "same", [atom(name), a, b, OPERATIONS[name](a, b)])
        assert outcome.ok, outcome.reason
        assert list_items(outcome.value) == [TRUE] * 14, (name, a, b)
    assert seen > 500


@pytest.mark.parametrize("size", [1, 20, 32, 100, 3000, 20000])
def test_what_is_done_is_worth_the_same_reductions(size: int) -> None:
    costs = []
    for engine in ("reference", "native"):
        vm = VM(25, engine=engine)
        vm.load((PROGRAMS / "costs.beam").read_bytes(), "costs.beam")
        outcome = vm.call("costs", "costs", [size])
        assert outcome.ok, outcome.reason
        costs.append({name.name: cost for name, cost in list_items(outcome.value) or ()})
    reference, native = costs
    assert reference == native
    assert len(reference) == 18
    if size == 20000:
        cheap = [name for name, cost in reference.items() if cost < size // 16]
        assert cheap == ["setelement"]
        assert reference["setelement"] >= size // 16 // 32
