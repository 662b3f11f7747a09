"""What a real `erl` makes of damaged terms, beside what we make of them."""

from __future__ import annotations

import os
import struct
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from conformance import paths
from conformance.releases import Release, compile_tool
from enigma_ref.runtime.vm import VM
from enigma_ref.terms import Bitstring, atom, make_list
from enigma_ref.terms.atoms import BADARG
from enigma_ref.terms.deep import identical
from enigma_ref.terms.external import ExternalFormatError, decode, decode_used
from enigma_ref.terms.text import format_w

_TOOL: Final = paths.PACKAGE / "mutated_terms" / "enigma_mutated.erl"
_SECONDS: Final = 300
_USED: Final = make_list([atom("used")])

OUTSIDE: Final = {
    "tag 73": "an atom by its place in the emulator's table",
    "tag 75": "an atom by its place in the emulator's table",
    "float whose text has no end": "erl reads on in what lies behind the data",
    "reference of 0 words": "erl reads a word behind the data",
    "expected a pid": "erl takes any term for the creator of a fun until 25",
}
"""What we refuse though releases take it, by a part of our own words: nothing to agree with."""


@dataclass
class Comparison:
    """How many answers were the same, and so on; `differences` are texts for people."""

    counts: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)


def ask(release: Release, terms: Sequence[bytes]) -> list[bytes | None]:
    """For each of `terms` what `erl` gives: `{Term, Used}` as an external term, nothing for
    badarg, None when the emulator ended."""
    answers: list[bytes | None] = []
    with tempfile.TemporaryDirectory() as folder:
        while len(answers) < len(terms):
            got = list(_run(release, Path(folder), terms[len(answers) :]))
            answers += got
            if len(answers) < len(terms):
                answers.append(None)
    return answers


def _run(release: Release, folder: Path, terms: Sequence[bytes]) -> Iterator[bytes]:
    question, answer = folder / "in", folder / "out"
    question.write_bytes(b"".join(struct.pack(">I", len(one)) + one for one in terms))
    answer.write_bytes(b"")
    argv, env = release.erl_command(
        [
            *("-boot", "start_clean", "-noshell", "-noinput", "+S", "1:1", "+A", "1"),
            *("-pa", str(compile_tool(_TOOL, release)), "-s", "enigma_mutated", "main"),
            *("-extra", str(question), str(answer)),
        ]
    )
    subprocess.run(
        argv,
        env={**env, "ERL_CRASH_DUMP": os.devnull, "ERL_CRASH_DUMP_SECONDS": "0"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        timeout=_SECONDS,
        check=False,
    )
    data = answer.read_bytes()
    position = 0
    while position + 4 <= len(data):
        (size,) = struct.unpack_from(">I", data, position)
        position += 4 + size
        if position > len(data):
            return
        yield data[position - size : position]


def compare(release: Release, terms: Sequence[bytes]) -> Comparison:
    """Verdicts and terms of `erl` and of the reference VM."""
    found = Comparison()
    vm = VM(release.number, [])
    for data, theirs in zip(terms, ask(release, terms), strict=True):
        if theirs is None:
            found.counts["erl ended"] += 1
            continue
        kind, text = _compared(vm, data, theirs)
        found.counts[kind] += 1
        if text:
            found.differences.append(f"{kind}: {data.hex()}\n{text}")
    return found


def _compared(vm: VM, data: bytes, theirs: bytes) -> tuple[str, str]:
    """The kind of agreement, and what to tell of a difference."""
    outcome = vm.call("erlang", "binary_to_term", [Bitstring.of(data), _USED])
    if not outcome.ok:
        assert outcome.reason is BADARG
        if not theirs:
            return "badarg", ""
        why = _why(data)
        for part in OUTSIDE:
            if part in why:
                return "outside", ""
        return "only erl accepts", f"    erl: {_text(theirs)}\n    {why}"
    if not theirs:
        return "only erl refuses", f"    here: {format_w(outcome.value):.500}"
    if identical(decode(theirs), outcome.value):
        return "same term", ""
    return "other term", f"    erl:  {_text(theirs)}\n    here: {format_w(outcome.value):.500}"


def _why(data: bytes) -> str:
    try:
        decode_used(data)
    except ExternalFormatError as error:
        return str(error)
    return "refused for this release"


def _text(answer: bytes) -> str:
    return f"{format_w(decode(answer)):.500}"
