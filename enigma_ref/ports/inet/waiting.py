"""Processes that wait for something at a socket: connect, accept and recv answer later, with a
message `{inet_async, Socket, Number, Result}`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from enigma_ref.ports.inet.codes import INFINITY
from enigma_ref.terms import Pid, Reference, Term, atom
from enigma_ref.terms.atoms import ERROR, OK

if TYPE_CHECKING:
    from enigma_ref.ports.inet.descriptor import Descriptor

INET_ASYNC: Final = atom("inet_async")


@dataclass(eq=False)
class Waiter:
    """Who waits, under which number, and what is to be done away with when it ends."""

    driver: Descriptor
    number: int
    pid: Pid
    timer: Any = None
    watch: Reference | None = None

    @property
    def number_bytes(self) -> bytes:
        """How the request is answered at first."""
        return self.number.to_bytes(2, "big")

    def limit(self, milliseconds: int, run_out: Callable[[], None]) -> None:
        """Do something unless it is over in time."""
        if milliseconds != INFINITY:
            self.timer = self.driver.vm.start_timer(milliseconds, run_out)

    def unless_it_ends(self, give_up: Callable[[], None]) -> None:
        """Do something when the process ends that waits."""
        vm = self.driver.vm
        process = vm.processes.get(self.pid)
        if process is not None:
            self.watch = vm.make_ref()
            vm.watch(process, self.watch, give_up)

    def done(self) -> None:
        """It is over."""
        if self.timer is not None:
            self.driver.vm.cancel_receive_timer(self.timer)
            self.timer = None
        if self.watch is not None:
            self.driver.vm.unwatch(self.pid, self.watch)
            self.watch = None

    def tell(self, result: Term) -> None:
        """It is over, with a result."""
        self.done()
        message = (INET_ASYNC, self.driver.port.id, self.number, result)
        self.driver.send(self.pid, message)

    def ok(self, value: Term | None = None) -> None:
        """It is over, as it should be."""
        self.tell(OK if value is None else (OK, value))

    def fail(self, reason: Term) -> None:
        """It is over, since something is wrong."""
        self.tell((ERROR, reason))
