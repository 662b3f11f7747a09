"""Who keeps all schedulers but one from running (erlang:system_flag(multi_scheduling, _)).

There is one scheduler here, so that nothing stops; but programs that ask for it, such as eprof, see
what they would see with one in erts.
"""

from __future__ import annotations

from typing import Final

from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.machine.system import System
from enigma_ref.terms import Pid, Term, atom

BLOCKED: Final = atom("blocked")
BLOCKED_NORMAL: Final = atom("blocked_normal")
ENABLED: Final = atom("enabled")

CHANGES: Final = {
    atom("block"): (0, 1),
    atom("unblock"): (0, -1),
    atom("block_normal"): (1, 1),
    atom("unblock_normal"): (1, -1),
}
"""Which of the two kinds of blocks, and how many more of them."""


def _blocks(vm: System) -> dict[Pid, list[int]]:
    """How many blocks of each kind living processes hold."""
    held: dict[Pid, list[int]] = vm.state.setdefault("erlang:multi_scheduling", {})
    for pid in [pid for pid in held if pid not in vm.processes]:
        del held[pid]
    return held


def state(vm: System) -> Term:
    """`enabled`, `blocked`, or `blocked_normal` when only ordinary schedulers are."""
    held = _blocks(vm).values()
    if any(blocks for blocks, _ in held):
        return BLOCKED
    return BLOCKED_NORMAL if any(normal for _, normal in held) else ENABLED


def set_multi_scheduling(process: Process, value: Term) -> Term:
    """Block, or take one of the caller's blocks back; the state after that. Raises badarg."""
    change = CHANGES.get(value)
    if change is None:
        raise badarg()
    kind, more = change
    blocks = _blocks(process.vm).setdefault(process.pid, [0, 0])
    blocks[kind] = max(0, blocks[kind] + more)
    return state(process.vm)
