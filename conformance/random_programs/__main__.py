"""`python -m conformance.random_programs`: a campaign of random programs."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import Progress

from conformance import paths
from conformance.random_programs.calls import FUNCTIONS
from conformance.random_programs.campaign import (
    Plan,
    Tally,
    campaign,
    make_bench,
    tree_of,
    variant_of,
)
from conformance.random_programs.concurrent.results import (
    COUNTED,
    SHOWN,
    ConcurrentFinding,
    ConcurrentResult,
    write_results,
)
from conformance.random_programs.concurrent.writer import CALLED
from conformance.random_programs.subject import Difference, not_built
from conformance.releases import OtpNotFound
from enigma_ref.runtime import engines

REDUCED: Final = 10
"""How many differences are made smaller; more of them mostly have the same causes."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a campaign; the exit status is 1 for a difference and 2 when nothing can be said."""
    options = _parser().parse_args(argv)
    if options.engine is not None:
        # Workers are processes of their own.
        os.environ[engines.VARIABLE] = options.engine
    console = Console(stderr=True, emoji=False)
    called = CALLED if options.concurrent else FUNCTIONS
    without = frozenset() if options.all_functions else not_built(options.otp, called)
    if without:
        console.print(
            f"left out, as they are not built yet: {', '.join(sorted(without))}",
            highlight=False,
            markup=False,
        )
    plan = Plan(
        options.seed, options.count, options.otp, options.first, without, options.concurrent
    )
    if options.show:
        for number in range(plan.first, plan.first + plan.count):
            print(f"%% {plan.seed}-{number}, compiled {variant_of(plan, number)}")
            print(tree_of(plan, number))
        return 0
    try:
        return _run(plan, options.jobs, options.reduce, options.output, console)
    except OtpNotFound as error:
        console.print(str(error), style="red", markup=False, highlight=False)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m conformance.random_programs", description=__doc__
    )
    parser.add_argument("--count", type=int, default=1000, help="how many programs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first program")
    parser.add_argument("--otp", type=int, default=25, help="the release of compiler and machine")
    parser.add_argument(
        "--concurrent",
        action="store_true",
        help="programs of several processes, compared by the outcomes that erl can show",
    )
    parser.add_argument("--jobs", type=int, default=2, help="how many processes")
    parser.add_argument(
        "--engine", choices=engines.ENGINES, help="which engine of the VM (default: the usual one)"
    )
    parser.add_argument(
        "--reduce", type=int, default=REDUCED, help="how many differences to make smaller"
    )
    parser.add_argument(
        "--all-functions", action="store_true", help="call also what the VM does not have yet"
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=paths.report_folder(),
        help="the folder for the results of concurrent programs (default: that of the report)",
    )
    parser.add_argument("--show", action="store_true", help="print the programs and run nothing")
    return parser


def _run(plan: Plan, jobs: int, reduced: int, output: Path, console: Console) -> int:
    started = time.monotonic()
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("programs", total=plan.count)

        def done(part: Tally) -> None:
            progress.advance(task, part.outcomes.total())
            for note in part.notes:
                progress.console.print(note, highlight=False, markup=False)
            for number, difference in part.differences.items():
                progress.console.print(
                    f"[red]{plan.seed}-{number}[/]: {difference.kind}", highlight=False
                )

        tally = campaign(plan, jobs, done)
    seconds = time.monotonic() - started
    outcomes = ", ".join(f"{count} {name}" for name, count in sorted(tally.outcomes.items()))
    console.print(
        f"OTP {plan.otp}: {plan.count} programs in {seconds:.0f} s "
        f"({plan.count / seconds:.1f}/s): {outcomes}",
        highlight=False,
    )
    if plan.concurrent:
        counts = ", ".join(f"{tally.counts[name]} {name}" for name in COUNTED)
        console.print(counts, highlight=False)
        write_results(output, _result(plan, tally, seconds))
    if tally.differences:
        _write(plan, _chosen(tally.differences, reduced), console)
    judged = tally.outcomes["same"] + tally.outcomes["different"]
    if not judged:
        return 2
    return 1 if tally.differences else 0


def _result(plan: Plan, tally: Tally, seconds: float) -> ConcurrentResult:
    return ConcurrentResult(
        plan.otp,
        plan.seed,
        plan.first,
        plan.count,
        round(seconds, 1),
        dict(sorted(tally.outcomes.items())),
        {name: tally.counts[name] for name in COUNTED},
        [
            ConcurrentFinding(
                f"{plan.seed}-{number}", one.kind, one.expected[:SHOWN], one.actual[:SHOWN]
            )
            for number, one in sorted(tally.differences.items())
        ],
    )


def _chosen(differences: dict[int, Difference], most: int) -> dict[int, Difference]:
    """At most so many, of as many kinds as there are."""
    by_kind: dict[str, list[int]] = {}
    for number, one in sorted(differences.items()):
        by_kind.setdefault(one.kind, []).append(number)
    order = sorted(
        (place, number) for numbers in by_kind.values() for place, number in enumerate(numbers)
    )
    return {number: differences[number] for _, number in order[:most]}


def _write(plan: Plan, differences: dict[int, Difference], console: Console) -> None:
    folder = paths.build_folder() / "random"
    folder.mkdir(parents=True, exist_ok=True)
    bench = make_bench(plan)
    try:
        for number, difference in differences.items():
            with console.status(f"making {plan.seed}-{number} smaller"):
                tree, last = bench.reduce(tree_of(plan, number), difference)
                source = bench.pretty(str(tree))
            path = folder / f"{plan.seed}-{number}.erl"
            _save(path, plan, number, source, last)
            console.print(f"{path}", highlight=False)
            console.print(source, markup=False, highlight=False)
            console.print(_answers(last), markup=False, highlight=False)
    finally:
        bench.close()


def _save(path: Path, plan: Plan, number: int, source: str, difference: Difference) -> None:
    said = "".join(f"%% {line}\n" for line in _answers(difference).splitlines())
    head = (
        f"%% Program {plan.seed}-{number}, OTP {plan.otp}, compiled {difference.program.variant}: "
        f"{difference.kind}\n"
    )
    named = source.replace("?MODULE", f"'{path.stem}'")
    path.write_text(head + said + named, encoding="utf-8")


def _answers(difference: Difference) -> str:
    return f"erl:    {difference.expected}\nenigma: {difference.actual}"


if __name__ == "__main__":
    sys.exit(main())
