"""The native engine beside `erl`: programs, a compile and a boot, each with the share of Python."""

from __future__ import annotations

import math
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from bench.boot import FLAGS, once
from bench.erl import Erl
from bench.here import Here
from bench.kernels import Side, alternate
from bench.programs import BenchError, Program
from bench.startup import environment_of
from enigma_ref.otp import Release
from enigma_ref.otp.find import all_releases
from enigma_ref.runtime.engines import native_problem

NATIVE = "native"

PROGRAMS = (
    Program("fib(27)", "bench_fib", 27),
    Program("naive reverse, 30 elements", "bench_reverse", 10_000),
    Program("counting loop", "bench_loop", 5_000_000),
    Program("tuples in lists", "bench_tuples", 1_000),
    Program("floats", "bench_floats", 100_000),
    Program("maps", "bench_maps", 100_000),
    Program("binary parsing", "bench_parse_bytes", 1_000_000),
    Program("binaries", "bench_binaries", 20_000),
    Program("lists:sort/1", "bench_sort", 100_000),
    Program("message ring", "bench_ring", 100_000),
    Program("ets insert and lookup", "bench_ets_set", 50_000),
)
MEAN = 4
"""The geometric mean is that of the first so many."""

COMPILED = "lists"
"""A module of stdlib that is compiled."""


@dataclass
class Native:
    """A program here and in `erl`: CPU milliseconds of each round, and how much of the time here
    is spent in Python, from 0 to 1."""

    title: str
    here: list[float] = field(default_factory=list)
    erl: list[float] = field(default_factory=list)
    python: float = 0.0

    @property
    def ratio(self) -> float:
        """How many times as long as in `erl` it takes here: the median of the rounds, as a machine
        that others use, too, has another speed in each."""
        return median(here / real for here, real in zip(self.here, self.erl, strict=True))

    def to_json(self) -> dict[str, Any]:
        """For bench.json."""
        return {**vars(self), "ratio": round(self.ratio, 2)}


def geometric_mean(measured: Sequence[Native]) -> float:
    """Of the ratios."""
    return math.exp(sum(math.log(one.ratio) for one in measured) / len(measured))


def measure_native(
    release: Release,
    folder: Path,
    rounds: int,
    tell: Callable[[str], None],
    only: str | None = None,
) -> list[Native]:
    """Programs, then what whole commands take. `folder` holds the programs compiled. Raises
    BenchError, also where the native engine does not run."""
    if problem := native_problem():
        raise BenchError(f"the native engine does not run: {problem}")
    chosen = [one for one in PROGRAMS if only in (None, one.module)]
    paths = [folder, *release.ebin_dirs()]
    measured = []
    with Erl(release, folder) as erl:
        sides: list[Side] = [Here(release.number, paths, engine=NATIVE), erl]
        times = alternate(chosen, sides, rounds, tell)
    for program in chosen:
        tell(f"Python's share: {program.title}")
        words = [str(release.number), program.module, str(program.argument)]
        share = _share(["call", *words, *map(str, paths)])
        here, real = times[program]
        measured.append(Native(program.title, here, real, share))
    if only is None:
        measured += _commands(release, rounds, tell)
    return measured


def _commands(release: Release, rounds: int, tell: Callable[[str], None]) -> list[Native]:
    found: list[Native] = []
    with tempfile.TemporaryDirectory(prefix="enigma-bench-") as name:
        folder = Path(name)
        environment = environment_of(folder / "python", folder / "caches")
        root = str(release.root)
        commands = [("boot to halt()", ["--otp", root], FLAGS, release.erl_command(FLAGS))]
        # Not every installation has sources.
        roots = [one.root for one in (release, *all_releases()) if one.number == release.number]
        sources = [f for one in roots for f in one.glob(f"lib/stdlib-*/src/{COMPILED}.erl")]
        if sources:
            words = ["-o", str(folder), str(sources[0])]
            program = ["erlc", "--otp", root]
            commands.append((f"erlc {COMPILED}.erl", program, words, release.erlc_command(words)))
        for title, program, words, (erl, own) in commands:
            one = Native(title)
            ours = [*program, *words]
            command = [sys.executable, "-m", "enigma_ref.cli.main", *ours]
            for number in range(rounds + 1):
                tell(f"round {number} of {rounds}: {title}")
                here = once(command, environment | {"ENIGMA_ENGINE": NATIVE})
                real = once(erl, own)
                if number:  # The first round fills the caches.
                    one.here.append(here.cpu)
                    one.erl.append(real.cpu)
            one.python = _share(["enigma", *ours])
            found.append(one)
    return found


def _share(words: Sequence[str]) -> float:
    """What a run of its own tells that measures how long Python works."""
    command = [sys.executable, "-m", "bench.share", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    last = done.stdout.strip().rpartition("\n")[2]
    try:
        return float(last)
    except ValueError:
        raise BenchError(f"no share of Python: {done.stdout}{done.stderr}") from None
