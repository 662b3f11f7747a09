"""`python -m conformance.otp_suites`: OTP's own test suites, on `erl` and on the VM."""

from __future__ import annotations

import argparse
import math
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from conformance import paths
from conformance.otp_suites import coverage
from conformance.otp_suites.known import Known, KnownError, read_known
from conformance.otp_suites.machines import ERL, MACHINES, REFERENCE, Machine
from conformance.otp_suites.needs import Needs
from conformance.otp_suites.results import OPEN, write_results
from conformance.otp_suites.running import Settings, run_suite
from conformance.otp_suites.sources import (
    APPLICATIONS,
    Folder,
    SuitesError,
    compiled,
    compiled_tools,
    find_release,
)
from conformance.otp_suites.store import shelf_of
from conformance.otp_suites.table import counted, report, table
from conformance.otp_suites.verdicts import PASSES, Result
from conformance.releases import OtpNotFound, Release, releases
from enigma_ref.otp.errors import OtpFetchError
from enigma_ref.otp.source import fetch_source

OTP: Final = (23, 25, 27)
"""The releases whose source is to be had."""

ENGINES: Final = tuple(name for name in MACHINES if name != ERL)
MEGABYTE: Final = 1 << 20


@dataclass(frozen=True)
class Work:
    """A suite of a release to run on some machines, in this order."""

    release: Release
    folder: Folder
    tools: Path
    suite: str
    machines: tuple[Machine, ...]


def main(argv: Sequence[str] | None = None) -> int:
    """Run suites."""
    parser = _parser()
    options = parser.parse_args(argv)
    if options.coverage and options.engine != REFERENCE:
        parser.error(f"--coverage wants the engine {REFERENCE}")
    if threading.current_thread() is threading.main_thread():
        # As Ctrl-C: the systems that run must not stay behind.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    console = Console(file=sys.stderr, highlight=False)
    try:
        known = read_known()
        work = _work(options, console)
    except (KnownError, OtpNotFound, OtpFetchError, SuitesError) as problem:
        console.print(str(problem), style="red", markup=False)
        return 2
    settings = Settings(
        options.limit, options.multiply, options.memory * MEGABYTE, options.keep, options.coverage
    )
    started = time.monotonic()
    if not options.table:
        try:
            _run(work, options, settings, console)
        except KeyboardInterrupt:
            console.print("interrupted; the same command goes on from here")
            return 130
        console.print(f"{time.monotonic() - started:.0f} s")
    return _tell(work, options, known, console)


def _tell(
    work: Sequence[Work],
    options: argparse.Namespace,
    known: Sequence[Known],
    console: Console,
) -> int:
    """Print and write the tables; the exit status."""
    selected = {(one.release.number, one.folder.application, one.suite) for one in work}
    judged, wrong = 0, 0
    for release in dict.fromkeys(one.release for one in work):
        source = fetch_source(release.number)
        with console.status(f"the table of {release.number}"):
            folders = [compiled(release, source, name, ()) for name in APPLICATIONS]
            ours = Machine(options.engine, release)
            found = report(ours, folders, known, options.limit)
        chosen = [
            suite
            for suite in found.suites
            if (release.number, suite.application, suite.suite) in selected
        ]
        wide = Console() if sys.stdout.isatty() else Console(width=160)
        wide.print(table(found, chosen, per_suite=bool(options.suite or options.per_suite)))
        for suite in chosen:
            for case in suite.cases:
                judged += case.verdict != OPEN
                if case.is_unexplained or case.is_surprise:
                    wrong += 1
                    where = f"{release.number} {suite.application}/{suite.suite}:{case.case}"
                    why = f"known, {case.known}" if case.is_surprise else case.reason
                    line = f"{where}: {case.verdict}: {why[:200]}"
                    console.print(line, markup=False, soft_wrap=True)
        path = write_results(options.output, found)
        by_name = {folder.application: folder for folder in folders}
        files = [
            (suite, shelf_of(ours, by_name[suite.application], suite.suite).coverage)
            for suite in found.suites
        ]
        coverage.write_shown(options.output, release.number, coverage.shown(files))
        console.print(f"results: {path}", soft_wrap=True)
    if not judged:
        return 2
    return 1 if wrong else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m conformance.otp_suites", description=__doc__)
    parser.add_argument(
        "--otp", type=int, action="append", choices=OTP, help="default: those at hand"
    )
    parser.add_argument("--app", action="append", choices=list(APPLICATIONS))
    parser.add_argument("--suite", action="append", help="as lists_SUITE or lists")
    parser.add_argument(
        "--case", action="append", help="a name, or group/name; runs it anew in any case"
    )
    parser.add_argument("--machine", choices=("erl", "ours", "both"), default="both")
    parser.add_argument("--engine", choices=ENGINES, default=REFERENCE)
    parser.add_argument(
        "--counted", action="store_true", help="of ours, only cases that count (wants those of erl)"
    )
    parser.add_argument("--jobs", type=int, default=2, help="how many suites at the same time")
    parser.add_argument("--limit", type=float, default=120.0, help="seconds for a case")
    parser.add_argument(
        "--multiply", type=int, default=10, help="what limits in the suites are multiplied with"
    )
    parser.add_argument("--memory", type=int, default=4096, help="megabytes for a system")
    parser.add_argument(
        "--coverage", action="store_true",
        help=f"note what is executed, for the matrices of the report (engine {REFERENCE} only)",
    )  # fmt: skip
    parser.add_argument("--table", action="store_true", help="run nothing, tell what is known")
    parser.add_argument("--per-suite", action="store_true", help="tell the counts of each suite")
    parser.add_argument(
        "--output", type=Path, default=paths.report_folder(), help="folder of the results"
    )
    parser.add_argument("--fresh", action="store_true", help="forget results from before")
    parser.add_argument("--keep", action="store_true", help="keep the folders that suites ran in")
    return parser


def _work(options: argparse.Namespace, console: Console) -> list[Work]:
    wanted = options.otp or [otp for otp in OTP if otp in releases()]
    if not wanted:
        raise OtpNotFound(f"none of Erlang/OTP {', '.join(map(str, OTP))} is here")
    suites = {name if name.endswith("_SUITE") else f"{name}_SUITE" for name in options.suite or ()}
    work = []
    for otp in wanted:
        release = find_release(otp)
        source = fetch_source(otp)
        tools = compiled_tools(release, source)
        names = {"erl": (ERL,), "ours": (options.engine,), "both": (ERL, options.engine)}
        machines = tuple(Machine(name, release) for name in names[options.machine])
        for application in options.app or APPLICATIONS:
            with console.status(f"compiling suites of {application} {otp}"):
                folder = compiled(release, source, application, suites or None)
            work += [
                Work(release, folder, tools, suite, machines)
                for suite in folder.suites
                if not suites or suite in suites
            ]
    if not work:
        raise SuitesError("there is no such suite")
    return sorted(work, key=_duration)


def _duration(work: Work) -> float:
    """How long a suite takes on `erl`: the quick ones come first, those not known last."""
    known = shelf_of(Machine(ERL, work.release), work.folder, work.suite).read()
    return sum(result.seconds for result in known.results) if known.is_finished else math.inf


def _run(
    work: Sequence[Work], options: argparse.Namespace, settings: Settings, console: Console
) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    known_needs: dict[Path, Needs] = {}
    lock = threading.Lock()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with (
        Progress(*columns, TimeElapsedColumn(), console=console) as progress,
        ThreadPoolExecutor(options.jobs) as pool,
    ):
        bar = progress.add_task("suites", total=sum(len(one.machines) for one in work))

        def do(one: Work) -> None:
            for machine in one.machines:
                _one(one, machine)
                progress.advance(bar)

        def _one(one: Work, machine: Machine) -> None:
            shelf = shelf_of(machine, one.folder, one.suite)
            if options.fresh and not options.case:
                shelf.clear()
            there = shelf_of(Machine(ERL, machine.release), one.folder, one.suite).read()
            expected = there.plan or list(there.by_case())

            def tell(result: Result) -> None:
                with lock:
                    counts[machine.name, result.verdict] += 1
                    progress.update(bar, description=_line(counts))
                    if (machine.is_ours and result.verdict != PASSES) or options.case:
                        where = f"{one.folder.application} {one.suite}:{result.case.label}"
                        progress.console.print(
                            f"{machine.name} {where}: {result.verdict}: {result.reason[:160]}",
                            markup=False, soft_wrap=True,
                        )  # fmt: skip

            among = None
            if options.counted and machine.is_ours:
                with lock:
                    needs = known_needs.setdefault(one.folder.path, Needs(one.folder.path))
                    among = counted(one.release, one.folder, one.suite, needs)
                    needs.keep()
                if not among:
                    return
            run_suite(
                machine, one.folder, one.tools, one.suite, shelf, settings,
                options.case or (), expected if machine.is_ours else (), tell, among,
            )  # fmt: skip

        futures = [pool.submit(do, one) for one in work]
        try:
            for future in as_completed(futures):
                future.result()
        except BaseException:
            settings.stop.set()
            pool.shutdown(cancel_futures=True)
            raise


def _line(counts: Counter[tuple[str, str]]) -> str:
    machines = dict.fromkeys(name for name, _ in counts)
    return "; ".join(f"{name}: {_counts(counts, name)}" for name in machines)


def _counts(counts: Counter[tuple[str, str]], machine: str) -> str:
    return ", ".join(f"{n} {verdict}" for (name, verdict), n in counts.items() if name == machine)


if __name__ == "__main__":
    sys.exit(main())
