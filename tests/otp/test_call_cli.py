"""`enigma call` and `enigma dis` as people meet them: what they say of names that do not exist."""

from __future__ import annotations

import pytest

from enigma_ref.cli.main import main
from enigma_ref.otp import OtpNotFound, find_release


@pytest.fixture(autouse=True)
def release() -> None:
    """Skips where there is no release."""
    try:
        find_release()
    except OtpNotFound as problem:
        pytest.skip(str(problem))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("lists:seq(1)", "lists does not export seq/1, but seq/2, seq/3."),
        ("lists:revers([])", "lists does not export revers/1, but reverse"),
        ("listss:seq(1, 3)", "No module listss was found"),
        ("lists:map(listss, [])", "exception error"),
        ("erlang:apply(listss, f, [])", "No module listss was found"),
    ],
)
def test_misspelt_functions(call: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["call", call]) == 1
    assert said in capsys.readouterr().err


def test_dis_takes_the_name_of_a_module(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dis", "lists", "--chunks"]) == 0
    assert capsys.readouterr().out.startswith("module lists\n")


@pytest.mark.parametrize("given", [["nope"], ["lists", "--otp", "1"], ["."]])
def test_dis_says_in_one_line_what_is_wrong(
    given: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["dis", *given]) == 1
    said = capsys.readouterr().err
    assert said.startswith("enigma: ")
    assert said.count("\n") == 1
