"""Writing the reports: index.html, report.md, opcodes.json, bifs.json and native.json."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final, TypeVar

import jinja2
import yaml

from conformance.generated_calls.results import BifResult, Finding, read_results
from conformance.judge import Outcome
from conformance.otp_suites.coverage import read_shown
from conformance.otp_suites.results import VERDICTS as SUITE_VERDICTS
from conformance.otp_suites.results import SuitesReport
from conformance.otp_suites.results import read_results as read_suites
from conformance.otp_tasks.results import read_results as read_tasks
from conformance.random_programs.concurrent.results import read_results as read_concurrent
from conformance.report import native
from conformance.report.failures import Failure, failures
from conformance.report.matrix import STATES, Row, Tally, bif_rows, opcode_rows, tally
from conformance.report.speed import read_speed

Read = TypeVar("Read")

SHOWN_FAILURES: Final = 400
"""How many different failures the page shows; results.json has them all."""

_GLYPHS: Final = {
    "absent": "",
    "missing": "○",
    "implemented": "◔",
    "differs": "✕",
    "conformant": "●",
}
_WORDS: Final = {
    "absent": "not in this release",
    "missing": "in the spec, not implemented",
    "implemented": "implemented, not exercised",
    "differs": "exercised, and a unit that ran it disagreed",
    "conformant": "exercised, and every unit that ran it agreed",
}


class ReportError(Exception):
    """The reports cannot be made; the text says what is missing."""


@dataclass(frozen=True)
class Matrix:
    """Rows × releases, with what pages need around them."""

    key: str
    title: str
    rows: list[Row]
    releases: list[int]

    @property
    def tallies(self) -> list[Tally]:
        """The counts of each release."""
        return [tally(self.rows, release) for release in self.releases]

    @property
    def groups(self) -> list[tuple[str, list[Row]]]:
        """The rows by group, groups in the order of their first row."""
        order: dict[str, list[Row]] = {}
        for row in self.rows:
            order.setdefault(row.group, []).append(row)
        return list(order.items())


@dataclass(frozen=True)
class Missed:
    """A case that executed something else than it is meant to."""

    case: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class GeneratedFinding:
    """A difference that generated calls found, with the releases that have it."""

    mfa: str
    finding: Finding
    releases: tuple[int, ...]


def build_report(results: Mapping[str, Any], spec: Path, folder: Path) -> Path:
    """Write all reports into `folder`; the page's path. What generated calls, random concurrent
    programs, tasks of OTP's applications and OTP's own suites found is taken from the folder.
    Raises ReportError."""
    units = results["units"]
    generated = _read("generated calls in", read_results, folder)
    concurrent = _read("random programs in", read_concurrent, folder)
    tasks = _read("tasks in", read_tasks, folder)
    suites = _read("suites in", read_suites, folder)
    covered = _read("suites in", read_shown, folder)
    speed = _read("bench beside", read_speed, folder)
    try:
        opcodes = opcode_rows(spec, units, {otp: one["opcodes"] for otp, one in covered.items()})
        bifs = bif_rows(spec, units, generated, {otp: one["bifs"] for otp, one in covered.items()})
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise ReportError(f"the spec in {spec} cannot be read: {error!r}") from error
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (("opcodes", opcodes), ("bifs", bifs)):
        text = json.dumps([row.to_json() for row in rows], indent=1, ensure_ascii=False)
        (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    parts = native.native_parts()
    text = json.dumps({part.title: part.to_json() for part in parts}, indent=1)
    (folder / "native.json").write_text(text + "\n", encoding="utf-8")
    red = failures(units, [outcome for outcome in Outcome if outcome.is_red])
    context = {
        "results": results,
        "units": len(units),
        "calls": sum(len(unit["calls"]) for unit in units),
        "verified": sum(call["verified"] for unit in units for call in unit["calls"]),
        "outcomes": [
            (outcome.value, results["outcomes"].get(outcome.value, 0), outcome.is_red)
            for outcome in Outcome
            if results["outcomes"].get(outcome.value)
        ],
        "red": sum(results["outcomes"].get(one.value, 0) for one in Outcome if one.is_red),
        "matrices": [
            Matrix("opcodes", "Opcodes", opcodes, _all_releases(opcodes)),
            Matrix("bifs", "Built-in functions", bifs, _all_releases(bifs)),
        ],
        "failures": red[:SHOWN_FAILURES],
        "more_failures": max(0, len(red) - SHOWN_FAILURES),
        "expected": failures(units, [Outcome.EXPECTED]),
        "skipped": failures(units, [Outcome.SKIP]),
        "missed": missed(results),
        "by_release": _by_release(units),
        "concurrent": concurrent,
        "tasks": tasks,
        "suites": suites,
        "suite_verdicts": _occurring(suites),
        "covered": sorted(covered),
        "generated": _generated(generated),
        "generated_findings": generated_findings(generated),
        "native_parts": parts,
        "native_states": native.STATES,
        "speed": speed,
        "states": [(state, _GLYPHS[state], _WORDS[state]) for state in STATES],
        "glyphs": _GLYPHS,
        "words": _WORDS,
    }
    environment = _environment()
    for one in suites:
        build_suites_page(one, folder / f"{one.name}.json")
    page = folder / "index.html"
    page.write_text(environment.get_template("page.html.j2").render(context), encoding="utf-8")
    text = environment.get_template("page.md.j2").render(context)
    (folder / "report.md").write_text(text, encoding="utf-8")
    return page


def _read(what: str, read: Callable[[Path], Read], folder: Path) -> Read:
    """What a reader finds for a folder. Raises ReportError for damaged files."""
    try:
        return read(folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReportError(f"the {what} {folder} cannot be read: {error!r}") from error


def build_suites_page(report: SuitesReport, results: Path) -> Path:
    """Write the page with every case of OTP's suites on a release, beside the file of results; its
    path. Raises OSError."""
    page = results.with_suffix(".html")
    context = {
        "report": report,
        "suite_verdicts": _occurring([report]),
        "has_index": page.with_name("index.html").is_file(),
    }
    text = _environment().get_template("suites.html.j2").render(context)
    page.write_text(text, encoding="utf-8")
    return page


def _occurring(reports: Iterable[SuitesReport]) -> list[str]:
    """The verdicts that some cases of OTP's suites have."""
    found = {case.verdict for one in reports for suite in one.suites for case in suite.cases}
    return [name for name in SUITE_VERDICTS if name in found]


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        undefined=jinja2.StrictUndefined,
        autoescape=lambda name: name is not None and name.endswith(".html.j2"),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = _percent
    environment.filters["by_case"] = _by_case
    return environment


def missed(results: Mapping[str, Any]) -> list[Missed]:
    """Cases that never executed an opcode or BIF that they say they are meant to."""
    ran: dict[str, set[str]] = {}
    for unit in results["units"]:
        if unit["exercised"]["opcodes"]:
            seen = ran.setdefault(unit["case"], set())
            seen.update(unit["exercised"]["opcodes"], unit["exercised"]["bifs"])
    found = []
    for case, meant in results.get("cases", {}).items():
        if case in ran and (names := [name for name in meant if name not in ran[case]]):
            found.append(Missed(case, tuple(names)))
    return found


def generated_findings(generated: Mapping[int, Iterable[BifResult]]) -> list[GeneratedFinding]:
    """The differences of generated calls; one that shows alike on several releases once."""
    alike: dict[tuple[str, str, str, str], tuple[Finding, list[int]]] = {}
    for release, results in sorted(generated.items()):
        for result in results:
            for one in result.findings:
                key = (result.mfa, one.kind, one.expected, one.actual)
                alike.setdefault(key, (one, []))[1].append(release)
    return [
        GeneratedFinding(mfa, finding, tuple(releases))
        for (mfa, *_), (finding, releases) in sorted(alike.items(), key=lambda item: item[0])
    ]


def _generated(
    generated: Mapping[int, Iterable[BifResult]],
) -> list[tuple[int, int, int, int, int]]:
    """By release: functions, those that agree, judged calls, and those that differ."""
    return [
        (
            release,
            len(some),
            sum(result.agrees for result in some),
            sum(result.judged for result in some),
            sum(result.outcomes["different"] for result in some),
        )
        for release, results in sorted(generated.items())
        for some in [list(results)]
    ]


def _all_releases(rows: Iterable[Row]) -> list[int]:
    return sorted({release for row in rows for release in row.releases})


def _by_release(units: Iterable[Mapping[str, Any]]) -> list[tuple[int, int, int]]:
    counts: dict[int, list[int]] = {}
    for unit in units:
        pair = counts.setdefault(unit["release"], [0, 0])
        pair[0] += 1
        pair[1] += not Outcome(unit["outcome"]).is_red
    return [(release, total, good) for release, (total, good) in sorted(counts.items())]


def _percent(part: int, whole: int) -> str:
    # Rounded down: only all of it is 100 %.
    return f"{100 * part // whole} %" if whole else "–"


def _by_case(found: Iterable[Failure]) -> list[tuple[str, list[Failure]]]:
    return [(case, list(group)) for case, group in groupby(found, key=lambda one: one.case)]
