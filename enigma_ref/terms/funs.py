"""Funs: closures made by a module, and references to exported functions."""

from __future__ import annotations

from typing import Any

from enigma_ref.terms.atoms import Atom
from enigma_ref.terms.deep import Shape, deep_hash, register
from enigma_ref.terms.identifiers import Pid


class Fun:
    """A local fun: the code of a lambda plus the values of its free variables.

    `arity` is what callers see (without the free variables); `index`, `uniq` and `unique` are
    the entry's number, its old-style and its MD5 identity (erl_ext_dist, NEW_FUN_EXT). `entry`
    belongs to the engine: its `code` is where a call jumps. A fun read from outside whose
    module is not loaded has an `entry` that loads it.
    """

    __slots__ = (
        "arity",
        "creator",
        "entry",
        "env",
        "index",
        "module",
        "name",
        "uniq",
        "unique",
    )

    def __init__(
        self,
        module: Atom,
        name: Atom,
        arity: int,
        index: int,
        uniq: int,
        unique: bytes,
        env: tuple[Any, ...],
        creator: Pid | None,
        entry: Any,
    ) -> None:
        self.module = module
        self.name = name
        self.arity = arity
        self.index = index
        self.uniq = uniq
        self.unique = unique
        self.env = env
        self.creator = creator
        self.entry = entry

    def key(self) -> tuple[Any, ...]:
        """What makes it equal to another one, without the environment."""
        return (self.module, self.index, self.uniq, self.unique, self.arity)

    def order_key(self) -> tuple[Any, ...]:
        """What orders local funs before their environments do."""
        return (self.module.name, self.index, self.uniq, len(self.env))

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return type(other) is Fun and self.key() == other.key() and self.env == other.env

    def __hash__(self) -> int:
        return deep_hash(self)

    def __repr__(self) -> str:
        return f"#Fun<{self.module.name}.{self.index}.{self.uniq}>"


def _children(term: Fun) -> tuple[Any, ...]:
    return term.env


def _pairs(a: Fun, b: Fun) -> tuple[tuple[Any, Any]] | None:
    return ((a.env, b.env),) if a.key() == b.key() else None


def _combine(term: Fun, hashes: list[int]) -> int:
    return hash((Fun, term.module, term.index, term.uniq, *hashes))


register(Fun, Shape(_children, _pairs, _combine))


class ExternalFun:
    """`fun Module:Name/Arity`: follows the newest code of the module."""

    __slots__ = ("arity", "module", "name")

    def __init__(self, module: Atom, name: Atom, arity: int) -> None:
        self.module = module
        self.name = name
        self.arity = arity

    def order_key(self) -> tuple[Any, ...]:
        """What orders external funs."""
        return (self.module.name, self.name.name, self.arity)

    def __eq__(self, other: object) -> bool:
        return self is other or (
            type(other) is ExternalFun
            and self.module is other.module
            and self.name is other.name
            and self.arity == other.arity
        )

    def __hash__(self) -> int:
        return hash((self.module, self.name, self.arity))

    def __repr__(self) -> str:
        return f"fun {self.module.name}:{self.name.name}/{self.arity}"
