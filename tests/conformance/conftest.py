from __future__ import annotations

import sys
from pathlib import Path

import pytest

from conformance.releases import has_compiler, releases
from enigma_ref.terms.floats import set_signed_zero

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def otp() -> int:
    """The newest release at hand that has a compiler."""
    numbers = [number for number, release in releases().items() if has_compiler(release)]
    if not numbers:
        pytest.skip("no Erlang/OTP with a compiler here: most of the suite's own tests need one")
    return 25 if 25 in numbers else numbers[-1]


@pytest.fixture(autouse=True)
def own_build_folder(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keep tests away from the results and reports of real runs."""
    monkeypatch.setenv("ENIGMA_BUILD", str(tmp_path_factory.getbasetemp() / "build"))


def liar(lie: str) -> str:
    """The command of an adapter that lies."""
    return f"{sys.executable} -m tests.conformance.data.lying_adapter --otp {{otp}} --lie {lie}"


@pytest.fixture(autouse=True)
def zeros_as_the_judge_sees_them() -> None:
    """The harness tells 0.0 and -0.0 apart; a VM in the same Python process may have changed it."""
    set_signed_zero(True)
