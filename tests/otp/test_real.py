"""With a real release, where there is one; and, when asked for, a real fetch."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from enigma_ref.otp import OtpNotFound, Release, all_releases, find_release
from enigma_ref.otp.check import check_runs, check_works
from enigma_ref.otp.fetch import fetch
from enigma_ref.otp.release import read_release

MODULE = "-module(m).\n-export([f/0]).\nf() -> erlang:system_info(otp_release).\n"


@pytest.fixture
def release() -> Release:
    try:
        return find_release()
    except OtpNotFound as problem:
        pytest.skip(str(problem))


def test_it_runs_and_is_what_it_says(release: Release) -> None:
    check_runs(release)
    assert release.version.split(".")[0] == str(release.number)


def test_every_release_found_runs() -> None:
    releases = all_releases()
    if not releases:
        pytest.skip("no Erlang/OTP here: enigma otp fetch 25")
    for found in releases:
        check_runs(found)


def test_it_runs_without_its_start_script_too(release: Release) -> None:
    check_runs(read_release(release.root, "option"))


def test_ebin_dirs_hold_the_core_and_the_preloaded_modules(release: Release) -> None:
    modules = {file.stem for folder in release.ebin_dirs() for file in folder.glob("*.beam")}
    assert {"lists", "code", "gen_server"} <= modules
    if any(folder.parent.name.startswith("erts-") for folder in release.ebin_dirs()):
        assert {"init", "erlang", "erl_prim_loader"} <= modules


@pytest.mark.parametrize("direct", [False, True])
def test_compiles_and_runs_a_module(release: Release, tmp_path: Path, direct: bool) -> None:
    if direct:
        release = read_release(release.root, "option")
    (tmp_path / "m.erl").write_text(MODULE)
    try:
        argv, environment = release.erlc_command(["m.erl"])
    except OtpNotFound as problem:
        pytest.skip(str(problem))
    subprocess.run(argv, env=environment, cwd=tmp_path, check=True, timeout=120)
    eval_ = 'io:format("~s", [m:f()]), halt().'
    argv, environment = release.erl_command(["-noshell", "-noinput", "-eval", eval_])
    done = subprocess.run(
        argv, env=environment, cwd=tmp_path, check=True, timeout=120, capture_output=True
    )
    assert done.stdout == str(release.number).encode()


@pytest.mark.parametrize("number", [23, 25, 27, 29])
def test_real_fetch(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.environ.get("ENIGMA_TEST_FETCH", "") == "":
        pytest.skip("set ENIGMA_TEST_FETCH=1 to fetch real releases")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    fetched = fetch(number)
    assert fetched.number == number
    check_works(fetched)
