"""Erlang inside a Python program: a system that runs as a task of asyncio.

The system takes its turns between those of the program's other tasks, and waits for its timers as
they do. Calls may overlap; each is a process of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from enigma_ref.loader.cache import Cache
from enigma_ref.machine.process import Process
from enigma_ref.otp import find_release
from enigma_ref.runtime.clocks import VirtualClock
from enigma_ref.runtime.scheduler import SeededScheduler
from enigma_ref.runtime.vm import VM as System
from enigma_ref.runtime.vm import CallTimeout, Deadlock
from enigma_ref.terms import NIL, Atom, Term
from enigma_ref.terms.text import format_p

LOOK = 0.02
"""Seconds between two looks at what comes from outside, where nobody tells of it."""

TURNS = 8
"""Turns of Erlang processes between two of the program's other tasks."""


class ErlangError(Exception):
    """A call ended with an exception: `cls` is the atom error, exit or throw, `reason` a term,
    `trace` an Erlang list."""

    def __init__(self, cls: Atom, reason: Term, trace: Term, release: int) -> None:
        super().__init__(f"{cls.name}: {format_p(reason, release=release)}")
        self.cls = cls
        self.reason = reason
        self.trace = trace


class VM:
    """A system of one OTP release, for `async with`.

    `otp` is a release's number, or the folder of one; `paths` are folders with modules that come
    before OTP's own. With a `seed`, schedules repeat and time is virtual (docs/schedules.md).
    """

    def __init__(
        self,
        otp: int | str | None = None,
        *,
        paths: Sequence[Path | str] = (),
        seed: int | None = None,
    ) -> None:
        release = find_release(None if otp is None else str(otp))
        self.system = System(
            release.number,
            [*map(Path, paths), *release.ebin_dirs()],
            cache=Cache.of_user(),
            scheduler=None if seed is None else SeededScheduler(seed),
            clock=None if seed is None else VirtualClock(),
        )
        self.release = release.number
        self._calls: dict[Process, asyncio.Future[Term]] = {}
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.wait([self._task])
        self._fail(CallTimeout("the system has been closed"))
        self.system.close()

    async def call(
        self,
        module: str,
        function: str,
        arguments: Sequence[Term] = (),
        *,
        timeout: float | None = None,
    ) -> Term:
        """Call a function in a process of its own; its result.

        Raises `ErlangError` for an exception, `TimeoutError` after `timeout` seconds, `Deadlock`
        when all processes wait for messages and no timer runs, and `MachineFault` for a defect of
        the machine, after which the system is of no use. Cancelling the call ends the process.
        """
        if self._task is None or self._task.done():
            raise RuntimeError("the system does not run: use it in `async with`")
        process = self.system.start(module, function, arguments)
        future: asyncio.Future[Term] = asyncio.get_running_loop().create_future()
        self._calls[process] = future
        self._woken.set()
        try:
            async with asyncio.timeout(timeout):
                return await future
        finally:
            self._calls.pop(process, None)
            if process.status != "exited":
                self.system.forget(process)

    async def _run(self) -> None:
        """Take turns for as long as the system is open."""
        try:
            while True:
                for _ in range(TURNS):
                    if not self.system.run_turn():
                        await self._wait()
                        break
                self._answer()
                await asyncio.sleep(0)
        except Exception as fault:
            self._fail(fault)

    def _answer(self) -> None:
        """Tell the callers of processes that have ended."""
        for process in [process for process in self._calls if process.status == "exited"]:
            future = self._calls.pop(process)
            if future.done():
                continue
            outcome = process.outcome
            if outcome.ok:
                future.set_result(outcome.value)
            else:
                future.set_exception(
                    ErlangError(outcome.cls, outcome.reason, outcome.trace or NIL, self.release)
                )

    def _fail(self, error: Exception) -> None:
        calls, self._calls = self._calls, {}
        for future in calls.values():
            if not future.done():
                future.set_exception(error)

    async def _wait(self) -> None:
        """No process can run: wait for a call or a timer."""
        self._answer()
        self._woken.clear()
        due = self.system.timers.due()
        ports = self.system.ports
        from_outside = ports.may_wake()
        if due is None and not from_outside:
            self._fail(Deadlock("all processes wait for messages that nobody can send any more"))
            await self._woken.wait()
            return
        if from_outside and ports.wait(0):
            return
        seconds = self.system.time_for_ports(due)
        clock = self.system.clock
        if clock.is_virtual and due is not None and not (from_outside and seconds):
            clock.wait_until(due)
            return
        if from_outside:
            await self._wait_for_ports(seconds)
            if clock.is_virtual and due is not None and not self._woken.is_set():
                clock.wait_until(due)
        else:
            await self._wait_to_be_woken(seconds)

    async def _wait_to_be_woken(self, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return

    async def _wait_for_ports(self, seconds: float | None) -> None:
        """Wait for a call, a timer, or for something that comes from outside."""
        descriptor = self.system.ports.watching.descriptor()
        if descriptor is None:
            await self._wait_to_be_woken(LOOK if seconds is None else min(LOOK, seconds))
            return
        loop = asyncio.get_running_loop()
        loop.add_reader(descriptor, self._woken.set)
        try:
            await self._wait_to_be_woken(seconds)
        finally:
            loop.remove_reader(descriptor)
