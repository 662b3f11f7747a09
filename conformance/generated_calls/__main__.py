"""`python -m conformance.generated_calls`: put generated calls of built-in functions to `erl` and
to the reference VM."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from conformance import paths
from conformance.generated_calls.campaign import Plan, campaign
from conformance.generated_calls.results import NOT_JUDGED, BifResult, write_results
from conformance.generated_calls.selection import left_out, selected
from conformance.releases import OtpNotFound, find_release, releases
from enigma_ref.runtime import engines

STEP: Final = 100
"""Where nobody sees a progress bar, a line is printed after so many."""

ALL_SHOWN: Final = 40
"""Up to so many functions are listed one by one even when they agree."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a campaign; the exit status is 1 for a difference and 2 when nothing can be said."""
    options = _parser().parse_args(argv)
    if options.engine is not None:
        # Workers are processes of their own.
        os.environ[engines.VARIABLE] = options.engine
    console = Console(file=sys.stderr, emoji=False)
    if options.left_out:
        for mfa, why in left_out().items():
            print(f"{mfa}: {why}")
        return 0
    try:
        wanted = options.otp or list(releases())
        if not wanted:
            raise OtpNotFound("no Erlang/OTP here")
        for otp in wanted:
            find_release(otp)
    except OtpNotFound as error:
        console.print(str(error), style="red", markup=False, highlight=False)
        return 2
    plans = [
        Plan(
            otp,
            options.per_bif,
            options.seed,
            tuple(options.filter),
            options.explain,
            not options.no_reduce,
        )
        for otp in sorted(set(wanted))
    ]
    return _run(plans, options.jobs, options.output, console)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m conformance.generated_calls", description=__doc__
    )
    parser.add_argument("--otp", type=int, action="append", help="default: every release at hand")
    parser.add_argument("--per-bif", type=int, default=200, help="how many calls of each function")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--filter", action="append", default=[], help="part of, or pattern for, names of functions"
    )
    parser.add_argument("--jobs", type=int, default=2, help="how many processes")
    parser.add_argument(
        "--engine", choices=engines.ENGINES, help="which engine of the VM (default: the usual one)"
    )
    parser.add_argument(
        "--explain", action="store_true", help="compare what format_error/2 says of errors, too"
    )
    parser.add_argument("--no-reduce", action="store_true", help="show calls as they were made")
    parser.add_argument("--left-out", action="store_true", help="list what is not called, and why")
    parser.add_argument(
        "--output", type=Path, default=paths.report_folder(), help="folder of the results"
    )
    return parser


def _run(plans: Sequence[Plan], jobs: int, output: Path, console: Console) -> int:
    started = time.monotonic()
    wanted = {plan.otp: len(selected(plan.otp, plan.filters)) for plan in plans}
    for plan in plans:
        if not wanted[plan.otp]:
            console.print(
                f"no function of OTP {plan.otp} fits {', '.join(plan.filters)}", style="red"
            )
            return 2
    results: dict[int, list[BifResult]] = {plan.otp: [] for plan in plans}
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("functions on releases", total=sum(wanted.values()))
        for otp, result in campaign(plans, jobs):
            results[otp].append(result)
            progress.advance(task)
            done = sum(map(len, results.values()))
            if not console.is_terminal and done % STEP == 0:
                console.print(f"{done} of {sum(wanted.values())}", highlight=False)
            if not result.agrees or result.misfits or wanted[otp] <= ALL_SHOWN:
                _show(otp, result, progress.console)
    seconds = time.monotonic() - started
    for plan in plans:
        some = results[plan.otp]
        path = write_results(output, plan.otp, plan.seed, plan.per_bif, some)
        console.print(_table(plan, some))
        console.print(_summary(plan, some), highlight=False, soft_wrap=True)
        console.print(f"results: {path}", highlight=False, soft_wrap=True)
    console.print(f"{seconds:.0f} s", highlight=False)
    if not all(any(result.judged for result in some) for some in results.values()):
        return 2
    everything = [result for some in results.values() for result in some]
    return 0 if all(result.agrees and not result.misfits for result in everything) else 1


def _show(otp: int, result: BifResult, console: Console) -> None:
    """The line of a function and what is wrong with it."""
    outcomes = ", ".join(f"{count} {name}" for name, count in sorted(result.outcomes.items()))
    style = "green" if result.agrees and not result.misfits else "red"
    _say(console, f"{result.mfa} on {otp}: {outcomes}", style)
    for one in result.findings:
        _say(console, f"  {one.kind} ({one.count} calls): {one.call}")
        _say(console, f"    erl:    {one.expected}")
        _say(console, f"    enigma: {one.actual}")
    for misfit in result.misfits:
        _say(console, f"  bifs.yaml: {misfit.why}")
        _say(console, f"    {misfit.call}")


def _say(console: Console, text: str, style: str | None = None) -> None:
    console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def _table(plan: Plan, results: Sequence[BifResult]) -> Table:
    """How the functions of each module came out."""
    table = Table(title=f"OTP {plan.otp}")
    table.add_column("module")
    for title in ("functions", "agree", "calls", "same", "different", "not judged"):
        table.add_column(title, justify="right")
    modules: dict[str, list[BifResult]] = {}
    for result in results:
        modules.setdefault(result.mfa.partition(":")[0], []).append(result)
    for module, some in modules.items():
        outcomes = sum((result.outcomes for result in some), Counter[str]())
        table.add_row(
            module,
            *map(
                str,
                (
                    len(some),
                    sum(result.agrees for result in some),
                    sum(result.calls for result in some),
                    outcomes["same"],
                    outcomes["different"],
                    sum(outcomes[name] for name in NOT_JUDGED),
                ),
            ),
        )
    return table


def _summary(plan: Plan, results: Sequence[BifResult]) -> str:
    calls = sum(result.calls for result in results)
    agree = sum(result.agrees for result in results)
    differ = sum(result.outcomes["different"] for result in results)
    misfits = sum(bool(result.misfits) for result in results)
    return (
        f"OTP {plan.otp}, seed {plan.seed}: {calls} calls of {len(results)} functions; "
        f"{agree} functions agree, {differ} calls differ, "
        f"{misfits} functions are not as bifs.yaml says"
    )


if __name__ == "__main__":
    sys.exit(main())
