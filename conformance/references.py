"""What calls leave behind: references that machine code forgets to give back, or gives back twice.

Counts of references are compared before and after a call that was made before, so that what is
made once (modules, atoms, handlers) is there already. The count of a class tells how many of its
objects there are, as each has a reference to it.
"""

from __future__ import annotations

import gc
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from enigma_ref.machine.binaries import MatchContext
from enigma_ref.machine.errors import BeamError
from enigma_ref.terms import (
    FALSE,
    NIL,
    TRUE,
    Bitstring,
    Cons,
    ExternalFun,
    Float,
    Fun,
    Map,
    Pid,
    Port,
    Reference,
    atom,
)  # fmt: skip

CLASSES: Final = (
    Bitstring, Cons, ExternalFun, Float, Fun, Map, Pid, Port, Reference, MatchContext, BeamError,
)  # fmt: skip
THINGS: Final = {"[]": NIL, "true": TRUE, "false": FALSE} | {
    name: atom(name)
    for name in ("ok", "error", "undefined", "normal", "exit", "throw", "badarg", "badmatch")
}
ROUNDS: Final = 3
"""How often something has to be left behind to count."""

BLOCKS: Final = 20
"""Blocks of memory that come and go with Python's own caches."""


def left_behind(call: Callable[[], Any], kept: Callable[[], Mapping[str, int]]) -> dict[str, int]:
    """How much more there is after each repetition of a call: of atoms and [] references, of
    classes objects, and of memory `blocks`; negative where there is less. `kept` tells how
    many objects of which class wait for their next use."""
    for _ in range(2):
        call()
        gc.collect()
    rounds = []
    before = _counts(kept)
    for _ in range(ROUNDS):
        call()
        gc.collect()
        after = _counts(kept)
        rounds.append({name: after[name] - before[name] for name in after})
        before = after
        if not any(rounds[-1].values()):
            return {}
    return {
        name: smallest
        for name in before
        if (smallest := _common(one[name] for one in rounds))
        and (name != "blocks" or smallest > BLOCKS)
    }


def in_cycles(call: Callable[[], Any]) -> dict[str, int]:
    """How many objects of our classes a call leaves that hold each other, by class: only the
    cyclic collector frees them, which does not run in programs. The call was made before."""
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        call()
        gc.collect()
        ours = (type(one) for one in gc.garbage if type(one).__module__.startswith("enigma_"))
        return dict(Counter(cls.__name__ for cls in ours).most_common())
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.collect()


def _counts(kept: Callable[[], Mapping[str, int]]) -> dict[str, int]:
    found = {name: sys.getrefcount(thing) for name, thing in THINGS.items()}
    found |= {cls.__name__: sys.getrefcount(cls) for cls in CLASSES}
    for name, count in kept().items():
        # They keep the reference to their class.
        found[name] -= count
    found["blocks"] = sys.getallocatedblocks()
    return found


def _common(changes: Iterable[int]) -> int:
    """The smallest change when all have the same sign, else 0."""
    found = sorted(changes, key=abs)
    same = all(one > 0 for one in found) or all(one < 0 for one in found)
    return found[0] if same else 0
