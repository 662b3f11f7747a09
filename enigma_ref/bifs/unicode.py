"""unicode: characters from bytes and lists."""

from __future__ import annotations

from typing import Final

from enigma_ref.bifs.iodata import byte_list
from enigma_ref.bifs.registry import bif
from enigma_ref.bifs.utf import Converted, convert_other
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import (
    FALSE,
    NIL,
    Atom,
    Bitstring,
    Cons,
    Term,
    atom,
    make_list,
    to_bool_atom,
)
from enigma_ref.terms.atoms import ERROR

INCOMPLETE = atom("incomplete")

UTF8: Final = ("utf8", "unicode")
NATIVE: Final = ("latin1", *UTF8)
"""Encodings that the runtime converts itself, with rests of another form."""


BROKEN_7BIT: Final = 27
"""The release whose bin_is_7bit/1 says false of every binary but <<>> (measured)."""


@bif("unicode", "bin_is_7bit", 1, process=True)
def bin_is_7bit_1(process: Process, binary: Term) -> Atom:
    """Whether a term is a binary of ASCII characters."""
    if type(binary) is not Bitstring or binary.size & 7:
        return FALSE
    if binary.size and process.vm.release == BROKEN_7BIT:
        return FALSE
    return to_bool_atom(binary.to_bytes().isascii())


@bif("unicode", "characters_to_binary", 2, process=True)
def characters_to_binary_2(process: Process, data: Term, encoding: Term) -> Term:
    """The characters in UTF-8, or `{error | incomplete, Done, Rest}`. Raises badarg."""
    result = characters_to_binary(data, encoding)
    done = result if type(result) is Bitstring else result[1]
    process.charge(done.size >> 3)
    return result


def characters_to_binary(data: Term, encoding: Term) -> Term:
    """The same, for other built-in functions."""
    subject = data
    if type(encoding) is Atom and encoding.name in NATIVE:
        if type(data) is Cons and type(data.head) is Bitstring and data.tail is NIL:
            subject = data.head
        if type(subject) is Bitstring:
            if subject.size & 7:
                raise badarg()
            raw = subject.to_bytes()
            if encoding.name == "latin1":
                return subject if raw.isascii() else _utf8(raw.decode("latin1"))
            if _valid(raw):
                return subject
    text, problem, rest = _convert(subject, encoding)
    return _utf8(text) if problem is None else (problem, _utf8(text), rest)


@bif("unicode", "characters_to_list", 2, process=True)
def characters_to_list_2(process: Process, data: Term, encoding: Term) -> Term:
    """The characters as a list, or `{error | incomplete, Done, Rest}`. Raises badarg."""
    converted = _convert(data, encoding)
    process.charge(len(converted[0]))
    return _list(converted)


def characters_to_list(data: Term, encoding: Term) -> Term:
    """The same, for other built-in functions."""
    return _list(_convert(data, encoding))


def _list(converted: Converted) -> Term:
    text, problem, rest = converted
    characters = _characters(text)
    return characters if problem is None else (problem, characters, rest)


def _utf8(text: str) -> Bitstring:
    return Bitstring.of(text.encode())


def _characters(text: str) -> Term:
    if text.isascii():
        return byte_list(text.encode())
    return make_list(list(map(ord, text)))


def _valid(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _convert(data: Term, encoding: Term) -> Converted:
    if type(encoding) is Atom and encoding.name == "latin1":
        _check(data)
        return _Conversion(True).convert(data)
    if type(encoding) is Atom and encoding.name in UTF8:
        _check(data)
        return _Conversion(False).convert(data)
    return convert_other(data, encoding)


def _check(data: Term) -> None:
    """Raises badarg unless `data` consists of lists, integers and binaries only.

    Looks no further than the first integer of more than one word, where the conversion fails.
    """
    stack = [data]
    while stack:
        term = stack.pop()
        while type(term) is Cons:
            head = term.head
            kind = type(head)
            if kind is int:
                if not -_SMALL <= head < _SMALL:
                    return
            elif kind is Bitstring:
                if head.size & 7:
                    raise badarg()
            elif kind is Cons:
                stack.append(term.tail)
                term = head
                continue
            elif head is not NIL:
                raise badarg()
            term = term.tail
        if term is not NIL and (type(term) is not Bitstring or term.size & 7):
            raise badarg()


_SMALL: Final = 1 << 59


class _Failed(Exception):
    """The rest of the input that could not be converted, from the place where it failed."""

    def __init__(self, rest: Term) -> None:
        super().__init__()
        self.rest = rest


class _Conversion:
    """Converts nested lists of characters and UTF-8 or Latin-1 binaries.

    A character may be spread over several binaries: `pending` is the start of it.
    """

    def __init__(self, latin1: bool) -> None:
        self.latin1 = latin1
        self.done: list[str] = []
        self.pending = b""

    def convert(self, data: Term) -> Converted:
        """The text, and how and where the conversion failed."""
        stack: list[Term] = []
        term = data
        try:
            while True:
                term = self.list(term, stack)
                if type(term) is Bitstring:
                    self.binary(term)
                if not stack:
                    break
                term = stack.pop()
        except _Failed as failure:
            rest = failure.rest
            while stack:
                rest = Cons(rest, stack.pop())
            if self.pending:
                rest = make_list([Bitstring.of(self.pending), rest])
            return "".join(self.done), ERROR, rest
        text = "".join(self.done)
        if not self.pending:
            return text, None, NIL
        problem = INCOMPLETE if _may_continue(self.pending) else ERROR
        return text, problem, Bitstring.of(self.pending)

    def list(self, term: Term, stack: list[Term]) -> Term:
        """Convert the elements of a list; its last tail. Tails to go on with go on the stack."""
        done = self.done
        limit = 256 if self.latin1 else 0x110000
        while type(term) is Cons:
            head = term.head
            kind = type(head)
            if kind is int:
                if self.pending or not 0 <= head < limit or 0xD800 <= head < 0xE000:
                    raise _Failed(term)
                done.append(chr(head))
            elif kind is Cons:
                stack.append(term.tail)
                term = head
                continue
            elif kind is Bitstring:
                try:
                    self.binary(head)
                except _Failed as failure:
                    raise _Failed(Cons(failure.rest, term.tail)) from None
            term = term.tail
        return term

    def binary(self, binary: Bitstring) -> None:
        data = binary.to_bytes()
        if self.latin1:
            self.done.append(data.decode("latin1"))
            return
        start = 0
        if self.pending:
            missing = _length(self.pending[0]) - len(self.pending)
            if len(data) < missing:
                self.pending += data
                return
            character = self.pending + data[:missing]
            if not _valid(character):
                raise _Failed(binary)
            self.done.append(character.decode())
            self.pending = b""
            start = missing
        try:
            self.done.append(data[start:].decode() if start else data.decode())
            return
        except UnicodeDecodeError as problem:
            wrong = start + problem.start
        self.done.append(data[start:wrong].decode())
        if len(data) - wrong < _length(data[wrong]):
            self.pending = data[wrong:]
            return
        raise _Failed(binary.slice(wrong * 8, binary.size - wrong * 8))


def _length(first: int) -> int:
    """How many bytes a character in UTF-8 has, by its first byte; 0 for what is no first byte."""
    if first < 0xC0:
        return 0
    return 2 if first < 0xE0 else 3 if first < 0xF0 else 4 if first < 0xF8 else 0


def _may_continue(start: bytes) -> bool:
    """Whether these are a first byte and following bytes as far as one look tells."""
    return all(byte & 0xC0 == 0x80 for byte in start[1:])
