"""What is told of collections of garbage, which never take place here."""

from __future__ import annotations

from enigma_ref.bifs.erlang_process_info import ITEMS
from enigma_ref.machine.process import Process
from enigma_ref.terms import Term, atom, make_list

VIRTUAL_HEAP = "min_bin_vheap_size"


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
