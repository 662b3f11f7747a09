"""Aliases of processes: references that messages can be sent to.

Whether an alias is still one is looked at when its process takes the message in, as in erts
(erl_proc_sig_queue.c), not when it is sent. Others than itself send while a process does not run,
and it takes their messages in before it runs again. What it sends to an alias of its own is held
until it looks for messages, asks about processes, or its turn ends: if the alias ends before that,
the message is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from enigma_ref.machine.mailbox import Message
from enigma_ref.machine.process import Process
from enigma_ref.terms import Pid, Reference, Term

if TYPE_CHECKING:
    from enigma_ref.machine.system import System


class Alias(NamedTuple):
    """Whom an alias reaches, in which mode (`explicit_unalias`, `reply`, `demonitor` or
    `reply_demonitor`), and whether messages and exit signals to it may have priority."""

    pid: Pid
    mode: str
    priority: bool

    @property
    def is_for_one(self) -> bool:
        """Whether the first message is the last one."""
        return self.mode.startswith("reply")

    @property
    def goes_with_monitor(self) -> bool:
        """Whether the end of the monitor is the end of the alias."""
        return self.mode.endswith("demonitor")


class HeldMessage(NamedTuple):
    """A message in the queue of a process that it has sent to an alias of its own, or an exit
    signal that has become one."""

    ref: Reference
    place: Message
    is_signal: bool


class Held:
    """The messages to a process that it has sent to its own aliases and not taken in."""

    def __init__(self, aliases: Aliases, owner: Process) -> None:
        self._aliases = aliases
        self._owner = owner
        self._messages: list[HeldMessage] = []

    def add(self, ref: Reference, place: Message, is_signal: bool) -> None:
        """Hold one more."""
        self._messages.append(HeldMessage(ref, place, is_signal))

    def has_message(self, ref: Reference) -> bool:
        """Whether there is a message for an alias."""
        return any(each.ref == ref and not each.is_signal for each in self._messages)

    def drop(self, ref: Reference) -> None:
        """Lose those for an alias that has ended."""
        for each in self._messages:
            if each.ref == ref:
                self._owner.mailbox.withdraw(each.place)
        self._messages = [each for each in self._messages if each.ref != ref]

    def take_in(self) -> None:
        """The process takes them in: they are messages like others from now on."""
        self._owner.mailbox.hold(None)
        for each in self._messages:
            if not each.is_signal:
                self._aliases.taken(self._owner, each.ref)


class Aliases:
    """The aliases of a system."""

    def __init__(self, vm: System) -> None:
        self._vm = vm
        self._active: dict[Reference, Alias] = {}

    def make(self, process: Process, ref: Reference, mode: str, priority: bool = False) -> None:
        """Let messages to `ref` reach a process, ahead of others with `priority`. In mode `reply`
        or `reply_demonitor` the first one is the last one; in a mode with `demonitor` the end of
        the monitor is its end."""
        self._active[ref] = Alias(process.pid, mode, priority)

    def end(self, process: Process, ref: Reference) -> bool:
        """Let no more messages to `ref` through; whether it was an alias of this process."""
        found = self._active.get(ref)
        if found is None or found.pid != process.pid:
            return False
        del self._active[ref]
        if process.mailbox.held is not None:
            process.mailbox.held.drop(ref)
        return True

    def monitor_ended(self, process: Process, ref: Reference) -> None:
        """A monitor of a process has come to its end, and with it an alias that was to go with
        it."""
        found = self._active.get(ref)
        if found is not None and found.goes_with_monitor:
            self.end(process, ref)

    def taken(self, process: Process, ref: Reference) -> None:
        """A process has taken in what was sent to an alias."""
        found = self._active.get(ref)
        if found is not None and found.is_for_one:
            del self._active[ref]
            if found.goes_with_monitor:
                self._vm.demonitor(process, ref)

    def receiver(self, ref: Reference) -> Process | None:
        """Whom a message to `ref` would reach."""
        found = self._active.get(ref)
        return None if found is None else self._vm.processes.get(found.pid)

    def takes_priority(self, ref: Reference) -> bool:
        """Whether signals to `ref` may have priority."""
        found = self._active.get(ref)
        return found is not None and found.priority

    def send(self, ref: Reference, message: Term, ahead: bool = False) -> None:
        """Send a message to whom `ref` is an alias of, `ahead` of others if it may have priority;
        it is lost when there is nobody."""
        receiver = self.receiver(ref)
        if receiver is None:
            self._active.pop(ref, None)
            return
        if receiver.status == "running":
            self.hold(receiver, ref, message, ahead)
            return
        ahead = ahead and self.takes_priority(ref)
        self.taken(receiver, ref)
        (self._vm.send_ahead if ahead else self._vm.send)(receiver, message)

    def hold(
        self, process: Process, ref: Reference, message: Term, ahead: bool, is_signal: bool = False
    ) -> None:
        """Let a process send to an alias of its own: a message, or what an exit signal becomes.
        Signals never are the last ones."""
        mailbox = process.mailbox
        held = mailbox.held
        if held is None:
            held = Held(self, process)
            mailbox.hold(held)
        if not is_signal and self._active[ref].is_for_one and held.has_message(ref):
            return
        ahead = ahead and self.takes_priority(ref)
        place = mailbox.add_ahead(message) if ahead else mailbox.add(message)
        held.add(ref, place, is_signal)

    def has_priority(self, process: Process) -> bool:
        """Whether a process has an alias that messages of priority can be sent to."""
        return any(alias.priority and alias.pid == process.pid for alias in self._active.values())
