"""What is in the spec, implemented, exercised and conformant, by opcode and by BIF.

Nothing here is ticked by anybody: every box follows from the spec's files, from the functions
that registered themselves, from the units of the last run, and from the last generated calls.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from conformance.cases import LOADER
from conformance.generated_calls.results import BifResult
from conformance.judge import Outcome
from enigma_ref.bifs import load_all
from enigma_ref.bifs.registry import IMPLEMENTATIONS

ABSENT: Final = "absent"
MISSING: Final = "missing"
IMPLEMENTED: Final = "implemented"
DIFFERS: Final = "differs"
CONFORMANT: Final = "conformant"
STATES: Final = (MISSING, IMPLEMENTED, DIFFERS, CONFORMANT)


@dataclass(frozen=True)
class Row:
    """An opcode or a BIF with the releases of each stage.

    `releases` have it, `implemented` could run it, `exercised` ran it in a unit, or a generated
    call, judged on that release, `conformant` ran it and agreed in every such one. `detail` is
    what the JSON files say besides; `group` is what pages group by.
    """

    label: str
    group: str
    detail: Mapping[str, Any]
    releases: tuple[int, ...]
    implemented: tuple[int, ...]
    exercised: tuple[int, ...]
    conformant: tuple[int, ...]

    def state(self, release: int) -> str:
        """The furthest stage on a release."""
        if release in self.conformant:
            return CONFORMANT
        if release in self.exercised:
            return DIFFERS
        if release in self.implemented:
            return IMPLEMENTED
        return MISSING if release in self.releases else ABSENT

    def to_json(self) -> dict[str, Any]:
        """The row of opcodes.json or bifs.json."""
        return dict(self.detail) | {
            "releases": list(self.releases),
            "implemented": list(self.implemented),
            "exercised": list(self.exercised),
            "conformant": list(self.conformant),
        }


@dataclass(frozen=True)
class Evidence:
    """By name, the releases on which it was executed, and those where some unit disagreed."""

    exercised: Mapping[str, frozenset[int]]
    disagreed: Mapping[str, frozenset[int]]

    def stages(self, name: str, releases: Iterable[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Of the releases, those exercised and those conformant."""
        ran = self.exercised.get(name, frozenset())
        bad = self.disagreed.get(name, frozenset())
        exercised = tuple(release for release in releases if release in ran)
        return exercised, tuple(release for release in exercised if release not in bad)


def evidence(units: Iterable[Mapping[str, Any]], kind: str) -> Evidence:
    """What units show about `opcodes` or `bifs`.

    A unit that did not pass counts against everything it executed: which of it was at fault is
    not known.
    """
    exercised: dict[str, set[int]] = {}
    disagreed: dict[str, set[int]] = {}
    for unit in units:
        for name in unit["exercised"][kind]:
            exercised.setdefault(name, set()).add(unit["release"])
            if unit["outcome"] != Outcome.PASS.value:
                disagreed.setdefault(name, set()).add(unit["release"])
    return Evidence(
        {name: frozenset(releases) for name, releases in exercised.items()},
        {name: frozenset(releases) for name, releases in disagreed.items()},
    )


def with_generated(shown: Evidence, generated: Mapping[int, Iterable[BifResult]]) -> Evidence:
    """Evidence of units, and that of generated calls besides.

    A function is exercised when a call of it was judged; unlike a unit, a call counts for and
    against its function only.
    """
    exercised = {name: set(releases) for name, releases in shown.exercised.items()}
    disagreed = {name: set(releases) for name, releases in shown.disagreed.items()}
    for release, results in generated.items():
        for result in results:
            if result.judged:
                exercised.setdefault(result.mfa, set()).add(release)
            if not result.agrees:
                disagreed.setdefault(result.mfa, set()).add(release)
    return Evidence(
        {name: frozenset(releases) for name, releases in exercised.items()},
        {name: frozenset(releases) for name, releases in disagreed.items()},
    )


def with_suites(shown: Evidence, suites: Mapping[int, Mapping[str, bool]]) -> Evidence:
    """Evidence of units, and that of OTP's own suites besides: by release, names that ran there,
    and whether in a suite of which nothing went wrong.

    A suite is too much to count against everything that it executes: it counts against what
    nothing else exercised.
    """
    exercised = {name: set(releases) for name, releases in shown.exercised.items()}
    disagreed = {name: set(releases) for name, releases in shown.disagreed.items()}
    for release, names in suites.items():
        for name, is_clean in names.items():
            others = exercised.setdefault(name, set())
            if not is_clean and release not in others:
                disagreed.setdefault(name, set()).add(release)
            others.add(release)
    return Evidence(
        {name: frozenset(releases) for name, releases in exercised.items()},
        {name: frozenset(releases) for name, releases in disagreed.items()},
    )


def opcode_rows(
    spec: Path,
    units: Iterable[Mapping[str, Any]],
    suites: Mapping[int, Mapping[str, bool]] | None = None,
) -> list[Row]:
    """A row for each opcode of the spec, by number. `suites` is what OTP's suites executed, by
    release (`with_suites`). Raises OSError without the spec."""
    opcodes = yaml.load((spec / "opcodes.yaml").read_text(encoding="utf-8"), Loader=LOADER)
    shown = with_suites(evidence(units, "opcodes"), suites or {})
    rows = []
    for name, entry in opcodes["opcodes"].items():
        live = tuple(sorted(otp for otp, state in entry["otp"].items() if state == "live"))
        semantics = entry.get("semantics")
        exercised, conformant = shown.stages(name, live)
        rows.append(
            Row(
                label=f"{name}/{len(entry['args'])}",
                group=entry["category"],
                detail={
                    "number": entry["code"],
                    "name": name,
                    "arity": len(entry["args"]),
                    "semantics": semantics.strip() if semantics else None,
                },
                releases=live,
                implemented=live if semantics else (),
                exercised=exercised,
                conformant=conformant,
            )
        )
    return sorted(rows, key=lambda row: int(row.detail["number"]))


def bif_rows(
    spec: Path,
    units: Iterable[Mapping[str, Any]],
    generated: Mapping[int, Sequence[BifResult]] | None = None,
    suites: Mapping[int, Mapping[str, bool]] | None = None,
) -> list[Row]:
    """A row for each BIF and NIF of the spec, by module. `generated` are the results of
    generated calls by release, `suites` is what OTP's suites executed (`with_suites`). Raises
    OSError without the spec."""
    generated = generated or {}
    calls = {
        (release, result.mfa): result.judged
        for release, results in generated.items()
        for result in results
    }
    modules = yaml.load((spec / "bifs.yaml").read_text(encoding="utf-8"), Loader=LOADER)
    load_all()
    shown = with_suites(with_generated(evidence(units, "bifs"), generated), suites or {})
    rows = []
    for module, functions in sorted(modules.items()):
        for function, entry in functions.items():
            name, _, arity = function.rpartition("/")
            otp = tuple(sorted(entry["otp"]))
            done = bool(entry.get("semantics") or entry.get("instruction"))
            done = done or (module, name, int(arity)) in IMPLEMENTATIONS
            label = f"{module}:{name}/{arity}"
            exercised, conformant = shown.stages(label, otp)
            rows.append(
                Row(
                    label=label,
                    group=module,
                    detail={
                        "module": module,
                        "name": name,
                        "arity": int(arity),
                        "kind": entry["kind"],
                        "generated_calls": {
                            str(release): calls[release, label]
                            for release in otp
                            if (release, label) in calls
                        },
                    },
                    releases=otp,
                    implemented=otp if done else (),
                    exercised=exercised,
                    conformant=conformant,
                )
            )
    return rows


@dataclass(frozen=True)
class Tally:
    """How many rows of a release stand at each stage."""

    release: int
    total: int
    implemented: int
    exercised: int
    conformant: int
    states: Mapping[str, int]


def tally(rows: Iterable[Row], release: int) -> Tally:
    """Count the rows that a release has."""
    mine = [row for row in rows if release in row.releases]
    states = [row.state(release) for row in mine]
    return Tally(
        release,
        len(mine),
        sum(release in row.implemented for row in mine),
        sum(release in row.exercised for row in mine),
        sum(release in row.conformant for row in mine),
        {state: states.count(state) for state in STATES},
    )
