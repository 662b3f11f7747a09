"""`python -m conformance.otp_tasks`: OTP's own applications at work, on `erl` and on the VM."""

from __future__ import annotations

import argparse
import shlex
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from conformance import paths
from conformance.otp_tasks.judging import LIMIT, judge
from conformance.otp_tasks.results import (
    ABSENT,
    DIFFERENT,
    FAILED,
    SAME,
    TaskResult,
    write_results,
)
from conformance.otp_tasks.sides import ENIGMA
from conformance.otp_tasks.tasks import (
    ERLC,
    SAMPLE,
    TASKS,
    Task,
    compile_tasks,
    stdlib_modules,
)
from conformance.releases import OtpNotFound, Release, installations, releases

STYLES: Final = {SAME: "green", DIFFERENT: "red", ABSENT: "yellow", FAILED: "red"}


def main(argv: Sequence[str] | None = None) -> int:
    """Do the tasks; the exit status is 1 for a difference and 2 when nothing can be said."""
    parser = _parser()
    options = parser.parse_args(argv)
    console = Console(file=sys.stderr, emoji=False)
    if options.list:
        for task in TASKS:
            print(f"{task.name}: {task.about}")
        print(f"{ERLC}: modules of stdlib compiled from their source ({', '.join(SAMPLE)})")
        return 0
    try:
        wanted = sorted(set(options.otp or releases()))
        found = {otp: installations(otp) for otp in wanted}
        if not wanted:
            raise OtpNotFound("no Erlang/OTP here")
    except OtpNotFound as error:
        console.print(str(error), style="red", markup=False, highlight=False)
        return 2
    chosen = {
        otp: tasks_for(options.task, options.module, options.all, otp, some)
        for otp, some in found.items()
    }
    subject = shlex.split(options.subject) if options.subject else ENIGMA
    started = time.monotonic()
    results = _run(chosen, found, subject, options.jobs, options.timeout, console)
    for otp, some in results.items():
        path = write_results(options.output, otp, found[otp][0].version, some)
        Console(emoji=False).print(_table(f"OTP {found[otp][0].version}", some))
        console.print(f"results: {path}", highlight=False, soft_wrap=True)
    console.print(f"{time.monotonic() - started:.0f} s", highlight=False)
    verdicts = [one.verdict for some in results.values() for one in some]
    if any(verdict in (DIFFERENT, FAILED) for verdict in verdicts):
        return 1
    return 0 if SAME in verdicts else 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m conformance.otp_tasks", description=__doc__)
    names = [*(task.name for task in TASKS), ERLC]
    parser.add_argument("--otp", type=int, action="append", help="default: every release at hand")
    parser.add_argument("--task", action="append", choices=names, help="default: all of them")
    parser.add_argument("--list", action="store_true", help="list the tasks")
    modules = parser.add_mutually_exclusive_group()
    modules.add_argument(
        "--module", action="append", help=f"of stdlib, for {ERLC}; default: ten small ones"
    )
    modules.add_argument("--all", action="store_true", help=f"all of stdlib, for {ERLC}")
    parser.add_argument("--jobs", type=int, default=2, help="how many tasks at the same time")
    parser.add_argument(
        "--subject", help="what is judged, a command with the flags of enigma; default: enigma"
    )
    parser.add_argument(
        "--timeout", type=float, default=LIMIT, help="seconds that a task may take there"
    )
    parser.add_argument(
        "--output", type=Path, default=paths.report_folder(), help="folder of the results"
    )
    return parser


def tasks_for(
    names: Sequence[str] | None,
    modules: Sequence[str] | None,
    every: bool,
    otp: int,
    found: Sequence[Release],
) -> list[Task]:
    """The tasks of a run on one release."""
    chosen = [
        task
        for task in TASKS
        if (not names or task.name in names) and (not task.releases or otp in task.releases)
    ]
    if not names or ERLC in names:
        if every:
            modules = next(filter(None, map(stdlib_modules, found)), [])
        chosen += compile_tasks(modules or SAMPLE)
    return chosen


def _run(
    chosen: dict[int, list[Task]],
    found: dict[int, list[Release]],
    subject: Sequence[str],
    jobs: int,
    limit: float,
    console: Console,
) -> dict[int, list[TaskResult]]:
    """Do all tasks, some at the same time; their results in the order of the tasks."""
    todo = [(otp, task) for otp, tasks in chosen.items() for task in tasks]
    done: dict[tuple[int, Task], TaskResult] = {}
    with (
        ThreadPoolExecutor(jobs) as pool,
        Progress(console=console, transient=True) as progress,
    ):
        bar = progress.add_task("tasks on releases", total=len(todo))
        futures = {
            pool.submit(judge, task, found[otp], subject, limit): (otp, task) for otp, task in todo
        }
        for future in _as_completed(futures, pool):
            otp, task = futures[future]
            done[otp, task] = future.result()
            progress.advance(bar)
            for line, style in _lines(otp, done[otp, task]):
                progress.console.print(
                    line, style=style, markup=False, highlight=False, soft_wrap=True
                )
    return {otp: [done[otp, task] for task in tasks] for otp, tasks in chosen.items()}


def _as_completed(
    futures: Iterable[Future[TaskResult]], pool: ThreadPoolExecutor
) -> Iterator[Future[TaskResult]]:
    """As they end; whoever interrupts waits only for those that run."""
    try:
        yield from as_completed(futures)
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise


def _lines(otp: int, result: TaskResult) -> Iterator[tuple[str, str | None]]:
    why = f": {result.why}" if result.why else ""
    yield f"{result.task} on {otp}: {result.verdict}{why}", STYLES[result.verdict]
    for one in result.differences:
        yield f"  {one.part}: {one.how}", None


def _table(title: str, results: Sequence[TaskResult]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("task")
    table.add_column("verdict")
    for heading in ("files", "CPU s, erl", "here", "ratio"):
        table.add_column(heading, justify="right")
    for one in results:
        ratio = f"{one.seconds / one.erl_seconds:.1f}" if one.erl_seconds and one.seconds else ""
        table.add_row(
            one.task,
            f"[{STYLES[one.verdict]}]{one.verdict}[/]",
            str(one.files),
            f"{one.erl_seconds:.1f}",
            f"{one.seconds:.1f}",
            ratio,
        )
    return table


if __name__ == "__main__":
    sys.exit(main())
