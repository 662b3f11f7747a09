"""What `erl` makes of its command line: what is for the emulator, and what `init` gets.

Facts: erts/etc/common/erlexec.c, and the documentation of `erl`.
"""

from __future__ import annotations

import re
import shlex
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

VALUE_FLAGS: Final = re.compile(
    r"[aACeinPQtTRWKS]|IO(?:t|p|Pt|Pp|s)|J.*|SP|SD(?:cpu|Pcpu|io)|pc|rg"
    r"|M(?:[BDEFHLRSTX](?:as|asbcst|acul|acnl|acfml|atags|cp|e|t|lmbcs|mbcgs|mbsd|mmbcs|mmmbc"
    r"|ramv|rmbcmt|rsbcmt|rsbcst|sbct|smbcs)|ea|ummc|uycs|usac|im|is|lpm|Mamcbf|Mrmcbf|Mmcs|Mscs"
    r"|Mscrfsd|Msco|Mscrpm|Ye|Ym|Ytp|Ytt|Iscs|Xscs|dai)"
    r"|h(?:ms|mbs|pds|max|maxk|maxel|mqd)?|z(?:dbbl|dntgc|ebwt|osrl)"
    r"|s(?:bt|bwtdcpu|bwtdio|bwt|cl|ct|ecio|fwi|tbt|wct|wtdcpu|wtdio|wt|ws|ss|ssdcpu|ssdio|pp|ub)"
)
"""Flags of the emulator with a value behind them."""

OPTIONAL_VALUES: Final = {"B": ("i", "c", "d"), "c": ("true", "false")}
"""Flags of the emulator that may have one of these behind them."""

FROM_ENVIRONMENT: Final = (("ERL_AFLAGS",), ("ERL_FLAGS", "ERL_ZFLAGS"))
"""Variables with arguments that come before those of the user, and behind them."""

MAX_FILES: Final = 100
"""How many files of arguments are read."""

DISTRIBUTION: Final = ("-name", "-sname")


class FlagError(Exception):
    """A flag that lacks its value, a file of arguments that cannot be read, or something that
    this machine cannot do yet."""


@dataclass
class CommandLine:
    """A command line in parts: flags of the emulator without their `+`, the arguments of `init`,
    and variables that are set for the system."""

    emulator: list[tuple[str, str | None]] = field(default_factory=list)
    init: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)


def read_command_line(arguments: Sequence[str], environ: Mapping[str, str]) -> CommandLine:
    """Sort what the user wrote, in variables and files too. Raises `FlagError`."""
    words, extra = _gathered(arguments, environ)
    line = CommandLine()
    while words:
        word = words.popleft()
        if word[:1] == "+" and len(word) > 1:
            line.emulator.append(_emulator_flag(word, words))
        elif word in DISTRIBUTION:
            raise FlagError(f"{word}: this machine is no node of a distributed system yet")
        elif word == "-detached":
            raise FlagError(f"{word}: let your shell start the command in the background instead")
        elif word == "-noinput":
            line.init += ["-noshell", "-noinput"]
        elif word == "-env":
            name = _value(word, words)
            line.environment[name] = _value(word, words)
        elif word == "-compile":
            line.init += ["-noshell", "-noinput", "-s", "c", "lc_batch"]
        elif word == "-make":
            line.init += ["-noshell", "-noinput", "-s", "make", "all_or_nothing"]
            line.init += ["-s", "erlang", "halt"]
            break
        elif word == "-version":
            line.emulator.append(("V", None))
        else:
            line.init.append(word)
    if extra:
        line.init += ["-extra", *extra]
    return line


def _emulator_flag(word: str, words: deque[str]) -> tuple[str, str | None]:
    name = word[1:]
    if VALUE_FLAGS.fullmatch(name):
        return name, _value(word, words)
    if words and words[0] in OPTIONAL_VALUES.get(name, ()):
        return name, words.popleft()
    return name, None


def _value(flag: str, words: deque[str]) -> str:
    if not words:
        raise FlagError(f"{flag} needs a value behind it")
    return words.popleft()


# ---------------------------------------------------------------- where arguments come from


def _gathered(arguments: Sequence[str], environ: Mapping[str, str]) -> tuple[deque[str], list[str]]:
    """All arguments in their order, and those behind each -extra. A `--` keeps those from
    different places apart."""
    before, behind = (
        [[*split_words(environ[name]), "--"] for name in names if environ.get(name, "").strip()]
        for names in FROM_ENVIRONMENT
    )
    own = list(arguments)
    plain = own[: own.index("-extra")] if "-extra" in own else own
    apart = [["--"]] if own and (before or behind or "-args_file" in plain) else []
    words: deque[str] = deque()
    extra: list[str] = []
    for part in (*before, own, *apart, *behind):
        _sort(part, words, extra)
    return words, extra


def _sort(part: list[str], words: deque[str], extra: list[str]) -> None:
    """Add arguments from one place to `words`, those behind -extra to `extra`, and those of a file
    in the place of `-args_file File`."""
    files = [deque(part)]
    read = 0
    while files:
        left = files[-1]
        if not left:
            files.pop()
            continue
        word = left.popleft()
        if word == "-extra":
            extra.extend(left)
            left.clear()
        elif word == "-args_file":
            file = Path(_value(word, left))
            read += 1
            if read > MAX_FILES:
                raise FlagError(f"{word}: more than {MAX_FILES} files, which may name each other")
            try:
                text = file.read_text(encoding="utf-8", errors="surrogateescape")
            except OSError as problem:
                raise FlagError(f"{word} {file}: {problem.strerror}") from None
            files.append(deque([*split_words(text, comments=True), "--"]))
        else:
            words.append(word)


def split_words(text: str, *, comments: bool = False) -> list[str]:
    """The words of a text in which quotes keep words together."""
    # A quote that is not closed reaches to the end, and a last backslash is nothing.
    for whole in (text, text.removesuffix("\\"), text + '"', text + "'"):
        reader = shlex.shlex(whole, posix=True, punctuation_chars=False)
        reader.whitespace_split = True
        reader.commenters = "#" if comments else ""
        reader.escapedquotes = ""
        try:
            return list(reader)
        except ValueError:
            continue
    raise AssertionError(f"no words: {text!r}")
