"""Sockets give programs what they give in `erl`: the same Erlang code runs on both, with client and
server in one system."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from conformance.releases import has_compiler, releases
from enigma_ref.otp import Release
from tests.otp.test_boot import BOOTED, OURS

FOLDER = Path(__file__).with_name("network")
MODULES = ("udp_probe", "tcp_probe", "packet_probe", "driver_probe", "net_probe", "http_probe")


@pytest.fixture(scope="module", params=BOOTED)
def release(request: pytest.FixtureRequest) -> Release:
    found = releases().get(request.param)
    if found is None:
        pytest.skip(f"there is no Erlang/OTP {request.param} here")
    return found


@pytest.fixture(scope="module")
def compiled(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the probes, compiled by the release."""
    if not has_compiler(release):
        pytest.skip("the release has no compiler")
    folder = tmp_path_factory.mktemp(f"network{release.number}")
    sources = [str(path) for path in sorted(FOLDER.glob("*.erl"))]
    command, environment = release.erlc_command(["-o", str(folder), *sources])
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=120)
    return folder


def _start(command: list[str], environment: dict[str, str], folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command, env=environment, cwd=folder, text=True, errors="backslashreplace",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


@pytest.mark.parametrize("module", MODULES)
def test_programs_get_what_they_get_in_erl(
    release: Release, compiled: Path, tmp_path: Path, module: str
) -> None:
    if module == "http_probe" and not list((release.root / "lib").glob("inets-*")):
        pytest.skip("the release has no inets")
    flags = ["-noshell", "-pa", str(compiled), "-eval", f"probe:run({module}), halt()."]
    ours = [sys.executable, "-m", "enigma_ref", "--otp", str(release.root), *flags]
    command, environment = release.erl_command(flags)
    with (
        _start(command, environment, tmp_path) as theirs,
        _start(ours, OURS, tmp_path) as own,
    ):
        expected = theirs.communicate(timeout=200)[0].splitlines()
        found = own.communicate(timeout=200)[0].splitlines()
    assert (own.returncode, theirs.returncode) == (0, 0), found[-5:]
    different = [pair for pair in zip(expected, found, strict=False) if pair[0] != pair[1]]
    assert not different
    assert len(found) == len(expected)
