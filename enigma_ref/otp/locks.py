"""One at a time: a lock that the operating system frees when its last holder is gone."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def only_one(path: Path, when_taken: Callable[[], None]) -> Iterator[int]:
    """Hold the lock `path`, waiting for it; `when_taken` is called once when that may take long.

    Yields a file descriptor that holds the lock. A child process that inherits it keeps the lock
    until it has ended too, even when this process is killed meanwhile. Raises `OSError` when the
    file cannot be made.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            when_taken()
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)
