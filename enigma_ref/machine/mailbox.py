"""The message queue of a process: constant-time selective receive and receive markers."""

from __future__ import annotations

from typing import Any


class Message:
    """A place in a message queue. `value` is None in the queue's own head and once removed."""

    __slots__ = ("following", "preceding", "value")

    def __init__(self, value: Any, preceding: Message | None) -> None:
        self.value = value
        self.preceding = preceding
        self.following: Message | None = None


class PriorityMessage(Message):
    """A place before all ordinary messages."""

    __slots__ = ()


class Mailbox:
    """Messages in the order of their arrival, and how far the current receive has looked.

    `looked_at` is the place before the next message that the receive will look at. A marker is
    a place too; when its message goes, it means the place before.
    """

    __slots__ = ("head", "last", "looked_at", "mark", "markers", "size")

    def __init__(self) -> None:
        self.head = Message(None, None)
        self.last = self.head
        self.looked_at = self.head
        self.mark: Message | None = None
        self.markers: dict[Any, Message] = {}
        self.size = 0

    def add(self, value: Any) -> None:
        """Append a message."""
        message = Message(value, self.last)
        self.last.following = message
        self.last = message
        self.size += 1

    def add_ahead(self, value: Any) -> Message:
        """Add a message behind those of priority, before all others: the next one that a receive
        looks at which has passed its place already. Returns its place."""
        before = self.head
        while type(before.following) is PriorityMessage:
            before = before.following
        message = PriorityMessage(value, before)
        message.following = before.following
        if before.following is None:
            self.last = message
        else:
            before.following.preceding = message
        before.following = message
        self.size += 1
        if self.looked_at is not self.head:
            self.looked_at = before
        return message

    def peek(self) -> Any:
        """The next message of this receive, or None."""
        following = self.looked_at.following
        return None if following is None else following.value

    def skip(self) -> None:
        """Pass over the message that `peek` gave."""
        assert self.looked_at.following is not None
        self.looked_at = self.looked_at.following

    def remove(self) -> None:
        """Take the message that `peek` gave out, and start over."""
        before = self.looked_at
        message = before.following
        assert message is not None
        before.following = message.following
        if message.following is None:
            self.last = before
        else:
            message.following.preceding = before
        message.value = None
        if not self.markers and self.mark is None:
            message.preceding = None
        self.size -= 1
        self.looked_at = self.head

    def restart(self) -> None:
        """Let the next receive begin with the first message."""
        self.looked_at = self.head

    def start_at(self, place: Message) -> None:
        """Let the receive begin behind `place`, unless there are messages of priority."""
        if type(self.head.following) is PriorityMessage:
            return
        while place.value is None and place.preceding is not None:
            place = place.preceding
        self.looked_at = place

    def clear(self) -> None:
        """Forget all messages. Their places lead to each other, so that nothing else than the
        cyclic collector, which does not run, would free them."""
        message: Message | None = self.head
        while message is not None:
            message.preceding = None
            message = message.following
        self.head.following = None
        self.last = self.looked_at = self.head
        self.mark = None
        self.markers.clear()
        self.size = 0

    def messages(self) -> list[Any]:
        """All messages, oldest first."""
        result = []
        message = self.head.following
        while message is not None:
            result.append(message.value)
            message = message.following
        return result
