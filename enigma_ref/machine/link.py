"""Makes the instructions of a function ready to run, at its first call.

Each instruction becomes a Python function made by the factory of its template (`specialise`);
it holds the function of the next instruction, so that running is `h = h(x, s, p)`. Factories
are made once for each combination of operand kinds and shared by all modules.
"""

from __future__ import annotations

import gc
import marshal
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from enigma_ref._generated.engine import INLINE, NAMESPACE, TEMPLATES
from enigma_ref._generated.opcodes import OPCODES
from enigma_ref.loader.errors import LoadError
from enigma_ref.machine.binaries import match_commands, segment_plan, segment_sources
from enigma_ref.machine.code import CatchTag, Code, Export, Function, LoadedModule
from enigma_ref.machine.process import X_REGISTERS
from enigma_ref.machine.specialise import Shape, specialise
from enigma_ref.machine.template import Template
Instruction = tuple[Any, ...]
Key = tuple[Any, ...]
Observer = Callable[[Code, str, "Function | Export", int], Code]
"""May put a function of its own in the place of an instruction: gets the instruction's, its
name, and where it stands."""

REGISTER_KINDS = ("src", "dst", "inout")
SHAPES = {"x": "x", "fr": "x", "y": "y", "i": "i", "u": "i", "h": "i", "a": "a", "f": "i"}
"""Operand tags to what specialised code knows of them; everything else is `q`."""

BIF_IMPORTS = {
    "bif0": 1, "bif1": 2, "bif2": 2, "bif3": 2, "gc_bif1": 3, "gc_bif2": 3, "gc_bif3": 3,
    "call_ext": 2, "call_ext_only": 2, "call_ext_last": 2,
}  # fmt: skip
"""Where an instruction names a function of another module."""

NAMES = tuple(entry[0] if entry else "" for entry in OPCODES)


def _shaped(template: Template) -> tuple[tuple[int, str], ...]:
    """The operands that code is specialised for: position in the instruction, and how."""
    found = []
    for position, (_, text) in enumerate(template.operands, start=1):
        kind = text.partition("(")[0]
        if kind in REGISTER_KINDS:
            found.append((position, "register"))
        elif kind in ("static", "fail", "bif", "segments", "commands", "list", "puts"):
            found.append((position, kind))
    return tuple(found)


SHAPED = {name: _shaped(template) for name, template in TEMPLATES.items()}
CALLS_OF_BIFS = {
    "call_ext": "i_call_bif",
    "call_ext_only": "i_call_bif_only",
    "call_ext_last": "i_call_bif_last",
}
TAIL_CALLS = {"call_fun": "i_call_fun_last", "call_fun2": "i_call_fun2_last"}
"""No opcode is a tail call of a fun: OTP's loader and we make one of call, deallocate, return."""


class Recipe:
    """How to make an instruction of one kind: its factory, and where its parameters are."""

    __slots__ = ("factory", "names", "parameters", "template")

    def __init__(
        self,
        template: Template,
        factory: Callable[..., Code],
        names: tuple[str, ...],
        parameters: tuple[tuple[str, int, int], ...],
    ) -> None:
        self.template = template
        self.factory = factory
        self.names = names
        self.parameters = parameters


class Recipes:
    """All recipes made so far in this Python process, by instruction and operand kinds.

    `sources` holds what `specialise` made, as code objects, so that it can be kept on disk.
    """

    def __init__(self) -> None:
        self._recipes: dict[Key, Recipe] = {}
        self.code: dict[str, bytes] = {}
        self.made = 0

    def get(self, key: Key, template: Template, shapes: dict[str, Shape]) -> Recipe:
        """The recipe for a key; `shapes` describes the operands when it has to be made."""
        recipe = self._recipes.get(key)
        if recipe is None:
            recipe = self._recipes[key] = self._make(key, template, shapes)
        return recipe

    def known(self, key: Key) -> Recipe | None:
        """The recipe for a key when it was made before."""
        return self._recipes.get(key)

    def _make(self, key: Key, template: Template, shapes: dict[str, Shape]) -> Recipe:
        stored = self.code.get(repr(key))
        if stored is None:
            source, names = specialise(template, shapes, INLINE)
            compiled = compile(source, f"<{template.name}>", "exec")
            self.code[repr(key)] = marshal.dumps((compiled, names))
            self.made += 1
        else:
            compiled, names = marshal.loads(stored)
        made: dict[str, Any] = {}
        exec(compiled, NAMESPACE, made)
        return Recipe(template, made["make"], names, _parameters(template, names))


RECIPES = Recipes()


def _parameters(template: Template, names: tuple[str, ...]) -> tuple[tuple[str, int, int], ...]:
    """For each parameter the kind of its operand, its position, and its place in a list."""
    kinds = {
        name: (kind.partition("(")[0], position)
        for position, (name, kind) in enumerate(template.operands, start=1)
    }
    found = []
    for name in names:
        if name == "next":
            found.append(("next", 0, 0))
        elif name in kinds:
            found.append((*kinds[name], 0))
        else:
            base = name.rstrip("0123456789")
            kind, position = kinds[base]
            found.append((f"{kind} element", position, int(name[len(base) :])))
    return tuple(found)


class Linker:
    """Makes functions of one system ready. `located` tells for an instruction that may raise
    where it stands, `returns` the same of the call behind a return address."""

    def __init__(self, observer: Observer | None = None) -> None:
        self.located: dict[Code, tuple[Any, int]] = {}
        self.returns: dict[Code, tuple[Any, int]] = {}
        self.observer = observer

    def prepare(self, function: Function) -> None:
        """Put code behind `function.code` that links it when it is called first."""

        def first_call(x: list[Any], s: list[Any], p: Any) -> Code:
            self.link(function)
            code: Code = function.code
            return code

        function.code = first_call
        function.ready = False

    def link(self, function: Function) -> None:
        """Make all instructions of `function` ready. Raises LoadError when it cannot be."""
        if function.ready:
            return
        enabled = gc.isenabled()
        gc.disable()
        try:
            _FunctionLinker(self, function).run()
        finally:
            if enabled:
                gc.enable()
        function.ready = True

    def stub(self, name: str, export: Export, operands: Sequence[Any]) -> Code:
        """An internal instruction with these values as operands, outside of any function."""
        template = TEMPLATES[name]
        shapes: dict[str, Shape] = {}
        for (operand, kind), value in zip(template.operands, operands, strict=True):
            shapes[operand] = value.shape if kind == "bif" else value if kind == "static" else None
        key = (name, *(v for v in shapes.values() if v is not None))
        recipe = RECIPES.get(key, template, shapes)
        values = {
            operand: value.call if kind == "bif" else value
            for (operand, kind), value in zip(template.operands, operands, strict=True)
        }
        code = recipe.factory(*[values.get(parameter) for parameter in recipe.names])
        if self.observer is not None:
            code = self.observer(code, name, export, 0)
        self.located[code] = (export, 0)
        return code


class _FunctionLinker:
    def __init__(self, linker: Linker, function: Function) -> None:
        self.linker = linker
        self.function = function
        self.module = function.module
        self.code = function.module.decoded.code
        self.labels: dict[int, Code] = {}
        self.later: list[Callable[[], None]] = []
        self.backward: list[tuple[str, int]] = []

    def run(self) -> None:
        """Last instruction first, so that each one is given the one that follows it."""
        observer = self.linker.observer
        following: Any = None
        puts: list[Any] = []
        for position in range(self.function.end - 1, self.function.first - 1, -1):
            instruction = self.code[position]
            name = NAMES[instruction[0]]
            template = TEMPLATES[name]
            if template.empty:
                if name == "label":
                    self.labels[instruction[1][1]] = following
                elif name == "put":
                    puts.append(instruction[1])
                if observer is not None and following is not None and name != "label":
                    following = self.observed(following, name, position)
                continue
            if name == "put_tuple":
                instruction = (*instruction, ("list", tuple(reversed(puts))))
                puts = []
            elif name in CALLS_OF_BIFS and self.module.imports[instruction[2][1]].bif is not None:
                name = CALLS_OF_BIFS[name]
                template = TEMPLATES[name]
                instruction = (instruction[0], instruction[2], instruction[1], *instruction[3:])
            elif name in TAIL_CALLS and self.is_followed_by(position, "deallocate", "return"):
                name = TAIL_CALLS[name]
                template = TEMPLATES[name]
                instruction = (*instruction, self.code[position + 1][1])
            following = self.make(name, template, instruction, following, position)
        for action in self.later:
            action()
        self.function.code = self.labels[self.function.entry_label]

    def is_followed_by(self, position: int, *names: str) -> bool:
        """Whether the next instructions have these names."""
        found = self.code[position + 1 : position + 1 + len(names)]
        return tuple([NAMES[instruction[0]] for instruction in found]) == names

    def observed(self, following: Code, name: str, position: int) -> Code:
        """An instruction that does nothing: all that is left of it is that it is observed."""
        assert self.linker.observer is not None
        code = self.linker.observer(following, name, self.function, position)
        place = self.linker.located.get(following)
        if place is not None:
            self.linker.located[code] = place
        return code

    def make(
        self, name: str, template: Template, instruction: Instruction, following: Any, position: int
    ) -> Code:
        """The code of one instruction."""
        recipe = self.recipe(name, template, instruction)
        arguments = []
        for parameter, (kind, at, element) in zip(recipe.names, recipe.parameters, strict=True):
            if kind == "next":
                arguments.append(following)
            elif kind == "label" or kind == "fail":
                arguments.append(self.label(instruction[at], parameter))
            else:
                arguments.append(self.value(kind, instruction, at, element))
        code = recipe.factory(*arguments)
        if self.backward:
            for parameter, label in self.backward:
                self.later.append(partial(self.patch, code, parameter, label))
            self.backward = []
        place = (self.function, position)
        if template.pushes and following is not None:
            self.linker.returns[following] = place
        if self.linker.observer is not None:
            code = self.linker.observer(code, name, self.function, position)
            self.linker.located[code] = place
        elif template.raises:
            self.linker.located[code] = place
        return code

    def recipe(self, name: str, template: Template, instruction: Instruction) -> Recipe:
        """The recipe for an instruction with operands of these kinds."""
        key: list[Any] = [name]
        for at, kind in SHAPED[name]:
            key.append(self.shape(kind, instruction[at]))
        whole = tuple(key)
        recipe = RECIPES.known(whole)
        if recipe is None:
            shapes = dict.fromkeys((operand for operand, _ in template.operands), None)
            operands = [operand for operand, _ in template.operands]
            for (at, _), shape in zip(SHAPED[name], key[1:], strict=True):
                shapes[operands[at - 1]] = shape
            recipe = RECIPES.get(whole, template, shapes)
        return recipe

    def shape(self, kind: str, operand: Any) -> Shape:
        """What code is specialised for in an operand."""
        tag, value = operand
        if kind == "register":
            return SHAPES.get(tag, "q")
        if kind == "static":
            return value
        if kind == "fail":
            return tag == "f" and value != 0
        if kind == "bif":
            bif = self.module.imports[value].bif
            if bif is None:
                imported = self.module.imports[value]
                raise LoadError(
                    self.module.name.name,
                    f"{imported.module.name}:{imported.name.name}/{imported.arity} "
                    "is called as a built-in function and is none",
                )
            return bif.shape
        if kind == "segments":
            return tuple([SHAPES.get(tag, "q") for tag, _ in segment_sources(value)])
        if kind == "commands":
            destinations = match_commands(self.module, value)[1]
            return tuple([SHAPES.get(tag, "q") for tag, _ in destinations])
        return tuple([SHAPES.get(tag, "q") for tag, _ in value])

    # ---------------------------------------------------------------- operand values

    def value(self, kind: str, instruction: Instruction, at: int, element: int) -> Any:
        """What the parameter for an operand holds."""
        if kind == "this":
            return self.module
        tag, value = instruction[at]
        if kind in REGISTER_KINDS:
            return self.constant(tag, value)
        if kind == "function":
            return self.module.by_label[value]
        if kind == "export":
            return self.module.imports[value]
        if kind == "bif":
            bif = self.module.imports[value].bif
            assert bif is not None
            return bif.call
        if kind == "catch":
            catch = CatchTag()
            self.later.append(lambda: setattr(catch, "code", self.labels[value]))
            return catch
        if kind == "lambda":
            return self.module.lambdas[value]
        if kind == "table":
            return self.table(value)
        if kind == "string":
            return self.module.decoded.strings[value:]
        if kind == "segments":
            return segment_plan(self.module, value)
        if kind == "segments element":
            return self.constant(*segment_sources(value)[element])
        if kind == "commands":
            return match_commands(self.module, value)[0]
        if kind == "commands element":
            return self.constant(*match_commands(self.module, value)[1][element])
        if kind.endswith(" element"):
            return self.constant(*value[element])
        return value

    def constant(self, tag: str, value: Any) -> Any:
        """A register number as the engine uses it, or a constant term."""
        if tag == "y":
            return -1 - value
        if tag == "a":
            return self.module.atoms[value]
        if tag == "q":
            return self.module.literals[value]
        if tag == "fr":
            return X_REGISTERS + value
        return value

    def label(self, operand: Any, parameter: str) -> Any:
        """The code at a label of this function. What lies before the instruction is not made
        yet; it is filled in when it is."""
        tag, value = operand
        if tag != "f" or value == 0:
            return None
        if value not in self.labels:
            self.backward.append((parameter, value))
            return None
        return self.labels[value]

    def patch(self, code: Code, parameter: str, label: int) -> None:
        """Fill a label into code that was made before it."""
        target = self.labels.get(label)
        if target is None:
            raise LoadError(
                self.module.name.name, f"label {label} is used outside of its function"
            )
        inner: Any = code
        cell = inner.__closure__[inner.__code__.co_freevars.index(parameter)]
        cell.cell_contents = target

    def table(self, value: Sequence[Any]) -> dict[Any, Any]:
        """A table of choices; the first of equal keys counts."""
        table: dict[Any, Any] = {}
        for (tag, item), (_, label) in zip(value[::2], value[1::2], strict=True):
            key = self.constant(tag, item)
            if key not in table:
                table[key] = self.labels.get(label)
                if table[key] is None:
                    self.later.append(partial(self.choose, table, key, label))
        return table

    def choose(self, table: dict[Any, Any], key: Any, label: int) -> None:
        """Fill a label into a table of choices that was made before it."""
        table[key] = self.labels[label]
