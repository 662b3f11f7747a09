"""Semantics as trees of plain lists, so that reading them takes no parser of Python.

Statements: `["set", [target, ...], [expression, ...]]`, `["set_all", operand, expression]`,
`["if", test, block, block]`, `["for", [variable, ...], operand, block]`,
`["try", statement, fail]`, `["raise", expression]`, `["jump", place]`, `["enter", place]`,
`["suspend", why, place]`, `["push", place]`, `["grow", count]`, `["drop", count]`,
`["do", expression]`. A block is a list of statements; `pass` is the empty block.

Expressions: `["name", name]` (an operand, a local or a loop variable), `["atom", name]`,
`["int", number]`, `["nil"]`, `["next"]`, `["x", number]`, `["add", number, number]`,
`["pop"]`, `["not", test]`, `["and", test, ...]`, `["or", test, ...]`, `["is_none", value]`,
`["==", a, b]`, `["!=", a, b]`, `["tuple", element, ...]` and `["call", name, argument, ...]`,
where an element or argument can also be `["all", operand]` (the elements of a list operand) or
`["x_up_to", number]` (the first x registers).
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

Tree = list["Tree | str | int"]


def block_tree(body: Sequence[ast.stmt]) -> Tree:
    """The tree of checked statements."""
    return [_statement(node) for node in body if not isinstance(node, ast.Pass)]


def _statement(node: ast.stmt) -> Tree:
    match node:
        case ast.Assign([ast.Tuple(targets)], ast.Tuple(values)):
            return ["set", _all(targets), _all(values)]
        case ast.Assign([ast.List([ast.Starred(ast.Name(name))])], value):
            return ["set_all", name, expression_tree(value)]
        case ast.Assign([target], value):
            return ["set", _all([target]), _all([value])]
        case ast.If(test, body, orelse):
            return ["if", expression_tree(test), block_tree(body), block_tree(orelse)]
        case ast.For(target, ast.Name(name), body):
            variables = target.elts if isinstance(target, ast.Tuple) else [target]
            return ["for", [ast.unparse(v) for v in variables], name, block_tree(body)]
        case ast.Try([body], [ast.ExceptHandler(_, None, [ast.Expr(ast.Call(_, [fail]))])]):
            return ["try", _statement(body), ast.unparse(fail)]
        case ast.Raise(ast.Call() as call):
            return ["raise", expression_tree(call)]
        case ast.Expr(ast.Call(ast.Name("suspend"), [ast.Constant(str(why)), place])):
            return ["suspend", why, expression_tree(place)]
        case ast.Expr(
            ast.Call(ast.Name("jump" | "enter" | "push" | "grow" | "drop" as word), [value])
        ):
            return [word, expression_tree(value)]
        case ast.Expr(value):
            return ["do", expression_tree(value)]
    raise AssertionError(f"{ast.unparse(node)} was let through")


def expression_tree(node: ast.expr) -> Tree:
    """The tree of a checked expression."""
    match node:
        case ast.Constant(str(name)):
            return ["atom", name]
        case ast.Constant(int(number)):
            return ["int", number]
        case ast.Name("nil" | "next" as word):
            return [word]
        case ast.Name(name):
            return ["name", name]
        case ast.Starred(ast.Name(name)):
            return ["all", name]
        case ast.Starred(ast.Subscript(_, ast.Slice(None, ast.expr() as number))):
            return ["x_up_to", expression_tree(number)]
        case ast.Subscript(_, number):
            return ["x", expression_tree(number)]
        case ast.BinOp(left, ast.Add(), right):
            return ["add", *_all([left, right])]
        case ast.UnaryOp(ast.Not(), operand):
            return ["not", expression_tree(operand)]
        case ast.BoolOp(operator, values):
            return ["and" if isinstance(operator, ast.And) else "or", *_all(values)]
        case ast.Compare(left, [ast.Is()], _):
            return ["is_none", expression_tree(left)]
        case ast.Compare(left, [ast.IsNot()], _):
            return ["not", ["is_none", expression_tree(left)]]
        case ast.Compare(left, [operator], [right]):
            sign = "==" if isinstance(operator, ast.Eq) else "!="
            return [sign, *_all([left, right])]
        case ast.Call(ast.Name("pop"), []):
            return ["pop"]
        case ast.Call(ast.Name("tup"), elements):
            return ["tuple", *_all(elements)]
        case ast.Call(ast.Name(name), arguments):
            return ["call", name, *_all(arguments)]
    raise AssertionError(f"{ast.unparse(node)} was let through")


def _all(nodes: Sequence[ast.expr]) -> Tree:
    return [expression_tree(node) for node in nodes]
