"""Funs, and comprehensions."""

from __future__ import annotations

from typing import Final

from conformance.random_programs.control import body
from conformance.random_programs.generator import EXTERNAL_FUNS, Generator, produces
from conformance.random_programs.guards import clause, maybe_guard, test
from conformance.random_programs.kinds import Kind
from conformance.random_programs.patterns import Bound, any_pattern, binary_pattern, variable
from conformance.random_programs.scope import Countdown, Scope
from conformance.random_programs.tree import (
    NO_GUARD,
    Node,
    expression,
    listing,
    other,
    pattern,
    separated,
)

MAP_COMPREHENSIONS_SINCE: Final = 26
STRICT_GENERATORS_SINCE: Final = 28
ZIP_GENERATORS_SINCE: Final = 28


def fun(
    g: Generator,
    scope: Scope,
    parameters: tuple[Kind, ...],
    result: Kind,
    depth: int,
) -> Node:
    """A fun expression."""
    clauses = []
    if g.chance(35):
        heads = []
        inner = scope
        for kind in parameters:
            # A head sees none of its own variables in sizes and keys, hence the outer scope.
            head, bound = any_pattern(g, scope, kind, 2)
            heads.append(head)
            inner = inner.bind(bound)
        when = maybe_guard(g, inner)
        clauses.append(clause(_head("fun", heads), when, body(g, inner, result, depth)))
    if not clauses or g.chance(85):
        heads = []
        inner = scope
        for kind in parameters:
            head, bound = variable(g, kind)
            heads.append(head)
            inner = inner.bind(bound)
        when = maybe_guard(g, inner, 10)
        name = "" if clauses else "fun"
        clauses.append(clause(_head(name, heads), when, body(g, inner, result, depth)))
    return expression(listing(clauses, "; ", least=1), " end")


def _head(name: str, heads: list[Node]) -> Node:
    return other(f"{name}(", *separated(heads), ")")


@produces(18, Kind.FUN)
def fun_of_one(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node:
    """A fun of one argument."""
    return fun(g, scope, (g.plain_kind(),), g.plain_kind(), depth)


@produces(18, Kind.FUN2)
def fun_of_two(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node:
    """A fun of two arguments."""
    result = g.plain_kind()
    return fun(g, scope, (g.plain_kind(), result), result, depth)


@produces(5, Kind.FUN, Kind.FUN2)
def reference(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node:
    """`fun f/1` or `fun m:f/1`."""
    arity = 1 if kind is Kind.FUN else 2
    usable = [one for one in scope.functions if len(one.parameters) == arity]
    if not usable or g.chance(30):
        return expression(f"fun {g.pick(EXTERNAL_FUNS[kind])}")
    called = g.pick(usable)
    where = "?MODULE:" if called.exported and g.chance(30) else ""
    return expression(f"fun {where}{called.name}/{arity}")


@produces(1)
def named_fun(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node:
    """A named fun that calls itself until its counter is 0, called at once."""
    name, counter = f"F{g.fresh()}", g.fresh()
    other_kind = g.plain_kind()
    value, bound = variable(g, other_kind)
    end = clause(
        other(f"fun {name}(0, ", value, ")"), NO_GUARD, g.expression(scope.bind(bound), kind, depth)
    )
    value, bound = variable(g, other_kind)
    itself = Countdown(name, counter, (Kind.INTEGER, other_kind), kind)
    inner = scope.bind([(counter, Kind.SMALL), *bound])
    inner = Scope(inner.variables, inner.functions, (*inner.itself, itself))
    step = clause(
        other(f"{name}({counter}, ", value, f") when {counter} > 0, {counter} < 6"),
        NO_GUARD,
        body(g, inner, kind, depth),
    )
    start = g.expression(scope, other_kind, depth)
    return expression(
        "(", listing([end, step], "; ", least=1), f" end)({g.number(0, 3)}, ", start, ")"
    )


# ---------------------------------------------------------------- comprehensions


def qualifiers(g: Generator, scope: Scope, depth: int) -> tuple[Node, Scope]:
    """One or two generators, with or without filters, and what their variables are."""
    items: list[Node] = []
    for _ in range(2 if g.chance(20) else 1):
        node, bound = _generator(g, scope, depth)
        if g.release >= ZIP_GENERATORS_SINCE and g.chance(10):
            second, more = _generator(g, scope, depth)
            node, bound = other(node, " && ", second), [*bound, *more]
        items.append(node)
        scope = scope.bind(bound)
        if g.chance(35):
            items.append(
                test(g, scope) if g.chance(60) else g.expression(scope, Kind.BOOLEAN, depth)
            )
    return listing(items, least=1), scope


def _generator(g: Generator, scope: Scope, depth: int) -> tuple[Node, Bound]:
    strict = ":" if g.release >= STRICT_GENERATORS_SINCE and g.chance(15) else ""
    choice = g.number(0, 9)
    if choice <= 6:
        kind = g.pick((Kind.INTEGERS, Kind.LIST, Kind.PAIRS))
        inner = {Kind.INTEGERS: Kind.INTEGER, Kind.PAIRS: Kind.TUPLE}.get(kind, Kind.ANY)
        head, bound = variable(g, inner) if g.chance(60) else any_pattern(g, scope, inner, 2)
        return other(head, f" <{strict}- ", g.expression(scope, kind, depth)), bound
    if choice == 7 and g.release >= MAP_COMPREHENSIONS_SINCE:
        # At most one entry: the order of a map's entries is not promised.
        key, bound = any_pattern(g, scope, Kind.ANY, 1)
        value, more = variable(g, Kind.ANY)
        entry = other("#{", g.literal(Kind.ATOM), " => ", g.expression(scope, Kind.ANY, depth), "}")
        return other(key, " := ", value, f" <{strict}- ", entry), [*bound, *more]
    bound = []
    segments = binary_pattern(g, scope, bound)
    if "/binary>>" in str(segments) or "/bits>>" in str(segments) or ":" not in str(segments):
        # A generator needs segments that take something, and not all there is.
        name = g.fresh()
        bits = g.pick((8, 4, 16, 3))
        segments, bound = pattern(f"<<{name}:{bits}>>"), [(name, Kind.INTEGER)]
    kind = g.pick((Kind.BINARY, Kind.BITSTRING))
    return other(segments, f" <{strict}= ", g.expression(scope, kind, depth)), bound


@produces(7, Kind.LIST, Kind.INTEGERS, Kind.LISTS, Kind.TUPLES)
def list_comprehension(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node:
    """A list comprehension."""
    inner = {Kind.INTEGERS: Kind.INTEGER, Kind.LISTS: Kind.LIST, Kind.TUPLES: Kind.TUPLE}
    generators, inside = qualifiers(g, scope, depth)
    value = g.expression(inside, inner.get(kind, Kind.ANY), depth)
    return expression("[", value, " || ", generators, "]")


@produces(5, Kind.BINARY, Kind.BITSTRING)
def binary_comprehension(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node:
    """A bitstring comprehension."""
    generators, inside = qualifiers(g, scope, depth)
    if g.chance(30):
        value: Node = other("(", g.expression(inside, kind, depth), ")/bits")
    else:
        bits = g.pick((8, 16, 32)) if kind is Kind.BINARY else g.pick((8, 3, 1, 17))
        value = other("(", g.expression(inside, Kind.INTEGER, depth), f"):{bits}")
    return expression("<< <<", value, ">> || ", generators, ">>")


@produces(5, Kind.MAP)
def map_comprehension(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node | None:
    """A map comprehension."""
    if g.release < MAP_COMPREHENSIONS_SINCE:
        return None
    generators, inside = qualifiers(g, scope, depth)
    key = g.expression(inside, g.pick((Kind.ATOM, Kind.INTEGER, Kind.ANY)), depth)
    return expression(
        "#{", key, " => ", g.expression(inside, Kind.ANY, depth), " || ", generators, "}"
    )
