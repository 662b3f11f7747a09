"""Mutated `.beam` files: the loader must refuse each with a LoadError or read it, and quickly.

Run `python -m tests.loader.fuzz N SEED` for N files. The same SEED gives the same files when the
same release of Erlang is installed; without one only assembled files are mutated.
"""

from __future__ import annotations

import gzip
import random
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from enigma_ref.cli.dis import listing
from enigma_ref.loader import LoadError, read_module
from tests.loader import assembler as asm

MAX_SECONDS = 5.0
MAX_MEMORY = 2 << 30

SOURCES = {
    "one": "-module(one).\n-export([f/2]).\n"
    'f(X, Y) when is_map(X) -> #{a := A} = X, fun(Z) -> {A, Y, Z, 1.5, <<Y:32, "abc">>} end;\n'
    "f(<<A:8, B/binary>>, Y) -> try g(A, B, Y) catch error:R:S -> {R, S} end;\n"
    "f(L, _) -> receive {L, M} -> [M || M <- L, M > 1.0e3] after 100 -> timeout end.\n"
    "g(1, B, Y) -> B ! Y; g(2, _, _) -> {list, [1, 2, 3], 'q a'};\n"
    "g(N, _, _) -> N * 123456789012345678901234567890.\n",
}


class TooSlow(BaseException):
    """The file took longer than it may."""


Mutation = Callable[[random.Random, bytearray], None]


def flip_bits(rng: random.Random, data: bytearray) -> None:
    for _ in range(rng.choice((1, 1, 2, 8))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def set_bytes(rng: random.Random, data: bytearray) -> None:
    for _ in range(rng.choice((1, 1, 2, 4))):
        data[rng.randrange(len(data))] = rng.choice((0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)))


def truncate(rng: random.Random, data: bytearray) -> None:
    del data[rng.randrange(len(data)) :]


def cut(rng: random.Random, data: bytearray) -> None:
    start = rng.randrange(len(data))
    del data[start : start + rng.randrange(1, 40)]


def splice(rng: random.Random, data: bytearray) -> None:
    start, source = rng.randrange(len(data)), rng.randrange(len(data))
    size = rng.randrange(1, 64)
    piece = data[source : source + size]
    data[start : start + rng.choice((0, size))] = piece


def set_word(rng: random.Random, data: bytearray) -> None:
    if len(data) >= 4:
        at = rng.randrange(len(data) - 3)
        at -= rng.choice((0, at % 4))
        value = rng.choice((0, 1, 2, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFF, len(data)))
        data[at : at + 4] = struct.pack(">I", value)


MUTATIONS: tuple[Mutation, ...] = (flip_bits, set_bytes, truncate, cut, splice, set_word)


def split(data: bytes) -> list[tuple[str, bytes]]:
    chunks = []
    at = 12
    while at < len(data):
        size = struct.unpack(">I", data[at + 4 : at + 8])[0]
        chunks.append((data[at : at + 4].decode("latin-1"), data[at + 8 : at + 8 + size]))
        at += 8 + (size + 3 & ~3)
    return chunks


def mutate(rng: random.Random, base: bytes) -> bytes:
    """One mutated file; about half of the mutations keep the container well-formed."""
    kind = rng.randrange(10)
    if kind < 3:
        data = bytearray(base)
        for _ in range(rng.choice((1, 1, 2, 3))):
            if data:
                rng.choice(MUTATIONS)(rng, data)
        return bytes(data)
    chunks = split(base)
    if kind < 8:
        at = rng.randrange(len(chunks))
        name, content = chunks[at]
        if name == "LitT" and rng.random() < 0.7:
            chunks[at] = (name, mutate_literals(rng, content))
        elif content:
            data = bytearray(content)
            rng.choice(MUTATIONS)(rng, data)
            chunks[at] = (name, bytes(data))
    elif kind == 8:
        at = rng.randrange(len(chunks))
        action = rng.randrange(4)
        if action == 0:
            del chunks[at]
        elif action == 1:
            chunks.append(chunks[at])
        elif action == 2:
            chunks[at] = (chunks[at][0], rng.choice(chunks)[1])
        else:
            rng.shuffle(chunks)
    else:
        data = bytearray(gzip.compress(base, mtime=0))
        rng.choice(MUTATIONS)(rng, data)
        return bytes(data)
    return asm.form(chunks)


def mutate_literals(rng: random.Random, content: bytes) -> bytes:
    """Mutate the table inside the compression, which a blind mutation would only damage."""
    compressed = content[:4] != bytes(4)
    data = bytearray(zlib.decompress(content[4:]) if compressed else content[4:])
    rng.choice(MUTATIONS)(rng, data)
    if rng.random() < 0.5:
        return bytes(4) + bytes(data)
    return struct.pack(">I", len(data)) + zlib.compress(bytes(data))


def base_files() -> list[bytes]:
    """Assembled files, and compiled ones where there is an erlc."""
    fields = asm.lst(asm.a(8), asm.i(-3), asm.a(2), asm.u(0))
    bases = [
        asm.small_beam(),
        asm.small_beam(
            Recs=asm.words(0, 1, 2) + asm.op("call_last", asm.a(7), asm.a(6), fields),
            DbgB=asm.words(1, 1, 0) + asm.op("call", asm.u(0), asm.u(4)),
            AtU8=asm.atom_table(asm.ATOMS, long=True),
            LitT=asm.literal_table([b"\x83a\1", b"\x83h\2a\1a\2"], compressed=False),
        ),
    ]
    erlc = shutil.which("erlc")
    if erlc:
        with tempfile.TemporaryDirectory() as folder:
            for name, text in SOURCES.items():
                (Path(folder) / f"{name}.erl").write_text(text)
                for option in ("+debug_info", "+no_copt"):
                    command = [erlc, option, f"{name}.erl"]
                    subprocess.run(command, cwd=folder, check=True, capture_output=True)
                    bases.append((Path(folder) / f"{name}.beam").read_bytes())
    return bases


def check(data: bytes) -> str:
    """How the loader answers; raises whatever it raises besides LoadError."""
    try:
        module = read_module(data, where="mutated", keep_types=True)
    except LoadError as problem:
        assert "\n" not in str(problem)
        return "refused"
    for _ in listing(module):
        pass
    return "read"


def fuzz(count: int, seed: int, bases: list[bytes]) -> Counter[str]:
    """Check `count` mutated files. Raises AssertionError that says how to see the first bad one."""
    results: Counter[str] = Counter()
    for number in range(count):
        rng = random.Random(f"{seed}/{number}")
        data = mutate(rng, rng.choice(bases))
        start = time.process_time()
        try:
            results[check(data)] += 1
        except LoadError:
            raise
        except BaseException as problem:
            kept = Path(tempfile.gettempdir()) / f"fuzz-{seed}-{number}.beam"
            kept.write_bytes(data)
            raise AssertionError(f"file {number} of seed {seed} ({kept}): {problem!r}") from problem
        spent = time.process_time() - start
        assert spent < MAX_SECONDS, f"file {number} of seed {seed} took {spent:.1f} s"
    return results


def _alarm(signum: int, frame: FrameType | None) -> None:
    raise TooSlow


def main(arguments: list[str]) -> int:
    """Run from the command line, with limits on memory and on the time of each file."""
    count, seed = (int(text) for text in arguments)
    bases = base_files()
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    signal.signal(signal.SIGALRM, _alarm)
    total: Counter[str] = Counter()
    start = time.monotonic()
    step = 200
    for first in range(0, count, step):
        signal.setitimer(signal.ITIMER_REAL, step * MAX_SECONDS)
        total += fuzz(min(step, count - first), seed + first, bases)
    signal.setitimer(signal.ITIMER_REAL, 0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"{count} files in {time.monotonic() - start:.0f} s: {dict(total)}; peak {peak} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
