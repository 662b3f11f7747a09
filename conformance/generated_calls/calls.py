"""Calls of one built-in function as a Hypothesis strategy: good ones, and each way to be wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from hypothesis import strategies as st

from codegen.model import Bif
from codegen.types import ANY, Named, Type, Union, parse_type
from conformance.generated_calls import pools
from conformance.generated_calls.script import Apply, Closure, Expr, Moved, Script, Value
from conformance.generated_calls.setups import NOTHING, setup_of
from conformance.generated_calls.values import Strategy, good, terms, wrong
from enigma_ref.terms import Bitstring, Term

GOOD: Final = "good"
WRONG: Final = "one wrong"
BORDER: Final = "border"
ANYTHING: Final = "anything"
_WAYS: Final = (GOOD,) * 6 + (WRONG,) * 4 + (BORDER,) + (ANYTHING,)

_LOCAL: Final[Mapping[str, tuple[Expr, ...]]] = {
    "pid": (Apply("erlang", "self"),),
    "reference": (Apply("erlang", "make_ref"),),
    "fun": tuple(Closure(arity, arity) for arity in range(4)),
}
"""What belongs to the running system and cannot be written down, by type."""


@st.composite
def arguments(draw: st.DrawFn, strategy: Strategy, type_: Type, with_local: bool = True) -> Expr:
    """Expressions that give terms of a type, which the strategy gives; also what belongs to the
    running system."""
    local = _local(type_) if with_local else []
    if local and draw(st.integers(0, 15 if type_ == ANY else 2)) == 0:
        return draw(st.sampled_from(local))
    return draw(_written(strategy))


def _local(type_: Type) -> list[Expr]:
    if type_ == ANY:
        return [one for some in _LOCAL.values() for one in some]
    if isinstance(type_, Union):
        return [one for choice in type_.choices if choice != ANY for one in _local(choice)]
    return list(_LOCAL.get(type_.name, ())) if isinstance(type_, Named) else []


@st.composite
def _written(draw: st.DrawFn, strategy: Strategy) -> Expr:
    """A term written down; bits may begin anywhere in a byte."""
    term: Term = draw(strategy)
    if isinstance(term, Bitstring) and draw(st.integers(0, 4)) == 0:
        return Moved(draw(st.integers(1, 9)), term)
    return term if isinstance(term, _EXPRESSIONS) else Value(term)


_EXPRESSIONS: Final = (Apply, Closure, Moved, Value)


@st.composite
def scripts(draw: st.DrawFn, bif: Bif) -> Script:
    """Calls of a function."""
    names = [name for name, _ in bif.params]
    types = [parse_type(text) for _, text in bif.params]
    setup = setup_of(bif.mfa)
    made = NOTHING if setup is None else setup(draw, bif)
    way = draw(st.sampled_from(_WAYS)) if types else GOOD
    found: list[Any] = []
    for name, type_ in zip(names, types, strict=True):
        limited = made.limits.get(name)
        if way == ANYTHING and limited is None:
            found.append(draw(arguments(terms, ANY, made.local)))
        elif name in made.arguments:
            found.append(made.arguments[name])
        elif limited is not None:
            found.append(draw(_written(limited)))
        else:
            found.append(draw(arguments(good(type_), type_, made.local)))
    if way in (WRONG, BORDER):
        places = [n for n in range(len(types)) if way == BORDER or wrong(types[n]) is not None]
        if places:
            place = draw(st.sampled_from(places))
            limited = made.limits.get(names[place])
            bad = wrong(types[place]) if way == WRONG else st.sampled_from(pools.INTEGERS)
            assert bad is not None
            found[place] = draw(_written(bad if limited is None else limited))
    return Script(bif.module, bif.name, tuple(found), made.before, made.after, made.clean)
