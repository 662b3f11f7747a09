"""Processes in a crash dump: what they are and do, their stacks, messages and heaps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from enigma_ref.bifs.heaps import held
from enigma_ref.bifs.process_flags import flag_value
from enigma_ref.bifs.process_listing import Place, place_text
from enigma_ref.bifs.system_listings import one_process
from enigma_ref.machine.code import CODE_TYPES, CatchTag
from enigma_ref.machine.process import Process
from enigma_ref.runtime.crash_dump.terms import Addresses
from enigma_ref.terms import TRUE
from enigma_ref.terms.scalar_text import identifier_text

if TYPE_CHECKING:
    from enigma_ref.runtime.vm import VM

WORD: Final = 8


class Processes:
    """What is written about the processes of a system. `place` is where the one stands that runs.

    Nothing is written about what a process that is `sensitive` holds.
    """

    def __init__(self, vm: VM, addresses: Addresses, place: Place) -> None:
        self.vm = vm
        self.addresses = addresses
        self.place = place

    def running(self) -> Process | None:
        """The process that has the processor."""
        for process in self.vm.processes.values():
            if process.status == "running":
                return process
        return None

    def summaries(self) -> Iterator[str]:
        """A section `=proc` for each process."""
        for process in self._all():
            yield characters(one_process(process, in_dump=True, running_at=self.place))

    def _all(self) -> list[Process]:
        """The processes in the order of their numbers."""
        return sorted(self.vm.processes.values(), key=lambda process: process.pid.order_key())

    def contents(self) -> Iterator[str]:
        """Messages, dictionary, stack and heap of each process."""
        for process in self._all():
            if flag_value(process, "sensitive") is not TRUE:
                yield from self._contents(process)

    def _contents(self, process: Process) -> Iterator[str]:
        pid = identifier_text(process.pid)
        element = self.addresses.element
        if process.mailbox.size:
            yield f"=proc_messages:{pid}\n"
            for message in process.mailbox.messages():
                yield f"{element(message)}:N\n"
        if process.dictionary:
            yield f"=proc_dictionary:{pid}\n"
            for pair in process.dictionary.values():
                yield f"{element(pair)}\n"
        yield f"=proc_stack:{pid}\n"
        yield from self.stack(process)
        yield f"=proc_heap:{pid}\n"
        yield from self.addresses.heap(held(process))

    def stack(self, process: Process, *, addresses_only: bool = False) -> Iterator[str]:
        """A line for each word of the stack, from its top: y registers, each frame's from 0, and
        return addresses."""
        register = 0
        for depth, value in enumerate(reversed(process.stack)):
            if type(value) in CODE_TYPES:
                register = 0
                slot = id(process.stack) + depth * WORD
                yield f"0x{slot:016x}:SReturn addr {self._target(process, value)}\n"
            elif not addresses_only:
                shown = (
                    f"SCatch {self._target(process, value.code)}"
                    if type(value) is CatchTag
                    else self.addresses.element(value)
                )
                yield f"y{register}:{shown}\n"
                register += 1

    def _target(self, process: Process, code: Any) -> str:
        """Where a return or an exception leads."""
        linker = self.vm.linker
        place = linker.call_place(code) or linker.place(code)
        return f"0x{id(code):X} ({characters(place_text(process, place))})"


def characters(text: str) -> str:
    """A text that has a character for each of its bytes as what the bytes mean."""
    return text.encode("latin1").decode(errors="replace")
