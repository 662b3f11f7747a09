"""Asking Ericsson's runtime what built-in functions do, and comparing this one with it.

The runtime is `erl` on the path, or the command line in the environment variable ENIGMA_TEST_ERL
(another release, say).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from enigma_ref.runtime.vm import VM
from enigma_ref.terms import Bitstring, Float, Term, atom, list_items, make_list, make_string
from enigma_ref.terms.external import decode, encode
from enigma_ref.terms.order import identical
from enigma_ref.terms.text import format_w

Call = tuple[str, str, tuple[Term, ...]]
"""Module, function, arguments."""

OK = atom("ok")

PROGRAM = """
[In, Out] = init:get_plain_arguments(),
{ok, Data} = file:read_file(In),
Results = [try {ok, apply(M, F, A)} catch C:R -> {C, R} end || {M, F, A} <- binary_to_term(Data)],
ok = file:write_file(Out, term_to_binary(Results)),
halt().
"""


IN_TURN = """
[In, Out] = init:get_plain_arguments(),
{ok, Data} = file:read_file(In),
{{M0, F0, A0}, Calls} = binary_to_term(Data),
First = apply(M0, F0, A0),
Results = [try {ok, apply(M, F, [First | A])} catch C:R -> {C, R} end || {M, F, A} <- Calls],
ok = file:write_file(Out, term_to_binary(Results)),
halt().
"""


def call_term(call: Call) -> Term:
    """A call as a term: `{Module, Function, Arguments}`."""
    module, function, arguments = call
    return (atom(module), atom(function), make_list(arguments))


class Oracle:
    """One Erlang runtime; `release` is the number of its OTP release."""

    def __init__(self, command: str) -> None:
        self.command = command
        self.release = 25
        [(_, text)] = self.ask([("erlang", "system_info", (atom("otp_release"),))])
        self.release = int("".join(map(chr, list_items(text) or [])))

    def ask(self, calls: Iterable[Call]) -> list[Term]:
        """For each call `{ok, Value}` or `{Class, Reason}`, all from one run of the runtime."""
        return self._run(PROGRAM, make_list(map(call_term, calls)))

    def _run(self, program: str, term: Term) -> list[Term]:
        with tempfile.TemporaryDirectory() as folder:
            question = Path(folder, "in")
            answer = Path(folder, "out")
            question.write_bytes(encode(term, release=25))
            subprocess.run(
                [
                    self.command,
                    "-noshell",
                    "-noinput",
                    "-eval",
                    program,
                    "-extra",
                    question,
                    answer,
                ],
                check=True,
                timeout=120,
                env={**os.environ, "ERL_CRASH_DUMP_BYTES": "0"},
                cwd=folder,
            )
            return list_items(decode(answer.read_bytes())) or []

    def ask_in_turn(self, make: Call, calls: Iterable[Call]) -> list[Term]:
        """As `ask`, for calls that get the result of the call `make` before their arguments."""
        return self._run(IN_TURN, (call_term(make), make_list(map(call_term, calls))))

    def vm(self, **options: Any) -> VM:
        """A machine of the same release without any modules."""
        return VM(self.release, [], **options)

    def compare(self, calls: Iterable[Call]) -> None:
        """Fail with the first calls that end in another way than on the runtime."""
        calls = list(calls)
        expected = self.ask(calls)
        vm = self.vm(write=lambda text: None)
        wrong = []
        for call, theirs in zip(calls, expected, strict=True):
            ours = answer(vm, call)
            if not identical(ours, theirs):
                wrong.append(f"{shown(call)}\n    erl:    {cut(theirs)}\n    enigma: {cut(ours)}")
        if wrong:
            pytest.fail(
                f"{len(wrong)} of {len(calls)} calls differ:\n" + "\n".join(wrong[:40]),
                pytrace=False,
            )


def answer(vm: VM, call: Call) -> Term:
    """How this machine ends the call, in the form of `Oracle.ask`."""
    module, function, args = call
    outcome = vm.call(module, function, args, timeout=60)
    return (OK, outcome.value) if outcome.ok else (outcome.cls, outcome.reason)


def shown(call: Call) -> str:
    """A call as a line of text."""
    module, function, args = call
    return f"{module}:{function}({', '.join(map(cut, args))})"


def cut(term: Term) -> str:
    """The text of a term, not too long."""
    text = format_w(term)
    return text if len(text) < 300 else f"{text[:300]}... ({len(text)} characters)"


def find_erl() -> str | None:
    """The command line of the runtime to compare with."""
    return os.environ.get("ENIGMA_TEST_ERL") or shutil.which("erl")


def binary(data: bytes | str) -> Bitstring:
    """The binary of these bytes, or of a text in UTF-8."""
    return Bitstring.of(data.encode() if isinstance(data, str) else data)


def bits(value: int, size: int) -> Bitstring:
    """A bitstring of `size` bits."""
    return Bitstring.from_int(value, size)


def unaligned(data: bytes) -> Bitstring:
    """A binary whose bits do not start at the beginning of a byte in memory."""
    whole = Bitstring.of(data)
    return Bitstring.join([bits(5, 3), whole]).slice(3, whole.size)


SAMPLES: tuple[Term, ...] = (
    0, 1, -1, 2, 10, 255, 256, 1 << 28, 1 << 62, 1 << 64, -(1 << 70),
    Float(1.0), Float(-2.5), atom("a"), atom("true"), atom("undefined"), (), (atom("a"), 1),
    make_list([]), make_list([1, 2]), make_string("abc"), make_list([1], 2),
    binary(""), binary("abc"), bits(5, 3), bits(0x1ABC, 13),
)  # fmt: skip
"""Terms of most types, for arguments in places where they do not belong."""


def one_wrong(module: str, function: str, good: tuple[Term, ...]) -> list[Call]:
    """Calls with one argument at a time replaced by each of SAMPLES."""
    return [
        (module, function, (*good[:at], sample, *good[at + 1 :]))
        for at in range(len(good))
        for sample in SAMPLES
    ]
