"""What becomes of a command line of `erl`, compared with what `erl` itself makes of it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from enigma_ref.cli.erl_flags import FlagError, read_command_line, split_words
from enigma_ref.otp import OtpNotFound, find_release

CASES: list[tuple[list[str], dict[str, str]]] = [
    (["-noshell", "-env", "A", "b", "+S", "2", "-eval", "x", "+P", "5000", "-extra", "a", "+b"], {}),
    (["-foo", "bar", "-extra", "q"], {"ERL_FLAGS": "-x 'a b'", "ERL_AFLAGS": "-y", "ERL_ZFLAGS": "-z"}),
    (["-args_file", "one", "-cc"], {}),
    (["-a", "-args_file", "two", "-extra", "-args_file", "one"], {"ERL_FLAGS": "-extra e"}),
    (["-noinput"], {}),
    (["+B", "c", "+c", "false", "+c", "+sbt", "db", "+MBas", "bf", "+hms", "300"], {}),
    (["-compile", "x"], {}),
    (["-a", "-make", "b"], {}),
    (["--", "a", "--", "-b"], {}),
    (["-noshell", "-S", "m", "f", "+S", "2", "--", "-extra", "x"], {}),
    (["-S", "m"], {"ERL_AFLAGS": "+S 1 -S a", "ERL_FLAGS": "-S b", "ERL_ZFLAGS": "-S c d"}),
    (["-foo", "--", "-S", "m"], {"ERL_ZFLAGS": "-z"}),
    (["+B", "i"], {}),
    (["-extra", "x", "-S", "m"], {}),
    (["-q"], {"ERL_FLAGS": '-a "b \\" c'}),
    (["-q"], {"ERL_FLAGS": "-a b\\ c 'd\"e' \"f'g\" h\\"}),
]  # fmt: skip


@pytest.mark.parametrize("otp", [23, 25, 27, 29])
@pytest.mark.parametrize(("arguments", "variables"), CASES)
def test_as_erl(
    otp: int,
    arguments: list[str],
    variables: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    try:
        release = find_release(str(otp))
    except OtpNotFound as problem:
        pytest.skip(str(problem))
    (tmp_path / "one").write_text('-aa "b c" # said by the way\n-bb # and at the end')
    (tmp_path / "two").write_text("-two -args_file one\n-behind -extra x y")
    monkeypatch.chdir(tmp_path)
    command, environment = release.erl_command(["-emu_args_exit", *arguments])
    for name in ("ERL_FLAGS", "ERL_AFLAGS", "ERL_ZFLAGS"):
        environment.pop(name, None)
    done = subprocess.run(
        command, env={**environment, **variables}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        with pytest.raises(FlagError) as caught:
            read_command_line(arguments, variables, release.number)
        assert str(caught.value).splitlines()[0] == done.stderr.splitlines()[0]
        return
    words = done.stdout.splitlines()
    if "-emu_args_exit" not in command:
        pytest.skip("the emulator is started without erlexec")
    assert "-root" in words, words
    theirs = words[words.index("--", words.index("-home")) + 1 :]
    emulator = words[: words.index("--")]
    line = read_command_line(arguments, variables, release.number)
    assert line.init == theirs
    assert line.emulator == emulator


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-sname", "a"], "-sname"),
        (["-env", "A"], "Missing argument(s) for '-env'"),
        (["+S"], "Missing argument(s) for '+S'"),
        (["-args_file", "none"], "No such file"),
        (["-args_file"], "Missing argument(s) for '-args_file'"),
    ],
)
def test_what_is_refused(arguments: list[str], said: str, tmp_path: Path) -> None:
    os.chdir(tmp_path)
    with pytest.raises(FlagError) as caught:
        read_command_line(arguments, {}, 25)
    assert said in str(caught.value)


def test_a_name_has_no_effect_without_distribution() -> None:
    words = ["-sname", "a", "-kernel", "start_distribution", "false"]
    assert read_command_line(words, {}, 25).init == words
    with pytest.raises(FlagError, match="no node"):
        read_command_line([*words[:4], "true"], {}, 25)


def test_files_that_name_each_other(tmp_path: Path) -> None:
    file = tmp_path / "loop"
    file.write_text(f"-a -args_file {file}")
    with pytest.raises(FlagError, match="more than"):
        read_command_line(["-args_file", str(file)], {}, 25)


def test_unclosed_quotes() -> None:
    assert split_words("a 'b c") == ["a", "b c"]
    assert split_words('a "b c') == ["a", "b c"]
