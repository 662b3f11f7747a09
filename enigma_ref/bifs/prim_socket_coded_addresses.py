"""prim_socket before 25: addresses and answers, of which a few things were different (measured at
23)."""

from __future__ import annotations

import errno
from typing import Final

from enigma_ref.bifs.posix_reasons import failure
from enigma_ref.bifs.prim_socket_addresses import ADDR, FAMILY, PATH, UNSPEC
from enigma_ref.bifs.prim_socket_state import INVALID, SELECT, WRONG_STATE
from enigma_ref.terms import Bitstring, Map, Term, make_list
from enigma_ref.terms.atoms import OK, UNDEFINED

EAGAIN: Final = failure(errno.EAGAIN)
EINVAL: Final = failure(errno.EINVAL)


def fitting_host(address: Term) -> Term:
    """An address whose host has parts of the right size: the lower bits of larger ones count."""
    host = address.get(ADDR) if type(address) is Map else None
    if type(host) is tuple and all(type(part) is int for part in host):
        mask = 0xFF if len(host) == 4 else 0xFFFF
        return address.put(ADDR, tuple(part & mask for part in host))
    return address


def coded_address(told: Map) -> Term:
    """An address as these releases tell it: the path of a local one is a list, and one that is
    not known is undefined."""
    if told.get(FAMILY) is UNSPEC:
        return UNDEFINED
    path = told.get(PATH)
    return told.put(PATH, make_list(list(path.to_bytes()))) if type(path) is Bitstring else told


def coded_answer(answer: Term) -> Term:
    """An answer of a later release as these releases give it."""
    if answer is SELECT:
        return EAGAIN
    if answer == WRONG_STATE or (type(answer) is tuple and answer[0] is INVALID):
        return EINVAL
    if type(answer) is tuple and answer[0] is SELECT:
        return (OK, answer[1])
    return answer
