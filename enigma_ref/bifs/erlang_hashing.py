"""erlang: hashes of terms."""

from __future__ import annotations

from enigma_ref.bifs.hashes import phash, phash2
from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg
from enigma_ref.terms import Term

DEFAULT_RANGE = 1 << 27
MAX_RANGE = 1 << 32


def _range(range_: Term) -> int:
    if type(range_) is not int or not 1 <= range_ <= MAX_RANGE:
        raise badarg()
    return range_


@bif("erlang", "phash2", 1)
def phash2_1(term: Term) -> int:
    """The hash of a term, from 0 up to 2^27."""
    return phash2(term) % DEFAULT_RANGE


@bif("erlang", "phash2", 2)
def phash2_2(term: Term, range_: Term) -> int:
    """The hash of a term, from 0 up to `range_`."""
    size = _range(range_)
    return phash2(term) % size


@bif("erlang", "phash", 2)
def phash_2(term: Term, range_: Term) -> int:
    """The older hash of a term, from 1 to `range_`."""
    size = _range(range_)
    return 1 + phash(term) % size
