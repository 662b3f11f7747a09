from __future__ import annotations

import argparse
import os
from pathlib import Path

import pytest

from enigma_ref.cli import otp
from enigma_ref.cli.main import main
from enigma_ref.otp.cache import cache_folder
from tests.otp.conftest import FakeApt, make_release, write_program


def enigma(*words: str) -> int:
    parser = argparse.ArgumentParser(prog="enigma")
    otp.add_parser(parser.add_subparsers(required=True))
    args = parser.parse_args(["otp", *words])
    status = args.run(args)
    assert isinstance(status, int)
    return status


def test_list_shows_what_runs_and_what_does_not(
    alone: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    root = make_release(tmp_path / "good")
    write_program(root / "bin" / "erl", f"#!/bin/sh\necho enigma:25:13.1.5:{root}\n")
    (alone / "erl").symlink_to(root / "bin" / "erl")
    bad = make_release(tmp_path / "bad", 27, "27.3.4", "15.2.7")
    write_program(bad / "erts-15.2.7" / "bin" / "erlexec", "#!/bin/sh\necho too old; exit 1\n")
    monkeypatch.setenv("ENIGMA_OTP", str(bad))
    assert enigma("list") == 0
    lines = capsys.readouterr().out.splitlines()
    rows = [[cell.strip() for cell in line.strip("│").split("│")] for line in lines if "│" in line]
    assert [row[:4] for row in rows] == [
        ["25", "25.2.3", str(root), "path"],
        ["27", "27.3.4", str(bad), "env"],
    ]
    assert rows[0][4] == "yes"
    assert rows[1][4].startswith("no: ")
    assert rows[1][4].endswith("too old")
    assert "can be fetched: 23, 25, 27, 29" in lines[-1]


def test_list_of_nothing(alone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert enigma("list") == 0
    assert capsys.readouterr().out.startswith("no Erlang/OTP here\n")


def test_fetch_says_where_it_is(apt: FakeApt, capsys: pytest.CaptureFixture[str]) -> None:
    assert enigma("fetch", "25", "25") == 0
    told = capsys.readouterr()
    assert told.out.count("\n") == 1
    assert told.out.startswith(f"Erlang/OTP 25.2.3 is in {cache_folder() / '25'}")
    assert told.err.splitlines()[0] == "Erlang/OTP 25: reading lists"


def test_fetch_source(apt: FakeApt, capsys: pytest.CaptureFixture[str]) -> None:
    files = {"erts/emulator/test/x.erl": ""}
    apt.add_source("http://mirror.test/debian", "bookworm", "1:25.2.3+dfsg-1", files)
    apt.save()
    assert enigma("fetch", "--source", "25") == 0
    assert f"is in {cache_folder() / 'source-25' / 'tree'}" in capsys.readouterr().out


def test_failures_are_one_line_and_a_status(
    alone: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert enigma("fetch", "24") == 1
    assert enigma("fetch", "25") == 1
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("enigma: Erlang/OTP 24 cannot be fetched")
    assert second.startswith("enigma: fetching a release needs apt-get")


@pytest.mark.parametrize("word", ["x", "-25", "25.3", "", "99999", "²5"])
def test_what_is_no_release_is_a_usage_error(
    alone: Path, capsys: pytest.CaptureFixture[str], word: str
) -> None:
    with pytest.raises(SystemExit) as caught:
        enigma("fetch", word)
    assert caught.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


def test_interrupted(
    alone: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(number: int, progress: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(otp, "fetch", interrupted)
    assert enigma("fetch", "25") == 130
    assert "interrupted" in capsys.readouterr().err


def test_release_may_be_named_with_a_sign_of_equality(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["--otp=nowhere", "-noshell"]) == 1
    assert "nowhere" in capfd.readouterr().err
    assert main(["--engine=fast", "-noshell"]) == 1
    assert "there is no engine 'fast'" in capfd.readouterr().err
    assert main(["--otp"]) == 1
    assert "--otp wants a release" in capfd.readouterr().err


def test_engine_may_be_named_before_and_behind_a_command(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENIGMA_ENGINE", "")
    for words in (["call", "--engine", "fast", "a:b()"], ["--otp", "25", "--engine=fast", "call"]):
        assert main(words) == 1
        assert "there is no engine 'fast'" in capfd.readouterr().err
    assert main(["--engine"]) == 1
    assert "there is no engine '(none)'" in capfd.readouterr().err
    assert main(["call", "--engine=reference", "--otp=nowhere", "lists:seq(1, 2)"]) == 1
    assert "nowhere" in capfd.readouterr().err
    assert os.environ["ENIGMA_ENGINE"] == "reference"


def test_choices_among_the_flags_of_erl_are_refused(capfd: pytest.CaptureFixture[str]) -> None:
    for word in ("--engine", "--otp=27"):
        assert main(["-noshell", word, "native"]) == 1
        assert f"{word} has to stand first" in capfd.readouterr().err
