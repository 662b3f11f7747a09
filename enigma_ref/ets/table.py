"""What all tables have in common: options, owner, access, and what a kind of table must do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from enigma_ref.ets.sorted_keys import KeyRange
from enigma_ref.terms import FALSE, Atom, Pid, Reference, Term, atom
from enigma_ref.terms.parts import Parts

NONE: Final = atom("none")
UNDEFINED: Final = atom("undefined")

PART: Final = 1000
"""How many keys make up a part of work that others may interrupt."""

SET: Final = "set"
ORDERED_SET: Final = "ordered_set"
BAG: Final = "bag"
DUPLICATE_BAG: Final = "duplicate_bag"

PUBLIC: Final = "public"
PROTECTED: Final = "protected"
PRIVATE: Final = "private"

Object = tuple[Any, ...]
"""What tables hold: tuples that have an element at the table's key position."""

Mark = int | Any
"""A place in a table from which a walk can go on: see `Table.walk`."""


@dataclass
class Options:
    """What `ets:new/2` was asked for. `key_position` counts from 1."""

    kind: str = SET
    protection: str = PROTECTED
    named: bool = False
    key_position: int = 1
    heir: Term = NONE
    heir_data: Term | None = UNDEFINED
    """None when the heir is to get no message."""
    compressed: bool = False
    read_concurrency: bool = False
    write_concurrency: Term = FALSE
    decentralized_counters: bool = False


@dataclass(eq=False)
class Table(ABC):
    """One table. `tid` is the reference that stands for it, `size` its number of objects.

    `fixed` counts for each process how often it has fixed the table.
    """

    name: Atom
    options: Options
    owner: Pid
    size: int = 0
    deleted: bool = False
    tid: Reference = field(init=False)
    fixed: dict[Pid, int] = field(default_factory=dict)
    fixed_since: int = 0
    """Monotonic time in nanoseconds when the table became fixed."""

    def __post_init__(self) -> None:
        self.key_index = self.options.key_position - 1

    def readable(self, reader: Pid) -> bool:
        """Whether a process may read the table."""
        return self.options.protection != PRIVATE or reader == self.owner

    def writable(self, writer: Pid) -> bool:
        """Whether a process may change the table."""
        return self.options.protection == PUBLIC or writer == self.owner

    @property
    def is_set(self) -> bool:
        """Whether there is at most one object a key."""
        return self.options.kind in (SET, ORDERED_SET)

    # ---------------------------------------------------------------- fixing

    def fix(self, process: Pid, now: int) -> None:
        """Keep walks by key going while objects are deleted."""
        if not self.fixed:
            self.fixed_since = now
        self.fixed[process] = self.fixed.get(process, 0) + 1

    def unfix(self, process: Pid, *, wholly: bool = False) -> None:
        """Take back one `fix` of a process, or all of them."""
        count = self.fixed.get(process, 0)
        if count > 1 and not wholly:
            self.fixed[process] = count - 1
        elif count:
            del self.fixed[process]
            if not self.fixed:
                self.forget_deleted()

    def forget_deleted(self) -> None:
        """The table is no longer fixed."""
        return None

    def close(self) -> None:
        """The table, an empty one, is gone: nothing in it goes round any more, which only the
        cyclic collector would free, and that does not run."""
        return None

    # ---------------------------------------------------------------- objects

    @abstractmethod
    def lookup(self, key: Term) -> list[Object]:
        """The objects with a key, those of a bag in the order in which they came."""

    @abstractmethod
    def insert(self, item: Object) -> None:
        """Put in an object that has a key."""

    @abstractmethod
    def replace(self, key: Term, items: list[Object]) -> None:
        """Put other objects with the same key in the places of those that a table, which is no
        bag, has."""

    @abstractmethod
    def take(self, key: Term) -> list[Object]:
        """Delete the objects with a key; what they were."""

    @abstractmethod
    def delete_object(self, item: Object) -> None:
        """Delete all objects that are `=:=` to this one."""

    @abstractmethod
    def clear(self) -> None:
        """Delete all objects."""

    @abstractmethod
    def clear_in_parts(self) -> Parts[None]:
        """Delete all objects of a table that nobody can reach any more, `PART` keys at a time, and
        what is left at once when that is given up."""

    # ---------------------------------------------------------------- walks by key

    @abstractmethod
    def first(self) -> Term:
        """The first key, or None."""

    @abstractmethod
    def last(self) -> Term:
        """The last key, or None; the first one in a table without order."""

    @abstractmethod
    def next(self, key: Term) -> Term:
        """The key after this one, or None. Raises KeyError for an unknown key without place."""

    @abstractmethod
    def previous(self, key: Term) -> Term:
        """The key before this one, or None, as `next`; the same in a table without order."""

    @abstractmethod
    def slot(self, index: int) -> list[Object] | None:
        """The objects in a slot, None just behind the last slot. Raises IndexError beyond."""

    # ---------------------------------------------------------------- walks over objects

    @abstractmethod
    def walk(
        self,
        after: Mark | None = None,
        *,
        reverse: bool = False,
        within: KeyRange | None = None,
    ) -> Iterator[tuple[Mark, list[Object]]]:
        """The objects key by key, with marks to go on after; nothing may change meanwhile. A table
        with an order leaves out what is not `within` a range."""

    @abstractmethod
    def places(self, keys: list[Term], *, reverse: bool = False) -> list[Term]:
        """Each of these keys once, in the order of a walk where the table has one."""
