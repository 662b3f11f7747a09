"""maps: what erts builds in."""

from __future__ import annotations

from collections.abc import Iterator

from enigma_ref.bifs.registry import Steps, bif, worth
from enigma_ref.machine.errors import badarg, badkey, badmap
from enigma_ref.machine.process import ELEMENTS, Process
from enigma_ref.terms import NIL, Cons, Map, Term, atom, list_items, make_list
from enigma_ref.terms.atoms import ERROR, OK
from enigma_ref.terms.maps import MAX_SMALL, PART

NONE = atom("none")
ITERATOR = atom("iterator")
ORDERED_SINCE = 26
CHILDREN = 16
"""Of a node in the tree that a large map is in OTP."""
LISTED_IN_STEPS_SINCE = 25
"""Not at 23 (measured)."""


@bif("maps", "find", 2)
def find_2(key: Term, map_: Term) -> Term:
    """`{ok, Value}` or error. Raises {badmap, M}."""
    if type(map_) is not Map:
        raise badmap(map_)
    value = map_.get(key)
    return ERROR if value is None else (OK, value)


@bif("maps", "from_keys", 2, steps=True)
def from_keys_2(process: Process, keys: Term, value: Term) -> Steps:
    """A map in which all keys have one value."""
    return worth(PART, Map.of_parts((key, value) for key in _elements(keys)))


@bif("maps", "from_list", 1, steps=True)
def from_list_1(process: Process, list_: Term) -> Steps:
    """A map of a list of pairs; the last of equal keys counts."""
    return worth(PART, Map.of_parts(_pairs(list_)))


def _elements(list_: Term) -> Iterator[Term]:
    while type(list_) is Cons:
        yield list_.head
        list_ = list_.tail
    if list_ is not NIL:
        raise badarg()


def _pairs(list_: Term) -> Iterator[tuple[Term, Term]]:
    for item in _elements(list_):
        if type(item) is not tuple or len(item) != 2:
            raise badarg()
        yield item


@bif("maps", "keys", 1, steps=True)
def keys_1(process: Process, map_: Term) -> Steps:
    """All keys."""
    if type(map_) is not Map:
        raise badmap(map_)
    return _listed(process, map_.keys())


@bif("maps", "values", 1, steps=True)
def values_1(process: Process, map_: Term) -> Steps:
    """All values, in the order of the keys."""
    if type(map_) is not Map:
        raise badmap(map_)
    return _listed(process, map_.values())


def _listed(process: Process, terms: list[Term]) -> Steps:
    """The terms as a list, which is made from its end; of a small map in one go."""
    if len(terms) <= MAX_SMALL or process.vm.release < LISTED_IN_STEPS_SINCE:
        process.charge(len(terms))
        return make_list(terms)
    made: Term = NIL
    for end in range(len(terms), 0, -PART):
        start = max(end - PART, 0)
        made = make_list(terms[start:end], made)
        yield end // ELEMENTS - start // ELEMENTS
    return made


@bif("maps", "merge", 2, process=True)
def merge_2(process: Process, left: Term, right: Term) -> Map:
    """All pairs of both; the right map's win."""
    if type(left) is not Map:
        raise badmap(left)
    if type(right) is not Map:
        raise badmap(right)
    if not len(right):
        return left
    if not len(left):
        return right
    process.charge(len(left) + len(right))
    return left.merge(right)


@bif("maps", "put", 3)
def put_3(key: Term, value: Term, map_: Term) -> Map:
    """The map with a key added or replaced."""
    if type(map_) is not Map:
        raise badmap(map_)
    return map_.put(key, value)


@bif("maps", "remove", 2)
def remove_2(key: Term, map_: Term) -> Map:
    """The map without a key."""
    if type(map_) is not Map:
        raise badmap(map_)
    return map_.remove(key)


@bif("maps", "take", 2)
def take_2(key: Term, map_: Term) -> Term:
    """`{Value, MapWithoutKey}` or error."""
    if type(map_) is not Map:
        raise badmap(map_)
    value = map_.get(key)
    return ERROR if value is None else (value, map_.remove(key))


@bif("maps", "update", 3)
def update_3(key: Term, value: Term, map_: Term) -> Map:
    """The map with the value of a present key replaced."""
    if type(map_) is not Map:
        raise badmap(map_)
    if map_.get(key) is None:
        raise badkey(key)
    return map_.put(key, value)


@bif("erts_internal", "map_next", 3, process=True)
def map_next_3(process: Process, path: Term, map_: Term, accumulator: Term) -> Term:
    """The next associations of an iterator over a map (`maps:next/1`, `maps:to_list/1`).

    `accumulator` is `iterator`, for nested triples `{K, V, Next}`, or a list to put pairs
    before. All associations come at once, so that the path is always 0, or a list of the keys
    that are left of an ordered iterator (since 26). Other paths lead into the tree of a large
    map in OTP, or miss it; here those that do not miss lead to its start.
    """
    if type(map_) is not Map:
        raise badarg()
    to_list = accumulator is NIL or type(accumulator) is Cons
    if not to_list and accumulator is not ITERATOR:
        raise badarg()
    if type(path) is int and path >= 0 and _leads_into(path, len(map_)):
        pairs = map_.items()
    else:
        keys = list_items(path)
        if keys is None or to_list or process.vm.release < ORDERED_SINCE:
            raise badarg()
        pairs = [(key, map_.get(key)) for key in keys]
        if any(value is None for _, value in pairs):
            raise badarg()
    process.charge(len(pairs))
    if to_list:
        return make_list(pairs, accumulator)
    following: Term = NONE
    for key, value in reversed(pairs):
        following = (key, value, following)
    return following


def _leads_into(path: int, size: int) -> bool:
    """Whether a path leads to a place in a map: the next one of a small map, or the children to go
    down to in a tree of OTP's, four bits each, if keys are spread in it evenly."""
    if size <= MAX_SMALL:
        return path <= size
    while size > 1:
        if path % CHILDREN >= size:
            return False
        path //= CHILDREN
        size = (size + CHILDREN - 1) // CHILDREN
    return True


@bif("erts_internal", "map_to_tuple_keys", 1)
def map_to_tuple_keys_1(map_: Term) -> Term:
    """The keys of a small map as a tuple. Raises badarg for a large one."""
    if type(map_) is not Map or len(map_) > MAX_SMALL:
        raise badarg()
    return tuple(map_.keys())
