"""Checks semantics: names, kinds, types, and that control flow is explicit.

The language is a small subset of Python's syntax; docs/spec-language.md describes it.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import NoReturn

from codegen.model import Bif, Opcode, Operand, Primitive, SpecError

READS_AS = {
    "src": "term",
    "inout": "term",
    "catch": "term",
    "label": "code",
    "fail": "code",
    "function": "code",
    "uint": "uint",
    "static": "uint",
    "export": "export",
    "lambda": "lambda",
    "table": "table",
    "string": "string",
    "segments": "plan",
    "commands": "plan",
    "this": "module",
}
"""The type of the value that an operand of a kind reads as."""

LISTS = ("list", "puts", "segments", "commands")
TERMS = ("term", "num")
STATUSES = ("waiting", "hibernating", "dozing", "yielding", "exited")

Environment = dict[str, str]
"""Names of locals and loop variables: an operand kind (`src`, `dst`) or a type."""


def check_opcode(opcode: Opcode, primitives: Mapping[str, Primitive]) -> None:
    """Raise SpecError with file, opcode and line unless the semantics are well-formed."""
    _Checker(opcode, primitives).run()


def check_bif(bif: Bif, primitives: Mapping[str, Primitive]) -> None:
    """The same for the expression that a BIF's semantics are."""
    opcode = Opcode(
        name=bif.mfa,
        code=0,
        category="bif",
        operands=tuple(Operand(name, "src") for name, _ in bif.params),
        otp={},
        emitted=(),
        raises=(),
        doc=bif.doc,
        semantics=bif.semantics,
        line=bif.line,
    )
    assert bif.body is not None
    checker = _Checker(opcode, primitives, file="bifs.yaml")
    checker.want(bif.body, "term", {})


def primitives_used(node: ast.AST, primitives: Mapping[str, Primitive]) -> list[Primitive]:
    """The primitives that a semantics block calls, in order, each once."""
    found: dict[str, Primitive] = {}
    for child in ast.walk(node):
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Name):
            primitive = primitives.get(child.func.id)
            if primitive is not None:
                found.setdefault(primitive.name, primitive)
    return list(found.values())


class _Checker:
    def __init__(
        self, opcode: Opcode, primitives: Mapping[str, Primitive], file: str = "opcodes.yaml"
    ) -> None:
        self.opcode = opcode
        self.primitives = primitives
        self.file = file
        self.operands = {operand.name: operand for operand in opcode.operands}

    def fail(self, node: ast.AST | None, message: str) -> NoReturn:
        line = self.opcode.line + getattr(node, "lineno", 1) - 1
        shown = "" if node is None else f" in `{ast.unparse(node)}`"
        raise SpecError(f"{self.file}:{line}: {self.opcode.name}: {message}{shown}")

    def run(self) -> None:
        for operand in self.opcode.operands:
            for kind in (operand.kind, *operand.elements):
                if kind not in READS_AS and kind not in (
                    *LISTS,
                    "dst",
                    "bif",
                    "live",
                    "heap",
                    "skip",
                ):
                    self.fail(None, f"operand {operand.name} has the unknown kind {kind}")
            if operand.length is not None and operand.length not in self.operands:
                self.fail(None, f"operand {operand.name} names no operand as its length")
        for outer in self.opcode.body:
            for inner in ast.walk(outer):
                if isinstance(inner, ast.For | ast.Try) and inner is not outer:
                    self.fail(inner, "for and try stand at the outer level only")
        self.block(list(self.opcode.body), {})

    # ---------------------------------------------------------------- statements

    def block(self, body: list[ast.stmt], env: Environment) -> bool:
        """Check statements; whether control never gets past them."""
        for position, statement in enumerate(body):
            if self.statement(statement, env):
                if position + 1 < len(body):
                    self.fail(body[position + 1], "unreachable statement")
                return True
        return False

    def statement(self, node: ast.stmt, env: Environment) -> bool:
        match node:
            case ast.Pass():
                return False
            case ast.Assign([ast.Tuple(targets)], ast.Tuple(values)) if len(targets) == len(values):
                types = [self.type(value, env) for value in values]
                for target, type_ in zip(targets, types, strict=True):
                    self.target(target, type_, env)
                return False
            case ast.Assign([ast.List([ast.Starred(ast.Name(name))])], value):
                if name not in self.operands or self.operands[name].kind != "commands":
                    self.fail(node, "only commands have several destinations")
                self.want(value, "term", env)
                return False
            case ast.Assign([target], value):
                self.target(target, self.type(value, env), env)
                return False
            case ast.If(test, body, orelse):
                return self.conditional(test, body, orelse, env)
            case ast.For(target, ast.Name(name), body, []):
                return self.loop(node, target, name, body, env)
            case ast.Try([body], [ast.ExceptHandler(ast.Name("Error"), None, [handler])], [], []):
                if self.statement(body, env):
                    self.fail(body, "try protects an assignment or a call")
                self.handler(handler, env)
                return False
            case ast.Raise(ast.Call() as call):
                if self.type(call, env) != "never":
                    self.fail(call, "the primitive does not always raise")
                return True
            case ast.Expr(ast.Call(ast.Name("jump" | "enter"), [target])):
                self.want(target, "code", env)
                return True
            case ast.Expr(ast.Call(ast.Name("suspend"), [ast.Constant(str(why)), target])):
                if why not in STATUSES:
                    self.fail(node, f"a process cannot be {why!r}")
                self.want(target, "code", env)
                return True
            case ast.Expr(ast.Call(ast.Name("push"), [value])):
                self.want(value, "code", env)
                return False
            case ast.Expr(ast.Call(ast.Name("grow" | "drop"), [value])):
                self.static(value)
                return False
            case ast.Expr(ast.Call() as call):
                self.want(call, "unit", env)
                return False
        self.fail(node, "statement is not in the language")

    def conditional(
        self, test: ast.expr, body: list[ast.stmt], orelse: list[ast.stmt], env: Environment
    ) -> bool:
        self.want(test, "bool", env)
        for branch in (body, orelse):
            if branch and all(_may_vanish(statement) for statement in branch):
                self.fail(branch[0], "a branch that may do nothing")
        leaves = self.block(body, dict(env))
        others_leave = self.block(orelse, dict(env))
        match test:
            case ast.Compare(ast.Name(name), [ast.Is()], _) if leaves and env.get(name) == "opt":
                env[name] = "term"
        return leaves and others_leave and bool(orelse)

    def loop(
        self, node: ast.stmt, target: ast.expr, name: str, body: list[ast.stmt], env: Environment
    ) -> bool:
        names = [
            element.id
            for element in (target.elts if isinstance(target, ast.Tuple) else [target])
            if isinstance(element, ast.Name)
        ]
        operand = self.operands.get(name)
        if operand is None or operand.kind != "list" or len(names) != len(operand.elements):
            self.fail(node, "a loop goes over the elements of a list operand")
        inner = dict(env)
        inner.update(zip(names, operand.elements, strict=True))
        self.block(body, inner)
        return False

    def handler(self, node: ast.stmt, env: Environment) -> None:
        match node:
            case ast.Expr(ast.Call(ast.Name("jump"), [ast.Name(name)])):
                if name in self.operands and self.operands[name].kind == "fail":
                    return
        self.fail(node, "a handler is jump(F) with a fail operand F")

    def target(self, node: ast.expr, type_: str, env: Environment) -> None:
        if isinstance(node, ast.Subscript):
            self.register(node)
        elif isinstance(node, ast.Name):
            kind = env.get(node.id)
            operand = self.operands.get(node.id)
            if operand is not None:
                kind = operand.kind
            if kind in ("dst", "inout"):
                pass
            elif operand is not None or kind in READS_AS:
                self.fail(node, f"operand of kind {kind} cannot be written")
            elif node.id in self.primitives or kind is not None:
                self.fail(node, f"{node.id} is a name already")
            elif type_ in ("unit", "never"):
                self.fail(node, "there is no value to store")
            else:
                env[node.id] = type_
                return
        else:
            self.fail(node, "cannot be assigned")
        if type_ not in TERMS:
            self.fail(node, f"a register cannot hold {type_}")

    # ---------------------------------------------------------------- expressions

    def static(self, node: ast.expr) -> None:
        match node:
            case ast.Constant(int(number)) if type(number) is int:
                return
            case ast.Name(name) if name in self.operands and self.operands[name].kind == "static":
                return
            case ast.BinOp(left, ast.Add(), ast.Constant(int())):
                self.static(left)
                return
        self.fail(node, "a constant or a static operand is needed")

    def register(self, node: ast.Subscript) -> None:
        if not (isinstance(node.value, ast.Name) and node.value.id == "x"):
            self.fail(node, "only x[...] has an index")
        self.static(node.slice)

    def want(self, node: ast.expr, type_: str, env: Environment) -> None:
        found = self.type(node, env)
        if found != type_ and not (type_ in TERMS and found in TERMS):
            self.fail(node, f"{type_} is needed here, not {found}")

    def type(self, node: ast.expr, env: Environment) -> str:
        match node:
            case ast.Constant(str()) | ast.Name("nil"):
                return "term"
            case ast.Constant(int(number)) if type(number) is int:
                return "uint"
            case ast.Name("next"):
                return "code"
            case ast.Name(name):
                return self.name(node, name, env)
            case ast.Subscript():
                self.register(node)
                return "term"
            case ast.UnaryOp(ast.Not(), operand):
                self.want(operand, "bool", env)
                return "bool"
            case ast.BoolOp(_, values):
                for value in values:
                    self.want(value, "bool", env)
                return "bool"
            case ast.Compare(left, [ast.Is() | ast.IsNot()], [ast.Constant(None)]):
                if self.type(left, env) not in ("opt", "values", "term"):
                    self.fail(node, "this is never None")
                return "bool"
            case ast.Compare(left, [ast.Eq() | ast.NotEq()], [right]):
                self.want(left, "uint", env)
                self.want(right, "uint", env)
                return "bool"
            case ast.Call(ast.Name("pop"), []):
                return "code"
            case ast.Call(ast.Name("tup"), arguments):
                self.arguments(arguments, env)
                return "term"
            case ast.Call(ast.Name(name), arguments):
                return self.call(node, name, arguments, env)
        self.fail(node, "expression is not in the language")

    def name(self, node: ast.expr, name: str, env: Environment) -> str:
        kind = env.get(name)
        operand = self.operands.get(name)
        if operand is not None:
            kind = operand.kind
        if kind is None:
            self.fail(node, f"unknown name {name}")
        if kind == "dst":
            self.fail(node, "a dst operand can only be written")
        if kind in ("live", "heap", "skip", "bif", "list", "puts"):
            self.fail(node, f"an operand of kind {kind} has no value")
        type_ = READS_AS.get(kind, kind)
        return "term" if type_ == "values" else type_

    def call(self, node: ast.expr, name: str, arguments: list[ast.expr], env: Environment) -> str:
        operand = self.operands.get(name)
        if operand is not None and operand.kind == "bif":
            self.arguments(arguments, env)
            return "term"
        primitive = self.primitives.get(name)
        if primitive is None:
            self.fail(node, f"unknown primitive {name}")
        params = primitive.written_params
        if len(params) != len(arguments):
            self.fail(node, f"{name} takes {len(params)} arguments, not {len(arguments)}")
        for (_, type_), argument in zip(params, arguments, strict=True):
            self.want(argument, type_, env)
        return primitive.result

    def arguments(self, nodes: list[ast.expr], env: Environment) -> None:
        for node in nodes:
            match node:
                case ast.Starred(ast.Name(name)):
                    operand = self.operands.get(name)
                    if operand is None or operand.kind not in LISTS:
                        self.fail(node, "only list operands spread")
                case ast.Starred(ast.Subscript(ast.Name("x"), ast.Slice(None, ast.expr() as n))):
                    self.static(n)
                case _:
                    self.want(node, "term", env)


def _may_vanish(node: ast.stmt) -> bool:
    """Whether code that is made ready may hold nothing of a statement, as of drop(0)."""
    match node:
        case ast.Pass() | ast.Expr(ast.Call(ast.Name("grow" | "drop"))):
            return True
    return False
