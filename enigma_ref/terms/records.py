"""Native records (OTP 29): named, with named fields, defined by a module."""

from __future__ import annotations

from typing import Any

from enigma_ref.terms.atoms import Atom
from enigma_ref.terms.deep import Shape, deep_hash, register


class Record:
    """A native record value.

    `module` and `name` say which definition it was made from, `exported` whether other modules
    may look inside, `fields` its field names and `values` their values, in definition order
    (OTP 29 reference manual, native records).
    """

    __slots__ = ("exported", "fields", "module", "name", "values")

    def __init__(
        self,
        module: Atom,
        name: Atom,
        exported: bool,
        fields: tuple[Atom, ...],
        values: tuple[Any, ...],
    ) -> None:
        self.module = module
        self.name = name
        self.exported = exported
        self.fields = fields
        self.values = values

    def key(self) -> tuple[Any, ...]:
        """What makes it equal to another one, without its values."""
        return (self.module, self.name, self.exported, self.fields)

    def order_key(self) -> tuple[Any, ...]:
        """What orders records before their values do."""
        names = tuple(field.name for field in self.fields)
        return (self.module.name, self.name.name, self.exported, len(names), names)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return type(other) is Record and self.key() == other.key() and self.values == other.values

    def __hash__(self) -> int:
        return deep_hash(self)

    def __repr__(self) -> str:
        return f"#{self.module.name}:{self.name.name}{{...}}"


def _children(term: Record) -> tuple[Any, ...]:
    return term.values


def _pairs(a: Record, b: Record) -> tuple[tuple[Any, Any]] | None:
    return ((a.values, b.values),) if a.key() == b.key() else None


def _combine(term: Record, hashes: list[int]) -> int:
    return hash((Record, term.key(), *hashes))


register(Record, Shape(_children, _pairs, _combine))
