"""From the results of two machines to one table."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from rich import box
from rich.table import Table

from conformance import paths
from conformance.otp_suites import results, verdicts
from conformance.otp_suites.known import Known, known_about
from conformance.otp_suites.machines import ERL, Machine
from conformance.otp_suites.needs import Needs
from conformance.otp_suites.results import CaseResult, SuiteResult, SuitesReport, Tally
from conformance.otp_suites.sources import Folder
from conformance.otp_suites.store import needs_of, shelf_of
from conformance.otp_suites.verdicts import Case, Result, Shelf
from enigma_ref.otp import Release

NO_RESULT = ""

UNCOMPILED = "does not compile"
"""How the remark about such a suite begins."""


def report(
    ours: Machine, folders: Iterable[Folder], known: Sequence[Known], limit: float
) -> SuitesReport:
    """The table of a release, from what is on the shelves."""
    suites = [suite for folder in folders for suite in _suites(ours, folder, known)]
    return SuitesReport(
        otp=ours.release.number,
        version=ours.release.version,
        engine=ours.name,
        date=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        commit=commit(),
        limit=limit,
        suites=suites,
    )


def _suites(ours: Machine, folder: Folder, known: Sequence[Known]) -> list[SuiteResult]:
    needs = needs_of(ours.release, folder)
    erl = Machine(ERL, ours.release)
    found = [_suite(erl, ours, folder, suite, needs, known) for suite in folder.suites]
    needs.keep()
    found += [
        SuiteResult(folder.application, name, [], f"{UNCOMPILED}: {said}")
        for name, said in folder.failed_suites.items()
    ]
    return sorted(found, key=lambda one: one.suite)


def counted(release: Release, folder: Folder, suite: str, needs: Needs) -> set[Case]:
    """The cases of a suite that count, as far as is known from `erl`."""
    there = shelf_of(Machine(ERL, release), folder, suite).read().by_case()
    return {
        case
        for case, result in there.items()
        if _case(case, result, None, needs.of(suite, case, result), None).counts
    }


def _suite(
    erl: Machine, ours: Machine, folder: Folder, suite: str, needs: Needs, known: Sequence[Known]
) -> SuiteResult:
    there = shelf_of(erl, folder, suite).read()
    here = shelf_of(ours, folder, suite).read()
    one, other = there.by_case(), here.by_case()
    cases = []
    for case in dict.fromkeys([*there.plan, *one, *here.plan, *other]):
        theirs, mine = one.get(case), other.get(case)
        why = known_about(known, ours.release.number, folder.application, suite, case.label)
        cases.append(_case(case, theirs, mine, needs.of(suite, case, theirs), why))
    remark = "; ".join(dict.fromkeys([*there.remarks, *here.remarks]))
    return SuiteResult(folder.application, suite, cases, remark, there.is_finished)


def _case(
    case: Case, erl: Result | None, ours: Result | None, needs: list[str], known: Known | None
) -> CaseResult:
    found = CaseResult(
        case=case.label,
        verdict=together(erl.verdict if erl else None, ours.verdict if ours else None),
        erl=erl.verdict if erl else NO_RESULT,
        ours=ours.verdict if ours else NO_RESULT,
        needs=needs,
        erl_reason=erl.reason if erl else "",
        reason=ours.reason if ours else "",
        erl_seconds=erl.seconds if erl else 0.0,
        seconds=ours.seconds if ours else 0.0,
        known=known.reason if known else "",
        is_slow=known is not None and known.is_slow,
    )
    if erl and not ours and not found.counts and found.verdict == results.OPEN:
        return replace(found, verdict=results.LEFT_OUT)
    return found


def together(erl: str | None, ours: str | None) -> str:
    """The verdict about both sides."""
    if erl is None or ours is None:
        return results.SKIPPED if erl == verdicts.SKIPPED else results.OPEN
    if ours == verdicts.CRASHES:
        return results.CRASHES
    if erl == verdicts.PASSES:
        return {
            verdicts.PASSES: results.BOTH,
            verdicts.TIMES_OUT: results.TIMES_OUT,
        }.get(ours, results.DIFFERS)
    if ours == verdicts.PASSES:
        return results.HERE_ONLY
    return results.SKIPPED if erl == verdicts.SKIPPED else results.NEITHER


def commit() -> str:
    """The commit of the code, with a "+" when it was changed since; "" outside of a repository."""
    command = ["git", "-C", str(paths.ROOT), "describe", "--always", "--dirty=+", "--exclude=*"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()


def table(suites: Sequence[SuiteResult], per_suite: bool) -> Table:
    """The counts for reading in a terminal, by suite or by application."""
    everything = Tally.of(suites)
    headings = [name for name in results.VERDICTS if everything.verdicts[name]]
    shown = Table(box=box.SIMPLE, padding=(0, 1, 0, 0))
    shown.add_column("suite" if per_suite else "application", no_wrap=True)
    for heading in (*headings, "counted", "of them here"):
        shown.add_column(heading, justify="right")
    for application in dict.fromkeys(suite.application for suite in suites):
        mine = [suite for suite in suites if suite.application == application]
        if per_suite:
            for suite in mine:
                cells = _cells(suite.tally, headings)
                shown.add_row(suite.suite.removesuffix("_SUITE"), *cells)
            shown.add_section()
        shown.add_row(application, *_cells(Tally.of(mine), headings), style="bold")
        shown.add_section()
    return shown


def _cells(tally: Tally, headings: Sequence[str]) -> list[str]:
    share = f"{tally.passing} ({tally.share:.1%})" if tally.counted else ""
    return [*(str(tally.verdicts[name] or "") for name in headings), str(tally.counted), share]


def of_machine(title: str, shelves: Iterable[Shelf]) -> str:
    """The counts of one machine alone, as a line of text."""
    known = [shelf.read() for shelf in shelves]
    counts = Counter(result.verdict for one in known for result in one.by_case().values())
    names = [name for name in reversed(verdicts.WORST_FIRST) if counts[name]]
    told = ", ".join(f"{counts[name]} {name}" for name in names) or "nothing"
    finished = sum(one.is_finished for one in known)
    return f"{title}: {told}; {finished} of {len(known)} suites are finished"
