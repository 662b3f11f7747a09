"""What a real `erl` does with concurrent programs: all the outcomes that it shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from conformance import paths
from conformance.random_programs.emulator import COMPILE_SECONDS, GONE, Emulator
from conformance.random_programs.oracle import Program
from conformance.releases import Release, compile_tool
from conformance.variants import VARIANTS
from enigma_ref.terms import Bitstring, Term, atom, list_items, make_list
from enigma_ref.terms.external import decode, encode
from enigma_ref.terms.parse import parse_term

FOLDER: Final = paths.PACKAGE / "random_programs" / "concurrent"
LIBRARY: Final = FOLDER / "enigma_concurrent.erl"
"""What programs call; the VM needs it, too."""

_RUNS: Final = FOLDER / "enigma_concurrent_runs.erl"
RUN_SECONDS: Final = 5.0
"""How long a run takes at most."""

Outcomes = Counter[bytes]
"""How often each outcome was seen: its normal form, encoded by `key_of`."""


@dataclass(frozen=True)
class Compiled:
    """What became of a program: `outcome` is `ok`, or as in `oracle.Said`, with `text`."""

    outcome: str
    beam: bytes = b""
    text: str = ""


@dataclass(frozen=True)
class Job:
    """A compiled program to run so many times in each of some modes."""

    name: str
    beam: bytes
    modes: Sequence[tuple[int, Term]] = field(default=())

    @property
    def runs(self) -> int:
        """How many runs that makes."""
        return sum(count for count, _ in self.modes)


class ConcurrentOracle:
    """An emulator with so many schedulers; starts again by itself after it died."""

    def __init__(self, otp: int, schedulers: int = 2) -> None:
        self._emulator = Emulator(otp, "+S", f"{schedulers}:{schedulers}")
        self.release: Release = self._emulator.release
        for tool in (LIBRARY, _RUNS):
            self._emulator.add_path(compile_tool(tool, self.release))

    def compile(self, programs: Sequence[Program]) -> list[Compiled]:
        """Compile programs with different names."""
        jobs = [
            (
                atom(one.name),
                Bitstring.of(one.source.replace("?MODULE", one.name).encode()),
                make_list(map(parse_term, VARIANTS[one.variant].options)),
            )
            for one in programs
        ]
        answer = self._emulator.ask((atom("compile"), make_list(jobs)), len(jobs) + COMPILE_SECONDS)
        return [_compiled(one) for one in list_items(answer) or ()]

    def run(self, jobs: Sequence[Job]) -> list[Outcomes | None]:
        """The outcomes of each job; None when the emulator died of it or refuses to load it."""
        if not jobs:
            return []
        wanted = [
            (atom(job.name), Bitstring.of(job.beam), make_list(list(job.modes))) for job in jobs
        ]
        most = max(job.runs for job in jobs)
        try:
            answer = self._emulator.ask(
                (atom("concurrent"), make_list(wanted)), most * RUN_SECONDS + COMPILE_SECONDS
            )
        except GONE:
            self.close()
            if len(jobs) == 1:
                return [None]
            return [outcomes for job in jobs for outcomes in self.run([job])]
        return [self._outcomes(one) for one in list_items(answer) or ()]

    def _outcomes(self, answer: Term) -> Outcomes | None:
        tag, found = answer
        if tag.name != "ok":
            return None
        return Counter(
            {
                key_of(decode(data.to_bytes()), self.release.number): count
                for data, count in list_items(found) or ()
            }
        )

    def pretty(self, source: str) -> str:
        """The source laid out by `erl_pp`."""
        return self._emulator.pretty(source)

    def close(self) -> None:
        """End the emulator."""
        self._emulator.close()


def key_of(outcome: Term, release: int) -> bytes:
    """What two equal outcomes in normal form have in common, and no others."""
    return encode(outcome, release=release)


def _compiled(answer: Term) -> Compiled:
    outcome, data = answer
    if outcome.name == "ok":
        return Compiled("ok", data.to_bytes())
    return Compiled(outcome.name, text=data.to_bytes().decode())
