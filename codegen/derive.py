"""Properties of instructions that follow from their semantics and the primitives they use.

Nothing here is written down twice: primitives declare what they can do, and an instruction can do
what the primitives and statements of its semantics can.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence

from codegen.check import primitives_used
from codegen.model import Opcode, Primitive

_STACK = frozenset({"push", "pop", "grow", "drop"})


def _called(opcode: Opcode) -> Iterator[str]:
    for statement in opcode.body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield node.func.id


def calls_bif(opcode: Opcode) -> bool:
    """Whether it calls the built-in function in one of its operands."""
    bifs = {operand.name for operand in opcode.operands if operand.kind == "bif"}
    return not bifs.isdisjoint(_called(opcode))


def suspends(opcode: Opcode) -> bool:
    """Whether it can stop the process until something happens (`suspend`)."""
    return "suspend" in _called(opcode)


def counts(opcode: Opcode) -> bool:
    """Whether it costs a reduction, so that other processes may run before it goes on (`enter`)."""
    return "enter" in _called(opcode)


def is_pure(opcode: Opcode, primitives: Mapping[str, Primitive]) -> bool:
    """Whether all it does is to read operands, to write registers, to jump and to raise."""
    called = set(_called(opcode))
    return (
        opcode.semantics is not None
        and not calls_bif(opcode)
        and called.isdisjoint(_STACK | {"suspend", "enter"})
        and all(p.pure for p in primitives_used(ast.Module(list(opcode.body), []), primitives))
    )


def is_empty(opcode: Opcode) -> bool:
    """Whether it does nothing at all."""
    return opcode.semantics is not None and opcode.semantics.strip() == "pass"


def uses_next(opcode: Opcode) -> bool:
    """Whether it names the instruction that follows, as a return address or a place to go to."""
    return any(
        isinstance(node, ast.Name) and node.id == "next"
        for statement in opcode.body
        for node in ast.walk(statement)
    )


def falls_through(opcode: Opcode) -> bool:
    """Whether control can go on at the instruction that follows, without a return to it."""
    return _names_next(opcode.body) or not _leaves(opcode.body)


def _names_next(nodes: Iterable[ast.AST]) -> bool:
    for node in nodes:
        match node:
            case ast.Call(ast.Name("push")):
                continue
            case ast.Name("next"):
                return True
        if _names_next(ast.iter_child_nodes(node)):
            return True
    return False


def _leaves(body: Sequence[ast.stmt]) -> bool:
    match body[-1:]:
        case [ast.Raise() | ast.Expr(ast.Call(ast.Name("jump" | "enter" | "suspend")))]:
            return True
        case [ast.If(_, then, otherwise)] if otherwise:
            return _leaves(then) and _leaves(otherwise)
    return False
