"""All of the specification as JSON, with what is derived from it, for engines in any language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from codegen.check import primitives_used
from codegen.derive import counts, falls_through, is_pure, suspends
from codegen.emit_reference import spec_line
from codegen.model import BIF_RELEASES, RELEASES, Bif, Opcode, Primitive, Spec
from codegen.syntax import block_tree, expression_tree
from codegen.text import HEADER

ABOUT = HEADER.removeprefix("# ")


def emit_opcode_data(spec: Spec) -> str:
    """The text of `spec/generated/opcodes.json`."""
    return _json(
        {
            "about": ABOUT,
            "releases": list(RELEASES),
            "opcodes": _opcodes(spec.opcodes, spec.primitives),
            "internal": _opcodes(spec.internal, spec.primitives),
            "primitives": {name: _primitive(item) for name, item in spec.primitives.items()},
            "replace": [
                {"row": list(one.row), "by": one.by, "operands": [list(o) for o in one.operands]}
                for one in spec.replacements
            ],
            "join": [list(row) for row in spec.joins],
        }
    )


def emit_bif_data(spec: Spec) -> str:
    """The text of `spec/generated/bifs.json`."""
    return _json(
        {
            "about": ABOUT,
            "releases": list(BIF_RELEASES),
            "bifs": [_bif(bif, spec.primitives) for bif in spec.bifs.values()],
        }
    )


def _opcodes(opcodes: Mapping[str, Opcode], primitives: Mapping[str, Primitive]) -> dict[str, Any]:
    return {name: _opcode(opcode, primitives) for name, opcode in opcodes.items()}


def _opcode(opcode: Opcode, primitives: Mapping[str, Primitive]) -> dict[str, Any]:
    data: dict[str, Any] = {
        "code": opcode.code,
        "category": opcode.category,
        "arity": sum(operand.in_file for operand in opcode.operands),
        "operands": [
            {"name": operand.name, "kind": operand.kind, "in_file": operand.in_file}
            | ({"elements": list(operand.elements)} if operand.elements else {})
            | ({"length": operand.length} if operand.length else {})
            for operand in opcode.operands
        ],
        "otp": {str(release): state for release, state in opcode.otp.items()},
        "emitted": list(opcode.emitted),
        "raises": list(opcode.raises),
        "doc": opcode.doc,
    }
    if opcode.semantics is None:
        return data
    used = [p for statement in opcode.body for p in primitives_used(statement, primitives)]
    return data | {
        "pure": is_pure(opcode, primitives),
        "suspends": suspends(opcode),
        "counts_reduction": counts(opcode),
        "falls_through": falls_through(opcode),
        "primitives": list(dict.fromkeys(p.name for p in used)),
        "semantics": opcode.semantics,
        "tree": block_tree(opcode.body),
    }


def _primitive(primitive: Primitive) -> dict[str, Any]:
    return {
        "params": [{"name": name, "type": type_} for name, type_ in primitive.written_params],
        "process": primitive.wants_process,
        "result": primitive.result,
        "raises": list(primitive.raises),
        "pure": primitive.pure,
        "doc": primitive.doc,
    }


def _bif(bif: Bif, primitives: Mapping[str, Primitive]) -> dict[str, Any]:
    data: dict[str, Any] = {
        "module": bif.module,
        "name": bif.name,
        "arity": bif.arity,
        "kind": bif.kind,
        "params": [{"name": name, "type": type_} for name, type_ in bif.params],
        "result": bif.result,
        "spec": spec_line(bif),
        "raises": [
            {
                "class": item.cls,
                "reason": item.reason,
                "when": item.when,
                "causes": list(item.causes),
            }
            for item in bif.raises
        ],
        "guard": bif.guard,
        "pure": bif.pure,
        "suspends": bif.suspends,
        "otp": list(bif.otp),
        "doc": bif.doc,
    }
    if bif.instruction is not None:
        data["instruction"] = bif.instruction
    if bif.body is not None and bif.semantics is not None:
        data["primitives"] = [p.name for p in primitives_used(bif.body, primitives)]
        data["semantics"] = bif.semantics.strip()
        data["tree"] = expression_tree(bif.body)
    return data


def _json(data: Mapping[str, Any]) -> str:
    """JSON with one entry a line, so that differences can be read."""
    return "{\n" + ",\n".join(f"{_line(k)}: {_entries(v)}" for k, v in data.items()) + "\n}\n"


def _entries(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{\n" + ",\n".join(f"{_line(k)}: {_line(v)}" for k, v in value.items()) + "\n}"
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        return "[\n" + ",\n".join(map(_line, value)) + "\n]"
    return _line(value)


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
