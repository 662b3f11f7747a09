"""What a boot of OTP to `halt()` costs, on every release at hand."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from bench.startup import environment_of
from enigma_ref.otp import Release

FLAGS = ["-noshell", "-eval", "halt()."]


@dataclass(frozen=True)
class Once:
    """One run: milliseconds of the clock and of the processors, and resident megabytes at most."""

    elapsed: float
    cpu: float
    memory: float


@dataclass
class Boot:
    """A release's boots, here with warm caches and in `erl`."""

    release: str
    here: list[Once] = field(default_factory=list)
    erl: list[Once] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """How many times as long as in `erl` it takes here, in CPU time."""
        return median(one.cpu for one in self.here) / median(one.cpu for one in self.erl)

    def to_json(self) -> dict[str, Any]:
        """For bench.json."""
        return {
            "release": self.release,
            "ratio": round(self.ratio, 2),
            "here": [vars(one) for one in self.here],
            "erl": [vars(one) for one in self.erl],
        }


def one_of_each(releases: Iterable[Release]) -> list[Release]:
    """The first of each number, in their order."""
    found: dict[int, Release] = {}
    for release in releases:
        found.setdefault(release.number, release)
    return [found[number] for number in sorted(found)]


def measure_boot(releases: Sequence[Release], rounds: int) -> list[Boot]:
    """Boot each release in turn, here and in `erl`."""
    boots = [Boot(release.version) for release in releases]
    with tempfile.TemporaryDirectory(prefix="enigma-bench-") as folder:
        environment = environment_of(Path(folder, "python"), Path(folder, "caches"))
        for number in range(rounds + 1):
            for boot, release in zip(boots, releases, strict=True):
                enigma = [sys.executable, "-m", "enigma_ref.cli.main"]
                here = once([*enigma, "--otp", str(release.root), *FLAGS], environment)
                command, own = release.erl_command(FLAGS)
                real = once(command, own)
                if number:  # The first round fills the caches.
                    boot.here.append(here)
                    boot.erl.append(real)
    return boots


def once(command: Sequence[str], environment: Mapping[str, str]) -> Once:
    """Run a command. Raises CalledProcessError."""
    start = time.perf_counter()
    child = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(child.pid, 0)
    elapsed = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command)
    cpu = usage.ru_utime + usage.ru_stime
    return Once(elapsed * 1000, cpu * 1000, usage.ru_maxrss / 1024)
