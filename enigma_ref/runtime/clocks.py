"""What time it is for a system: the machine's own clock, or one that only the program moves."""

from __future__ import annotations

import time
from typing import Protocol

from enigma_ref.machine import system

TURN = 100
"""Nanoseconds of virtual time that a reduction takes."""

VIRTUAL_START = 1_000_000_000_000_000_000
"""When systems with a virtual clock start, in nanoseconds since the start of 1970."""


class Clock(system.Clock, Protocol):
    """A clock that a runtime can let go on."""

    is_virtual: bool
    """Whether waiting takes no real time."""

    def wait_until(self, moment: int) -> None:
        """Let the time pass that is left until then."""
        ...

    def worked(self, reductions: int) -> None:
        """A process has run for so many reductions."""
        ...


class SystemClock:
    """The monotonic clock of the operating system."""

    is_virtual = False

    def __init__(self) -> None:
        self._started = time.monotonic_ns()
        self.start = time.time_ns()

    def now(self) -> int:
        """What time it is."""
        return time.monotonic_ns() - self._started

    def outside(self) -> int:
        """The operating system's time."""
        return time.time_ns()

    def wait_until(self, moment: int) -> None:
        """Sleep until then."""
        time.sleep(max(0, moment - self.now()) / 1e9)

    def worked(self, reductions: int) -> None:
        """Time has passed by itself."""


class VirtualClock:
    """Time that passes when processes run, a little for each reduction, and leaps to the next
    timer when all wait: waiting takes no real time, and each run sees the same times."""

    is_virtual = True

    def __init__(self) -> None:
        self._now = 0
        self.start = VIRTUAL_START

    def now(self) -> int:
        """What time it is."""
        return self._now

    def outside(self) -> int:
        """The same as inside."""
        return self.start + self._now

    def wait_until(self, moment: int) -> None:
        """Leap there."""
        self._now = max(self._now, moment)

    def worked(self, reductions: int) -> None:
        """Let the time pass that the work took."""
        self._now += reductions * TURN
