"""Copies of a tuple that is not finished yet.

`set_tuple_element` writes into the tuple itself, so that whoever has a copy of the register sees
the change. The compiler counts on that: OTP 27's may copy the register between `setelement/3` and
the writes that follow (measured, core_fold_SUITE:setelement). Here a write makes another tuple, in
one register; a copy made before it is therefore moved behind it, where it means the same. Between
such writes the compiler puts nothing but copies of registers.
"""

from __future__ import annotations

from typing import Final

from enigma_ref._generated.opcodes import OPCODES
from enigma_ref.loader.compact import Instruction

_NUMBERS: Final = {entry[0]: number for number, entry in enumerate(OPCODES) if entry}
MOVE: Final = _NUMBERS["move"]
SET_TUPLE_ELEMENT: Final = _NUMBERS["set_tuple_element"]


def with_copies_last(code: tuple[Instruction, ...]) -> tuple[Instruction, ...]:
    """The same code, where copies of a tuple stand behind the writes into it."""
    writes = [
        at for at, instruction in enumerate(code)
        if instruction[0] == SET_TUPLE_ELEMENT and code[at - 1][0] == MOVE
    ]  # fmt: skip
    if not writes:
        return code
    changed = list(code)
    for at in writes:
        end = at + 1
        while end < len(changed) and changed[end][0] == SET_TUPLE_ELEMENT:
            end += 1
        _delay_copies(changed, at, end)
    return tuple(changed)


def _delay_copies(code: list[Instruction], write: int, end: int) -> None:
    """Put the copies of the tuple that is written to behind its last write."""
    written = code[write][2]
    at = write - 1
    while at >= 0 and code[at][0] == MOVE:
        _, source, copy = code[at]
        if copy == written:
            break
        if source == written and not any(copy in other for other in code[at + 1 : end]):
            code.insert(end - 1, code.pop(at))
        at -= 1
