"""erts_debug: sizes and sharing of terms."""

from __future__ import annotations

from enigma_ref.bifs.persistent_term import stored_terms
from enigma_ref.bifs.registry import bif
from enigma_ref.bifs.sizes import SMALL, flat_size, shared_size
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import FALSE, NIL, TRUE, Atom, Bitstring, Term, to_bool_atom


@bif("erts_debug", "flat_size", 1, process=True)
def flat_size_1(process: Process, term: Term) -> int:
    """The words of a term without regard to sharing."""
    return flat_size(term, process.vm.release)


@bif("erts_debug", "size_shared", 1, process=True)
def size_shared_1(process: Process, term: Term) -> int:
    """The words of a term with regard to sharing; persistent terms belong to nobody."""
    stored = (value for _, value in stored_terms(process.vm))
    return shared_size(term, process.vm.release, stored)


@bif("erts_debug", "unaligned_bitstring", 2)
def unaligned_bitstring_2(bits: Term, offset: Term) -> Bitstring:
    """The same bits, beginning at a bit from 1 to 7 of a byte."""
    if type(bits) is not Bitstring or type(offset) is not int or not 1 <= offset <= 7:
        raise badarg()
    room = Bitstring.of(bytes((offset + bits.size + 7) // 8))
    moved = int.from_bytes(bits.to_bytes(), "big") << 8 >> offset
    data = moved.to_bytes(bits.byte_size + 1, "big")[: room.byte_size]
    return Bitstring(data, offset, bits.size)


@bif("erts_debug", "same", 2)
def same_2(a: Term, b: Term) -> Atom:
    """Whether two terms are the same object."""
    if type(a) is int and type(b) is int and -SMALL <= a < SMALL:
        return to_bool_atom(a == b)
    if type(a) is tuple and not a:
        return to_bool_atom(type(b) is tuple and not b)
    return to_bool_atom(a is b or (a is NIL and b is NIL))


@bif("erts_debug", "copy_shared", 1)
def copy_shared_1(term: Term) -> Term:
    """A copy of a term; terms never change, so that it is the term."""
    return term


@bif("erts_debug", "copy_shared", 2)
def copy_shared_2(term: Term, literals: Term) -> Term:
    """As copy_shared/1; true says that constants of the code are copied too.

    Raises badarg for anything else than true and false.
    """
    if literals is not TRUE and literals is not FALSE:
        raise badarg()
    return term
