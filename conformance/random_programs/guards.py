"""Guards: tests that bind nothing, and whose errors mean false."""

from __future__ import annotations

from typing import Final

from conformance.random_programs.generator import Generator
from conformance.random_programs.kinds import Kind
from conformance.random_programs.scope import Scope
from conformance.random_programs.tree import NO_GUARD, Node, Sort, expression, listing, other

COMPARISONS: Final = ("==", "/=", "<", ">", "=<", ">=", "=:=", "=/=")
TESTS: Final = (
    *("is_integer", "is_atom", "is_list", "is_tuple", "is_binary", "is_map", "is_float"),
    *("is_number", "is_boolean", "is_bitstring", "is_function", "is_pid", "is_reference"),
)
_MEASURES: Final = (
    ("length", Kind.LIST),
    ("tuple_size", Kind.TUPLE),
    ("map_size", Kind.MAP),
    ("byte_size", Kind.BITSTRING),
    ("bit_size", Kind.BITSTRING),
    ("abs", Kind.NUMBER),
    ("hd", Kind.INTEGERS),
    ("size", Kind.TUPLE),
    ("round", Kind.FLOAT),
    ("trunc", Kind.FLOAT),
    ("float", Kind.INTEGER),
    ("floor", Kind.NUMBER),
    ("ceil", Kind.FLOAT),
)


def maybe_guard(g: Generator, scope: Scope, percent: int = 35) -> Node:
    """A `when ...`, or nothing."""
    return guard(g, scope) if scope.variables and g.chance(percent) else NO_GUARD


def guard(g: Generator, scope: Scope) -> Node:
    """A `when ...`."""
    alternatives: list[Node] = []
    for _ in range(2 if g.chance(15) else 1):
        tests = [test(g, scope) for _ in range(2 if g.chance(25) else 1)]
        alternatives.append(listing(tests, least=1))
    return Node(Sort.GUARD, (" when ", listing(alternatives, "; ", least=1)))


def test(g: Generator, scope: Scope) -> Node:
    """A guard expression that is true or false, or fails."""
    g.in_guard = True
    node = _test(g, scope, 2)
    g.in_guard = False
    return node


def _test(g: Generator, scope: Scope, depth: int) -> Node:
    choice = g.number(0, 11)
    if depth <= 0:
        choice %= 6
    if choice <= 2:
        return expression(g.pick(TESTS), "(", _value(g, scope, Kind.ANY), ")")
    if choice <= 5:
        kind = g.pick((Kind.INTEGER, Kind.ANY, Kind.ATOM, Kind.FLOAT))
        left, right = _term(g, scope, kind, depth), _term(g, scope, kind, depth)
        return expression("(", left, f" {g.pick(COMPARISONS)} ", right, ")")
    if choice <= 8:
        operator = g.pick(("andalso", "orelse", "and", "or", "xor"))
        left, right = _test(g, scope, depth - 1), _test(g, scope, depth - 1)
        return expression("(", left, f" {operator} ", right, ")")
    if choice == 9:
        return expression("not (", _test(g, scope, depth - 1), ")")
    if choice == 10:
        if g.chance(50) and "erlang:is_function/2" not in g.without:
            arity = g.pick(("1", "0", "2"))
            return expression("is_function(", _value(g, scope, Kind.FUN), f", {arity})")
        return expression(
            "is_map_key(", g.literal(Kind.ATOM), ", ", _value(g, scope, Kind.MAP), ")"
        )
    if g.records:
        return expression(
            "is_record(", _value(g, scope, Kind.RECORD), f", {g.pick(g.records).name})"
        )
    return expression(_value(g, scope, Kind.BOOLEAN))


def _value(g: Generator, scope: Scope, kind: Kind) -> Node:
    """A variable of the kind, else of any, else a constant."""
    names = scope.names(kind)
    if kind is Kind.FUN and not names:
        kind = Kind.ATOM
    if not names or g.chance(10):
        names = scope.names(Kind.ANY)
    return expression(g.pick(names)) if names else g.literal(kind)


def _term(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node:
    choice = g.number(0, 9)
    if choice <= 3 or depth <= 0:
        return _value(g, scope, kind)
    if choice <= 5:
        return g.literal(kind)
    if choice == 6:
        name, its = g.pick(_MEASURES)
        if f"erlang:{name}/1" in g.without:
            return _value(g, scope, kind)
        return expression(f"{name}(", _value(g, scope, its), ")")
    if choice == 7:
        functions = (
            ("element(", g.literal(Kind.INDEX), ", ", _value(g, scope, Kind.TUPLE), ")"),
            ("map_get(", g.literal(Kind.ATOM), ", ", _value(g, scope, Kind.MAP), ")"),
            ("tl(", _value(g, scope, Kind.LIST), ")"),
            ("[", _value(g, scope, Kind.ANY), " | ", _value(g, scope, Kind.LIST), "]"),
            ("{", _value(g, scope, Kind.ANY), ", ", _value(g, scope, Kind.ANY), "}"),
        )
        return expression(*g.pick(functions))
    number = Kind.INTEGER if kind is not Kind.FLOAT else kind
    operators = ("+", "-", "*", "div", "rem", "band", "bor", "bxor", "/")
    left, right = _term(g, scope, number, depth - 1), _term(g, scope, number, depth - 1)
    return expression("(", left, f" {g.pick(operators)} ", right, ")")


def clause(head: Node, when: Node, body: Node) -> Node:
    """`Head when Guard -> Body`."""
    return other(head, when, " -> ", body)
