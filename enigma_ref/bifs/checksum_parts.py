"""How far a checksum of iodata has come when a wrong item is found, which errors show.

OTP goes through iodata part by part and calls itself anew for each: an error is one of that call,
whose arguments are the checksum so far and what is left. How many bytes are a part does not depend
on reductions (erl_bif_chksum.c).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from enigma_ref.bifs.iodata import binary_bytes
from enigma_ref.machine.errors import BeamError, badarg
from enigma_ref.terms import NIL, Bitstring, Cons, Term

PART: Final = 40000
"""How many bytes CRC-32 and Adler-32 take at once."""

MD5_PART: Final = 100
"""How many bytes MD5 takes at once."""


def parts_before_error(data: Term, size: int) -> Iterator[tuple[list[bytes], Term]]:
    """The parts of wrong iodata that come before the one with the error, each with what is left
    behind it; the bytes of a part are those of its binaries and of what stands between two."""
    while True:
        try:
            segments, data = _part(data, size)
        except BeamError:
            return
        yield segments, data


def _part(data: Term, size: int) -> tuple[list[bytes], Term]:
    """So many bytes of the data, and the rest. Raises badarg."""
    if type(data) is Bitstring:
        return _part_of_binary(data, size)
    segments: list[bytes] = []
    left = size
    waiting = [data]
    while waiting and left:
        data = waiting.pop()
        while type(data) is Cons and left:
            head = data.head
            if _is_byte(head):
                segment, data = _run_of_bytes(data, left)
                segments.append(segment)
                left -= len(segment)
            elif type(head) is Cons:
                waiting.append(data.tail)
                data = head
            elif type(head) is Bitstring:
                found, rest = _part_of_binary(head, left)
                segments += found
                left -= sum(map(len, found))
                data = data.tail if rest is NIL else Cons(rest, data.tail)
            elif head is NIL:
                data = data.tail
            else:
                raise badarg()
        if left and type(data) is Bitstring:
            found, data = _part_of_binary(data, left)
            segments += found
            left -= sum(map(len, found))
        elif left and data is not NIL:
            raise badarg()
    while waiting:
        data = Cons(data, waiting.pop())
    return segments, data


def _is_byte(item: Term) -> bool:
    return type(item) is int and 0 <= item < 256


def _run_of_bytes(data: Term, limit: int) -> tuple[bytes, Term]:
    """The bytes at the start of a list, at most so many, and what follows them."""
    found = bytearray()
    while type(data) is Cons and len(found) < limit and _is_byte(data.head):
        found.append(data.head)
        data = data.tail
    return bytes(found), data


def _part_of_binary(binary: Bitstring, limit: int) -> tuple[list[bytes], Term]:
    """At most so many bytes of a binary, and what is left of it, or else []. Raises badarg."""
    if binary.size >> 3 <= limit:
        return [binary_bytes(binary)], NIL
    if binary.size & 7:
        raise badarg()
    split = limit << 3
    return [binary.slice(0, split).to_bytes()], binary.slice(split, binary.size - split)
