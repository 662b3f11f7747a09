"""`python -m conformance.mutated_terms`: decode damaged external terms, by the million."""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.progress import Progress

from conformance.mutated_terms.comparing import Comparison, compare
from conformance.mutated_terms.hammering import CHUNK, Tally, chunks, hammer, term_maker
from conformance.releases import OtpNotFound, find_release

SHOWN: Final = 20
"""How many failures and differences are printed."""


def main(argv: Sequence[str] | None = None) -> int:
    """Decode and compare; the exit status is 1 for a failure and 2 for a release not at hand."""
    options = _parser().parse_args(argv)
    console = Console(stderr=True, emoji=False)
    try:
        releases = [find_release(number) for number in options.otp] if options.compare else []
    except OtpNotFound as error:
        console.print(str(error), style="red", markup=False, highlight=False)
        return 2
    good = True
    for number in options.otp:
        good &= _hammer(options, number, console)
    for release in releases:
        parts = range(0, options.compare, CHUNK)
        terms = [
            make.damaged()
            for first in parts
            for make in [term_maker(options.seed, first)]
            for _ in range(min(CHUNK, options.compare - first))
        ]
        with console.status(f"comparing {len(terms)} terms with OTP {release.number}"):
            found = compare(release, terms)
        good &= _told(found, release.number, console)
    return 0 if good else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m conformance.mutated_terms")
    parser.description = "Decode damaged external terms, and compare some of them with erl."
    parser.add_argument("--count", type=int, default=100_000, help="how many terms to decode")
    parser.add_argument("--compare", type=int, default=20_000, help="how many to ask erl about")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--otp", type=int, nargs="+", default=[25], help="the releases")
    parser.add_argument("--jobs", type=int, default=2, help="how many processes")
    return parser


def _hammer(options: argparse.Namespace, release: int, console: Console) -> bool:
    tally = Tally()
    parts = chunks(options.seed, options.count, release)
    started = time.monotonic()
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task(f"OTP {release}", total=options.count)
        for part in hammer(parts, options.jobs):
            tally.add(part)
            progress.advance(task, part.outcomes.total())
    seconds = time.monotonic() - started
    outcomes = ", ".join(f"{count} {name}" for name, count in sorted(tally.outcomes.items()))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN if options.jobs > 1 else 0).ru_maxrss
    _say(
        console,
        f"OTP {release}: {tally.outcomes.total()} damaged terms in {seconds:.0f} s: {outcomes}; "
        f"slowest {tally.slowest * 1000:.1f} ms, at most {tally.most_memory:.0f} bytes of memory "
        f"for a byte, largest process {peak >> 10} MiB",
    )
    for failure in tally.failures[:SHOWN]:
        _say(console, f"  {failure}")
    return not tally.failures


def _told(found: Comparison, release: int, console: Console) -> bool:
    counts = ", ".join(f"{count} {name}" for name, count in sorted(found.counts.items()))
    _say(console, f"OTP {release}, compared with erl: {counts}")
    for difference in found.differences[:SHOWN]:
        _say(console, f"  {difference}")
    return not found.differences


def _say(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main())
