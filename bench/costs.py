"""How costs grow with the size of the data: each program with two sizes, here and in `erl`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.erl import Erl
from bench.here import Here
from bench.kernels import alternate
from bench.programs import Program
from enigma_ref.otp import Release

MIB = 1 << 20


@dataclass(frozen=True)
class Cost:
    """A program with a small and a large argument, and how many times as much the large one may
    take: the factor between them where costs are to be linear."""

    title: str
    small: Program
    large: Program
    allowed: float


def _cost(title: str, module: str, small: int, large: int, allowed: float) -> Cost:
    return Cost(title, Program(title, module, small), Program(title, module, large), allowed)


COSTS = (
    _cost("read a binary byte by byte, 1 and 4 MiB", "bench_parse_bytes", MIB, 4 * MIB, 4),
    _cost("append bytes one by one, 1 and 4 MiB", "bench_append_bytes", MIB, 4 * MIB, 4),
    _cost("update a key, of 1,000 and 1,000,000", "bench_update_key", 1000, 1_000_000, 2),
    _cost("decode a term, 2.5 and 10 MB", "bench_decode_term", 2_500_000, 10_000_000, 4),
)


LOGARITHMIC = 1.2
"""How many times as long one step of a logarithmic operation may take for ten times as many."""

MANY = (
    _cost("processes alive", "bench_processes", 10_000, 100_000, 10),
    _cost("ring of 1,000", "bench_ring", 10_000, 100_000, 10),
    _cost("one mailbox", "bench_mailbox", 100_000, 1_000_000, 10),
    _cost("timers", "bench_timers", 100_000, 1_000_000, 10 * LOGARITHMIC),
    _cost("set rows", "bench_ets_set", 100_000, 1_000_000, 10),
    _cost("ordered_set rows", "bench_ets_ordered", 100_000, 1_000_000, 10 * LOGARITHMIC),
)
"""Many of a thing at once, for which one round takes seconds."""


@dataclass(frozen=True)
class Growth:
    """What was measured: CPU milliseconds of each round."""

    cost: Cost
    here_small: Sequence[float]
    here_large: Sequence[float]
    erl_small: Sequence[float]
    erl_large: Sequence[float]

    @property
    def here(self) -> float:
        """How many times as long the large size takes here, by medians."""
        return median(self.here_large) / median(self.here_small)

    @property
    def ratio(self) -> float:
        """How many times as long as in `erl` the large size takes here, by medians."""
        return median(self.here_large) / median(self.erl_large)

    @property
    def erl(self) -> float:
        """How many times as long the large size takes in `erl`, by medians."""
        return median(self.erl_large) / median(self.erl_small)

    def to_json(self) -> dict[str, Any]:
        """All of it."""
        return {
            "title": self.cost.title,
            "sizes": [self.cost.small.argument, self.cost.large.argument],
            "ms_here": [median(self.here_small), median(self.here_large)],
            "ms_erl": [median(self.erl_small), median(self.erl_large)],
            "growth_here": self.here,
            "growth_erl": self.erl,
            "ratio": self.ratio,
            "allowed": self.cost.allowed,
        }


def measure_costs(
    costs: Sequence[Cost],
    release: Release,
    folder: Path,
    rounds: int,
    tell: Callable[[str], None],
) -> list[Growth]:
    """Run all sizes here and in `erl`. `folder` holds the programs compiled."""
    programs = [program for cost in costs for program in (cost.small, cost.large)]
    paths = [folder, *release.ebin_dirs()]
    with Erl(release, folder) as erl:
        times = alternate(programs, [Here(release.number, paths), erl], rounds, tell)
    found = []
    for cost in costs:
        (here_small, erl_small), (here_large, erl_large) = times[cost.small], times[cost.large]
        found.append(Growth(cost, here_small, here_large, erl_small, erl_large))
    return found
