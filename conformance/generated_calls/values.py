"""Hypothesis strategies for terms, from Erlang's type language."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

from hypothesis import strategies as st

from codegen.types import (
    ANY,
    AtomOf,
    FunOf,
    ListOf,
    MapOf,
    Named,
    Range,
    TupleOf,
    Type,
    Union,
)
from conformance.generated_calls import pools
from conformance.generated_calls.fits import fits
from enigma_ref.terms import (
    NIL,
    Bitstring,
    ExternalFun,
    Float,
    Map,
    Term,
    atom,
    list_items,
    make_list,
)

Strategy: TypeAlias = st.SearchStrategy[Any]


def _sampled(pool: Sequence[Any]) -> Strategy:
    """One of the pool. Drawn by its number: Hypothesis writes out what `sampled_from` holds."""
    return st.integers(0, len(pool) - 1).map(pool.__getitem__)


# A number says how often: one_of draws its choices alike.


def _often(*choices: tuple[int, Strategy]) -> Strategy:
    """One of the choices, each as often as its number says."""
    return st.one_of([one for count, one in choices for _ in range(count)])


# ---------------------------------------------------------------- scalars

small_integers: Final = st.integers(-3, 40)
integers: Final = _often(
    (3, small_integers),
    (3, _sampled(pools.KEY_INTEGERS)),
    (2, _sampled(pools.INTEGERS)),
    (1, st.integers(-1000, 1000)),
    (1, st.integers(-(1 << 70), 1 << 70)),
    (1, st.integers(-(1 << 300), 1 << 300)),
)
floats: Final = _often(
    (3, _sampled(pools.FLOATS)),
    (1, st.integers(-1000, 1000).map(lambda n: Float(n / 8))),
    (2, st.floats(allow_nan=False, allow_infinity=False).map(Float)),
)
atoms: Final = _often(
    (3, _sampled(pools.ATOM_NAMES)),
    (1, st.text(st.characters(exclude_categories=["Cs"]), max_size=6)),
).map(atom)
modules: Final = _often(
    (3, _sampled(pools.KNOWN_MODULES).map(atom)), (1, st.just(atom("enigma_none"))), (1, atoms)
)
binaries: Final = _often(
    (3, _sampled(pools.BINARIES)),
    (2, st.binary(max_size=12).map(Bitstring.of)),
    (1, st.binary(max_size=100).map(Bitstring.of)),
)


@st.composite
def _bits(draw: st.DrawFn) -> Bitstring:
    size = draw(st.integers(0, 80))
    return Bitstring.from_int(draw(st.integers(0, (1 << size) - 1)), size)


bitstrings: Final = _often((2, binaries), (2, _sampled(pools.BITSTRINGS)), (1, _bits()))
chars: Final = _often(
    (3, st.integers(97, 122)), (1, st.integers(0, 255)), (1, st.integers(0, 0x10FFFF))
)
strings: Final = _often((4, st.lists(chars, max_size=8)), (1, st.lists(chars, max_size=40)))

# ---------------------------------------------------------------- compound

_leaves: Final = _often(
    (4, _sampled(pools.TERMS)), (1, integers), (1, atoms), (1, floats), (1, bitstrings)
)


def _containers(inner: Strategy) -> Strategy:
    some = st.lists(inner, max_size=4)
    return st.one_of(
        some.map(make_list),
        some.map(tuple),
        st.lists(st.tuples(inner, inner), max_size=3).map(Map.of),
        st.tuples(inner, inner).map(lambda pair: make_list([pair[0]], pair[1])),
    )


terms: Final = _often(
    (3, _leaves), (1, _containers(_often((3, _leaves), (1, _containers(_leaves)))))
)
"""Any term."""


def _iolist(inner: Strategy) -> Strategy:
    item = _often((2, st.integers(0, 255)), (1, binaries), (1, inner))
    return st.tuples(st.lists(item, max_size=5), _often((3, st.just(NIL)), (1, binaries))).map(
        lambda both: make_list(both[0], both[1]) if both[0] else NIL
    )


iolists: Final = _iolist(_iolist(_iolist(st.just(NIL))))
maps: Final = _often(
    (2, _sampled(pools.MAPS)),
    (2, st.lists(st.tuples(terms, terms), max_size=5).map(Map.of)),
    (1, st.integers(30, 36).map(pools.wide_map)),
)
tuples: Final = _often((2, _sampled(pools.TUPLES)), (2, st.lists(terms, max_size=6).map(tuple)))
pids: Final = _sampled(pools.PIDS)
ports: Final = _sampled(pools.PORTS)
references: Final = _sampled(pools.REFERENCES)
funs: Final = _sampled(pools.EXTERNAL_FUNS)
_improper: Final = _often(
    (1, _sampled(pools.IMPROPER)),
    (1, st.tuples(st.lists(terms, min_size=1, max_size=4), terms).map(lambda t: make_list(*t))),
)


def within(low: int, high: int) -> Strategy:
    """The integers of a range, its ends and the borders inside more often."""
    inside = [number for number in pools.INTEGERS if low <= number <= high]
    return _often(
        (2, _sampled([*dict.fromkeys([low, high, *inside])])), (1, st.integers(low, high))
    )


# ---------------------------------------------------------------- from types


@functools.cache
def good(type_: Type) -> Strategy:
    """Terms of a type."""
    match type_:
        case Named(name, arguments):
            return _NAMED[name](arguments)
        case AtomOf(name):
            return st.just(atom(name))
        case Range(low, high):
            return within(low, high)
        case Union(choices):
            return st.one_of([good(choice) for choice in choices])
        case TupleOf(elements):
            return st.tuples(*map(good, elements))
        case ListOf(element, nonempty):
            return _lists(element, nonempty)
        case MapOf(pairs):
            return _maps(pairs)
        case FunOf(arity):
            wanted = [
                fun for fun in pools.EXTERNAL_FUNS if arity is None or fun.arity == arity
            ] or [ExternalFun(atom("enigma_none"), atom("f"), arity or 0)]
            return _sampled(wanted)


def _lists(element: Type | None, nonempty: bool) -> Strategy:
    if element is None:
        return st.just(NIL)
    inner = good(element)
    least = 1 if nonempty else 0
    short = st.lists(inner, min_size=least, max_size=4)
    return _often((5, short), (1, st.lists(inner, min_size=least, max_size=12))).map(make_list)


def _maps(pairs: tuple[tuple[Type, Type, bool], ...]) -> Strategy:
    optional = st.lists(
        st.one_of([st.tuples(good(k), good(v)) for k, v, _ in pairs]), max_size=len(pairs) + 1
    )
    needed = st.tuples(*[st.tuples(good(k), good(v)) for k, v, must in pairs if must])
    return st.tuples(optional, needed).map(lambda both: Map.of([*both[0], *both[1]]))


def _always(strategy: Strategy) -> Callable[[tuple[Type, ...]], Strategy]:
    return lambda _: strategy


def _at_least(low: int) -> Strategy:
    return _often(
        (2, st.integers(low, low + 12)),
        (1, _sampled([number for number in pools.INTEGERS if number >= low])),
        (1, integers.map(abs).map(lambda number: max(number, low))),
    )


_NAMED: Final[dict[str, Callable[[tuple[Type, ...]], Strategy]]] = {
    "any": _always(terms),
    "term": _always(terms),
    "integer": _always(integers),
    "non_neg_integer": _always(_at_least(0)),
    "pos_integer": _always(_at_least(1)),
    "neg_integer": _always(_at_least(1).map(lambda number: -number)),
    "byte": _always(within(0, 255)),
    "arity": _always(within(0, 255)),
    "char": _always(chars),
    "float": _always(floats),
    "number": _always(_often((2, integers), (1, floats))),
    "atom": _always(atoms),
    "module": _always(modules),
    "node": _always(_sampled(["nonode@nohost", "other@host", "a"]).map(atom)),
    "boolean": _always(_sampled(["true", "false"]).map(atom)),
    "timeout": _always(_often((2, _at_least(0)), (1, st.just(atom("infinity"))))),
    "mfa": _always(st.tuples(modules, atoms, within(0, 255))),
    "binary": _always(binaries),
    "nonempty_binary": _always(binaries.filter(lambda one: one.size > 0)),
    "bitstring": _always(bitstrings),
    "iolist": _always(iolists),
    "iodata": _always(_often((2, iolists), (2, binaries))),
    "string": _always(strings.map(make_list)),
    "nonempty_string": _always(st.lists(chars, min_size=1, max_size=8).map(make_list)),
    "list": _always(
        _often((1, _sampled(pools.LISTS)), (1, st.lists(terms, max_size=5).map(make_list)))
    ),
    "nonempty_list": _always(st.lists(terms, min_size=1, max_size=5).map(make_list)),
    "maybe_improper_list": _always(
        _often((2, iolists), (1, _sampled(pools.LISTS)), (1, _improper))
    ),
    "nonempty_maybe_improper_list": _always(
        _often((1, st.lists(terms, min_size=1, max_size=5).map(make_list)), (1, _improper))
    ),
    "nonempty_improper_list": _always(_improper),
    "improper_list": _always(_improper),
    "tuple": _always(tuples),
    "map": _always(maps),
    "pid": _always(pids),
    "port": _always(ports),
    "reference": _always(references),
    "fun": _always(funs),
    "function": _always(funs),
    # Only modules define native records; calls get them from a setup.
    "record": _always(tuples),
}


def takes_all(type_: Type) -> bool:
    """Whether every term is of a type."""
    return type_ in (ANY, Named("any")) or (
        isinstance(type_, Union) and any(map(takes_all, type_.choices))
    )


@functools.cache
def wrong(type_: Type) -> Strategy | None:
    """Terms that are not of a type: others, and some that almost are. None when all terms are."""
    if takes_all(type_):
        return None
    near = [spoiled.filter(lambda term: not fits(term, type_)) for spoiled in _near(type_)]
    far = terms.filter(lambda term: not fits(term, type_))
    return _often((2, far), *((2, one) for one in near))


def _near(type_: Type) -> list[Strategy]:
    """Terms that are almost of a type; some are."""
    match type_:
        case Range(low, high):
            return [_sampled([low - 1, high + 1, -high, low - (1 << 64), high + (1 << 64)])]
        case Named("non_neg_integer" | "pos_integer" | "byte" | "arity" | "char"):
            return [integers, floats]
        case Named("integer" | "number"):
            return [floats]
        case Named("binary"):
            return [bitstrings, iolists]
        case Named("string" | "iolist" | "iodata" | "list" | "maybe_improper_list"):
            return [_spoiled_list(good(type_)), binaries, _improper]
        case ListOf():
            return [_spoiled_list(good(type_)), _improper, *_bare(type_)]
        case TupleOf(elements):
            return [_spoiled_tuple(elements)]
        case Named("tuple"):
            return [_sampled(pools.LISTS)]
        case Union(choices):
            if all(isinstance(choice, AtomOf) for choice in choices):
                return [atoms]
            return [one for choice in choices for one in _near(choice)]
        case _:
            return []


def _bare(type_: ListOf) -> list[Strategy]:
    return [] if type_.element is None else [good(type_.element)]


@st.composite
def _spoiled_list(draw: st.DrawFn, lists: Strategy) -> Term:
    """A list with a wrong element or a tail."""
    items = list_items(draw(lists)) or []
    place = draw(st.integers(0, len(items)))
    odd = draw(terms)
    if draw(st.booleans()):
        return make_list([*items[:place], odd, *items[place:]])
    return make_list(items or [odd], odd)


@st.composite
def _spoiled_tuple(draw: st.DrawFn, elements: tuple[Type, ...]) -> Term:
    """A tuple with one element wrong, missing or more."""
    items = [draw(good(element)) for element in elements]
    place = draw(st.integers(0, len(items)))
    odd = draw(terms)
    if draw(st.booleans()):
        return (*items[:place], odd, *items[place + 1 :])
    return (*items[:place], *items[place + 1 :])
