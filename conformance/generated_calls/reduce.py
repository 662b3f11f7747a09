"""Making the call that shows a difference smaller: simpler values, by rule, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from conformance.generated_calls.script import (
    Apply,
    Closure,
    Expr,
    ListExpr,
    Made,
    Moved,
    Script,
    TupleExpr,
    Value,
    parts,
)
from enigma_ref.terms import (
    NIL,
    Atom,
    Bitstring,
    Cons,
    Float,
    Map,
    Term,
    atom,
    make_list,
)
from enigma_ref.terms.deep import identical

ROUNDS: Final = 60
CANDIDATES: Final = 120
"""How many changed calls are judged in one go."""

_PARTS: Final = 12
"""Of how many parts of a value each is made simpler alone."""

_SIMPLEST: Final[tuple[Term, ...]] = (0, NIL, atom("a"), Bitstring.of(b""), (), 1, Map.EMPTY)


def reduce_script(script: Script, interesting: Callable[[Sequence[Script]], list[bool]]) -> Script:
    """The smallest script found for which `interesting` still holds; it judges many at once."""
    for _ in range(ROUNDS):
        size = _size(script)
        # Lazily made, and the first are the boldest changes.
        smaller = [one for one in islice(simpler(script), 6 * CANDIDATES) if _size(one) < size]
        smaller.sort(key=_size)
        for start in range(0, len(smaller), CANDIDATES):
            batch = smaller[start : start + CANDIDATES]
            found = next(
                (one for one, holds in zip(batch, interesting(batch), strict=True) if holds), None
            )
            if found is not None:
                script = found
                break
        else:
            return script
    return script


def _size(script: Script) -> tuple[int, int, str]:
    expressions = (*script.before, *script.arguments, *script.after)
    text = script.text()
    return sum(map(_weight, expressions)), len(text), text


def _weight(expression: Expr) -> int:
    match expression:
        case Value(term):
            return 1 + sum(map(_weight_of_part, parts(term)))
        case Moved(offset, bits):
            return 3 + offset + _weight_of_part(bits)
        case Closure(arity, term):
            return 3 + arity + sum(map(_weight_of_part, parts(term)))
        case Apply(_, _, some) | TupleExpr(some):
            return 2 + sum(map(_weight, some))
        case ListExpr(some, tail):
            return 2 + sum(map(_weight, (*some, tail)))
    return 1


def _weight_of_part(term: Term) -> int:
    """What a term weighs without what is in it: larger numbers and longer texts weigh more."""
    if isinstance(term, int):
        return term.bit_length() // 2 + (term < 0)
    if isinstance(term, Float):
        return len(repr(float(term)))
    if isinstance(term, Atom):
        # The one without letters is odder than it is short.
        return 2 + (len(term.name) or 2)
    if isinstance(term, Bitstring):
        return 3 + sum(2 if byte else 1 for byte in term.to_bytes()) + 2 * (term.size % 8 > 0)
    return 0 if term is NIL else 2


def simpler(script: Script) -> Iterator[Script]:
    """Scripts with one thing less, or one value simpler."""
    if script.after:
        yield replace(script, after=())
        if len(script.after) > 1:
            for one in script.after:
                yield replace(script, after=(one,))
    # What is undone afterwards must be what was done.
    if script.before and not script.clean:
        yield from _without_preparation(script)
    for place, argument in enumerate(script.arguments):
        for other in simpler_expressions(argument):
            yield script.with_argument(place, other)
    for place, one in enumerate(() if script.clean else script.before):
        for other in simpler_expressions(one):
            before = (*script.before[:place], other, *script.before[place + 1 :])
            yield replace(script, before=before)


def _without_preparation(script: Script) -> Iterator[Script]:
    """Without what nothing else needs: the last expression, and those before it as far as it
    goes."""
    used = {number for one in (*script.arguments, *script.after) for number in _made(one)}
    for place in reversed(range(len(script.before))):
        if place + 1 not in used:
            rest = script.before[place + 1 :]
            if all(not _made(one) for one in rest):
                yield replace(script, before=script.before[:place])
        used.update(_made(script.before[place]))


def _made(expression: Expr) -> set[int]:
    match expression:
        case Made(number):
            return {number}
        case Apply(_, _, some) | TupleExpr(some):
            return {number for one in some for number in _made(one)}
        case ListExpr(some, tail):
            return {number for one in (*some, tail) for number in _made(one)}
    return set()


def simpler_expressions(expression: Expr) -> Iterator[Expr]:
    """Simpler expressions, the simplest first."""
    match expression:
        case Value(term, fixed):
            if not fixed:
                yield from map(Value, simpler_terms(term))
        case Moved(offset, bits):
            yield Value(bits)
            if offset > 1:
                yield Moved(1, bits)
            for one in simpler_terms(bits):
                if type(one) is Bitstring:
                    yield Moved(offset, one)
        case Closure(arity, term):
            yield from map(Value, _SIMPLEST)
            if term != 0:
                yield Closure(arity, 0)
            if arity:
                yield Closure(arity - 1, term)
        case TupleExpr(elements) | ListExpr(elements):
            yield from elements
            yield from map(Value, _SIMPLEST)
        case Apply(module, function, given):
            yield from map(Value, _SIMPLEST)
            for place, one in enumerate(given):
                for other in simpler_expressions(one):
                    yield Apply(module, function, (*given[:place], other, *given[place + 1 :]))
        case Made():
            yield from map(Value, _SIMPLEST)


def simpler_terms(term: Term) -> Iterator[Term]:
    """Simpler terms than this one, the simplest first."""
    yield from (one for one in _SIMPLEST if not identical(one, term))
    kind = type(term)
    if kind is int:
        yield from _simpler_integers(term)
    elif kind is Float:
        simple = map(Float, (0.0, 1.0, -1.0, 1.5))
        yield from (one for one in simple if not identical(one, term))
        if abs(term) < 1 << 53:
            yield int(term)
            if not term.is_integer():
                yield Float(int(term))
    elif kind is Atom:
        if term.name:
            name = term.name
            yield from map(atom, (name[: len(name) // 2], name[:-1], name[1:]))
    elif kind is Bitstring:
        yield from _simpler_bits(term)
    elif kind is tuple:
        for items in _simpler_sequences(term):
            yield tuple(items)
        yield from islice(term, _PARTS)
    elif kind is Cons:
        yield from _simpler_lists(term)
    elif kind is Map:
        pairs = term.items()
        yield from (part for pair in pairs[:_PARTS] for part in pair)
        for some in _fewer(pairs):
            yield Map.of(some)
        for key, value in pairs[:_PARTS]:
            yield from (term.put(key, one) for one in islice(simpler_terms(value), 12))
            yield from (term.remove(key).put(one, value) for one in islice(simpler_terms(key), 12))


def _simpler_integers(number: int) -> Iterator[int]:
    sign = -1 if number < 0 else 1
    size = abs(number)
    if number < 0:
        yield size
    if size > 10:
        yield from (2 * sign, 10 * sign)
    if size > 1:
        yield from (sign * (size // 2), sign * (size - 1))
    bits = size.bit_length()
    if bits > 8:
        for less in (1, 2, bits // 2):
            yield sign * (size >> less)
        yield from (sign << (bits - 1), sign * ((1 << (bits - 1)) - 1), sign << (bits // 2))


def _simpler_bits(bits: Bitstring) -> Iterator[Bitstring]:
    size = bits.size
    for kept in (size // 2 // 8 * 8, size - 8, size // 8 * 8, size - 1):
        if 0 < kept < size:
            yield bits.slice(0, kept)
            yield bits.slice(size - kept, kept)
    data = bits.to_bytes()
    if any(data):
        yield Bitstring(bytes(len(data)), 0, size)
        for place in range(min(len(data), 2 * _PARTS)):
            if data[place]:
                yield Bitstring(data[:place] + b"\0" + data[place + 1 :], 0, size)


def _simpler_lists(term: Cons) -> Iterator[Term]:
    items: list[Term] = []
    rest: Term = term
    while type(rest) is Cons:
        items.append(rest.head)
        rest = rest.tail
    if rest is not NIL:
        yield make_list(items)
        for one in islice(simpler_terms(rest), 8):
            yield make_list(items, one)
    for fewer in _simpler_sequences(items):
        if fewer or rest is NIL:
            yield make_list(fewer, rest)
    yield from items[:_PARTS]


def _fewer(items: Sequence[Term]) -> Iterator[list[Term]]:
    half = len(items) // 2
    if half > 1:
        yield list(items[:half])
        yield list(items[half:])
    for place in range(min(len(items), _PARTS)):
        yield [*items[:place], *items[place + 1 :]]
    if len(items) > _PARTS:
        yield list(items[:-1])


def _simpler_sequences(items: Sequence[Term]) -> Iterator[list[Term]]:
    yield from _fewer(items)
    for place in range(min(len(items), _PARTS)):
        for one in islice(simpler_terms(items[place]), 40):
            yield [*items[:place], one, *items[place + 1 :]]
