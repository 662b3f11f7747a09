"""What an opcode can raise, derived from the primitives that its semantics use."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from codegen.model import Opcode, Primitive

OF_A_BIF = "Reason"
"""Stands for whatever the built-in function in an operand raises."""


def derived_raises(opcode: Opcode, primitives: Mapping[str, Primitive]) -> tuple[str, ...]:
    """Reasons of class error, each once, in the order in which they can come up."""
    found: dict[str, None] = {}
    for statement in opcode.body:
        for node in ast.walk(statement):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            operand = opcode.operand(node.func.id)
            if operand is not None and operand.kind == "bif":
                found.setdefault(OF_A_BIF)
            elif node.func.id == "error":
                found.setdefault(reason_text(node.args[0]))
            elif node.func.id in primitives:
                for reason in primitives[node.func.id].raises:
                    found.setdefault(reason)
    return tuple(found)


def reason_text(node: ast.expr) -> str:
    """The term that an expression builds, as Erlang text."""
    match node:
        case ast.Constant(str(name)):
            return name
        case ast.Name(name):
            return name
        case ast.Call(ast.Name("tup"), elements):
            return "{" + ", ".join(reason_text(element) for element in elements) + "}"
    raise ValueError(f"no reason: {ast.unparse(node)}")
