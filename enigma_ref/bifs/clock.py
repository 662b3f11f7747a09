"""Clocks and units of time, as the runtime counts them."""

from __future__ import annotations

from typing import Final

from enigma_ref.machine.errors import badarg
from enigma_ref.machine.system import System
from enigma_ref.terms import Atom, Term

NATIVE: Final = 1_000_000_000
"""Parts of a second in the native unit."""

FIRST: Final = -576_460_752_000_000_000
"""The monotonic time at the start of the system: as low as one word can hold, about."""

UNITS: Final = {
    "second": 1,
    "millisecond": 1_000,
    "microsecond": 1_000_000,
    "nanosecond": 1_000_000_000,
    "native": NATIVE,
    "perf_counter": 1_000_000_000,
    "seconds": 1,
    "milli_seconds": 1_000,
    "micro_seconds": 1_000_000,
    "nano_seconds": 1_000_000_000,
}
"""Parts of a second in each unit; the last four are older names."""


def monotonic(vm: System) -> int:
    """The monotonic time in native units."""
    return vm.clock.now() + FIRST


def offset(vm: System) -> int:
    """What to add to the monotonic time to get the system time."""
    return vm.clock.start - FIRST


def system(vm: System) -> int:
    """The system time (since the start of 1970) in native units."""
    return vm.clock.start + vm.clock.now()


def in_unit(native: int, unit: Term) -> int:
    """A time in another unit, rounded down. Raises badarg for what is no unit."""
    if type(unit) is Atom and unit.name in UNITS:
        parts = UNITS[unit.name]
    elif type(unit) is int and unit > 0:
        parts = unit
    else:
        raise badarg()
    return native * parts // NATIVE


def timestamp(native: int) -> tuple[int, int, int]:
    """A system time as `{MegaSecs, Secs, MicroSecs}`."""
    micros = native // 1_000
    seconds, micros = divmod(micros, 1_000_000)
    return (*divmod(seconds, 1_000_000), micros)
