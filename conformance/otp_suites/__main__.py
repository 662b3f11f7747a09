"""`python -m conformance.otp_suites`: OTP's own test suites, on `erl` and on the VM."""

from __future__ import annotations

import argparse
import math
import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeVar

from filelock import FileLock, Timeout
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Column

from conformance import paths
from conformance.otp_suites import coverage
from conformance.otp_suites.known import KNOWN, Known, KnownError, known_about, read_known
from conformance.otp_suites.machines import ENGINES, ERL, REFERENCE, Machine
from conformance.otp_suites.needs import Needs
from conformance.otp_suites.recorded import record, recorded
from conformance.otp_suites.results import OPEN, CaseResult, SuiteResult, write_results
from conformance.otp_suites.running import Settings, is_chosen, place_of, run_suite
from conformance.otp_suites.sources import (
    APPLICATIONS,
    OTP,
    Folder,
    SuitesError,
    compiled,
    compiled_tools,
    find_release,
)
from conformance.otp_suites.store import needs_of, shelf_of
from conformance.otp_suites.table import UNCOMPILED, counted, of_machine, report, table
from conformance.otp_suites.verdicts import PASSES, Case, DamagedError, Result
from conformance.otp_suites.watching import engine_problem
from conformance.releases import OtpNotFound, Release, releases
from conformance.report.build import build_suites_page
from enigma_ref.otp.errors import OtpFetchError
from enigma_ref.otp.source import cached_source, fetch_source

MEGABYTE: Final = 1 << 20

Number = TypeVar("Number", int, float)


class Output(Console):
    """Says nothing more once nobody reads it (as with `| head`); the run is not to end for that."""

    def on_broken_pipe(self) -> None:
        """Let what is still to come go nowhere, also what Python writes at its end."""
        self.quiet = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.file.fileno())
        os.close(nowhere)


@dataclass(frozen=True)
class Work:
    """A suite of a release to run on some machines, in this order."""

    release: Release
    folder: Folder
    suite: str
    machines: tuple[Machine, ...]


def main(argv: Sequence[str] | None = None) -> int:
    """Run suites."""
    parser = _parser()
    options = parser.parse_args(argv)
    if options.coverage and options.engine != REFERENCE:
        parser.error(f"--coverage wants the engine {REFERENCE}")
    if options.coverage and options.machine == "erl":
        parser.error("--coverage is about our machine, and with --machine erl nothing of it runs")
    if options.table and options.fresh:
        parser.error("--table runs nothing; --fresh would forget what it tells")
    if options.fresh and options.case:
        parser.error("--fresh forgets whole suites; a case that is named is run anew in any case")
    _end_in_order()
    console = Output(file=sys.stderr, highlight=False, emoji=False)
    try:
        return _main(options, console)
    except (
        DamagedError, KnownError, OtpNotFound, OtpFetchError, SuitesError, OSError
    ) as problem:  # fmt: skip
        console.print(str(problem), style="red", markup=False, soft_wrap=True)
        return 2
    except KeyboardInterrupt:
        console.print("interrupted; the same command goes on from here")
        return 130


def _end_in_order() -> None:
    """Let what ends a program be as Ctrl-C: the systems that run must not stay behind."""
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGHUP):
            # With nohup, the run is to outlive its terminal.
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, signal.default_int_handler)


def _main(options: argparse.Namespace, console: Console) -> int:
    runs_ours = options.machine != "erl" and not options.table
    if runs_ours and (problem := engine_problem(options.engine)):
        said = f"the {options.engine} engine cannot run where suites do: {problem}"
        raise SuitesError(f"{said} (they have a HOME of their own, and no PYTHONPATH of yours)")
    try:
        options.output.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        said = f"no results can be written to {options.output}: {problem.strerror}"
        raise SuitesError(said) from problem
    known = read_known()
    work = _work(options, console)
    settings = Settings(
        options.limit, options.multiply, options.memory * MEGABYTE, options.keep, options.coverage
    )
    started = time.monotonic()
    if not options.table:
        _want_cases(work, options)
        _run(work, options, settings, known, console)
        console.print(f"{time.monotonic() - started:.0f} s")
    return _tell(work, options, known, console)


def _tell(
    work: Sequence[Work],
    options: argparse.Namespace,
    known: Sequence[Known],
    console: Console,
) -> int:
    """Print and write the tables; the exit status."""
    wide = Output(emoji=False) if sys.stdout.isatty() else Output(width=160, emoji=False)
    judged, wrong, missing = 0, 0, set(options.case or ())
    for release in dict.fromkeys(one.release for one in work):
        source = fetch_source(release.number)
        with _says(console, f"the table of {release.number}"):
            folders = [_known_folder(release, source, name) for name in APPLICATIONS]
            ours = Machine(options.engine, release)
            found = report(ours, folders, known, options.limit)
        chosen = [
            _only(suite, options.case)
            for suite in found.suites
            if suite.application in (options.app or APPLICATIONS)
            and (not options.suite or suite.suite in _suite_names(options))
        ]
        missing -= {
            word for word in missing for suite in chosen for case in suite.cases
            if is_chosen(word, case.case)
        }  # fmt: skip
        for suite in chosen:
            if suite.remark.startswith(UNCOMPILED):
                where = f"{release.number} {suite.application}/{suite.suite}"
                console.print(f"{where}: {suite.remark}", markup=False, soft_wrap=True)
        by_name = {folder.application: folder for folder in folders}
        if options.record:
            for machine in (Machine(ERL, release), ours):
                _record(machine, folders, console)
        if options.machine == "erl":
            shelves = [
                shelf_of(Machine(ERL, release), by_name[one.application], one.suite)
                for one in chosen
            ]
            wide.print(of_machine(f"OTP {release.version}, erl", shelves), highlight=False)
            judged += sum(bool(case.erl) for suite in chosen for case in suite.cases)
            continue
        path = write_results(options.output, found)
        files = [
            (suite, shelf_of(ours, by_name[suite.application], suite.suite).coverage)
            for suite in found.suites
        ]
        page = build_suites_page(found, path)
        coverage.write_shown(options.output, release.number, coverage.shown(files))
        wide.print(
            f"OTP {found.version}, engine {found.engine}, commit {found.commit}", highlight=False
        )
        wide.print(table(chosen, per_suite=bool(options.suite or options.per_suite)))
        for suite in chosen:
            for case in suite.cases:
                # What the suite leaves out on erl has its verdict, even if nothing was run here.
                judged += bool(case.ours) and case.verdict != OPEN
                if case.is_unexplained or case.is_surprise:
                    wrong += 1
                    where = f"{release.number} {suite.application}/{suite.suite}:{case.case}"
                    console.print(f"{where}: {_trouble(case)}", markup=False, soft_wrap=True)
        console.print(f"results: {path}", soft_wrap=True)
        console.print(f"every case: {page}", soft_wrap=True)
    if missing:
        raise SuitesError(_no_such_case(missing, work))
    if not judged:
        where = "on erl" if options.machine == "erl" else "on erl and here"
        console.print(f"nothing was judged: there is no case with a result {where}")
        return 2
    return 1 if wrong else 0


def _known_folder(release: Release, source: Path, application: str) -> Folder:
    """The suites of an application, with those compiled of which it has to be found out what their
    cases need: it is recorded with results, but not of those that come from runs here."""
    folder = compiled(release, source, application, ())
    erl = Machine(ERL, release)
    known = recorded(erl, folder)
    wanted = {one for one in folder.suites if shelf_of(erl, folder, one).path.is_file()}
    if known.is_stale:
        wanted |= known.suites.keys()
    return compiled(release, source, application, wanted) if wanted else folder


def _record(machine: Machine, folders: Sequence[Folder], console: Console) -> None:
    for folder in folders:
        shelves = [(suite, shelf_of(machine, folder, suite)) for suite in folder.suites]
        needs = needs_of(machine.release, folder)
        path = record(machine, folder, shelves, needs)
        if path:
            console.print(f"recorded: {path.relative_to(paths.ROOT)}", soft_wrap=True)


def _only(suite: SuiteResult, cases: Sequence[str] | None) -> SuiteResult:
    """What is asked for of a suite."""
    if not cases:
        return suite
    some = [case for case in suite.cases if any(is_chosen(word, case.case) for word in cases)]
    return replace(suite, cases=some)


def _trouble(case: CaseResult) -> str:
    """What is to be told about a case that is not as it is said to be."""
    if case.is_surprise:
        name = KNOWN.relative_to(paths.ROOT)
        return f"{case.verdict}, but {name} says that it does not ({case.known}): remove it there"
    known = f" (known to be slow, but not to go wrong: {case.known})" if case.known else ""
    return f"{case.verdict}{known}: {_cut(case.reason)}"


def _cut(reason: str, most: int = 200) -> str:
    """The beginning of a long text, which tells that there was more."""
    return reason if len(reason) <= most else f"{reason[: most - 1]}…"


@contextmanager
def _says(console: Console, what: str) -> Iterator[None]:
    """Tell what is going on, in a terminal only as long as it is."""
    if console.is_terminal:
        with console.status(what):
            yield
    else:
        console.print(what)
        yield


def _positive(kind: Callable[[str], Number]) -> Callable[[str], Number]:
    """A number of the command line that is more than nothing, and has an end."""

    def number(word: str) -> Number:
        value = kind(word)
        if not 0 < value < math.inf:
            raise argparse.ArgumentTypeError(f"{word} is not more than 0, or has no end")
        return value

    number.__name__ = "number"
    return number


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
    parser.add_argument(
        "--machine", choices=("erl", "ours", "both"), default="both", help="(%(default)s)"
    )
    parser.add_argument("--engine", choices=ENGINES, default=REFERENCE, help="(%(default)s)")
    parser.add_argument(
        "--counted", action="store_true",
        help="of ours, only cases that count, as far as is known from erl (--machine erl)",
    )  # fmt: skip
    whole, real = _positive(int), _positive(float)
    for option, kind, default, what in (
        ("--jobs", whole, 2, "how many suites at the same time"),
        ("--limit", real, 120.0, "seconds for a case"),
        ("--multiply", whole, 10, "what limits in the suites are multiplied with"),
        ("--memory", whole, 4096, "megabytes for a system"),
    ):
        parser.add_argument(option, type=kind, default=default, help=f"{what} (%(default)s)")
    parser.add_argument(
        "--coverage", action="store_true",
        help=f"note what is executed, for the matrices of the report (engine {REFERENCE} only)",
    )  # fmt: skip
    parser.add_argument("--table", action="store_true", help="run nothing, tell what is known")
    parser.add_argument("--per-suite", action="store_true", help="tell the counts of each suite")
    parser.add_argument(
        "--record", action="store_true",
        help="put what is known into files that are checked in, for all who ask later",
    )  # fmt: skip
    parser.add_argument(
        "--output", type=Path, default=paths.report_folder(), help="folder of the results"
    )
    parser.add_argument("--fresh", action="store_true", help="forget results from before")
    parser.add_argument("--keep", action="store_true", help="keep the folders that suites ran in")
    return parser


def _suite_names(options: argparse.Namespace) -> set[str]:
    return {f"{name.removesuffix('_SUITE')}_SUITE" for name in options.suite or ()}


def _work(options: argparse.Namespace, console: Console) -> list[Work]:
    wanted = list(dict.fromkeys(options.otp or [otp for otp in OTP if otp in releases()]))
    if not wanted:
        some = ", ".join(map(str, OTP))
        raise OtpNotFound(f"none of Erlang/OTP {some} is here; get one with: enigma otp fetch 25")
    suites = _suite_names(options)
    work = []
    failed: dict[str, str] = {}
    for otp in wanted:
        release = find_release(otp)
        source = cached_source(otp)
        if source is None:
            with _says(console, f"fetching the source of {otp}"):
                source = fetch_source(otp)
        names = {"erl": (ERL,), "ours": (options.engine,), "both": (ERL, options.engine)}
        machines = tuple(Machine(name, release) for name in names[options.machine])
        for application in dict.fromkeys(options.app or APPLICATIONS):
            if options.table:
                folder = compiled(release, source, application, ())
            else:
                with _says(console, f"compiling suites of {application} {otp}"):
                    folder = compiled(release, source, application, suites or None)
            failed |= {
                name: f"{name} of {application} {otp} {UNCOMPILED}: {said}"
                for name, said in folder.failed_suites.items()
            }
            work += [
                Work(release, folder, suite, machines)
                for suite in folder.suites
                if not suites or suite in suites
            ]
    if strange := suites - {one.suite for one in work}:
        raise SuitesError(
            "; ".join(failed.get(name, f"there is no suite {name}") for name in sorted(strange))
        )
    return sorted(work, key=_duration)


def _duration(work: Work) -> float:
    """How long a suite takes on `erl`: the quick ones come first, those not known last."""
    known = shelf_of(Machine(ERL, work.release), work.folder, work.suite).read()
    return sum(result.seconds for result in known.results) if known.is_finished else math.inf


def _want_cases(work: Sequence[Work], options: argparse.Namespace) -> None:
    """Raises SuitesError for a case that no suite has, where all of them are known from `erl`:
    else it turns out when the suites have run."""
    known = [shelf_of(Machine(ERL, one.release), one.folder, one.suite).read() for one in work]
    if all(one.is_finished for one in known):
        labels = {case.label for one in known for case in (*one.plan, *one.by_case())}
        missing = {
            word for word in options.case or ()
            if not any(is_chosen(word, label) for label in labels)
        }  # fmt: skip
        if missing:
            raise SuitesError(_no_such_case(missing, work))


def _no_such_case(missing: Iterable[str], work: Sequence[Work]) -> str:
    suites = sorted({one.suite for one in work})
    some = ", ".join(suites[:5]) + (f" and {len(suites) - 5} others" if len(suites) > 5 else "")
    return f"there is no case {', '.join(sorted(missing))} in {some}"


def _run(
    work: Sequence[Work],
    options: argparse.Namespace,
    settings: Settings,
    known: Sequence[Known],
    console: Console,
) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    known_needs: dict[Path, Needs] = {}
    busy: list[str] = []
    passed_over: list[str] = []
    from_before: Counter[str] = Counter()
    lock = threading.Lock()
    tools = {
        release: compiled_tools(release, fetch_source(release.number))
        for release in dict.fromkeys(one.release for one in work)
    }
    if options.fresh:
        # Told now: by the time that a suite comes, hours of others may have been forgotten.
        for one in work:
            for machine in one.machines:
                with _alone(machine, one):
                    pass
    columns = (
        BarColumn(16), MofNCompleteColumn(), TextColumn("suites"), TimeElapsedColumn(),
        TextColumn("{task.description}", table_column=Column(no_wrap=True, overflow="ellipsis")),
    )  # fmt: skip
    with Progress(*columns, console=console) as progress, ThreadPoolExecutor(options.jobs) as pool:
        bar = progress.add_task("", total=len(work))

        def do(one: Work) -> None:
            name = f"{one.suite.removesuffix('_SUITE')} {one.release.number}"
            busy.append(name)
            for machine in one.machines:
                _one(one, machine)
            busy.remove(name)
            progress.advance(bar)
            if not console.is_terminal:
                console.print(
                    f"{name} is done; so far {_line(counts) or 'nothing was run'}", soft_wrap=True
                )

        def _one(one: Work, machine: Machine) -> None:
            shelf = shelf_of(machine, one.folder, one.suite)
            if options.fresh:
                with _alone(machine, one):
                    shelf.clear()
            there = shelf_of(Machine(ERL, machine.release), one.folder, one.suite).read()
            theirs = there.by_case()
            expected = there.plan or list(theirs)

            def tell(result: Result) -> None:
                with lock:
                    counts[machine.name, result.verdict] += 1
                    progress.update(bar, description=f"{', '.join(busy)}; {_line(counts)}")
                    if options.case or (machine.is_ours and _is_news(result, theirs)):
                        where = f"{one.folder.application} {one.suite}:{result.case.label}"
                        why = f": {_cut(result.reason)}" if result.reason else ""
                        about = known_about(
                            known, machine.release.number,
                            one.folder.application, one.suite, result.case.label,
                        )  # fmt: skip
                        if about and machine.is_ours and result.verdict != PASSES:
                            why += f" (known: {about.reason})"
                        progress.console.print(
                            f"{machine.name} {where}: {result.verdict}{why}",
                            markup=False, soft_wrap=True,
                        )  # fmt: skip

            def warn(said: str) -> None:
                where = f"{machine.name} {one.folder.application} {one.suite}"
                line = " ".join(said.split())[:200]
                progress.console.print(f"{where}: {line}", markup=False, soft_wrap=True)

            among = None
            if options.counted and machine.is_ours:
                with lock:
                    needs = known_needs.setdefault(
                        one.folder.path, needs_of(one.release, one.folder)
                    )
                    among = counted(one.release, one.folder, one.suite, needs)
                    needs.keep()
                if not among:
                    return
            if shelf.is_recorded and not options.case:
                from_before[machine.name] += 1
            wants_coverage = options.coverage and machine.is_ours
            if wants_coverage and shelf.read().is_finished and not shelf.coverage.is_file():
                passed_over.append(one.suite)
            progress.update(bar, description=f"{', '.join(busy)}; {_line(counts)}")
            run_suite(
                machine, one.folder, tools[one.release], one.suite, shelf, settings,
                options.case or (), expected if machine.is_ours else (), tell, among,
                warn,
            )  # fmt: skip
            if options.keep and (place := place_of(machine, one.folder, one.suite)).exists():
                progress.console.print(f"{machine.name} {one.suite} is kept in {place}")

        futures = [pool.submit(do, one) for one in work]
        try:
            for future in as_completed(futures):
                future.result()
        except BaseException:
            settings.stop.set()
            pool.shutdown(cancel_futures=True)
            raise
    for name, count in from_before.items():
        console.print(f"{name}: what is recorded was taken for {count} suites (--fresh runs them "
                      "again)", soft_wrap=True)  # fmt: skip
    if passed_over:
        some = ", ".join(passed_over[:5]) + (" and others" if len(passed_over) > 5 else "")
        console.print(f"what they execute is not known of {some}: they had their results already, "
                      "and --fresh runs them again", soft_wrap=True)  # fmt: skip


@contextmanager
def _alone(machine: Machine, work: Work) -> Iterator[None]:
    """Keep others from running a suite. Raises SuitesError when somebody does so already: what they
    still write must not be taken from them."""
    place = place_of(machine, work.folder, work.suite)
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(f"{place}.lock", timeout=0):
            yield
    except Timeout:
        raise SuitesError(
            f"another run is at {work.suite} of {work.release.number} on {machine.name}: "
            "--fresh can forget nothing of it before that has ended"
        ) from None


def _is_news(result: Result, theirs: Mapping[Case, Result]) -> bool:
    """Whether a result of ours is worse than that of `erl`, as far as that is known."""
    known = theirs.get(result.case)
    return result.verdict != PASSES and (known is None or known.verdict == PASSES)


def _line(counts: Counter[tuple[str, str]]) -> str:
    machines = dict.fromkeys(name for name, _ in counts)
    return "; ".join(f"{name}: {_counts(counts, name)}" for name in machines)


def _counts(counts: Counter[tuple[str, str]], machine: str) -> str:
    return ", ".join(f"{n} {verdict}" for (name, verdict), n in counts.items() if name == machine)


if __name__ == "__main__":
    sys.exit(main())
