"""The command line: `python -m bench`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from bench import native
from bench.boot import measure_boot, one_of_each
from bench.costs import COSTS, MANY, measure_costs
from bench.estone import measure_estone
from bench.kernels import measure_programs
from bench.loading import MODULES, measure_loading
from bench.memory import measure_memory
from bench.programs import DRIVER, PROGRAMS, BenchError, compile_programs
from bench.report import (
    boot_table,
    cost_table,
    estone_table,
    loading_table,
    machine_facts,
    memory_table,
    native_table,
    print_facts,
    program_table,
    startup_table,
)
from bench.startup import measure_startup
from enigma_ref.otp import OtpError, find_release
from enigma_ref.otp.find import all_releases
from enigma_ref.runtime.engines import native_problem

PARTS = ("programs", "costs", "many", "loading", "startup", "boot", "native", "estone")

FEW_ROUNDS = 3
"""How often at most what takes seconds is measured."""


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--otp", metavar="RELEASE", help="a release (25) or the folder of one")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", metavar="MODULE", help="one program or one module")
    parser.add_argument("--out", type=Path, default=Path("build/bench"), metavar="DIR")
    options = parser.parse_args(argv)
    unknown = set(options.parts) - set(PARTS)
    if unknown or options.rounds < 1:
        parser.error(f"unknown: {', '.join(unknown)}" if unknown else "at least one round")
    console = Console()
    made: dict[str, Any] = {}
    status = 0
    try:
        _measure(options, console, made)
    except (OtpError, BenchError) as problem:
        print(f"bench: {problem}", file=sys.stderr)
        status = 1
    if not made.keys() & set(PARTS):
        return status
    # What was measured before something failed is kept.
    options.out.mkdir(parents=True, exist_ok=True)
    file: Path = options.out / "bench.json"
    file.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    console.print(f"written: {file}", soft_wrap=True)
    return status


def _measure(options: argparse.Namespace, console: Console, made: dict[str, Any]) -> None:
    """Put what is measured into `made`, part by part."""
    release = find_release(options.otp)
    parts = options.parts or PARTS
    if not options.parts and (problem := native_problem()):
        console.print(f"not measured: the native engine, as {problem}", soft_wrap=True)
        parts = [part for part in PARTS if part != "native"]
    facts = machine_facts(release)
    print_facts(console, facts)
    made |= {"facts": facts, "rounds": options.rounds}
    with console.status("compiling") as status:
        if "programs" in parts:
            chosen = [p for p in PROGRAMS if options.only in (None, p.module)]
            folder = (options.out / "programs").absolute()
            compile_programs(release, [DRIVER, *(p.module for p in chosen)], folder)
            measured = measure_programs(chosen, release, folder, options.rounds, status.update)
            made["programs"] = [one.to_json() for one in measured]
            console.print(program_table(measured))
        if "costs" in parts:
            sizes = [c for c in COSTS if options.only in (None, c.small.module)]
            folder = (options.out / "programs").absolute()
            compile_programs(release, [DRIVER, *(c.small.module for c in sizes)], folder)
            grown = measure_costs(sizes, release, folder, options.rounds, status.update)
            made["costs"] = [one.to_json() for one in grown]
            console.print(cost_table(grown, "Costs"))
        if "many" in parts:
            sizes = [c for c in MANY if options.only in (None, c.small.module)]
            folder = (options.out / "programs").absolute()
            compile_programs(release, [DRIVER, *(c.small.module for c in sizes)], folder)
            rounds = min(options.rounds, FEW_ROUNDS)
            grown = measure_costs(sizes, release, folder, rounds, status.update)
            made["many"] = [one.to_json() for one in grown]
            console.print(cost_table(grown, "Many"))
            memory = measure_memory(sizes, release, folder, status.update)
            made["memory"] = [one.to_json() for one in memory]
            console.print(memory_table(memory))
        if "loading" in parts:
            names = [name for name in MODULES if options.only in (None, name)]
            loaded = measure_loading(names, release, options.rounds, status.update)
            made["loading"] = [one.to_json() for one in loaded]
            console.print(loading_table(loaded))
        if "startup" in parts:
            status.update("starting")
            made["startup"] = measure_startup(release, options.rounds)
            console.print(startup_table(made["startup"]))
        if "boot" in parts:
            status.update("booting")
            releases = [release] if options.otp else one_of_each(all_releases())
            boots = measure_boot(releases, options.rounds)
            made["boot"] = [one.to_json() for one in boots]
            console.print(boot_table(boots))
        if "native" in parts:
            folder = (options.out / "programs").absolute()
            compile_programs(release, [DRIVER, *(p.module for p in native.PROGRAMS)], folder)
            fast = native.measure_native(
                release, folder, options.rounds, status.update, options.only
            )
            made["native"] = [one.to_json() for one in fast]
            console.print(native_table(fast))
        if "estone" in parts:
            status.update("estone")
            stones = measure_estone(release, (options.out / "estone").absolute(), status.update)
            made["estone"] = stones.to_json()
            console.print(estone_table(stones))


if __name__ == "__main__":
    sys.exit(main())
