"""Whole modules: records, functions that end, and the calls that are made of them."""

from __future__ import annotations

from typing import Final

from conformance.random_programs import binaries, calls, data, funs
from conformance.random_programs.choices import Choices
from conformance.random_programs.control import body
from conformance.random_programs.generator import Generator
from conformance.random_programs.guards import clause, maybe_guard
from conformance.random_programs.kinds import PLAIN, Kind
from conformance.random_programs.patterns import any_pattern, variable
from conformance.random_programs.scanners import scanners
from conformance.random_programs.scope import Countdown, RecordType, Scope, Signature
from conformance.random_programs.tree import (
    NO_GUARD,
    Node,
    expression,
    listing,
    other,
    pattern,
    separated,
)

PRODUCTIONS: Final = (binaries, calls, data, funs)
"""Modules that register ways to write expressions (besides `control`)."""

FUEL: Final = 60
"""About how many expressions a function has."""

DEPTH: Final = 4
MOST_FUNCTIONS: Final = 4
CALLS: Final = (2, 6)
"""How many calls of each function are made."""

_RUN: Final = """

run() ->
    [call(F, As) || {F, As} <- calls()].

call(F, As) ->
    Result =
        try apply(?MODULE, F, As) of
            V -> {ok, V}
        catch
            C:R -> {C, R}
        end,
    {Result, lists:sort(erase())}.

id(X) -> X.
"""


def module(choices: Choices, release: int, without: frozenset[str] = frozenset()) -> Node:
    """A module whose `run/0` calls the others and gives all results, as a tree.

    Its name is still `?MODULE`. It calls none of the functions in `without`, given as
    `module:name/arity`.
    """
    g = Generator(choices, release, without)
    records = tuple(_record(g, number) for number in range(g.number(0, 2)))
    declared = [
        other(f"-record({record.name}, {{", listing(_fields(g, record)), "}).\n")
        for record in records
    ]
    g.records = records
    signatures = [_signature(g, number) for number in range(g.number(1, MOST_FUNCTIONS))]
    functions = [
        _function(g, signature, Scope((), tuple(signatures[number + 1 :])))
        for number, signature in enumerate(signatures)
    ]
    exports = [other(f"{one.name}/{len(one.parameters)}") for one in signatures if one.exported]
    made = [_call(g, one) for one in signatures if one.exported for _ in range(g.number(*CALLS))]
    scanning, scanning_exports, scans = scanners(g)
    return other(
        "-module(?MODULE).\n\n-export([run/0, id/1, ",
        listing([*exports, *scanning_exports], least=1),
        "]).\n\n",
        listing(declared, ""),
        "\n",
        listing([*functions, *scanning], "\n\n", least=1),
        "\n\ncalls() ->\n    [",
        listing([*made, *scans], ",\n     ", least=1),
        "].",
        _RUN,
    )


def _record(g: Generator, number: int) -> RecordType:
    names = ("p", "q", "r")[: g.number(1, 3)]
    return RecordType(f"rec{number}", tuple((name, g.pick(PLAIN[:9])) for name in names))


def _fields(g: Generator, record: RecordType) -> list[Node]:
    return [
        other(name, " = ", g.literal(kind)) if g.chance(50) else other(name)
        for name, kind in record.fields
    ]


def _signature(g: Generator, number: int) -> Signature:
    counts = g.chance(35)
    parameters = tuple(g.plain_kind() for _ in range(g.number(0, 4)))
    if counts:
        parameters = (Kind.INTEGER, *parameters)
    exported = number == 0 or g.chance(75)
    return Signature(f"f{number}", parameters, g.plain_kind(), exported, counts)


def _function(g: Generator, signature: Signature, scope: Scope) -> Node:
    g.reset_names()
    g.fuel = FUEL
    clauses = _counting(g, signature, scope) if signature.counts else []
    for last in range(g.number(0 if clauses else 1, 1 if clauses else 3), 0, -1):
        heads = []
        inner = scope
        for kind in signature.parameters:
            plain = last == 1 and not g.chance(20)
            # A head sees none of its own variables in sizes and keys, hence the outer scope.
            head, bound = variable(g, kind) if plain else any_pattern(g, scope, kind, 3)
            heads.append(head)
            inner = inner.bind(bound)
        when = maybe_guard(g, inner, 15 if last == 1 else 40)
        clauses.append(_clause(g, signature, heads, when, inner))
    return other(listing(clauses, ";\n", least=1), ".")


def _clause(
    g: Generator, signature: Signature, heads: list[Node], when: Node, scope: Scope
) -> Node:
    head = other(f"{signature.name}(", *separated(heads), ")")
    return clause(head, when, body(g, scope, signature.result, DEPTH, outermost=True))


def _counting(g: Generator, signature: Signature, scope: Scope) -> list[Node]:
    """The clauses of a function whose first parameter is counted down to 0."""
    clauses = []
    for zero in (True, False):
        heads = []
        inner = scope
        for kind in signature.parameters[1:]:
            head, bound = variable(g, kind)
            heads.append(head)
            inner = inner.bind(bound)
        counter = g.fresh()
        if zero:
            first, when = pattern("0"), NO_GUARD
        else:
            first, when = pattern(counter), other(f" when {counter} > 0, {counter} < 6")
            itself = Countdown(signature.name, counter, signature.parameters, signature.result)
            inner = Scope(
                (*inner.variables, (counter, Kind.SMALL)), inner.functions, (*inner.itself, itself)
            )
        clauses.append(_clause(g, signature, [first, *heads], when, inner))
    return clauses


def _call(g: Generator, signature: Signature) -> Node:
    arguments = []
    for position, kind in enumerate(signature.parameters):
        if signature.counts and position == 0 and not g.chance(15):
            arguments.append(expression(str(g.number(0, 4))))
        else:
            arguments.append(g.literal(g.plain_kind() if g.chance(12) else kind))
    return other(f"{{{signature.name}, [", *separated(arguments), "]}")
