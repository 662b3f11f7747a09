"""Sizes of bitstrings."""

from __future__ import annotations

from enigma_ref.machine.errors import badarg
from enigma_ref.terms import Bitstring, Term


def byte_size(b: Term) -> int:
    """`byte_size(b)`: rounded up to whole bytes."""
    if type(b) is not Bitstring:
        raise badarg()
    return (b.size + 7) >> 3


def bit_size(b: Term) -> int:
    """`bit_size(b)`."""
    if type(b) is not Bitstring:
        raise badarg()
    return b.size
