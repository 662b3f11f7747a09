"""`enigma explore`: run a call under many schedules and show those that end differently."""

from __future__ import annotations

import argparse
import gc
import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from enigma_ref.cli.complaints import complain
from enigma_ref.loader.cache import Cache
from enigma_ref.loader.errors import LoadError
from enigma_ref.machine.errors import MachineFault
from enigma_ref.otp import OtpError, find_release
from enigma_ref.runtime.explore import Exploration, Explorer, Run
from enigma_ref.runtime.vm import VM
from enigma_ref.terms.parse import parse_call
from enigma_ref.terms.scan import TermSyntaxError

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_parser(subparsers: Subparsers) -> None:
    """Add the command `explore` to a command line."""
    parser = subparsers.add_parser(
        "explore",
        help="run a call under many schedules, to find races",
        description="Run a call again and again, each time with other decisions about which "
        "process runs when and which timer is first, and show all the ways in which it ends, "
        "each with the shortest schedule that was found for it. The exit status is 1 unless it "
        "always ends in the same way, with a value.",
    )
    parser.add_argument("call", metavar="'m:f(1, [a])'", help="module, function and constants")
    parser.add_argument(
        "-pa", action="append", default=[], type=Path, metavar="DIR", help="folder with .beam files"
    )
    parser.add_argument("--otp", metavar="RELEASE", help="a release (25) or the folder of one")
    parser.add_argument(
        "--runs", type=_count, default=1000, metavar="N", help="how many (default: 1000)"
    )
    parser.add_argument(
        "--preemptions",
        type=_count,
        default=2,
        metavar="N",
        help="up to how many in systematic runs (default: 2); random runs have any number",
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the random runs")
    parser.set_defaults(run=run)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no number above 0")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Explore; the exit status."""
    try:
        release = find_release(arguments.otp)
        module, function, values = parse_call(arguments.call, release.number)
        for folder in arguments.pa:
            if not folder.is_dir():
                return complain(f"{folder}: no such folder")
        gc.disable()
        cache = Cache.of_user()
        paths = [*arguments.pa, *release.ebin_dirs()]

        def make_vm(**parts: Any) -> VM:
            return VM(release.number, paths, cache=cache, **parts)

        explorer = Explorer(
            make_vm,
            (module.name, function.name, values),
            bound=arguments.preemptions,
            seed=arguments.seed,
        )
        done = _explore(explorer, arguments.runs)
    except (OtpError, LoadError, TermSyntaxError) as problem:
        return complain(str(problem))
    except MachineFault as fault:
        return complain(f"defect of the machine: {fault}\nPlease report it with the call.")
    _show(done, arguments.preemptions)
    return 0 if len(done.found) == 1 and done.undisturbed.good else 1


def _explore(explorer: Explorer, runs: int) -> Exploration:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    done = Exploration()
    console = Console(file=sys.stderr)
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("exploring", total=runs)
        for done in explorer.explore(runs):
            words = "1 outcome" if len(done.found) == 1 else f"{len(done.found)} outcomes"
            bar.update(task, completed=done.runs, description=words)
    return done


def _show(done: Exploration, preemptions: int) -> None:
    console = Console(highlight=False, soft_wrap=True)
    reach = (
        f"all schedules with up to {preemptions} preemptions and as many random ones"
        if done.is_complete
        else "more schedules exist: see --runs"
    )
    console.print(f"{_counted(done.runs, 'run')} ({reach})", markup=False)
    for number, (outcome, found) in enumerate(done.found.items(), 1):
        share = _counted(found.count, "run")
        console.print(f"\n{number}. {share} ended so:", style="bold", markup=False)
        console.print(_indented(outcome), markup=False)
        if number > 1 or len(done.found) == 1:
            preempted, decisions = found.run.cost
            console.print(
                f"   shortest schedule ({_counted(decisions, 'decision')}, "
                f"{_counted(preempted, 'preemption')}):",
                style="dim",
                markup=False,
            )
        else:
            console.print("   undisturbed:", style="dim", markup=False)
        for line in turns(found.run):
            console.print(f"     {line}", markup=False)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _indented(text: str) -> str:
    return "\n".join(f"   {line}" for line in text.splitlines())


def turns(run: Run) -> list[str]:
    """Who ran when, a line for each stretch of one process."""
    lines = []
    for process, stretch in groupby(run.turns, key=lambda turn: turn.process):
        last = list(stretch)[-1].stopped
        lines.append(f"time {last}" if process == "time" else f"{process} runs; {last}")
    return lines
