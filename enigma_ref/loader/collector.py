"""Keeping Python's cyclic collector quiet while many tuples are made at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """No cyclic collections in the body.

    Decoded code holds no cycles, yet its many tuples make the collector run again and again: it
    doubles the time of decoding, and triples that of reading the cache.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
