"""What happens to `enigma` when its surroundings are against it: the same as to `erl`, or one clear
line and an exit status that is not 0."""

from __future__ import annotations

import os
import random
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conformance.releases import releases
from enigma_ref.loader.cache import _CHECKSUM_SIZE, _MAGIC, _checksum
from enigma_ref.otp import Release

COMPARED = (25, 27)

LINES = '[io:format("line ~p~n", [I]) || I <- lists:seq(1, 9999)]'
STATUS = "echo status $?"
"""At the end of a script: its own status is that of `echo`."""

SCRIPTS = {
    "nobody reads": (
        f"{{ $E -noshell -eval '{LINES}, halt(3).' 2> err; {STATUS} >&2; }} | head -0"
    ),
    "nobody reads what is displayed": (
        "{ $E -noshell -eval '[erlang:display(I) || I <- lists:seq(1, 9999)], halt(3).'; "
        f"{STATUS} >&2; }} | head -0"
    ),
    "full output": (
        "$E -noshell -eval 'io:format(\"hi~n\"), erlang:display(x), erlang:display_string(\"x\"), "
        f"halt(3).' > /dev/full 2>&1; {STATUS}"
    ),
    "full error output": f"$E -noshell -eval 'halt(\"slogan\").' 2> /dev/full; {STATUS}; ls",
    "slogan": (
        f"$E -noshell -eval 'halt(\"a slogan\").'; {STATUS}; ls; sed -n '1p;3p' erl_crash.dump"
    ),
    "abort": f"$E -noshell -eval 'halt(abort).'; {STATUS}; ls",
    "shell without input": f"$E <&-; {STATUS}",
    "everything closed": (
        "$E -noshell -eval 'file:write_file(\"ran\", \"\"), io:format(\"x~n\"), halt(3).' "
        f"<&- >&- 2>&-; {STATUS}; ls"
    ),
    "damaged boot script": f"echo damaged > x.boot; $E -noshell -boot ./x; {STATUS}; ls",
    "empty boot script": f": > x.boot; $E -noshell -boot ./x; {STATUS}",
    "folder for a boot script": f"mkdir x.boot; $E -noshell -boot ./x; {STATUS}",
    "missing boot script": f"$E -noshell -boot ./none -eval 'halt().'; {STATUS}",
    "damaged configuration": f"echo '[{{kernel,' > s.config; $E -noshell -config s; {STATUS}",
    "missing configuration": f"$E -noshell -config none; {STATUS}",
    "strange parameter": f"$E -noshell -kernel strange -eval 'halt().'; {STATUS}",
    "damaged module of the boot": (
        f"mkdir p; echo damaged > p/lists.beam; $E -noshell -pa p; {STATUS}; ls"
    ),
    "unreadable modules": (
        "mkdir -p p/folder.beam; echo damaged > p/damaged.beam; : > p/empty.beam; "
        "$E -noshell -pa p -eval 'logger:set_primary_config(level, none), "
        "io:format(\"~p~n\", [[code:load_file(M) || M <- [folder, damaged, empty]]]), halt(3).'; "
        + STATUS
    ),
    "missing module": f"$E -noshell -s none -s init stop; {STATUS}",
    "error": f"$E -noshell -eval 'error(oops).' -s init stop; {STATUS}; ls",
    "arguments in no encoding": (
        "$E -noshell -eval 'io:format(\"~w~n\", [init:get_plain_arguments()]), halt().' "
        f"-extra $(printf '\\377\\376') $(printf '\\303\\251'); {STATUS}"
    ),
    "variables in no encoding": (
        "FOO=$(printf 'a\\377') $E -noshell -eval 'io:format(\"~w~n\", [os:getenv(\"FOO\")]), "
        f"halt().'; {STATUS}"
    ),
    "file of arguments": (
        "printf -- '-a \\377 \"b c\" # x\\n-args_file g -d\\n' > f; echo '-g \\# x' > g; "
        "$E -args_file f -noshell -eval 'io:format(\"~w~n\", [[init:get_argument(X) || "
        f"X <- [a, d, g]]]), halt().'; {STATUS}"
    ),
    "language C": (
        "touch $(printf 'f\\303\\251') $(printf 'g\\351'); LC_ALL=C $E -noshell -eval "
        "'io:format(\"~ts ~w ~w~n\", [[1055, 233], file:native_name_encoding(), "
        f"lists:sort(element(2, file:list_dir(\".\")))]), halt().'; {STATUS}"
    ),
    "language with UTF-8": (
        "touch $(printf 'f\\303\\251') $(printf 'g\\351'); LC_ALL=C.UTF-8 $E -noshell +fnui -eval "
        "'io:format(\"~w ~w~n\", [file:native_name_encoding(), "
        f"lists:sort(element(2, file:list_dir(\".\")))]), halt().'; {STATUS}"
    ),
    "deleted folder": (
        "mkdir gone; cd gone; rmdir ../gone; "
        f"$E -noshell -eval 'halt(3).' 2>err; {STATUS}"
    ),
    "no home": (
        "unset HOME; $E -noshell -eval 'io:format(\"~p~n\", [init:get_argument(home)]), halt(3).'; "
        f"{STATUS}; ls -A"
    ),
    "a file for a home": (
        f"echo > h; HOME=$PWD/h $E -noshell -eval 'halt(3).'; {STATUS}; ls -A"
    ),
    "a home that is not there": f"HOME=$PWD/h $E -noshell -eval 'halt(3).'; {STATUS}; ls -A",
    "in the background": (
        "$E -detached -eval 'file:write_file(\"new\", io_lib:format(\"~p\", "
        "[init:get_argument(noinput)])), file:rename(\"new\", \"told\"), halt().'; "
        f"{STATUS}; for i in $(seq 300); do [ -e told ] && break; sleep 0.1; done; cat told"
    ),
    "variables of the release": (
        "$E -noshell -eval 'io:format(\"~p~n\", [[os:getenv(V) || "
        "V <- [\"BINDIR\", \"ROOTDIR\", \"EMU\"]]]), io:format(\"~p~n\", [hd(string:tokens("
        f"os:getenv(\"PATH\"), \":\"))]), halt().'; {STATUS}"
    ),
    "flags in variables": (
        "ERL_OTP25_FLAGS='-r' ERL_AFLAGS='-a' ERL_FLAGS='-f' ERL_ZFLAGS='-z' $E -own -noshell "
        "-eval 'io:format(\"~p~n\", [[A || {A, _} <- init:get_arguments(), "
        f"not lists:member(A, [root, bindir, progname, home])]]), halt().'; {STATUS}"
    ),
}  # fmt: skip
"""Shell scripts that start a system as `$E`, in an empty folder."""

CHANGING = (
    # Whether there is time for it before the end differs from run to run.
    (re.compile(r"\(no logger present\).*\n"), ""),
    (re.compile(r"\n{2,}"), "\n"),
    (re.compile(r"\[smp:.*"), ""),
)

OURS = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join(
        filter(None, [str(Path(__file__).parents[2]), os.getenv("PYTHONPATH")])
    ),
}


@pytest.fixture(scope="module", params=COMPARED)
def release(request: pytest.FixtureRequest) -> Release:
    found = releases().get(request.param)
    if found is None:
        pytest.skip(f"there is no Erlang/OTP {request.param} here")
    return found


@pytest.fixture(scope="module")
def any_release() -> Release:
    for number in (*COMPARED, *releases()):
        if number in releases():
            return releases()[number]
    pytest.skip("there is no Erlang/OTP here")


def ours(release: Release) -> list[str]:
    return [sys.executable, "-m", "enigma_ref", "--otp", str(release.root)]


def told(script: str, command: list[str], environment: dict[str, str], folder: Path) -> list[str]:
    """What a script says on standard output and error, and its status."""
    folder.mkdir()
    done = subprocess.run(
        ["sh", "-c", script],
        cwd=folder, env={**environment, "E": shlex.join(command)}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, errors="replace", timeout=120, check=False,
    )  # fmt: skip
    texts = [done.stdout, done.stderr, str(done.returncode)]
    for pattern, shown in CHANGING:
        texts = [pattern.sub(shown, text.replace(str(folder), "FOLDER")) for text in texts]
    return texts


@pytest.mark.parametrize("name", SCRIPTS)
def test_as_in_erl(name: str, release: Release, tmp_path: Path) -> None:
    theirs = told(SCRIPTS[name], *release.erl_command([]), tmp_path / "theirs")
    mine = told(SCRIPTS[name], ours(release), OURS, tmp_path / "ours")
    assert mine == theirs


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP, signal.SIGUSR2, signal.SIGTSTP])
def test_signals(number: signal.Signals, any_release: Release, tmp_path: Path) -> None:
    """Those that OTP decides about are in test_boot.py."""
    program = 'io:format("up~n"), timer:sleep(700), halt(3).'
    ends = []
    for command, environment in (
        any_release.erl_command(["-noshell", "-eval", program]),
        ([*ours(any_release), "-noshell", "-eval", program], OURS),
    ):
        with subprocess.Popen(
            command, env=environment, cwd=tmp_path, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        ) as system:  # fmt: skip
            assert system.stdout is not None
            assert system.stdout.readline() == "up\n"
            system.send_signal(number)
            if number == signal.SIGTSTP:
                time.sleep(0.1)
                system.send_signal(signal.SIGCONT)
            rest = system.communicate(timeout=60)[0]
            ends.append((system.returncode, rest))
    assert ends[1] == ends[0]


def test_signals_before_there_is_anything(any_release: Release, tmp_path: Path) -> None:
    for delay in (0.1, 0.3, 0.6):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with subprocess.Popen(
                [*ours(any_release), "-noinput", "-eval", "timer:sleep(infinity)."],
                env=OURS, cwd=tmp_path, text=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            ) as system:  # fmt: skip
                time.sleep(delay)
                system.send_signal(number)
                try:
                    said = system.communicate(timeout=10)[0]
                except subprocess.TimeoutExpired:
                    # A signal that OTP decides about, but that came before it was there to do so.
                    system.kill()
                    said = system.communicate()[0]
            assert "Traceback" not in said or delay == 0.1, said  # by Python before it is ready


@pytest.mark.parametrize("limit", ["-n 7", "-n 12", "-v 60000", "-v 100000", "-v 150000"])
def test_scarce_resources(limit: str, any_release: Release, tmp_path: Path) -> None:
    """Too few descriptors, too little memory: it runs, or one line says what is missing."""
    script = f"ulimit {limit}; exec $E -noshell -eval 'halt(3).'"
    out, error, status = told(script, ours(any_release), OURS, tmp_path / "ours")
    assert "Traceback" not in out + error
    if status != "3":
        assert status == "1"
        assert error.startswith("enigma: ")


def test_no_room_for_the_cache(any_release: Release, tmp_path: Path) -> None:
    """As on a full disk: no file can get any content."""
    cache = tmp_path / "cache"
    script = f"ulimit -f 0; XDG_CACHE_HOME={cache} $E -noshell -eval 'halt(3).' | cat; {STATUS}"
    assert told(script, ours(any_release), OURS, tmp_path / "ours") == ["status 0\n", "", "0"]
    # A lock stays, which is empty.
    assert not list(cache.rglob("*.module"))
    assert not [file for file in cache.rglob("*") if file.is_file() and file.stat().st_size]


def test_a_cache_that_cannot_be_used(any_release: Release, tmp_path: Path) -> None:
    damaged = tmp_path / "cache" / "enigma" / "modules"
    run = f"XDG_CACHE_HOME={tmp_path / 'cache'} $E -noshell -eval 'halt(3).'; {STATUS}"
    (tmp_path / "cache").write_text("a file")
    assert told(run, ours(any_release), OURS, tmp_path / "1")[:2] == ["status 3\n", ""]
    (tmp_path / "cache").unlink()
    assert told(run, ours(any_release), OURS, tmp_path / "2")[:2] == ["status 3\n", ""]
    kept = sorted(damaged.glob("*.module"))
    assert len(kept) > 50
    for number, file in enumerate(kept):
        content = file.read_bytes()
        if number % 3:
            file.write_bytes(content[: len(content) // number])
        else:
            file.write_bytes(content[:-9] + b"\0" * 9)
    assert told(run, ours(any_release), OURS, tmp_path / "3")[:2] == ["status 3\n", ""]
    assert all(map(is_whole, kept))


def test_killed_at_any_moment(any_release: Release, tmp_path: Path) -> None:
    """Runs that share a cache, which is empty in the beginning, and are killed."""
    environment = {**OURS, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    command = [*ours(any_release), "-noshell", "-eval", "halt(3)."]
    pauses = random.Random(5)
    for _ in range(10):
        runs = [
            subprocess.Popen(
                command, env=environment, cwd=tmp_path, stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
            for _ in range(2)
        ]  # fmt: skip
        for run in runs:
            time.sleep(pauses.uniform(0.05, 0.7))
            run.kill()
        for run in runs:
            run.wait()
        for file in (tmp_path / "cache").rglob("*.module"):
            assert is_whole(file)
    done = subprocess.run(
        command, env=environment, cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (3, b"", b"")


def is_whole(file: Path) -> bool:
    """Whether a file of the cache is one that would be used."""
    content = file.read_bytes()
    start = len(_MAGIC) + _CHECKSUM_SIZE
    return content[:start] == _MAGIC + _checksum(content[start:])
