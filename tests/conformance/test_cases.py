from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from conformance import paths
from conformance.cases import CaseError, Expected, read_case, read_cases
from conformance.expected import Recorded, Setting, read_recorded, write_recorded
from tests.conformance.conftest import DATA

GOOD: dict[str, Any] = {"description": "d", "calls": [{"call": "one:f()"}]}


def write(folder: Path, data: Any, program: str = "one.erl") -> Path:
    folder.joinpath(program).write_text("-module(one).\n")
    path = folder / "one.yaml"
    path.write_text(yaml.safe_dump(data))
    return path


def test_a_case_is_read(tmp_path: Path) -> None:
    case = read_case(write(tmp_path, GOOD), tmp_path)
    assert case.name == "one"
    assert [source.name for source in case.sources] == ["one.erl"]
    assert case.variants[0] == "plain"
    assert case.calls[0].expect is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"calls": []}, "calls"),
        ({"colour": "red"}, "colour"),
        ({"compile": ["sideways"]}, "sideways"),
        ({"otp": ["25"]}, "otp"),
        ({"modules": ["two.erl"]}, "two.erl"),
        ({"calls": [{"call": "one:f()"}, {"call": "one:f()"}]}, "twice"),
        ({"calls": [{"call": "one:f()", "releases": [25]}, {"call": "one:f()"}]}, "twice"),
        ({"calls": [{"call": "one:f()", "expect": {"class": "error"}}]}, "expect"),
        ({"calls": [{"call": "one:f()", "normalise": ["magic"]}]}, "normalise"),
    ],
)
def test_broken_cases_are_told(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    with pytest.raises(CaseError, match=words):
        read_case(write(tmp_path, GOOD | change), tmp_path)


def test_a_call_may_be_there_once_for_each_release(tmp_path: Path) -> None:
    calls = [{"call": "one:f()", "releases": [25]}, {"call": "one:f()", "releases": [27]}]
    case = read_case(write(tmp_path, GOOD | {"calls": calls}), tmp_path)
    assert [call.applies_to(25) for call in case.calls] == [True, False]


def test_a_case_needs_one_program(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    tmp_path.joinpath("one.S").write_text("{module, one}.\n")
    with pytest.raises(CaseError, match="one program"):
        read_case(path, tmp_path)


def test_all_cases_of_the_suite_are_right() -> None:
    names = [case.name for case in read_cases(paths.CASES)]
    assert names
    assert len(names) == len(set(names))
    for case in read_cases(paths.CASES):
        read_recorded(case)


def test_records_survive_the_disk(tmp_path: Path) -> None:
    case = read_case(write(tmp_path, GOOD), tmp_path)
    recorded = Recorded(rejected={27: {"23/plain"}})
    four = Expected("value", "true")
    error = Expected("exception", "{badmatch,'yes'}\n", "error", "out\r\n")
    assert recorded.replace("one:f()", 25, {"25/plain": four, "25/no_opt": four, "23/plain": error})
    assert recorded.replace("one:f()", 27, {"27/plain": four})
    assert not recorded.replace("one:f()", 27, {"27/plain": four})
    write_recorded(case, recorded)
    again = read_recorded(case)
    call = case.calls[0]
    assert again.find(call, Setting(25, 25, "plain")) == four
    assert again.find(call, Setting(25, 23, "plain")) == error
    assert again.find(call, Setting(27, 27, "plain")) == four
    assert again.find(call, Setting(27, 23, "plain")) == Expected("rejected")
    assert again.find(call, Setting(29, 29, "plain")) is None
    assert case.expected_path.read_text().count("otp: [25, 27]") == 1


def test_broken_records_are_told(tmp_path: Path) -> None:
    case = read_case(write(tmp_path, GOOD), tmp_path)
    case.expected_path.write_text("calls: {'one:f()': [{expect: '1'}]}\n")
    with pytest.raises(CaseError, match="otp"):
        read_recorded(case)


def test_the_toy_is_a_case() -> None:
    assert [case.name for case in read_cases(DATA / "cases")] == ["toy/toy"]


def test_each_release_loads_some_program_of_each_case() -> None:
    """A case whose program a release refuses shows nothing there, unless that is its point."""
    looked_at = 0
    for case in read_cases(paths.CASES):
        recorded = read_recorded(case)
        answered = {otp for releases in recorded.calls.values() for otp in releases}
        silent = {otp for otp, ways in recorded.rejected.items() if ways} - answered
        assert silent == case.refused, case.name
        looked_at += len(answered)
    assert looked_at > 700
