"""OTP's own programs, started as their front ends start them."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.releases import releases
from enigma_ref.cli import programs
from enigma_ref.cli.erl_flags import FlagError
from enigma_ref.cli.main import PROGRAMS, main
from enigma_ref.otp import Release
from tests.otp.test_boot import BOOTED

SOURCE = """
-module(small).
-export([sum/1, text/1]).
-record(point, {x = 0 :: integer(), y}).
sum(L) -> lists:foldl(fun(X, A) -> X + A end, 0, L).
text(#point{x = X} = P) when X > 0 -> <<"point", X:16, (byte_size(term_to_binary(P)))>>;
text(_) -> try error(none) catch error:E -> {E, "text", 1.5, #{a => [1, 2 | c]}} end.
"""

SCRIPT = """#!/usr/bin/env escript
%%! -some flag
main(Words) ->
    io:format("~p ~p~n", [Words, init:get_argument(some)]),
    io:format("~ts~n", [escript:script_name()]),
    zlib:gzip(wrong).
"""


@pytest.fixture(scope="module", params=BOOTED)
def release(request: pytest.FixtureRequest) -> Release:
    found = releases().get(request.param)
    if found is None:
        pytest.skip(f"there is no Erlang/OTP {request.param} here")
    return found


def both(
    name: str, arguments: list[str], release: Release, folder: Path
) -> list[Callable[[], subprocess.CompletedProcess[str]]]:
    """A program by this machine, and by `erl` with the flags that we make."""
    path = os.pathsep.join(filter(None, [str(Path(__file__).parents[2]), os.getenv("PYTHONPATH")]))
    ours = [sys.executable, "-m", "enigma_ref", name, "--otp", str(release.root), *arguments]
    theirs, environment = release.erl_command(programs.PROGRAMS[name](arguments))
    environment = {**environment, "ESCRIPT_NAME": arguments[0] if name == "escript" else name}
    return [
        functools.partial(
            subprocess.run, command, cwd=folder, env=variables, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=300, check=False,
        )
        for command, variables in ((ours, {**os.environ, "PYTHONPATH": path}), (theirs, environment))
    ]  # fmt: skip


def test_the_compiler_makes_the_same_file(release: Release, tmp_path: Path) -> None:
    (tmp_path / "small.erl").write_text(SOURCE)
    made = []
    for command in both("erlc", ["+debug_info", "small.erl"], release, tmp_path):
        result = command()
        assert (result.returncode, result.stdout) == (0, ""), result
        made.append((tmp_path / "small.beam").read_bytes())
        (tmp_path / "small.beam").unlink()
    assert made[0] == made[1]
    (tmp_path / "wrong.erl").write_text("-module(wrong).\n-export([f/1]).\nf(X) -> Y.\n")
    ours, theirs = (run() for run in both("erlc", ["wrong.erl"], release, tmp_path))
    assert (ours.returncode, ours.stdout, ours.stderr) == (
        theirs.returncode, theirs.stdout, theirs.stderr,
    )  # fmt: skip
    assert ours.returncode == 1
    assert "variable 'Y' is unbound" in ours.stdout + ours.stderr


def test_a_script_runs(release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "script").write_text(SCRIPT)
    ours, theirs = (run() for run in both("escript", ["script", "a", "-b"], release, tmp_path))
    assert (ours.returncode, ours.stdout, ours.stderr) == (
        theirs.returncode, theirs.stdout, theirs.stderr,
    )  # fmt: skip
    assert ours.returncode == 127
    assert ours.stdout.startswith('["a","-b"] {ok,[["flag"]]}\nscript\n')
    assert "in call from init:start_em/1 \n" in ours.stdout + ours.stderr


def test_flags_of_scripts(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("#!/usr/bin/env escript\n%% a comment\n%%! -pa  x +S1\nmain(_) -> ok.\n")
    flags = programs.escript(["-c", str(script), "-d"])
    assert flags == [
        *("-boot", "no_dot_erlang", "-noshell", "-pa", "x", "+S1"),
        *("-run", "escript", "start", "c", "-extra", str(script), "-d"),
    ]
    script.write_text("#!/usr/bin/env escript\n%% a\n%% b\n%%! -too late\n")
    assert "-too" not in programs.escript([str(script)])
    with pytest.raises(FlagError, match="No such file"):
        programs.escript([str(tmp_path / "none")])
    with pytest.raises(FlagError, match="name of a script"):
        programs.escript(["-c"])


def test_the_command_line_knows_all_programs() -> None:
    assert set(PROGRAMS) == set(programs.PROGRAMS)


def test_the_release_may_come_first(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--otp", "1", "call", "lists:seq(1, 2)"], ["--otp", "1", "erlc", "m.erl"]):
        assert main(words) == 1
        assert "no Erlang/OTP 1 here" in capsys.readouterr().err


def test_flags_of_the_compiler() -> None:
    flags = programs.erlc(["-no-server", "-pax", "-W0", "-pz", "y", "m.erl", "+native"])
    assert flags[:4] == ["-pa", "x", "-pz", "y"]
    assert flags[flags.index("-extra") + 1 :] == ["-W0", "m.erl", "+native"]
    with pytest.raises(FlagError, match="needs a folder"):
        programs.erlc(["-pa"])


def test_flags_of_other_programs() -> None:
    assert programs.dialyzer(["--shell", "x"])[:2] == ["-boot", "no_dot_erlang"]
    assert programs.dialyzer(["x"])[0] == "-noinput"
    flags = programs.ct_run(["-config", "c", "-erl_args", "-config", "d"])
    assert flags[-5:] == ["-ct_config", "c", "-ct_erl_args", "-config", "d"]
