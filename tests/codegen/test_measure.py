"""What is measured of the releases' compilers, and how it is noted."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.__main__ import main
from codegen.load import load_spec
from codegen.measure import FIRST_COMPILERS, compiler_version, measure, noted
from codegen.model import SpecError
from enigma_ref.loader import load_module_file
from enigma_ref.otp import OtpNotFound, Release, find_release
from tests.codegen.toy import SPEC, opcode, write

ARGS = "{A: src, D: dst}"


def text(**emitted: str) -> str:
    entries = [
        opcode("D = A", ARGS, name=name, code=code).replace("emitted: []", f"emitted: [{numbers}]")
        for code, (name, numbers) in enumerate(emitted.items(), start=1)
    ]
    return "# a comment\nopcodes:\n" + "".join(entries) + "internal:\n  i_do:\n    emitted: [99]\n"


def test_only_emitted_lines_change() -> None:
    before = text(op="", other="23, 27")
    assert noted(before, {25: {"op"}, 27: {"op"}}) == text(op="25, 27", other="23")


def test_releases_that_were_not_measured_stay() -> None:
    before = text(op="23, 29")
    assert noted(before, {25: set()}) == before
    assert noted(before, {23: set()}) == text(op="29")


def test_what_is_nowhere_in_the_file_is_no_instruction() -> None:
    with pytest.raises(SpecError, match="no `emitted` line for third"):
        noted(text(op=""), {25: {"op", "third"}})


def test_the_real_file_has_a_line_for_every_opcode() -> None:
    spec = load_spec(SPEC)
    file = (SPEC / "opcodes.yaml").read_text(encoding="utf-8")
    emptied = noted(file, {release: set() for release in (23, 25, 27, 29)})
    assert emptied.count("    emitted: []\n") == len(spec.opcodes)
    assert noted(emptied, {25: set(spec.opcodes)}).count("emitted: [25]") == len(spec.opcodes)


def test_what_is_noted_fits_together() -> None:
    """No compiler writes what its own loader refuses, and all write the simplest ones."""
    spec = load_spec(SPEC)
    for opcode_ in spec.opcodes.values():
        assert set(opcode_.emitted) <= set(opcode_.live), opcode_.name
    for name in ("label", "func_info", "line", "int_code_end", "move", "return", "call_ext"):
        assert spec.opcodes[name].emitted == (23, 25, 27, 29)


def test_nothing_to_measure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write(tmp_path / "spec", opcode("D = A", ARGS))
    before = (folder / "opcodes.yaml").read_text(encoding="utf-8")
    root = tmp_path / "otp"
    (root / "erts-1" / "bin").mkdir(parents=True)
    (root / "erts-1" / "bin" / "erlexec").write_text("#!/bin/sh\nexit 1\n")
    (root / "erts-1" / "bin" / "erlexec").chmod(0o755)
    (root / "releases" / "25").mkdir(parents=True)
    (root / "releases" / "25" / "OTP_VERSION").write_text("25.0\n")
    assert main(["measure", "--spec", str(folder), "--otp", str(root)]) == 1
    assert "no release to measure" in capsys.readouterr().err
    assert (folder / "opcodes.yaml").read_text(encoding="utf-8") == before


@pytest.fixture(scope="module")
def release(erl: str) -> Release:
    try:
        found = find_release(erl)
    except OtpNotFound as problem:
        pytest.skip(f"no release to measure: {problem}")
    if found.number not in FIRST_COMPILERS:
        pytest.skip(f"OTP {found.number} is none of the releases that the spec describes")
    return found


def test_a_small_release(release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One library module and two sources, of which one does not compile."""
    ebin = tmp_path / "ebin"
    ebin.mkdir()
    (lists,) = (
        path for folder in release.ebin_dirs() for path in folder.glob("*.beam")
        if path.name == "lists.beam"
    )  # fmt: skip
    (ebin / "lists.beam").write_bytes(lists.read_bytes())
    (ebin / "torn.beam").write_bytes(lists.read_bytes()[:100])
    good, bad = tmp_path / "good.erl", tmp_path / "bad.erl"
    good.write_text("-module(good).\n-export([f/1]).\nf(X) -> X * 2.5 + 1.0.\n", encoding="utf-8")
    bad.write_text("-module(bad).\nf(", encoding="utf-8")
    monkeypatch.setattr(Release, "ebin_dirs", lambda _: [ebin])
    measured = measure(release, [good, bad])
    assert measured.modules == 2
    assert {"label", "func_info", "int_code_end", "fmul"} <= measured.names
    assert "fmul" not in measure(release, []).names
    assert len(measured.failed) == 2
    assert "torn.beam" in measured.failed[0]
    assert measured.failed[1].startswith("bad.erl: ")


def test_modules_of_other_compilers_do_not_count(
    release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (lists,) = (
        path for folder in release.ebin_dirs() for path in folder.glob("*.beam")
        if path.name == "lists.beam"
    )  # fmt: skip
    (tmp_path / "lists.beam").write_bytes(lists.read_bytes())
    assert compiler_version(load_module_file(lists)) >= FIRST_COMPILERS[release.number]
    monkeypatch.setattr(Release, "ebin_dirs", lambda _: [tmp_path])
    monkeypatch.setitem(FIRST_COMPILERS, release.number, (99, 0))
    measured = measure(release, [])
    assert (measured.modules, measured.foreign, measured.names) == (0, 1, set())
