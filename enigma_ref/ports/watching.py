"""Descriptors of the operating system that something is done for when they are ready."""

from __future__ import annotations

import selectors
from collections.abc import Callable
from typing import Final

Action = Callable[[], None]

BOTH: Final = ((selectors.EVENT_READ, 0), (selectors.EVENT_WRITE, 1))


class Watching:
    """Who waits for which descriptor to become readable or writable.

    `watched` holds what to do for each descriptor, when it is readable and when it is writable.
    The selector is made when something is watched for the first time. Files of a disk, which
    selectors refuse, are always ready.
    """

    def __init__(self) -> None:
        self._selector: selectors.BaseSelector | None = None
        self.watched: dict[int, list[Action | None]] = {}
        self._always: set[int] = set()

    def read(self, descriptor: int, action: Action | None) -> None:
        """Do something each time it is readable; None ends that. Raises OSError for a number that
        is no open descriptor."""
        self._set(descriptor, 0, action)

    def write(self, descriptor: int, action: Action | None) -> None:
        """Do something each time it is writable; None ends that. Raises OSError likewise."""
        self._set(descriptor, 1, action)

    def _set(self, descriptor: int, at: int, action: Action | None) -> None:
        actions = self.watched.get(descriptor)
        if actions is None:
            if action is None:
                return
            actions = [None, None]
        actions[at] = action
        if self._selector is None:
            self._selector = selectors.DefaultSelector()
        events = sum(event for event, index in BOTH if actions[index] is not None)
        is_known = descriptor in self.watched
        if not events:
            del self.watched[descriptor]
            if descriptor in self._always:
                self._always.discard(descriptor)
            else:
                self._selector.unregister(descriptor)
        elif is_known:
            if descriptor not in self._always:
                self._selector.modify(descriptor, events)
        else:
            try:
                self._selector.register(descriptor, events)
            except PermissionError:
                self._always.add(descriptor)
            self.watched[descriptor] = actions

    def descriptor(self) -> int | None:
        """A descriptor that is readable when one of these is ready, where there is such a thing."""
        if self._selector is None or not hasattr(self._selector, "fileno"):
            return None
        number: int = self._selector.fileno()
        return number

    def wait(self, seconds: float | None) -> bool:
        """Wait at most so long (without a limit for None) and do what is to be done; whether
        anything was."""
        if self._selector is None:
            return False
        ready = [
            (int(key.fd), events)
            for key, events in self._selector.select(0 if self._always else seconds)
        ]
        ready += [(number, selectors.EVENT_READ | selectors.EVENT_WRITE) for number in self._always]
        done = False
        for number, events in ready:
            for event, index in BOTH:
                action = self.watched.get(number, (None, None))[index]
                if events & event and action is not None:
                    action()
                    done = True
        return done

    def close(self) -> None:
        """Watch nothing any more."""
        if self._selector is not None:
            self._selector.close()
        self._selector = None
        self.watched.clear()
        self._always.clear()
