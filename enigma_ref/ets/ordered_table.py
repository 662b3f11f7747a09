"""Tables in term order: ordered_set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from enigma_ref.ets.sorted_keys import KeyRange, SortedKeys
from enigma_ref.ets.table import PART, Mark, Object, Table
from enigma_ref.terms import Term
from enigma_ref.terms.order import identical
from enigma_ref.terms.parts import Parts
from enigma_ref.terms.sortkeys import SortKey, sort_key


@dataclass(eq=False)
class OrderedTable(Table):
    """A table whose keys are compared with `==`: 1 and 1.0 are one key."""

    _objects: dict[SortKey, Object] = field(default_factory=dict)
    _keys: SortedKeys = field(default_factory=SortedKeys)

    def _key(self, place: SortKey | None) -> Term:
        return None if place is None else self._objects[place][self.key_index]

    # ---------------------------------------------------------------- objects

    def lookup(self, key: Term) -> list[Object]:
        """See Table."""
        found = self._objects.get(sort_key(key))
        return [] if found is None else [found]

    def insert(self, item: Object) -> None:
        """See Table."""
        place = sort_key(item[self.key_index])
        if place not in self._objects:
            self._keys.add(place)
            self.size += 1
        self._objects[place] = item

    def replace(self, key: Term, items: list[Object]) -> None:
        """See Table."""
        self._objects[sort_key(key)] = items[0]

    def take(self, key: Term) -> list[Object]:
        """See Table."""
        place = sort_key(key)
        found = self._objects.pop(place, None)
        if found is None:
            return []
        self._keys.remove(place)
        self.size -= 1
        return [found]

    def delete_object(self, item: Object) -> None:
        """See Table."""
        key = item[self.key_index]
        found = self._objects.get(sort_key(key))
        if found is not None and identical(found, item):
            self.take(key)

    def clear(self) -> None:
        """See Table."""
        self.size = 0
        self._objects.clear()
        self._keys = SortedKeys()

    def clear_in_parts(self) -> Parts[None]:
        """See Table."""
        objects = self._objects
        try:
            while len(objects) > PART:
                for _ in range(PART):
                    objects.popitem()
                yield
        finally:
            self.clear()

    # ---------------------------------------------------------------- walks

    def first(self) -> Term:
        """See Table."""
        return self._key(self._keys.first())

    def last(self) -> Term:
        """See Table."""
        return self._key(self._keys.last())

    def next(self, key: Term) -> Term:
        """See Table; the key itself need not be there."""
        return self._key(self._keys.after(sort_key(key)))

    def previous(self, key: Term) -> Term:
        """See Table; the key itself need not be there."""
        return self._key(self._keys.before(sort_key(key)))

    def slot(self, index: int) -> list[Object] | None:
        """See Table: every object has a slot of its own."""
        if index == self.size:
            return None
        place = self._keys.at(index)
        if place is None:
            raise IndexError(index)
        return [self._objects[place]]

    def walk(
        self,
        after: Mark | None = None,
        *,
        reverse: bool = False,
        within: KeyRange | None = None,
    ) -> Iterator[tuple[Mark, list[Object]]]:
        """See Table; a mark is a key."""
        start = None if after is None else sort_key(after)
        walk = self._keys.descending if reverse else self._keys.ascending
        for place in walk(start, within):
            found = self._objects[place]
            yield found[self.key_index], [found]

    def places(self, keys: list[Term], *, reverse: bool = False) -> list[Term]:
        """See Table."""
        known = {sort_key(key): key for key in keys}
        return [known[place] for place in sorted(known, reverse=reverse)]
