"""The decoder's tables: numbers, names and arities of opcodes."""

from __future__ import annotations

from codegen.model import RELEASES, Spec
from codegen.text import generated


def emit_opcodes(spec: Spec) -> str:
    """The text of `enigma_ref/_generated/opcodes.py`."""
    by_code = {opcode.code: opcode for opcode in spec.opcodes.values()}
    lines = [
        "from typing import Final",
        "",
        "OPCODES: Final[tuple[tuple[str, int] | None, ...]] = (",
    ]
    for code in range(max(by_code) + 1):
        opcode = by_code.get(code)
        if opcode is None:
            lines.append("    None,")
        else:
            arity = sum(operand.in_file for operand in opcode.operands)
            lines.append(f'    ("{opcode.name}", {arity}),')
    lines += [
        ")",
        '"""Name and number of operands of each opcode; the index is its number."""',
        "",
        "OPERANDS: Final[dict[str, tuple[str, ...]]] = {",
    ]
    for opcode in spec.opcodes.values():
        names = ", ".join(f'"{operand.name}"' for operand in opcode.operands if operand.in_file)
        comma = "," if names and ", " not in names else ""
        lines.append(f'    "{opcode.name}": ({names}{comma}),')
    lines += [
        "}",
        '"""The names of the operands that files hold."""',
        "",
        "KINDS: Final[dict[str, tuple[str, ...]]] = {",
    ]
    for opcode in spec.opcodes.values():
        kinds = ", ".join(f'"{operand.text}"' for operand in opcode.operands if operand.in_file)
        comma = "," if kinds and '", "' not in kinds else ""
        lines.append(f'    "{opcode.name}": ({kinds}{comma}),')
    lines += ["}", '"""The kinds of the operands that files hold."""', ""]
    obsolete = sorted(
        opcode.name for opcode in spec.opcodes.values() if opcode.otp[RELEASES[0]] == "obsolete"
    )
    lines.append(f"OBSOLETE_IN_{RELEASES[0]}: Final = frozenset({{")
    lines += [f'    "{name}",' for name in obsolete]
    lines += ["})", '"""Opcodes that every supported release refuses."""']
    lines += ["", "REFUSED: Final[dict[int, frozenset[int]]] = {"]
    for release in RELEASES:
        numbers = sorted(op.code for op in spec.opcodes.values() if op.otp[release] != "live")
        lines.append(f"    {release}: frozenset({{{', '.join(map(str, numbers))}}}),")
    lines += ["}", '"""Opcodes that the loader of a release refuses, by release and number."""']
    return generated("The opcodes of .beam files.", lines)
