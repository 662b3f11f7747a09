"""`python -m conformance.otp_re`: OTP's own tests of regular expressions, on `erl` and on the VM.

The tests are those of re_SUITE: the output of PCRE's test program (`re_SUITE_data`), which OTP's
module run_pcre_tests reads, and two modules that were generated with Perl. Their source comes from
`enigma otp fetch --source 25`, the compiler from the release that is judged. Each expression is run
in eight modes; what counts is whether `erl` and the VM agree that it is right or wrong.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from conformance import paths
from conformance.commands import adapter_command, for_release
from conformance.compiling import CompilingFailed, compile_all, job
from conformance.protocol import Answer, Call, Result, WireTerm
from conformance.releases import OtpNotFound, Release, find_release, releases
from conformance.session import AdapterFailed, Session
from conformance.variants import VARIANTS
from enigma_ref.otp.errors import OtpFetchError
from enigma_ref.otp.source import fetch_source
from enigma_ref.terms import Bitstring, Term, atom, list_items, make_list
from enigma_ref.terms.external import decode, encode
from enigma_ref.terms.text import format_w

SOURCE: Final = 25
"""The release whose tests are taken; those of 23 and 27 are the same but for a line."""

FILES: Final = (
    "testoutput1", "testoutput2", "testoutput3", "testoutput4", "testoutput5", "testoutput6",
    "mod_testoutput8", "testoutput10",
)  # fmt: skip
"""The files that re_SUITE runs."""

GENERATED: Final = ("re_testoutput1_replacement_test", "re_testoutput1_split_test")
READER: Final = "run_pcre_tests"
DRIVER: Final = "enigma_re_lines"
OPTIONS: Final = ("export_all", "nowarn_export_all")

TIMEOUT_MS: Final = 900_000
ALLOWED: Final = 0.01
"""How much less than `erl` the VM may get right, as a share of all."""

Outcomes = dict[tuple[str, int], str]
"""What came out, by the place in the file (or the function) and the mode."""


@dataclass
class Part:
    """One file of tests, on both sides."""

    name: str
    erl: Outcomes = field(default_factory=dict)
    ours: Outcomes = field(default_factory=dict)

    @property
    def differences(self) -> list[tuple[str, int]]:
        """Where the two do not agree."""
        return [key for key in {**self.erl, **self.ours} if self.erl.get(key) != self.ours.get(key)]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the tests; the exit status is 1 when the VM gets too much wrong, 2 without a judge."""
    parser = argparse.ArgumentParser(prog="python -m conformance.otp_re", description=__doc__)
    parser.add_argument("--otp", type=int, action="append", help="a release; default: all at hand")
    parser.add_argument("--filter", default="", help="part of the name of a file of tests")
    options = parser.parse_args(argv)
    console = Console(width=110, highlight=False, emoji=False)
    try:
        tests = fetch_source(SOURCE) / "lib" / "stdlib" / "test"
        chosen = [find_release(otp) for otp in options.otp or releases()]
        verdicts = [judge(release, tests, options.filter, console) for release in chosen]
    except (OtpFetchError, OtpNotFound, CompilingFailed, AdapterFailed) as problem:
        console.print(str(problem), style="red", markup=False)
        return 2
    return 0 if all(verdicts) else 1


def judge(release: Release, tests: Path, wanted: str, console: Console) -> bool:
    """Run all on one release; whether the VM gets as much right as `erl`, or nearly."""
    started = time.monotonic()
    modules = _compiled(release, tests)
    parts = []
    with (
        Session(for_release(adapter_command("erl"), release.number)) as erl,
        Session(for_release(adapter_command("enigma"), release.number)) as ours,
    ):
        for name in (*FILES, *GENERATED):
            if wanted not in name:
                continue
            part = Part(name)
            call, needed = _call(name, modules, tests)
            for session, outcomes in ((erl, part.erl), (ours, part.ours)):
                outcomes.update(_outcomes(session.run(needed, call, TIMEOUT_MS), name))
            parts.append(part)
    return _report(release, parts, time.monotonic() - started, console)


def _compiled(release: Release, tests: Path) -> dict[str, Path]:
    sources = [*(tests / f"{name}.erl" for name in (READER, *GENERATED))]
    sources.append(paths.PACKAGE / f"{DRIVER}.erl")
    jobs = {one.stem: job(one, release, VARIANTS["plain"], OPTIONS) for one in sources}
    errors = compile_all(jobs.values())
    if errors:
        raise CompilingFailed("; ".join(errors.values()))
    return {name: one.target for name, one in jobs.items()}


def _call(name: str, modules: dict[str, Path], tests: Path) -> tuple[Call, list[Path]]:
    if name in GENERATED:
        argument: Term = atom(name)
        return _wire("functions", argument), [modules[name], modules[DRIVER]]
    data = (tests / "re_SUITE_data" / name).read_bytes()
    return _wire("expressions", Bitstring.of(data)), [modules[READER], modules[DRIVER]]


def _wire(function: str, argument: Term) -> Call:
    arguments = make_list([argument])
    return Call(DRIVER, function, WireTerm(encode(arguments, release=23), "..."))


def _outcomes(answer: Answer, name: str) -> Iterator[tuple[tuple[str, int], str]]:
    if not isinstance(answer, Result):
        raise AdapterFailed(f"{name}: {answer}")
    for where, found in list_items(decode(answer.value.etf)) or []:
        modes = list_items(found)
        for mode, outcome in enumerate([found] if modes is None else modes):
            yield (format_w(where), mode), format_w(outcome)


def _report(release: Release, parts: list[Part], seconds: float, console: Console) -> bool:
    table = Table(title=f"OTP {release.version}, {seconds:.0f} s", title_justify="left")
    for heading in ("tests", "all", "right on erl", "right on the VM", "agree"):
        table.add_column(heading, justify="left" if heading == "tests" else "right")
    total: Counter[str] = Counter()
    for part in parts:
        counts = Counter(
            all=len(part.erl),
            erl=list(part.erl.values()).count("0"),
            ours=list(part.ours.values()).count("0"),
            agree=len(part.erl) - len(part.differences),
        )
        total += counts
        table.add_row(part.name, *_cells(counts))
    table.add_section()
    table.add_row("all", *_cells(total))
    console.print(table)
    for part in parts:
        for where, mode in part.differences:
            erl, ours = part.erl.get((where, mode)), part.ours.get((where, mode))
            console.print(f"{part.name}:{where} mode {mode}: {erl} on erl, {ours} on the VM")
    return total["ours"] >= total["erl"] - ALLOWED * total["all"]


def _cells(counts: Counter[str]) -> list[str]:
    every = max(counts["all"], 1)
    shares = [f"{counts[key]} ({counts[key] / every:.2%})" for key in ("erl", "ours", "agree")]
    return [str(counts["all"]), *shares]


if __name__ == "__main__":
    sys.exit(main())
