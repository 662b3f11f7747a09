"""The programs that are measured, and how they get compiled."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from enigma_ref.otp import Release

SOURCES = Path(__file__).parent / "programs"
DRIVER = "bench_driver"


class BenchError(Exception):
    """Nothing can be measured: a program does not compile, or two systems disagree."""


@dataclass(frozen=True)
class Program:
    """`module:run(argument)` returns a number that depends on all that it did."""

    title: str
    module: str
    argument: int


PROGRAMS = (
    Program("fib(22)", "bench_fib", 22),
    Program("naive reverse, 30 elements", "bench_reverse", 500),
    Program("counting loop", "bench_loop", 300_000),
    Program("tuples in lists", "bench_tuples", 60),
    Program("maps", "bench_maps", 6_000),
    Program("binaries", "bench_binaries", 2_000),
    Program("sends between two processes", "bench_sends", 5_000),
    Program("lists:sort/1", "bench_sort", 8_000),
)


def compile_programs(release: Release, names: Sequence[str], folder: Path) -> None:
    """Compile programs of `SOURCES` into a folder with the release's own compiler.

    Raises `BenchError` with what the compiler said.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = [str(SOURCES / f"{name}.erl") for name in names]
    command, environment = release.erlc_command(["-o", str(folder), *files])
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchError(f"erlc failed:\n{done.stdout}{done.stderr}")
