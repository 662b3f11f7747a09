"""The specification against the tables of facts and against a real Erlang; every difference is
found."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from codegen import __main__ as commands
from codegen.facts import Report, compare_facts
from codegen.live import compare_live
from codegen.load import load_spec
from codegen.model import Bif, Opcode, Raises, Spec, SpecError
from enigma_ref.otp import OtpNotFound, Release, find_release
from tests.codegen.toy import SPEC

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def spec() -> Spec:
    return load_spec(SPEC)


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """A copy of the facts."""
    return Path(shutil.copytree(SPEC / "facts", tmp_path / "facts"))


def change(file: Path, alter: Callable[[Rows], None]) -> None:
    with file.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    columns = list(rows[0])
    alter(rows)
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, columns)
        writer.writeheader()
        writer.writerows(rows)


def test_the_spec_says_what_the_facts_say(spec: Spec) -> None:
    report = compare_facts(spec, SPEC / "facts")
    assert report.problems == []
    assert report.compared == {"opcodes.csv": 191, "builtins.csv": 581, "nifs.csv": 182}
    assert sum(report.compared.values()) == len(spec.opcodes) + len(spec.bifs)


def setting(row: int, column: str, value: str) -> Callable[[Rows], None]:
    def alter(rows: Rows) -> None:
        assert rows[row][column] != value
        rows[row][column] = value

    return alter


CHANGES = [
    ("opcodes.csv", setting(0, "name", "lable"), r"opcodes\.yaml:\d+: label: the name of number 1"),
    ("opcodes.csv", setting(1, "arity", "2"), r"opcodes\.yaml:\d+: func_info: the arity is 3, but"),
    ("opcodes.csv", setting(3, "otp27", "obsolete"), r"call: its state in 27 is live, but obsol"),
    ("opcodes.csv", setting(190, "otp23", "live"), r"get_record_field: its state in 23 is absent"),
    ("opcodes.csv", setting(5, "number", "400"), r"call_only: number 400 is not there"),
    (
        "builtins.csv",
        setting(0, "kind", "ubif"),
        r"bifs\.yaml:\d+: atomics:add/3: kind is bif, but",
    ),
    (
        "builtins.csv",
        setting(1, "guard", "true"),
        r"atomics:add_get/3: guard is false, but true in",
    ),
    ("builtins.csv", setting(2, "pure", "true"), r"atomics:compare_exchange/4: pure is false"),
    ("builtins.csv", setting(3, "otp28", "0"), r"otp is \[23, 25, 27, 28, 29\], but \[23, 25, 27,"),
    ("builtins.csv", setting(4, "arity", "9"), r"/9: it is not there"),
    ("nifs.csv", setting(0, "otp23", "0"), r"erl_tracer:enabled/3: otp is \[23, 25, 27, 28, 29\]"),
    ("nifs.csv", setting(1, "function", "race"), r"bifs\.yaml: erl_tracer:race/5: it is not there"),
    ("opcodes.csv", lambda rows: rows.pop(7), r"call_ext_last: the facts know no number 8"),
    ("nifs.csv", lambda rows: rows.pop(), r"bifs\.yaml:\d+: zstd:.*: the facts do not know it"),
]


@pytest.mark.parametrize(("file", "alter", "message"), CHANGES)
def test_a_changed_row_is_found(
    file: str, alter: Callable[[Rows], None], message: str, spec: Spec, facts: Path
) -> None:
    change(facts / file, alter)
    problems = compare_facts(spec, facts).problems
    assert problems
    assert any(re.search(message, problem) for problem in problems), problems


def test_facts_that_are_not_there(spec: Spec, facts: Path) -> None:
    (facts / "nifs.csv").unlink()
    with pytest.raises(SpecError, match=r"nifs\.csv: No such file"):
        compare_facts(spec, facts)


def test_a_column_that_is_not_there(spec: Spec, facts: Path) -> None:
    (facts / "nifs.csv").write_text("module,name\n", encoding="utf-8")
    with pytest.raises(SpecError, match=r"nifs\.csv: no column function, arity"):
        compare_facts(spec, facts)


def test_nothing_compared_is_a_failure(
    spec: Spec, facts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    header = (facts / "nifs.csv").read_text(encoding="utf-8").splitlines()[0]
    (facts / "nifs.csv").write_text(header + "\n", encoding="utf-8")
    empty = replace(spec, bifs={k: b for k, b in spec.bifs.items() if b.kind != "nif"})
    assert compare_facts(empty, facts).problems == []
    assert commands.facts(empty, facts.parent, []) == 1
    assert "nifs.csv: nothing was compared" in capsys.readouterr().err


def test_no_release_is_said_loudly(spec: Spec, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.facts(spec, SPEC, []) == 0
    assert "NO ERLANG/OTP RELEASE HERE" in capsys.readouterr().out


# ------------------------------------------------------------------------------ a real release


@pytest.fixture(scope="module")
def release(erl: str) -> Release:
    try:
        return find_release(erl)
    except OtpNotFound as problem:
        pytest.skip(f"no release to ask: {problem}")


def live(spec: Spec, release: Release) -> Report:
    report = compare_live(spec, [release])
    if not report.compared:
        pytest.skip(f"OTP {release.number} is none of the releases that the spec describes")
    return report


def test_the_release_agrees(spec: Spec, release: Release) -> None:
    report = live(spec, release)
    assert report.problems == []
    assert not report.looked_at_nothing()
    counts = [
        report.compared[f"erl {release.version}, {kind}"] for kind in ("bifs", "instructions")
    ]
    assert sum(counts) == 581
    assert report.compared[f"erl {release.version}, exported built-in functions"] > 450


def with_bif(spec: Spec, name: str, bif: Bif) -> Spec:
    return replace(spec, bifs={**spec.bifs, name: bif})


def with_opcode(spec: Spec, opcode: Opcode) -> Spec:
    return replace(spec, opcodes={**spec.opcodes, opcode.name: opcode})


def test_the_release_contradicts(spec: Spec, release: Release) -> None:
    number = release.number
    element = spec.bifs["erlang:element/2"]
    move = spec.opcodes["move"]
    wrong = {
        r"opcodes\.yaml:\d+: move: its state in [\d.]+ is obsolete, but live in OTP": with_opcode(
            spec, replace(move, otp={**move.otp, number: "obsolete"})
        ),
        r"move: its state in [\d.]+ is live, but move/2 in OTP": with_opcode(
            spec, replace(move, operands=move.operands[:1])
        ),
        r"bifs\.yaml:\d+: erlang:element/2: bif of erl [\d.]+ is false, but true": with_bif(
            spec, element.mfa, replace(element, otp=())
        ),
        r"erlang:elephant/2: bif of erl [\d.]+ is true, but false": with_bif(
            spec, "erlang:elephant/2", replace(element, name="elephant")
        ),
        r"maps:elephant/2: nif of erl [\d.]+ is true, but false": with_bif(
            spec, "maps:elephant/2", replace(element, module="maps", name="elephant", kind="nif")
        ),
        r"bifs\.yaml: erlang:element/2: not there, in erl": replace(
            spec, bifs={k: b for k, b in spec.bifs.items() if k != element.mfa}
        ),
        r"element/2: erl [\d.]+ does not understand the spec -spec .*-> a\|\|b\.": with_bif(
            spec, element.mfa, replace(element, result="a||b")
        ),
        r"element/2: erl [\d.]+ does not understand the spec .*-> nothing_known\(\)": with_bif(
            spec, element.mfa, replace(element, result="nothing_known()")
        ),
        r"element/2: erl [\d.]+ does not understand the reason \{bad, ": with_bif(
            spec, element.mfa, replace(element, raises=(Raises("error", "{bad, ", "it is"),))
        ),
    }
    for message, changed in wrong.items():
        problems = live(changed, release).problems
        assert len(problems) == 1, (message, problems)
        assert re.search(message, problems[0]), (message, problems)


def test_a_release_that_does_not_run(spec: Spec, tmp_path: Path) -> None:
    broken = Release(25, "25.0", tmp_path, tmp_path, "option")
    report = compare_live(spec, [broken])
    assert report.looked_at_nothing() == ["erl 25.0, answers"]
    assert report.problems and report.problems[0].startswith("erl 25.0: ")


def test_a_release_that_says_nothing(spec: Spec, tmp_path: Path) -> None:
    program = tmp_path / "erlexec"
    program.write_text("#!/bin/sh\necho 'cannot boot' >&2\nexit 3\n", encoding="utf-8")
    program.chmod(0o755)
    report = compare_live(spec, [Release(25, "25.0", tmp_path, tmp_path, "option")])
    assert report.problems == ["erl 25.0: it ended with status 3: cannot boot"]


def test_other_releases_are_passed_over(spec: Spec, tmp_path: Path) -> None:
    report = compare_live(spec, [Release(17, "17.0", tmp_path, tmp_path, "option")])
    assert (report.compared, report.problems) == ({}, [])
