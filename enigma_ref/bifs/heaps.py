"""What processes hold in their heaps, as far as there is such a thing here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from enigma_ref.bifs.process_flags import limit_of
from enigma_ref.bifs.sizes import own_size
from enigma_ref.machine.binaries import MatchContext
from enigma_ref.machine.code import CatchTag
from enigma_ref.machine.primitives.messages import Marker
from enigma_ref.machine.process import Process
from enigma_ref.terms import Cons, Term
from enigma_ref.terms.deep import children

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


def outgrows_limit(process: Process) -> bool:
    """Whether a process holds more words than its max_heap_size allows. Takes as long as that
    limit is large, not as what it holds."""
    size = limit_of(process).size
    if not size:
        return False
    release = process.vm.release
    words = len(process.stack)
    for item in parts(held(process)):
        words += 2 if type(item) is Cons else own_size(item, release)
        if words > size:
            return True
    return False
