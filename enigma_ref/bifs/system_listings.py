"""What the emulator itself lists for people: processes and ports, modules, tables, memory, nodes.
`erlang:system_info/1` gives these texts, and the menu of Ctrl-C prints them.

Facts: break.c, io.c and erl_db.c of OTP 25, and measured on 23, 25, 27 and 29. Texts have a
character for each byte. What a table of this machine is made of is told as a hash table of erts
that is filled with one entry a bucket; there are no allocators of memory that could be listed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from enigma_ref.bifs import memory
from enigma_ref.bifs.erlang_process_info import ITEMS, live_words
from enigma_ref.bifs.ets import memory_words, stats
from enigma_ref.bifs.ports import ITEMS as PORT_ITEMS
from enigma_ref.bifs.printing import emulator_text
from enigma_ref.bifs.process_listing import Place, process_lines
from enigma_ref.ets.table import ORDERED_SET, Table
from enigma_ref.machine.code import LoadedModule
from enigma_ref.machine.process import Process
from enigma_ref.machine.system import System
from enigma_ref.ports.port import OpenPort
from enigma_ref.terms import Term, list_items, to_bool_atom
from enigma_ref.terms.atoms import UNDEFINED, atom_count

WORD: Final = 8
MAX_MODULES: Final = 65536
MAX_EXPORTS: Final = 524_288
SMALLEST_TABLE: Final = 16

KINDS: Final = {
    "fd": "is UNIX fd not opened by emulator",
    "vanilla": "is a file",
    "spawn": "controls external process",
    "forker": "controls forker process",
}
"""What ports are, by their drivers; others are linked in."""


def _text(lines: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def one_process(process: Process, *, in_dump: bool = False, running_at: Place = None) -> str:
    """All that is listed of a process; see `process_lines`."""
    items = ("reductions", "heap_size", "total_heap_size", "memory")
    sizes = {name: ITEMS[name](process) for name in items}
    sizes["live"] = live_words(process)
    return _text(process_lines(process, sizes, in_dump=in_dump, running_at=running_at))


def processes(vm: System) -> str:
    """All processes, and all ports behind them."""
    return "".join(one_process(process) for process in list(vm.processes.values())) + ports(vm)


# ---------------------------------------------------------------- ports


def ports(vm: System) -> str:
    """All ports."""
    return "".join(_text(_port(vm, port)) for port in vm.ports.open.values())


def _port(vm: System, port: OpenPort) -> Iterator[str]:
    def text(term: Term) -> str:
        return emulator_text(term, vm.release)

    flags = {
        "CONNECTED": port.is_open,
        "BINARY_IO": port.settings.binary,
        "SOFT_EOF": port.settings.eof,
        "CLOSING": not port.is_open,
        "LINEBUF_IO": bool(port.settings.line),
    }
    yield f"=port:{text(port.id)}"
    yield f"State: {'|'.join(name for name, is_set in flags.items() if is_set)}"
    yield f"Slot: {PORT_ITEMS['id'](port)}"
    yield f"Connected: {text(port.connected)}"
    if port.links:
        yield f"Links: {', '.join(map(text, port.links))}"
    if port.monitored_by:
        watchers = (watch.watcher for watch in port.monitored_by.values())
        yield f"Monitors: {', '.join(map(text, watchers))}"
    if port.registered_name is not None:
        yield f"Registered as: {text(port.registered_name)}"
    kind = KINDS.get(port.driver_name, "controls linked-in driver")
    yield f"Port {kind}: {port.name.decode('latin1')}"
    yield f"Input: {port.bytes_in}"
    yield f"Output: {port.bytes_out}"
    yield f"Queue: {port.driver.queued()}"
    if port.data is not UNDEFINED:
        yield f"Port Data: {text(port.data)}"


# ---------------------------------------------------------------- modules, nodes


def code_size(module: LoadedModule) -> int:
    """Bytes that the code of a module takes."""
    return sum(map(len, module.decoded.code)) * WORD


def modules(vm: System) -> str:
    """The modules with what their code takes."""
    return _text(_module_lines(vm))


def _module_lines(vm: System) -> Iterator[str]:
    current, old = vm.code.modules, vm.code.old
    yield f"Current code: {sum(map(code_size, current.values()))}"
    yield f"Old code: {sum(map(code_size, old.values()))}"
    for name in dict.fromkeys([*current, *old]):
        size = code_size(current[name]) if name in current else 0
        behind = f" ({code_size(old[name])} old)" if name in old else ""
        yield f"{emulator_text(name, vm.release)} {size}{behind}"


def nodes(vm: System) -> str:
    """What is known of other nodes: nothing, as long as there is no distribution."""
    return f"=node:{emulator_text(vm.node, vm.release)}\n=no_distribution\n"


# ---------------------------------------------------------------- memory


def info(vm: System) -> str:
    """Sizes of what the runtime keeps."""
    return _text(_info_lines(vm))


def _info_lines(vm: System) -> Iterator[str]:
    yield "=memory"
    yield from (f"{name}: {size}" for name, size in memory.totals(vm).items())
    modules = len(vm.code.modules)
    exports = sum(len(module.exports) for module in vm.loaded_modules())
    lambdas = sum(len(module.lambdas) for module in vm.loaded_modules())
    yield from _table("atom_tab", atom_count(), vm.settings.atom_limit)
    yield from _table("module_code", modules, MAX_MODULES)
    yield from _table("export_list", exports, MAX_EXPORTS)
    yield from _hash("process_reg", len(vm.registered) + len(vm.ports.names))
    yield from _hash("fun_table", lambdas)
    yield from _hash("node_table", 1)
    yield from _hash("dist_table", 1)
    yield "=allocated_areas"
    for area in list_items(memory.areas(vm)) or []:
        yield f"{area[0].name}: {' '.join(map(str, area[1:]))}"


def _hash(name: str, objects: int) -> Iterator[str]:
    """A hash table, as large as its objects need it to be, with a place for each of them."""
    size = max(SMALLEST_TABLE, 1 << objects.bit_length())
    yield f"=hash_table:{name}"
    yield from (f"size: {size}", f"used: {objects}", f"objs: {objects}", "depth: 1")


def _table(name: str, entries: int, limit: int) -> Iterator[str]:
    yield from _hash(name, entries)
    yield f"=index_table:{name}"
    yield from (f"size: {entries}", f"limit: {limit}", f"entries: {entries}")


# ---------------------------------------------------------------- tables of ets


def tables(vm: System, *, with_objects: bool = True) -> str:
    """All tables of ets, and their objects; those of an ordered one are not shown."""
    return "".join(_text(_ets(vm, table, with_objects)) for table in vm.tables.all())


def _ets(vm: System, table: Table, with_objects: bool) -> Iterator[str]:
    def text(term: Term) -> str:
        return emulator_text(term, vm.release)

    options = table.options
    yield f"=ets:{text(table.owner)}"
    yield f"Slot: {id(table)}"
    yield f"Table: {text(table.name if options.named else table.tid)}"
    yield f"Name: {text(table.name)}"
    if options.kind == ORDERED_SET:
        yield f"Ordered set (AVL tree), Elements: {table.size}"
    else:
        yield from _chains(table)
        if with_objects:
            yield from _objects(table, vm.release)
    yield f"Objects: {table.size}"
    yield f"Words: {memory_words(table)}"
    yield f"Type: {options.kind}"
    yield f"Protection: {options.protection}"
    yield f"Compressed: {text(to_bool_atom(options.compressed))}"
    yield f"Write Concurrency: {text(options.write_concurrency)}"
    yield f"Read Concurrency: {text(to_bool_atom(options.read_concurrency))}"


def _chains(table: Table) -> Iterator[str]:
    found = stats(table)
    buckets, average, deviation, expected, least, most = found[:6]
    yield f"Buckets: {buckets}"
    yield f"Chain Length Avg: {average:f}"
    yield f"Chain Length Max: {most}"
    yield f"Chain Length Min: {least}"
    yield f"Chain Length Std Dev: {deviation:f}"
    yield f"Chain Length Expected Std Dev: {expected:f}"
    yield f"Fixed: {0 if table.fixed else 'false'}"


def _objects(table: Table, release: int) -> Iterator[str]:
    index = 0
    while (chain := table.slot(index)) is not None:
        if chain:
            yield f"{index}: [{','.join(emulator_text(item, release) for item in chain)}]"
        index += 1
