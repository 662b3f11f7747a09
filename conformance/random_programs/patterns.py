"""Patterns, and the variables that they bind."""

from __future__ import annotations

from conformance.random_programs.generator import Generator
from conformance.random_programs.kinds import PLAIN, Kind
from conformance.random_programs.scope import Scope
from conformance.random_programs.tree import Node, listing, other, pattern

Bound = list[tuple[str, Kind]]

_CONSTANTS = (
    Kind.INTEGER, Kind.ATOM, Kind.FLOAT, Kind.BOOLEAN, Kind.BINARY, Kind.SMALL, Kind.DIGITS,
)  # fmt: skip


def any_pattern(g: Generator, scope: Scope, kind: Kind, depth: int) -> tuple[Node, Bound]:
    """A pattern that some values of the kind match, and what it binds."""
    bound: Bound = []
    node = _pattern(g, scope, kind, depth, bound)
    return node, bound


def variable(g: Generator, kind: Kind) -> tuple[Node, Bound]:
    """A new variable."""
    name = g.fresh()
    return pattern(name), [(name, kind)]


def _pattern(g: Generator, scope: Scope, kind: Kind, depth: int, bound: Bound) -> Node:
    if g.chance(4):
        kind = g.plain_kind()
    if kind is Kind.ANY:
        kind = g.pick(PLAIN) if g.chance(60) else Kind.ANY
    choice = g.number(0, 9)
    if choice <= 3 or depth <= 0:
        if choice == 0:
            return pattern("_")
        return _variable(g, kind, bound)
    if choice == 4:
        # A variable that the pattern has already must match the same value again.
        names = scope.names(kind) or [name for name, its in bound if its is kind]
        if names:
            return pattern(g.pick(names))
    if choice == 5 and depth > 1:
        inside = _pattern(g, scope, kind, depth - 1, bound)
        return pattern(_variable(g, kind, bound), " = ", inside)
    if kind in _CONSTANTS:
        # Matching against 0.0 means one thing before OTP 27 and another since; both are wanted.
        return pattern(g.literal(kind))
    if kind is Kind.MAP:
        return _map(g, scope, depth, bound)
    if kind is Kind.RECORD and g.records:
        return _record(g, scope, depth, bound)
    if kind in (Kind.TUPLE, Kind.RECORD):
        return _sequence(
            g, scope, "{", "}", [g.plain_kind() for _ in range(g.number(0, 3))], depth, bound
        )
    if kind is Kind.BITSTRING:
        return binary_pattern(g, scope, bound, whole_bytes=False)
    if kind in (Kind.LIST, Kind.INTEGERS, Kind.BYTES, Kind.PAIRS, Kind.TUPLES, Kind.LISTS):
        return _list(g, scope, kind, depth, bound)
    return _variable(g, kind, bound)


def _variable(g: Generator, kind: Kind, bound: Bound) -> Node:
    node, names = variable(g, kind)
    bound += names
    return node


def _sequence(
    g: Generator,
    scope: Scope,
    opening: str,
    closing: str,
    kinds: list[Kind],
    depth: int,
    bound: Bound,
) -> Node:
    items = [_pattern(g, scope, kind, depth - 1, bound) for kind in kinds]
    return pattern(opening, listing(items), closing)


def _list(g: Generator, scope: Scope, kind: Kind, depth: int, bound: Bound) -> Node:
    inner = {
        Kind.INTEGERS: Kind.INTEGER,
        Kind.BYTES: Kind.INTEGER,
        Kind.PAIRS: Kind.TUPLE,
        Kind.TUPLES: Kind.TUPLE,
        Kind.LISTS: Kind.LIST,
    }.get(kind, Kind.ANY)
    count = g.number(0, 3)
    if count == 0 or g.chance(35):
        return _sequence(g, scope, "[", "]", [inner] * count, depth, bound)
    items = [_pattern(g, scope, inner, depth - 1, bound) for _ in range(count)]
    tail = _pattern(g, scope, kind, depth - 1, bound)
    return pattern("[", listing(items, least=1), " | ", tail, "]")


def _map(g: Generator, scope: Scope, depth: int, bound: Bound) -> Node:
    pairs = []
    for _ in range(g.number(0, 2)):
        names = scope.names(Kind.ANY)
        key: Node | str
        if names and g.chance(30):
            key = g.pick(names)
        else:
            key = g.literal(g.pick((Kind.ATOM, Kind.SMALL, Kind.INTEGER, Kind.FLOAT)))
        pairs.append(other(key, " := ", _pattern(g, scope, Kind.ANY, depth - 1, bound)))
    return pattern("#{", listing(pairs), "}")


def _record(g: Generator, scope: Scope, depth: int, bound: Bound) -> Node:
    record = g.pick(g.records)
    fields = [
        other(f"{name} = ", _pattern(g, scope, kind, depth - 1, bound))
        for name, kind in record.fields
        if g.chance(50)
    ]
    return pattern(f"#{record.name}{{", listing(fields), "}")


def binary_pattern(g: Generator, scope: Scope, bound: Bound, *, whole_bytes: bool = True) -> Node:
    """A pattern of segments; a last one without a size mostly takes the rest."""
    segments: list[Node] = []
    sizes = [*scope.names(Kind.SMALL), *scope.names(Kind.INTEGER)]
    for _ in range(g.number(0, 3)):
        segments.append(_segment(g, sizes, bound))
    ending = g.number(0, 9)
    if ending > 2:
        node, names = variable(g, Kind.BITSTRING)
        rest = node if ending < 9 else pattern("_")
        bound += names if ending < 9 else []
        segments.append(other(rest, "/bits" if ending > 6 or not whole_bytes else "/binary"))
    return pattern("<<", listing(segments), ">>")


def _segment(g: Generator, sizes: list[str], bound: Bound) -> Node:
    kind = g.number(0, 9)
    if kind <= 5:
        bits = g.pick((8, 8, 16, 1, 3, 4, 7, 12, 24, 32, 33, 64, 65, 0, 120))
        size = _size(g, sizes, bits)
        flags = g.pick(("", "", "/signed", "/little", "/little-signed", "/native", "/unit:1"))
        if flags == "/unit:1" or not g.chance(20):
            name = g.fresh()
            segment = other(pattern(name), f":{size}", flags)
            bound.append((name, Kind.INTEGER))
            if bits <= 4:
                sizes.insert(0, name)
            return segment
        return other(pattern(g.pick(("0", "1", "255", "97", "-1", "16#80"))), f":{size}", flags)
    name = g.fresh()
    if kind == 6:
        bound.append((name, Kind.FLOAT))
        bits = g.pick((64, 32, 16) if g.release >= 24 else (64, 32))
        return other(pattern(name), f":{bits}/", g.pick(("float", "float-little")))
    if kind == 7:
        bound.append((name, Kind.INTEGER))
        form = g.pick(("utf8", "utf16", "utf32", "utf16-little", "utf32-little"))
        return other(pattern(name), f"/{form}")
    if kind == 8:
        unit = g.pick(("binary", "bits", "binary-unit:4", "binary-unit:3"))
        bound.append((name, Kind.BINARY if unit == "binary" else Kind.BITSTRING))
        return other(pattern(name), f":{_size(g, sizes, g.pick((1, 2, 0, 3, 5)))}/{unit}")
    return other(g.pick(('"a"', '"hel"', '"\\x{e9}"/utf8')))


def _size(g: Generator, sizes: list[str], bits: int) -> str:
    if sizes and g.chance(25):
        name = g.pick(sizes)
        # Sizes that are expressions are allowed in patterns since OTP 23.
        return g.pick(
            (name, f"({name} * 8)", f"({name} - 1)", f"(byte_size(<<0:{bits}>>) + {name})")
        )
    return str(bits)
