"""Recording what real releases answer, so that cases can be judged where no release is at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from conformance.cases import Case, CaseCall, CaseError, Expected
from conformance.commands import for_release
from conformance.expected import Recorded, read_recorded, write_recorded
from conformance.judge import Observation, breach, difference, expectation, observe
from conformance.session import AdapterFailed, Session
from conformance.terms import TextError, call_of
from conformance.units import Unit


@dataclass
class Recording:
    """What recording one case did: calls whose answers changed, and what went wrong."""

    case: Case
    changed: int = 0
    answers: int = 0
    problems: list[str] = field(default_factory=list)


def record(
    cases: Sequence[Case],
    units: Sequence[Unit],
    oracle: Sequence[str],
    workers: int,
    finished: Callable[[Recording], None],
) -> list[Recording]:
    """Record the answers to all calls of the cases in the given units, several cases at a time.

    `oracle` is the command template of a real release. `finished` is called after each case.
    """
    by_case: dict[str, list[Unit]] = {}
    for unit in units:
        by_case.setdefault(unit.case, []).append(unit)
    todo = [case for case in cases if case.name in by_case]
    lanes = [todo[lane::workers] for lane in range(workers)]
    done: list[Recording] = []

    def lane(cases: Sequence[Case]) -> None:
        recorder = _Recorder(oracle)
        try:
            for case in cases:
                recording = recorder.record(case, by_case[case.name])
                done.append(recording)
                finished(recording)
        finally:
            recorder.close()

    with ThreadPoolExecutor(workers) as pool:
        for future in [pool.submit(lane, cases) for cases in lanes]:
            future.result()
    return done


def refusals(case: Case, units: Iterable[Unit], loadable: Iterable[Unit]) -> list[str]:
    """What is wrong with the releases that refuse every program of a case.

    Such a release makes none of the case's calls, which a case has to say.
    """
    silent = {unit.release for unit in units} - {unit.release for unit in loadable}
    return [
        f"{case.name}: OTP {release} {'refuses every program' if release in silent else 'loads it'}"
        f", and `refused` {'does not say so' if release in silent else 'says that it does not'}"
        for release in sorted(silent ^ (case.refused & {unit.release for unit in units}))
    ]


class _Recorder:
    def __init__(self, oracle: Sequence[str]) -> None:
        self._oracle = oracle
        self._sessions: dict[int, Session] = {}

    def close(self) -> None:
        for session in self._sessions.values():
            session.close()

    def record(self, case: Case, units: Sequence[Unit]) -> Recording:
        recording = Recording(case)
        try:
            recorded = read_recorded(case)
        except CaseError as error:
            recording.problems.append(str(error))
            return recording
        for unit in units:
            if unit.error:
                recording.problems.append(f"{unit.id} does not compile: {unit.error}")
        ready = [unit for unit in units if not unit.error]
        ready = self._loadable(case, ready, recorded, recording)
        for call in case.calls:
            for release in sorted(
                {unit.release for unit in ready if call.applies_to(unit.release)}
            ):
                mine = [unit for unit in ready if unit.release == release]
                answers = self._answers(case, call, mine, recording)
                if answers:
                    recording.answers += len(answers)
                    recording.changed += recorded.replace(call.text, release, answers)
        recorded.keep(call.text for call in case.calls)
        if recorded.calls:
            write_recorded(case, recorded)
        return recording

    def _loadable(
        self, case: Case, units: Sequence[Unit], recorded: Recorded, recording: Recording
    ) -> list[Unit]:
        """The units whose program the release loads; notes the others."""
        loadable = []
        for unit in units:
            call = next(call for call in case.calls if call.applies_to(unit.release))
            refused = recorded.rejected.setdefault(unit.release, set())
            try:
                rejected = self._observe(unit, call).kind == "rejected"
            except (TextError, AdapterFailed) as error:
                recording.problems.append(f"{unit.id}: {error}")
                continue
            recording.changed += (unit.setting.compiled in refused) != rejected
            if rejected:
                refused.add(unit.setting.compiled)
            else:
                refused.discard(unit.setting.compiled)
                loadable.append(unit)
        recording.problems += refusals(case, units, loadable)
        return loadable

    def _answers(
        self, case: Case, call: CaseCall, units: Sequence[Unit], recording: Recording
    ) -> dict[str, Expected]:
        answers = {}
        for unit in units:
            where = f"{unit.id} {call.text}"
            try:
                observed = self._observe(unit, call)
                # Once more in the first unit, to notice what is not the same every time.
                again = self._observe(unit, call) if unit is units[0] else observed
                expected = expectation(observed)
                if unsteady := difference(observed, again, call.rules):
                    recording.problems.append(f"{where}: not the same every time: {unsteady}")
                    return {}
                if expected is None:
                    detail = observed.detail.replace("\n", " ")
                    recording.problems.append(f"{where}: {observed.kind} {detail}")
                else:
                    answers[unit.setting.compiled] = expected
                    if call.expect and (why := breach(call.expect, observed, call.rules)):
                        recording.problems.append(
                            f"{where}: the case expects {call.expect.text}, but {why}: "
                            f"{expected.text}"
                        )
            except (TextError, AdapterFailed) as error:
                recording.problems.append(f"{where}: {error}")
        return answers

    def _observe(self, unit: Unit, call: CaseCall) -> Observation:
        session = self._sessions.get(unit.release)
        if session is None:
            command = for_release(self._oracle, unit.release)
            session = self._sessions[unit.release] = Session(command)
        modules = [Path(module) for module in unit.modules]
        return observe(session.run(modules, call_of(call.text), call.timeout_ms), call.rules)
