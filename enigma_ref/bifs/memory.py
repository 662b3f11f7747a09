"""erlang:system_info/1: the memory that the runtime uses, by what it uses it for.

OTP's own `erlang:memory/0` and `erlang:memory/1` add these numbers up. What terms take is counted
in the words of a real runtime; what remains of this program's memory is called long-lived.
"""

from __future__ import annotations

import resource
from pathlib import Path
from typing import Final

from enigma_ref.bifs.erlang_process_info import ITEMS
from enigma_ref.bifs.erlang_timers import running_timers
from enigma_ref.bifs.ets import memory_words
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.machine.system import System
from enigma_ref.terms import (
    Atom,
    Reference,
    Term,
    atom,
    list_items,
    make_list,
)
from enigma_ref.terms.atoms import atom_count, atom_names_size

WORD: Final = 8
ATOM_WORDS: Final = 12
MODULE_WORDS: Final = 30
EXPORT_WORDS: Final = 20
LAMBDA_WORDS: Final = 10
PROCESS_ENTRY_WORDS: Final = 1
NAME_WORDS: Final = 8
"""What an entry of a table takes, about."""

ALLOCATORS: Final = (
    "temp_alloc", "sl_alloc", "std_alloc", "ll_alloc", "eheap_alloc", "ets_alloc", "fix_alloc",
    "literal_alloc", "binary_alloc", "driver_alloc",
)  # fmt: skip
"""The allocators whose sizes add up to the memory in use, by the names that OTP asks for."""

OTHER_ALLOCATORS: Final = ("mseg_alloc", "sys_alloc")

FUN_LIST_SINCE: Final = 29
NO_BITS_BUFFERS_SINCE: Final = 27
EXTERNAL_SINCE: Final = 24


def resident() -> int:
    """Bytes of main memory that this program uses."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return pages * resource.getpagesize()


def _code_size(vm: System) -> int:
    return sum(len(item) for module in vm.loaded_modules() for item in module.decoded.code) * WORD


def areas(vm: System) -> Term:
    """`system_info(allocated_areas)`: what lies outside of all allocators."""
    modules = list(vm.loaded_modules())
    lambdas = sum(len(module.lambdas) for module in modules)
    exports = sum(len(module.exports) for module in modules)
    sizes = {
        "sys_misc": 0,
        "static": 0,
        "atom_table": atom_count() * ATOM_WORDS * WORD,
        "module_table": len(modules) * MODULE_WORDS * WORD,
        "export_table": exports * WORD,
        "export_list": exports * EXPORT_WORDS * WORD,
        "register_table": len(vm.registered) * NAME_WORDS * WORD,
        "fun_table": lambdas * LAMBDA_WORDS * WORD,
        "module_refs": len(modules) * WORD,
        "loaded_code": _code_size(vm),
        "dist_table": 0,
        "node_table": 0,
        "bits_bufs_size": 0,
        "bif_timer": 0,
        "process_table": len(vm.processes) * PROCESS_ENTRY_WORDS * WORD,
        "port_table": 0,
        "ets_misc": 0,
    }
    if vm.release >= NO_BITS_BUFFERS_SINCE:
        del sizes["bits_bufs_size"]
    if vm.release >= EXTERNAL_SINCE:
        sizes["external_alloc"] = 0
    names = atom_names_size()
    pairs: list[Term] = [(atom(name), size) for name, size in sizes.items()]
    if vm.release >= FUN_LIST_SINCE:
        after = list(sizes).index("fun_table") + 1
        pairs.insert(after, (atom("fun_list"), lambdas * WORD))
    pairs.insert(list(sizes).index("atom_table"), (atom("atom_space"), names, names))
    return make_list(pairs)


def sizes(vm: System) -> dict[str, int]:
    """Bytes by allocator."""
    found = dict.fromkeys(ALLOCATORS, 0)
    found["eheap_alloc"] = sum(ITEMS["memory"](process) for process in vm.processes.values())
    found["ets_alloc"] = sum(memory_words(table) for table in vm.tables.all()) * WORD
    found["ll_alloc"] = max(0, resident() - sum(found.values()))
    return found


ATOM_AREAS: Final = ("atom_space", "atom_table")
CODE_AREAS: Final = (
    "module_table", "export_table", "export_list", "fun_table", "module_refs", "loaded_code",
)  # fmt: skip


def totals(vm: System) -> dict[str, int]:
    """Bytes by what they are used for, as OTP's erlang:memory/0 tells them."""
    found = sizes(vm)
    outside = {area[0].name: area[1] for area in list_items(areas(vm)) or []}
    processes, total = found["eheap_alloc"], sum(found.values())
    atoms = sum(outside[name] for name in ATOM_AREAS)
    return {
        "total": total,
        "processes": processes,
        "processes_used": processes,
        "system": total - processes,
        "atom": atoms,
        "atom_used": atoms,
        "binary": found["binary_alloc"],
        "code": sum(outside[name] for name in CODE_AREAS),
        "ets": found["ets_alloc"],
    }


PIECES: Final = {"proc": 776, "bif_timer": 152, "monitor": 128, "link": 96}
"""Bytes of one of the things that are of the same size each, on 64-bit machines (measured)."""


def _fixed(vm: System) -> Term:
    """`{Type, Allocated, Used}` in bytes for things of the same size each."""
    living = vm.processes.values()
    counts = {
        "proc": len(living),
        "bif_timer": sum(
            type(receiver) is Atom or receiver in vm.processes
            for receiver, _, _ in running_timers(vm)
        ),
        "monitor": sum(len(process.monitors) for process in living),
        "link": sum(len(process.links) for process in living),
    }
    return make_list([(atom(name), *[size * counts[name]] * 2) for name, size in PIECES.items()])


def _blocks(vm: System, name: str, size: int) -> Term:
    """What an allocator says about its blocks: now, at most since it was asked, and ever."""
    blocks = make_list([(atom(name), make_list([(atom("size"), size, size, size)]))])
    data = [(atom("mbcs"), make_list([(atom("blocks"), blocks)]))]
    if name == "fix_alloc":
        data.append((atom("fix_types"), _fixed(vm)))
    return make_list(data)


def _named(names: Term) -> list[Atom]:
    given = list_items(names)
    if given is None or any(type(name) is not Atom for name in given):
        raise badarg()
    return given


def internal(process: Process, kind: str, ref: Term, names: Term) -> Term:
    """`system_info({memory_internal, Ref, Allocators})` and the like: the calling process gets
    `{Ref, Scheduler, [{Allocator, Instance, Data}]}` from each scheduler. Raises badarg."""
    given = _named(names)
    if type(ref) is not Reference or any(name.name not in ALLOCATORS for name in given):
        raise badarg()
    found = sizes(process.vm)
    data = make_list(
        [(name, 0, _blocks(process.vm, name.name, found[name.name])) for name in given]
    )
    process.vm.send(process, (ref, 0, data))
    return atom("true" if kind == "memory_internal" else "ok")
