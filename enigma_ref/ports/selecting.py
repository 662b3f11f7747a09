"""Native functions that wait for a descriptor: a message tells the process that it is readable.

Facts: the documentation of erl_nif, `enif_select`; prim_tty.erl.
"""

from __future__ import annotations

from typing import Final

from enigma_ref.machine.process import Process
from enigma_ref.machine.system import System
from enigma_ref.ports.watching import Watching
from enigma_ref.terms import Reference, Term, atom

SELECT: Final = atom("select")
READY_INPUT: Final = atom("ready_input")


class Selects:
    """Who is to be told what about which descriptor. `waiting` are the descriptors;
    `waiting_sockets` those of sockets, each with whether it is for input."""

    def __init__(self, vm: System, watching: Watching) -> None:
        self.vm = vm
        self.watching = watching
        self.waiting: set[int] = set()
        self.waiting_sockets: set[tuple[int, bool]] = set()

    def read(self, descriptor: int, process: Process, resource: Reference, ref: Term) -> None:
        """Send `{select, Resource, Ref, ready_input}` once, as soon as there is something to read
        or nothing more comes. Raises OSError for what is no open descriptor."""

        def tell() -> None:
            self.forget(descriptor)
            if process.status != "exited":
                self.vm.send(process, (SELECT, resource, ref, READY_INPUT))

        self.watching.read(descriptor, tell)
        self.waiting.add(descriptor)

    def forget(self, descriptor: int) -> None:
        """Tell nobody any more."""
        if descriptor in self.waiting:
            self.waiting.discard(descriptor)
            self.watching.read(descriptor, None)
