"""Timers: what shall happen at which time."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from time import monotonic, sleep


class Timer:
    """Something to do at a time; `cancelled` timers are passed over."""

    __slots__ = ("action", "at", "cancelled", "number")

    def __init__(self, at: float, number: int, action: Callable[[], None]) -> None:
        self.at = at
        self.number = number
        self.action = action
        self.cancelled = False

    def __lt__(self, other: Timer) -> bool:
        return (self.at, self.number) < (other.at, other.number)


class Timers:
    """All timers of a system, in seconds of the monotonic clock. Setting one takes O(log n)."""

    def __init__(self) -> None:
        self._heap: list[Timer] = []
        self._made = 0
        self._cancelled = 0

    def start(self, seconds: float, action: Callable[[], None]) -> Timer:
        """Do `action` in so many seconds."""
        self._made += 1
        timer = Timer(monotonic() + seconds, self._made, action)
        heapq.heappush(self._heap, timer)
        return timer

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
            elif first.at <= monotonic():
                heapq.heappop(self._heap)
                first.cancelled = True
                first.action()
            else:
                return

    def wait(self, until: float | None = None) -> bool:
        """Sleep until the next timer is due, or the time `until` comes; False without either."""
        self.fire_cancelled()
        due = self._heap[0].at if self._heap else until
        if due is None:
            return False
        if until is not None:
            due = min(due, until)
        sleep(max(0.0, due - monotonic()))
        return True

    def fire_cancelled(self) -> None:
        """Drop cancelled timers that would come first."""
        while self._heap and self._heap[0].cancelled:
            heapq.heappop(self._heap)
            self._cancelled = max(0, self._cancelled - 1)
