"""Ports where a real erl cannot answer: ports in a Python program, in virtual time, and what is
left of them."""

from __future__ import annotations

import asyncio
import os
import resource
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import enigma_ref
from enigma_ref.machine.suspension import Halt
from enigma_ref.ports.framing import Lines, Packets, Piece
from enigma_ref.runtime.clocks import VirtualClock
from enigma_ref.runtime.scheduler import SeededScheduler
from enigma_ref.runtime.vm import VM, CallTimeout, Deadlock
from enigma_ref.terms import Bitstring, Term, atom, list_items, make_list, make_string, string_of

MakeVm = Callable[..., VM]

PROGRAMS = Path(__file__).parent / "programs"


def ask(vm: VM, function: str, *arguments: Term) -> Term:
    """The value of a call of the module ported."""
    outcome = vm.call("ported", function, list(arguments), timeout=30)
    assert outcome.ok, outcome
    return outcome.value


def descriptors() -> int:
    """How many descriptors this process has open."""
    return len(os.listdir("/proc/self/fd"))


def children() -> list[str]:
    """The programs that this process has started and that are still there."""
    found = []
    for task in os.listdir("/proc/self/task"):
        found += Path(f"/proc/self/task/{task}/children").read_text().split()
    return found


def test_a_port_waits_in_real_time(make_vm: MakeVm) -> None:
    begin = time.monotonic()
    assert ask(make_vm(), "slow", make_string("0.3")) == (atom("exit_status"), 0)
    assert 0.25 < time.monotonic() - begin < 5


def test_nothing_is_left_of_ports(make_vm: MakeVm) -> None:
    vm = make_vm()
    ask(vm, "many", 1)
    before, others = descriptors(), set(children())
    ask(vm, "many", 30)
    deadline = time.monotonic() + 10
    while (set(children()) - others or descriptors() > before) and time.monotonic() < deadline:
        vm.ports.wait(0.05)
    assert not set(children()) - others
    assert descriptors() <= before


def test_descriptors_run_out_and_come_back(make_vm: MakeVm) -> None:
    vm = make_vm()
    ask(vm, "many", 1)
    before, others = descriptors(), set(children())
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    for more in range(12, 18):
        resource.setrlimit(resource.RLIMIT_NOFILE, (before + more, limits[1]))
        try:
            reason, opened = ask(vm, "exhausts")
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        assert reason is atom("emfile")
        assert opened >= 2
        deadline = time.monotonic() + 10
        while set(children()) - others and time.monotonic() < deadline:
            vm.ports.wait(0.05)
        assert descriptors() <= before


def test_a_closed_system_closes_its_ports(make_vm: MakeVm) -> None:
    vm = make_vm()
    with pytest.raises(CallTimeout):
        vm.call("ported", "abandoned", [], timeout=0.5)
    assert vm.ports.open
    before = descriptors()
    vm.close()
    assert not vm.ports.open
    assert descriptors() < before


def test_a_program_that_has_ended_is_waited_for_no_more(make_vm: MakeVm) -> None:
    with pytest.raises(Deadlock):
        make_vm().call("ported", "waits", [])


def test_virtual_time_leaves_programs_the_time_they_need(make_vm: MakeVm) -> None:
    vm = make_vm(scheduler=SeededScheduler(1), clock=VirtualClock())
    begin = time.monotonic()
    assert ask(vm, "timer_first") == make_string("y\n")
    assert time.monotonic() - begin < 20


def test_a_descriptor_is_read_line_by_line(make_vm: MakeVm) -> None:
    reads, writes = os.pipe()
    os.write(writes, b"one\ntwo\r\nthree")
    os.close(writes)
    lines = list_items(ask(make_vm(), "reads", reads))
    assert lines is not None
    assert [string_of(line) for line in lines] == ["one", "two", "three"]
    os.close(reads)  # is still open: it was not the port's


def test_a_file_of_a_disk_is_read_as_well(make_vm: MakeVm, tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"x" * 90 + b"\nend")
    number = os.open(tmp_path / "f", os.O_RDONLY)
    lines = list_items(ask(make_vm(), "reads", number))
    os.close(number)
    assert lines is not None
    assert [string_of(line) for line in lines] == ["x" * 90, "end"]


def test_halt_writes_what_waits_to_be_written(make_vm: MakeVm) -> None:
    data = os.urandom(300_000)
    reads, writes = os.pipe()
    got = bytearray()

    def collect() -> None:
        time.sleep(0.2)
        while part := os.read(reads, 65536):
            got.extend(part)

    reader = threading.Thread(target=collect)
    reader.start()
    with pytest.raises(Halt) as halt:
        make_vm().call("ported", "writes", [writes, Bitstring.of(data)])
    os.close(writes)
    reader.join()
    os.close(reads)
    assert halt.value.status == 7
    assert bytes(got) == data


def test_ports_in_a_program_that_does_other_things_as_well() -> None:
    async def main() -> int:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                await asyncio.sleep(0.01)
                ticks += 1

        async with enigma_ref.VM(otp=25, paths=[PROGRAMS]) as vm:
            ticking = asyncio.create_task(tick())
            first, second = await asyncio.gather(
                vm.call("ported", "slow", [make_string("0.4")]),
                vm.call("ported", "echo", [make_string("hi")]),
            )
            ticking.cancel()
        assert first == (atom("exit_status"), 0)
        assert second == Bitstring.of(b"hi")
        return ticks

    assert asyncio.run(main()) >= 10


def test_pieces_do_not_depend_on_how_bytes_come() -> None:
    text = b"ab\r\ncdefg\r\rh\n\nlong line here\rx\r\n\rtail\r"
    packets = b"\x00\x02ab\x00\x00\x00\x05hello\x00\x09no"
    for make, data in ((lambda: Lines(3), text), (lambda: Packets(2), packets)):
        whole = make()
        expected = [*whole.feed(data), *whole.finish()]
        for size in range(1, 6):
            framing = make()
            got: list[Piece] = []
            for at in range(0, len(data), size):
                got += framing.feed(data[at : at + size])
            assert [*got, *framing.finish()] == expected


def test_a_packet_that_claims_to_be_huge_costs_nothing() -> None:
    packets = Packets(4)
    assert not list(packets.feed(b"\xff\xff\xff\xffab"))
    assert len(packets.pending) == 6


def test_a_call_that_ends_takes_its_port_along(make_vm: MakeVm) -> None:
    vm = make_vm()
    outcome = vm.call(
        "erlang", "open_port", [(atom("spawn"), make_string("cat")), make_list([])], timeout=10
    )
    assert outcome.ok
    assert not vm.ports.ids()
    assert vm.call("erlang", "port_info", [outcome.value]).value is atom("undefined")
