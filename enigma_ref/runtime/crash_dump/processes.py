"""Processes in a crash dump: what they are and do, their stacks, messages and heaps."""

from __future__ import annotations

from collections.abc import Iterator
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final

from enigma_ref.bifs.erlang_process_info import ITEMS
from enigma_ref.bifs.heaps import held
from enigma_ref.bifs.printing import emulator_text
from enigma_ref.bifs.process_flags import flag_value
from enigma_ref.machine.code import CatchTag, Function
from enigma_ref.machine.process import Process
from enigma_ref.runtime.crash_dump.terms import Addresses
from enigma_ref.terms import TRUE, Atom, Pid, Port, Reference, Term, list_items
from enigma_ref.terms.scalar_text import identifier_text

if TYPE_CHECKING:
    from enigma_ref.runtime.vm import VM

Place = tuple[Any, int]
"""A function, or an export entry, and the position of an instruction."""

STATES: Final = {
    "running": "Running", "runnable": "Scheduled", "suspended": "Suspended", "exited": "Exiting",
}  # fmt: skip
"""What a process does, by its status; all others wait."""

INTERNAL: Final = {"running": "ACTIVE | RUNNING", "runnable": "ACTIVE | IN_RUNQ"}
WORD: Final = 8


class Processes:
    """What is written about the processes of a system. `place` is where the one stands that runs.

    Nothing is written about what a process that is `sensitive` holds.
    """

    def __init__(self, vm: VM, addresses: Addresses, place: Place | None) -> None:
        self.vm = vm
        self.addresses = addresses
        self.place = place

    def summaries(self) -> Iterator[str]:
        """A section `=proc` for each process."""
        for process in self._all():
            yield from self._summary(process)

    def _all(self) -> list[Process]:
        """The processes in the order of their numbers."""
        return sorted(self.vm.processes.values(), key=lambda process: process.pid.order_key())

    def running(self) -> Process | None:
        """The process that has the processor."""
        for process in self.vm.processes.values():
            if process.status == "running":
                return process
        return None

    def text(self, term: Term) -> str:
        """A term as the runtime prints it."""
        shown: str = emulator_text(term, self.vm.release)
        return shown.encode("latin1").decode(errors="replace")

    def mfa(self, owner: Any) -> str:
        """A function, or an export entry, as `Module:Function/Arity`."""
        if isinstance(owner, tuple):
            module, name, arity = owner
        else:
            module = owner.module.name if isinstance(owner, Function) else owner.module
            name, arity = owner.name, owner.arity
        return f"{self.text(module)}:{self.text(name)}/{arity}"

    def counter(self, place: Place) -> str:
        """Where an instruction stands: its address, and how far it is from its function's."""
        owner, position = place
        offset = (position - owner.first) * WORD if isinstance(owner, Function) else 0
        return f"0x{id(owner) + offset:016x} ({self.mfa(owner)} + {offset})"

    def _summary(self, process: Process) -> Iterator[str]:
        place = self._place(process)
        state = STATES.get(process.status, "Waiting")
        yield f"=proc:{identifier_text(process.pid)}\nState: {state}\n"
        if process.registered_name is not None:
            yield f"Name: {self.text(process.registered_name)}\n"
        if process.initial_call is not None:
            yield f"Spawned as: {self.mfa(process.initial_call)}\n"
        if place is not None and (process.status == "running" or _is_built_in(place)):
            title = "Last scheduled in for" if process.status == "running" else "Current call"
            yield f"{title}: {self.mfa(place[0])}\n"
        parent = "[]" if process.parent is None else identifier_text(process.parent)
        yield (
            f"Spawned by: {parent}\n"
            f"Message queue length: {process.mailbox.size}\n"
            "Number of heap fragments: 0\nHeap fragment data: 0\n"
        )
        linked = [*map(identifier_text, process.links), *self._monitors(process)]
        if linked:
            yield f"Link list: [{', '.join(linked)}]\n"
        yield from self._sizes(process)
        if place is not None:
            yield f"Program counter: {self.counter(place)}\n"
        if state == "Waiting":
            yield "arity = 0\n"
        yield f"Internal State: {internal_state(process)}\n"

    def _place(self, process: Process) -> Place | None:
        return self.place if process.status == "running" else self.vm.place_of(process)

    def _monitors(self, process: Process) -> Iterator[str]:
        for ref, watch in process.monitored_by.items():
            watcher = getattr(watch, "watcher", None)
            if isinstance(watcher, (Pid, Reference)):
                yield f"{{from,{identifier_text(watcher)},{identifier_text(ref)}}}"
        for ref, watch in process.monitors.items():
            if type(watch.name) is tuple or type(watch.name) is Atom:
                names = watch.name if type(watch.name) is tuple else (watch.name, self.vm.node)
                shown = "{" + ",".join(map(self.text, names)) + "}"
            elif isinstance(watch.watched, (Pid, Port)):
                shown = identifier_text(watch.watched)
            else:
                continue
            yield f"{{to,{shown},{identifier_text(ref)}}}"

    def _sizes(self, process: Process) -> Iterator[str]:
        info = {
            item[0].name: item[1]
            for item in list_items(ITEMS["garbage_collection_info"](process)) or []
        }
        block = info["heap_block_size"]
        old = max(0, ITEMS["total_heap_size"](process) - block)
        binaries = info["bin_vheap_block_size"]
        yield (
            f"Reductions: {ITEMS['reductions'](process)}\n"
            f"Stack+heap: {block}\n"
            f"OldHeap: {old}\n"
            f"Heap unused: {max(0, block - info['heap_size'] - len(process.stack))}\n"
            f"OldHeap unused: {old}\n"
            f"BinVHeap: 0\nOldBinVHeap: 0\n"
            f"BinVHeap unused: {binaries}\nOldBinVHeap unused: {binaries}\n"
            f"Memory: {ITEMS['memory'](process)}\n"
        )

    # ---------------------------------------------------------------- what they hold

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
        for place, value in enumerate(reversed(process.stack)):
            if type(value) is FunctionType:
                register = 0
                slot = id(process.stack) + place * WORD
                yield f"0x{slot:016x}:SReturn addr {self._target(value)}\n"
            elif not addresses_only:
                shown = (
                    f"SCatch {self._target(value.code)}"
                    if type(value) is CatchTag
                    else self.addresses.element(value)
                )
                yield f"y{register}:{shown}\n"
                register += 1

    def _target(self, code: Any) -> str:
        """Where a return or an exception leads."""
        linker = self.vm.linker
        place = linker.call_place(code) or linker.place(code)
        if place is None or not isinstance(place[0], Function):
            return f"0x{id(code):X} (<terminate process normally>)"
        owner, position = place
        offset = (position - owner.first) * WORD
        return f"0x{id(code):X} ({self.mfa(owner)} + {offset})"


def _is_built_in(place: Place) -> bool:
    return not isinstance(place[0], Function)


def internal_state(process: Process) -> str:
    """The process's priority and state, in the names of the flags that OTP has for them."""
    priority = flag_value(process, "priority").name.upper()
    flags = [f"ACT_PRIO_{priority}", f"USR_PRIO_{priority}", f"PRQ_PRIO_{priority}"]
    if process.status in INTERNAL:
        flags.append(INTERNAL[process.status])
    return " | ".join(flags)
