"""Numbers that tell terms apart, without going far into them.

Whatever an instruction makes is looked at as soon as it is made, so that what lies deeper was
looked at before. What engines need not have in common is left out: code, and registers that
nothing was written to (None with one engine, 0 with the other).
"""

from __future__ import annotations

from itertools import islice
from typing import Any, Final

from enigma_ref.machine.binaries import MatchContext
from enigma_ref.machine.code import CatchTag
from enigma_ref.terms import (
    Atom,
    Bitstring,
    Cons,
    ExternalFun,
    Float,
    Fun,
    Map,
    Pid,
    Port,
    Reference,
)  # fmt: skip
from enigma_ref.terms.maps import MAX_SMALL

PARTS: Final = 60
"""How many parts of a term count."""

BYTES: Final = 64
"""How many bytes at either end of a binary count."""

IDENTIFIERS: Final = (Pid, Port, Reference)
NOTHING: Final = 0


def digest(value: Any) -> int:
    """A number that equal terms have in common, in any system of this Python process."""
    if value is None:
        return NOTHING
    if type(value) is int:
        return hash(value)
    found = 0
    left = PARTS
    waiting = [value]
    while waiting and left:
        left -= 1
        found = hash((found, _part(waiting.pop(), waiting, left)))
    return found


def _part(value: Any, waiting: list[Any], room: int) -> Any:
    """What tells a part apart, but for its own parts, which are put with those that wait."""
    kind = type(value)
    if kind is int:
        return value
    if kind is Atom:
        return id(value)
    if kind is tuple:
        waiting.extend(value[:room])
        return "tuple", len(value)
    if kind is Cons:
        waiting += (value.tail, value.head)
        return "cons"
    if kind is Float:
        return "float", float(value).hex()
    if kind is Bitstring:
        return "bits", value.size, _ends(value)
    if kind is MatchContext:
        return "context", value.position, value.end
    if kind is Map:
        if len(value) <= MAX_SMALL:
            for pair in islice(value.items(), room):
                waiting += pair
        return "map", len(value)
    if kind is Fun:
        waiting.extend(value.env[:room])
        return "fun", id(value.module), value.index, value.arity
    if kind is ExternalFun:
        return "external", id(value.module), id(value.name), value.arity
    if kind is CatchTag or callable(value):
        return "code"
    if kind in IDENTIFIERS:
        return kind.__name__, value.key()
    return kind.__name__


def _ends(bits: Bitstring) -> tuple[int, int]:
    size = min(bits.size, 8 * BYTES)
    return bits.bits_to_int(0, size), bits.bits_to_int(bits.size - size, size)
