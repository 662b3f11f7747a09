"""Which opcodes and built-in functions have run."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from enigma_ref.machine.code import Code, Export, Function
from enigma_ref.machine.link import BIF_IMPORTS, NAMES

DIRECTIVES = frozenset(
    ("label", "line", "on_load", "nif_start", "executable_line", "debug_line", "put", "test_heap")
)
"""Opcodes that leave no code of their own; they count when the code behind them runs."""


VARIABLE: Final = "ENIGMA_COVERAGE"
"""The variable of the environment that names a folder: a booted system writes there at its end what
it has executed."""


class Coverage:
    """Notes each instruction when it runs first; directives count when code behind them runs."""

    def __init__(self) -> None:
        self.opcodes: set[str] = set()
        self.bifs: set[str] = set()

    def observe(self, code: Code, name: str, owner: Function | Export | None, at: int) -> Code:
        """An `Observer`: code that notes itself and then runs the instruction."""
        names: set[str] = set()
        bifs: set[str] = set()
        if isinstance(owner, Function):
            module = owner.module
            instruction: Any = module.decoded.code[at]
            opcode = NAMES[instruction[0]]
            names = {opcode, *_directives(module.decoded.code, owner, at)}
            operand = BIF_IMPORTS.get(opcode)
            if operand is not None:
                bifs = _bif(module.imports[instruction[operand][1]])
        elif isinstance(owner, Export):
            bifs = _bif(owner)
        opcodes_seen = self.opcodes
        bifs_seen = self.bifs

        fresh = True

        def noted(x: list[Any], s: list[Any], p: Any) -> Any:
            nonlocal fresh
            if fresh:
                fresh = False
                opcodes_seen.update(names)
                bifs_seen.update(bifs)
            return code(x, s, p)

        return noted

    def write(self, folder: Path) -> Path:
        """Write what has run into a file of its own in a folder, which is made if need be: a JSON
        object with the sorted lists `opcodes` and `bifs`. The file appears whole."""
        folder.mkdir(parents=True, exist_ok=True)
        # They take a while, and few systems write.
        import json
        from uuid import uuid4

        name = uuid4().hex
        draft = folder / f"{name}.new"
        found = {"opcodes": sorted(self.opcodes), "bifs": sorted(self.bifs)}
        draft.write_text(json.dumps(found), encoding="utf-8")
        return draft.rename(folder / f"{name}.json")


def _bif(export: Export) -> set[str]:
    if export.bif is None and export.function is not None:
        return set()
    return {f"{export.module.name}:{export.name.name}/{export.arity}"}


def _directives(code: Any, function: Function, position: int) -> set[str]:
    """The loader directives that stand right before an instruction, or make its function."""
    found = {"label", NAMES[code[-1][0]]}
    position -= 1
    while position >= function.first and NAMES[code[position][0]] in DIRECTIVES:
        found.add(NAMES[code[position][0]])
        position -= 1
    return found
