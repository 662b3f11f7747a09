"""The shell in a terminal: what is on the screen after each input is what `erl` shows."""

from __future__ import annotations

import os
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.releases import releases
from enigma_ref.otp import Release
from tests.otp.screens import Pair, Terminal

SHELLS = (23, 25, 27, 29)

LEFT, RIGHT, UP, DOWN = "\x1b[D", "\x1b[C", "\x1b[A", "\x1b[B"
HOME, END, BACKSPACE, KILL, YANK, CLEAR = "\x01", "\x05", "\x7f", "\x0b", "\x19", "\x0c"
SWITCH, SEARCH, TAB, INTERRUPT = "\x07", "\x12", "\t", "\x03"

EXPRESSIONS = [
    "1 + 1.\r",
    "X = #{a => [1.5, <<7, 8>>, 'an atom']}.\r",
    "X.\r",
    '{"text", "åäö", "漢字", <<"ü"/utf8>>}.\r',
    "rd(point, {x, y = 0}).\r",
    "#point{x = 1}.\r",
    "F = fun(N) -> N * N end.\r",
    "[F(N) || N <- lists:seq(1, 5)].\r",
    "self().\r",
    "self() ! hello.\r",
    "receive Message -> {got, Message} after 1000 -> none end.\r",
    "receive nothing -> 1 after 10 -> late end.\r",
    'io:format("one~ntwo ~ts~n", [[1055, 1088]]).\r',
    "1 / 0.\r",
    'erlang:error({bad, "x"}).\r',
    "throw(ball).\r",
    "exit(left).\r",
    "nothing:there().\r",
    "spawn(fun() -> timer:sleep(300), 1 / a end), ok.\r",
    "X = 5.\r",
    "f().\r",
    "b().\r",
    "v(-2).\r",
    'io:get_line("name? ").\r',
    "someone\r",
    "1 +\r",
    "2.\r",
    '"unfinished\r',
    'string".\r',
    "1 2.\r",
    "q().\r",
]

KEYS = [
    "lists:foldl(fun(A, B) -> A + B end, 0, lists:seq(1, 1000)) + 10000000000 + 20000000000000 + 300000",
    HOME, "\x1bf\x1bf\x1bd", KILL, YANK, END + ".\r",
    "[abc]." + LEFT * 3 + "X" + RIGHT + BACKSPACE + END + "\r",
    '"漢字' + LEFT + LEFT + "x" + BACKSPACE + END + '".\r',
    UP, UP, DOWN + "\r",
    SEARCH + "abc", "\r",
    "lists:se" + TAB, "q(1, 3).\r",
    "lists:" + TAB, TAB, "\x15ok.\r",
    "begin\r", "A = 1,\r", "A + 1\r", UP, END + " + 5", DOWN, "end.\r",
    CLEAR, "h().\r",
    "timer:sleep(infinity).\r", SWITCH, "h\r", "j\r", "i\r", "c\r", "self().\r",
    SWITCH, "s\r", "j\r", "c\r", "new.\r", SWITCH, "k 1\r", "j\r", "x\r", "c\r", "still.\r",
    SWITCH, "q\r",
]  # fmt: skip


@pytest.fixture(params=SHELLS)
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Pair]:
    release = releases().get(request.param)
    if release is None:
        pytest.skip(f"there is no Erlang/OTP {request.param} here")
    pair = start(release, tmp_path)
    try:
        pair.wait_for("1>")
        yield pair
    finally:
        pair.close()


def start(release: Release, folder: Path, *flags: str, **more: str) -> Pair:
    """`erl` and `enigma` in terminals."""
    command, environment = release.erl_command(flags)
    ours = [sys.executable, "-m", "enigma_ref", "--otp", str(release.root), *flags]
    path = os.pathsep.join(filter(None, [str(Path(__file__).parents[2]), os.getenv("PYTHONPATH")]))
    here = {"TERM": "xterm", "LC_ALL": "C.UTF-8", "HOME": str(folder), **more}
    return Pair(
        Terminal(command, {**os.environ, **environment, **here}, folder),
        Terminal(ours, {**os.environ, "PYTHONPATH": path, **here}, folder),
    )


def play(pair: Pair, inputs: list[str]) -> None:
    """Type one after the other; the last one ends both programs, in the same way."""
    for keys in inputs[:-1]:
        pair.type(keys)
    pair.end(inputs[-1])
    wanted, given = pair.both
    assert given.status() == wanted.status()


def test_expressions(pair: Pair) -> None:
    play(pair, EXPRESSIONS)


def test_keys(pair: Pair) -> None:
    play(pair, KEYS)


def test_a_window_that_changes_its_size(pair: Pair) -> None:
    pair.type("lists:seq(1, 40).\r")
    for terminal in pair.both:
        terminal.resize(24, 60)
    pair.agree()
    pair.type("io:columns().\r")
    pair.type("lists:seq(1, 40).\r")
    pair.end("erlang:halt(7).\r")
    assert [terminal.status() for terminal in pair.both] == [7, 7]


def test_the_menu_of_control_c(pair: Pair) -> None:
    for keys in ("1 + 1", INTERRUPT, "x\r", "\r", "c\r", ".\r", INTERRUPT, "m\r", "ok.\r"):
        pair.type(keys)
    pair.type(INTERRUPT)
    pair.end("a\r")
    assert [terminal.status() for terminal in pair.both] == [0, 0]


def test_control_c_twice(pair: Pair) -> None:
    pair.type("timer:sleep(infinity).\r")
    pair.type(INTERRUPT)
    pair.end(INTERRUPT)
    assert [terminal.status() for terminal in pair.both] == [0, 0]


def test_modes_of_the_terminal(pair: Pair) -> None:
    first = [termios.tcgetattr(terminal.program.child_fd) for terminal in pair.both]
    assert first[0] == first[1]
    pair.end("erlang:halt().\r")
    last = [termios.tcgetattr(terminal.program.child_fd) for terminal in pair.both]
    assert last[0] == last[1] != first[0]
