"""OTP's own benchmark of the machine, estone_SUITE, here and in `erl`.

The suite is OTP's source, unchanged; it times itself. Here each of its parts runs only a share of
its rounds, and the time is multiplied.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from bench.programs import BenchError
from enigma_ref.otp import Release
from enigma_ref.otp.source import fetch_source
from enigma_ref.runtime.engines import ENGINES, NATIVE, native_problem

SOURCE: Final = "erts/emulator/test/estone_SUITE.erl"
FIRST: Final = 24
"""From this release on the suite is as it is now; before, parts had other weights and rounds."""

SHARES: Final[Mapping[str, int]] = {"erl": 1, "reference": 50, "native": 5}
"""Of how many rounds one is run, by machine."""

LIMIT: Final = 1800.0

PROGRAM: Final = (
    "Micros = [setelement(4, M, max(1, element(4, M) div {share})) || M <- estone_SUITE:micros()], "
    'Done = estone_SUITE:macro(Micros, "{folder}"), '
    '[io:format("~nESTONE ~w ~w ~w ~w ~s~n", '
    "[proplists:get_value(K, One) || "
    "K <- [function, weight_percentage, loops, microsecs, title]]) || One <- Done], halt()."
)

LINE: Final = re.compile(r"^ESTONE (\w+) (\d+) (\d+) (-?\d+) (.*)$", re.MULTILINE)
STONE_FACTOR: Final = 31_000_000


@dataclass(frozen=True)
class Part:
    """A part of the benchmark on one machine: milliseconds for all of its rounds."""

    name: str
    title: str
    weight: int
    milliseconds: float

    @property
    def stones(self) -> int:
        """As the suite counts them."""
        return int(self.weight**2 * STONE_FACTOR / max(1.0, self.milliseconds * 1000))


@dataclass(frozen=True)
class Estone:
    """All parts, by machine: `erl` and each engine that can run here."""

    release: str
    parts: Mapping[str, Sequence[Part]]

    def stones(self, machine: str) -> int:
        """All together."""
        return sum(part.stones for part in self.parts[machine])

    def to_json(self) -> dict[str, Any]:
        """For bench.json."""
        return asdict(self) | {"estones": {machine: self.stones(machine) for machine in self.parts}}


def measure_estone(release: Release, folder: Path, tell: Callable[[str], None]) -> Estone:
    """Run the benchmark on every machine. Raises BenchError, and OtpFetchError when the source of
    the release cannot be had."""
    if release.number < FIRST:
        raise BenchError(f"estone is measured on OTP {FIRST} and later")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    source = fetch_source(release.number) / SOURCE
    # So defined, the suite does without common_test.
    command, environment = release.erlc_command(["-DPGO", "-o", str(folder), str(source)])
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchError(f"{source.name} does not compile: {done.stdout}{done.stderr}")
    cat = shutil.which("cat")
    if cat is None:
        raise BenchError("there is no program cat")
    # In its place the suite has a program in C that does the same.
    (folder / "estone_cat").symlink_to(cat)
    engines = [name for name in ENGINES if name != NATIVE or native_problem() is None]
    parts = {}
    for machine in ("erl", *engines):
        tell(f"estone: {machine}")
        parts[machine] = _run(release, machine, folder)
    return Estone(release.version, parts)


def _run(release: Release, machine: str, folder: Path) -> list[Part]:
    share = SHARES[machine]
    program = PROGRAM.format(share=share, folder=folder)
    words = ["-noshell", "-pa", str(folder), "-eval", program]
    if machine == "erl":
        command, environment = release.erl_command(["+S", "1", *words])
    else:
        start = [sys.executable, "-m", "enigma_ref", "--otp", str(release.root)]
        command, environment = [*start, "--engine", machine, *words], dict(os.environ)
    try:
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False, timeout=LIMIT,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise BenchError(f"estone on {machine} did not end in {LIMIT:.0f} s") from None
    whole = _rounds(release, folder)
    found = [
        Part(name, title, int(weight), int(us) / 1000 * whole[name] / int(loops))
        for name, weight, loops, us, title in LINE.findall(done.stdout)
    ]
    if done.returncode or not found:
        raise BenchError(f"estone failed on {machine}: {(done.stderr or done.stdout)[-600:]}")
    return found


def _rounds(release: Release, folder: Path) -> dict[str, int]:
    """How many rounds each part has in full."""
    program = (
        '[io:format("~w ~w~n", [element(2, M), element(4, M)]) || M <- estone_SUITE:micros()], '
        "halt()."
    )
    words = ["-noshell", "-pa", str(folder), "-eval", program]
    command, environment = release.erl_command(words)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    pairs = (line.split() for line in done.stdout.splitlines())
    return {name: int(rounds) for name, rounds in pairs}
