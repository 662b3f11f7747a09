"""Everything in a crash dump but processes: memory, tables, timers, ports, modules, funs, atoms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from enigma_ref.bifs import memory, system_listings
from enigma_ref.bifs.erlang_timers import running_timers
from enigma_ref.bifs.persistent_term import stored_terms
from enigma_ref.bifs.printing import emulator_text
from enigma_ref.bifs.process_listing import counter_text, internal_state
from enigma_ref.bifs.system_listings import code_size
from enigma_ref.machine.code import LoadedModule
from enigma_ref.runtime.crash_dump.processes import Processes, characters
from enigma_ref.runtime.crash_dump.terms import Addresses, base64
from enigma_ref.terms import Term
from enigma_ref.terms.atoms import atom_names
from enigma_ref.terms.scalar_text import atom_text, identifier_text

if TYPE_CHECKING:
    from enigma_ref.runtime.vm import VM

QUEUES: Final = ("Max", "High", "Normal", "Low", "Port")
IDLE: Final = "SLEEPING | TSE_SLEEPING | WAITING"


class Sections:
    """What is written about a system."""

    def __init__(self, vm: VM, processes: Processes, addresses: Addresses) -> None:
        self.vm = vm
        self.processes = processes
        self.addresses = addresses

    def text(self, term: Term) -> str:
        """A term as the runtime prints it."""
        return characters(emulator_text(term, self.vm.release))

    def schedulers(self) -> Iterator[str]:
        """What the schedulers do: one of them runs everything."""
        settings = self.vm.settings
        number = 0
        for number in range(1, settings.schedulers + 1):
            asleep = "" if number == 1 else IDLE
            yield f"=scheduler:{number}\nScheduler Sleep Info Flags: {asleep}\n"
            yield "Scheduler Sleep Info Aux Work: \nCurrent Port: \n"
            yield from _queues(len(self.vm.scheduler) if number == 1 else 0)
            yield from self._current() if number == 1 else ["Current Process: \n"]
        for kind, count in (
            ("cpu", settings.dirty_cpu_schedulers),
            ("io", settings.dirty_io_schedulers),
        ):
            for _ in range(count):
                number += 1
                yield (
                    f"=dirty_{kind}_scheduler:{number}\nScheduler Sleep Info Flags: {IDLE}\n"
                    "Scheduler Sleep Info Aux Work: \nCurrent Process: \n"
                )
            yield f"=dirty_{kind}_run_queue\n"
            yield from _queues(0)

    def _current(self) -> Iterator[str]:
        process = self.processes.running()
        if process is None:
            yield "Current Process: \n"
            return
        yield f"Current Process: {identifier_text(process.pid)}\nCurrent Process State: Running\n"
        yield f"Current Process Internal State: {internal_state(process)}\n"
        counter = characters(counter_text(process, self.processes.place))
        yield f"Current Process Program counter: {counter}\n"
        yield "Current Process Limited Stack Trace:\n"
        yield from self.processes.stack(process, addresses_only=True)

    # ---------------------------------------------------------------- what else is listed

    def memory(self) -> Iterator[str]:
        """How much memory is used for what, and the sizes of the runtime's own tables."""
        yield characters(system_listings.info(self.vm))
        for name, size in memory.sizes(self.vm).items():
            yield (
                f"=allocator:{name}[0]\noption e: true\n"
                f"mbcs blocks size: {size} {size} {size}\n"
                f"mbcs carriers size: {size} {size} {size}\n"
            )

    def ports(self) -> Iterator[str]:
        """A section for each port."""
        yield characters(system_listings.ports(self.vm))

    def tables(self) -> Iterator[str]:
        """A section for each table of ets."""
        yield characters(system_listings.tables(self.vm, with_objects=False))

    def nodes(self) -> Iterator[str]:
        """This node, and others that it knows."""
        yield characters(system_listings.nodes(self.vm))

    def timers(self) -> Iterator[str]:
        """A section for each timer that a process has started."""
        for receiver, message, left in running_timers(self.vm):
            shown = self.text(receiver) if hasattr(receiver, "name") else identifier_text(receiver)
            yield f"=timer:{shown}\nMessage: {self.text(message)}\nTime left: {left}\n"

    # ---------------------------------------------------------------- code

    def modules(self) -> Iterator[str]:
        """The modules that are loaded, with what their files say about them."""
        code = self.vm.code
        current = sum(map(code_size, code.modules.values()))
        old = sum(map(code_size, code.old.values()))
        yield f"=loaded_modules\nCurrent code: {current}\nOld code: {old}\n"
        for name in {**code.modules, **code.old}:
            yield f"=mod:{self.text(name)}\n"
            for title, versions in (("Current", code.modules), ("Old", code.old)):
                yield from _version(title, versions.get(name))

    def funs(self) -> Iterator[str]:
        """The entries of funs."""
        for entry in self.vm.code.funs.entries():
            yield (
                f"=fun\nModule: {self.text(entry.module)}\nUniq: {entry.uniq}\n"
                f"Index: {entry.index}\nAddress: 0x{id(entry):016x}\nRefc: 1\n"
            )

    # ---------------------------------------------------------------- terms of nobody

    def persistent_terms(self) -> Iterator[str]:
        """Persistent terms, and what they refer to, which stands where literals do."""
        element = self.addresses.element
        pairs = stored_terms(self.vm)
        yield "=persistent_terms\n"
        for key, value in pairs:
            yield f"{element(key)}|{element(value)}\n"
        yield "=literals\n"
        yield from self.addresses.heap([part for pair in pairs for part in pair])

    def binaries(self) -> Iterator[str]:
        """The contents of large binaries that were mentioned."""
        for address, data in self.addresses.large.items():
            yield f"=binary:{address:X}\n{len(data):X}:{base64(data)}\n"

    def atoms(self) -> Iterator[str]:
        """All atoms, the newest one first."""
        yield "=atoms\n"
        for name in reversed(atom_names()):
            yield atom_text(name, "unicode", self.vm.release) + "\n"


def _queues(normal: int) -> Iterable[str]:
    """The lengths of the run queues; those who wait for the processor are all in one of them."""
    for name in QUEUES:
        yield f"Run Queue {name} Length: {normal if name == 'Normal' else 0}\n"
    yield f"Run Queue Flags: {'NONEMPTY | EXEC' if normal else 'OUT_OF_WORK'}\n"


def _version(title: str, module: LoadedModule | None) -> Iterator[str]:
    if module is None:
        return
    yield f"{title} size: {code_size(module)}\n"
    for name, data in (
        ("attributes", module.decoded.attributes_data),
        ("compilation info", module.decoded.compile_info_data),
    ):
        if data:
            yield f"{title} {name}: {base64(data)}\n"
