"""What machine code is specialised for, and which functions have machine code of their own.

Apart from what makes machine code (`lower`), which most starts do not need.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple

PLANNED: Final = ("segments", "commands")
"""Kinds of operands with two words: a plan, and a list of operands."""

JOINED: Final = "+"
"""Between the names of instructions that run in one go."""


class Shape(NamedTuple):
    """What code is specialised for: the instruction, and for each operand what is known of it.

    `x` and `y` for registers, `i`, `a` and `o` for constants (a small integer; an atom or []; any
    other), the number of a static one, whether there is a `fail` label; for a bif `("inline",
    mfa)`, `("plain",)` or `("process",)`; None for all others.
    """

    name: str
    operands: tuple[Any, ...]


def joined(shapes: Sequence[Shape]) -> Shape:
    """The shape of a handler for several instructions in one go."""
    return Shape(JOINED.join(one.name for one in shapes), tuple(one.operands for one in shapes))


def instructions_of(shape: Shape) -> list[Shape]:
    """The shapes of the instructions that a handler runs."""
    names = shape.name.split(JOINED)
    if len(names) == 1:
        return [shape]
    return [Shape(*one) for one in zip(names, shape.operands, strict=True)]


def bif_name(mfa: tuple[str, str, int]) -> str:
    """How the lowering of a built-in function is called behind its prefix."""
    text = "_".join(map(str, ("bif", *mfa)))
    return re.sub(r"\W", lambda match: f"x{ord(match[0]):02x}", text)


def has_word(kind: str, known: Any) -> bool:
    """Whether an operand has a word among those of the instruction."""
    if kind in ("live", "heap", "skip", "static"):
        return False
    if kind == "fail":
        return bool(known)
    if kind == "bif":
        return bool(known[0] != "inline")
    return True


class Lowerings:
    """Which primitives and built-in functions have machine code of their own, and in which form:
    read off the names of the functions in the prelude."""

    def __init__(self, prelude: str) -> None:
        self.prelude = prelude
        self.results: dict[str, str] = {}
        for result, name in re.findall(r"define internal (\S+) @(\w+)\(", prelude):
            self.results[name] = result

    @cached_property
    def parameters(self) -> dict[str, list[str]]:
        """The types of what each function takes."""
        found = re.findall(r"^define internal \S+ @(\w+)\(([^)]*)\)", self.prelude, re.M)
        return {
            name: [words.split()[0] for words in parameters.split(",") if words]
            for name, parameters in found
        }

    @cached_property
    def charging(self) -> set[str]:
        """Those that take off reductions for what they do, by themselves or by what they call."""
        bodies = re.findall(
            r"^define internal \S+ @(\w+)\([^\n]*\n(.*?)^}", self.prelude, re.M | re.S
        )
        calls = {name: set(re.findall(r"@(\w+)\(", body)) for name, body in bodies}
        charging: set[str] = set()
        found = {"charge"}
        while found:
            charging |= found
            found = {name for name in calls if calls[name] & found} - charging
        return charging

    def of(self, primitive: str) -> tuple[str, str] | None:
        """The function's name and the type that it returns."""
        for prefix in ("new", "borrow", "prim", "find", "uint", "do", "place", "into"):
            name = f"{prefix}_{primitive}"
            if name in self.results:
                return name, self.results[name]
        return None
