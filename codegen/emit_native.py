"""Semantics as data for the native engine, which lowers them to machine code.

Trees as in `codegen.syntax`, and for each primitive the Python function that stands for it where it
has no lowering of its own.
"""

from __future__ import annotations

import re
from pprint import pformat

from codegen.model import Primitive, Spec
from codegen.syntax import block_tree, expression_tree
from codegen.text import generated


def emit_native(spec: Spec) -> str:
    """The text of `enigma_native/_generated/semantics.py`."""
    instructions = {
        name: (
            tuple((operand.name, operand.text) for operand in opcode.operands),
            block_tree(opcode.body),
        )
        for name, opcode in spec.instructions.items()
        if opcode.semantics is not None
    }
    inline = {
        (bif.module, bif.name, bif.arity): (
            tuple(name for name, _ in bif.params),
            expression_tree(bif.body),
        )
        for bif in spec.bifs.values()
        if bif.body is not None
    }
    primitives = {name: _primitive(item)[:2] for name, item in spec.primitives.items()}
    lines = [
        "from typing import Any, Final",
        "",
        f"INSTRUCTIONS: Final[dict[str, Any]] = {_literal(instructions)}",
        '"""Operands with their kinds, and the tree of the block."""',
        "",
        f"INLINE: Final[dict[tuple[str, str, int], Any]] = {_literal(inline)}",
        '"""Built-in functions as expressions over their parameters."""',
        "",
        f"PRIMITIVES: Final[dict[str, Any]] = {_literal(primitives)}",
        '"""Types of parameters, and of the result."""',
    ]
    return generated("What each instruction does, for the native engine.", lines)


def emit_callbacks(spec: Spec) -> str:
    """The text of `enigma_native/_generated/callbacks.py`."""
    lines = [
        "# mypy: ignore-errors",
        "from enigma_ref._generated.engine import NAMESPACE",
        "",
        "globals().update(NAMESPACE)",
    ]
    for name, primitive in spec.primitives.items():
        parameters, _, text = _primitive(primitive)
        names = ", ".join(name for name, _ in parameters)
        lines += ["", "", f"def f_{name}({names}):", f"    return {text}"]
    return generated("The primitives as functions, for machine code to call.", lines)


def _primitive(primitive: Primitive) -> tuple[tuple[tuple[str, str], ...], str, str]:
    text = primitive.python
    if "{" not in text and " " not in text:
        text = f"{text}({', '.join('{' + name + '}' for name, _ in primitive.params)})"
    text = re.sub(r"\b([a-z]\w*)\.([a-z]\w*)\(", _flat, text)
    text = re.sub(r"(?<![\w.])x(?=[.\[])", "p.x", text)
    for name, _ in primitive.params:
        text = text.replace("{" + name + "}", name)
    return primitive.params, primitive.result, text


def _flat(match: re.Match[str]) -> str:
    owner, name = match.groups()
    return match[0] if owner in ("x", "s", "p") else f"{owner}_{name}("


def _literal(value: object) -> str:
    return pformat(value, width=100, compact=True, sort_dicts=False)
