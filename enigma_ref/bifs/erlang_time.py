"""erlang and os: clocks, dates and unique integers."""

from __future__ import annotations

import time
from typing import Final

from enigma_ref.bifs import calendar_times, clock
from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.machine.system import System
from enigma_ref.terms import FALSE, Term, atom, list_items

NATIVE_SINCE: Final = 25
"""Before, `native` was no unit that the BIFs knew themselves."""


def _in_unit(process: Process, native: int, unit: Term) -> int:
    if unit is NATIVE and process.vm.release < NATIVE_SINCE:
        raise badarg()
    return clock.in_unit(native, unit)


NATIVE = atom("native")


@bif("erlang", "monotonic_time", 0, process=True)
def monotonic_time_0(process: Process) -> int:
    """The monotonic time in native units."""
    return clock.monotonic(process.vm)


@bif("erlang", "monotonic_time", 1, process=True)
def monotonic_time_1(process: Process, unit: Term) -> int:
    """The monotonic time in a unit."""
    return _in_unit(process, clock.monotonic(process.vm), unit)


@bif("erlang", "system_time", 0, process=True)
def system_time_0(process: Process) -> int:
    """The system time (since the start of 1970) in native units."""
    return clock.system(process.vm)


@bif("erlang", "system_time", 1, process=True)
def system_time_1(process: Process, unit: Term) -> int:
    """The system time in a unit."""
    return _in_unit(process, clock.system(process.vm), unit)


@bif("erlang", "time_offset", 0, process=True)
def time_offset_0(process: Process) -> int:
    """System time minus monotonic time in native units."""
    return clock.offset(process.vm)


@bif("erlang", "time_offset", 1, process=True)
def time_offset_1(process: Process, unit: Term) -> int:
    """System time minus monotonic time in a unit."""
    return _in_unit(process, clock.offset(process.vm), unit)


@bif("os", "system_time", 0, process=True)
def os_system_time_0(process: Process) -> int:
    """The operating system's time in native units."""
    return process.vm.clock.outside()


@bif("os", "system_time", 1, process=True)
def os_system_time_1(process: Process, unit: Term) -> int:
    """The operating system's time in a unit."""
    return _in_unit(process, process.vm.clock.outside(), unit)


@bif("os", "perf_counter", 0, process=True)
def perf_counter_0(process: Process) -> int:
    """A counter of nanoseconds."""
    return process.vm.clock.now()


@bif("erts_internal", "time_unit", 0)
def time_unit_0() -> int:
    """How many native units a second has."""
    return clock.NATIVE


@bif("erts_internal", "perf_counter_unit", 0)
def perf_counter_unit_0() -> int:
    """How many steps os:perf_counter/0 counts in a second."""
    return clock.UNITS["perf_counter"]


@bif("erlang", "timestamp", 0, process=True)
def timestamp_0(process: Process) -> tuple[int, int, int]:
    """The system time as `{MegaSecs, Secs, MicroSecs}`."""
    return clock.timestamp(clock.system(process.vm))


@bif("os", "timestamp", 0, process=True)
def os_timestamp_0(process: Process) -> tuple[int, int, int]:
    """The operating system's time as `{MegaSecs, Secs, MicroSecs}`."""
    return clock.timestamp(process.vm.clock.outside())


@bif("erlang", "now", 0, process=True)
def now_0(process: Process) -> tuple[int, int, int]:
    """The system time as erlang:timestamp/0 gives it, later than any given before."""
    state = process.vm.state
    micros = clock.system(process.vm) // 1_000
    micros = max(micros, state.get("erlang:now", 0) + 1)
    state["erlang:now"] = micros
    return clock.timestamp(micros * 1_000)


# ---------------------------------------------------------------- dates


@bif("erlang", "universaltime", 0, process=True)
def universaltime_0(process: Process) -> Term:
    """`{Date, Time}` of now in universal time."""
    return calendar_times.from_seconds(process.vm.clock.outside() // clock.NATIVE)


@bif("erlang", "localtime", 0, process=True)
def localtime_0(process: Process) -> Term:
    """`{Date, Time}` of now in local time."""
    return calendar_times.local_from_seconds(process.vm.clock.outside() // clock.NATIVE)


@bif("erlang", "date", 0, process=True)
def date_0(process: Process) -> Term:
    """The date of now in local time."""
    return localtime_0(process)[0]


@bif("erlang", "time", 0, process=True)
def time_0(process: Process) -> Term:
    """The time of now in local time."""
    return localtime_0(process)[1]


@bif("erlang", "universaltime_to_posixtime", 1)
def universaltime_to_posixtime_1(moment: Term) -> int:
    """Seconds since the start of 1970."""
    first = calendar_times.FIRST_UNIVERSAL
    return calendar_times.to_seconds(calendar_times.checked(moment, first))


@bif("erlang", "posixtime_to_universaltime", 1)
def posixtime_to_universaltime_1(seconds: Term) -> Term:
    """`{Date, Time}` so many seconds after the start of 1970."""
    if type(seconds) is not int or not -(1 << 63) <= seconds < 1 << 63:
        raise badarg()
    return calendar_times.from_seconds(seconds)


@bif("erlang", "universaltime_to_localtime", 1)
def universaltime_to_localtime_1(moment: Term) -> Term:
    """A universal time in local time."""
    found = calendar_times.checked(moment, calendar_times.FIRST_LOCAL)
    return calendar_times.local_from_seconds(calendar_times.to_seconds(found))


NO_SHIFT_SINCE: Final = 28
"""Since then a zone without daylight saving time has none, whatever the caller says."""


@bif("erlang", "localtime_to_universaltime", 2, process=True)
def localtime_to_universaltime_2(process: Process, moment: Term, daylight_saving: Term) -> Term:
    """A local time, in daylight saving time or not, in universal time."""
    found = calendar_times.checked(moment, calendar_times.FIRST_LOCAL)
    seconds = calendar_times.local_to_seconds(found, daylight_saving)
    if process.vm.release >= NO_SHIFT_SINCE and not time.daylight:
        seconds = calendar_times.local_to_seconds(found, FALSE)
    return calendar_times.from_seconds(seconds)


# ---------------------------------------------------------------- unique integers

MONOTONIC = atom("monotonic")
POSITIVE = atom("positive")

FIRST_UNIQUE: Final = -576_460_752_303_423_488
"""The least unique integer: the smallest one that takes no memory in the runtime."""


LAST_MONOTONIC: Final = "erlang:last_monotonic"
COUNTERS: Final = 1 << 64
"""Counters of unique integers have 64 bits."""


def unsigned_monotonic(vm: System) -> int:
    """How far strictly monotonic unique integers have counted; -1 as 64 bits before the first."""
    last: int = vm.state.get(LAST_MONOTONIC, -1)
    return last % COUNTERS


def set_last_monotonic(vm: System, last: int) -> None:
    """Let the next strictly monotonic unique integer be the one after `last`."""
    vm.state[LAST_MONOTONIC] = last


@bif("erlang", "unique_integer", 0, process=True)
def unique_integer_0(process: Process) -> int:
    """An integer that was not given out before."""
    return FIRST_UNIQUE + process.vm.unique_integer()


@bif("erlang", "unique_integer", 1, process=True)
def unique_integer_1(process: Process, modifiers: Term) -> int:
    """An integer that was not given out before; modifiers are monotonic and positive. Monotonic
    ones are counted for themselves, and begin again after 64 bits."""
    given = list_items(modifiers)
    if given is None or any(item is not MONOTONIC and item is not POSITIVE for item in given):
        raise badarg()
    if MONOTONIC in given:
        number = (unsigned_monotonic(process.vm) + 1) % COUNTERS
        set_last_monotonic(process.vm, number)
    else:
        number = process.vm.unique_integer()
    return number + 1 if POSITIVE in given else FIRST_UNIQUE + number
