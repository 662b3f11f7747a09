import io
from collections.abc import Callable

import pytest

from enigma_ref.runtime.clocks import VirtualClock
from enigma_ref.runtime.observe import Tracer
from enigma_ref.runtime.scheduler import SeededScheduler
from enigma_ref.runtime.vm import VM, Deadlock
from enigma_ref.terms import NIL, Term, atom, list_items

MakeVM = Callable[..., VM]


def seeded(make_vm: MakeVM, seed: int, **options: object) -> VM:
    return make_vm(scheduler=SeededScheduler(seed), clock=VirtualClock(), **options)


def call(vm: VM, function: str, *arguments: Term) -> Term:
    outcome = vm.call("races", function, arguments, timeout=60)
    assert outcome.ok, outcome
    return outcome.value


def test_higher_priorities_come_first(make_vm: MakeVM) -> None:
    order = [item.name for item in list_items(call(make_vm(), "priorities")) or []]
    assert order == ["max", "high", "normal", "low"]


def test_a_seed_repeats_a_run_instruction_by_instruction(make_vm: MakeVM) -> None:
    def trace(seed: int) -> str:
        out = io.StringIO()
        vm = seeded(make_vm, seed, observer=Tracer(out).observe)
        call(vm, "ring", 5, 3)
        call(vm, "lost_update")
        return out.getvalue()

    first = trace(42)
    assert len(first.splitlines()) > 200
    assert all(trace(42) == first for _ in range(9))
    assert trace(43) != first


def test_seeds_differ_in_what_they_lead_to(make_vm: MakeVM) -> None:
    assert {call(seeded(make_vm, seed), "lost_update") for seed in range(40)} == {1, 2}


def test_virtual_time_takes_no_time(make_vm: MakeVM) -> None:
    vm = seeded(make_vm, 1)
    assert call(vm, "late") is atom("in_time")
    before = vm.clock.now()
    call(vm, "clock")
    assert vm.clock.now() - before >= 5_000_000_000


def test_a_deadlock_is_told(make_vm: MakeVM) -> None:
    vm = seeded(make_vm, 1)
    with pytest.raises(Deadlock):
        vm.call("erlang", "hibernate", (atom("erlang"), atom("self"), NIL))


def test_programs_see_the_virtual_time(make_vm: MakeVM) -> None:
    seen = []
    for _ in range(2):
        vm = seeded(make_vm, 3)
        times = [
            vm.call("erlang", "monotonic_time", []).value,
            vm.call("erlang", "system_time", [atom("second")]).value,
            vm.call("os", "system_time", []).value,
            vm.call("erlang", "universaltime", []).value,
            vm.call("os", "perf_counter", []).value,
        ]
        vm.call("timer", "sleep", [3_600_000])
        later = vm.call("erlang", "system_time", [atom("second")]).value
        assert 3600 <= later - times[1] <= 3601
        seen.append((times, later, vm.call("erlang", "localtime", []).value))
    assert seen[0] == seen[1]


def test_pids_can_be_read_back_however_many_there_were(make_vm: MakeVM) -> None:
    vm = make_vm()
    vm._pids = (1 << 28) - 100
    seen = {call(vm, "fresh_pid") for _ in range(120)}
    assert len(seen) == 120
    assert {pid.number >> 15 for pid in seen} == {0}
    assert {pid.serial for pid in seen} == {0, (1 << 13) - 1}
