"""The units of a plan as tests: `python -m conformance run` hands this file to pytest."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.judge import Judgement, Outcome
from conformance.running import Runner
from conformance.units import PLAN_VARIABLE, Plan, Unit


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test a unit."""
    units = _plan().units
    metafunc.parametrize("unit", units, ids=[unit.id for unit in units])


@pytest.fixture(scope="session")
def runner() -> Iterator[Runner]:
    """The adapters of this worker."""
    with Runner(_plan()) as runner:
        yield runner


def test_unit(unit: Unit, runner: Runner, request: pytest.FixtureRequest) -> None:
    """Every call of a unit is answered as the release answers it."""
    result = runner.run(unit)
    request.node.conformance = json.dumps(result.to_json())
    outcome = result.outcome
    text = "\n".join(
        _describe(call, found) for call, found in result.calls if found.outcome is not Outcome.PASS
    )
    if outcome is Outcome.SKIP:
        pytest.skip(text)
    if outcome is Outcome.EXPECTED:
        pytest.xfail(text)
    if outcome.is_red:
        pytest.fail(f"{unit.id}: {outcome.value}\n{text}", pytrace=False)


def _plan() -> Plan:
    # Read when asked: one process may run several plans, and modules are imported once.
    return Plan.read(Path(os.environ[PLAN_VARIABLE]))


def _describe(call: str, found: Judgement) -> str:
    lines = [f"{call}: {found.outcome.value}: {found.why}"]
    for side, shown in (("expected", found.expected), ("got", found.actual)):
        if shown is not None:
            trace = f" at {shown.trace[0]}" if shown.trace else ""
            lines.append(f"  {side:8} {shown.kind} {shown.cls} {shown.text[:2000]}{trace}")
            if shown.output:
                lines.append(f"  {'output':8} {shown.output[:2000]!r}")
    return "\n".join(lines)
