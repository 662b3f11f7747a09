"""Semantics to the templates of the reference engine.

A template is the text of one instruction as a Python function, with marks where code that is
made ready fills in what it knows of the operands. `enigma_ref.machine.specialise` documents the
marks and fills them in.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from codegen.check import primitives_used
from codegen.derive import is_empty
from codegen.model import Bif, FastRule, Opcode, Primitive, Spec
from codegen.text import generated, python_literal

ATOM_PREFIX = "atom_"

KEY_PARTS = {
    "src": "i[{0}][0]", "dst": "i[{0}][0]", "inout": "i[{0}][0]", "static": "i[{0}][1]",
    "fail": 'i[{0}][1] != 0 and i[{0}][0] == "f"', "bif": "k.bif_shape(i[{0}][1])",
    "list": "k.tags(i[{0}][1])", "puts": "k.tags(i[{0}][1])",
    "segments": "k.tags(k.sources(i[{0}][1]))", "commands": "k.tags(k.destinations(i[{0}][1]))",
}  # fmt: skip
"""What code is specialised for, by operand kind: taken from operand {0} of the instruction `i`;
`k` is what links it (`enigma_ref.machine.link`)."""


def emit_engine(spec: Spec) -> str:
    """The text of `enigma_ref/_generated/engine.py`."""
    templates = []
    functions: set[str] = set()
    atoms: set[str] = set()
    inner = {name for row in spec.joins for name in row[:-1]}
    for opcode in spec.instructions.values():
        if opcode.semantics is None:
            continue
        writer = _Writer(opcode, spec.primitives)
        templates.append(_template(opcode, writer, opcode.name in inner))
        functions |= writer.functions
        atoms |= writer.atoms
    inline = []
    for bif in spec.bifs.values():
        if bif.body is None:
            continue
        text, bif_functions, bif_atoms = _inline(bif, spec.primitives)
        inline.append(text)
        functions |= bif_functions
        atoms |= bif_atoms
    modules = sorted({name.split(".")[0] for name in functions})
    head = [
        "from typing import Final",
        "",
        "from enigma_ref.machine.binaries import MatchContext",
        "from enigma_ref.machine.errors import BeamError",
        "from enigma_ref.machine.primitives import (",
        *(f"    {module}," for module in modules),
        ")",
        "from enigma_ref.machine.suspension import Leave",
        "from enigma_ref.machine.template import Template",
        "from enigma_ref.terms import (",
        "    NIL, FALSE, TRUE, Atom, Bitstring, Cons, ExternalFun, Float, Fun, Map, Pid, Port,",
        "    Record, Reference, atom,",
        ")",
        "",
        "SELECTABLE: Final = frozenset({int, Atom, Float})",
        '"""Types of the constants that select_val can choose by."""',
        "",
        "NAMESPACE: Final[dict[str, object]] = {",
        '    "BeamError": BeamError, "Leave": Leave, "SELECTABLE": SELECTABLE,',
        '    "NIL": NIL, "TRUE": TRUE, "FALSE": FALSE, "PlainInt": int,',
        '    "Atom": Atom, "Bitstring": Bitstring, "Cons": Cons, "ExternalFun": ExternalFun,',
        '    "Float": Float, "Fun": Fun, "Map": Map, "MatchContext": MatchContext,',
        '    "Pid": Pid, "Port": Port, "Record": Record, "Reference": Reference,',
        *(f'    "{_flat(name)}": {name},' for name in sorted(functions)),
        *(f'    "{ATOM_PREFIX}{name}": atom({name!r}),' for name in sorted(atoms)),
        "}",
        '"""The names that the text of templates uses."""',
        "",
        "TEMPLATES: Final[dict[str, Template]] = {",
        *templates,
        "}",
        '"""Every instruction that can run, by name."""',
        "",
        "INLINE: Final[dict[tuple[str, str, int], tuple[tuple[dict[int, str], str], ...]]] = {",
        *inline,
        "}",
        '"""Built-in functions as expressions: operand kinds by argument position, and text."""',
        "",
        "REPLACED: Final[dict[str, tuple[tuple[str, ...], str, tuple[tuple[int, int], ...]]]] = {",
        *(
            f"    {r.row[0]!r}: ({r.row[1:]!r}, {r.by!r}, {r.operands!r}),"
            for r in spec.replacements
        ),
        "}",
        '"""Instructions that become others when certain ones follow: which, the other one, and',
        "for each of its operands which instruction of the row it is taken from, and which of",
        'its operands."""',
        "",
        "JOINS: Final[tuple[tuple[str, ...], ...]] = (",
        *(f"    {row!r}," for row in spec.joins),
        ")",
        '"""Rows of instructions that run in one go, the longest first where several fit."""',
    ]
    return generated("The instructions of the reference engine.", head)


def _flat(name: str) -> str:
    """A function of the primitives under one plain name, which costs one look-up to call."""
    return name.replace(".", "_")


def _template(opcode: Opcode, writer: _Writer, inner: bool) -> str:
    variants = writer.variants()
    operands = ", ".join(f"({operand.name!r}, {operand.text!r})" for operand in opcode.operands)
    key = [f'"{opcode.name}"']
    for position, operand in enumerate(opcode.operands, start=1):
        if operand.kind in KEY_PARTS:
            key.append(KEY_PARTS[operand.kind].format(position))
    used = primitives_used(ast.Module(list(opcode.body), []), writer.primitives)
    raises = bool(opcode.raises) or any(p.raises for p in used) or writer.calls_bif
    lines = [
        f'    "{opcode.name}": Template(',
        f'        name="{opcode.name}",',
        f"        operands=({operands}{',' if len(opcode.operands) == 1 else ''}),",
        f"        raises={raises!r},",
        f"        pushes={writer.pushes!r},",
        f"        empty={is_empty(opcode)!r},",
        f"        key=lambda i, k: ({', '.join(key)},),",
        *_texts("variants", variants),
        *(_texts("inner", writer.variants(joined=True)) if inner else ()),
        "    ),",
    ]
    return "\n".join(lines)


def _texts(name: str, variants: list[tuple[dict[str, str], list[str]]]) -> list[str]:
    lines = [f"        {name}=("]
    for conditions, text in variants:
        lines.append(f"            ({conditions!r}, '''\\")
        lines.extend(text)
        lines.append("'''),")
    return [*lines, "        ),"]


def _inline(bif: Bif, primitives: Mapping[str, Primitive]) -> tuple[str, set[str], set[str]]:
    assert bif.body is not None
    positions = {name: str(index) for index, (name, _) in enumerate(bif.params)}
    operands = Opcode(
        name=bif.mfa,
        code=0,
        category="bif",
        operands=(),
        otp={},
        emitted=(),
        raises=(),
        doc="",
        semantics="",
        line=0,
        body=(ast.Expr(bif.body),),
    )
    writer = _Writer(operands, primitives, positions)
    rules = []
    for conditions, lines in writer.variants(expression=True):
        shape = {int(key): value for key, value in conditions.items()}
        rules.append(f"({shape!r}, {python_literal(lines[0])})")
    key = (bif.module, bif.name, bif.arity)
    return f"    {key!r}: ({', '.join(rules)},),", writer.functions, writer.atoms


@dataclass
class _Writer:
    """Writes one block, once for each set of operand kinds that its primitives know a rule for."""

    opcode: Opcode
    primitives: Mapping[str, Primitive]
    positions: Mapping[str, str] = field(default_factory=dict)
    """For the expression of a BIF: parameter names to argument positions."""
    functions: set[str] = field(default_factory=set)
    atoms: set[str] = field(default_factory=set)
    pushes: bool = False
    calls_bif: bool = False

    def __post_init__(self) -> None:
        self.kinds = {operand.name: operand for operand in self.opcode.operands}
        self.lines: list[str] = []
        self.conditions: Mapping[str, str] = {}

    # ---------------------------------------------------------------- variants

    def variants(
        self, expression: bool = False, joined: bool = False
    ) -> list[tuple[dict[str, str], list[str]]]:
        """Operand kinds that a variant is for, and its text; the last one is for all others.
        When `joined`, another instruction's text follows."""
        result = []
        for conditions in [*self._rules(), {}]:
            self.conditions = conditions
            self.lines = []
            if expression:
                statement = self.opcode.body[0]
                assert isinstance(statement, ast.Expr)
                self.lines.append(self.expression(statement.value, {}))
            elif joined:
                self.block(list(self.opcode.body), "", {})
            elif not self.block(list(self.opcode.body), "", {}, last=True):
                self.lines.append("return next")
            result.append((dict(conditions), self.lines))
        return result

    def _rules(self) -> list[dict[str, str]]:
        """The operand kinds that fast rules of the primitives in the block ask for."""
        found: list[dict[str, str]] = []
        for statement in self.opcode.body:
            for node in ast.walk(statement):
                if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                    continue
                primitive = self.primitives.get(node.func.id)
                if primitive is None:
                    continue
                for rule in primitive.fast:
                    conditions = self._conditions(primitive, rule, node)
                    if conditions and conditions not in found:
                        found.append(conditions)
        return found

    def _conditions(
        self, primitive: Primitive, rule: FastRule, call: ast.Call
    ) -> dict[str, str] | None:
        names = [name for name, _ in primitive.written_params]
        conditions = {}
        for param, kind in rule.when.items():
            argument = call.args[names.index(param)]
            if not isinstance(argument, ast.Name):
                return None
            operand = self.positions.get(argument.id, argument.id)
            if not self.positions and (
                argument.id not in self.kinds or self.kinds[argument.id].kind != "src"
            ):
                return None
            conditions[operand] = kind
        return conditions

    # ---------------------------------------------------------------- statements

    def out(self, indent: str, text: str) -> None:
        self.lines.append(indent + text)

    def block(
        self, body: list[ast.stmt], indent: str, env: dict[str, str], last: bool = False
    ) -> bool:
        for position, statement in enumerate(body):
            ends = last and position + 1 == len(body)
            if self.statement(statement, indent, env, ends):
                return True
        return False

    def statement(self, node: ast.stmt, indent: str, env: dict[str, str], last: bool) -> bool:
        match node:
            case ast.Pass():
                if indent:
                    self.out(indent, "pass")
            case ast.Assign([ast.Tuple(targets)], ast.Tuple(values)):
                text = ", ".join(self.expression(value, env) for value in values)
                self.out(indent, f"{', '.join(self.target(t, env) for t in targets)} = {text}")
            case ast.Assign([ast.List([ast.Starred(ast.Name(name))])], value):
                self.out(indent, f"«=*{name}» = {self.expression(value, env)}")
            case ast.Assign([target], value):
                text = self.expression(value, env)
                self.out(indent, f"{self.target(target, env)} = {text}")
            case ast.If(test, [ast.Expr(ast.Call(ast.Name("jump"), [place]))], []) if last:
                negated = isinstance(test, ast.UnaryOp)
                inner = test.operand if isinstance(test, ast.UnaryOp) else test
                there = self.expression(place, env)
                then, otherwise = ("next", there) if negated else (there, "next")
                self.out(indent, f"return {then} if {self.expression(inner, env)} else {otherwise}")
                return True
            case ast.If(test, body, orelse):
                self.out(indent, f"if {self.expression(test, env)}:")
                self.block(body, indent + "    ", env)
                if orelse:
                    self.out(indent, "else:")
                    self.block(orelse, indent + "    ", env)
            case ast.For(target, ast.Name(name), body):
                names = target.elts if isinstance(target, ast.Tuple) else [target]
                inside = dict(env)
                for element in names:
                    assert isinstance(element, ast.Name)
                    inside[element.id] = "loop"
                variables = ", ".join(ast.unparse(element) for element in names)
                self.out(indent, f"«for {variables} in {name}»")
                self.block(body, indent, inside)
                self.out(indent, "«end»")
            case ast.Try([body], [ast.ExceptHandler(_, None, [handler])]):
                fail = handler.value.args[0].id  # type: ignore[attr-defined]  # checked before
                self.out(indent, f"«try {fail}»")
                self.statement(body, indent, env, False)
                self.out(indent, f"«except {fail}»")
            case ast.Raise(ast.Call() as call):
                self.out(indent, self.expression(call, env))
                return True
            case ast.Expr(ast.Call(ast.Name("jump"), [place])):
                self.out(indent, f"return {self.expression(place, env)}")
                return True
            case ast.Expr(ast.Call(ast.Name("enter"), [place])):
                self.out(indent, "p.reductions = left = p.reductions - 1")
                self.out(indent, "if left > 0:")
                text = self.expression(place, env)
                self.out(indent, f"    return {text}")
                self.out(indent, f"p.resume = {text}")
                self.out(indent, "raise Leave")
                return True
            case ast.Expr(ast.Call(ast.Name("suspend"), [ast.Constant(why), place])):
                self.out(indent, f"p.status = {why!r}")
                self.out(indent, f"p.resume = {self.expression(place, env)}")
                self.out(indent, "raise Leave")
                return True
            case ast.Expr(ast.Call(ast.Name("push"), [value])):
                self.pushes = True
                self.out(indent, f"s.append({self.expression(value, env)})")
            case ast.Expr(ast.Call(ast.Name("grow" | "drop" as word), [value])):
                self.out(indent, f"«{word} {ast.unparse(value)}»")
            case ast.Expr(value):
                self.out(indent, self.expression(value, env))
        return False

    def target(self, node: ast.expr, env: dict[str, str]) -> str:
        if isinstance(node, ast.Subscript):
            return self.register(node)
        assert isinstance(node, ast.Name)
        if node.id in self.kinds or env.get(node.id) == "loop":
            return f"«>{node.id}»"
        env[node.id] = "local"
        return f"{node.id}_"

    # ---------------------------------------------------------------- expressions

    def register(self, node: ast.Subscript) -> str:
        match node.slice:
            case ast.Constant(int(number)):
                return f"x[{number}]"
        return f"x[«{ast.unparse(node.slice).replace(' ', '')}»]"

    def expression(self, node: ast.expr, env: dict[str, str]) -> str:
        match node:
            case ast.Constant(str(name)):
                self.atoms.add(name)
                return ATOM_PREFIX + name
            case ast.Constant(None):
                return "None"
            case ast.Constant(int(number)):
                return str(number)
            case ast.Name("nil"):
                return "NIL"
            case ast.Name("next"):
                return "next"
            case ast.Name(name):
                return self.name(name, env)
            case ast.Subscript():
                return self.register(node)
            case ast.UnaryOp(ast.Not(), operand):
                return f"not {self.expression(operand, env)}"
            case ast.BoolOp(operator, values):
                word = " and " if isinstance(operator, ast.And) else " or "
                return f"({word.join(self.expression(value, env) for value in values)})"
            case ast.Compare(left, [operator], [right]):
                words = {ast.Is: "is", ast.IsNot: "is not", ast.Eq: "==", ast.NotEq: "!="}
                sign = words[type(operator)]
                return f"{self.expression(left, env)} {sign} {self.expression(right, env)}"
            case ast.Call(ast.Name("pop"), []):
                return "s.pop()"
            case ast.Call(ast.Name("tup"), arguments):
                parts = self.arguments(arguments, env)
                return f"({''.join(p if p.endswith('*»') else p + ', ' for p in parts)})"
            case ast.Call(ast.Name(name), arguments):
                return self.call(name, arguments, env)
        raise AssertionError(f"{self.opcode.name}: {ast.unparse(node)} was let through")

    def name(self, name: str, env: dict[str, str]) -> str:
        if self.positions:
            return f"«{self.positions[name]}»"
        if env.get(name) == "local":
            return f"{name}_"
        if env.get(name) == "loop":
            return f"«{name}»"
        kind = self.kinds[name].kind
        if kind in ("src", "inout", "static"):
            return f"«{name}»"
        return f"{name}.code" if kind == "function" else name

    def arguments(self, nodes: list[ast.expr], env: dict[str, str]) -> list[str]:
        parts = []
        for node in nodes:
            match node:
                case ast.Starred(ast.Name(name)):
                    parts.append(f"«{name}*»")
                case ast.Starred(ast.Subscript(_, ast.Slice(None, ast.expr() as n))):
                    parts.append(f"«:{ast.unparse(n)}*»")
                case _:
                    parts.append(self.expression(node, env))
        return parts

    def call(self, name: str, nodes: list[ast.expr], env: dict[str, str]) -> str:
        operand = self.kinds.get(name)
        if operand is not None:
            self.calls_bif = True
            return f"«{name}({', '.join(self.bif_arguments(nodes))})»"
        primitive = self.primitives[name]
        arguments = self.arguments(nodes, env)
        names = [name for name, _ in primitive.written_params]
        written = dict(zip(names, nodes, strict=True))
        values = dict(zip(names, arguments, strict=True))
        if primitive.wants_process:
            values[primitive.params[0][0]] = "p"
        slow = self.plain(primitive, values)
        for rule in primitive.fast:
            if rule.when:
                if self._conditions(primitive, rule, ast.Call(ast.Name(name), nodes, [])) == dict(
                    self.conditions
                ):
                    return self.filled(rule.python, values)
                continue
            if not all(self.testable(written[name]) for name in rule.small):
                continue
            tests = " ".join(values[name].strip("«»") for name in rule.small)
            return f"({self.filled(rule.python, values)} if «int {tests}» else {slow})"
        return slow

    def testable(self, node: ast.expr) -> bool:
        """Whether the mark `«int ...»` can name what a call passes: operands and registers."""
        match node:
            case ast.Name(name):
                return name in self.kinds or name in self.positions
            case ast.Subscript(_, ast.Constant()):
                return True
        return False

    def bif_arguments(self, nodes: list[ast.expr]) -> list[str]:
        """Arguments of a BIF inside a mark: operand names, or x registers up to a number."""
        parts = []
        for node in nodes:
            match node:
                case ast.Name(name):
                    parts.append(name)
                case ast.Starred(ast.Subscript(_, ast.Slice(None, ast.expr() as n))):
                    parts.append(f":{ast.unparse(n)}")
                case _:
                    raise AssertionError(f"{self.opcode.name}: a BIF takes operands")
        return parts

    def plain(self, primitive: Primitive, values: Mapping[str, str]) -> str:
        if "{" in primitive.python or " " in primitive.python:
            return self.filled(primitive.python, values)
        self.functions.add(primitive.python)
        ordered = [values[name] for name, _ in primitive.params]
        return f"{_flat(primitive.python)}({', '.join(ordered)})"

    def filled(self, text: str, values: Mapping[str, str]) -> str:
        for called in re.findall(r"\b([a-z]\w*\.[a-z]\w*)\(", text):
            if not called.startswith(("x.", "s.", "p.")):
                self.functions.add(called)
                text = text.replace(called, _flat(called))
        for name, value in values.items():
            text = text.replace("{" + name + "}", value)
        return text
