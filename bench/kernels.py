"""One run over all programs: rounds that alternate between our VM and `erl`, and medians."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any, Protocol

from bench.erl import Erl
from bench.here import Here, count_instructions
from bench.programs import BenchError, Program
from enigma_ref.otp import Release


class Side(Protocol):
    """A system that runs programs."""

    def run(self, program: Program) -> tuple[str, float]:
        """The result of a program as text, and the CPU milliseconds of one run."""
        ...


@dataclass(frozen=True)
class Measured:
    """What was measured of a program: CPU milliseconds of each round, instructions by name."""

    program: Program
    here: Sequence[float]
    erl: Sequence[float]
    instructions: dict[str, int]

    @property
    def ratio(self) -> float:
        """How many times as long as `erl` it takes here, by medians."""
        return median(self.here) / median(self.erl)

    @property
    def executed(self) -> int:
        """How many BEAM instructions one run executes."""
        return sum(self.instructions.values())

    @property
    def nanoseconds(self) -> float:
        """How long an instruction takes here, by the median."""
        return median(self.here) * 1e6 / self.executed

    def to_json(self) -> dict[str, Any]:
        """All of it."""
        return {
            **asdict(self),
            "ms_here": median(self.here),
            "ms_erl": median(self.erl),
            "ratio": self.ratio,
            "executed": self.executed,
            "ns_per_instruction": self.nanoseconds,
        }


def alternate(
    programs: Sequence[Program], sides: Sequence[Side], rounds: int, tell: Callable[[str], None]
) -> dict[Program, list[list[float]]]:
    """For each program the milliseconds of each side's rounds.

    Rounds alternate, so that what slows the machine down for a while slows all sides down.
    Raises `BenchError` when the sides' results differ.
    """
    times: dict[Program, list[list[float]]] = {p: [[] for _ in sides] for p in programs}
    for number in range(1, rounds + 1):
        for program in programs:
            tell(f"round {number} of {rounds}: {program.title}")
            results = []
            for side, milliseconds in zip(sides, times[program], strict=True):
                result, spent = side.run(program)
                results.append(result)
                milliseconds.append(spent)
            if len(set(results)) > 1:
                raise BenchError(f"{program.title}: the results differ: {', '.join(results)}")
    return times


def measure_programs(
    programs: Sequence[Program],
    release: Release,
    folder: Path,
    rounds: int,
    tell: Callable[[str], None],
) -> list[Measured]:
    """Run all programs here and in `erl`. `folder` holds them compiled."""
    paths = [folder, *release.ebin_dirs()]
    counts = {program: count_instructions(program, release.number, paths) for program in programs}
    with Erl(release, folder) as erl:
        times = alternate(programs, [Here(release.number, paths), erl], rounds, tell)
    return [Measured(p, times[p][0], times[p][1], counts[p]) for p in programs]
