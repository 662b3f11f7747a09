"""Message queues of processes whose messages are traced, or bear tokens of sequential tracing."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from enigma_ref.machine.mailbox import Mailbox, Message, PriorityMessage
from enigma_ref.machine.process import Process
from enigma_ref.terms import Term, atom
from enigma_ref.tracing.sessions import QueueLimits
from enigma_ref.tracing.tokens import Token

if TYPE_CHECKING:
    from enigma_ref.tracing.core import Tracing

CLOCK_SERVICE = atom("clock_service")
"""Who sends the messages of timers, and tells that a receive has timed out."""


class WatchedMailbox(Mailbox):
    """A message queue that knows which of its messages were told of, and what tokens they bear.

    A message is told of when the process looks for more messages than it knew of, or when a
    signal makes it (`at_once`). `sender` and `token` belong to the message that comes next; one
    that no process sent is `unsent`, and leaves the token of its receiver as it is: a signal of a
    `signaller`, unless it counts as sent (`is_sent`), or a timer's.
    """

    __slots__ = (
        "_tracing",
        "at_once",
        "is_sent",
        "long",
        "owner",
        "sender",
        "signaller",
        "token",
        "tokens",
        "unsent",
        "untold",
    )

    def __init__(self, tracing: Tracing, owner: Process) -> None:
        for name in Mailbox.__slots__:
            setattr(self, name, getattr(owner.mailbox, name))
        self.owner = owner
        self._tracing = tracing
        self.untold: deque[tuple[Message, Term]] = deque()
        self.tokens: dict[Message, Token] = {}
        self.unsent: set[Message] = set()
        self.at_once = False
        self.is_sent = False
        self.long: set[QueueLimits] = set()
        self.sender: Term = None
        self.signaller: Term = CLOCK_SERVICE
        self.token: Token | None = None

    def add(self, value: Any) -> Message:
        """Append a message."""
        message = super().add(value)
        self._arrived(message)
        return message

    def add_ahead(self, value: Any) -> Message:
        """Add a message of priority."""
        message = super().add_ahead(value)
        self._arrived(message)
        return message

    def _arrived(self, message: Message) -> None:
        if self.sender is None and not self.is_sent:
            self.unsent.add(message)
        self.untold.append((message, self.signaller if self.sender is None else self.sender))
        if self.token is not None:
            self.tokens[message] = self.token
        self.sender = self.token = None
        self.is_sent = False
        self.signaller = CLOCK_SERVICE
        for limits in self._tracing.queue_limits:
            if self.size >= limits.enable and limits not in self.long:
                self.long.add(limits)
                self._tracing.queue_is_long(self.owner, limits, True)
        if self.at_once:
            self.at_once = False
            self.tell()

    def peek(self) -> Any:
        """The next message of this receive, or None."""
        self.take_in()
        following = self.looked_at.following
        if self.untold and self._is_new(following) and self.owner.status == "running":
            self.tell()
        return None if following is None else following.value

    def _is_new(self, message: Message | None) -> bool:
        """Whether all messages have been looked at that were told of."""
        if type(message) is PriorityMessage:
            return any(message is untold for untold, _ in self.untold)
        return message is None or message is self.untold[0][0]

    def tell(self) -> None:
        """Tell of all messages that were not told of."""
        while self.untold:
            message, sender = self.untold.popleft()
            if message.value is not None:
                self._tracing.received(self.owner, sender, message.value)

    def remove(self) -> None:
        """Take the message that `peek` gave out; its token becomes that of the process."""
        message = self.looked_at.following
        assert message is not None
        value = message.value
        super().remove()
        for limits in list(self.long):
            if self.size <= limits.disable:
                self.long.remove(limits)
                self._tracing.queue_is_long(self.owner, limits, False)
        token = self.tokens.pop(message, None)
        if message in self.unsent:
            self.unsent.remove(message)
            if token is None:
                return
        self._tracing.sequential.received(self.owner, token, value)


def tell_messages(process: Process) -> None:
    """A signal arrives at a process: the messages that came before it are told of first."""
    if isinstance(process.mailbox, WatchedMailbox):
        process.mailbox.tell()
