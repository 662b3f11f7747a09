"""What `erl` makes of its command line: what is for the emulator, and what `init` gets.

Facts: erts/etc/common/erlexec.c, and the documentation of `erl`.
"""

from __future__ import annotations

import os
import re
import shlex
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Final

VALUE_FLAGS: Final = re.compile(
    r"[aACeinPQtTRWKS]|IO(?:t|p|Pt|Pp|s)|SP|SD(?:cpu|Pcpu|io)|pc|rg"
    r"|M(?:[BDEFHLRSTX](?:as|asbcst|acul|acnl|acfml|atags|cp|e|t|lmbcs|mbcgs|mbsd|mmbcs|mmmbc"
    r"|ramv|rmbcmt|rsbcmt|rsbcst|sbct|smbcs)|ea|ummc|uycs|usac|im|is|lpm|Mamcbf|Mrmcbf|Mmcs|Mscs"
    r"|Mscrfsd|Msco|Mscrpm|Ye|Ym|Ytp|Ytt|Iscs|Xscs|dai)"
    r"|h(?:ms|mbs|pds|max|maxk|maxel|mqd)?|z(?:dbbl|dntgc|ebwt)"
    r"|s(?:bt|bwtdcpu|bwtdio|bwt|cl|ct|ecio|fwi|tbt|wct|wtdcpu|wtdio|wt|ws|ss|ssdcpu|ssdio|pp|ub)"
)
"""Flags of the emulator with a value in the word behind them."""

VALUE_FLAGS_SINCE: Final = {
    24: re.compile("J.*|zosrl"),
    26: re.compile("pad"),
    27: re.compile("hmaxib|zhft"),
}
"""More of them, by the release that they came with."""

UNKNOWN: Final = re.compile(r"I(?!O(?:t|p|Pt|Pp|s))|SD(?!cpu|Pcpu|io)")
"""Flags of the emulator that erlexec knows not to be there."""

OPTIONAL_VALUES: Final = {"B": ("i", "c", "d"), "c": ("true", "false")}
"""Flags of the emulator that may have one of these behind them."""

BREAK_VALUES_SINCE: Final = 24
"""Before, erlexec refused `+B c` and `+B d`, which only in one word were flags."""

FROM_ENVIRONMENT: Final = (("ERL_OTP{}_FLAGS", "ERL_AFLAGS"), ("ERL_FLAGS", "ERL_ZFLAGS"))
"""Variables with arguments that come before those of the user, and behind them. One is about a
release only."""

APART_SINCE: Final = 26
"""Since then erlexec keeps the arguments of the command line apart from others in any case."""

PROGRAM: Final = "-S"
"""Since then all words behind it name a program and its arguments."""

PART: Final = 65536
"""Bytes that are read at once."""

MAX_FILES: Final = 100
"""How many files of arguments are read."""

DISTRIBUTION: Final = ("-name", "-sname")


FOR_SHELL: Final = ("-noshell", "-noinput")
"""Flags of `init` that keep it from reading the terminal."""

SHOWN: Final = ("-emu_args", "-emu_args_exit", "-emu_name_exit", "-emu_qouted_cmd_exit")
"""Flags that show how the emulator is started. All but the first one do nothing else."""

WITH_VALUE: Final = ("-emu_type", "-emu_flavor", "-proto_dist", "-start_epmd", "-configfd")
"""Flags of `init` that erlexec wants a value behind."""

SMP: Final = ("-smpdisable", "-smp disable")


class FlagError(Exception):
    """A command line that `erl` refuses, in its own words."""


class NotHere(FlagError):
    """Something that this machine cannot do yet."""

    def __init__(self, what: str) -> None:
        super().__init__(f"enigma: {what}")


@dataclass
class CommandLine:
    """A command line in parts: the words for the emulator, with a `-` for their `+`, the arguments
    of `init`, and variables that are set for the system. `shows` is one of `SHOWN`; `emulator_type`
    and `emulator_flavor` are the emulator that was asked for."""

    emulator: list[str] = field(default_factory=list)
    init: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    detached: bool = False
    shows: str | None = None
    emulator_type: str | None = None
    emulator_flavor: str | None = None


def read_command_line(
    arguments: Sequence[str], environ: Mapping[str, str], release: int
) -> CommandLine:
    """Sort what the user wrote, in variables and files too. Raises `FlagError`."""
    words, extra, start = _gathered(arguments, environ, release)
    line = CommandLine()
    while words:
        word = words.popleft()
        if word[:1] == "+":
            _emulator_flag(word, words, line.emulator, release)
        elif word == "-make":
            line.init += [*FOR_SHELL, "-s", "make", "all_or_nothing", "-s", "erlang", "halt"]
            line.emulator.append("-B")
            break
        else:
            _flag(word, words, line)
    if "-no_epmd" in line.init and "-proto_dist" not in line.init:
        raise FlagError("erlexec: Missing -proto_dist option, expected when using -no_epmd.")
    named = next((word for word in line.init if word in DISTRIBUTION), None)
    if named and not _stays_alone(line.init):
        raise NotHere(f"{named}: this machine is no node of a distributed system yet")
    if extra:
        line.init += ["-extra", *extra]
    line.init += start
    return line


def _stays_alone(words: Sequence[str]) -> bool:
    """Whether the system does not become a node, whatever it is called."""
    settings = zip(words, words[1:], words[2:], strict=False)
    return ("-kernel", "start_distribution", "false") in settings


def _flag(word: str, words: deque[str], line: CommandLine) -> None:
    """Follow a flag that is not for the emulator, or leave it for `init`."""
    if word in DISTRIBUTION:
        line.init += [word, _value(word, words)]
    elif word == "-detached":
        line.detached = True
        line.init += FOR_SHELL
    elif word == "-noinput":
        line.init += FOR_SHELL
    elif word == "-env":
        name = _value(word, words)
        line.environment[name] = _value(word, words)
    elif word == "-epmd":
        _value(word, words)
    elif word == "-compile":
        line.init += [*FOR_SHELL, "-s", "c", "lc_batch"]
        line.emulator.append("-B")
    elif word == "-version":
        line.emulator.append("-V")
    elif word in SHOWN:
        line.shows = word if line.shows in (None, SHOWN[0]) else line.shows
    elif word in WITH_VALUE:
        _valued(word, _value(word, words), line)
    elif word == SMP[0] or (word == "-smp" and words and words[0] == "disable"):
        raise FlagError(f"Argument '{SMP[1]}' not supported. Use \"+S 1\" instead.")
    else:
        line.init.append(word)


def _valued(word: str, value: str, line: CommandLine) -> None:
    """A flag that `init` gets too, with its value."""
    if word == "-emu_type":
        line.emulator_type = value
    elif word == "-emu_flavor":
        line.emulator_flavor = value
    elif word == "-start_epmd" and value not in ("true", "false"):
        raise FlagError("Expected boolean argument for '-start_epmd'.")
    elif word == "-configfd" and value == "0":
        line.init += FOR_SHELL
    line.init += [word, value]


def _emulator_flag(word: str, words: deque[str], emulator: list[str], release: int) -> None:
    name = word[1:]
    if (name[:1] == "B" and name[1:2] not in ("", "i", "c", "d")) or UNKNOWN.match(name):
        # By then it has put another sign before it, for most.
        raise _missing(("-" if name[:1] == "B" else "+") + name)
    emulator.append(f"-{name}")
    more = [flags for since, flags in VALUE_FLAGS_SINCE.items() if since <= release]
    if any(flags.fullmatch(name) for flags in (VALUE_FLAGS, *more)):
        emulator.append(_value(word, words))
    elif words and words[0] in OPTIONAL_VALUES.get(name, ()):
        if name == "B" and release < BREAK_VALUES_SINCE and words[0] != "i":
            raise _missing("-B")
        emulator.append(words.popleft())


def _value(flag: str, words: deque[str]) -> str:
    if not words or words[0] == "--":
        raise _missing(flag)
    return words.popleft()


def _missing(flag: str) -> FlagError:
    return FlagError(f"Missing argument(s) for '{flag}'.")


# ---------------------------------------------------------------- where arguments come from


def _gathered(
    arguments: Sequence[str], environ: Mapping[str, str], release: int
) -> tuple[deque[str], list[str], list[str]]:
    """All arguments in their order, those behind each -extra, and what starts a program with -S: it
    goes to `init` as it is, behind everything else. A `--` keeps those from different places
    apart."""
    before, behind = (
        [
            [*split_words(text), "--"]
            for name in names
            if (text := environ.get(name.format(release), "")).strip()
        ]
        for names in FROM_ENVIRONMENT
    )
    own = list(arguments)
    is_newer = release >= APART_SINCE
    plain = list(takewhile(lambda word: word != "-extra", own))
    start: list[str] = []
    if is_newer and PROGRAM in plain:
        plain, rest = own[: own.index(PROGRAM)], own[own.index(PROGRAM) + 1 :]
        own = plain
        start = [FOR_SHELL[0], PROGRAM, *(r"\--" if word == "--" else word for word in rest)]
    if is_newer:
        apart = [["--"]] * (2 if start or "-extra" in own else 1)
    else:
        apart = [["--"]] if own and (before or behind or "-args_file" in plain) else []
    words: deque[str] = deque()
    extra: list[str] = []
    for part in (*before, own, *apart, *behind):
        ends = is_newer and part is not own and part[-1:] == ["--"]
        _sort(part[:-1] if ends else part, words, extra, is_newer)
        if ends:
            words.append("--")
    return words, extra, start


def _sort(part: list[str], words: deque[str], extra: list[str], is_newer: bool) -> None:
    """Add arguments from one place to `words`, those behind -extra to `extra`, and those of a file
    in the place of `-args_file File`. The `--` at the end of a file with -extra is among what is
    behind, in older releases, and else gone."""
    files = [deque(part)]
    read = 0
    while files:
        left = files[-1]
        if not left:
            files.pop()
            continue
        word = left.popleft()
        if word == "-extra":
            if is_newer and len(files) > 1:
                left.pop()
            extra.extend(left)
            left.clear()
        elif word == "-args_file":
            if not left:
                raise _missing(word)
            name = left.popleft()
            read += 1
            if read > MAX_FILES:
                raise NotHere(f"{word}: more than {MAX_FILES} files, which may name each other")
            files.append(deque([*split_words(_text(name), comments=True), "--"]))
        else:
            words.append(word)


def _text(name: str) -> str:
    """What is in a file of arguments. Raises FlagError, in the words of erlexec."""
    try:
        # Python's own open() refuses folders, too, which only cannot be read.
        descriptor = os.open(name, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as problem:
        where = f'"{name}" at "{_working_folder()}"'
        raise FlagError(f"Failed to open arguments file {where}: {problem.strerror}") from None
    parts = []
    try:
        while part := os.read(descriptor, PART):
            parts.append(part)
    except OSError as problem:
        shown = f'Failed to read arguments file "{name}"'
        raise FlagError(f"{shown}: {problem.strerror}") from None
    finally:
        os.close(descriptor)
    return os.fsdecode(b"".join(parts))


def _working_folder() -> str:
    try:
        return os.getcwd()
    except OSError:
        return ""


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
