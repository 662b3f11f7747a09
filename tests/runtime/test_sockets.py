"""Sockets where a real erl cannot answer: in Python programs, in virtual time, and what is left of
them."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import enigma_ref
from enigma_ref.ports.inet.tcp import Tcp
from enigma_ref.ports.port import OpenPort
from enigma_ref.runtime.clocks import VirtualClock
from enigma_ref.runtime.scheduler import SeededScheduler
from enigma_ref.runtime.vm import VM
from enigma_ref.terms import Bitstring, Term, atom
from tests.runtime.conftest import PROGRAMS

MakeVm = Callable[..., VM]

HOUR = 3_600_000
TIMEOUT = (atom("error"), atom("timeout"))


def ask(vm: VM, function: str, *arguments: Term) -> Term:
    """The value of a call of the module connected."""
    outcome = vm.call("connected", function, list(arguments), timeout=30)
    assert outcome.ok, outcome
    return outcome.value


def binary(data: bytes) -> Bitstring:
    return Bitstring.of(data)


@contextmanager
def server(delay: float) -> Iterator[int]:
    """A server outside of any system, which takes its time to answer; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                data = connection.recv(100)
                time.sleep(delay)
                connection.sendall(data.upper())

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


def seeded(make_vm: MakeVm, seed: int = 1) -> VM:
    return make_vm(scheduler=SeededScheduler(seed), clock=VirtualClock())


def test_a_server_elsewhere(make_vm: MakeVm) -> None:
    with server(0.1) as port:
        assert ask(make_vm(), "asks", port, binary(b"hello"), 5000) == (
            atom("ok"),
            binary(b"HELLO"),
        )


def test_other_processes_run_on(make_vm: MakeVm) -> None:
    with server(0.3) as port:
        counted = ask(make_vm(), "beside", port)
    assert isinstance(counted, int)
    assert counted > 100


def test_virtual_time_waits_for_a_server_elsewhere(make_vm: MakeVm) -> None:
    with server(0.3) as port:
        answer = ask(seeded(make_vm), "asks", port, binary(b"hello"), 5000)
    assert answer == (atom("ok"), binary(b"HELLO"))


def test_virtual_time_leaps_when_nobody_comes(make_vm: MakeVm) -> None:
    begin = time.monotonic()
    assert ask(seeded(make_vm), "nobody_comes", HOUR) == TIMEOUT
    assert time.monotonic() - begin < 5


def test_seeds_change_nothing_between_sockets_of_one_system(make_vm: MakeVm) -> None:
    begin = time.monotonic()
    for seed in range(5):
        expected = (binary(b"yesyes"), (atom("error"), atom("timeout")))
        assert ask(seeded(make_vm, seed), "both", binary(b"yes")) == expected
    assert time.monotonic() - begin < 20


def test_nothing_is_left_of_sockets(make_vm: MakeVm) -> None:
    before = len(os.listdir("/proc/self/fd"))
    vm = make_vm()
    assert ask(vm, "many", 5) == 15
    vm.close()
    assert len(os.listdir("/proc/self/fd")) == before


def test_closed_sockets_take_no_memory(make_vm: MakeVm) -> None:
    vm = seeded(make_vm)
    ask(vm, "both", binary(b"yes"))
    assert ask(vm, "nobody_comes", 10) == TIMEOUT
    assert not [found for found in gc.get_objects() if isinstance(found, (Tcp, OpenPort))]


def test_in_a_python_program() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        data = await reader.read(100)
        await asyncio.sleep(0.1)
        writer.write(data.upper())
        writer.close()

    async def main() -> None:
        listening = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        async with listening, enigma_ref.VM(paths=[PROGRAMS], otp=25) as vm:
            calls = [vm.call("connected", "asks", [port, binary(b"a"), 5000]) for _ in range(3)]
            assert await asyncio.gather(*calls) == [(atom("ok"), binary(b"A"))] * 3

    asyncio.run(main())


def test_in_a_python_program_with_a_seed() -> None:
    async def main() -> None:
        async with enigma_ref.VM(paths=[PROGRAMS], otp=25, seed=1) as vm:
            assert await vm.call("connected", "nobody_comes", [HOUR], timeout=30) == TIMEOUT

    asyncio.run(main())
