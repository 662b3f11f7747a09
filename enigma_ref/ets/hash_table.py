"""Tables without order: set, bag and duplicate_bag.

A dict finds the entry of a key, and a ring through all entries gives them an order (that of their
coming, which OTP leaves open), so that going from key to key costs the same wherever it starts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from weakref import WeakValueDictionary

from enigma_ref.ets.sorted_keys import KeyRange
from enigma_ref.ets.table import BAG, PART, SET, Mark, Object, Table
from enigma_ref.terms import Term
from enigma_ref.terms.keys import guard_key
from enigma_ref.terms.order import identical
from enigma_ref.terms.parts import Parts

FIRST_SLOTS: Final = 256
"""How many slots a table has while it is small (measured)."""


class Entry:
    """A key with its objects: a dict by guarded object in a bag, else a list.

    `number` grows along the ring. An entry without objects is one whose objects were deleted
    while the table was fixed; `kept` are those that OTP then keeps and marks as deleted, of which
    `ets:info/2` tells the number.
    """

    __slots__ = ("__weakref__", "kept", "key", "next", "number", "objects", "previous")

    next: Entry
    previous: Entry
    objects: Any

    def __init__(self, key: Term, number: int) -> None:
        self.key = key
        self.number = number
        self.kept: list[Object] = []


def _ring() -> Entry:
    root = Entry(None, 0)
    root.next = root.previous = root
    root.objects = ()
    return root


NOWHERE = _ring()
"""The ring of all tables that are gone."""


@dataclass(eq=False)
class HashTable(Table):
    """A table whose keys are compared with `=:=`."""

    kept: int = 0
    """How many objects OTP keeps while the table is fixed, though they are deleted."""
    _entries: dict[Any, Entry] = field(default_factory=dict)
    _root: Entry = field(default_factory=_ring)
    _numbers: int = 0
    _reduced: list[Entry] = field(default_factory=list)
    _marks: WeakValueDictionary[int, Entry] = field(default_factory=WeakValueDictionary)
    _slots: list[Entry] | None = None

    def _objects(self, entry: Entry | None) -> list[Object]:
        if entry is None:
            return []
        return list(entry.objects.values() if self.options.kind == BAG else entry.objects)

    def _new(self, key: Term, guarded: Any) -> Entry:
        self._numbers += 1
        entry = Entry(key, self._numbers)
        root = self._root
        last = root.previous
        entry.previous, entry.next = last, root
        last.next = root.previous = entry
        self._entries[guarded] = entry
        self._slots = None
        return entry

    def _unlink(self, entry: Entry) -> None:
        del self._entries[guard_key(entry.key)]
        entry.previous.next = entry.next
        entry.next.previous = entry.previous
        self._slots = None

    def _reduce(self, entry: Entry, deleted: list[Object]) -> None:
        """An entry has lost objects, of which some are kept as deleted while the table is fixed."""
        if self.fixed:
            self._reduced.append(entry)
            entry.kept += deleted
            self.kept += len(deleted)
        elif not entry.objects:
            self._unlink(entry)

    def _revive(self, entry: Entry, item: Object) -> None:
        """An object comes in the place of one that was kept as deleted, if there is one."""
        kind, kept = self.options.kind, entry.kept
        for place, other in enumerate(kept):
            if kind == SET or (kind == BAG and identical(other, item)):
                del kept[place]
                self.kept -= 1
                return

    def forget_deleted(self) -> None:
        """Unlink what was kept only for walks."""
        reduced = self._reduced
        self._reduced = []
        self.kept = 0
        for entry in reduced:
            entry.kept.clear()
            # It may have got objects again, or stand in the list twice.
            if not entry.objects and self._entries.get(guard_key(entry.key)) is entry:
                self._unlink(entry)

    # ---------------------------------------------------------------- objects

    def lookup(self, key: Term) -> list[Object]:
        """See Table."""
        return self._objects(self._entries.get(guard_key(key)))

    def insert(self, item: Object) -> None:
        """See Table."""
        key = item[self.key_index]
        guarded = guard_key(key)
        entry = self._entries.get(guarded)
        kind = self.options.kind
        if entry is None:
            entry = self._new(key, guarded)
            entry.objects = {} if kind == BAG else []
        elif entry.kept:
            self._revive(entry, item)
        objects = entry.objects
        self.size -= len(objects)
        if kind == BAG:
            objects.setdefault(guard_key(item), item)
        elif kind == SET:
            objects[:] = (item,)
        else:
            objects.append(item)
        self.size += len(objects)

    def replace(self, key: Term, items: list[Object]) -> None:
        """See Table."""
        self._entries[guard_key(key)].objects[:] = items

    def take(self, key: Term) -> list[Object]:
        """See Table."""
        entry = self._entries.get(guard_key(key))
        if entry is None or not entry.objects:
            return []
        objects = self._objects(entry)
        entry.objects.clear()
        self.size -= len(objects)
        # As OTP does: of several objects with a key one is enough for walks.
        self._reduce(entry, objects[:1])
        return objects

    def delete_object(self, item: Object) -> None:
        """See Table."""
        entry = self._entries.get(guard_key(item[self.key_index]))
        if entry is None or not entry.objects:
            return
        if self.options.kind == BAG:
            found = entry.objects.pop(guard_key(item), None)
            deleted = [] if found is None else [found]
        else:
            deleted = [other for other in entry.objects if identical(other, item)]
            if deleted:
                entry.objects[:] = [other for other in entry.objects if not identical(other, item)]
        if deleted:
            self.size -= len(deleted)
            self._reduce(entry, deleted)

    def clear(self) -> None:
        """See Table."""
        self.size = 0
        self._slots = None
        if self.fixed:
            for entry in self._ring_from(self._root.next):
                deleted = self._objects(entry)
                entry.objects.clear()
                self._reduce(entry, deleted)
            return
        root = self._root
        # The ring's references go round; without this only the collector would free it.
        for entry in self._entries.values():
            entry.next = entry.previous = root
        root.next = root.previous = root
        self._entries.clear()

    def clear_in_parts(self) -> Parts[None]:
        """See Table."""
        root, entries = self._root, self._entries
        try:
            while len(entries) > PART:
                for _ in range(PART):
                    _, entry = entries.popitem()
                    entry.next = entry.previous = root
                yield
        finally:
            self.clear()

    def close(self) -> None:
        """See Table."""
        self._root.next = self._root.previous = self._root = NOWHERE

    # ---------------------------------------------------------------- walks

    def _ring_from(self, entry: Entry) -> Iterator[Entry]:
        """Entries with objects, from one on to the end of the ring."""
        root = self._root
        while entry is not root:
            if entry.objects:
                yield entry
            entry = entry.next

    def _key_from(self, entry: Entry) -> Term:
        found = next(self._ring_from(entry), None)
        return None if found is None else found.key

    def first(self) -> Term:
        """See Table."""
        return self._key_from(self._root.next)

    def last(self) -> Term:
        """See Table."""
        return self.first()

    def next(self, key: Term) -> Term:
        """See Table."""
        return self._key_from(self._entries[guard_key(key)].next)

    def previous(self, key: Term) -> Term:
        """See Table."""
        return self.next(key)

    def slot(self, index: int) -> list[Object] | None:
        """See Table."""
        slots = self._slots
        if slots is None:
            slots = self._slots = list(self._entries.values())
        count = self.slot_count()
        if index >= len(slots):
            if index > count:
                raise IndexError(index)
            return [] if index < count else None
        return self._objects(slots[index])

    def slot_count(self) -> int:
        """How many slots there are: one for each object, and at first more than that."""
        return max(self.size, len(self._entries), FIRST_SLOTS)

    def walk(
        self,
        after: Mark | None = None,
        *,
        reverse: bool = False,
        within: KeyRange | None = None,
    ) -> Iterator[tuple[Mark, list[Object]]]:
        """See Table; a mark is an entry's number, and there is but one direction."""
        entry = self._root.next
        if after is not None:
            marked = self._marks.get(after)
            if marked is not None and self._entries.get(guard_key(marked.key)) is marked:
                entry = marked.next
            while entry is not self._root and entry.number <= after:
                entry = entry.next
        for found in self._ring_from(entry):
            self._marks[found.number] = found
            yield found.number, self._objects(found)

    def places(self, keys: list[Term], *, reverse: bool = False) -> list[Term]:
        """See Table."""
        return list({guard_key(key): key for key in keys}.values())
