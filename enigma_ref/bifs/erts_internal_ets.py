"""erts_internal: what tools ask of ETS tables past their usual functions."""

from __future__ import annotations

from enigma_ref.bifs.ets import first_1, next_2, reading
from enigma_ref.bifs.registry import bif
from enigma_ref.bifs.sizes import MAX_HEAP_BINARY
from enigma_ref.machine.process import Process
from enigma_ref.terms import Bitstring, Cons, Term, make_list
from enigma_ref.terms.keys import subterms

REFERENCES = 2
"""How often erts counts a binary that is in a table and in what was just read of it."""


@bif("erts_internal", "ets_raw_first", 1, process=True)
def ets_raw_first_1(process: Process, table: Term) -> Term:
    """As ets:first/1. Objects that OTP has marked as deleted, and shows here, are gone at once."""
    return first_1(process, table)


@bif("erts_internal", "ets_raw_next", 2, process=True)
def ets_raw_next_2(process: Process, table: Term, key: Term) -> Term:
    """As ets:next/2."""
    return next_2(process, table, key)


@bif("erts_internal", "ets_lookup_binary_info", 2, process=True)
def ets_lookup_binary_info_2(process: Process, table: Term, key: Term) -> Term:
    """`{Address, Bytes, References}` of each binary in the objects with a key that does not lie
    in the objects themselves."""
    found = []
    stack: list[Term] = list(reversed(reading(process, table).lookup(key)))
    while stack:
        item = stack.pop()
        if type(item) is Bitstring and item.byte_size > MAX_HEAP_BINARY:
            found.append((id(item.data), len(item.data), REFERENCES))
        elif type(item) is Cons:
            stack += [item.tail, item.head]
        else:
            stack += reversed(subterms(item))
    return make_list(found)
