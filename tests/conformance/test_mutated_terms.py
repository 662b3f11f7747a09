"""Damaged external terms: a small run of what `python -m conformance.mutated_terms` does."""

from __future__ import annotations

import tracemalloc

import pytest

from conformance.mutated_terms.comparing import compare
from conformance.mutated_terms.hammering import BYTES_PER_BYTE, Chunk, decode_chunk, term_maker
from conformance.mutated_terms.making import Maker
from conformance.releases import releases
from enigma_ref.terms import Pid, atom
from enigma_ref.terms.external import ExternalFormatError, Reader, decode, decode_used


def test_equal_seeds_make_equal_terms() -> None:
    first = [Maker(1).damaged(), *[maker.damaged() for maker in [Maker(2)] for _ in range(50)]]
    again = [Maker(1).damaged(), *[maker.damaged() for maker in [Maker(2)] for _ in range(50)]]
    assert first == again and len(set(first)) > 40


@pytest.mark.parametrize("release", [23, 25, 27, 29])
def test_terms_or_badarg_and_nothing_else(release: int) -> None:
    tally = decode_chunk(Chunk(1, 0, 3000, release, measured=True))
    assert not tally.failures
    assert set(tally.outcomes) == {"term", "badarg"}
    assert tally.outcomes["term"] > 400 and tally.outcomes["badarg"] > 1500


def test_undamaged_terms_are_accepted() -> None:
    maker = Maker(3)
    reader = Reader(29, Pid(atom("n@h"), 0), lambda fun: fun, lambda *mfa: False)
    accepted = 0
    for _ in range(500):
        data = maker.encoding()
        try:
            _, used = decode_used(data, reader=reader)
        except ExternalFormatError:
            continue
        assert used == len(data)
        accepted += 1
    assert accepted > 200


@pytest.mark.parametrize("release", [23, 25, 27, 29])
def test_the_same_as_erl(release: int) -> None:
    if release not in releases():
        pytest.skip(f"no Erlang/OTP {release} here")
    make = term_maker(1, 0)
    found = compare(releases()[release], [make.damaged() for _ in range(1500)])
    assert not found.differences
    assert found.counts["same term"] > 200


@pytest.mark.parametrize(
    "data",
    [
        b"h\1" * 100_000 + b"j",
        b"l\0\0\0\1" * 100_000 + b"j" * 100_001,
        b"t\0\0\0\1j" * 100_000 + b"j",
        b"t\0\0\0\1" * 20_000 + b"j" * 20_001,
        b"l" + (100_000).to_bytes(4, "big") + b"j" * 100_001,
        b"i" + (100_000).to_bytes(4, "big") + b"t\0\0\0\1jj" * 100_000,
        b"i\xff\xff\xff\xff" + b"j" * 100_000,
        b"t\x7f\xff\xff\xff" + b"j" * 100_000,
        b"k\xff\xff" * 40_000,
    ],
    ids=["tuples", "lists", "maps", "keys", "list", "small maps", "tuple", "map", "strings"],
)
def test_memory_in_proportion_to_the_input(data: bytes) -> None:
    tracemalloc.start()
    try:
        decode(b"\x83" + data)
    except ExternalFormatError:
        # What matters is what it took to find out.
        pass
    finally:
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert most < BYTES_PER_BYTE * len(data)
