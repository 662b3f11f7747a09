"""`enigma call`: run one function of real modules, without booting OTP."""

from __future__ import annotations

import argparse
import difflib
import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from enigma_ref.cli.complaints import complain
from enigma_ref.loader.cache import Cache
from enigma_ref.loader.errors import LoadError
from enigma_ref.machine.errors import UNDEF, MachineFault
from enigma_ref.machine.suspension import Halt
from enigma_ref.otp import OtpError, find_release
from enigma_ref.runtime.clocks import VirtualClock
from enigma_ref.runtime.observe import Tracer
from enigma_ref.runtime.scheduler import SeededScheduler
from enigma_ref.runtime.vm import VM, CallTimeout, Deadlock, Outcome
from enigma_ref.terms import Term, list_items, string_of
from enigma_ref.terms.parse import parse_call
from enigma_ref.terms.scan import TermSyntaxError
from enigma_ref.terms.text import format_p, format_w

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

ARGUMENTS_WIDTH = 300
"""How many characters of a call's arguments a stack trace shows."""


def add_parser(subparsers: Subparsers) -> None:
    """Add the command `call` to a command line."""
    parser = subparsers.add_parser(
        "call",
        help="call a function of a module and print its result",
        description="Call a function in a process of its own and print the result as ~p does. "
        "Modules are loaded when they are called, from the folders given and from OTP's own. "
        "OTP itself is not started: erlang:display/1 prints, io:format/1 has nobody to write to.",
    )
    parser.add_argument("call", metavar="'m:f(1, [a])'", help="module, function and constants")
    parser.add_argument(
        "-pa", action="append", default=[], type=Path, metavar="DIR", help="folder with .beam files"
    )
    parser.add_argument(
        "--otp",
        metavar="RELEASE",
        help="a release (25) or the folder of one; see `enigma otp list`",
    )
    parser.add_argument(
        "--trace", action="store_true", help="print each instruction that runs on stderr"
    )
    parser.add_argument(
        "--timeout", type=_seconds, metavar="SECONDS", help="give up after this time"
    )
    parser.add_argument(
        "--seed",
        type=int,
        metavar="N",
        help="let the seed decide who runs when, and let time pass only as processes run or wait: "
        "the same seed repeats the run exactly",
    )
    parser.add_argument("--no-cache", action="store_true", help="decode every module anew")
    parser.set_defaults(run=run)


def _seconds(text: str) -> float:
    """A time to wait, in seconds; nothing that cannot pass."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds above 0")
    return seconds


def run(arguments: argparse.Namespace) -> int:
    """Make the call; the exit status."""
    try:
        release = find_release(arguments.otp)
        module, function, values = parse_call(arguments.call, release.number)
        for folder in arguments.pa:
            if not folder.is_dir():
                return complain(f"{folder}: no such folder")
        # Terms cannot form cycles, so that counting references frees them (docs/design.md).
        gc.disable()
        vm = VM(
            release.number,
            [*arguments.pa, *release.ebin_dirs()],
            cache=None if arguments.no_cache else Cache.of_user(),
            observer=Tracer(sys.stderr).observe if arguments.trace else None,
            scheduler=None if arguments.seed is None else SeededScheduler(arguments.seed),
            clock=None if arguments.seed is None else VirtualClock(),
        )
        outcome = vm.call(module.name, function.name, values, timeout=arguments.timeout)
    except (OtpError, LoadError, TermSyntaxError) as problem:
        return complain(str(problem))
    except Halt as halt:
        sys.stdout.flush()
        if halt.slogan is not None:
            print(halt.slogan, file=sys.stderr)
        return halt.status & 0xFF
    except CallTimeout:
        return complain(f"no result after {arguments.timeout} seconds")
    except Deadlock:
        return complain("all processes wait for messages that nobody can send any more")
    except MachineFault as fault:
        return complain(f"defect of the machine: {fault}\nPlease report it with the call.")
    try:
        return show(vm, outcome, release.number)
    except TypeError as fault:
        # Code that no compiler makes can give what is no term: a register that nothing was put in.
        return complain(f"defect of the machine: {fault}\nPlease report it with the call.")


def show(vm: VM, outcome: Outcome, release: int) -> int:
    """Print what came of the call; the exit status."""
    if outcome.ok:
        print(format_p(outcome.value, release=release))
        return 0
    sys.stdout.flush()
    print(explain(outcome, release), file=sys.stderr)
    if outcome.reason is UNDEF:
        print(what_is_missing(vm, outcome), file=sys.stderr)
    return 1


def explain(outcome: Outcome, release: int) -> str:
    """An exception and its stack trace for people."""
    title = f"exception {outcome.cls.name}: "
    reason = format_p(outcome.reason, column=len(title) + 1, release=release)
    lines = [title + reason]
    for item in list_items(outcome.trace) or []:
        lines.append("  in " + _frame(item))
    return "\n".join(lines)


def what_is_missing(vm: VM, outcome: Outcome) -> str:
    """What a call of an undefined function did not find, and what there is."""
    frames: Any = list_items(outcome.trace) or [()]
    if len(frames[0]) != 4:
        return "  The function or its module is missing."
    name, function, arguments, _ = frames[0]
    module = vm.module(name)
    if module is None:
        return f"  No module {format_w(name)} was found; folders to look in are given with -pa."
    arity = arguments if type(arguments) is int else len(list_items(arguments) or [])
    exported = [export.mfa[1:] for export in module.exports]
    others = sorted(number for known, number in exported if known is function)
    if others:
        shown = ", ".join(f"{format_w(function)}/{number}" for number in others)
    else:
        names = {format_w(known) for known, _ in exported}
        near = difflib.get_close_matches(format_w(function), names)
        shown = ", ".join(near) or f"{len(names)} other functions"
    return f"  {format_w(name)} does not export {format_w(function)}/{arity}, but {shown}."


def _frame(item: Any) -> str:
    # A fun whose module is not there stands for its function: {Fun, Arguments, Location}.
    *names, arity, location = item
    name = ":".join(format_w(part) for part in names)
    if type(arity) is int:
        shown = f"{name}/{arity}"
    else:
        arguments = list_items(arity) or []
        shown = f"{name}({', '.join(_short(argument) for argument in arguments)})"
    places = {pair[0].name: pair[1] for pair in list_items(location) or [] if type(pair) is tuple}
    if "file" in places:
        shown += f" ({string_of(places['file'])}, line {places['line']})"
    return shown


def _short(term: Term) -> str:
    if type(term) is int and term.bit_length() > ARGUMENTS_WIDTH * 4:
        return f"<an integer of {term.bit_length()} bits>"
    text = format_w(term, depth=30)
    return text if len(text) <= ARGUMENTS_WIDTH else text[:ARGUMENTS_WIDTH] + "..."
