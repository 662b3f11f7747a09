"""Sessions of the shell as data: what is typed, one input after the other (sessions/*.yaml).

A key that is no character is written as the sign that keyboards bear: `⏎` Return, `⇥` Tab, arrows,
`⌃A` Ctrl-A, `⌥f` Alt-f. An input `window: [rows, columns]` gives the window another size;
`until: line` waits until that is a line on the screen, which some process prints in its own time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

FOLDER: Final = Path(__file__).parent / "sessions"
"""Where sessions are."""

SIGNS: Final = {
    "⏎": "\r", "⇥": "\t", "⌫": "\x7f", "⌦": "\x1b[3~", "⇱": "\x1b[H", "⇲": "\x1b[F",
    "←": "\x1b[D", "→": "\x1b[C", "↑": "\x1b[A", "↓": "\x1b[B", "⌥": "\x1b",
}  # fmt: skip

CONTROL: Final = re.compile("⌃(.)")


@dataclass(frozen=True)
class Window:
    """The window gets another size."""

    rows: int
    columns: int


@dataclass(frozen=True)
class Until:
    """Nothing is typed until this is a line on the screen."""

    line: str


Input = str | Window | Until


@dataclass(frozen=True)
class Session:
    """What is typed after the first prompt. `end` ends the program, with `status`; `files` are
    there before, by name; `flags` are for both programs."""

    name: str
    inputs: tuple[Input, ...]
    end: str
    status: int = 0
    files: dict[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    releases: tuple[int, ...] = (23, 25, 27, 29)


def typed(text: str) -> str:
    """The characters that a terminal sends for keys."""
    keys = CONTROL.sub(lambda found: chr(ord(found[1]) & 0x1F), text)
    return "".join(SIGNS.get(character, character) for character in keys)


def read_input(item: object) -> Input:
    """One input of a file. Raises TypeError for what is none."""
    match item:
        case {"window": [int(rows), int(columns)]}:
            return Window(rows, columns)
        case {"until": str(line)}:
            return Until(line)
        case dict() | list() | None:
            raise TypeError(f"no input of a session: {item}")
    return typed(str(item))


def read_session(path: Path) -> Session:
    """The session in a file. Raises TypeError for what no session has."""
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    del data["about"]
    inputs = tuple(read_input(item) for item in data.pop("inputs"))
    for key in {"flags", "releases"} & data.keys():
        data[key] = tuple(data[key])
    end = typed(data.pop("end"))
    return Session(name=path.stem, inputs=inputs, end=end, **data)


SESSIONS: Final = {path.stem: path for path in sorted(FOLDER.glob("*.yaml"))}
"""The file of each session, by its name."""
