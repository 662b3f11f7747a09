"""What a whole command costs, from an empty cache and from a full one."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from enigma_ref.otp import Release

CALL = "lists:seq(1,3)"


def measure_startup(release: Release, rounds: int) -> dict[str, float]:
    """CPU milliseconds, by medians: `enigma call` cold (nothing in the user's cache) and warm,
    Python alone, and `erl` with the same call."""
    enigma = [sys.executable, "-m", "enigma_ref.cli.main", "call", "--otp", str(release.root), CALL]
    erl, environment = release.erl_command(["-noshell", "-eval", f"{CALL}, halt()."])
    cold, warm, python, real = [], [], [], []
    with tempfile.TemporaryDirectory(prefix="enigma-bench-") as folder:
        pycache = environment_of(Path(folder, "python"), Path(folder, "first"))
        _cpu(enigma, pycache)  # Python compiles its modules once, at installation.
        for number in range(rounds):
            own = environment_of(Path(folder, "python"), Path(folder, str(number)))
            cold.append(_cpu(enigma, own))
            warm.append(_cpu(enigma, own))
            python.append(_cpu([sys.executable, "-c", "pass"], own))
            real.append(_cpu(erl, environment))
    times = {"cold": cold, "warm": warm, "python": python, "erl": real}
    return {name: median(values) for name, values in times.items()}


def environment_of(pycache: Path, caches: Path) -> dict[str, str]:
    """Compiled Python modules in one folder, the user's caches in another."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    folders = {"PYTHONPYCACHEPREFIX": pycache, "XDG_CACHE_HOME": caches, "HOME": caches}
    return environment | {name: str(folder) for name, folder in folders.items()}


def _cpu(command: Sequence[str], environment: Mapping[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent * 1000
