"""Stack traces: from return addresses to the list that programs see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from enigma_ref._generated.opcodes import OPCODES
from enigma_ref.terms import NIL, Term, atom, make_list, make_string

if TYPE_CHECKING:
    from enigma_ref.loader.module import Module
    from enigma_ref.machine.code import Function, RawTrace

LOCATING = {
    number: 2 if entry[0] == "debug_line" else 1
    for number, entry in enumerate(OPCODES)
    if entry and entry[0] in ("line", "executable_line", "debug_line")
}
"""Opcodes that say which line the code after them is from, and which operand says it."""

LAST_LINE = (1 << 24) - 2
"""What comes behind does not fit into what the runtime keeps of a place, and is not told."""

FILE = atom("file")
LINE = atom("line")


def trace_term(trace: RawTrace) -> Term:
    """The items `{Module, Function, Arity | Arguments, Location}`, innermost call first
    (Erlang reference manual, Errors and Error Handling)."""
    if trace.given is not None:
        return trace.given
    items: list[Term] = []
    if trace.head is not None:
        items.append(trace.head)
    for function, position in trace.places:
        known = function.module.locations
        item = known.get(position)
        if item is None:
            where = location(function, position)
            item = known[position] = (function.module.name, function.name, function.arity, where)
        items.append(item)
    return make_list(items)


def location(function: Function, position: int) -> Term:
    """`[{file, File}, {line, Line}]` of an instruction, or [] when the module does not tell."""
    return location_in(function.module.decoded, function.first, position)


def location_in(decoded: Module, first: int, position: int) -> Term:
    """The same, of a module that need not be loaded, where the function begins at `first`."""
    code = decoded.code
    while position >= first:
        instruction: Any = code[position]
        operand = LOCATING.get(instruction[0])
        if operand is not None:
            file_index, line = decoded.lines[instruction[operand][1]]
            if line == 0 or line > LAST_LINE:
                return NIL
            name = decoded.file_names[file_index]
            return make_list([(FILE, make_string(name)), (LINE, line)])
        position -= 1
    return NIL
