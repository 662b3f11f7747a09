"""What is told of collections of garbage, which never take place here."""

from __future__ import annotations

import time
from typing import Final

from enigma_ref.bifs.erlang_process_info import ITEMS
from enigma_ref.bifs.heaps import HEAP_COUNT
from enigma_ref.machine.process import Process
from enigma_ref.terms import Term, atom, make_list

VIRTUAL_HEAP: Final = "min_bin_vheap_size"

COLLECTIONS: Final = ("major", "minor")

COLLECTION_PAUSE: Final = "erts_debug:test_long_gc_sleep"
"""Milliseconds that each collection is to take, for OTP's own tests of system monitors."""

UNCOLLECTED: Final = "uncollected"
"""Set for a process that collects no garbage (erts_debug:set_internal_state(gc_state, false)): what
is to be done about those who asked for it meanwhile, once it does (true) or has ended (false)."""


def collect(process: Process, kind: str) -> None:
    """Collect the garbage of a process, out of `COLLECTIONS`: there is never any here, only the
    sizes that processes tell change, and those are told of it who want to know."""
    vm = process.vm
    process.flags.pop(HEAP_COUNT, None)
    if kind == "major":
        process.collected_at = process.reductions_done
    pause: int = vm.state.get(COLLECTION_PAUSE, 0)
    if pause:
        time.sleep(pause / 1000)
    if vm.tracing is not None:
        vm.tracing.collected(process, kind, collection_info(process), pause)


def collection_info(process: Process) -> Term:
    """Sizes in words, as trace messages about collections have them: all that a process holds is
    on one heap, and nothing was reclaimed (`wordsize`)."""
    virtual = ITEMS[VIRTUAL_HEAP](process)
    sizes = {
        "wordsize": 0,
        "old_heap_block_size": 0,
        "heap_block_size": ITEMS["total_heap_size"](process),
        "mbuf_size": 0,
        "recent_size": 0,
        "stack_size": ITEMS["stack_size"](process),
        "old_heap_size": 0,
        "heap_size": ITEMS["heap_size"](process),
        "bin_vheap_size": 0,
        "bin_vheap_block_size": virtual,
        "bin_old_vheap_size": 0,
        "bin_old_vheap_block_size": virtual,
    }
    return make_list([(atom(name), size) for name, size in sizes.items()])
