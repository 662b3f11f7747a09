"""Clocks and dates, compared with Ericsson's runtime where that can be done."""

from __future__ import annotations

import os
import time

import pytest

from enigma_ref.bifs.clock import UNITS
from enigma_ref.terms import NIL, Float, Term, atom, list_items, make_list
from tests.bifs.oracle import SAMPLES, Call, Oracle, answer, one_wrong

MIDNIGHT = (0, 0, 0)


def moments() -> list[Term]:
    dates = [
        (1970, 1, 1), (2000, 2, 29), (1900, 2, 29), (2100, 2, 28), (2020, 12, 31), (1969, 12, 31),
        (1600, 1, 1), (1599, 12, 31), (1601, 3, 1), (1901, 12, 31), (1902, 1, 1), (1960, 7, 1),
        (9999, 12, 31), (10000, 1, 1), (2020, 13, 1), (2020, 0, 1), (2020, 4, 31), (2020, 1, 0),
        (-1, 1, 1), (0, 1, 1), (2024, 7, 14), (1 << 40, 1, 1), (2147483646, 1, 1),
        (2147483647, 1, 1), (2020, 1), (2020, 1, 1, 1),
    ]  # fmt: skip
    found: list[Term] = [(date, MIDNIGHT) for date in dates]
    for clock in (
        (23, 59, 59),
        (24, 0, 0),
        (0, 60, 0),
        (0, 0, 60),
        (-1, 0, 0),
        (0, 0),
        (0, 0, Float(1.0)),
    ):
        found.append(((2020, 5, 17), clock))
    return [*found, ((2020, 1, 1),), (2020, 1, 1)]


def test_dates(oracle: Oracle) -> None:
    calls: list[Call] = []
    for moment in moments():
        calls.append(("erlang", "universaltime_to_posixtime", (moment,)))
        far = type(moment[0]) is tuple and moment[0][0] > 1 << 30
        if not far:
            # Years that C's functions on dates do not agree about.
            calls.append(("erlang", "universaltime_to_localtime", (moment,)))
            for saving in (atom("true"), atom("false"), atom("undefined"), atom("x"), 1):
                calls.append(("erlang", "localtime_to_universaltime", (moment, saving)))
    seconds = [
        0,
        -1,
        1,
        86399,
        86400,
        951782399,
        951782400,
        1577836800,
        253402300799,
        253402300800,
        1 << 40,
    ]
    seconds += [
        -62135596800,
        -62135596801,
        -62167219200,
        -62167219201,
        -62162035201,
        -(1 << 50),
        1 << 62,
    ]
    seconds += [
        (1 << 63) - 1,
        1 << 63,
        -(1 << 63),
        -(1 << 63) - 1,
        *range(-(1 << 36), 1 << 36, 987654321),
    ]
    calls += [("erlang", "posixtime_to_universaltime", (number,)) for number in seconds]
    for name in (
        "universaltime_to_posixtime",
        "posixtime_to_universaltime",
        "universaltime_to_localtime",
    ):
        calls += one_wrong("erlang", name, (0,))
    oracle.compare(calls)


@pytest.mark.parametrize("zone", ["Europe/Stockholm", "America/New_York", "Asia/Kolkata"])
def test_local_time_in_other_zones(
    oracle: Oracle, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        calls: list[Call] = []
        for date in ((2020, 1, 15), (2020, 7, 15), (1985, 7, 1), (2030, 12, 31), (2020, 3, 29)):
            for clock in ((0, 30, 0), (2, 30, 0), (23, 59, 59)):
                calls.append(("erlang", "universaltime_to_localtime", ((date, clock),)))
                for saving in ("false", "undefined"):
                    if (date, clock) != ((2020, 3, 29), (2, 30, 0)):
                        calls.append(
                            ("erlang", "localtime_to_universaltime", ((date, clock), atom(saving)))
                        )
        oracle.compare(calls)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_units(oracle: Oracle) -> None:
    vm = oracle.vm()
    names = ("monotonic_time", "system_time", "time_offset")
    wrong = [term for term in SAMPLES if type(term) is not int or term < 1]
    calls: list[Call] = [("erlang", name, (unit,)) for name in names for unit in wrong]
    calls += [("os", "system_time", (unit,)) for unit in wrong]
    if oracle.release < 25:
        calls.append(("erlang", "monotonic_time", (atom("native"),)))
    oracle.compare(calls)
    for name, parts in UNITS.items():
        if name == "native" and oracle.release < 25:
            continue
        for unit in (atom(name), parts):
            now = vm.call("erlang", "system_time", [unit]).value
            assert abs(now - time.time_ns() * parts // 10**9) <= 5 * parts
            assert type(oracle.ask([("erlang", "system_time", (unit,))])[0][1]) is int
    offset = vm.call("erlang", "time_offset", []).value
    assert offset == vm.call("erlang", "time_offset", [10**9]).value
    monotonic = vm.call("erlang", "monotonic_time", []).value
    [(_, theirs)] = oracle.ask([("erlang", "monotonic_time", ())])
    assert monotonic < 0 and theirs < 0
    assert 0 <= vm.call("erlang", "system_time", []).value - offset - monotonic < 10**10


def test_times_only_grow(oracle: Oracle) -> None:
    vm = oracle.vm()
    for name in ("now", "monotonic_time"):
        values = [vm.call("erlang", name, []).value for _ in range(50)]
        assert values == sorted(values)
    values = [vm.call("erlang", "now", []).value for _ in range(50)]
    assert len(set(values)) == 50
    mega, seconds, micros = vm.call("erlang", "timestamp", []).value
    assert abs((mega * 10**6 + seconds) * 10**6 + micros - time.time_ns() // 1000) < 10**7


def test_dates_of_now(oracle: Oracle) -> None:
    vm = oracle.vm()
    date, clock = vm.call("erlang", "universaltime", []).value
    [(_, (their_date, _))] = oracle.ask([("erlang", "universaltime", ())])
    seconds = vm.call("erlang", "universaltime_to_posixtime", [(date, clock)]).value
    assert abs(seconds - time.time()) < 5
    assert len(their_date) == len(date) == 3
    assert len(vm.call("erlang", "localtime", []).value) == 2
    assert len(vm.call("erlang", "date", []).value) == len(vm.call("erlang", "time", []).value) == 3


def test_unique_integers(oracle: Oracle) -> None:
    vm = oracle.vm()
    positive, monotonic = atom("positive"), atom("monotonic")
    wrong = [term for term in SAMPLES if term != NIL]
    wrong += [make_list([positive, atom("x")]), make_list([positive], positive)]
    oracle.compare([("erlang", "unique_integer", (modifiers,)) for modifiers in wrong])
    for modifiers in ([], [positive], [monotonic], [monotonic, positive]):
        values = [
            vm.call("erlang", "unique_integer", [make_list(modifiers)]).value for _ in range(20)
        ]
        assert len(set(values)) == 20
        assert all((value > 0) is (positive in modifiers) for value in values)
        if monotonic in modifiers:
            assert values == sorted(values)


def test_os(oracle: Oracle) -> None:
    vm = oracle.vm()
    assert list_items(vm.call("os", "getpid", []).value) == list(map(ord, str(os.getpid())))
    assert type(vm.call("os", "perf_counter", []).value) is int
    assert len(answer(vm, ("os", "timestamp", ()))[1]) == 3
