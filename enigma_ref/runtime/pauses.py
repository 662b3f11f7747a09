"""Timers of suspended processes, whose time stands still (documentation of
erlang:suspend_process/2, pull request 10619 of Erlang/OTP; the rest was measured).

Nothing is done to a timer when its process is suspended: only when it has run out does it look for
how long the process has been suspended meanwhile, and runs on for that time. So suspending costs
nothing, however many timers there are.
"""

from __future__ import annotations

from typing import Final

from enigma_ref.machine.process import Process
from enigma_ref.runtime.clocks import Clock
from enigma_ref.runtime.timers import Timer, Timers

RECEIVES_SINCE: Final = 28
"""Before, the time of a receive went on in a suspended process."""

MESSAGES_SINCE: Final = 29
"""Before, that of timers which send it messages did."""


class Pauses:
    """How long processes have been suspended, and the timers that wait for that to end."""

    def __init__(self, timers: Timers, clock: Clock) -> None:
        self._timers = timers
        self._clock = clock
        self._since: dict[Process, int] = {}
        self._total: dict[Process, int] = {}
        self._times: dict[Process, int] = {}
        self._held: dict[Process, list[Timer]] = {}

    def begin(self, process: Process) -> None:
        """The process is suspended from now on."""
        self._since[process] = self._clock.now()
        self._times[process] = self._times.get(process, 0) + 1

    def end(self, process: Process) -> None:
        """The process is no longer suspended."""
        since = self._since.pop(process, None)
        if since is None:
            return
        self._total[process] = self._total.get(process, 0) + self._clock.now() - since
        for timer in self._held.pop(process, ()):
            self._timers.restart(timer, max(0, self._left(timer, process)))
            timer.paused = self._total[process]

    def forget(self, process: Process) -> None:
        """The process has ended: what its timers would tell it goes nowhere."""
        self._since.pop(process, None)
        self._total.pop(process, None)
        self._times.pop(process, None)
        for timer in self._held.pop(process, ()):
            timer.action()

    def stood_still(self, timer: Timer, process: Process) -> bool:
        """Whether the process has been suspended since the timer was started, or is so now."""
        return process in self._since or self._times.get(process, 0) != timer.suspensions

    def follow(self, timer: Timer, process: Process) -> None:
        """Let a timer that was just started stand still with the process."""
        timer.paused = self._paused(process)
        timer.suspensions = self._times.get(process, 0)

        def runs_on(timer: Timer) -> bool:
            if process in self._since:
                self._held.setdefault(process, []).append(timer)
                return True
            left = self._left(timer, process)
            if left > 0:
                timer.paused = self._paused(process)
                self._timers.restart(timer, left)
            return left > 0

        timer.runs_on = runs_on

    def _paused(self, process: Process) -> int:
        total = self._total.get(process, 0)
        since = self._since.get(process)
        return total if since is None else total + self._clock.now() - since

    def _left(self, timer: Timer, process: Process) -> int:
        return timer.at + self._paused(process) - timer.paused - self._clock.now()
