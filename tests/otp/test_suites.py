"""A few of OTP's own test suites, on `erl` and on the VM: `nox -s otp-suites` runs all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.otp_suites.__main__ import main
from conformance.otp_suites.results import BOTH, read_results
from conformance.otp_suites.sources import find_release
from conformance.releases import OtpNotFound
from enigma_ref.otp.source import cached_source

OTP = 25

SUITES = ("atomics", "counters", "erl_anno", "digraph", "digraph_utils", "math")
"""Small ones, of the emulator and of stdlib."""


@pytest.fixture(autouse=True)
def _everything_there() -> None:
    try:
        find_release(OTP)
    except OtpNotFound as problem:
        pytest.skip(str(problem))
    if cached_source(OTP) is None:
        pytest.skip(f"no source of OTP {OTP}; get it with: enigma otp fetch --source {OTP}")


def test_a_few_suites_pass(tmp_path: Path) -> None:
    wanted = [word for suite in SUITES for word in ("--suite", suite)]
    options = [
        "--app",
        "emulator",
        "--app",
        "stdlib",
        "--output",
        str(tmp_path),
        "--limit",
        "60",
        "--fresh",
    ]
    status = main(["--otp", str(OTP), *options, *wanted])
    (report,) = read_results(tmp_path)
    cases = {
        f"{suite.suite}:{case.case}": case
        for suite in report.suites
        if suite.suite.removesuffix("_SUITE") in SUITES
        for case in suite.cases
    }
    assert len(cases) > 30
    differing = {
        name: (case.erl, case.ours, case.reason)
        for name, case in cases.items()
        if case.counts and case.verdict != BOTH
    }
    assert not differing
    assert status == 0
