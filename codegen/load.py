"""spec/*.yaml to a checked `Spec`."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from codegen.check import check_bif, check_opcode, primitives_used
from codegen.derive import falls_through, is_empty, uses_next
from codegen.model import (
    Bif,
    FastRule,
    Opcode,
    Operand,
    Primitive,
    Raises,
    Replacement,
    Spec,
    SpecError,
)
from codegen.raises import derived_raises
from codegen.types import TypeSyntaxError, parse_type

_OPERAND = re.compile(r"(\w+)(?:\(([\w, ]+)\))?")
_PLACE = re.compile(r"\{(\w+)\}")
_VARIABLE = re.compile(r"\b[A-Z]\w*")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_spec(folder: Path) -> Spec:
    """Read, validate and check everything in `folder`. Raises SpecError with file and line."""
    opcode_file = _read(folder, "opcodes")
    primitive_file = _read(folder, "primitives")
    primitives = {
        name: _primitive(name, entry, primitive_file.line(name))
        for name, entry in primitive_file.data.items()
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
    _check_numbers([*opcodes.values(), *internal.values()])
    for bif in bifs.values():
        if bif.instruction is not None and bif.instruction not in internal:
            raise SpecError(
                f"bifs.yaml:{bif.line}: {bif.mfa}: there is no instruction {bif.instruction}"
            )
    transforms = _read(folder, "transforms")
    instructions = {**opcodes, **internal}
    return Spec(
        opcodes,
        internal,
        primitives,
        bifs,
        [_replacement(entry, instructions) for entry in transforms.data["replace"]],
        [_join(tuple(row), instructions, primitives) for row in transforms.data["join"]],
    )


def _replacement(entry: Mapping[str, Any], instructions: Mapping[str, Opcode]) -> Replacement:
    """A row that becomes another instruction. Raises SpecError when it makes no sense."""
    where: dict[str, tuple[int, int]] = {}
    names = []
    for number, text in enumerate(entry["row"]):
        name, *operands = text.split()
        _check_pattern(text, name, operands, instructions)
        names.append(name)
        for index, operand in enumerate(operands, start=1):
            if where.setdefault(operand, (number, index)) != (number, index):
                raise SpecError(f"transforms.yaml: {text}: {operand} stands twice in the row")
    by, *wanted = entry["by"].split()
    _check_pattern(entry["by"], by, wanted, instructions)
    for operand in wanted:
        if operand not in where:
            raise SpecError(f"transforms.yaml: {entry['by']}: no {operand} in the row")
    return Replacement(tuple(names), by, tuple(where[operand] for operand in wanted))


def _check_pattern(
    text: str, name: str, operands: Sequence[str], instructions: Mapping[str, Opcode]
) -> None:
    if name not in instructions:
        raise SpecError(f"transforms.yaml: {text}: there is no instruction {name}")
    expected = sum(operand.in_file for operand in instructions[name].operands)
    if len(operands) != expected:
        raise SpecError(f"transforms.yaml: {text}: {name} has {expected} operands")


def _join(
    row: tuple[str, ...],
    instructions: Mapping[str, Opcode],
    primitives: Mapping[str, Primitive],
) -> tuple[str, ...]:
    """A row that runs in one go. Raises SpecError when one of its instructions cannot."""
    for name in row:
        opcode = instructions.get(name)
        if opcode is None or opcode.semantics is None:
            raise SpecError(f"transforms.yaml: {', '.join(row)}: there is no instruction {name}")
        if is_empty(opcode):
            raise SpecError(f"transforms.yaml: {', '.join(row)}: {name} does nothing")
    for name in row[:-1]:
        if not falls_through(instructions[name]) or uses_next(instructions[name]):
            raise SpecError(f"transforms.yaml: {', '.join(row)}: nothing follows {name}")
    return row


def _check_numbers(opcodes: Iterable[Opcode]) -> None:
    names: dict[int, str] = {}
    for opcode in opcodes:
        other = names.setdefault(opcode.code, opcode.name)
        if other != opcode.name:
            raise SpecError(
                f"opcodes.yaml:{opcode.line}: {opcode.name}: number {opcode.code} is {other}'s"
            )


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
        self._semantics: dict[tuple[str, ...], int] = {}
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
                self._semantics[path] = value.start_mark.line + (2 if block else 1)
            else:
                self._collect(value, here)

    def line(self, *path: str) -> int:
        """Where the semantics of an entry begin; the entry itself when it has none."""
        return self._semantics.get(path) or self.key_line(path)

    def key_line(self, path: Sequence[str]) -> int:
        """Where the innermost key on a path stands."""
        for length in range(len(path), 0, -1):
            if line := self._lines.get(tuple(path[:length])):
                return line
        return 1


def _read(folder: Path, name: str) -> _File:
    file = _File(folder / f"{name}.yaml")
    schema = json.loads((folder / "schema" / f"{name}.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    for error in validator.iter_errors(_plain(file.data)):
        path = [str(part) for part in error.absolute_path]
        raise SpecError(f"{name}.yaml:{file.key_line(path)}: {'/'.join(path)}: {error.message}")
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
    check_opcode(opcode, primitives)
    if semantics is not None:
        try:
            derived = derived_raises(opcode, primitives)
        except ValueError as error:
            raise SpecError(f"opcodes.yaml:{line}: {name}: {error}") from error
        if derived != opcode.raises:
            raise SpecError(
                f"opcodes.yaml:{line}: {name}: raises is {list(opcode.raises)}, "
                f"but its primitives raise {list(derived)}"
            )
    return opcode


def _primitive(name: str, entry: dict[str, Any], line: int) -> Primitive:
    texts = [entry["python"]]
    used: set[str] = set()
    for rule in entry.get("fast", ()):
        texts.append(rule["python"])
        used.update(rule.get("when", ()), rule.get("small", ()))
    used.update(place for text in texts for place in _PLACE.findall(text))
    unknown = sorted(used - set(entry["params"]))
    if unknown:
        raise SpecError(f"primitives.yaml:{line}: {name}: no parameter {', '.join(unknown)}")
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
            for type_ in (*entry["params"].values(), entry["result"]):
                try:
                    parse_type(type_)
                except TypeSyntaxError as error:
                    raise SpecError(f"bifs.yaml:{line}: {module}:{key}: {error}") from error
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
                    Raises(
                        item.get("class", "error"),
                        item["reason"],
                        item["when"],
                        tuple(item.get("causes", ())),
                    )
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
                _check_against_primitives(bif, body, primitives)
            bifs[bif.mfa] = bif
    return bifs


def _check_against_primitives(
    bif: Bif, body: ast.expr, primitives: Mapping[str, Primitive]
) -> None:
    """Raise SpecError unless a BIF owns up to what the primitives in its semantics do.

    Names of variables in reasons do not count. A BIF may list more: limits that only large
    operands reach, or what only some releases raise.
    """
    listed = {_nameless(item.reason) for item in bif.raises if item.cls == "error"}
    for primitive in primitives_used(body, primitives):
        where = f"bifs.yaml:{bif.line}: {bif.mfa}: {primitive.name}"
        if bif.pure and not primitive.pure:
            raise SpecError(f"{where} is not pure")
        for reason in primitive.raises:
            if _nameless(reason) not in listed:
                raise SpecError(f"{where} raises {reason}, which is not listed")


def _nameless(reason: str) -> str:
    return _VARIABLE.sub("_", reason).replace(" ", "")
