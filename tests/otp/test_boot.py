"""`enigma` with the flags of `erl` boots OTP: what a program sees then is what it sees in `erl`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from enigma_ref.otp import OtpNotFound, Release, find_release

TERMINAL_SINCE = 27
"""Since then kernel needs the native functions of prim_tty, which are not there yet."""

PROGRAMS = {
    "release": 'io:format("~p~n", [erlang:system_info(otp_release)])',
    "applications": 'io:format("~p~n", [application:which_applications()])',
    "status": 'io:format("~p~n", [init:get_status()])',
    "names": 'io:format("~p~n", [lists:sort(registered())])',
    "arguments": 'io:format("~p~n", [init:get_plain_arguments()])',
    "loading": 'io:format("~p~n", [string:uppercase("loaded when it is called")])',
    "text": 'io:format("~ts ~p~n", [[1055, 1088], <<"é"/utf8>>])',
    "files": 'io:format("~p~n", [filelib:is_file("there is none")])',
    "crash": 'Pid = spawn(fun() -> exit(normal) end), io:format("~p~n", [is_pid(Pid)])',
}


@pytest.fixture(scope="module")
def release() -> Release:
    try:
        found = find_release()
    except OtpNotFound as problem:
        pytest.skip(str(problem))
    if found.number >= TERMINAL_SINCE:
        pytest.skip("the terminal of this release is not there yet")
    return found


def here(arguments: list[str], folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run `enigma` with these flags, in a folder."""
    path = os.pathsep.join(filter(None, [str(Path(__file__).parents[2]), os.getenv("PYTHONPATH")]))
    return subprocess.run(
        [sys.executable, "-m", "enigma_ref", *arguments],
        cwd=folder, env={**os.environ, "PYTHONPATH": path, **more},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_programs_see_what_they_see_in_erl(release: Release, tmp_path: Path) -> None:
    flags = ["-noshell", "-eval", ", ".join([*PROGRAMS.values(), "halt(3)."]), "-extra", "a", "-b"]
    command, environment = release.erl_command(flags)
    theirs = subprocess.run(
        command, cwd=tmp_path, env=environment, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    ours = here(["--otp", str(release.root), *flags], tmp_path)
    assert theirs.returncode == 3, theirs
    assert ours.stdout == theirs.stdout
    assert (ours.returncode, ours.stderr) == (3, "")


def test_standard_input_is_read(release: Release, tmp_path: Path) -> None:
    program = 'io:format("~p~n", [io:get_line("")]), halt().'
    done = subprocess.run(
        [sys.executable, "-m", "enigma_ref", "-noshell", "-eval", program],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        input="a line\n", capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, '"a line\\n"\n')


def test_a_module_that_the_release_lacks(release: Release, tmp_path: Path) -> None:
    done = here(["-noshell", "-s", "no_such_module", "-s", "erlang", "halt"], tmp_path)
    assert done.returncode == 1
    assert "undef" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("flags", "said"),
    [(["-sname", "a"], "-sname"), (["-noshell", "+S"], "+S needs"), (["--otp", "1"], "OTP 1")],
)
def test_flags_that_cannot_be_followed(flags: list[str], said: str, tmp_path: Path) -> None:
    done = here(flags, tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("enigma: ")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
