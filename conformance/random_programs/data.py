"""Numbers, truth values, lists, tuples, records and maps."""

from __future__ import annotations

from conformance.random_programs.generator import INNER, Generator, produces
from conformance.random_programs.guards import COMPARISONS, TESTS
from conformance.random_programs.kinds import Kind
from conformance.random_programs.scope import Scope
from conformance.random_programs.tree import Node, expression, listing, other

_K = Kind


@produces(25, _K.INTEGER)
def integer_operation(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node:
    """Arithmetic and bit operations on integers."""
    operator = g.pick(
        ("+", "-", "*", "div", "rem", "band", "bor", "bxor", "bsr", "bsl", "bnot", "-unary")
    )
    left = g.expression(scope, _K.INTEGER, depth)
    if operator == "bnot":
        return expression("(bnot ", left, ")")
    if operator == "-unary":
        return expression("(- ", left, ")")
    right = g.expression(scope, _K.INTEGER, depth)
    if operator in ("bsl", "bsr"):
        # So that numbers stay of a size that both sides can work with.
        limit = g.pick(("7", "63", "71"))
        sign = g.pick(("", "", "-"))
        return expression("(", left, f" {operator} ({sign}(", right, f" band {limit})))")
    return expression("(", left, f" {operator} ", right, ")")


@produces(18, _K.FLOAT)
def float_operation(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node:
    """Arithmetic on floats, or on a float and an integer."""
    kinds = g.pick(((_K.FLOAT, _K.FLOAT), (_K.FLOAT, _K.INTEGER), (_K.INTEGER, _K.FLOAT)))
    left, right = (g.expression(scope, one, depth) for one in kinds)
    if g.chance(10):
        return expression("(- ", left, ")")
    return expression("(", left, f" {g.pick(('+', '-', '*', '/'))} ", right, ")")


@produces(14, _K.BOOLEAN)
def comparison(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node:
    """A comparison, mostly of values of one kind."""
    its = g.pick((_K.INTEGER, _K.ANY, _K.NUMBER, _K.LIST, _K.MAP, _K.TUPLE, _K.BITSTRING))
    left, right = (g.expression(scope, its, depth) for _ in range(2))
    return expression("(", left, f" {g.pick(COMPARISONS)} ", right, ")")


@produces(9, _K.BOOLEAN)
def logic(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node:
    """Logical operators."""
    operator = g.pick(("andalso", "orelse", "and", "or", "xor", "not"))
    left = g.expression(scope, _K.BOOLEAN, depth)
    if operator == "not":
        return expression("(not ", left, ")")
    return expression("(", left, f" {operator} ", g.expression(scope, _K.BOOLEAN, depth), ")")


@produces(7, _K.BOOLEAN)
def type_test(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node:
    """A type test as a value."""
    return expression(f"{g.pick(TESTS)}(", g.expression(scope, _K.ANY, depth), ")")


@produces(14, _K.LIST, *INNER)
def list_(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node:
    """A list of some expressions, seldom an improper one."""
    inner = INNER.get(kind, _K.ANY)
    items = g.several(scope, inner, depth, 4)
    if items and g.chance(30):
        tail = g.expression(scope, _K.ANY if g.chance(10) else kind, depth)
        return expression("[", listing(items, least=1), " | ", tail, "]")
    return expression("[", listing(items), "]")


@produces(5, _K.LIST, _K.INTEGERS)
def list_operation(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node:
    """`++` and `--`."""
    left, right = (g.expression(scope, kind, depth) for _ in range(2))
    return expression("(", left, f" {g.pick(('++', '--'))} ", right, ")")


@produces(1, _K.BYTES)
def bytes_(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node:
    """A list of bytes."""
    items = [
        expression("(", g.expression(scope, _K.INTEGER, depth), " band 255)")
        for _ in range(g.number(0, 3))
    ]
    return expression("[", listing(items), "]")


@produces(1, _K.PAIRS)
def pairs(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node:
    """A list of pairs."""
    items = [
        expression("{", g.expression(scope, g.pick((_K.ATOM, _K.NUMBER)), 0), ", ",
                   g.expression(scope, _K.ANY, depth), "}")
        for _ in range(g.number(0, 3))
    ]  # fmt: skip
    return expression("[", listing(items), "]")


@produces(1, _K.IODATA)
def iodata(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node:
    """Nested lists of bytes and binaries."""
    items = [
        g.expression(scope, g.pick((_K.BINARY, _K.BYTES, _K.IODATA, _K.SMALL)), depth)
        for _ in range(g.number(0, 3))
    ]
    if items and g.chance(20):
        tail = g.expression(scope, _K.BINARY, depth)
        return expression("[", listing(items, least=1), " | ", tail, "]")
    return expression("[", listing(items), "]")


@produces(1, _K.SMALL, _K.NON_NEGATIVE)
def masked(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node:
    """An integer with its high bits cut off."""
    mask = "7" if kind is _K.SMALL else g.pick(("255", "16#FFFFFFFF", "16#FFFFFFFFFFFFFFFFFF"))
    return expression("(", g.expression(scope, _K.INTEGER, depth), f" band {mask})")


@produces(14, _K.TUPLE)
def tuple_(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node:
    """A tuple."""
    return expression("{", listing(g.several(scope, _K.ANY, depth, 4)), "}")


@produces(14, _K.RECORD)
def record(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node | None:
    """A new or updated record."""
    if not g.records:
        return None
    its = g.pick(g.records)
    old = g.expression(scope, _K.RECORD, depth) if g.chance(40) else None
    fields = [
        other(f"{name} = ", g.expression(scope, field, depth))
        for name, field in its.fields
        if not g.chance(40)
    ]
    if old is None:
        return expression(f"#{its.name}{{", listing(fields), "}")
    if not fields:
        return None
    return expression("(", old, f")#{its.name}{{", listing(fields, least=1), "}")


@produces(1)
def record_field(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node | None:
    """A field of a record."""
    if not g.records:
        return None
    its = g.pick(g.records)
    usable = [name for name, field in its.fields if field is kind]
    if not usable:
        return None
    name = g.pick(usable)
    if kind is _K.INTEGER and g.chance(10):
        return expression(f"#{its.name}.{name}")
    return expression("(", g.expression(scope, _K.RECORD, depth), f")#{its.name}.{name}")


def key(g: Generator, scope: Scope, depth: int) -> Node:
    """A key that maps often have."""
    return g.expression(scope, g.pick((_K.ATOM, _K.SMALL, _K.NUMBER, _K.ANY)), min(depth, 1))


@produces(14, _K.MAP)
def map_(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node:
    """A new map."""
    entries = [
        other(key(g, scope, depth), " => ", g.expression(scope, _K.ANY, depth))
        for _ in range(g.number(0, 4))
    ]
    return expression("#{", listing(entries), "}")


@produces(14, _K.MAP)
def map_update(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node:
    """A map with some entries changed."""
    old = g.expression(scope, _K.MAP, depth)
    entries = [
        other(
            key(g, scope, depth),
            " := " if g.chance(30) else " => ",
            g.expression(scope, _K.ANY, depth),
        )
        for _ in range(g.number(1, 3))
    ]
    return expression("(", old, ")#{", listing(entries, least=1), "}")
