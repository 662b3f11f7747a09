"""Running one unit: each call under the implementation and, when there is one, the oracle."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from conformance.cases import CaseError
from conformance.commands import for_release
from conformance.expectations import Difference, apply, read_differences
from conformance.expected import read_recorded
from conformance.judge import SEVERITY, Judgement, Outcome, judge
from conformance.protocol import Rejected
from conformance.session import AdapterFailed, Session
from conformance.terms import TextError, call_of
from conformance.units import Plan, Unit


@dataclass
class UnitResult:
    """How a unit came out: a judgement for each call, and what was executed."""

    unit: Unit
    calls: list[tuple[str, Judgement]] = field(default_factory=list)
    opcodes: set[str] = field(default_factory=set)
    bifs: set[str] = field(default_factory=set)
    seconds: float = 0.0

    @property
    def outcome(self) -> Outcome:
        """The worst outcome of its calls."""
        return max((one.outcome for _, one in self.calls), key=SEVERITY.__getitem__)

    def to_json(self) -> dict[str, Any]:
        """The unit in results.json."""
        return {
            "id": self.unit.id,
            "case": self.unit.case,
            "release": self.unit.release,
            "compiler": self.unit.compiler,
            "variant": self.unit.variant,
            "outcome": self.outcome.value,
            "seconds": round(self.seconds, 3),
            "calls": [{"call": call} | found.to_json() for call, found in self.calls],
            "exercised": {"opcodes": sorted(self.opcodes), "bifs": sorted(self.bifs)},
        }


class Runner:
    """Runs units of a plan; keeps one adapter process for each side and release."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._sessions: dict[tuple[str, ...], Session] = {}
        self._differences: list[Difference] = (
            [] if plan.expectations is None else read_differences(Path(plan.expectations))
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop all adapters."""
        for session in self._sessions.values():
            session.close()
        self._sessions.clear()

    def subject(self, release: int) -> Session:
        """The session with the implementation under test for a release."""
        return self._session(self.plan.subject, release, "subject")

    def oracle(self, release: int) -> Session | None:
        """The session with the real release, when it is at hand."""
        if self.plan.oracle is None or release not in self.plan.oracles:
            return None
        return self._session(self.plan.oracle, release, "oracle")

    def run(self, unit: Unit) -> UnitResult:
        """Run a unit; whatever goes wrong is in the result."""
        result = UnitResult(unit)
        started = time.monotonic()
        try:
            self._run(unit, result)
        except (CaseError, AdapterFailed) as error:
            result.calls.append(("", Judgement(Outcome.ERROR, str(error))))
        result.seconds = time.monotonic() - started
        return result

    def _run(self, unit: Unit, result: UnitResult) -> None:
        if unit.error:
            why = f"does not compile: {unit.error}"
            result.calls.append(("", Judgement(Outcome.ERROR, why)))
            return
        case = self.plan.case(unit.case)
        recorded = read_recorded(case)
        subject = self.subject(unit.release)
        oracle = self.oracle(unit.release)
        modules = [Path(module) for module in unit.modules]
        for call in case.calls:
            if not call.applies_to(unit.release):
                continue
            try:
                wire = call_of(call.text)
            except TextError as error:
                result.calls.append((call.text, Judgement(Outcome.ERROR, str(error))))
                continue
            right = None if oracle is None else oracle.run(modules, wire, call.timeout_ms)
            answer = subject.run(modules, wire, call.timeout_ms)
            result.opcodes |= answer.exercised.opcodes
            result.bifs |= answer.exercised.bifs
            found = judge(answer, right, recorded.find(call, unit.setting), call.rules)
            result.calls.append((call.text, apply(self._differences, unit, call.text, found)))
            if isinstance(answer, Rejected) and found.outcome is Outcome.PASS:
                # Both refuse the program: there is nothing more to call.
                break

    def _session(self, template: tuple[str, ...], release: int, side: str) -> Session:
        command = for_release(template, release)
        # Both sides may be the same command (an implementation judged against itself).
        session = self._sessions.get((side, *command))
        if session is None:
            session = Session(command, grace_ms=self.plan.grace_ms)
            self._sessions[(side, *command)] = session
        return session
