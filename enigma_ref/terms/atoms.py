"""Atoms: interned names, compared by identity."""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import islice
from typing import Final, NoReturn


class Atom:
    """An Erlang atom.

    Two atoms with the same name are the same object, so `is` compares them. Make one with
    `atom()`, never by calling the class.
    """

    __slots__ = ("__weakref__", "name")

    name: str

    def __repr__(self) -> str:
        return f"atom({self.name!r})"

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return atom, (self.name,)

    def __copy__(self) -> Atom:
        return self

    def __deepcopy__(self, memo: object) -> Atom:
        return self


_table: dict[str, Atom] = {}


class _Limit:
    """How many atoms there may be, and what happens instead of making one more."""

    most: int = sys.maxsize
    when_full: Callable[[], NoReturn]


def limit_atoms(most: int, when_full: Callable[[], NoReturn]) -> None:
    """Let there be no more atoms than this: `when_full` raises in the place of making one more."""
    _Limit.most = most
    _Limit.when_full = staticmethod(when_full)


def atom(name: str) -> Atom:
    """The atom called `name`; made at the first use. Limits on names are the caller's."""
    found = _table.get(name)
    if found is None:
        if len(_table) >= _Limit.most:
            _Limit.when_full()
        found = Atom()
        found.name = name
        found = _table.setdefault(name, found)
    return found


def existing_atom(name: str) -> Atom | None:
    """The atom called `name`, or None when no such atom was ever made."""
    return _table.get(name)


def atom_count() -> int:
    """How many atoms exist (`erlang:system_info(atom_count)`)."""
    return len(_table)


def atom_names(first: int = 0) -> list[str]:
    """The names of all atoms but the oldest `first`, in the order in which they were made."""
    return list(islice(_table, first, None))


def atom_names_size() -> int:
    """Bytes that the names of all atoms take in UTF-8, about (`system_info(allocated_areas)`)."""
    return sum(map(len, _table))


MAX_ATOM_CHARACTERS: Final = 255
"""The longest atom, in characters (Efficiency Guide, system limits)."""

TRUE: Final = atom("true")
FALSE: Final = atom("false")
OK: Final = atom("ok")
UNDEFINED: Final = atom("undefined")
ERROR: Final = atom("error")
EXIT: Final = atom("exit")
THROW: Final = atom("throw")
NORMAL: Final = atom("normal")
KILL: Final = atom("kill")
KILLED: Final = atom("killed")
BADARG: Final = atom("badarg")
INFINITY: Final = atom("infinity")
NONE: Final = atom("none")
CAPITAL_EXIT: Final = atom("EXIT")
EMPTY: Final = atom("")


def to_bool_atom(value: bool) -> Atom:
    """`true` or `false`."""
    return TRUE if value else FALSE
