"""What all tests share: an `erl` on the search path when one can be found, and a loud word
about what was left out when there is none.

ENIGMA_NO_ERL=1 runs the tests as on a machine without Erlang.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from enigma_ref.otp import OtpNotFound, find_release
from enigma_ref.runtime import engines
from enigma_ref.terms.floats import set_signed_zero, signed_zero

settings.register_profile(
    "ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("default", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def _hide_erl() -> None:
    folders = os.environ["PATH"].split(os.pathsep)
    kept = [folder for folder in folders if not (Path(folder) / "erl").exists()]
    os.environ["PATH"] = os.pathsep.join(kept)
    os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp()


def _offer_erl() -> str | None:
    """Put the release that Enigma finds onto the search path, unless there is an erl."""
    if os.environ.get("ENIGMA_NO_ERL"):
        _hide_erl()
        return None
    try:
        release = find_release()
    except OtpNotFound:
        return None
    if shutil.which("erl") is None or shutil.which("erlc") is None:
        folder = Path(tempfile.mkdtemp(prefix="enigma-erl-"))
        for name, (command, environment) in (
            ("erl", release.erl_command()),
            ("erlc", release.erlc_command()),
        ):
            script = folder / name
            lines = [f"export {key}='{value}'" for key, value in environment.items()
                     if os.environ.get(key) != value]  # fmt: skip
            words = " ".join(f"'{word}'" for word in command)
            script.write_text("\n".join(["#!/bin/sh", *lines, f'exec {words} "$@"', ""]))
            script.chmod(script.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
        os.environ["PATH"] = f"{folder}{os.pathsep}{os.environ['PATH']}"
    return f"Erlang/OTP {release.version} ({release.root})"


ORACLE = _offer_erl()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let all tests run on one engine."""
    parser.addoption(
        "--engine",
        choices=engines.ENGINES,
        help="the engine of tests that do not choose one (default: as everywhere)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """By the variable of the environment, which programs that tests start see, too."""
    engine = config.getoption("--engine")
    if engine is not None:
        os.environ[engines.VARIABLE] = engine


def pytest_report_header() -> list[str]:
    """Say which release the tests compare with, and which engine runs."""
    return [
        f"erl: {ORACLE or 'NONE, differential tests are left out'}",
        f"engine: {os.environ.get(engines.VARIABLE, engines.REFERENCE)}",
    ]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what was left out."""
    skipped = terminalreporter.stats.get("skipped", [])
    if ORACLE is None and skipped:
        terminalreporter.section("LEFT OUT: no erl at hand", red=True, bold=True)
        terminalreporter.write_line(
            f"{len(skipped)} tests that compare with a real erl did not run. "
            "Get one with: enigma otp fetch 25"
        )


@pytest.fixture(autouse=True)
def own_zeros() -> Iterator[None]:
    """Leave -0.0 as it was: a VM of another release changes it for the whole Python process."""
    before = signed_zero()
    yield
    set_signed_zero(before)


@pytest.fixture
def reference_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that put faults into functions of Python, which machine code may do without."""
    monkeypatch.setenv(engines.VARIABLE, engines.REFERENCE)


@pytest.fixture(scope="session")
def erl() -> str:
    """The path of an `erl` to compare with; tests that want it are left out without one."""
    program = shutil.which("erl")
    if program is None:
        pytest.skip("no erl at hand to compare with")
    return program
