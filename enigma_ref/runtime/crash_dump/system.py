"""Everything in a crash dump but processes: memory, tables, timers, ports, modules, funs, atoms."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from enigma_ref.bifs import memory
from enigma_ref.bifs.erlang_process_info import ITEMS
from enigma_ref.bifs.erlang_timers import running_timers
from enigma_ref.bifs.ets import memory_words
from enigma_ref.bifs.persistent_term import stored_terms
from enigma_ref.ets.table import ORDERED_SET, Table
from enigma_ref.machine.code import LoadedModule
from enigma_ref.ports.port import OpenPort
from enigma_ref.runtime.crash_dump.processes import Processes, internal_state
from enigma_ref.runtime.crash_dump.terms import Addresses, base64
from enigma_ref.terms import FALSE, Term, list_items
from enigma_ref.terms.atoms import atom_names
from enigma_ref.terms.scalar_text import atom_text, identifier_text

if TYPE_CHECKING:
    from enigma_ref.runtime.vm import VM

DRIVERS: Final = {
    "fd": "Port is UNIX fd not opened by emulator",
    "spawn": "Port controls external process",
    "vanilla": "Port is a file",
}
LINKED_IN: Final = "Port controls linked-in driver"
"""What is said about a port, by its driver."""

QUEUES: Final = ("Max", "High", "Normal", "Low", "Port")
IDLE: Final = "SLEEPING | TSE_SLEEPING | WAITING"
WORD: Final = 8


class Sections:
    """What is written about a system."""

    def __init__(self, vm: VM, processes: Processes, addresses: Addresses) -> None:
        self.vm = vm
        self.processes = processes
        self.addresses = addresses

    def text(self, term: Term) -> str:
        """A term as the runtime prints it."""
        return self.processes.text(term)

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
        if self.processes.place is not None:
            counter = self.processes.counter(self.processes.place)
            yield f"Current Process Program counter: {counter}\n"
        yield "Current Process Limited Stack Trace:\n"
        yield from self.processes.stack(process, addresses_only=True)

    # ---------------------------------------------------------------- memory

    def memory(self) -> Iterator[str]:
        """How much memory is used for what, and the sizes of the runtime's own tables."""
        vm = self.vm
        areas = {item[0].name: item[1:] for item in list_items(memory.areas(vm)) or []}
        processes = sum(ITEMS["memory"](process) for process in vm.processes.values())
        tables = sum(memory_words(table) for table in vm.tables.all()) * WORD
        atoms = areas["atom_table"][0] + areas["atom_space"][0]
        total = max(memory.resident(), processes + tables + atoms)
        yield _lines("=memory", {
            "total": total, "processes": processes, "processes_used": processes,
            "system": total - processes, "atom": atoms, "atom_used": atoms, "binary": 0,
            "code": areas["loaded_code"][0], "ets": tables,
        })  # fmt: skip
        yield from self._own_tables()
        yield "=allocated_areas\n"
        for name, sizes in areas.items():
            yield f"{name}: {' '.join(map(str, sizes))}\n"
        for name, size in memory.sizes(vm).items():
            yield (
                f"=allocator:{name}[0]\noption e: true\n"
                f"mbcs blocks size: {size} {size} {size}\n"
                f"mbcs carriers size: {size} {size} {size}\n"
            )

    def _own_tables(self) -> Iterator[str]:
        code = self.vm.code
        exports = len(code.exports)
        sizes = {
            "atom_tab": (len(atom_names()), self.vm.settings.atom_limit),
            "module_code": (len(code.modules), 65536),
            "export_list": (exports, 524_288),
            "process_reg": (len(self.vm.registered), None),
            "fun_table": (len(code.funs.entries()), None),
            "node_table": (1, None),
            "dist_table": (1, None),
        }
        for name, (entries, limit) in sizes.items():
            size = 1 << entries.bit_length()
            depth = min(1, entries)
            yield _lines(
                f"=hash_table:{name}",
                {"size": size, "used": entries, "objs": entries, "depth": depth},
            )
            if limit is not None:
                numbers = {"size": size, "limit": limit, "entries": entries}
                yield _lines(f"=index_table:{name}", numbers)

    # ---------------------------------------------------------------- ports, tables, timers

    def ports(self) -> Iterator[str]:
        """A section for each port."""
        for number, port in enumerate(self.vm.ports.open.values()):
            yield from self._port(number, port)

    def _port(self, number: int, port: OpenPort) -> Iterator[str]:
        flags = ["CONNECTED"]
        if port.settings.binary:
            flags.append("BINARY_IO")
        if port.settings.eof:
            flags.append("SOFT_EOF")
        yield (
            f"=port:{identifier_text(port.id)}\nState: {'|'.join(flags)}\nSlot: {number * WORD}\n"
            f"Connected: {identifier_text(port.connected)}\n"
        )
        if port.links:
            yield f"Links: {', '.join(map(identifier_text, port.links))}\n"
        if port.registered_name is not None:
            yield f"Registered as: {self.text(port.registered_name)}\n"
        name = os.fsdecode(port.name)
        yield f"{DRIVERS.get(port.driver_name, LINKED_IN)}: {name}\n"
        yield (f"Input: {port.bytes_in}\nOutput: {port.bytes_out}\nQueue: {port.driver.queued()}\n")

    def tables(self) -> Iterator[str]:
        """A section for each table of ets."""
        for table in self.vm.tables.all():
            yield from self._table(table)

    def _table(self, table: Table) -> Iterator[str]:
        options = table.options
        name = self.text(table.name)
        yield (
            f"=ets:{identifier_text(table.owner)}\nSlot: {id(table)}\n"
            f"Table: {name if options.named else self.text(table.tid)}\nName: {name}\n"
        )
        if options.kind == ORDERED_SET:
            yield f"Ordered set (AVL tree), Elements: {table.size}\n"
        else:
            length = min(table.size, 1)
            yield (
                f"Buckets: {max(table.size, 256)}\nChain Length Avg: {float(length):f}\n"
                f"Chain Length Max: {length}\nChain Length Min: {length}\n"
                "Chain Length Std Dev: 0.000000\nChain Length Expected Std Dev: 0.000000\n"
            )
        yes = {True: "true", False: "false"}
        yield (
            f"Fixed: {yes[bool(table.fixed)]}\nObjects: {table.size}\n"
            f"Words: {memory_words(table)}\n"
            f"Type: {options.kind}\nProtection: {options.protection}\n"
            f"Compressed: {yes[options.compressed]}\n"
            f"Write Concurrency: {yes[options.write_concurrency is not FALSE]}\n"
            f"Read Concurrency: {yes[options.read_concurrency]}\n"
        )

    def timers(self) -> Iterator[str]:
        """A section for each timer that a process has started."""
        for receiver, message, left in running_timers(self.vm):
            shown = self.text(receiver) if hasattr(receiver, "name") else identifier_text(receiver)
            yield f"=timer:{shown}\nMessage: {self.text(message)}\nTime left: {left}\n"

    def nodes(self) -> Iterator[str]:
        """This node, which knows no other one."""
        yield f"=node:{self.text(self.vm.node)}\n=no_distribution\n"

    # ---------------------------------------------------------------- code

    def modules(self) -> Iterator[str]:
        """The modules that are loaded, with what their files say about them."""
        code = self.vm.code
        current = sum(map(_code_size, code.modules.values()))
        old = sum(map(_code_size, code.old.values()))
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


def _lines(title: str, numbers: Mapping[str, int]) -> str:
    return f"{title}\n" + "".join(f"{name}: {number}\n" for name, number in numbers.items())


def _queues(normal: int) -> Iterable[str]:
    """The lengths of the run queues; those who wait for the processor are all in one of them."""
    for name in QUEUES:
        yield f"Run Queue {name} Length: {normal if name == 'Normal' else 0}\n"
    yield f"Run Queue Flags: {'NONEMPTY | EXEC' if normal else 'OUT_OF_WORK'}\n"


def _code_size(module: LoadedModule) -> int:
    return sum(map(len, module.decoded.code)) * WORD


def _version(title: str, module: LoadedModule | None) -> Iterator[str]:
    if module is None:
        return
    yield f"{title} size: {_code_size(module)}\n"
    for name, data in (
        ("attributes", module.decoded.attributes_data),
        ("compilation info", module.decoded.compile_info_data),
    ):
        if data:
            yield f"{title} {name}: {base64(data)}\n"
