"""How much memory many of a thing take: a program in a fresh process, here and in `erl`."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.costs import Cost
from bench.erl import OPTIONS
from bench.here import Here
from bench.programs import BenchError, Program
from enigma_ref.otp import Release

STATUS = Path("/proc/self/status")
SHOW_STATUS = f'{{ok, Status}} = file:read_file("{STATUS}"), io:put_chars(Status)'


@dataclass(frozen=True)
class Memory:
    """The most memory that the large size of a program took, in bytes, and the small one."""

    cost: Cost
    here: tuple[int, int]
    erl: tuple[int, int]

    @property
    def ratio(self) -> float:
        """How many times as much as in `erl` the large size takes here."""
        return self.here[1] / self.erl[1]

    def each(self, sizes: tuple[int, int]) -> float:
        """Bytes that one more of the thing takes."""
        small, large = self.cost.small.argument, self.cost.large.argument
        return (sizes[1] - sizes[0]) / (large - small)

    def to_json(self) -> dict[str, Any]:
        """All of it."""
        return {
            "title": self.cost.title,
            "sizes": [self.cost.small.argument, self.cost.large.argument],
            "bytes_here": self.here,
            "bytes_erl": self.erl,
            "each_here": self.each(self.here),
            "each_erl": self.each(self.erl),
            "ratio": self.ratio,
        }


def measure_memory(
    costs: Sequence[Cost], release: Release, folder: Path, tell: Callable[[str], None]
) -> list[Memory]:
    """Run both sizes in processes of their own. `folder` holds the programs compiled."""
    found = []
    for cost in costs:
        here, erl = [], []
        for program in (cost.small, cost.large):
            tell(f"memory: {program.title}, {program.argument:,}")
            arguments = [str(release.root), str(folder), program.module, str(program.argument)]
            here.append(_peak([sys.executable, "-m", "bench.memory", *arguments], None))
            call = f"{program.module}:run({program.argument}), {SHOW_STATUS}, halt()."
            command, environment = release.erl_command(
                [*OPTIONS, "-noshell", "-pa", str(folder), "-eval", call]
            )
            erl.append(_peak(command, environment))
        found.append(Memory(cost, (here[0], here[1]), (erl[0], erl[1])))
    return found


def _peak(command: Sequence[str], environment: Mapping[str, str] | None) -> int:
    """The most memory in bytes that a process had resident, which shows its status at the end.

    What the system tells of ended children cannot serve: it begins with the memory of the parent.
    Raises `BenchError`.
    """
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    found = re.search(r"^VmHWM:\s*(\d+) kB$", done.stdout, re.MULTILINE)
    if done.returncode or found is None:
        raise BenchError(f"no memory is known of {' '.join(command)}: it gave {done.stdout!r}")
    return int(found[1]) * 1024


if __name__ == "__main__":
    from enigma_ref.otp import find_release

    root, programs, name, size = sys.argv[1:]
    otp = find_release(root)
    paths = [Path(programs), *otp.ebin_dirs()]
    Here(otp.number, paths).run_once(Program(name, name, int(size)))
    print(STATUS.read_text(encoding="ascii"))
