"""Sizes of bitstrings."""

from __future__ import annotations

from enigma_ref.machine.binaries import MatchContext
from enigma_ref.machine.errors import badarg
from enigma_ref.terms import Bitstring, Term


def byte_size(b: Term) -> int:
    """`byte_size(b)`: rounded up to whole bytes."""
    return (bit_size(b) + 7) >> 3


def bit_size(b: Term) -> int:
    """`bit_size(b)`. Compilers since 26 also ask what a match context has left."""
    if type(b) is Bitstring:
        return b.size
    if type(b) is MatchContext:
        return b.end - b.position
    raise badarg()
