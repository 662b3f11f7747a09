"""What was measured, as tables for people and as JSON."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from bench.boot import Boot
from bench.costs import Growth
from bench.estone import Estone
from bench.kernels import Measured
from bench.loading import Loading
from bench.memory import Memory
from bench.native import MEAN, Native, geometric_mean
from enigma_ref.otp import Release


def machine_facts(release: Release) -> dict[str, str]:
    """Where and with what it was measured."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return {
        "command": f"python -m bench {' '.join(sys.argv[1:])}".strip(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "erlang": release.version,
        "processor": _processor(),
        "processors": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "load average": load,
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or "unknown"


def program_table(measured: Sequence[Measured]) -> Table:
    """Programs here and in `erl`."""
    table = Table(title="Programs: CPU time, medians of rounds that alternate")
    table.add_column("program")
    for title in ("ms here", "ms erl", "ratio", "instructions", "ns each"):
        table.add_column(title, justify="right")
    for one in measured:
        table.add_row(
            one.program.title,
            f"{median(one.here):.1f}",
            f"{median(one.erl):.3f}",
            f"{one.ratio:.0f}",
            f"{one.executed:,}",
            f"{one.nanoseconds:.0f}",
        )
    table.caption = (
        "Counted is every generic instruction that runs, without label, line and func_info. "
        "erl runs native code on one scheduler."
    )
    return table


def native_table(measured: Sequence[Native]) -> Table:
    """The native engine and `erl`."""
    table = Table(title="Native engine: CPU time, medians of rounds that alternate")
    table.add_column("program")
    for title in ("ms here", "ms erl", "ratio", "in Python"):
        table.add_column(title, justify="right")
    for one in measured:
        table.add_row(
            one.title,
            f"{median(one.here):.1f}",
            f"{median(one.erl):.2f}",
            f"{one.ratio:.1f}",
            f"{one.python:.0%}",
        )
    mean = geometric_mean(measured[:MEAN])
    table.caption = (
        f"Geometric mean of the first {min(MEAN, len(measured))}: {mean:.2f}. in Python: the share "
        "of the time here, by a run of its own. erl runs native code on one scheduler."
    )
    return table


def cost_table(measured: Sequence[Growth], title: str) -> Table:
    """How costs grow with sizes, here and in `erl`."""
    table = Table(title=f"{title}: CPU time for two sizes, medians of rounds that alternate")
    table.add_column("program")
    for name in ("here", "large", "growth", "at most", "erl", "large", "growth", "ratio"):
        table.add_column(name, justify="right")
    for one in measured:
        table.add_row(
            one.cost.title,
            f"{median(one.here_small):.0f}",
            f"{median(one.here_large):.0f}",
            f"{one.here:.2f}",
            f"{one.cost.allowed:g}",
            f"{median(one.erl_small):.2f}",
            f"{median(one.erl_large):.2f}",
            f"{one.erl:.2f}",
            f"{one.ratio:.0f}",
        )
    table.caption = (
        "Milliseconds. at most: what the growth here may be, the factor of the sizes where cost is "
        "linear. ratio: large here to large in erl."
    )
    return table


def memory_table(measured: Sequence[Memory]) -> Table:
    """What many of a thing take, here and in `erl`."""
    table = Table(title="Many: memory, the most that a fresh process had resident")
    table.add_column("program")
    for name in ("how many", "MB here", "bytes each", "MB erl", "bytes each", "ratio"):
        table.add_column(name, justify="right")
    for one in measured:
        table.add_row(
            one.cost.title,
            f"{one.cost.large.argument:,}",
            f"{one.here[1] / 1e6:.0f}",
            f"{one.each(one.here):.0f}",
            f"{one.erl[1] / 1e6:.0f}",
            f"{one.each(one.erl):.0f}",
            f"{one.ratio:.1f}",
        )
    table.caption = "bytes each: what one more takes, by the difference to a tenth as many."
    return table


def loading_table(loaded: Sequence[Loading]) -> Table:
    """Modules from the file and from the cache."""
    table = Table(title="Loading: CPU microseconds an instruction of the file, fresh processes")
    table.add_column("module")
    for title in ("size", "load 1st", "2nd", "gain", "ready 1st", "2nd", "gain", "B 1st", "2nd"):
        table.add_column(title, justify="right")
    for one in loaded:
        cells = []
        for ready in (False, True):
            cells += [f"{one.microseconds(which, ready):.2f}" for which in ("first", "second")]
            cells.append(f"{one.gain(ready):.1f}")
        cells += [f"{one.memory(which):.0f}" for which in ("first", "second")]
        table.add_row(one.module, f"{one.instructions:,}", *cells)
    table.caption = (
        "size: instructions. load: read, decode, check, install. ready: and link every function, "
        "which otherwise happens when it is called. B: bytes an instruction that the process grew."
    )
    return table


def boot_table(boots: Sequence[Boot]) -> Table:
    """Boots to `halt()`."""
    table = Table(title="Boot to halt(), warm caches: medians of rounds that alternate")
    table.add_column("OTP")
    for title in ("CPU ms here", "erl", "ratio", "ms elapsed here", "erl", "MB here", "erl"):
        table.add_column(title, justify="right")
    for one in boots:
        table.add_row(
            one.release,
            f"{median(run.cpu for run in one.here):.0f}",
            f"{median(run.cpu for run in one.erl):.0f}",
            f"{one.ratio:.1f}",
            f"{median(run.elapsed for run in one.here):.0f}",
            f"{median(run.elapsed for run in one.erl):.0f}",
            f"{max(run.memory for run in one.here):.0f}",
            f"{max(run.memory for run in one.erl):.0f}",
        )
    return table


def estone_table(measured: Estone) -> Table:
    """OTP's own benchmark, part by part."""
    table = Table(title=f"estone_SUITE of OTP {measured.release}: the suite's own times and stones")
    ours = [machine for machine in measured.parts if machine != "erl"]
    table.add_column("part")
    table.add_column("weight", justify="right")
    for machine in measured.parts:
        table.add_column(f"ms {machine}", justify="right")
    for machine in ours:
        table.add_column(f"{machine} ÷ erl", justify="right")
    for machine in measured.parts:
        table.add_column(f"stones {machine}", justify="right")
    for row in zip(*measured.parts.values(), strict=True):
        erl, *others = row
        table.add_row(
            erl.title,
            str(erl.weight),
            *(f"{one.milliseconds:,.0f}" for one in row),
            *(f"{one.milliseconds / max(erl.milliseconds, 0.001):.1f}" for one in others),
            *(f"{one.stones:,}" for one in row),
        )
    sums = [sum(part.milliseconds for part in parts) for parts in measured.parts.values()]
    table.add_section()
    table.add_row(
        "all",
        "",
        *(f"{one:,.0f}" for one in sums),
        *(f"{one / sums[0]:.1f}" for one in sums[1:]),
        *(f"{measured.stones(machine):,}" for machine in measured.parts),
    )
    return table


def startup_table(times: Mapping[str, float]) -> Table:
    """Whole commands."""
    table = Table(title="Start: CPU milliseconds of a whole command")
    for title in ("enigma call, cold", "warm", "python alone", "erl -eval"):
        table.add_column(title, justify="right")
    table.add_row(*(f"{times[name]:.0f}" for name in ("cold", "warm", "python", "erl")))
    return table


def print_facts(console: Console, facts: Mapping[str, str]) -> None:
    """The facts, one a line."""
    for name, value in facts.items():
        console.print(f"{name}: {value}", markup=False, highlight=False, soft_wrap=True)
