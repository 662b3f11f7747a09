"""The file of a crash dump: whether one is written, where, how long it may take and become.

Facts: the variables ERL_CRASH_DUMP, ERL_CRASH_DUMP_SECONDS and ERL_CRASH_DUMP_BYTES in the
documentation of `erl`, and erl_crash_dump_v() in break.c.
"""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, BinaryIO, Final

from enigma_ref.bifs.erlang_system import system_version
from enigma_ref.bifs.process_listing import Place
from enigma_ref.ports.console import print_error
from enigma_ref.runtime.crash_dump.processes import Processes
from enigma_ref.runtime.crash_dump.system import Sections
from enigma_ref.runtime.crash_dump.terms import Addresses
from enigma_ref.terms.atoms import atom_count

if TYPE_CHECKING:
    from enigma_ref.runtime.vm import VM

VERSION: Final = "0.5"
USUAL_NAME: Final = "erl_crash.dump"
MODE: Final = 0o640
LIMIT_REACHED: Final = b"\n=abort:CRASH DUMP SIZE LIMIT REACHED\n"
BUFFER: Final = 64 * 1024


class _Full(Exception):
    """The dump has the size that it may have at most."""


def leave_crash_dump(
    vm: VM, slogan: str, place: Place = None, environ: Mapping[str, str] = os.environ
) -> None:
    """Write a crash dump, unless the environment does not want one, and tell so on standard error.

    `slogan` says why the system ends; `place` is where the process stands that runs. When
    ERL_CRASH_DUMP_SECONDS have passed before it is done, the program is ended by SIGALRM. What
    cannot be written is not.
    """
    seconds = _leading_number(environ.get("ERL_CRASH_DUMP_SECONDS", "-1"))
    limit = _limit(environ.get("ERL_CRASH_DUMP_BYTES", ""))
    if seconds == 0 or limit == 0:
        return
    if seconds > 0:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(seconds)
    name = environ.get("ERL_CRASH_DUMP", USUAL_NAME)
    print_error(f"\nCrash dump is being written to: {name}...")
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        descriptor = os.open(name, flags, MODE)
    except OSError:
        return
    try:
        with open(descriptor, "wb", buffering=BUFFER) as file:
            _write(file, vm, slogan, place, limit)
    except (_Full, MemoryError):
        return
    except OSError:
        # A full disk is noticed by nobody but who reads the dump, as in OTP.
        pass
    print_error("done\n")


def _leading_number(text: str) -> int:
    """What C's atoi makes of a text."""
    found = re.match(r"\s*[+-]?\d+", text, re.ASCII)
    return int(found[0]) if found else 0


def _limit(text: str) -> int | None:
    """How many bytes there may be; None for as many as it takes."""
    return int(text) if re.fullmatch(r"\s*\+?\d+", text, re.ASCII) else None


def _write(file: BinaryIO, vm: VM, slogan: str, place: Place, limit: int | None) -> None:
    written = 0
    for text in _parts(vm, slogan, place):
        data = text.encode(errors="surrogateescape")
        written += len(data)
        if limit is not None and written > limit:
            file.write(data[: len(data) - (written - limit)] + LIMIT_REACHED)
            raise _Full
        file.write(data)


def _parts(vm: VM, slogan: str, place: Place) -> Iterator[str]:
    addresses = Addresses(vm.release)
    processes = Processes(vm, addresses, place)
    sections = Sections(vm, processes, addresses)
    yield f"=erl_crash_dump:{VERSION}\n{time.ctime()}\nSlogan: {slogan}\n"
    yield f"System version: {system_version(vm)}"
    yield f"Taints: \nAtoms: {atom_count()}\nCalling Thread: scheduler:1\n"
    for part in (
        sections.schedulers, sections.memory, processes.summaries, sections.ports,
        sections.tables, sections.timers, sections.nodes, sections.modules, sections.funs,
        processes.contents, sections.persistent_terms, sections.binaries, sections.atoms,
    ):  # fmt: skip
        yield from part()
    yield "=end\n"
