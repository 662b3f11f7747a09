"""The generator: decisions, names, and the table of ways to write a value of a kind.

Ways (productions) register themselves with `produces`; they live in the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from conformance.random_programs.choices import Choices, Decisions
from conformance.random_programs.kinds import PLAIN, Kind
from conformance.random_programs.literals import TEXTS
from conformance.random_programs.scope import RecordType, Scope
from conformance.random_programs.tree import Node, expression, listing, other

T = TypeVar("T")

EXTERNAL_FUNS: Final = {
    Kind.FUN: ("lists:reverse/1", "erlang:abs/1", "erlang:is_atom/1", "lists:sum/1", "lists:no/1"),
    Kind.FUN2: ("erlang:max/2", "erlang:'+'/2", "lists:append/2", "erlang:'=:='/2", "no:such/2"),
}
LITERAL_DEPTH: Final = 2
PLAIN_WEIGHTS: Final = tuple((3 if kind is Kind.INTEGER else 1, kind) for kind in PLAIN)
TRIES: Final = 3
"""How often another way is tried when one cannot be gone."""
FEW: Final = 5
INNER: Final = {Kind.INTEGERS: Kind.INTEGER, Kind.TUPLES: Kind.TUPLE, Kind.LISTS: Kind.LIST}
"""What lists of one kind of item hold."""


class Generator(Decisions):
    """Writes programs for one release, by one source of decisions.

    `without` names functions (`module:name/arity`) that programs must not call. `fuel` is how
    many more expressions may be written before only the simplest follow.
    """

    def __init__(
        self, choices: Choices, release: int, without: frozenset[str] = frozenset()
    ) -> None:
        super().__init__(choices)
        self.release = release
        self.without = without
        self.fuel = 0
        self.records: tuple[RecordType, ...] = ()
        self.in_guard = False
        self._names = 0

    def fresh(self) -> str:
        """A variable that the module does not have yet."""
        self._names += 1
        return f"V{self._names}"

    def reset_names(self) -> None:
        """Begin a new function, whose variables are its own."""
        self._names = 0

    def plain_kind(self) -> Kind:
        """A kind that stands for itself."""
        return self.weighted(PLAIN_WEIGHTS)

    # ---------------------------------------------------------------- expressions

    def expression(self, scope: Scope, kind: Kind, depth: int) -> Node:
        """An expression for a value of the kind, mostly."""
        self.fuel -= 1
        if self.chance(3):
            kind = self.plain_kind()
        elif kind is Kind.ANY:
            names = scope.names(kind)
            if names and self.chance(60):
                return expression(self.pick(names))
            kind = self.plain_kind()
        elif kind is Kind.NUMBER:
            kind = self.pick((Kind.INTEGER, Kind.FLOAT))
        if depth > 0 and self.fuel > 0 and not self.chance(8):
            for _ in range(TRIES if kind in WAYS else 0):
                node = self.weighted(WAYS[kind])(self, scope, kind, depth - 1)
                if node is not None:
                    return node
        return self.simple(scope, kind)

    def simple(self, scope: Scope, kind: Kind) -> Node:
        """A variable or a constant."""
        names = scope.names(kind)
        if names and not self.chance(20):
            return expression(self.pick(names))
        literal = self.literal(kind)
        if not self.in_guard and self.chance(40):
            # The compiler knows nothing of the value then.
            return expression("id(", literal, ")")
        return literal

    def several(
        self, scope: Scope, kind: Kind, depth: int, most: int, least: int = 0
    ) -> list[Node]:
        """Some expressions of one kind."""
        return [
            self.expression(scope, kind, depth) for _ in range(self.number(least, max(least, most)))
        ]

    # ---------------------------------------------------------------- constants

    def literal(self, kind: Kind, depth: int = LITERAL_DEPTH) -> Node:
        """A constant of the kind."""
        texts = TEXTS.get(kind)
        if texts is not None:
            # The first few often, so that values and patterns meet.
            return expression(self.pick(texts if self.chance(45) else texts[:FEW]))
        if kind is Kind.ANY:
            return self.literal(self.plain_kind(), depth)
        if kind is Kind.NUMBER:
            return self.literal(self.pick((Kind.INTEGER, Kind.FLOAT)))
        if kind in EXTERNAL_FUNS and not self.in_guard:
            return expression(f"fun {self.pick(EXTERNAL_FUNS[kind])}")
        if kind is Kind.RECORD and self.records:
            record = self.pick(self.records)
            fields = [
                other(f"{name} = ", self.literal(its, depth - 1)) for name, its in record.fields
            ]
            return expression(f"#{record.name}{{", listing(fields), "}")
        if kind is Kind.BYTES:
            return self._literals("[", [Kind.SMALL] * self.number(0, 4), "]", depth)
        if kind is Kind.IODATA:
            kinds = (Kind.BINARY, Kind.BYTES, Kind.SMALL)
            count = self.number(0, 3)
            return self._literals("[", [self.pick(kinds) for _ in range(count)], "]", depth)
        if kind is Kind.PAIRS:
            pairs = [
                expression("{", self.literal(Kind.ATOM), ", ", self.literal(Kind.ANY, 0), "}")
                for _ in range(self.number(0, 3))
            ]
            return expression("[", listing(pairs), "]")
        inner = INNER.get(kind)
        most = 3 if depth > 0 else 0
        count = self.number(0, most)
        if kind is Kind.MAP:
            entries: list[Node] = []
            for _ in range(count):
                key = self.literal(self.pick((Kind.ATOM, Kind.INTEGER, Kind.FLOAT)), depth - 1)
                entries.append(other(key, " => ", self.literal(Kind.ANY, depth - 1)))
            return expression("#{", listing(entries), "}")
        brackets = ("{", "}") if kind in (Kind.TUPLE, Kind.RECORD) else ("[", "]")
        kinds_inside = [inner or self.plain_kind() for _ in range(count)]
        return self._literals(brackets[0], kinds_inside, brackets[1], depth)

    def _literals(self, opening: str, kinds: Sequence[Kind], closing: str, depth: int) -> Node:
        items = [self.literal(kind, depth - 1) for kind in kinds]
        return expression(opening, listing(items), closing)


Production = Callable[[Generator, Scope, Kind, int], "Node | None"]
"""Writes an expression of a kind that goes so deep; None when it cannot here."""

WAYS: dict[Kind, list[tuple[int, Production]]] = {kind: [] for kind in PLAIN}
WAYS |= {kind: [] for kind in (Kind.FUN2, *INNER, Kind.BYTES, Kind.PAIRS, Kind.IODATA)}
WAYS |= {kind: [] for kind in (Kind.SMALL, Kind.NON_NEGATIVE)}

P = TypeVar("P", bound=Production)


def produces(weight: int, *kinds: Kind) -> Callable[[P], P]:
    """Register the decorated production for these kinds, or for every plain one."""

    def register(production: P) -> P:
        for kind in kinds or PLAIN:
            WAYS[kind].append((weight, production))
        return production

    return register
