"""The shell in a terminal: what is on the screen after each input is what `erl` shows."""

from __future__ import annotations

import os
import re
import sys
import tempfile
import termios
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from conformance.releases import releases
from enigma_ref.otp import Release
from tests.otp.screens import Pair, Terminal
from tests.otp.sessions import SESSIONS, Session, read_session

SHELLS = (23, 25, 27, 29)
PLAYED = [
    (session, number)
    for session in map(read_session, SESSIONS.values())
    for number in SHELLS
    if number in session.releases
]

INTERRUPT = "\x03"


@contextmanager
def started(number: int, session: Session) -> Iterator[Pair]:
    """`erl` and `enigma` in terminals, each in a folder of its own, showing their first prompt.

    The names of the folders are short, and of the same length, so that they change no line.
    """
    release = releases().get(number)
    if release is None:
        pytest.skip(f"there is no Erlang/OTP {number} here")
    with tempfile.TemporaryDirectory() as there:
        folders = [Path(there) / name for name in ("theirs", "enigma")]
        for folder in folders:
            folder.mkdir()
            for name, text in session.files.items():
                (folder / name).write_text(text, encoding="utf-8")
        pair = start(release, folders, *session.flags)
        try:
            pair.wait_for("1>")
            yield pair
        finally:
            pair.close()


def start(release: Release, folders: list[Path], *flags: str) -> Pair:
    """`erl` in the first folder and `enigma` in the second."""
    command, environment = release.erl_command(flags)
    ours = [sys.executable, "-m", "enigma_ref", "--otp", str(release.root), *flags]
    path = os.pathsep.join(filter(None, [str(Path(__file__).parents[2]), os.getenv("PYTHONPATH")]))
    return Pair(
        _terminal(command, environment, folders[0]),
        _terminal(ours, {"PYTHONPATH": path}, folders[1]),
    )


def _terminal(command: list[str], more: Mapping[str, str], folder: Path) -> Terminal:
    cache = os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))
    here = {"TERM": "xterm", "LC_ALL": "C.UTF-8", "HOME": str(folder), "XDG_CACHE_HOME": cache}
    return Terminal(command, {**os.environ, **more, **here}, folder)


@pytest.fixture(params=SHELLS)
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    with started(request.param, Session("empty", (), "")) as both:
        yield both


@pytest.mark.parametrize(
    ("session", "number"), PLAYED, ids=[f"{session.name}-{number}" for session, number in PLAYED]
)
def test_session(session: Session, number: int) -> None:
    with started(number, session) as pair:
        for item in session.inputs:
            pair.type(item)
        pair.end(session.end)
        assert [terminal.status() for terminal in pair.both] == [session.status] * 2


LISTED = {
    "p": "=proc", "o": "=port", "l": "Current code", "i": "=memory", "D": "=ets", "k": "=proc"
}  # fmt: skip
"""Commands of the menu that list something, and how that begins."""


def _labels(text: str, begins: str) -> set[str]:
    """What stands before the values in a listing, from where it begins to the next prompt, or to
    the allocators, which this machine has none of."""
    listing = text[text.index(begins) :].partition("(k)ill")[0].partition("=allocator")[0]
    lines = re.sub(r"0x[0-9a-f]+", "ADDRESS", listing).splitlines()
    return {re.sub(r"\d+", "N", re.split(r"[:\[(<]", line)[0]) for line in lines}


@pytest.mark.parametrize("key", LISTED)
def test_listings_of_the_menu(pair: Pair, key: str) -> None:
    # Supervisors without children to watch hibernate after a second.
    pair.type("timer:sleep(2000).\r")
    pair.wait_for("2>")
    pair.type(INTERRUPT)
    wanted, given = (_labels(text, LISTED[key]) for text in pair.printed_for(f"{key}\r"))
    assert wanted - given == set()
    assert given - wanted == set()


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
