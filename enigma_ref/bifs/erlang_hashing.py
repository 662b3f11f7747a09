"""erlang: hashes of terms."""

from __future__ import annotations

from enigma_ref.bifs.hashes import PART_COST, phash, phash2_parts
from enigma_ref.bifs.registry import Steps, bif, worth
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import Term

DEFAULT_RANGE = 1 << 27
MAX_RANGE = 1 << 32


def _range(range_: Term) -> int:
    if type(range_) is not int or not 1 <= range_ <= MAX_RANGE:
        raise badarg()
    return range_


@bif("erlang", "phash2", 1, steps=True)
def phash2_1(process: Process, term: Term) -> Steps:
    """The hash of a term, from 0 up to 2^27."""
    return (yield from worth(PART_COST, phash2_parts(term))) % DEFAULT_RANGE


@bif("erlang", "phash2", 2, steps=True)
def phash2_2(process: Process, term: Term, range_: Term) -> Steps:
    """The hash of a term, from 0 up to `range_`."""
    size = _range(range_)
    return (yield from worth(PART_COST, phash2_parts(term))) % size


@bif("erlang", "phash", 2)
def phash_2(term: Term, range_: Term) -> int:
    """The older hash of a term, from 1 to `range_`."""
    size = _range(range_)
    return 1 + phash(term) % size
