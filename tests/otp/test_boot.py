"""`enigma` with the flags of `erl` boots OTP: what a program sees then is what it sees in `erl`."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from conformance.releases import releases
from enigma_ref.otp import Release

BOOTED = (23, 25, 27, 29)

UP = 'io:format("up~n")'

PROGRAMS = {
    "release": 'io:format("~p~n", [erlang:system_info(otp_release)])',
    "applications": 'io:format("~p~n", [application:which_applications()])',
    "status": 'io:format("~p~n", [init:get_status()])',
    "names": 'io:format("~p~n", [lists:sort(registered())])',
    "modules": 'io:format("~p~n", [lists:sort([M || {M, _} <- code:all_loaded()])])',
    "arguments": 'io:format("~p~n", [init:get_plain_arguments()])',
    "loading": 'io:format("~p~n", [string:uppercase("loaded when it is called")])',
    "text": 'io:format("~ts ~p~n", [[1055, 1088], <<"é"/utf8>>])',
    "files": 'io:format("~p~n", [filelib:is_file("there is none")])',
    "funs": """{#{next := F}, S} = rand:seed_s(exsss, 1),
        Call = fun() -> try F(S) of {N, _} -> N catch C:R -> {C, R} end end,
        Gone = fun() -> code:purge(rand), code:delete(rand), code:purge(rand) end,
        io:format("~p~n", [Call()]), Gone(), io:format("~p~n", [Call()]),
        Gone(), code:del_path(stdlib), io:format("~p~n", [Call()])""",
    "crash": 'Pid = spawn(fun() -> exit(normal) end), io:format("~p~n", [is_pid(Pid)])',
}


@pytest.fixture(scope="module", params=BOOTED)
def release(request: pytest.FixtureRequest) -> Release:
    found = releases().get(request.param)
    if found is None:
        pytest.skip(f"there is no Erlang/OTP {request.param} here")
    return found


OURS = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join(
        filter(None, [str(Path(__file__).parents[2]), os.getenv("PYTHONPATH")])
    ),
}
"""The environment that `enigma` runs in."""


def here(arguments: list[str], folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run `enigma` with these flags, in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "enigma_ref", *arguments],
        cwd=folder, env={**OURS, **more},
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
        [sys.executable, "-m", "enigma_ref", "--otp", str(release.root),
         "-noshell", "-eval", program],
        env=OURS,
        input="a line\n", capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, '"a line\\n"\n')


def test_signals_that_otp_decides_about(release: Release, tmp_path: Path) -> None:
    command, environment = release.erl_command(["-noshell", "-eval", UP])
    ours = [sys.executable, "-m", "enigma_ref", "--otp", str(release.root), "-noshell", "-eval", UP]
    told = []
    for words, variables in ((command, environment), (ours, OURS)):
        for number in (signal.SIGTERM, signal.SIGQUIT, signal.SIGUSR1):
            with subprocess.Popen(
                words, env={**variables, "ERL_CRASH_DUMP_SECONDS": "0"}, cwd=tmp_path, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            ) as program:  # fmt: skip
                assert program.stdout is not None
                assert program.stdout.readline() == "up\n"
                program.send_signal(number)
                text = program.communicate(timeout=60)[0]
            told.append((number, program.returncode, re.sub(r"\d+-\w+-\d+::[\d:.]+", "", text)))
    assert told[3:] == told[:3]


@pytest.mark.parametrize("closed", ["<&-", ">&-", "<&- >&- 2>&-"])
def test_closed_standard_descriptors_lead_to_nothing(
    release: Release, closed: str, tmp_path: Path
) -> None:
    program = (
        'io:format("~p~n", [io:get_line("")]), T = io_lib:format("~p", [io:get_line("")]), '
        'file:write_file("told", T), halt().'
    )
    told = []
    for side, command in (
        ("theirs", release.erl_command([])),
        ("ours", ([sys.executable, "-m", "enigma_ref", "--otp", str(release.root)], OURS)),
    ):
        (tmp_path / side).mkdir()
        flags = " ".join(map(shlex.quote, [*command[0], "-noshell", "-eval", program]))
        done = subprocess.run(
            ["sh", "-c", f"exec {flags} {closed}"],
            cwd=tmp_path / side, env=command[1], timeout=120, check=False,
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
        )  # fmt: skip
        told.append((done.returncode, done.stdout, (tmp_path / side / "told").read_text()))
    assert told[0] == told[1]


def test_a_module_that_the_release_lacks(release: Release, tmp_path: Path) -> None:
    flags = ["-noshell", "-s", "no_such_module", "-s", "erlang", "halt"]
    done = here(["--otp", str(release.root), *flags], tmp_path)
    assert done.returncode == 1
    assert "undef" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("flags", "said"),
    [(["-sname", "a"], "-sname"), (["--otp", "1"], "OTP 1")],
)
def test_flags_that_cannot_be_followed(flags: list[str], said: str, tmp_path: Path) -> None:
    done = here(flags, tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("enigma: ")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
