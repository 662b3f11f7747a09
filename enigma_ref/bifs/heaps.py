"""What processes hold in their heaps, as far as there is such a thing here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from enigma_ref.bifs.sizes import own_size
from enigma_ref.machine.binaries import MatchContext
from enigma_ref.machine.code import CatchTag
from enigma_ref.machine.primitives.messages import Marker
from enigma_ref.machine.process import Process
from enigma_ref.terms import Cons, Term
from enigma_ref.terms.deep import children

HEAP_COUNT: Final = "heap_count"
"""Set for a process with a max_heap_size: the last `HeapCount`. A collection that is asked for
takes it away."""

NO_TERMS = (CatchTag, Marker, MatchContext)


def is_term(value: Any) -> bool:
    """Whether something in a register is a term."""
    return value is not None and not callable(value) and type(value) not in NO_TERMS


def held(process: Process) -> Iterator[Term]:
    """The terms in the registers, on the stack, in the dictionary and in the message queue."""
    for values in (process.stack, process.held_in_registers(), process.dictionary.values()):
        yield from (value for value in values if is_term(value))
    yield from process.mailbox.messages()


def parts(roots: Iterable[Term]) -> Iterator[Term]:
    """These terms and all that are inside, each object once."""
    seen: set[int] = set()
    stack = list(roots)
    while stack:
        item = stack.pop()
        while type(item) is Cons and id(item) not in seen:
            seen.add(id(item))
            yield item
            stack.append(item.head)
            item = item.tail
        inside = children(item) if type(item) is not Cons else ()
        if type(item) is Cons or id(item) in seen:
            continue
        if inside:
            seen.add(id(item))
        yield item
        stack.extend(inside)


class HeapCount:
    """How many words a process holds, counted in steps. Terms do not change, so that it is what
    the process held when the count began.

    `limit` is where it stops, `words` what it came to, `looked_at` at how many terms, `again_at`
    the reductions of the process after which another count is due, once this one is over.
    """

    __slots__ = ("_parts", "_release", "again_at", "limit", "looked_at", "over", "words")

    def __init__(self, process: Process, limit: int) -> None:
        self.limit = limit
        self.words = len(process.stack)
        self.looked_at = 0
        self.again_at = 0
        self.over = False
        self._release = process.vm.release
        self._parts = parts(list(held(process)))

    def go_on(self, steps: int | None) -> bool:
        """Look at so many terms more, at all that are left without a number; whether the count is
        over."""
        before = self.looked_at
        for item in islice(self._parts, steps):
            self.looked_at += 1
            self.words += 2 if type(item) is Cons else own_size(item, self._release)
            if self.words > self.limit:
                break
        all_seen = steps is None or self.looked_at - before < steps
        self.over = all_seen or self.words > self.limit
        if self.over:
            self._parts = iter(())
        return self.over
