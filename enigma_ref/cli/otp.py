"""`enigma otp`: which releases of Erlang/OTP are here, and fetching more."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.table import Table

from enigma_ref.otp import OtpError, Release, all_releases
from enigma_ref.otp.check import check_runs
from enigma_ref.otp.fetch import fetch
from enigma_ref.otp.source import fetch_source
from enigma_ref.otp.suites import fetchable

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

_FETCHABLE = fetchable()


def add_parser(subparsers: Subparsers) -> None:
    """Add `otp` with its own subcommands; `run` is left in the namespace as `run`."""
    parser = subparsers.add_parser(
        "otp",
        help="find and fetch releases of Erlang/OTP",
        description="Find and fetch releases of Ericsson's Erlang/OTP.",
    )
    parser.set_defaults(run=run)
    commands = parser.add_subparsers(dest="otp_command", metavar="COMMAND", required=True)
    commands.add_parser(
        "list",
        help="show the releases that Enigma finds, and whether they run",
        description="Show the releases that Enigma finds, and whether they run here.",
    )
    getting = commands.add_parser(
        "fetch",
        help="fetch releases into your cache; needs no root",
        description="Fetch releases into your cache: no root, nothing installed on the machine.",
    )
    getting.add_argument(
        "releases", metavar="RELEASE", nargs="+", type=_number, help=f"one of {_FETCHABLE}"
    )
    getting.add_argument(
        "--source", action="store_true", help="fetch the parts of OTP's source that tests use, too"
    )


def run(args: argparse.Namespace) -> int:
    """Carry out `otp list` or `otp fetch`; return the exit status."""
    try:
        if args.otp_command == "list":
            return _list()
        return _fetch(args.releases, source=args.source)
    except OtpError as problem:
        print(f"enigma: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("enigma: interrupted; the same command goes on where it was", file=sys.stderr)
        return 130


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 5):
        raise argparse.ArgumentTypeError(f"{text!r} is not a release; fetchable are {_FETCHABLE}")
    return int(text)


def _list() -> int:
    releases = all_releases()
    if releases:
        table = Table()
        table.add_column("release", justify="right")
        table.add_column("version")
        table.add_column("where", overflow="fold")
        table.add_column("origin")
        table.add_column("runs", overflow="fold")
        for release in sorted(releases, key=lambda found: found.number):
            table.add_row(
                str(release.number),
                release.version,
                str(release.root),
                release.origin,
                _runs(release),
            )
        # Into a pipe or a file, rows are not to be broken at a terminal's usual width.
        Console(width=None if sys.stdout.isatty() else 240).print(table)
    else:
        print("no Erlang/OTP here")
    print(f"can be fetched: {_FETCHABLE} (enigma otp fetch RELEASE...)")
    return 0


def _runs(release: Release) -> str:
    try:
        check_runs(release)
    except OtpError as problem:
        return f"no: {problem}"
    return "yes"


def _fetch(numbers: list[int], *, source: bool) -> int:
    for number in dict.fromkeys(numbers):
        began = time.monotonic()
        with _progress(f"Erlang/OTP {number}") as tell:
            release = fetch(number, tell)
        _done(f"Erlang/OTP {release.version}", release.root, began)
        if source:
            began = time.monotonic()
            with _progress(f"source of {number}") as tell:
                folder = fetch_source(number, tell)
            _done(f"source of Erlang/OTP {number}", folder, began)
    return 0


def _done(what: str, where: Path, began: float) -> None:
    print(f"{what} is in {where} ({time.monotonic() - began:.0f} s)")


@contextmanager
def _progress(title: str) -> Iterator[Callable[[str, float], None]]:
    """Show a bar on a terminal; elsewhere, a line for each new step."""
    console = Console(stderr=True)
    if not console.is_terminal:
        steps: set[str] = set()

        def line(step: str, _done: float) -> None:
            if step not in steps:
                steps.add(step)
                print(f"{title}: {step}", file=sys.stderr)

        yield line
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        task = bars.add_task(title, total=1.0)

        def bar(step: str, done: float) -> None:
            bars.update(task, description=f"{title}: {step}", completed=done)

        yield bar
