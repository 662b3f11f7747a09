"""Decoding very many damaged terms: nothing but terms and badarg, soon, in little memory."""

from __future__ import annotations

import contextlib
import signal
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing import Pool
from types import FrameType
from typing import Any, Final

from conformance.mutated_terms.making import Maker
from enigma_ref.terms import Pid, atom
from enigma_ref.terms.external import (
    ExternalFormatError,
    Reader,
    decode_used,
    encode_unversioned,
)

CHUNK: Final = 2000
MEASURED: Final = 10
"""Memory is measured in one chunk of so many, because that takes longer."""

SECONDS: Final = 5
"""What decoding one term may take."""

BYTES_PER_BYTE: Final = 256
"""What decoding may allocate for each byte of the (unpacked) input: a level of nesting takes two
bytes, and four objects of Python's while it is read."""

SPARE_BYTES: Final = 1 << 12
UNPACKING_BYTES: Final = 1 << 16
"""What zlib takes for itself, whatever it unpacks."""

_COMPRESSED: Final = b"\x83P"
_NODE: Final = Pid(atom("nonode@nohost"), 0)


@dataclass
class Tally:
    """What became of a number of terms. `failures` name the term's number, bytes and trouble."""

    outcomes: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    slowest: float = 0.0
    most_memory: float = 0.0
    """Bytes allocated for a byte of input, beyond what is spare."""

    def add(self, other: Tally) -> None:
        """Take another tally in."""
        self.outcomes += other.outcomes
        self.failures += other.failures
        self.slowest = max(self.slowest, other.slowest)
        self.most_memory = max(self.most_memory, other.most_memory)


class _Late(BaseException):
    """A term takes too long; not an Exception, so that nothing on the way takes it for one."""


@dataclass(frozen=True)
class Chunk:
    """Terms to decode: those with the numbers from `first` on, made from `seed`."""

    seed: int
    first: int
    count: int
    release: int
    measured: bool


def chunks(seed: int, count: int, release: int) -> list[Chunk]:
    """All terms in parts."""
    return [
        Chunk(seed, first, min(CHUNK, count - first), release, place % MEASURED == 0)
        for place, first in enumerate(range(0, count, CHUNK))
    ]


def term_maker(seed: int, first: int) -> Maker:
    """What makes the terms of a chunk."""
    return Maker(f"{seed}-{first}")


def hammer(parts: Sequence[Chunk], jobs: int) -> Iterator[Tally]:
    """Decode everything, in so many processes."""
    if jobs == 1:
        yield from map(decode_chunk, parts)
        return
    with Pool(jobs, maxtasksperchild=50) as pool:
        yield from pool.imap_unordered(decode_chunk, parts)


def decode_chunk(chunk: Chunk) -> Tally:
    """Decode the terms of a chunk."""
    reader = Reader(chunk.release, _NODE, lambda fun: fun, lambda module, name, arity: False)
    make = term_maker(chunk.seed, chunk.first)
    tally = Tally()
    before = signal.signal(signal.SIGALRM, _late)
    try:
        for number in range(chunk.first, chunk.first + chunk.count):
            data = make.damaged()
            trouble = _decode_one(data, reader, chunk, tally)
            if trouble:
                tally.failures.append(f"{number}: {trouble}: {data.hex()}")
    finally:
        signal.signal(signal.SIGALRM, before)
    return tally


def _late(number: int, frame: FrameType | None) -> None:
    raise _Late


def _decode_one(data: bytes, reader: Reader, chunk: Chunk, tally: Tally) -> str:
    """What is wrong with how a term is decoded, if anything is."""
    started = time.thread_time()
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        term, used = decode_used(data, reader=reader)
    except ExternalFormatError:
        outcome, trouble = "badarg", ""
    except _Late:
        outcome, trouble = "late", f"more than {SECONDS} s"
    except Exception as error:
        # Whatever it is, it is a defect and gets reported as one.
        outcome, trouble = "failed", f"{type(error).__name__} ({error})"
    else:
        outcome, trouble = "term", _wrong(term, used, data, chunk.release)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    tally.slowest = max(tally.slowest, time.thread_time() - started)
    tally.outcomes[outcome] += 1
    if chunk.measured and not trouble:
        ratio = _memory(data, reader) / _input_size(data)
        tally.most_memory = max(tally.most_memory, ratio)
        if ratio > BYTES_PER_BYTE:
            trouble = f"{ratio:.0f} bytes of memory for each byte"
    return trouble


def _memory(data: bytes, reader: Reader) -> int:
    """The most bytes that were allocated at a time while a term was decoded once more, beyond
    what is spare. (The first time also makes atoms, for which a table may have to grow.)"""
    tracemalloc.start()
    with contextlib.suppress(ExternalFormatError):
        decode_used(data, reader=reader)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most - (UNPACKING_BYTES if data.startswith(_COMPRESSED) else SPARE_BYTES)


def _wrong(term: Any, used: int, data: bytes, release: int) -> str:
    """What came out must be a term, from no more bytes than there are."""
    if used > len(data):
        return f"used {used} of {len(data)} bytes"
    encode_unversioned(term, release=release)
    return ""


def _input_size(data: bytes) -> int:
    """The size of the input, unpacked."""
    claimed = int.from_bytes(data[2:6], "big") if data.startswith(_COMPRESSED) else 0
    return max(1, len(data), min(claimed, 1032 * len(data)))
