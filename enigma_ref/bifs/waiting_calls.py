"""Calls of the operating system that may wait for somebody: made in threads, as `erl` does with
its dirty schedulers, so that other processes run meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread
from typing import Any, Final, TypeVar

from enigma_ref.machine.process import Process

T = TypeVar("T")

AT_ONCE: Final = 0.001
"""Seconds in which most calls are done; the system waits that long itself."""

FIRST_LOOK: Final = 1
LAST_LOOK: Final = 20
"""Milliseconds after which it is looked again whether a call is done; they double each time."""


class _Job:
    """A call in a thread of its own; `drop` gets its value when nobody wants it any more."""

    __slots__ = ("action", "done", "drop", "failure", "value")

    def __init__(self, action: Callable[[], Any], drop: Callable[[Any], object] | None) -> None:
        self.action = action
        self.drop = drop
        self.done = Event()
        self.value: Any = None
        self.failure: BaseException | None = None
        # A thread that waits for ever must not keep the program from ending.
        Thread(target=self.run, daemon=True).start()

    def run(self) -> None:
        """Make the call."""
        try:
            self.value = self.action()
        except Exception as failure:
            self.failure = failure
        self.done.set()


def aside(
    process: Process, action: Callable[[], T], drop: Callable[[T], object] | None = None
) -> T:
    """The value of a call that may wait. The running process waits for it and the others do not:
    its built-in function is called again, and gets here once more, when the call is done.

    Raises what the call raises. When the process ends before the call, `drop` gets the value.
    """
    job: _Job | None = process.work
    process.work = None
    if job is None:
        job = _Job(action, drop)
        job.done.wait(AT_ONCE)
    if not job.done.is_set():
        process.work = job
        _look_later(process, job, FIRST_LOOK)
        process.vm.suspend_running(process, process.resume)
    if job.failure is not None:
        raise job.failure
    value: T = job.value
    return value


def _look_later(process: Process, job: _Job, milliseconds: int) -> None:
    def look() -> None:
        if not job.done.is_set():
            _look_later(process, job, min(2 * milliseconds, LAST_LOOK))
        elif process.status != "exited":
            process.vm.resume(process)
        elif job.failure is None and job.drop is not None:
            job.drop(job.value)

    process.vm.start_timer(milliseconds, look)
