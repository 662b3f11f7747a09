"""What several built-in functions need of iodata: bytes out of nested lists."""

from __future__ import annotations

from enigma_ref.machine.errors import badarg
from enigma_ref.terms import NIL, Bitstring, Cons, Term, list_items


def iodata_bytes(term: Term) -> bytes:
    """The bytes of a binary, or of a list of bytes, binaries and such lists.

    The last tail of a list may be a binary. Raises badarg for anything else, and for bitstrings
    that do not consist of whole bytes.
    """
    if type(term) is Bitstring:
        if term.size & 7:
            raise badarg()
        return term.to_bytes()
    if type(term) is not Cons:
        if term is NIL:
            return b""
        raise badarg()
    out = bytearray()
    append = out.append
    waiting: list[Term] = []
    while True:
        while type(term) is Cons:
            head = term.head
            term = term.tail
            kind = type(head)
            if kind is int:
                if not 0 <= head < 256:
                    raise badarg()
                append(head)
            elif kind is Bitstring:
                if head.size & 7:
                    raise badarg()
                out += head.to_bytes()
            elif kind is Cons:
                waiting.append(term)
                term = head
            elif head is not NIL:
                raise badarg()
        if type(term) is Bitstring:
            if term.size & 7:
                raise badarg()
            out += term.to_bytes()
        elif term is not NIL:
            raise badarg()
        if not waiting:
            return bytes(out)
        term = waiting.pop()


def iodata_parts(term: Term) -> list[int | Bitstring]:
    """The bytes and bitstrings in nested lists, in order. Raises badarg.

    As `iodata_bytes`, but bitstrings may have any size.
    """
    if type(term) is not Cons and term is not NIL:
        raise badarg()
    parts: list[int | Bitstring] = []
    waiting: list[Term] = [term]
    while waiting:
        term = waiting.pop()
        while type(term) is Cons:
            head = term.head
            term = term.tail
            kind = type(head)
            if (kind is int and 0 <= head < 256) or kind is Bitstring:
                parts.append(head)
            elif kind is Cons:
                waiting.append(term)
                term = head
            elif head is not NIL:
                raise badarg()
        if type(term) is Bitstring:
            parts.append(term)
        elif term is not NIL:
            raise badarg()
    return parts


def iodata_size(list_: Term) -> tuple[int, int]:
    """How many bytes a list of iodata has, and of how many bytes and binaries it consists. Raises
    badarg as `iodata_bytes` does."""
    parts = iodata_parts(list_)
    bits = 0
    for part in parts:
        if type(part) is Bitstring:
            if part.size & 7:
                raise badarg()
            bits += part.size
        else:
            bits += 8
    return bits >> 3, len(parts)


def byte_list(data: bytes, tail: Term = NIL) -> Term:
    """The list of these bytes, ending in `tail`."""
    for byte in reversed(data):
        tail = Cons(byte, tail)
    return tail


def text_list(text: str) -> Term:
    """The list of the characters of ASCII or Latin-1 text."""
    return byte_list(text.encode("latin1"))


def binary_bytes(term: Term) -> bytes:
    """The bytes of a binary. Raises badarg for other terms."""
    if type(term) is not Bitstring or term.size & 7:
        raise badarg()
    return term.to_bytes()


def list_text(term: Term) -> str:
    """The characters of a proper list of bytes. Raises badarg for other terms."""
    items = list_items(term)
    if items is None or any(type(item) is not int for item in items):
        raise badarg()
    try:
        return bytes(items).decode("latin1")
    except ValueError:
        raise badarg() from None
