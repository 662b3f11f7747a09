"""Reading the flags of the emulator: what stands for one, and the kinds of them.

Facts: erts/emulator/beam/erl_init.c, from which the complaints are known too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from enigma_ref.bifs.processors import available
from enigma_ref.cli.erl_flags import FlagError

END: Final = "--"
"""What stands behind the flags of the emulator."""

USAGE: Final = "Usage: beam.smp [flags] [ -- [init_args] ]"
"""The complaint about a word that is no flag."""


class Reader:
    """Reads the words of the emulator one after the other, each `-Flag` or the value of one."""

    def __init__(self, words: Sequence[str], release: int, program: str, version: str) -> None:
        self.words = list(words)
        self.at = 0
        self.release = release
        self.program = program
        self.version = version
        self.found: dict[str, Any] = {}
        self.amounts: dict[str, tuple[int, int]] = {}
        self.percentages: dict[str, tuple[int, int]] = {}
        self.remarks: list[str] = []

    def value(self, rest: str) -> str:
        """The value of a flag: what is joined to it, or the word behind it, even if that is the
        end of the flags."""
        if rest:
            return rest
        self.at += 1
        return self.words[self.at - 1] if self.at <= len(self.words) else END

    def read(self, flags: Flags) -> None:
        """Read them all. Raises FlagError, and what following them raises."""
        while self.at < len(self.words):
            word = self.words[self.at]
            self.at += 1
            if not word.startswith("-"):
                raise FlagError(USAGE)
            for prefix, follow in flags:
                if word.startswith(prefix):
                    follow(self, word, word.removeprefix(prefix))
                    break
            else:
                raise FlagError(self.unknown(word))

    def online(self, kind: str) -> int:
        """How many schedulers of a kind are online so far."""
        return self.amounts[kind][1] if kind in self.amounts else available()

    def unknown(self, word: str) -> str:
        """The complaint about a flag that there is not."""
        return f"{self.program} unknown flag {word}"


Follow = Callable[[Reader, str, str], None]
"""Follows a flag: it gets the word, and what is behind the flag's name in it."""

Flags = Sequence[tuple[str, Follow]]
"""What each flag does; of those that begin alike, the one that comes first is meant."""


def number_in(text: str) -> int:
    """What C's atoi makes of a text: the number that it begins with, or 0."""
    found = re.match(r"\s*[+-]?\d+", text, re.ASCII)
    return int(found[0]) if found else 0


def begins_with_number(text: str) -> bool:
    """Whether there is a number in front."""
    return re.match(r"\s*[+-]?\d", text, re.ASCII) is not None


def in_range(
    complaint: str, low: int, high: int, name: str | None = None, *, strict: bool = False
) -> Follow:
    """A number within limits, which becomes a setting if there is a name for it. What is no number
    counts as 0, unless `strict`."""

    def follow(reader: Reader, word: str, rest: str) -> None:
        text = reader.value(rest)
        number = number_in(text)
        if not low <= number <= high or (strict and not begins_with_number(text)):
            raise FlagError(f"{complaint} {text}")
        if name is not None:
            reader.found[name] = number

    return follow


def one_of(complaint: str, known: Sequence[str], name: str | None = None) -> Follow:
    """One of these words."""

    def follow(reader: Reader, word: str, rest: str) -> None:
        text = reader.value(rest)
        if text not in known:
            raise FlagError(complaint.format(text))
        if name is not None:
            reader.found[name] = text

    return follow


def boolean(complaint: str, name: str | None = None) -> Follow:
    """`true` or `false`."""

    def follow(reader: Reader, word: str, rest: str) -> None:
        text = reader.value(rest)
        if text not in ("true", "false"):
            raise FlagError(complaint.format(text))
        if name is not None:
            reader.found[name] = text == "true"

    return follow


def any_value(reader: Reader, word: str, rest: str) -> None:
    """A value that nobody looks at."""
    reader.value(rest)


def nothing(reader: Reader, word: str, rest: str) -> None:
    """A flag without a value, that changes nothing."""


def since(release: int, follow: Follow, before: Follow) -> Follow:
    """A flag that came, or changed, with a release."""

    def choose(reader: Reader, word: str, rest: str) -> None:
        (follow if reader.release >= release else before)(reader, word, rest)

    return choose


def refused(reader: Reader, word: str, rest: str) -> None:
    """A flag that the release does not have. Raises FlagError."""
    raise FlagError(reader.unknown(word))


def setting(name: str, value: Any) -> Follow:
    """A flag without a value."""

    def follow(reader: Reader, word: str, rest: str) -> None:
        reader.found[name] = value

    return follow
