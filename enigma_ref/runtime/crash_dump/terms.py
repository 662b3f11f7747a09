"""Terms in a crash dump: what fits in a word stands where it is used, and everything else on a
line of its own, found by an address.

Addresses are those of Python's objects, which all live as long as the dump is written. Maps are
written as small ones, however many keys they have.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from enigma_ref.bifs.heaps import is_term
from enigma_ref.terms import (
    NIL,
    Atom,
    Bitstring,
    Cons,
    Float,
    Fun,
    Map,
    Pid,
    Port,
    Term,
)
from enigma_ref.terms.external import encode
from enigma_ref.terms.scalar_text import identifier_text, int_text
from enigma_ref.terms.smalls import is_small

LARGEST_ON_HEAP: Final = 64
"""Bytes of the largest binary that lies on a heap (Efficiency Guide)."""


class Addresses:
    """The addresses of what a dump refers to. `large` are the contents of large binaries that
    were mentioned, by address, in the order in which they were."""

    def __init__(self, release: int) -> None:
        self.release = release
        self.large: dict[int, bytes | bytearray] = {}
        self._made: list[Any] = []
        self._keys: dict[int, tuple[Term, ...]] = {}

    def keep(self, made: Any) -> Any:
        """Let something live until the end that was made for the dump: its address is its own."""
        self._made.append(made)
        return made

    def element(self, term: Any) -> str:
        """What stands for a term inside of another one, on the stack or in a message queue."""
        kind = type(term)
        if kind is Atom:
            return f"A{len(term.name.encode(errors='surrogateescape')):X}:{term.name}"
        if term is NIL or not is_term(term):
            return "N"  # what a register held that nobody needs any more, too
        if kind is int and is_small(term):
            return f"I{term}"
        if kind is Pid:
            return f"P{identifier_text(term)}"
        if kind is Port:
            return f"p{identifier_text(term).removeprefix('#Port')}"
        return f"H{id(term):X}"

    def heap(self, roots: Iterable[Term]) -> Iterator[str]:
        """A line for each term that does not fit in a word, for these and all inside of them."""
        seen: set[int] = set()
        waiting = [term for term in roots if is_term(term)]
        while waiting:
            term = waiting.pop()
            if id(term) in seen or not self.element(term).startswith("H"):
                continue
            seen.add(id(term))
            line, inside = LINES.get(type(term), _external)(self, term)
            yield f"{id(term):X}:{line}\n"
            waiting += inside

    def keys(self, term: Map) -> tuple[Term, ...]:
        """The tuple of a map's keys, which has an address too."""
        found = self._keys.get(id(term))
        if found is None:
            found = self._keys[id(term)] = tuple(term.keys())
        return found


Line = tuple[str, Iterable[Term]]
"""What stands behind an address, and the terms that it refers to."""


def _cons(dump: Addresses, term: Cons) -> Line:
    return f"l{dump.element(term.head)}|{dump.element(term.tail)}", (term.head, term.tail)


def _tuple(dump: Addresses, term: tuple[Term, ...]) -> Line:
    return f"t{len(term):X}:{','.join(map(dump.element, term))}", term


def _map(dump: Addresses, term: Map) -> Line:
    keys, values = dump.keys(term), term.values()
    shown = ",".join(map(dump.element, values))
    return f"Mf{len(keys):X}:{dump.element(keys)}:{shown}", [keys, *values]


def _float(dump: Addresses, term: Float) -> Line:
    text = f"{float(term):.20e}"
    return f"F{len(text):X}:{text}", ()


def _integer(dump: Addresses, term: int) -> Line:
    return f"B{int_text(term)}", ()


def _binary(dump: Addresses, term: Bitstring) -> Line:
    """A large binary is a part of what several may share; bits beyond whole bytes are lost."""
    size = term.size // 8
    if size <= LARGEST_ON_HEAP or term.offset % 8:
        data = term.slice(0, size * 8).to_bytes()
        if size <= LARGEST_ON_HEAP:
            return f"Yh{size:X}:{base64(data)}", ()
        shared, start = dump.keep(data), 0
    else:
        shared, start = term.data, term.offset // 8
    dump.large[id(shared)] = shared
    return f"Yc{id(shared):X}:{start:X}:{size:X}", ()


def _external(dump: Addresses, term: Term) -> Line:
    """Everything else is encoded as for another node. Nobody looks at the variables of a fun."""
    if type(term) is Fun:
        variables = (NIL,) * len(term.env)
        term = Fun(
            term.module, term.name, term.arity, term.index, term.uniq, term.unique, variables,
            term.creator, term.entry,
        )  # fmt: skip
    data = encode(term, release=dump.release)
    return f"E{len(data):X}:{base64(data)}", ()


LINES: Final[dict[type, Callable[[Addresses, Any], Line]]] = {
    Cons: _cons, tuple: _tuple, Map: _map, Float: _float, int: _integer, Bitstring: _binary,
}  # fmt: skip


def base64(data: bytes | bytearray) -> str:
    """Bytes as a dump has them."""
    return b64encode(data).decode("ascii")
