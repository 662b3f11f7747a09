"""Which operands each opcode takes: what the specification's operand kinds allow in a file.

An engine specialises instructions on the kinds of their operands, so that an instruction with
an operand it has no meaning for must not get that far.
"""

from __future__ import annotations

import re
from typing import Final

from enigma_ref._generated.opcodes import KINDS, OPCODES
from enigma_ref.loader.compact import Instruction, Operand
from enigma_ref.loader.errors import Malformed

_REGISTER: Final = frozenset({"x", "y", "tr"})
_SOURCE: Final = _REGISTER | {"a", "i", "q"}
_NUMBER: Final = frozenset({"u"})
_LABEL: Final = frozenset({"f"})

_ALLOWED: Final[dict[str, frozenset[str]]] = {
    "src": _SOURCE,
    "dst": _REGISTER,
    "inout": _REGISTER,
    "uint": _NUMBER,
    "static": _NUMBER,
    "live": _NUMBER,
    "lambda": _NUMBER,
    "export": _NUMBER,
    "bif": _NUMBER,
    "heap": _NUMBER | {"alloc"},
    "label": _LABEL,
    "function": _LABEL,
    "catch": _LABEL,
    # bs_start_match4 may say no_fail or resume in place of a label.
    "fail": _LABEL | {"a"},
}
_LISTS: Final = frozenset({"table", "segments", "commands"})

_FLOAT_OPCODES: Final = frozenset({"fmove", "fconv", "fadd", "fsub", "fmul", "fdiv", "fnegate"})
_NUMBER_AS_SOURCE: Final = frozenset(
    {"bs_init2", "bs_init_bits", "bs_save2", "bs_restore2", "call_fun2"}
)
"""Their size, slot, or fun is a plain number or a source."""

_REGISTERS_ONLY: Final = frozenset({"bs_set_position"})
"""Their sources are no constants."""


def _allowed(name: str, kind: str) -> frozenset[str] | None:
    """The operand kinds that may stand in a file for `kind`; None when any may."""
    if kind in _LISTS or kind.startswith("list("):
        return frozenset({"list"})
    if kind.startswith("string("):
        return _NUMBER
    allowed = _ALLOWED.get(kind)
    if allowed is None:
        return None
    if name in _FLOAT_OPCODES and kind in ("src", "dst"):
        return allowed | {"fr"}
    if name in _NUMBER_AS_SOURCE and kind == "src":
        return allowed | _NUMBER
    if name in _REGISTERS_ONLY and kind == "src":
        return _REGISTER
    return allowed


def _items(kind: str) -> tuple[frozenset[str], ...] | None:
    """What the items of a list are, in turn; None when that depends on the items."""
    if kind == "table":
        return (_SOURCE | _NUMBER, _LABEL)
    match = re.fullmatch(r"list\((.*)\)", kind)
    if match is None:
        return None
    items = [_ALLOWED.get(item.strip()) for item in match[1].split(",")]
    known = tuple(item for item in items if item is not None)
    return known if len(known) == len(items) else None


_OPERANDS: Final = tuple(
    tuple(_allowed(entry[0], kind) for kind in KINDS.get(entry[0], ())) if entry else ()
    for entry in OPCODES
)

LIST_ITEMS: Final = {
    number: items
    for number, entry in enumerate(OPCODES)
    if entry and KINDS.get(entry[0]) and (items := _items(KINDS[entry[0]][-1])) is not None
}
"""By opcode: what the items of its list, the last operand, are in turn."""

TARGETS: Final = {
    number: places
    for number, entry in enumerate(OPCODES)
    if entry
    and (
        places := [
            place
            for place, kind in enumerate(KINDS.get(entry[0], ()), 1)
            if kind in ("label", "function", "catch")
        ]
    )
}
"""By opcode: which operands lead somewhere in any case, so that label 0, no label, will not do."""


def check_kinds(instruction: Instruction) -> None:
    """Raises `Malformed` when an operand is of a kind that its opcode does not take."""
    for place, (operand, allowed) in enumerate(
        zip(instruction[1:], _OPERANDS[instruction[0]], strict=False), 1
    ):
        if allowed is not None and operand[0] not in allowed:
            raise Malformed(f"operand {place} is of the wrong kind, {operand[0]}")


def check_items(items: tuple[Operand, ...], allowed: tuple[frozenset[str], ...]) -> None:
    """Raises `Malformed` when the items of a list are not what they must be, in turn."""
    period = len(allowed)
    if len(items) % period:
        raise Malformed(f"its list is not made of groups of {period}")
    for turn, kinds in enumerate(allowed):
        if not kinds.issuperset([kind for kind, _ in items[turn::period]]):
            raise Malformed("an item of its list is of the wrong kind")
        if kinds is _LABEL and 0 in [value for _, value in items[turn::period]]:
            raise Malformed("an item of its list is no label")
