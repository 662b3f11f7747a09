"""The message queue of a process: constant-time selective receive and receive markers."""

from __future__ import annotations

from typing import Any, Protocol


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


class Held(Protocol):
    """Messages that stand in a queue, and have not been taken in (see aliases.py)."""

    def take_in(self) -> None:
        """Take them in; the queue holds none any more."""
        ...

    def has_message(self, ref: Any) -> bool:
        """Whether there is a message for an alias."""
        ...

    def add(self, ref: Any, place: Message, is_signal: bool) -> None:
        """Hold one more."""
        ...

    def drop(self, ref: Any) -> None:
        """Lose those for an alias that has ended."""
        ...


class Mailbox:
    """Messages in the order of their arrival, and how far the current receive has looked.

    `looked_at` is the place before the next message that the receive will look at. A marker is
    a place too; when its message goes, it means the place before. Where some messages are `held`,
    the queue is a `HeldMailbox`, or another that looks at them itself.
    """

    __slots__ = ("head", "held", "last", "looked_at", "mark", "markers", "size")

    def __init__(self) -> None:
        self.head = Message(None, None)
        self.last = self.head
        self.looked_at = self.head
        self.mark: Message | None = None
        self.markers: dict[Any, Message] = {}
        self.size = 0
        self.held: Held | None = None

    def add(self, value: Any) -> Message:
        """Append a message. Returns its place."""
        message = Message(value, self.last)
        self.last.following = message
        self.last = message
        self.size += 1
        return message

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

    def hold(self, held: Held | None) -> None:
        """Let messages in the queue be held, or none any more."""
        self.held = held
        if self.__class__ in (Mailbox, HeldMailbox):
            self.__class__ = Mailbox if held is None else HeldMailbox

    def take_in(self) -> None:
        """Make messages like others of those that are held."""
        if self.held is not None:
            self.held.take_in()

    def withdraw(self, message: Message) -> None:
        """Take a message out that no receive has looked at."""
        before = message.preceding
        assert before is not None
        before.following = message.following
        if message.following is None:
            self.last = before
        else:
            message.following.preceding = before
        if self.looked_at is message:
            self.looked_at = before
        message.value = None
        self.size -= 1

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
        self.held = None

    def messages(self) -> list[Any]:
        """All messages, oldest first."""
        result = []
        message = self.head.following
        while message is not None:
            result.append(message.value)
            message = message.following
        return result


class HeldMailbox(Mailbox):
    """A queue with messages that are taken in when a receive looks at it."""

    __slots__ = ()

    def peek(self) -> Any:
        """The next message of this receive, or None."""
        self.take_in()
        return Mailbox.peek(self)
