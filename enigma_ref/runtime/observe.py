"""Watching instructions as they run, for people who learn how the machine works."""

from __future__ import annotations

from typing import Any, TextIO

from enigma_ref.machine.code import Code, Export, Function
from enigma_ref.terms.text import format_w

SHOWN_DEPTH = 8


class Tracer:
    """Prints each instruction before it runs: process, place, name, and the values it reads."""

    def __init__(self, out: TextIO) -> None:
        self.out = out

    def observe(self, code: Code, name: str, owner: Function | Export, position: int) -> Code:
        """An `Observer`: code that prints itself and then runs the instruction."""
        out = self.out
        if isinstance(owner, Export):
            where = f"{owner.module.name}:{owner.name.name}/{owner.arity}"
            operands: Any = ()
            module: Any = None
        else:
            name_and_arity = f"{owner.module.name.name}:{owner.name.name}/{owner.arity}"
            where = f"{name_and_arity}+{position - owner.first}"
            module = owner.module
            operands = module.decoded.code[position][1:]

        def traced(x: list[Any], s: list[Any], p: Any) -> Any:
            shown = " ".join(_operand(operand, x, s, module) for operand in operands)
            print(f"{p.pid!r} {where:<30} {name:<20} {shown}", file=out)
            return code(x, s, p)

        return traced


def _operand(operand: Any, x: list[Any], s: list[Any], module: Any) -> str:
    tag, value = operand
    if tag == "x":
        return f"x{value}" + _value(x[value])
    if tag == "y":
        return f"y{value}" + (_value(s[-1 - value]) if value < len(s) else "")
    if tag == "a":
        return format_w(module.atoms[value])
    if tag == "q":
        return format_w(module.literals[value], depth=SHOWN_DEPTH)
    if tag == "f":
        return f"L{value}"
    if tag == "list":
        return "[" + " ".join(_operand(item, x, s, module) for item in value) + "]"
    return f"{tag}{value}" if tag == "fr" else str(value)


def _value(value: Any) -> str:
    """The contents of a register that holds a term."""
    if value is None or type(value).__module__.partition(".")[2].startswith("machine"):
        return ""
    if callable(value):
        return ""
    return "=" + format_w(value, depth=SHOWN_DEPTH)
