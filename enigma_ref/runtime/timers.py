"""Timers: what shall happen at which time."""

from __future__ import annotations

import heapq
from collections.abc import Callable

from enigma_ref.runtime.clocks import Clock

SECOND = 1_000_000_000


class Timer:
    """Something to do at a time, in nanoseconds of the clock; `cancelled` ones are passed over.

    When its time has come, `runs_on`, which is given the timer, can put it off; `paused` and
    `suspensions` belong to that (see `pauses`)."""

    __slots__ = ("action", "at", "cancelled", "number", "paused", "runs_on", "suspensions")

    def __init__(self, at: int, number: int, action: Callable[[], None]) -> None:
        self.at = at
        self.number = number
        self.action = action
        self.cancelled = False
        self.runs_on: Callable[[Timer], bool] | None = None
        self.paused = 0
        self.suspensions = 0

    def __lt__(self, other: Timer) -> bool:
        return (self.at, self.number) < (other.at, other.number)


class Timers:
    """All timers of a system. Setting one takes O(log n)."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heap: list[Timer] = []
        self._made = 0
        self._cancelled = 0

    def start(self, nanoseconds: int, action: Callable[[], None]) -> Timer:
        """Do `action` after so many nanoseconds."""
        self._made += 1
        timer = Timer(self._clock.now() + nanoseconds, self._made, action)
        heapq.heappush(self._heap, timer)
        return timer

    def restart(self, timer: Timer, nanoseconds: int) -> None:
        """Let a timer that has run out run again."""
        timer.at = self._clock.now() + nanoseconds
        timer.cancelled = False
        heapq.heappush(self._heap, timer)

    def cancel(self, timer: Timer) -> None:
        """Forget a timer; harmless when it has fired."""
        if not timer.cancelled:
            timer.cancelled = True
            self._cancelled += 1
            if self._cancelled > 64 and self._cancelled > len(self._heap) // 2:
                self._heap = [waiting for waiting in self._heap if not waiting.cancelled]
                heapq.heapify(self._heap)
                self._cancelled = 0

    def fire(self) -> None:
        """Do what is due."""
        while self._heap:
            first = self._heap[0]
            if first.cancelled:
                heapq.heappop(self._heap)
                self._cancelled = max(0, self._cancelled - 1)
            elif first.at <= self._clock.now():
                heapq.heappop(self._heap)
                first.cancelled = True
                if first.runs_on is None or not first.runs_on(first):
                    first.action()
            else:
                return

    def due(self) -> int | None:
        """When the next timer is due; None when there is none."""
        while self._heap and self._heap[0].cancelled:
            heapq.heappop(self._heap)
            self._cancelled = max(0, self._cancelled - 1)
        return self._heap[0].at if self._heap else None
