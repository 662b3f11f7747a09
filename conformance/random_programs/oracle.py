"""What a real `erl` says: one long-lived emulator that compiles and runs many modules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Final

from conformance.random_programs.emulator import COMPILE_SECONDS, GONE, Emulator
from conformance.releases import Release
from conformance.variants import VARIANTS
from enigma_ref.terms import Bitstring, Term, atom, list_items, make_list
from enigma_ref.terms.parse import parse_term

RUN_MS: Final = 5_000
"""How long one program may run in `erl`."""


@dataclass(frozen=True)
class Program:
    """A module to compile: its source, in which `?MODULE` stands for the name, and a variant."""

    name: str
    source: str
    variant: str = "plain"


@dataclass(frozen=True)
class Said:
    """What `erl` did with a program.

    `outcome` is `ok` (then there are `beam`, and `result`, the external term of what `run/0`
    gave), `late` (it wanted too much time or memory), `rejected` (it does not compile: `text`
    says why), `uncompiled` (the compiler runs for ever), `unloadable` (the loader refuses what the
    compiler made), `ended` (its process was ended) or `crashed` (the emulator was).
    """

    outcome: str
    beam: bytes = b""
    result: bytes = b""
    text: str = ""


class Oracle:
    """A running emulator of one release; starts again by itself after it died."""

    def __init__(self, otp: int) -> None:
        self._emulator = Emulator(otp, "+S", "1:1")
        self.release: Release = self._emulator.release

    def __enter__(self) -> Oracle:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def run(self, programs: Sequence[Program]) -> list[Said]:
        """Compile and run programs with different names, in one go when nothing goes wrong."""
        jobs = make_list(
            (
                atom(one.name),
                Bitstring.of(one.source.replace("?MODULE", one.name).encode()),
                make_list(map(parse_term, VARIANTS[one.variant].options)),
                RUN_MS,
            )
            for one in programs
        )
        limit = len(programs) * (RUN_MS / 1000 + 1) + COMPILE_SECONDS
        try:
            answer = self._emulator.ask((atom("run"), jobs), limit)
        except GONE:
            self.close()
            if len(programs) == 1:
                return [Said("crashed")]
            return [said for one in programs for said in self.run([one])]
        return [_said(one) for one in list_items(answer) or ()]

    def pretty(self, source: str) -> str:
        """The source laid out by `erl_pp`."""
        return self._emulator.pretty(source)

    def close(self) -> None:
        """End the emulator."""
        self._emulator.close()


def _said(answer: Term) -> Said:
    outcome, *rest = answer
    data = [part.to_bytes() for part in rest]
    if outcome.name == "ok":
        return Said("ok", data[0], data[1])
    if outcome.name == "late":
        return Said("late", data[0])
    return Said(outcome.name, text=data[0].decode())
