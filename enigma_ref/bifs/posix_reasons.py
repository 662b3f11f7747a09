"""Errors of the operating system as programs see them: `{error, enoent}`."""

from __future__ import annotations

import errno
from typing import Final

from enigma_ref.terms import Atom, atom
from enigma_ref.terms.atoms import ERROR

SAME: Final = {errno.EOPNOTSUPP: "enotsup", errno.EWOULDBLOCK: "eagain"}
"""Numbers that have two names on some systems, of which OTP tells this one."""


def reason(number: int) -> Atom:
    """The name of an error by its number (`erl_errno_id` in OTP's runtime)."""
    name = SAME.get(number) or errno.errorcode.get(number, "unknown").lower()
    return atom(name)


def failure(number: int) -> tuple[Atom, Atom]:
    """`{error, Reason}` for an error by its number."""
    return (ERROR, reason(number))


def failed(error: OSError) -> tuple[Atom, Atom]:
    """`{error, Reason}` for an error of a call of the operating system."""
    return failure(error.errno or 0)
