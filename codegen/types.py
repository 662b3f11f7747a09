"""Erlang's type language as `bifs.yaml` writes it: text to trees.

`[atom() | {tag, 0..9}]` becomes `ListOf(Union((Named("atom"), Tuple((Literal("tag"), ...)))))`.
What it understands are the forms of the reference manual, "Types and Function Specifications",
that parameters and results need; `Name :: type()` is the type without its name.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Final, TypeAlias


class TypeSyntaxError(ValueError):
    """A text that is no type; the message shows where."""


@dataclass(frozen=True)
class Named:
    """A type with a name, built in: `integer()`, `nonempty_improper_list(A, B)`."""

    name: str
    arguments: tuple[Type, ...] = ()


@dataclass(frozen=True)
class AtomOf:
    """One atom."""

    name: str


@dataclass(frozen=True)
class Range:
    """The integers from `low` to `high`, both included; one integer when they are the same."""

    low: int
    high: int


@dataclass(frozen=True)
class Union:
    """Any of these."""

    choices: tuple[Type, ...]


@dataclass(frozen=True)
class TupleOf:
    """A tuple with these elements."""

    elements: tuple[Type, ...]


@dataclass(frozen=True)
class ListOf:
    """A proper list; `[T, ...]` when it has at least one element. `element` is None for `[]`."""

    element: Type | None
    nonempty: bool = False


@dataclass(frozen=True)
class MapOf:
    """A map with these associations: key, value, and whether it must be there (`:=`)."""

    pairs: tuple[tuple[Type, Type, bool], ...]


@dataclass(frozen=True)
class FunOf:
    """A fun of this arity; None for any. What it takes and returns is not kept."""

    arity: int | None


Type: TypeAlias = Named | AtomOf | Range | Union | TupleOf | ListOf | MapOf | FunOf

ANY: Final = Named("term")

NAMES: Final = frozenset({
    "any", "term", "none", "no_return", "integer", "non_neg_integer", "pos_integer",
    "neg_integer", "float", "number", "atom", "module", "node", "boolean", "byte", "char",
    "arity", "mfa", "timeout", "binary", "bitstring", "nonempty_binary", "iodata", "iolist",
    "string", "nonempty_string", "list", "nonempty_list", "maybe_improper_list",
    "nonempty_maybe_improper_list", "nonempty_improper_list", "improper_list", "tuple", "map",
    "pid", "port", "reference", "fun", "function", "record",
})  # fmt: skip
"""The types that have a name. `record()` is any native record."""

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<variable>[A-Z]\w*)\s*::|(?P<dots>\.\.\.)|(?P<op>::|\.\.|:=|=>|->|#\{|[(){}\[\],|])"
    r"|(?P<integer>-?\d+)|(?P<quoted>'[^']*')|(?P<word>[a-z]\w*))"
)


@functools.cache
def parse_type(text: str) -> Type:
    """The tree of a type's text. Raises TypeSyntaxError."""
    parser = _Parser(text)
    found = parser.union()
    parser.expect("")
    return found


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._kind = self._token = ""
        self._advance()

    def union(self) -> Type:
        choices = [self._one()]
        while self._take("|"):
            choices.append(self._one())
        return choices[0] if len(choices) == 1 else Union(tuple(choices))

    def expect(self, token: str) -> None:
        if self._token != token or self._kind not in ("op", "dots", ""):
            raise self._error(f"{token!r} expected" if token else "more than one type")
        self._advance()

    def _one(self) -> Type:
        if self._kind == "variable":
            self._advance()
        kind, token = self._kind, self._token
        self._advance()
        if kind == "integer":
            low = int(token)
            if not self._take(".."):
                return Range(low, low)
            high = self._token
            if self._kind != "integer":
                raise self._error("an integer expected")
            self._advance()
            return Range(low, int(high))
        if kind == "quoted":
            return AtomOf(token[1:-1])
        if kind == "word":
            return self._named(token)
        if token == "{":
            return TupleOf(self._sequence("}"))
        if token == "#{":
            return self._map()
        if token == "[":
            return self._list()
        raise self._error("a type expected")

    def _named(self, name: str) -> Type:
        if not self._take("("):
            return AtomOf(name)
        if name == "fun" and self._take("("):
            arity = None if self._take_dots() else len(self._arguments())
            if arity is None:
                self.expect(")")
            self.expect("->")
            self.union()
            self.expect(")")
            return FunOf(arity)
        arguments = self._sequence(")")
        if name not in NAMES:
            raise self._error(f"no type is called {name}()")
        if name in ("list", "nonempty_list") and arguments:
            return ListOf(arguments[0], name != "list")
        return Named(name, arguments)

    def _arguments(self) -> tuple[Type, ...]:
        return self._sequence(")")

    def _list(self) -> Type:
        if self._take("]"):
            return ListOf(None)
        element = self.union()
        nonempty = self._take(",")
        if nonempty and not self._take_dots():
            raise self._error("... expected")
        self.expect("]")
        return ListOf(element, nonempty)

    def _map(self) -> Type:
        pairs: list[tuple[Type, Type, bool]] = []
        while not self._take("}"):
            if pairs:
                self.expect(",")
            key = self.union()
            mandatory = self._take(":=")
            if not mandatory:
                self.expect("=>")
            pairs.append((key, self.union(), mandatory))
        return MapOf(tuple(pairs))

    def _sequence(self, end: str) -> tuple[Type, ...]:
        found: list[Type] = []
        while not self._take(end):
            if found:
                self.expect(",")
            found.append(self.union())
        return tuple(found)

    def _take(self, token: str) -> bool:
        if self._kind == "op" and self._token == token:
            self._advance()
            return True
        return False

    def _take_dots(self) -> bool:
        if self._kind == "dots":
            self._advance()
            return True
        return False

    def _advance(self) -> None:
        rest = self._text[self._position :]
        match = _TOKEN.match(rest)
        if match is None:
            if rest.strip():
                raise self._error("not understood")
            self._kind = self._token = ""
            return
        self._position += match.end()
        assert match.lastgroup is not None
        self._kind = match.lastgroup
        self._token = match[match.lastgroup]

    def _error(self, why: str) -> TypeSyntaxError:
        before = self._text[: self._position]
        return TypeSyntaxError(f"{self._text!r}: {why} (after {before!r})")
