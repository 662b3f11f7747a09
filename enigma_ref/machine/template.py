"""One instruction of the reference engine as text with marks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Key = tuple[Any, ...]
"""An instruction's name, and for each operand that code is specialised for what is known of it:
the tag of a register or constant, the number of a static one, whether there is a `fail` label, a
tuple of the elements' tags for a list; for a bif `("inline", mfa)`, `("plain",)` or
`("process",)`."""


@dataclass(frozen=True)
class Template:
    """What codegen knows of an instruction.

    `operands` are triples of name, kind as in spec/opcodes.yaml, and whether code is specialised
    for it. `key` takes an instruction and what links it. `variants` are tried in order: operand
    kinds that must hold, and the text. `raises` tells whether it can raise, `pushes` whether it
    leaves a return address, `empty` whether it does nothing at all. `inner` are the variants for
    an instruction that another one follows in the same code; none when that never happens.
    """

    name: str
    operands: tuple[tuple[str, str], ...]
    raises: bool
    pushes: bool
    empty: bool
    key: Callable[[Any, Any], Key]
    variants: tuple[tuple[dict[str, str], str], ...]
    inner: tuple[tuple[dict[str, str], str], ...] = ()
