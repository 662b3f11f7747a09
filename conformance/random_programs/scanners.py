"""Functions that go through a bitstring, and keep tails that they go on matching."""

from __future__ import annotations

from typing import Final

from conformance.random_programs.generator import Generator
from conformance.random_programs.kinds import Kind
from conformance.random_programs.tree import NO_GUARD, Node, listing, other, separated

MOST: Final = 2
CALLS: Final = (2, 5)
FLAGS: Final = ("", "", "", "/signed", "/little", "/little-signed", "/native")
SIZES: Final = (8, 8, 8, 16, 1, 2, 3, 4, 5, 7, 9, 12, 24, 33, 64, 65)


def scanners(g: Generator) -> tuple[list[Node], list[Node], list[Node]]:
    """The functions, their exports, and calls of them."""
    names = [f"s{number}" for number in range(g.number(0, MOST))]
    functions = [_function(g, name, names) for name in names]
    exports = [other(f"{name}/2") for name in names]
    calls = [
        other(f"{{{name}, [", *separated([_input(g), other("[]")]), "]}")
        for name in names
        for _ in range(g.number(*CALLS))
    ]
    return functions, exports, calls


def _input(g: Generator) -> Node:
    kind = Kind.BITSTRING if g.chance(50) else Kind.BINARY
    return g.literal(g.plain_kind() if g.chance(5) else kind)


def _function(g: Generator, name: str, names: list[str]) -> Node:
    g.reset_names()
    clauses = [_clause(g, name, names) for _ in range(g.number(1, 3))]
    clauses.append(other(f"{name}(R, L) -> {{R, L}}"))
    return other(listing(clauses, ";\n", least=1), ".")


def _clause(g: Generator, name: str, names: list[str]) -> Node:
    segments, seen = _segments(g)
    tail, whole = g.fresh(), g.fresh()
    form = "binary" if g.chance(40) else "bits"
    head = f"<<{', '.join(segments)}, {tail}/{form}>>"
    keeps = [*seen, tail]
    if g.chance(30):
        head = f"{head} = {whole}"
        keeps.append(whole)
    guard = NO_GUARD
    if seen and g.chance(30):
        guard = other(f" when {g.pick(seen)} {g.pick(('<', '>', '=/=', '=:='))} {g.number(0, 90)}")
    return other(f"{name}({head}, L)", guard, " -> ", _body(g, names, tail, keeps))


def _segments(g: Generator) -> tuple[list[str], list[str]]:
    """Segments that take a bit at least, so that there is an end; and their variables."""
    segments = []
    seen: list[str] = []
    for number in range(g.number(1, 3)):
        choice = g.number(0, 9)
        size = g.pick(SIZES)
        if choice <= 4 or (number == 0 and choice > 6):
            seen.append(g.fresh())
            segments.append(f"{seen[-1]}:{size}{g.pick(FLAGS)}")
        elif choice == 5:
            segments.append(f"{g.pick((0, 1, 97, 255))}:{size}")
        elif choice == 6:
            segments.append(f"_:{size}")
        elif choice == 7:
            part = g.fresh()
            unit = g.pick(("binary", "bits"))
            count = g.pick((str(g.number(0, 5)), f"({seen[0]} band 7)" if seen else "1"))
            seen.append(part)
            segments.append(f"{part}:{count}/{unit}")
        elif choice == 8:
            seen.append(g.fresh())
            segments.append(f"{seen[-1]}/{g.pick(('utf8', 'utf16-little', 'utf32'))}")
        else:
            seen.append(g.fresh())
            segments.append(f"{seen[-1]}:{g.pick((32, 64))}/float")
    return segments, seen


def _body(g: Generator, names: list[str], tail: str, keeps: list[str]) -> Node:
    kept = listing([other(one) for one in keeps if g.chance(70)])
    onward = other(f"{g.pick(names)}({tail}, [{{", kept, "} | L])")
    choice = g.number(0, 9)
    if choice <= 5:
        return onward
    if choice == 6:
        return other(f"{{{tail}, ", onward, "}")
    if choice == 7:
        more, rest = g.fresh(), g.fresh()
        inner = f"<<{more}:{g.pick(SIZES)}, {rest}/bits>>"
        return other(
            f"case {tail} of {inner} -> {{{more}, {rest}, {tail}, L}}; _ -> ", onward, " end"
        )
    if choice == 8:
        return other(f"B = <<{tail}/bits, {g.number(0, 255)}>>, {{B, ", onward, "}")
    return other(f"{{{tail}, bit_size({tail}), L}}")
