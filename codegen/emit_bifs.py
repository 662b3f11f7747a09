"""The table of built-in functions, with the argument checks that their types imply."""

from __future__ import annotations

import re

from codegen.model import Bif, Spec
from codegen.text import generated

TESTS = {
    "atom()": "type({}) is not Atom",
    "module()": "type({}) is not Atom",
    "boolean()": "{0} is not TRUE and {0} is not FALSE",
    "integer()": "type({}) is not int",
    "non_neg_integer()": "type({0}) is not int or {0} < 0",
    "pos_integer()": "type({0}) is not int or {0} < 1",
    "float()": "type({}) is not Float",
    "number()": "type({0}) is not int and type({0}) is not Float",
    "tuple()": "type({}) is not tuple",
    "map()": "type({}) is not Map",
    "binary()": "type({0}) is not Bitstring or {0}.size & 7",
    "bitstring()": "type({}) is not Bitstring",
    "pid()": "type({}) is not Pid",
    "port()": "type({}) is not Port",
    "reference()": "type({}) is not Reference",
    "list()": "type({0}) is not Cons and {0} is not NIL",
    "string()": "type({0}) is not Cons and {0} is not NIL",
}
"""Erlang types that one look at a term decides, and the test that fails for other terms."""


def checkable(type_: str) -> str | None:
    """The test for an argument that is not of this type; None when one look cannot tell."""
    if type_.startswith(("[", "list(")) and _is_one(type_):
        type_ = "list()"
    return TESTS.get(type_)


def _is_one(type_: str) -> bool:
    """Whether the first bracket closes at the very end: no alternatives, no operators."""
    depth = 0
    for position, character in enumerate(type_):
        depth += (character in "([{") - (character in ")]}")
        if depth == 0 and character in ")]}":
            return position + 1 == len(type_)
    return False


def checks(bif: Bif) -> list[tuple[str, str, str]]:
    """For each parameter to check: its name, the failing test, and what it raises."""
    reasons = [item.reason.replace(" ", "") for item in bif.raises if item.cls == "error"]
    found: list[tuple[str, str, str]] = []
    own_errors = (
        any(reason.startswith("{badrecord,") for reason in reasons)
        or any(item.causes for item in bif.raises)
        or "undef" in reasons
    )
    if own_errors:
        # Its arguments have errors of their own, in an order of its own, or it is not there.
        return found
    for name, type_ in bif.params:
        test = checkable(type_)
        if test is None:
            continue
        variable = name.lower() + "_"
        if type_ == "map()" and f"{{badmap,{name}}}" in reasons:
            raised = f"badmap({variable})"
        elif "badarg" in reasons:
            raised = "badarg()"
        elif "badarith" in reasons:
            raised = "badarith()"
        else:
            continue
        found.append((variable, test.format(variable), raised))
    if len(found) > 1 and "badarg" in reasons and {"badarith", "system_limit"} & set(reasons):
        # An argument may be too large before another one is looked at.
        return []
    return found


def _identifier(name: str) -> str:
    """A Python name for an Erlang one; what is no letter is spelled by its code."""
    return re.sub(r"\W", lambda match: f"x{ord(match[0]):02x}", name)


def emit_bifs(spec: Spec) -> str:
    """The text of `enigma_ref/_generated/bifs.py`."""
    functions = []
    rows = []
    for bif in spec.bifs.values():
        found = checks(bif) if bif.semantics is None and bif.instruction is None else []
        check = "None"
        if found:
            check = "check_" + _identifier(f"{bif.module}_{bif.name}_{bif.arity}")
            params = ", ".join(f"{name.lower()}_: Any" for name, _ in bif.params)
            functions += ["", "", f"def {check}({params}) -> None:"]
            for _, test, raised in found:
                functions += [f"    if {test}:", f"        raise {raised}"]
        releases = f"({', '.join(map(str, bif.otp))},)"
        instruction = f'"{bif.instruction}"' if bif.instruction else "None"
        rows.append(
            f'    ("{bif.module}", "{bif.name}", {bif.arity}): '
            f'BifEntry("{bif.kind}", {releases}, {bif.guard}, {bif.pure}, {bool(bif.semantics)}, '
            f"{instruction}, {check}),"
        )
    lines = [
        "from collections.abc import Callable",
        "from typing import Any, Final, NamedTuple",
        "",
        "from enigma_ref.machine.errors import badarg, badarith, badmap",
        "from enigma_ref.terms import (",
        "    FALSE, NIL, TRUE, Atom, Bitstring, Cons, Float, Map, Pid, Port, Reference,",
        ")",
        "",
        "",
        "class BifEntry(NamedTuple):",
        '    """What the specification says of a built-in function.',
        "",
        "    `pure` tells that it has no effect and depends on its arguments only,",
        "    `in_place` tells that it is written in semantics, `instruction` names the internal",
        "    instruction that implements it, `check` raises for arguments of wrong types.",
        '    """',
        "",
        "    kind: str",
        "    releases: tuple[int, ...]",
        "    guard: bool",
        "    pure: bool",
        "    in_place: bool",
        "    instruction: str | None",
        "    check: Callable[..., None] | None",
        *functions,
        "",
        "",
        "BIFS: Final[dict[tuple[str, str, int], BifEntry]] = {",
        *rows,
        "}",
        '"""Every built-in function and runtime NIF, by module, name and arity."""',
    ]
    return generated("The built-in functions and their argument checks.", lines)
