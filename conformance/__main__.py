"""The command line: `python -m conformance smoke|record|run|report`."""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import Progress

from codegen.model import RELEASES
from conformance import paths
from conformance.adapters.enigma import BOTH
from conformance.both.results import FILE, read
from conformance.cases import Case, CaseError, read_cases
from conformance.commands import adapter_command
from conformance.compiling import CompilingFailed
from conformance.recording import Recording, record
from conformance.releases import OtpNotFound, releases
from conformance.report import ReportError, build_report
from conformance.runner import run
from conformance.session import GRACE_MS, AdapterFailed
from conformance.smoke import smoke
from conformance.units import Plan, Unit, build_units, settings

PLUGINS = ("xdist", "pytest_timeout")
"""What pytest needs besides to run units."""

OURS: Final = "enigma"
"""The adapter of this project's own machine."""

REPEATED_MS = 200_000
"""How much longer than its time limit a call may take that is made several times."""


class NothingToJudge(Exception):
    """What was asked for leaves no unit."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 1 for a difference and 2 when nothing can be said."""
    options = _parser().parse_args(argv)
    # This very stream: pytest's words, which a run keeps in a log, go to what is sys.stderr then.
    console = Console(file=sys.stderr, emoji=False)
    try:
        return int(options.command(options, console))
    except (
        AdapterFailed, CaseError, CompilingFailed, NothingToJudge, OtpNotFound, ReportError
    ) as error:  # fmt: skip
        console.print(f"[red]{type(error).__name__}[/]", end=": ")
        console.print(str(error), markup=False, highlight=False, soft_wrap=True)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m conformance", description=__doc__)
    commands = parser.add_subparsers(required=True)

    one = commands.add_parser("smoke", help="prove that an adapter works")
    one.add_argument("adapter", help="erl, enigma, or a command in which {otp} may stand")
    one.add_argument("--otp", type=int, action="append", help="default: every release at hand")
    one.set_defaults(command=_smoke)

    one = commands.add_parser("record", help="record what real releases answer")
    _selection(one)
    one.add_argument("--workers", type=int, default=2)
    one.set_defaults(command=_record)

    one = commands.add_parser("run", help="judge an implementation")
    _selection(one)
    one.add_argument("--subject", default=OURS, help="the adapter to judge (see smoke)")
    one.add_argument(
        "--engine",
        help="which engine of the reference VM to judge: reference, native, or both, which are "
        "compared instruction by instruction (default: the reference engine, which tells what "
        "runs, and runs instructions one by one for that)",
    )
    one.add_argument(
        "--count-references",
        action="store_true",
        help="make each call of the reference VM several times, and see what it leaves behind",
    )
    one.add_argument("--oracle", default="erl", help="the adapter to judge by")
    one.add_argument("--no-oracle", action="store_true", help="judge by recorded answers only")
    one.add_argument("--workers", type=int, default=2, help="0: in this process")
    one.add_argument("--expectations", type=Path, help="known differences; default: the subject's")
    _output(one)
    one.add_argument("--no-report", action="store_true", help="leave reports as they are")
    one.set_defaults(command=_run)

    one = commands.add_parser("report", help="write the reports of the last run")
    _output(one)
    one.set_defaults(command=_report)
    return parser


def _output(parser: argparse.ArgumentParser) -> None:
    folder = paths.report_folder()
    parser.add_argument("--output", type=Path, default=folder, help="folder of results and reports")


def _selection(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--otp", type=int, action="append", help="default: every release at hand")
    parser.add_argument(
        "--filter", action="append", default=[], help="part of, or pattern for, names of units"
    )
    parser.add_argument("--cases", type=Path, default=paths.CASES, help="the folder of cases")


def _smoke(options: argparse.Namespace, console: Console) -> int:
    template = adapter_command(options.adapter)
    failed = 0
    for otp in options.otp or releases():
        console.print(f"[bold]{options.adapter}[/], OTP {otp}")
        for check in smoke(template, otp):
            failed += bool(check.problem)
            mark = "[red]no [/]" if check.problem else "[green]yes[/]"
            console.print(f"  {mark} {check.name}", highlight=False)
            if check.problem:
                console.print(
                    f"      {check.problem}", markup=False, highlight=False, soft_wrap=True
                )
    console.print("[red]the adapter does not work[/]" if failed else "the adapter works")
    return 1 if failed else 0


def _record(options: argparse.Namespace, console: Console) -> int:
    wanted = options.otp or list(releases())
    for otp in wanted:
        if otp not in releases():
            raise OtpNotFound(f"no Erlang/OTP {otp} here to record from")
    cases, units = _units(options, wanted, console)
    oracle = adapter_command("erl")
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("recording", total=len({unit.case for unit in units}))

        def finished(recording: Recording) -> None:
            progress.advance(task)
            for problem in recording.problems:
                progress.console.print(
                    problem, style="red", markup=False, highlight=False, soft_wrap=True
                )

        done = record(cases, units, oracle, max(1, options.workers), finished)
    answers = sum(recording.answers for recording in done)
    changed = sum(recording.changed for recording in done)
    problems = sum(len(recording.problems) for recording in done)
    console.print(
        f"{len(done)} cases, {answers} answers, {changed} changed, {problems} problems",
        highlight=False,
    )
    return 1 if problems else 0


def _run(options: argparse.Namespace, console: Console) -> int:
    missing = [name for name in PLUGINS if importlib.util.find_spec(name) is None]
    if missing:
        raise NothingToJudge(
            f"{', '.join(missing)} not installed here; get what runs need with "
            "pip install '.[spec,conformance]', or use python3 bootstrap.py conformance"
        )
    wanted = options.otp or list(releases())
    unknown = [str(otp) for otp in wanted if otp not in releases() and otp not in RELEASES]
    if unknown:
        here = ", ".join(map(str, releases())) or "none"
        raise NothingToJudge(
            f"no Erlang/OTP {', '.join(unknown)} here, and no recorded answers (here: {here})"
        )
    extra: tuple[str, ...] = ("--engine", options.engine) if options.engine else ()
    if options.subject.partition("@")[0] == OURS and not options.engine:
        extra = ("--coverage",)
    compared = options.output.absolute() / FILE
    compared.unlink(missing_ok=True)
    if options.engine == BOTH:
        compared.parent.mkdir(parents=True, exist_ok=True)
        extra += ("--compared", str(compared))
    if options.count_references:
        extra += ("--count-references",)
    subject = adapter_command(options.subject, extra)
    cases, units = _units(options, wanted, console)
    if not units:
        raise NothingToJudge(_why_nothing(options, cases, wanted))
    expectations = options.expectations
    if expectations is None:
        expectations = paths.EXPECTATIONS / f"{options.subject.partition('@')[0]}.yaml"
        expectations = expectations if expectations.is_file() else None
    plan = Plan(
        cases=str(options.cases.absolute()),
        subject=subject,
        oracle=None if options.no_oracle else adapter_command(options.oracle),
        expectations=None if expectations is None else str(expectations.absolute()),
        units=tuple(units),
        oracles=tuple(releases()),
        grace_ms=REPEATED_MS if options.engine == BOTH or options.count_references else GRACE_MS,
    )
    result = run(plan, options.workers, options.output, console)
    outcomes = ", ".join(f"{n} {name}" for name, n in sorted(result.results["outcomes"].items()))
    console.print(f"{len(units)} units: {outcomes}", highlight=False)
    if options.engine == BOTH:
        console.print(str(read(compared)), highlight=False)
    if not options.no_report:
        _report(options, console)
    return 0 if result.ok else 1


def _why_nothing(options: argparse.Namespace, cases: Sequence[Case], wanted: Sequence[int]) -> str:
    shown = ", ".join(map(str, wanted)) or "none at hand"
    if not cases:
        return f"there is no case in {options.cases}"
    if any(True for case in cases for _ in settings(case, wanted)):
        return f"no unit's name holds or fits {' or '.join(map(repr, options.filter))}"
    return f"nothing here compiles the cases for the releases asked for ({shown})"


def _report(options: argparse.Namespace, console: Console) -> int:
    path = options.output / "results.json"
    try:
        results = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ReportError(
            f"no run yet: there is no {path}; `python -m conformance run` makes one"
        ) from None
    page = build_report(results, paths.SPEC, options.output)
    console.print(f"report: {page}", highlight=False)
    return 0


def _units(
    options: argparse.Namespace, wanted: Sequence[int], console: Console
) -> tuple[list[Case], list[Unit]]:
    cases = list(read_cases(options.cases))
    with console.status("compiling") as status:
        count = 0

        def compiled(_: object) -> None:
            nonlocal count
            count += 1
            status.update(f"compiling ({count} modules done)")

        return cases, build_units(cases, wanted, options.filter, compiled)


if __name__ == "__main__":
    sys.exit(main())
