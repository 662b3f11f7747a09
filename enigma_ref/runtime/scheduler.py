"""Which process runs next, and for how long.

Processes that could run stand in queues by priority, as in erts (erl_process.c, documentation of
`process_flag/2`): `max` before `high` before all others; of the others a process of priority
`low` gets its turn only when it has been passed over seven times.
"""

from __future__ import annotations

from collections import deque

from enigma_ref.machine.process import Process

SLICE = 4000
"""Reductions that a process runs before others get their turn (as in erts)."""

LOW_WAITS = 7
"""How often a process of priority low is passed over."""

LENGTHS = (1, 4, 16, 64, 256)
"""Most reductions of a turn that a seed decides about: first which of these, then how many."""


class Scheduler:
    """Turns go round among the processes of the highest priority that has any."""

    def __init__(self) -> None:
        self._max: deque[Process] = deque()
        self._high: deque[Process] = deque()
        self._others: deque[Process] = deque()
        self._passed: dict[Process, int] = {}

    def __len__(self) -> int:
        """How many processes wait for their turn; some may have ended meanwhile."""
        return len(self._max) + len(self._high) + len(self._others)

    def may_prolong(self) -> bool:
        """Whether who has a turn may take the next, too: nobody else waits for one."""
        return not (self._max or self._high or self._others)

    def add(self, process: Process) -> None:
        """Queue a process that could run."""
        priority = process.flags.get("priority")
        if priority is None:
            self._others.append(process)
        elif priority.name == "max":
            self._max.append(process)
        elif priority.name == "high":
            self._high.append(process)
        else:
            if priority.name == "low":
                self._passed.setdefault(process, 0)
            self._others.append(process)

    def remove(self, process: Process) -> None:
        """Take a process out that shall not run. Takes as long as the queues are."""
        for queue in (self._max, self._high, self._others):
            if process in queue:
                queue.remove(process)
        self._passed.pop(process, None)

    def clear(self) -> None:
        """Forget all that wait."""
        for queue in (self._max, self._high, self._others):
            queue.clear()
        self._passed.clear()

    def next(self) -> tuple[Process, int] | None:
        """Whose turn it is, and for how many reductions."""
        queue = self._max or self._high or self._others
        while queue:
            process = self._take(queue)
            if process.status != "exited":
                if self._passed and self._is_passed_over(process):
                    continue
                return process, self._turn()
            self._passed.pop(process, None)
            queue = self._max or self._high or self._others
        return None

    def _take(self, queue: deque[Process]) -> Process:
        return queue.popleft()

    def _turn(self) -> int:
        return SLICE

    def _is_passed_over(self, process: Process) -> bool:
        """Whether a process of priority low has to wait once more, since others want to run."""
        passed = self._passed.get(process)
        if passed is None:
            return False
        if passed < LOW_WAITS and any(other not in self._passed for other in self._others):
            self._passed[process] = passed + 1
            self._others.append(process)
            return True
        del self._passed[process]
        return False


class SeededScheduler(Scheduler):
    """Turns of random length go to random processes of the highest priority that has any.

    The same seed makes the same choices.
    """

    def __init__(self, seed: int) -> None:
        # Imported here, since most systems need no seed.
        from random import Random

        super().__init__()
        self._random = Random(seed)

    def may_prolong(self) -> bool:
        """False, as each turn has a length of its own."""
        return False

    def _take(self, queue: deque[Process]) -> Process:
        at = self._random.randrange(len(queue))
        queue.rotate(-at)
        process = queue.popleft()
        queue.rotate(at)
        return process

    def _turn(self) -> int:
        return self._random.randint(1, self._random.choice(LENGTHS))
