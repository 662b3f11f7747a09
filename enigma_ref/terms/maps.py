"""Maps: persistent, small ones as copied dicts and large ones as hash tries."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cmp_to_key
from itertools import islice
from typing import Any, ClassVar, Final

import immutables

from enigma_ref.terms.deep import Shape, children, deep_hash, register
from enigma_ref.terms.floats import signed_zero
from enigma_ref.terms.keys import FLAT_TYPES, DeepKey, guard_key, unguard_key
from enigma_ref.terms.order import compare_exact, register_map_type
from enigma_ref.terms.parts import Parts
from enigma_ref.terms.smalls import is_small
from enigma_ref.terms.sortkeys import (
    ARITHMETIC,
    EXACT,
    MAP,
    SortKey,
    register_expander,
    short_key_exact,
    sort_key_exact,
)

MAX_SMALL: Final = 32
"""How many keys a small map has at most (Efficiency Guide, maps)."""

PART: Final = 1000
"""How many pairs make up a part of the work in `Map.of_parts`."""


class Map:
    """An Erlang map. Made by `Map.of`, `put` and their like, never changed.

    Up to `MAX_SMALL` keys it is a dict, beyond that a hash trie; which one depends on nothing
    but the number of keys, so equal maps look the same inside.
    """

    __slots__ = ("_hash", "_settled", "_sorted", "_table")

    EMPTY: ClassVar[Map]

    _table: dict[Any, Any] | immutables.Map[Any, Any]
    _sorted: list[Any] | None
    _hash: int | None

    def __init__(self, table: dict[Any, Any] | immutables.Map[Any, Any]) -> None:
        self._table = table
        self._sorted = None
        self._hash = None
        # Whether all maps inside have their keys in order.
        self._settled = False

    @staticmethod
    def of(pairs: Iterable[tuple[Any, Any]]) -> Map:
        """The map of these pairs; of equal keys the last one's value counts."""
        table: dict[Any, Any] = {}
        for key, value in pairs:
            table[guard_key(key)] = value
        return Map(table if len(table) <= MAX_SMALL else immutables.Map(table))

    @staticmethod
    def of_parts(pairs: Iterable[tuple[Any, Any]]) -> Parts[Map]:
        """The same as `of`, a part of `PART` pairs at a time."""
        rest = iter(pairs)
        small: dict[Any, Any] = {}
        large = None
        while chunk := list(islice(rest, PART)):
            if large is None:
                for key, value in chunk:
                    small[guard_key(key)] = value
                if len(small) > MAX_SMALL:
                    large = immutables.Map(small).mutate()
            else:
                for key, value in chunk:
                    large[guard_key(key)] = value
            if len(chunk) < PART:
                break
            yield
        return Map(small if large is None else large.finish())

    def get(self, key: Any, default: Any = None) -> Any:
        """The value of `key`, or `default`; None is never a value."""
        if type(key) not in FLAT_TYPES:
            key = guard_key(key)
        return self._table.get(key, default)

    def put(self, key: Any, value: Any) -> Map:
        """This map with `value` for `key`. A key that is there already stays as it is.

        It is the same object when that very value is there already (erts_debug:same/2 tells).
        """
        if type(key) not in FLAT_TYPES:
            key = guard_key(key)
        old = self._table
        if _same(old.get(key), value):
            return self
        if isinstance(old, dict):
            table = old.copy()
            table[key] = value
            if len(table) == len(old):
                result = Map(table)
                result._sorted = self._sorted
                return result
            return Map(table if len(table) <= MAX_SMALL else immutables.Map(table))
        return Map(old.set(key, value))

    def put_all(self, pairs: Iterable[tuple[Any, Any]]) -> Map:
        """This map with all `pairs` put in, in their order; the same when nothing changes."""
        guarded = [(guard_key(key), value) for key, value in pairs]
        old = self._table
        if all(_same(old.get(key), value) for key, value in guarded):
            return self
        if isinstance(old, dict):
            table = old.copy()
            table.update(guarded)
            return Map(table if len(table) <= MAX_SMALL else immutables.Map(table))
        changes = old.mutate()
        for key, value in guarded:
            changes[key] = value
        return Map(changes.finish())

    def merge(self, other: Map) -> Map:
        """All pairs of both; those of `other` win, with their keys (0.0 and -0.0 may be equal).

        It is `other` itself when this map has no more keys than that.
        """
        old, new = self._table, other._table
        if len(old) <= len(new) and all(key in new for key in old):
            return other
        if isinstance(old, dict):
            table = dict(new.items())
            for key, value in old.items():
                table.setdefault(key, value)
            return Map(table if len(table) <= MAX_SMALL else immutables.Map(table))
        changes = old.mutate()
        for key, value in new.items():
            if not signed_zero():
                changes.pop(key, None)
            changes[key] = value
        return Map(changes.finish())

    def remove(self, key: Any) -> Map:
        """This map without `key`; the same object when it is not there."""
        if type(key) not in FLAT_TYPES:
            key = guard_key(key)
        old = self._table
        if key not in old:
            return self
        if isinstance(old, dict):
            table = old.copy()
            del table[key]
            return Map(table)
        trie = old.delete(key)
        return Map(trie if len(trie) > MAX_SMALL else dict(trie.items()))

    def keys(self) -> list[Any]:
        """The keys in the order of `compare_exact`, whatever the size; computed once."""
        return [key.term if type(key) is DeepKey else key for key in self._order()]

    def values(self) -> list[Any]:
        """The values, in the order of `keys`."""
        table = self._table
        return [table[key] for key in self._order()]

    def items(self) -> list[tuple[Any, Any]]:
        """The pairs, in the order of `keys`."""
        table = self._table
        return [(key.term if type(key) is DeepKey else key, table[key]) for key in self._order()]

    def _order(self) -> list[Any]:
        order = self._sorted
        if order is None:
            order = list(self._table)
            if len(order) > 1 and not FLAT_TYPES.issuperset(map(type, order)):
                _settle(order)
            _sort_keys(order)
            self._sorted = order
        return order

    def value_pairs(self, other: Map) -> list[tuple[Any, Any]] | None:
        """The values of this map and of `other` key by key, or None when the keys differ."""
        mine = self._table
        others = other._table
        if len(mine) != len(others):
            return None
        pairs = []
        for key, value in mine.items():
            match = others.get(key)
            if match is None:
                return None
            pairs.append((value, match))
        return pairs

    def __len__(self) -> int:
        return len(self._table)

    def __contains__(self, key: Any) -> bool:
        if type(key) not in FLAT_TYPES:
            key = guard_key(key)
        return key in self._table

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return type(other) is Map and self._table == other._table

    def __hash__(self) -> int:
        known = self._hash
        return deep_hash(self) if known is None else known

    def __repr__(self) -> str:
        return f"Map({len(self._table)} keys)"


Map.EMPTY = Map({})


def _same(one: Any, other: Any) -> bool:
    """Whether two values are one in OTP: the same object, or the same small integer."""
    return one is other or (type(one) is type(other) is int and one == other and is_small(one))


_by_comparison = cmp_to_key(compare_exact)

_LONG: Final = 256
"""Parts of a sort key beyond which comparing term by term is the better bet."""


def _sort_keys(keys: list[Any]) -> None:
    """Sort guarded keys in place; maps inside of them must be settled."""
    if len(keys) < 2:
        return
    if FLAT_TYPES.issuperset(map(type, keys)):
        keys.sort(key=sort_key_exact)
        return
    short: dict[int, SortKey] = {}
    for key in keys:
        found = None if type(key) is DeepKey else short_key_exact(key, _LONG)
        if found is None:
            keys.sort(key=lambda key: _by_comparison(unguard_key(key)))
            return
        short[id(key)] = found
    keys.sort(key=lambda key: short[id(key)])


def _settle(keys: list[Any]) -> None:
    """Order the maps inside of `keys`, inner ones first, so that ordering never recurses."""
    found: list[Map] = []
    stack = list(keys)
    while stack:
        term = stack.pop()
        kind = type(term)
        if kind is DeepKey:
            stack.append(term.term)
        elif kind not in FLAT_TYPES:
            if kind is Map:
                if term._settled:
                    continue
                term._settled = True
                found.append(term)
            stack.extend(children(term))
    for term in reversed(found):
        if term._sorted is None:
            order = list(term._table)
            _sort_keys(order)
            term._sorted = order


def _children(term: Map) -> list[Any]:
    items: list[Any] = []
    for key, value in term._table.items():
        items.append(key)
        items.append(value)
    return items


def _combine(term: Map, hashes: list[int]) -> int:
    # Unordered: equal maps may have got their keys in different orders.
    mixed = 0
    for pair in zip(hashes[::2], hashes[1::2], strict=True):
        mixed ^= hash(pair)
    term._hash = result = hash((Map, len(hashes), mixed))
    return result


def _known_hash(term: Map) -> int | None:
    return term._hash


register(Map, Shape(_children, Map.value_pairs, _combine, _known_hash))


def _expand(term: Map, out: list[Any], stack: list[Any], exact: bool) -> None:
    out += (MAP, len(term))
    stack += term.values()[::-1]
    if not exact:
        stack.append(ARITHMETIC)
    stack += term.keys()[::-1]
    if not exact:
        stack.append(EXACT)


register_expander(Map, _expand)
register_map_type(Map)
