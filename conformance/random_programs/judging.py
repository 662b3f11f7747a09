"""What came of programs, and how those that differ are made smaller."""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from conformance.random_programs.oracle import Program
from conformance.random_programs.reduce import reduce_program
from conformance.random_programs.subject import Difference
from conformance.random_programs.tree import Node


@dataclass(frozen=True)
class Verdict:
    """What came of a program: `same` or `different` when both sides gave an answer; else
    which side gave none, and why."""

    outcome: str
    difference: Difference | None = None
    text: str = ""
    counts: Counter[str] = field(default_factory=Counter)


class Judging(ABC):
    """Both sides of one release, and what came of programs on them."""

    trials = 4_000
    """How many smaller programs are tried at most."""

    _fresh = itertools.count()

    @abstractmethod
    def judge(self, programs: Sequence[Program]) -> list[Verdict]:
        """What came of each program."""

    @abstractmethod
    def pretty(self, source: str) -> str:
        """The source laid out by `erl_pp`."""

    @abstractmethod
    def close(self) -> None:
        """End what runs."""

    def reduce(self, tree: Node, difference: Difference) -> tuple[Node, Difference]:
        """The smallest program found with a difference of the same kind, and that difference."""
        last = difference

        def interesting(trees: Sequence[Node]) -> list[bool]:
            nonlocal last
            programs = [
                Program(f"s{next(self._fresh)}", str(one), difference.program.variant)
                for one in trees
            ]
            found: list[bool] = []
            for verdict in self.judge(programs):
                other = verdict.difference
                same = other is not None and other.kind == difference.kind
                if same and not any(found):
                    assert other is not None
                    last = other
                found.append(same)
            return found

        return reduce_program(tree, interesting, self.trials), last
