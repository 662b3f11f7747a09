"""Sequential tracing: tokens travel with messages (documentation of the module seq_trace)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import (
    FALSE,
    NIL,
    TRUE,
    Atom,
    Pid,
    Reference,
    Term,
    atom,
    list_items,
    to_bool_atom,
)
from enigma_ref.terms.atoms import CAPITAL_EXIT, OK
from enigma_ref.terms.smalls import is_small
from enigma_ref.tracing.flags import is_sensitive
from enigma_ref.tracing.tokens import BITS, Token
from enigma_ref.tracing.tracers import Tracer, deliver, stamp

if TYPE_CHECKING:
    from enigma_ref.tracing.core import Tracing

SEQ_TRACE: Final = atom("seq_trace")
SPAWN_REQUEST: Final = atom("spawn_request")
SPAWN_REPLY: Final = atom("spawn_reply")


class Sequential:
    """The tokens that processes hold, and the system tracer that is told of their use."""

    def __init__(self, tracing: Tracing) -> None:
        self.tracing = tracing
        self.tracer: Tracer | None = None
        self.tokens: dict[Process, Token] = {}
        # Counts of processes that once held a token: their own serial, and the last one seen.
        self._clocks: dict[Process, tuple[int, int]] = {}

    # ---------------------------------------------------------------- items of tokens

    def token_term(self, process: Process) -> Term:
        """The token of a process as a term; [] without one."""
        token = self.tokens.get(process)
        return NIL if token is None else token.term()

    def info(self, process: Process, item: Term) -> Term:
        """`{Item, Value}` of the token of a process; [] for some without one."""
        if type(item) is not Atom:
            raise badarg()
        token = self.tokens.get(process)
        if item.name in BITS or (item.name == "spawn" and token is None):
            return (item, to_bool_atom(token is not None and item.name in token.flags))
        if item.name not in ("label", "serial"):
            raise badarg()
        if token is None:
            return NIL
        return (item, token.label if item.name == "label" else (token.last, token.serial))

    def set(self, process: Process, item: Term, value: Term) -> Term:
        """Set an item of the token of a process, which gets one when it has none.

        Returns the old value. Raises badarg when there is no such item or value.
        """
        name = item.name if type(item) is Atom else ""
        if name == "sequential_trace_token":
            if value is not NIL:
                raise badarg()
            old = self.token_term(process)
            self.tokens.pop(process, None)
            return old
        if name in BITS and (value is TRUE or value is FALSE):
            token = self._own(process)
            old = to_bool_atom(name in token.flags)
            token.flags = token.flags | {name} if value is TRUE else token.flags - {name}
            return old
        if name == "label":
            token = self._own(process)
            old, token.label = token.label, value
            return old
        if name == "serial" and type(value) is tuple and len(value) == 2:
            last, serial = value
            if is_small(last) and is_small(serial):
                token = self._own(process)
                old = (token.last, token.serial)
                token.last, token.serial = last, serial
                self._clocks[process] = (serial, last)
                return old
        raise badarg()

    def _own(self, process: Process) -> Token:
        token = self.tokens.get(process)
        if token is None:
            last = self._clocks.get(process, (0, 0))[1]
            token = self.tokens[process] = Token(frozenset(), 0, 0, process.pid, last)
            self.tracing.watch_mailbox(process)
        return token

    # ---------------------------------------------------------------- tokens that travel

    def _is_tracer(self, process: Process) -> bool:
        """Whether a process is the system tracer: it counts nothing and is not told of itself."""
        return self.tracer is not None and self.tracer.pid == process.pid

    def _advance(self, process: Process) -> Token | None:
        """Count one more message of a process; its token for it."""
        token = self.tokens.get(process)
        if token is None:
            return None
        if self._is_tracer(process):
            return token
        if self.tracer is None or self.tracer.is_alive(self.tracing.vm):
            serial, last = self._clocks.get(process, (0, 0))
            self._clocks[process] = (serial + 1, last)
            token.sender, token.serial, token.last = process.pid, serial + 1, last
        return token

    def sending(self, process: Process, to: Term, message: Term) -> None:
        """A process is about to send a message: it takes the token along."""
        receiver = self.receiver(to)
        if receiver is None or process not in self.tokens:
            return
        token = self._advance(process)
        assert token is not None
        self.tell(process, token, "send", to if type(to) is Reference else receiver.pid, message)
        mailbox = self.tracing.watch_mailbox(receiver)
        mailbox.token = replace(token)

    def receiver(self, to: Term) -> Process | None:
        """The process that a message to a pid, a name or an alias would come to."""
        vm = self.tracing.vm
        if type(to) is Pid:
            return vm.processes.get(to)
        if type(to) is Atom:
            return vm.registered.get(to)
        if type(to) is tuple and len(to) == 2 and to[1] is vm.node:
            return vm.registered.get(to[0])
        if type(to) is Reference:
            return vm.aliases.receiver(to)
        return None

    def received(self, process: Process, token: Token | None, message: Term) -> None:
        """A process has taken a message out of its queue, which bears a token or none."""
        if token is None:
            self.tokens.pop(process, None)
            return
        self.tokens[process] = token
        serial, _ = self._clocks.get(process, (0, 0))
        self._clocks[process] = (max(serial, token.serial), token.serial)
        self.tell(process, token, "receive", process.pid, message)
        self.tracing.attend(process)

    def spawned(
        self,
        parent: Process,
        child: Process,
        mfa: tuple[Term, Term, Term],
        options: Term,
        reply: tuple[Term, Reference, bool] | None = None,
    ) -> None:
        """A process has spawned another one, which inherits its token. It looks as if a request
        and a reply had been sent; a `reply` that is sent (see Tracing.spawned) takes the token
        along. Nothing of it is told when the parent is the system tracer."""
        if parent not in self.tokens:
            return
        token = self._advance(parent)
        assert token is not None
        module, function, arguments = mfa
        tag, ref, is_told = reply or (SPAWN_REPLY, self.tracing.vm.make_ref(), True)
        named = (module, function, len(list_items(arguments) or []))
        request = (
            SPAWN_REQUEST, ref, parent.pid, parent.group_leader, named, options, tag, arguments,
        )  # fmt: skip
        sent = replace(token)
        is_told_of = not self._is_tracer(parent)
        if is_told_of:
            self.tell(parent, sent, "send", child.pid, request)
            self.tell(child, sent, "receive", child.pid, request)
        self.tokens[child] = sent
        self._clocks[child] = (sent.serial, sent.serial)
        self.tracing.watch_mailbox(child)
        if not is_told:
            return
        message = (tag, ref, OK, child.pid)
        answered = self._advance(child)
        assert answered is not None
        if is_told_of:
            self.tell(child, answered, "send", parent.pid, message)
        if reply is not None:
            self.tracing.watch_mailbox(parent).token = replace(answered)
            return
        self._clocks[parent] = (answered.serial, answered.serial)
        self.tell(parent, answered, "receive", parent.pid, message)

    def exiting(self, process: Process, reason: Term) -> None:
        """A process ends: those that are told of it get its token along."""
        if process not in self.tokens:
            return
        vm = self.tracing.vm
        for pid in process.links:
            linked = vm.processes.get(pid) if type(pid) is Pid else None
            if linked is not None:
                token = self._advance(process)
                assert token is not None
                if not self._is_tracer(linked):
                    self.tell(process, token, "send", pid, (CAPITAL_EXIT, process.pid, reason))
                if linked.flags.get("trap_exit"):
                    self.tracing.watch_mailbox(linked).token = replace(token)

    def print(self, process: Process, message: Term, label: Term = None) -> bool:
        """Let the system tracer print a term, when the process has a token of that label."""
        token = self.tokens.get(process)
        if token is None or (label is not None and token.label != label):
            return False
        self._advance(process)
        self.tell(process, token, "print", NIL, message)
        return True

    def tell(
        self, process: Process, token: Token, what: str, receiver: Term, message: Term
    ) -> None:
        """Tell the system tracer what a process does with a message, when the token says so and
        the process is not sensitive."""
        if self.tracer is None or what not in token.flags or is_sensitive(process):
            return
        if self._is_tracer(process):
            return
        vm = self.tracing.vm
        event = (atom(what), (token.last, token.serial), token.sender, receiver, message)
        time = stamp(vm, self.tracing.outside, token.flags)
        told = (SEQ_TRACE, token.label, event)
        deliver(vm, self.tracer.pid, told if time is None else (*told, time))

    # ---------------------------------------------------------------- the end

    def forget(self, process: Process) -> None:
        """A process has ended."""
        self.tokens.pop(process, None)
        self._clocks.pop(process, None)
        if self.tracer is not None and self.tracer.pid == process.pid:
            self.tracer = None

    def reset(self) -> None:
        """Take all tokens away, from processes and from messages."""
        self.tokens.clear()
        self._clocks.clear()
        for process in self.tracing.vm.processes.values():
            tokens = getattr(process.mailbox, "tokens", None)
            if tokens is not None:
                tokens.clear()
