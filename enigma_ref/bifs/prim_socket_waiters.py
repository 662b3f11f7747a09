"""prim_socket: who waits for a socket."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from enigma_ref.terms import Pid, Reference, Term


@dataclass(eq=False)
class Waiter:
    """A process that waits; `was_told` when its message has been sent. `watch` stands for it where
    its end is watched, unless the socket ends with it anyway."""

    pid: Pid
    ref: Reference
    was_told: bool = False
    watch: Reference | None = None


@dataclass(eq=False)
class Side:
    """Those who wait for one direction of a socket: the first one's turn it is."""

    waiting: deque[Waiter] = field(default_factory=deque)

    def first(self) -> Waiter | None:
        """Whose turn it is."""
        return self.waiting[0] if self.waiting else None

    def is_busy_for(self, pid: Pid) -> bool:
        """Whether it is somebody else's turn."""
        return bool(self.waiting) and self.waiting[0].pid != pid

    def by_ref(self, ref: Term) -> Waiter | None:
        """Who waits with this reference."""
        return next((one for one in self.waiting if one.ref == ref), None)
