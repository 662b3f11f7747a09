"""What loading a module costs: in a fresh process each time, without and with a cache.

`python -m bench.loading FILE FOLDER RELEASE` measures once, with the cache in FOLDER, and prints
JSON; `measure_loading` runs that.
"""

from __future__ import annotations

import gc
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from enigma_ref.loader.cache import Cache, load_module_file
from enigma_ref.machine.recipes import RECIPES
from enigma_ref.otp import Release
from enigma_ref.runtime.vm import VM

MODULES = ("lists", "beam_ssa_opt", "erl_lint", "io_lib_pretty")


@dataclass(frozen=True)
class Once:
    """One measurement; CPU seconds.

    `load` is what calling a module for the first time waits for: reading the file or the cache,
    decoding, checking, writing the cache, installing. Functions are made ready when they are
    called; `ready` is the time for all of them together, and for reading and writing the code of
    instructions that is kept between runs. `memory` is how much the process grew, in bytes; 0
    where the system does not tell.
    """

    instructions: int
    load: float
    ready: float
    memory: int


@dataclass(frozen=True)
class Loading:
    """Measurements of a module: each round once with an empty cache, then with a full one."""

    module: str
    first: Sequence[Once]
    second: Sequence[Once]

    @property
    def instructions(self) -> int:
        """How many instructions the module has, labels and lines with them."""
        return self.first[0].instructions

    def microseconds(self, which: str, ready: bool) -> float:
        """CPU time an instruction of the `first` or `second` load, by the median of rounds;
        `ready` includes making all functions ready."""
        rounds: Sequence[Once] = getattr(self, which)
        seconds = median([once.load + (once.ready if ready else 0) for once in rounds])
        return seconds * 1e6 / self.instructions

    def gain(self, ready: bool) -> float:
        """How many times cheaper the second load is."""
        return self.microseconds("first", ready) / self.microseconds("second", ready)

    def memory(self, which: str) -> float:
        """Bytes an instruction that the process grew by, all functions being ready."""
        rounds: Sequence[Once] = getattr(self, which)
        return median([once.memory for once in rounds]) / self.instructions

    def to_json(self) -> dict[str, Any]:
        """All of it; times an instruction in microseconds."""
        return {
            **asdict(self),
            "load_us": [self.microseconds(which, False) for which in ("first", "second")],
            "ready_us": [self.microseconds(which, True) for which in ("first", "second")],
            "load_gain": self.gain(False),
            "ready_gain": self.gain(True),
        }


def measure_loading(
    names: Sequence[str], release: Release, rounds: int, tell: Callable[[str], None]
) -> list[Loading]:
    """Load modules of a release; those that it does not have are left out."""
    files = {path.stem: path for folder in release.ebin_dirs() for path in folder.glob("*.beam")}
    found = []
    for name in names:
        if name not in files:
            continue
        first, second = [], []
        for number in range(1, rounds + 1):
            tell(f"round {number} of {rounds}: loading {name}")
            folder = tempfile.mkdtemp(prefix="enigma-bench-")
            try:
                first.append(_in_fresh_process(files[name], folder, release.number))
                second.append(_in_fresh_process(files[name], folder, release.number))
            finally:
                shutil.rmtree(folder)
        found.append(Loading(name, first, second))
    return found


def _in_fresh_process(file: Path, folder: str, release: int) -> Once:
    command = [sys.executable, "-m", "bench.loading", str(file), folder, str(release)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return Once(**json.loads(done.stdout))


def load_once(file: Path, folder: Path, release: int) -> Once:
    """Load one module in this process, which should not have loaded anything before."""
    gc.disable()
    clock = time.process_time
    cache = Cache(folder)
    vm = VM(release)
    before = _resident()
    started = clock()
    RECIPES.keep_in(cache)
    opened = clock()
    decoded = load_module_file(file, cache)
    module = vm.code.install(decoded)
    loaded = clock()
    for function in module.functions:
        vm.linker.link(function)
    RECIPES.save()
    ready = clock() - loaded + opened - started
    return Once(len(decoded.code), loaded - opened, ready, _resident() - before)


def _resident() -> int:
    """Bytes of memory that this process has in use; 0 where it cannot be told."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0
    return pages * resource.getpagesize()


if __name__ == "__main__":
    print(json.dumps(asdict(load_once(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))))
