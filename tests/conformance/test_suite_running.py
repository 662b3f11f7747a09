"""How suites are run: what the runner does when something around the cases goes wrong."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from conformance.otp_suites import __main__ as command
from conformance.otp_suites.machines import ENGINES
from conformance.otp_suites.watching import engine_problem
from enigma_ref.runtime.engines import NATIVE, native_problem


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    if name == NATIVE and (problem := native_problem()):
        pytest.skip(problem)
    return name


def test_an_engine_that_cannot_run_where_systems_do_is_refused(
    engine: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert engine_problem(engine) is None
    # Without the libraries that this program has.
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nexec {sys.executable} -S "$@"\n')
    bare.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(bare))
    monkeypatch.setattr(command, "_work", lambda *_: pytest.fail("suites are run"))
    words = ["--otp", "25", "--machine", "ours", "--engine", engine, "--output", str(tmp_path)]
    assert command.main(words) == 2
    (said,) = capsys.readouterr().err.splitlines()
    assert f"the {engine} engine cannot run where suites do: " in said
    assert "No module named" in said
