"""Names of errors of the operating system: enoent and the like."""

from __future__ import annotations

import errno
from typing import Final

from enigma_ref.terms import Atom, atom

SAME: Final = {errno.EOPNOTSUPP: "enotsup", errno.EWOULDBLOCK: "eagain"}
"""Numbers that have two names on some systems, of which OTP tells this one."""


def reason(number: int) -> Atom:
    """The name of an error by its number (`erl_errno_id` in OTP's runtime)."""
    name = SAME.get(number) or errno.errorcode.get(number, "unknown").lower()
    return atom(name)
