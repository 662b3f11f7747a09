import asyncio
import time
from pathlib import Path

import pytest

import enigma_ref
from enigma_ref.otp import OtpNotFound, find_release
from enigma_ref.runtime.vm import Deadlock
from enigma_ref.terms import atom, list_items, make_list

PROGRAMS = Path(__file__).parent / "programs"


@pytest.fixture(autouse=True)
def release() -> None:
    try:
        find_release("25")
    except OtpNotFound:
        pytest.skip("no Erlang/OTP 25 here for the module lists")


def test_a_call_from_a_program() -> None:
    async def main() -> None:
        async with enigma_ref.VM(otp=25) as vm:
            assert list_items(await vm.call("lists", "seq", [1, 3])) == [1, 2, 3]
            with pytest.raises(enigma_ref.ErlangError, match="error: badarg") as caught:
                await vm.call("erlang", "atom_to_list", [1])
            assert caught.value.reason is atom("badarg")

    asyncio.run(main())


def test_calls_overlap_with_each_other_and_with_other_tasks() -> None:
    async def main() -> int:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                ticks += 1
                await asyncio.sleep(0)

        async with enigma_ref.VM(otp=25, paths=[PROGRAMS]) as vm:
            ticking = asyncio.create_task(tick())
            sleeper = vm.call("timer", "sleep", [300])
            counts = [vm.call("races", "ring", [3, 500]) for _ in range(3)]
            before = time.monotonic()
            results = await asyncio.gather(sleeper, *counts)
            assert time.monotonic() - before >= 0.3
            ticking.cancel()
            assert results[0] is atom("ok")
            assert results[1:] == [(atom("token"), 1497)] * 3
        return ticks

    assert asyncio.run(main()) > 10


def test_a_call_takes_no_longer_than_it_may() -> None:
    async def main() -> None:
        async with enigma_ref.VM(otp=25) as vm:
            with pytest.raises(TimeoutError):
                await vm.call("timer", "sleep", [60_000], timeout=0.05)
            assert await vm.call("erlang", "abs", [-1]) == 1

    asyncio.run(main())


def test_a_deadlock_is_told() -> None:
    async def main() -> None:
        async with enigma_ref.VM(otp=25) as vm:
            with pytest.raises(Deadlock):
                await vm.call("timer", "sleep", [atom("infinity")])
            assert await vm.call("lists", "sum", [make_list([1, 2])]) == 3

    asyncio.run(main())


def test_with_a_seed_waiting_takes_no_time() -> None:
    async def main() -> None:
        async with enigma_ref.VM(otp=25, seed=1) as vm:
            await vm.call("timer", "sleep", [86_400_000], timeout=60)

    asyncio.run(main())


def test_a_closed_system_takes_no_calls() -> None:
    async def main() -> None:
        async with enigma_ref.VM(otp=25) as vm:
            pass
        with pytest.raises(RuntimeError, match="async with"):
            await vm.call("erlang", "self", [])

    asyncio.run(main())
