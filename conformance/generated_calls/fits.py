"""Whether a value belongs to a type of `bifs.yaml`. Never recurses over terms without bound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from codegen.types import (
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
from enigma_ref.terms import (
    NIL,
    Atom,
    Bitstring,
    Cons,
    ExternalFun,
    Float,
    Fun,
    Map,
    Nil,
    Pid,
    Port,
    Record,
    Reference,
    Term,
)

MAX_CHAR: Final = 0x10FFFF


def fits(term: Term, type_: Type) -> bool:
    """Whether the term is one of the type's. Types are as deep as they are written; the lists
    and iolists of a term are walked, not descended into."""
    match type_:
        case Named(name, arguments):
            return _NAMED[name](term, arguments)
        case AtomOf(name):
            return type(term) is Atom and term.name == name
        case Range(low, high):
            return type(term) is int and low <= term <= high
        case Union(choices):
            return any(fits(term, choice) for choice in choices)
        case TupleOf(elements):
            return (
                type(term) is tuple
                and len(term) == len(elements)
                and all(map(fits, term, elements))
            )
        case ListOf(element, nonempty):
            if term is NIL:
                return not nonempty
            return element is not None and _list_of(term, element)
        case MapOf(pairs):
            return type(term) is Map and _map_of(term, pairs)
        case FunOf(arity):
            return type(term) in (Fun, ExternalFun) and arity in (None, term.arity)


def _list_of(term: Term, element: Type) -> bool:
    while type(term) is Cons:
        if not fits(term.head, element):
            return False
        term = term.tail
    return term is NIL


def _map_of(term: Map, pairs: tuple[tuple[Type, Type, bool], ...]) -> bool:
    for key, value in term.items():
        if not any(fits(key, k) and fits(value, v) for k, v, _ in pairs):
            return False
    keys = term.keys()
    return all(any(fits(key, k) for key in keys) for k, _, needed in pairs if needed)


def _is_iolist(term: Term) -> bool:
    """Bytes, binaries and lists of them, in any depth; a tail may be a binary."""
    if type(term) is not Cons:
        return term is NIL
    stack: list[Term] = [term]
    while stack:
        one = stack.pop()
        while type(one) is Cons:
            head = one.head
            kind = type(head)
            if kind is Cons:
                stack.append(head)
            elif not (
                head is NIL
                or (kind is int and 0 <= head <= 255)
                or (kind is Bitstring and head.is_binary)
            ):
                return False
            one = one.tail
        if not (one is NIL or (type(one) is Bitstring and one.is_binary)):
            return False
    return True


def _tail(term: Term) -> Term:
    while type(term) is Cons:
        term = term.tail
    return term


def _integer(low: int | None, high: int | None = None) -> Callable[..., bool]:
    def test(term: Term, _: tuple[Type, ...]) -> bool:
        return type(term) is int and (low is None or term >= low) and (high is None or term <= high)

    return test


def _of(*kinds: type) -> Callable[..., bool]:
    wanted = frozenset(kinds)
    return lambda term, _: type(term) in wanted


def _improper(term: Term, arguments: tuple[Type, ...], *, empty: bool, proper: bool) -> bool:
    """A list whose tail may be anything (or must not be `[]`, unless `proper`)."""
    if type(term) is not Cons:
        return empty and term is NIL
    element, tail = arguments or (Named("term"), Named("term"))
    while type(term) is Cons:
        if not fits(term.head, element):
            return False
        term = term.tail
    return (proper and term is NIL) or (not (term is NIL and not proper) and fits(term, tail))


def _is_mfa(term: Term) -> bool:
    return (
        type(term) is tuple
        and [type(part) for part in term] == [Atom, Atom, int]
        and 0 <= term[2] <= 255
    )


def _chars(term: Term) -> bool:
    return _list_of(term, Range(0, MAX_CHAR)) if type(term) is Cons else term is NIL


_NAMED: Final[dict[str, Callable[[Term, tuple[Type, ...]], bool]]] = {
    "any": lambda term, _: True,
    "term": lambda term, _: True,
    "none": lambda term, _: False,
    "no_return": lambda term, _: False,
    "integer": _integer(None),
    "non_neg_integer": _integer(0),
    "pos_integer": _integer(1),
    "neg_integer": _integer(None, -1),
    "byte": _integer(0, 255),
    "arity": _integer(0, 255),
    "char": _integer(0, MAX_CHAR),
    "float": _of(Float),
    "number": _of(int, Float),
    "atom": _of(Atom),
    "module": _of(Atom),
    "node": _of(Atom),
    "boolean": lambda term, _: type(term) is Atom and term.name in ("true", "false"),
    "timeout": lambda term, _: (
        (type(term) is int and term >= 0) or (type(term) is Atom and term.name == "infinity")
    ),
    "mfa": lambda term, _: _is_mfa(term),
    "binary": lambda term, _: type(term) is Bitstring and term.is_binary,
    "nonempty_binary": lambda term, _: type(term) is Bitstring and term.is_binary and term.size > 0,
    "bitstring": _of(Bitstring),
    "iolist": lambda term, _: _is_iolist(term),
    "iodata": lambda term, _: term.is_binary if type(term) is Bitstring else _is_iolist(term),
    "string": lambda term, _: _chars(term),
    "nonempty_string": lambda term, _: type(term) is Cons and _chars(term),
    "list": lambda term, _: type(term) is Nil or (type(term) is Cons and _tail(term) is NIL),
    "nonempty_list": lambda term, _: type(term) is Cons and _tail(term) is NIL,
    "maybe_improper_list": lambda term, a: _improper(term, a, empty=True, proper=True),
    "nonempty_maybe_improper_list": lambda term, a: _improper(term, a, empty=False, proper=True),
    "nonempty_improper_list": lambda term, a: _improper(term, a, empty=False, proper=False),
    "improper_list": lambda term, a: _improper(term, a, empty=False, proper=False),
    "tuple": _of(tuple),
    "map": _of(Map),
    "pid": _of(Pid),
    "port": _of(Port),
    "reference": _of(Reference),
    "fun": _of(Fun, ExternalFun),
    "function": _of(Fun, ExternalFun),
    "record": _of(Record),
}
