"""Terms as the emulator itself prints them (`erlang:display/1`), in its own C format."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

from enigma_ref.terms import (
    NIL,
    Atom,
    Bitstring,
    Cons,
    ExternalFun,
    Float,
    Fun,
    Map,
    Pid,
    Port,
    Record,
    Reference,
    Term,
    atom,
)
from enigma_ref.terms.scalar_text import fun_text, identifier_text, int_text

CUT: Final = "... "
"""What ends a text that is longer than its limit."""

_NOTHING: Final = atom("x")
_SPACES: Final = frozenset((9, 10, 13))


class _Full(Exception):
    """As much is printed as shall be."""


class _Printer:
    def __init__(self, limit: int | None, release: int) -> None:
        self.out: list[str] = []
        self.left = limit
        self.release = release

    def count(self, steps: int = 1) -> None:
        """Use up a part of the limit; raises _Full when nothing was left."""
        if self.left is not None:
            full = self.left <= 0
            self.left -= steps
            if full:
                raise _Full

    def print(self, term: Term) -> None:
        # Pieces of output (str, which is no term) and terms.
        emit = self.out.append
        stack: list[Any] = [term]
        while stack:
            item = stack.pop()
            kind = type(item)
            if kind is str:
                emit(item)
                continue
            self.count()
            if kind is Atom:
                self.atom(item)
            elif kind is int:
                emit(int_text(item))
            elif kind is Cons:
                self.cons(item, stack)
            elif kind is tuple:
                stack.append("}")
                for element in reversed(item):
                    stack += (element, ",")
                if item:
                    stack.pop()
                emit("{")
            elif kind is Bitstring:
                self.bits(item)
            elif kind is Map:
                emit("#{")
                stack.append("}")
                for key, value in reversed(item.items()):
                    stack += (value, "=>", key, ",")
                if len(item):
                    stack.pop()
            else:
                if kind is ExternalFun and self.left is not None:
                    self.left -= sum(len(name.name.encode()) for name in (item.module, item.name))
                emit(_flat(item, self.release))

    def atom(self, term: Atom) -> None:
        if self.left is not None:
            self.left -= len(term.name.encode())
        self.out.append(_atom_text(term, self.release))
        if self.left is not None and self.left <= 0:
            raise _Full

    def cons(self, term: Cons, stack: list[Any]) -> None:
        if _is_string(term):
            self.out.append('"')
            cell: Any = term
            while cell is not NIL:
                self.count()
                self.out.append(_ESCAPES.get(cell.head) or chr(cell.head))
                cell = cell.tail
            self.out.append('"')
            return
        pieces: list[Any] = ["["]
        rest: Any = term
        while type(rest) is Cons:
            pieces += (rest.head, ",")
            rest = rest.tail
        pieces.pop()
        if rest is not NIL:
            pieces += ("|", rest)
        pieces.append("]")
        stack.extend(reversed(pieces))

    def bits(self, term: Bitstring) -> None:
        emit = self.out.append
        data = term.to_bytes()
        spare = term.size & 7
        if data and not spare and data.isascii() and data.decode().isprintable():
            emit('<<"')
            for byte in data:
                emit('\\"' if byte == 34 else chr(byte))
                self.count()
            emit('">>')
            return
        emit("<<")
        separator = ""
        for byte in data[:-1] if spare else data:
            emit(f"{separator}{byte}")
            separator = ","
            self.count()
        if spare:
            emit(f"{separator}{data[-1] >> (8 - spare)}:{spare}")
        emit(">>")


_ESCAPES: Final = {10: "\\n", 34: '\\"'}


def _is_string(term: Any) -> bool:
    """Whether a list is proper and holds printable Latin-1 characters and spaces only."""
    while type(term) is Cons:
        head = term.head
        if type(head) is not int or not 0 <= head < 256:
            return False
        if (head < 32 and head not in _SPACES) or 127 <= head < 160:
            return False
        term = term.tail
    return term is NIL


def _atom_text(term: Atom, release: int) -> str:
    if not term.name:
        return "''"
    # The emulator prints atoms in one way, on their own and inside of funs.
    return fun_text(ExternalFun(term, _NOTHING, 0), release)[len("fun ") : -len(":x/0")]


def _flat(term: Any, release: int) -> str:
    kind = type(term)
    if kind is Float:
        return f"{float(term):e}"
    if term is NIL:
        return "[]"
    if kind is Pid or kind is Port or kind is Reference:
        return identifier_text(term)
    if kind is Fun or kind is ExternalFun:
        return fun_text(term, release)
    if kind is Record:
        return f"#{term.module.name}:{term.name.name}{{...}}"
    raise TypeError(f"no Erlang term: {term!r}")


def emulator_text(term: Term, release: int, limit: int | None = None) -> str:
    """The text of a term, a character for each byte that the emulator prints: atoms are in UTF-8,
    characters of strings are not. With `limit`, only about so many terms and bytes of it."""
    printer = _Printer(limit, release)
    with suppress(_Full):
        printer.print(term)
    text = "".join(printer.out)
    return text + CUT if printer.left is not None and printer.left <= 0 else text
