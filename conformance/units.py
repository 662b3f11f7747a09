"""Units: one case, compiled by one release in one way, judged on one release.

A plan is the list of units of a run with the commands to run them with. It is a file, because
the workers of a parallel run are processes of their own.
"""

from __future__ import annotations

import fnmatch
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from conformance.cases import Case, read_case
from conformance.compiling import Job, compile_all, jobs_of
from conformance.expected import Setting
from conformance.releases import has_compiler, releases
from conformance.session import GRACE_MS
from conformance.variants import VARIANTS

PLAN_VARIABLE: Final = "ENIGMA_CONFORMANCE_PLAN"
"""The environment variable that names a worker's plan."""


@dataclass(frozen=True)
class Unit:
    """What is judged at once. `error` is why it cannot run, or nothing."""

    case: str
    release: int
    compiler: int
    variant: str
    modules: tuple[str, ...] = ()
    error: str = ""

    @property
    def id(self) -> str:
        """The unit's name in reports, also what filters match."""
        return f"{self.case}[otp{self.release}-compiled{self.compiler}-{self.variant}]"

    @property
    def setting(self) -> Setting:
        """The key of recorded answers."""
        return Setting(self.release, self.compiler, self.variant)


@dataclass(frozen=True)
class Plan:
    """A run: where the cases are, which commands to use, and the units.

    Commands are templates: `{otp}` stands for the release. No `oracle`: recorded answers judge.
    `grace_ms` is how much longer than its time limit a call may take.
    """

    cases: str
    subject: tuple[str, ...]
    oracle: tuple[str, ...] | None
    expectations: str | None
    units: tuple[Unit, ...] = ()
    oracles: tuple[int, ...] = field(default=())
    grace_ms: int = GRACE_MS

    def case(self, name: str) -> Case:
        """Read the case of that name. Raises CaseError."""
        root = Path(self.cases)
        return read_case(root / f"{name}.yaml", root)

    def write(self, path: Path) -> None:
        """Write the plan where a worker can read it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Plan:
        """Read a plan that `write` wrote."""
        data = json.loads(path.read_text(encoding="utf-8"))
        units = tuple(
            Unit(**(unit | {"modules": tuple(unit["modules"])})) for unit in data.pop("units")
        )
        for key in ("subject", "oracle", "oracles"):
            data[key] = None if data[key] is None else tuple(data[key])
        return cls(**data, units=units)


def settings(case: Case, wanted: Iterable[int]) -> Iterator[Setting]:
    """Every way to run a case on the wanted releases with the compilers at hand.

    The newest compiler that is not newer than the release makes all variants, older ones only
    the first: they are there to show that the release still runs what they emit.
    """
    compilers = [
        number
        for number, release in releases().items()
        if has_compiler(release) and (case.compilers is None or number in case.compilers)
    ]
    for release in wanted:
        if not case.applies_to(release):
            continue
        if not any(call.applies_to(release) for call in case.calls):
            continue
        usable = [compiler for compiler in compilers if compiler <= release]
        for compiler in usable:
            variants = [name for name in case.variants if VARIANTS[name].applies_to(compiler)]
            if compiler != usable[-1]:
                variants = variants[:1]
            for variant in variants:
                yield Setting(release, compiler, variant)


def build_units(
    cases: Sequence[Case],
    wanted: Sequence[int],
    patterns: Sequence[str] = (),
    compiled: Callable[[Job], None] = lambda _: None,
) -> list[Unit]:
    """Compile what is needed and list the units whose name matches one of the patterns.

    A variant that came out as the same object code as an earlier one is left out.
    """
    planned: list[tuple[Unit, list[Job]]] = []
    for case in cases:
        for setting in settings(case, wanted):
            unit = Unit(case.name, setting.release, setting.compiler, setting.variant)
            if matches(unit, patterns):
                compiler = releases()[setting.compiler]
                planned.append((unit, jobs_of(case, compiler, setting.variant)))
    errors = compile_all([job for _, jobs in planned for job in jobs], compiled)
    units = []
    seen: set[tuple[str, int, int, str]] = set()
    for unit, jobs in planned:
        targets = [job.target for job in jobs]
        error = "; ".join(errors[target] for target in targets if target in errors)
        if not error:
            key = (unit.case, unit.release, unit.compiler, _digest(targets))
            if key in seen:
                continue
            seen.add(key)
        units.append(
            Unit(
                unit.case,
                unit.release,
                unit.compiler,
                unit.variant,
                () if error else tuple(map(str, targets)),
                error,
            )
        )
    return units


def matches(unit: Unit, patterns: Sequence[str]) -> bool:
    """Whether a unit is wanted: no patterns, or one that its name contains or that fits it."""
    return not patterns or any(
        pattern in unit.id or fnmatch.fnmatchcase(unit.id, pattern) for pattern in patterns
    )


def _digest(targets: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for target in targets:
        digest.update(hashlib.sha256(target.read_bytes()).digest())
    return digest.hexdigest()
