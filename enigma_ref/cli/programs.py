"""`enigma erlc`, `enigma escript`, `enigma dialyzer` and `enigma ct_run`: programs of OTP that are
written in Erlang, started with the flags that their own front ends give to `erl`.

Facts: erts/etc/common/erlc.c, escript.c, dialyzer.c and ct_run.c.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from enigma_ref.cli.complaints import complain
from enigma_ref.cli.erl_flags import FlagError

RENAMED: Final = {
    "-config": "-ct_config", "-decrypt_key": "-ct_decrypt_key",
    "-decrypt_file": "-ct_decrypt_file",
}  # fmt: skip
"""Flags of `ct_run` that mean something else to `erl`."""

SHEBANG_FLAGS: Final = b"%%!"
"""What the second or third line of a script begins with that names flags."""


def erlc(arguments: Sequence[str]) -> list[str]:
    """Folders of code come before what starts the compiler; there is no server to compile in."""
    folders: list[str] = []
    rest: list[str] = []
    words = list(arguments)
    while words:
        word = words.pop(0)
        if word in ("-no-server", "-server"):
            continue
        if word[:3] in ("-pa", "-pz"):
            value = word[3:] or (words.pop(0) if words else None)
            if value is None:
                raise FlagError(f"{word} needs a folder behind it")
            folders += [word[:3], value]
        else:
            rest.append(word)
    start = ["-noinput", "-mode", "minimal", "-boot", "no_dot_erlang"]
    return [*folders, *start, "-s", "erl_compile", "compile_cmdline", "-extra", *rest]


def escript(arguments: Sequence[str]) -> list[str]:
    """Options before the script's name are for OTP's module escript, those behind it for the
    script; a line of the script itself may name flags."""
    names = [place for place, word in enumerate(arguments) if not word.startswith("-")]
    if not names:
        raise FlagError("escript: there has to be the name of a script")
    script = arguments[names[0]]
    options = [word[1:] for word in arguments[: names[0]]]
    flags = [*_flags_of_script(script), "-run", "escript", "start", *options]
    return ["-boot", "no_dot_erlang", "-noshell", *flags, "-extra", *arguments[names[0] :]]


def _flags_of_script(script: str) -> list[str]:
    try:
        with Path(script).open("rb") as file:
            lines = [file.readline() for _ in range(3)]
    except OSError as problem:
        raise FlagError(f"escript: {script}: {problem.strerror}") from None
    for line in lines[1:]:
        if line.startswith(SHEBANG_FLAGS):
            text = line.removeprefix(SHEBANG_FLAGS).rstrip(b"\n")
            return [os.fsdecode(word) for word in text.split(b" ") if word]
    return []


def dialyzer(arguments: Sequence[str]) -> list[str]:
    """Everything but --shell is for OTP's module dialyzer."""
    quiet = [] if "--shell" in arguments else ["-noinput"]
    rest = [word for word in arguments if word != "--shell"]
    start = ["-boot", "no_dot_erlang", "-run", "dialyzer", "plain_cl"]
    return [*quiet, *start, "-extra", *rest]


def ct_run(arguments: Sequence[str]) -> list[str]:
    """As `ct_run` without a window, on a node without a name; flags for the emulator stand behind
    -erl_args."""
    words = list(arguments)
    place = words.index("-erl_args") if "-erl_args" in words else len(words)
    own = [RENAMED.get(word, word) for word in words[:place]]
    behind = ["-ct_erl_args", *words[place + 1 :]] if place < len(words) else []
    return ["-s", "ct_run", "script_start", "-s", "erlang", "halt", *own, *behind]


PROGRAMS: Final[dict[str, Callable[[Sequence[str]], list[str]]]] = {
    "ct_run": ct_run,
    "dialyzer": dialyzer,
    "erlc": erlc,
    "escript": escript,
}


def run(name: str, arguments: list[str]) -> int:
    """Boot OTP and run one of its programs; the exit status."""
    from enigma_ref.cli import erl

    chosen: list[str] = []
    if arguments[:1] == ["--otp"]:
        chosen, arguments = arguments[:2], arguments[2:]
    try:
        flags = PROGRAMS[name](arguments)
    except FlagError as problem:
        return complain(str(problem))
    os.environ["ESCRIPT_NAME"] = next(iter(arguments), name) if name == "escript" else name
    return erl.run([*chosen, *flags])
