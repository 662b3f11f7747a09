"""erlang: the end of the runtime."""

from __future__ import annotations

from typing import Final, NoReturn

from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.machine.suspension import Halt
from enigma_ref.terms import FALSE, TRUE, Atom, Term, atom, list_items, string_of
from enigma_ref.terms.atoms import INFINITY

ABORT: Final = 134
"""The exit status that a shell shows for a process that aborted."""

MAX_SLOGAN: Final = 1023
FLUSH_TIMEOUT_SINCE: Final = 27


@bif("erlang", "halt", 2, process=True)
def halt_2(process: Process, status: Term, options: Term) -> NoReturn:
    """End the runtime with an exit status, by abort, or with a crash and its slogan."""
    given = list_items(options)
    if given is None or not all(_halt_option(option, process.vm.release) for option in given):
        raise badarg()
    if type(status) is int and status >= 0:
        if (FLUSH, FALSE) not in given:
            process.vm.ports.flush(_flush_seconds(given, process.vm.settings.halt_flush_timeout))
        raise Halt(status & 0x7FFFFFFF)
    if status is ABORT_ATOM:
        raise Halt(ABORT, aborts=True)
    slogan = string_of(status)
    if slogan is None:
        raise badarg()
    raise Halt(1, slogan[:MAX_SLOGAN])


ABORT_ATOM = atom("abort")
FLUSH = atom("flush")
FLUSH_TIMEOUT = atom("flush_timeout")


def _flush_seconds(given: list[Term], usual: int | None) -> float | None:
    """How long ports may take to write what waits, usually so many milliseconds; None for as long
    as they need."""
    seconds = None if usual is None else usual / 1000
    for name, value in given:
        if name is FLUSH_TIMEOUT:
            seconds = None if value is INFINITY else value / 1000
    return seconds


def _halt_option(option: Term, release: int) -> bool:
    if type(option) is not tuple or len(option) != 2 or type(option[0]) is not Atom:
        return False
    name, value = option[0].name, option[1]
    if name == "flush":
        return value is TRUE or value is FALSE
    if name == "flush_timeout" and release >= FLUSH_TIMEOUT_SINCE:
        return value is INFINITY or (type(value) is int and value >= 0)
    return False
