"""Maps against Python's dict."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import immutables
from hypothesis import given
from hypothesis import strategies as st

from enigma_ref.terms import Float, Map, atom, make_list, make_string
from enigma_ref.terms.keys import DeepKey, guard_key, unguard_key
from enigma_ref.terms.maps import MAX_SMALL
from enigma_ref.terms.order import compare, compare_exact, equal
from tests.terms.term_support import TERMS

KEYS = st.one_of(
    st.integers(0, 60), st.integers(0, 60).map(Float), st.integers(0, 60).map(lambda n: (n,)), TERMS
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), KEYS, st.integers(0, 9)),
        st.tuples(st.just("remove"), KEYS, st.just(0)),
        st.tuples(st.just("fill"), st.integers(0, 60), st.integers(0, 45)),
    ),
    max_size=12,
)


def is_small(value: Map) -> bool:
    return type(value._table) is dict


@given(STEPS)
def test_model(steps: list[tuple[str, Any, int]]) -> None:
    value = Map.EMPTY
    model: dict[Any, Any] = {}
    for step, key, number in steps:
        before = dict(model)
        older = value
        if step == "put":
            value = value.put(key, number)
            model[key] = number
        elif step == "remove":
            value = value.remove(key)
            model.pop(key, None)
        else:
            pairs = [(key + index, index) for index in range(number)]
            value = value.put_all(pairs)
            model.update(pairs)
        for checked, expected in ((value, model), (older, before)):
            assert len(checked) == len(expected)
            assert dict(checked.items()) == expected
        assert value.keys() == [pair[0] for pair in value.items()]
        assert value.values() == [pair[1] for pair in value.items()]
        assert all(compare_exact(a, b) < 0 for a, b in pairwise(value.keys()))
        assert is_small(value) == (len(value) <= MAX_SMALL)
        built = Map.of(reversed(list(model.items())))
        assert built == value
        assert hash(built) == hash(value)
        assert compare(built, value) == 0
        assert built.items() == value.items()
        assert (key in value) == (key in model)
        assert value.get(key) == model.get(key)


@given(st.sets(st.integers(), min_size=30, max_size=36), st.data())
def test_shrinking_back(keys: set[int], data: st.DataObject) -> None:
    value = Map.of((key, 0) for key in keys)
    for key in data.draw(st.permutations(sorted(keys))):
        value = value.remove(key)
        keys.discard(key)
        assert value == Map.of((left, 0) for left in keys)
        assert hash(value) == hash(Map.of((left, 0) for left in keys))
        assert is_small(value) == (len(keys) <= MAX_SMALL)


def test_representations() -> None:
    assert type(Map.of((n, n) for n in range(33))._table) is immutables.Map
    assert is_small(Map.of((n, n) for n in range(32)))
    assert is_small(Map.of((n, n) for n in range(32)).put(31, 0))
    assert not is_small(Map.of((n, n) for n in range(32)).put(32, 0))


def test_removing_nothing_is_the_same_map() -> None:
    for size in (3, 40):
        value = Map.of((n, n) for n in range(size))
        assert value.remove(atom("x")) is value


def test_integers_floats_and_their_order() -> None:
    value = Map.of([(Float(1.0), 1), (1, 2), (Float(0.5), 3), (2, 4)])
    assert len(value) == 4
    assert value.keys() == [1, 2, Float(0.5), Float(1.0)]
    assert value.get(1) == 2
    assert value.get(Float(1.0)) == 1
    assert not equal(Map.of([(1, 1)]), Map.of([(Float(1.0), 1)]))
    assert equal(Map.of([(1, 1)]), Map.of([(1, Float(1.0))]))


def test_putting_keeps_the_key_that_is_there() -> None:
    old, new = make_string("key"), make_string("key")
    for size in (0, 40):
        value = Map.of((n, n) for n in range(size)).put(old, 1).put(new, 2)
        assert value.get(old) == 2
        assert value.keys()[-1] is old


@given(TERMS)
def test_guarding_and_back(term: Any) -> None:
    assert unguard_key(guard_key(term)) == term
    deep = term
    for _ in range(30):
        deep = (deep,)
    key = guard_key(deep)
    assert type(key) is DeepKey
    assert unguard_key(key) is deep or unguard_key(key) == deep


def test_one_deep_key_for_identical_terms() -> None:
    def nested(leaf: Any) -> Any:
        for _ in range(50):
            leaf = make_list([leaf])
        return leaf

    one, same, other = guard_key(nested(1)), guard_key(nested(1)), guard_key(nested(2))
    assert one is same
    assert one is not other
    assert Map.of([(nested(1), 5)]).get(nested(1)) == 5
    assert Map.of([(nested(1), 5)]).get(nested(2)) is None
    assert Map.of([(nested(1), 5), (2, 6)]).keys() == [2, nested(1)]
