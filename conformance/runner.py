"""A whole run: plan, pytest with workers, results on disk."""

from __future__ import annotations

import contextlib
import io
import json
import os
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from conformance import paths, pytest_plugin
from conformance.commands import for_release
from conformance.judge import Outcome
from conformance.session import AdapterFailed, Session
from conformance.units import PLAN_VARIABLE, Plan

STEP = 100
"""Units between two lines of progress where no terminal shows a bar."""

RED = frozenset(outcome.value for outcome in Outcome if outcome.is_red)


@dataclass(frozen=True)
class RunResult:
    """What a run left: the content of results.json, and whether all agreed."""

    results: dict[str, Any]
    ok: bool


def describe(template: tuple[str, ...], release: int) -> dict[str, Any]:
    """Who answers for a release. Raises AdapterFailed."""
    with Session(for_release(template, release)) as session:
        description: dict[str, Any] = session.description.to_json()
        return description


def run(plan: Plan, workers: int, folder: Path, console: Console) -> RunResult:
    """Run a plan and write results.json and junit.xml into `folder`.

    Raises AdapterFailed when an adapter does not start at all: then nothing could be judged.
    """
    releases = sorted({unit.release for unit in plan.units})
    subjects = {release: describe(plan.subject, release) for release in releases}
    oracles = {
        release: describe(plan.oracle, release)
        for release in releases
        if plan.oracle is not None and release in plan.oracles
    }
    for release, oracle in oracles.items():
        if oracle["otp"] != release:
            raise AdapterFailed(f"the oracle for {release} runs {oracle['otp']}")
    folder.mkdir(parents=True, exist_ok=True)
    plan_path = folder / "plan.json"
    plan.write(plan_path)
    started = datetime.now(UTC)
    clock = time.monotonic()
    gathered, status, log = _pytest(plan, plan_path, folder / "junit.xml", workers, console)
    units = sorted(gathered.units, key=lambda unit: str(unit["id"]))
    results = {
        "started": started.isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - clock, 1),
        "releases": releases,
        "subject": {str(release): text for release, text in subjects.items()},
        "oracle": {str(release): text for release, text in oracles.items()},
        "outcomes": dict(pytest_plugin.counts(units)),
        "planned": len(plan.units),
        "lost": gathered.lost,
        "cases": {
            name: [*case.opcodes, *case.bifs]
            for name in sorted({unit.case for unit in plan.units})
            if (case := plan.case(name)).opcodes or case.bifs
        },
        "units": units,
    }
    (folder / "results.json").write_text(json.dumps(results, indent=1), encoding="utf-8")
    complete = len(units) == len(plan.units) and not gathered.lost
    red = any(unit["outcome"] in RED for unit in units)
    if not complete:
        console.print(f"[red]only {len(units)} of {len(plan.units)} units have a result[/]")
        console.print("\n".join(gathered.lost) or log[-4000:], markup=False)
    return RunResult(results, complete and not red and status in (0, 1) and bool(units))


def _pytest(
    plan: Plan, plan_path: Path, junit: Path, workers: int, console: Console
) -> tuple[pytest_plugin.GatherResults, int, str]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    log = io.StringIO()
    seen: Counter[str] = Counter()
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("judging", total=len(plan.units))

        def show(unit: str, outcome: str) -> None:
            seen[outcome] += 1
            if outcome in RED:
                progress.console.print(f"[red]{outcome:8}[/] {unit}", highlight=False)
            words = ", ".join(f"{count} {name}" for name, count in sorted(seen.items()))
            progress.update(task, advance=1, description=words)
            if not console.is_terminal and sum(seen.values()) % STEP == 0:
                console.print(
                    f"{sum(seen.values())} of {len(plan.units)}: {words}", highlight=False
                )

        gathered = pytest_plugin.GatherResults(show)
        # pytest's own words go to a log: the progress display and the report tell the story.
        with contextlib.redirect_stdout(log), contextlib.redirect_stderr(log):
            os.environ[PLAN_VARIABLE] = str(plan_path)
            status = pytest.main(
                [
                    str(paths.PACKAGE / "run_cases.py"),
                    *("-c", os.devnull, "--rootdir", str(paths.PACKAGE)),
                    *("-p", "conformance.pytest_plugin", "-p", "no:cacheprovider"),
                    *("-n", str(workers), "--dist", "worksteal") * bool(workers),
                    *("--tb=no", "-q", "-rN", "--no-header", "--timeout=0", "--assert=plain"),
                    *("--junitxml", str(junit), "-o", "junit_family=xunit2"),
                ],
                plugins=[gathered],
            )
    closing = log.getvalue().strip().splitlines()[-1:]
    console.print(*closing, highlight=False, markup=False)
    return gathered, int(status), log.getvalue()
