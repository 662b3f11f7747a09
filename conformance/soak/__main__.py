"""`python -m conformance.soak`: random programs for an hour, with memory watched."""

from __future__ import annotations

import argparse
import gc
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from statistics import median
from typing import Final, NamedTuple

import psutil
from rich.console import Console
from rich.table import Table

from conformance.random_programs.calls import FUNCTIONS
from conformance.random_programs.campaign import CHUNK, Plan, judge, make_bench
from conformance.random_programs.concurrent.writer import CALLED
from conformance.random_programs.subject import not_built
from conformance.releases import OtpNotFound
from enigma_ref.runtime import engines

SHOWN: Final = 12
"""How many rows the table has."""

LEAST: Final = 8
"""Fewer samples than this say nothing."""


class Sample(NamedTuple):
    """What the process held after some programs, in MB and blocks of Python's memory."""

    seconds: float
    programs: int
    resident: float
    blocks: int


def growth(samples: Sequence[Sample]) -> float:
    """By how many MB the last quarter holds more than the second: the first one fills caches."""
    quarter = len(samples) // 4
    early, late = samples[quarter : 2 * quarter], samples[-quarter:]
    return median(one.resident for one in late) - median(one.resident for one in early)


def main(argv: Sequence[str] | None = None) -> int:
    """Run programs; the exit status is 1 for a difference or for memory that grows, 2 when nothing
    can be said."""
    options = _parser().parse_args(argv)
    if options.engine is not None:
        os.environ[engines.VARIABLE] = options.engine
    console = Console(stderr=True, emoji=False)
    without = not_built(options.otp, CALLED if options.concurrent else FUNCTIONS)
    plan = Plan(options.seed, CHUNK, options.otp, 0, without, options.concurrent)
    try:
        bench = make_bench(plan)
    except OtpNotFound as error:
        console.print(str(error), style="red", markup=False, highlight=False)
        return 2
    gc.disable()
    own = psutil.Process()
    outcomes: Counter[str] = Counter()
    samples: list[Sample] = []
    began = time.monotonic()
    try:
        while time.monotonic() - began < options.minutes * 60:
            tally = judge(replace(plan, first=len(samples) * CHUNK), bench)
            outcomes += tally.outcomes
            for number, difference in tally.differences.items():
                console.print(f"[red]{plan.seed}-{number}[/]: {difference.kind}", highlight=False)
            gc.collect()
            samples.append(
                Sample(
                    time.monotonic() - began,
                    (len(samples) + 1) * CHUNK,
                    own.memory_info().rss / 1e6,
                    sys.getallocatedblocks(),
                )
            )
    finally:
        bench.close()
    console.print(_table(samples))
    counts = ", ".join(f"{count} {name}" for name, count in sorted(outcomes.items()))
    console.print(f"{outcomes.total()} programs: {counts}", highlight=False)
    if len(samples) < LEAST:
        console.print("too short to say whether memory grows")
        return 2
    more = growth(samples)
    console.print(f"the last quarter holds {more:+.1f} MB beyond the second", highlight=False)
    return 1 if outcomes["different"] or more > options.most_mb else 0


def _table(samples: Sequence[Sample]) -> Table:
    table = Table("minutes", "programs", "MB", "blocks")
    step = max(1, len(samples) // SHOWN)
    for one in samples[step - 1 :: step]:
        table.add_row(
            f"{one.seconds / 60:.1f}", f"{one.programs:,}", f"{one.resident:.0f}", f"{one.blocks:,}"
        )
    return table


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m conformance.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60, help="default: 60")
    parser.add_argument("--otp", type=int, default=25, help="the release of compiler and machine")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--concurrent", action="store_true", help="programs of several processes")
    parser.add_argument(
        "--engine",
        choices=engines.ENGINES,
        help="which engine of the VM (default: reference, unless ENIGMA_ENGINE says otherwise)",
    )
    parser.add_argument(
        "--most-mb", type=float, default=10, help="how much more memory is no growth yet"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
