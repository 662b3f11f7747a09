"""spec/*.yaml to a checked `Spec`."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from codegen.check import check_bif, check_opcode
from codegen.model import (
    Bif,
    FastRule,
    Opcode,
    Operand,
    Primitive,
    Raises,
    Spec,
    SpecError,
)
from codegen.raises import derived_raises

_OPERAND = re.compile(r"(\w+)(?:\(([\w, ]+)\))?")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_spec(folder: Path) -> Spec:
    """Read, validate and check everything in `folder`. Raises SpecError with file and line."""
    opcode_file = _read(folder, "opcodes")
    primitives = {
        name: _primitive(name, entry) for name, entry in _read(folder, "primitives").data.items()
    }
    bifs = _bifs(_read(folder, "bifs"), primitives)
    opcodes = {
        name: _opcode(name, entry, opcode_file.line("opcodes", name), primitives)
        for name, entry in opcode_file.data["opcodes"].items()
    }
    internal = {
        name: _opcode(name, entry, opcode_file.line("internal", name), primitives)
        for name, entry in opcode_file.data["internal"].items()
    }
    return Spec(opcodes, internal, primitives, bifs)


class _File:
    """A YAML file: its data, and the line on which each entry's semantics begin."""

    def __init__(self, path: Path) -> None:
        self.path = path
        text = path.read_text(encoding="utf-8")
        try:
            self.data: dict[str, Any] = yaml.load(text, Loader=_Loader)
            root = yaml.compose(text, Loader=_Loader)
        except yaml.YAMLError as error:
            raise SpecError(f"{path.name}: {error}") from error
        self._lines: dict[tuple[str, ...], int] = {}
        self._collect(root, ())

    def _collect(self, node: Any, path: tuple[str, ...]) -> None:
        if not isinstance(node, yaml.MappingNode):
            return
        for key, value in node.value:
            here = (*path, key.value)
            if here in self._lines:
                where = key.start_mark.line + 1
                raise SpecError(f"{self.path.name}:{where}: {key.value} stands twice")
            self._lines[here] = key.start_mark.line + 1
            if key.value == "semantics":
                block = getattr(value, "style", None) == "|"
                self._lines[path] = value.start_mark.line + (2 if block else 1)
            elif len(here) < 3:
                self._collect(value, here)

    def line(self, *path: str) -> int:
        return self._lines.get(path, 1)


def _read(folder: Path, name: str) -> _File:
    file = _File(folder / f"{name}.yaml")
    schema = json.loads((folder / "schema" / f"{name}.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    for error in validator.iter_errors(_plain(file.data)):
        path = [str(part) for part in error.absolute_path]
        where = file.line(*path[:2])
        raise SpecError(f"{name}.yaml:{where}: {'/'.join(path)}: {error.message}")
    return file


def _plain(data: Any) -> Any:
    """JSON's view of YAML data: keys are strings."""
    if isinstance(data, Mapping):
        return {str(key): _plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_plain(value) for value in data]
    return data


def _operand(name: str, text: str) -> Operand:
    match = _OPERAND.fullmatch(text)
    assert match is not None, "the schema checks the form of operand kinds"
    kind, inner = match.groups()
    if kind == "list":
        return Operand(name, kind, elements=tuple(inner.split(", ")))
    if kind == "puts":
        return Operand(name, kind, elements=("src",), length=inner)
    if kind in ("segments", "commands"):
        return Operand(name, kind, elements=("src",) if kind == "segments" else ("dst",))
    return Operand(name, kind, length=inner)


def _opcode(
    name: str,
    entry: dict[str, Any],
    line: int,
    primitives: Mapping[str, Primitive],
) -> Opcode:
    semantics = entry.get("semantics")
    body: tuple[ast.stmt, ...] = ()
    if semantics is not None:
        try:
            body = tuple(ast.parse(semantics).body)
        except SyntaxError as error:
            where = line + (error.lineno or 1) - 1
            raise SpecError(f"opcodes.yaml:{where}: {name}: {error.msg}") from error
    opcode = Opcode(
        name=name,
        code=entry["code"],
        category=entry["category"],
        operands=tuple(_operand(key, kind) for key, kind in entry["args"].items()),
        otp=entry.get("otp", {}),
        emitted=tuple(entry.get("emitted", ())),
        raises=tuple(entry["raises"]),
        doc=entry["doc"],
        semantics=semantics,
        line=line,
        body=body,
    )
    if semantics is not None:
        check_opcode(opcode, primitives)
        derived = derived_raises(opcode, primitives)
        if derived != opcode.raises:
            raise SpecError(
                f"opcodes.yaml:{line}: {name}: raises is {list(opcode.raises)}, "
                f"but its primitives raise {list(derived)}"
            )
    return opcode


def _primitive(name: str, entry: dict[str, Any]) -> Primitive:
    return Primitive(
        name=name,
        params=tuple(entry["params"].items()),
        result=entry["result"],
        raises=tuple(entry["raises"]),
        pure=entry["pure"],
        python=entry["python"],
        fast=tuple(
            FastRule(rule.get("when", {}), tuple(rule.get("small", ())), rule["python"])
            for rule in entry.get("fast", ())
        ),
        doc=entry["doc"],
    )


def _bifs(file: _File, primitives: Mapping[str, Primitive]) -> dict[str, Bif]:
    bifs: dict[str, Bif] = {}
    for module, functions in file.data.items():
        for key, entry in functions.items():
            name, _, arity = key.rpartition("/")
            line = file.line(module, key)
            params = tuple(entry["params"].items())
            if len(params) != int(arity):
                raise SpecError(f"bifs.yaml:{line}: {module}:{key}: {len(params)} params")
            semantics = entry.get("semantics")
            body = None
            if semantics is not None:
                try:
                    body = ast.parse(semantics, mode="eval").body
                except SyntaxError as error:
                    raise SpecError(f"bifs.yaml:{line}: {module}:{key}: {error.msg}") from error
            bif = Bif(
                module=module,
                name=name,
                kind=entry["kind"],
                params=params,
                result=entry["result"],
                raises=tuple(
                    Raises(item.get("class", "error"), item["reason"], item["when"])
                    for item in entry["raises"]
                ),
                guard=entry["guard"],
                pure=entry["pure"],
                suspends=entry["suspends"],
                otp=tuple(entry["otp"]),
                doc=entry["doc"],
                semantics=semantics,
                instruction=entry.get("instruction"),
                line=line,
                body=body,
            )
            if body is not None:
                check_bif(bif, primitives)
            bifs[bif.mfa] = bif
    return bifs
