"""Characters from UTF-16 and UTF-32, as module unicode of stdlib converts them."""

from __future__ import annotations

from typing import Final

from enigma_ref.machine.errors import badarg
from enigma_ref.terms import NIL, Atom, Bitstring, Cons, Term, atom
from enigma_ref.terms.atoms import ERROR

Converted = tuple[str, Atom | None, Term]
"""The text so far, then None, or error or incomplete and the rest of the input."""

INCOMPLETE = atom("incomplete")

PIECE: Final = 8192
"""Longer binaries are converted in pieces of so many bytes, which shows in the rest."""

_CODECS: Final = {
    ("utf16", "big"): "utf-16-be",
    ("utf16", "little"): "utf-16-le",
    ("utf32", "big"): "utf-32-be",
    ("utf32", "little"): "utf-32-le",
}


def codec(encoding: Term) -> str:
    """Python's name of `utf16`, `{utf16, little}` and so on. Raises badarg."""
    key: tuple[str, str] | None = None
    if type(encoding) is Atom:
        key = (encoding.name, "big")
    elif type(encoding) is tuple and [type(part) for part in encoding] == [Atom, Atom]:
        key = (encoding[0].name, encoding[1].name)
    if key is None or key not in _CODECS:
        raise badarg()
    return _CODECS[key]


def convert_other(data: Term, encoding: Term) -> Converted:
    """Convert nested lists of characters and binaries in UTF-16 or UTF-32. Raises badarg."""
    return _Conversion(codec(encoding)).convert(data)


class _Conversion:
    """`pending` is the start of a character that lacks `missing` bytes."""

    def __init__(self, codec: str) -> None:
        self.codec = codec
        self.done: list[str] = []
        self.pending = b""
        self.missing = 0

    def convert(self, data: Term) -> Converted:
        """The text, and how and where the conversion failed."""
        stack: list[Term] = []
        term = data
        while True:
            found = self.step(term, stack)
            if type(found) is not tuple:
                term = found
                continue
            (rest,) = found
            if rest is not None:
                while stack:
                    rest = Cons(rest, stack.pop())
                return "".join(self.done), ERROR, rest
            if not stack:
                break
            term = stack.pop()
        text = "".join(self.done)
        if self.pending:
            return text, INCOMPLETE, Bitstring.of(self.pending)
        return text, None, NIL

    def step(self, term: Term, stack: list[Term]) -> Term:
        """Convert the first part of a list, or a binary at its end.

        Gives what is left of the list, or at its end `(None,)`, or `(rest,)` for a failure.
        """
        if term is NIL:
            return (None,)
        if type(term) is Bitstring and not term.size & 7:
            return self.tail(term)
        if type(term) is not Cons:
            raise badarg()
        head = term.head
        if type(head) is int:
            if self.pending:
                return (Cons(self.take_pending(), term),)
            if not 0 <= head < 0x110000 or 0xD800 <= head < 0xE000:
                return (Cons(Cons(head, NIL), term.tail),)
            self.done.append(chr(head))
            return term.tail
        if type(head) is Bitstring and not head.size & 7:
            return self.binary(head, term.tail)
        if type(head) is not Cons and head is not NIL:
            raise badarg()
        stack.append(term.tail)
        return head

    def binary(self, binary: Bitstring, tail: Term) -> Term:
        size = binary.byte_size
        if self.pending:
            missing = self.missing
            if size < missing:
                self.pending += binary.to_bytes()
                self.missing -= size
                return tail
            filled = Bitstring.of(self.pending + binary.slice(0, missing * 8).to_bytes())
            self.take_pending()
            return Cons(filled, Cons(_after(binary, missing), tail))
        if size > PIECE:
            return Cons(binary.slice(0, PIECE * 8), Cons(_after(binary, PIECE), tail))
        rest = self.decode(binary)
        return tail if rest is None else (Cons(rest, tail),)

    def tail(self, binary: Bitstring) -> Term:
        size = binary.byte_size
        if self.pending:
            if size >= self.missing:
                return Cons(self.take_pending(), Cons(binary, NIL))
            self.pending += binary.to_bytes()
            self.missing -= size
            return (None,)
        if size > PIECE:
            return Cons(binary.slice(0, PIECE * 8), Cons(_after(binary, PIECE), NIL))
        return (self.decode(binary),)

    def take_pending(self) -> Bitstring:
        taken = Bitstring.of(self.pending)
        self.pending = b""
        self.missing = 0
        return taken

    def decode(self, binary: Bitstring) -> Bitstring | None:
        """Convert a binary; what is wrong at its end, unless it may go on in the next one."""
        data = binary.to_bytes()
        try:
            self.done.append(data.decode(self.codec))
            return None
        except UnicodeDecodeError as problem:
            wrong = problem.start
        self.done.append(data[:wrong].decode(self.codec))
        missing = _missing(self.codec, data[wrong:])
        if not missing:
            return _after(binary, wrong)
        self.pending = data[wrong:]
        self.missing = missing
        return None


def _after(binary: Bitstring, size: int) -> Bitstring:
    return binary.slice(size * 8, binary.size - size * 8)


def _missing(codec: str, data: bytes) -> int:
    """How many bytes may complete a character, as far as its start tells; 0 when none can."""
    size = len(data)
    if codec == "utf-16-be":
        return _missing_16(data)
    if codec == "utf-16-le":
        if size == 1:
            return 1
        if size not in (2, 3) or data[1] >> 2 != 0b110110:
            return 0
        return 4 - size
    if size > 3:
        return 0
    if codec == "utf-32-le":
        if size == 3 and data[2] == 0 and data[1] == 255 and data[0] >= 254:
            return 0
        return 4 - size if size < 3 or _may_start_32(data[2], data[1]) else 0
    if data[0]:
        return 0
    if size == 2 and data[1] > 16:
        return 0
    return 4 - size if size < 3 or _may_start_32(data[1], data[2]) else 0


def _missing_16(data: bytes) -> int:
    size = len(data)
    first = data[0] >> 2
    if size == 1:
        return 3 if first == 0b110110 else 0 if first == 0b110111 else 1
    if first != 0b110110 or size > 3:
        return 0
    if size == 2:
        return 2
    return 1 if data[2] >> 2 == 0b110111 else 0


def _may_start_32(plane: int, high: int) -> bool:
    return plane <= 16 and (plane > 0 or high <= 215 or high >= 224)
