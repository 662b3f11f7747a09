"""What processes hold in their heaps, as far as there is such a thing here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from enigma_ref.bifs.sizes import own_size
from enigma_ref.machine.binaries import MatchContext
from enigma_ref.machine.code import CatchTag
from enigma_ref.machine.primitives.messages import Marker
from enigma_ref.machine.process import Process
from enigma_ref.terms import Cons, Term
from enigma_ref.terms.deep import children

COUNT_AT = "count_at"
"""Set for a process with a max_heap_size: the limit in words, and after how many reductions of the
process what it holds is counted again. A collection that is asked for takes it away."""

NO_TERMS = (CatchTag, Marker, MatchContext)


def is_term(value: Any) -> bool:
    """Whether something in a register is a term."""
    return value is not None and not callable(value) and type(value) not in NO_TERMS


def held(process: Process) -> Iterator[Term]:
    """The terms in the registers, on the stack, in the dictionary and in the message queue."""
    for values in (process.stack, process.x, process.dictionary.values()):
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


def words_held(process: Process, most: int) -> tuple[int, int]:
    """How many words a process holds, or some number greater than `most`, and how many terms had
    to be looked at for that."""
    release = process.vm.release
    words = len(process.stack)
    looked_at = 0
    for item in parts(held(process)):
        looked_at += 1
        words += 2 if type(item) is Cons else own_size(item, release)
        if words > most:
            break
    return words, looked_at
