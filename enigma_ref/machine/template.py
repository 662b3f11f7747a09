"""One instruction of the reference engine as text with marks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Template:
    """What codegen knows of an instruction.

    `operands` are pairs of name and kind, as in spec/opcodes.yaml. `variants` are tried in
    order: operand kinds that must hold, and the text. `raises` tells whether it can raise,
    `pushes` whether it leaves a return address, `empty` whether it does nothing at all.
    """

    name: str
    operands: tuple[tuple[str, str], ...]
    raises: bool
    pushes: bool
    empty: bool
    variants: tuple[tuple[dict[str, str], str], ...]
