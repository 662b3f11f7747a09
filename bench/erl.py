"""The programs in a real `erl`: one that stays up, on one scheduler."""

from __future__ import annotations

import subprocess
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO

from bench.programs import DRIVER, BenchError, Program
from enigma_ref.otp import Release

LONG_ENOUGH = 150
"""Milliseconds that one measurement takes at least: erl tells CPU time in whole ones."""

OPTIONS = ("+S", "1", "+sbwt", "none", "+sbwtdcpu", "none", "+sbwtdio", "none")
"""One scheduler, as here, and none that waits busily: that would count as CPU time."""


class Erl(AbstractContextManager["Erl"]):
    """A running `erl`."""

    def __init__(self, release: Release, folder: Path) -> None:
        arguments = [*OPTIONS, "-noshell", "-pa", str(folder), "-s", DRIVER, "start"]
        command, environment = release.erl_command(arguments)
        self._process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._repeats: dict[Program, int] = {}

    def __exit__(self, *_: object) -> None:
        _pipe(self._process.stdin).close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        _pipe(self._process.stdout).close()

    def run(self, program: Program) -> tuple[str, float]:
        """The result of a program as text, and the CPU milliseconds of one run of it.

        As here, a first run is not timed: some programs make their data then.
        """
        repeats = self._repeats.get(program)
        if repeats is None:
            self._ask(program, 1)
            repeats = 1
        while True:
            result, total = self._ask(program, repeats)
            if total >= LONG_ENOUGH:
                self._repeats[program] = repeats
                return result, total / repeats
            repeats *= max(2, min(100, round(1.2 * LONG_ENOUGH / max(total, 1))))

    def _ask(self, program: Program, repeats: int) -> tuple[str, int]:
        pipe = _pipe(self._process.stdin)
        print(f"{{{program.module}, {program.argument}, {repeats}}}.", file=pipe, flush=True)
        answer = _pipe(self._process.stdout).readline()
        milliseconds, _, result = answer.strip().partition(" ")
        if not milliseconds.isdecimal():
            raise BenchError(f"erl did not run {program.title}: {answer!r}")
        return result, int(milliseconds)


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe
