"""Errors of the operating system as programs see them: `{error, enoent}`."""

from __future__ import annotations

from enigma_ref.machine.posix_reasons import reason
from enigma_ref.terms import Atom
from enigma_ref.terms.atoms import ERROR


def failure(number: int) -> tuple[Atom, Atom]:
    """`{error, Reason}` for an error by its number."""
    return (ERROR, reason(number))


def failed(error: OSError) -> tuple[Atom, Atom]:
    """`{error, Reason}` for an error of a call of the operating system."""
    return failure(error.errno or 0)
