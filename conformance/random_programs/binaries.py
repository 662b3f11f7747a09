"""Building bitstrings of every kind of segment."""

from __future__ import annotations

from conformance.random_programs.generator import Generator, produces
from conformance.random_programs.kinds import Kind
from conformance.random_programs.scope import Scope
from conformance.random_programs.tree import Node, expression, listing, other

_SIZES = (8, 8, 16, 1, 2, 3, 4, 7, 9, 12, 24, 32, 33, 63, 64, 65, 128, 0, 200)
_ENDS = ("", "", "/little", "/native", "/signed", "/little-signed", "/big-unsigned")


@produces(14, Kind.BINARY)
def binary(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node:
    """A binary: segments of whole bytes, mostly."""
    segments = [_segment(g, scope, depth, whole=True) for _ in range(g.number(0, 4))]
    return expression("<<", listing(segments), ">>")


@produces(14, Kind.BITSTRING)
def bitstring(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node:
    """A bitstring."""
    segments = [_segment(g, scope, depth, whole=False) for _ in range(g.number(0, 4))]
    return expression("<<", listing(segments), ">>")


@produces(5, Kind.BINARY, Kind.BITSTRING)
def appended(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node:
    """Something put after an older bitstring."""
    type_ = "binary" if kind is Kind.BINARY else "bits"
    first = g.expression(scope, kind, depth)
    rest = [_segment(g, scope, depth, whole=kind is Kind.BINARY) for _ in range(g.number(1, 2))]
    return expression("<<(", first, f")/{type_}, ", listing(rest, least=1), ">>")


def size(g: Generator, scope: Scope, depth: int, literal: int) -> Node:
    """How large a segment is: a constant, or computed and then small."""
    if not g.chance(20):
        return other(str(literal))
    value = g.expression(scope, Kind.INTEGER, min(depth, 1))
    return other("((", value, f" {g.pick(('band 31', 'rem 40', 'band 127'))}))")


def _segment(g: Generator, scope: Scope, depth: int, *, whole: bool) -> Node:
    choice = g.number(0, 11)
    if choice <= 5:
        value = g.expression(scope, Kind.INTEGER, depth)
        if whole:
            bits = g.pick((8, 8, 16, 24, 32, 64, 72, 128, 0))
            wide: str | Node = f":{bits}"
            if g.chance(15):
                wide = other(":", size(g, scope, depth, 3), f"/unit:{g.pick((8, 16))}")
                return other("(", value, ")", wide)
        else:
            wide = other(":", size(g, scope, depth, g.pick(_SIZES)))
        return other("(", value, ")", wide, g.pick(_ENDS))
    if choice == 6:
        bits = g.pick((64, 32, 16) if g.release >= 24 else (64, 32))
        value = g.expression(scope, Kind.NUMBER, depth)
        return other("(", value, f"):{bits}/", g.pick(("float", "float-little", "float-native")))
    if choice == 7:
        value = g.expression(scope, g.pick((Kind.NON_NEGATIVE, Kind.INTEGER)), depth)
        form = g.pick(("utf8", "utf16", "utf32", "utf16-little", "utf32-little"))
        return other("(", value, f")/{form}")
    if choice == 8:
        return other(g.pick(('"abc"', '""', '"\\x{e9}\\x{20ac}"/utf8', '"ab":16/little', '"a":4')))
    kind = Kind.BINARY if whole else Kind.BITSTRING
    value = g.expression(scope, kind, depth)
    if choice == 9:
        unit = g.pick(("binary", "binary", "bits", "binary-unit:3", "binary-unit:5"))
        wide = size(g, scope, depth, g.pick((1, 0, 2, 4)))
        return other("(", value, "):", wide, f"/{unit}")
    if choice == 10 and not whole:
        return other("(", value, f")/binary-unit:{g.pick((1, 2, 7))}")
    return other("(", value, ")/binary" if whole else ")/bits")
