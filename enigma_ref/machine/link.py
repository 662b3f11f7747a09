"""Makes the instructions of a function ready to run, at its first call.

Each instruction becomes a Python function made by the factory for its kinds of operands
(`recipes`); it holds the function of the next instruction, so that running is `h = h(x, s, p)`.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from functools import partial
from types import CodeType
from typing import Any, ParamSpec

from enigma_ref._generated.engine import JOINS, REPLACED, TEMPLATES
from enigma_ref._generated.opcodes import OPCODES
from enigma_ref.loader.errors import LoadError
from enigma_ref.machine.binaries import (
    Command,
    Operand,
    Segment,
    match_commands,
    segment_plan,
    segment_sources,
)
from enigma_ref.machine.code import CatchTag, Code, Export, Function, LoadedModule
from enigma_ref.machine.recipes import RECIPES
from enigma_ref.machine.registers import Registers
from enigma_ref.machine.template import Template
from enigma_ref.terms import atom

Instruction = tuple[Any, ...]
Made = ParamSpec("Made")
Place = tuple[Any, int]
"""Where an instruction stands: in which function and where in its module; for one that belongs
to no function, its export entry and 0."""

Observer = Callable[[Code, str, "Function | Export", int], Code]
"""May put a function of its own in the place of an instruction: gets the instruction's, its
name, and where it stands."""

BIF_IMPORTS = {
    "bif0": 1, "bif1": 2, "bif2": 2, "bif3": 2, "gc_bif1": 3, "gc_bif2": 3, "gc_bif3": 3,
    "call_ext": 2, "call_ext_only": 2, "call_ext_last": 2,
}  # fmt: skip
"""Where an instruction names a function of another module."""

NAMES = tuple(entry[0] if entry else "" for entry in OPCODES)
ON_LOAD = NAMES.index("on_load")

BY_OPCODE: tuple[Any, ...] = tuple(map(TEMPLATES.get, NAMES))
"""Templates by number; None where there is no such opcode, which no loaded module has."""

CALLS_OF_BIFS = {
    "call_ext": "i_call_bif",
    "call_ext_only": "i_call_bif_only",
    "call_ext_last": "i_call_bif_last",
}

_CALLS = tuple(CALLS_OF_BIFS)
CALLS_IN_PLACE = {
    (atom("erlang"), atom(name), arity): dict(zip(_CALLS, instructions.split(), strict=True))
    for name, arity, instructions in (
        ("apply", 2, "i_apply_fun i_apply_2 i_apply_fun_last"),
        ("apply", 3, "i_apply i_apply_3 i_apply_last"),
        ("hibernate", 0, "i_hibernate i_hibernate_0 i_hibernate_last"),
        ("hibernate", 3, "i_hibernate_3 i_hibernate_3 i_hibernate_3"),
    )
}
"""Functions whose calls are instructions of their own, and those for each form of the call."""

UNARY_PLUS = (atom("erlang"), atom("+"), 1)

REWRITTEN = frozenset({"put_tuple", "gc_bif1", *CALLS_OF_BIFS, *REPLACED})
"""Instructions that may run as another one, or with operands from elsewhere."""

Row = tuple[Template, Instruction, Any]
"""An instruction as it runs, and the code of the one that follows."""


def _joins() -> dict[str, tuple[tuple[str, ...], ...]]:
    """By the name of the first instruction, those that run together with it: where only the first
    can raise, so that the place of all of them is the place of the exception."""
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for first, *others in sorted(JOINS, key=len, reverse=True):
        if not any(TEMPLATES[name].raises for name in others):
            found[first] = (*found.get(first, ()), tuple(others))
    return found


JOINED = _joins()


class Linker:
    """Makes functions of one system ready, and knows where their instructions stand."""

    def __init__(self, observer: Observer | None = None) -> None:
        self.observer = observer
        self.registers = Registers()
        self._located: dict[Code, Place] = {}
        self._returns: dict[Code, Place] = {}
        self._unlisted: list[tuple[Function, list[Code | None]]] = []

    def prepare(self, function: Function) -> None:
        """Put code behind `function.code` that links it when it is called first."""
        function.begin_at(_first_call(self, function))
        function.ready = False

    def link(self, function: Function) -> None:
        """Make all instructions of `function` ready. Raises LoadError when it cannot be."""
        if function.ready:
            return
        enabled = gc.isenabled()
        gc.disable()
        try:
            made, entry = self.instructions(function)
        finally:
            if enabled:
                gc.enable()
        function.begin_at(entry)
        function.ready = True
        self._unlisted.append((function, made))

    def instructions(self, function: Function) -> tuple[list[Code | None], Code]:
        """The code of all instructions of a function, by position, and where it begins."""
        return _FunctionLinker(self, function).run()

    def way_into(self, function: Function) -> Code:
        """Code behind an export entry: goes to wherever the function begins now."""
        return way_into(function)

    def stub(self, name: str, export: Export) -> Code:
        """An internal instruction that stands for an export entry, outside of any function."""
        instruction = (name, ("u", 0), ("u", export.arity))
        code = _Outside(export).make(TEMPLATES[name], instruction, None)
        if self.observer is not None:
            code = self.observer(code, name, export, 0)
        self._located[code] = (export, 0)
        return code

    def place(self, code: Any) -> Place | None:
        """Where the instruction that `code` was made from stands."""
        self._list_places()
        return self._located.get(code)

    def function_at(self, code: Code | None) -> Function | None:
        """The function that a process is in which goes on at `code`."""
        if code is None:
            return None
        place = self.place(code)
        if place is not None:
            return place[0] if isinstance(place[0], Function) else None
        inner: Any = code
        if inner.__code__ in _LEADS_TO_FUNCTIONS:
            variables = inner.__code__.co_freevars
            function: Function = inner.__closure__[variables.index("function")].cell_contents
            return function
        return None

    def forget(self, module: LoadedModule) -> None:
        """Drop what is known of the code of a module that is gone."""
        self._list_places()
        for places in (self._located, self._returns):
            for code in [
                code
                for code, (owner, _) in places.items()
                if isinstance(owner, Function) and owner.module is module
            ]:
                del places[code]

    def call_place(self, code: Code) -> Place | None:
        """Where the call stands whose return address `code` is."""
        self._list_places()
        return self._returns.get(code)

    def _list_places(self) -> None:
        # Only exceptions ask for places, so that linking need not spend time on them.
        while self._unlisted:
            function, made = self._unlisted.pop()
            instructions = function.module.decoded.code
            following: Any = None
            place = (function, function.end)
            for position in range(function.end - 1, function.first - 1, -1):
                code = made[position - function.first]
                if code is None:
                    continue
                template = BY_OPCODE[instructions[position][0]]
                if not template.empty:
                    place = (function, position)
                # What observes an instruction that is empty contains the one that follows it.
                self._located[code] = place
                if template.pushes and following is not None:
                    self._returns[following] = place
                following = code


def following(function: Function, position: int, count: int) -> int:
    """Where the instruction stands that comes so many instructions behind another one."""
    instructions = function.module.decoded.code
    while count:
        position += 1
        count -= not BY_OPCODE[instructions[position][0]].empty
    return position


def leads_to_function(make: Callable[Made, Code]) -> Callable[Made, Code]:
    """Decorates what makes code in front of a function, which it has in a variable `function`."""
    _LEADS_TO_FUNCTIONS.update(
        constant for constant in make.__code__.co_consts if type(constant) is CodeType
    )
    return make


_LEADS_TO_FUNCTIONS: set[CodeType] = set()
"""The Python code of what these make."""


@leads_to_function
def _first_call(linker: Linker, function: Function) -> Code:
    def first_call(x: list[Any], s: list[Any], p: Any) -> Code:
        linker.link(function)
        code: Code = function.code
        return code

    return first_call


@leads_to_function
def way_into(function: Function) -> Code:
    """Code behind an export entry: goes to wherever the function begins now."""

    def enter_function(x: list[Any], s: list[Any], p: Any) -> Code:
        code: Code = function.code
        return code

    return enter_function


class _Operands:
    """What keys and factories ask for when the value of an operand takes more than a look-up.
    `module` holds the tables that operands refer to."""

    module: Any

    def make(self, template: Template, instruction: Instruction, following: Any) -> Code:
        """The code of one instruction."""
        key = template.key(instruction, self)
        factory = RECIPES.factories.get(key) or RECIPES.make(key, template)
        return factory(instruction, self.module, self, following)

    def bif_shape(self, index: int) -> tuple[Any, ...]:
        """What there is to know of a built-in function."""
        imported = self.module.imports[index]
        if imported.bif is None:
            raise LoadError(
                self.module.name.name,
                f"{imported.module.name}:{imported.name.name}/{imported.arity} "
                "is called as a built-in function and is none",
            )
        shape: tuple[Any, ...] = imported.bif.shape
        return shape

    def tags(self, operands: Sequence[Operand]) -> tuple[str, ...]:
        """What there is to know of a list."""
        return tuple([tag for tag, _ in operands])


class _Outside(_Operands):
    """For an instruction that is its export entry's only one."""

    def __init__(self, export: Export) -> None:
        self.imports = (export,)

    @property
    def module(self) -> Any:
        """Where operands look for tables: here."""
        return self


class _FunctionLinker(_Operands):
    def __init__(self, linker: Linker, function: Function) -> None:
        self.observer = linker.observer
        self.function = function
        self.module: LoadedModule = function.module
        self._labels: dict[int, Code] = {}
        self._later: list[Callable[[], None]] = []
        self._backward: list[tuple[str, int]] = []

    def run(self) -> tuple[list[Code | None], Code]:
        """Make the function's code, and list it by position; None where there is none. Gives
        where it begins, too.

        Goes from the last instruction to the first, so that each is given the one that follows.
        """
        function = self.function
        first = function.first
        instructions = self.module.decoded.code
        made: list[Code | None] = [None] * (function.end - first)
        following: Any = None
        puts: list[Operand] = []
        behind: list[Row] = []
        for position in range(function.end - 1, first - 1, -1):
            instruction = instructions[position]
            template = BY_OPCODE[instruction[0]]
            if template.empty:
                if template.name == "label":
                    self._labels[instruction[1][1]] = following
                    continue
                if template.name == "put":
                    puts.append(instruction[1])
                if self.observer is None or following is None:
                    continue
            else:
                if template.name in REWRITTEN:
                    template, instruction = self.rewritten(template, position, puts)
                behind.append((template, instruction, following))
                if template.name in JOINED and self.observer is None:
                    following = self.joined(behind)
                else:
                    following = self.make(template, instruction, following)
                if self._backward:
                    self.patch_later(following)
            if self.observer is not None:
                following = self.observer(following, template.name, function, position)
            made[position - first] = following
        for action in self._later:
            action()
        # They keep this object, as it keeps them.
        self._later.clear()
        return made, self._labels[function.entry_label]

    def joined(self, behind: Sequence[Row]) -> Code:
        """The code of the last of some rows (they come from the end of the function), and of those
        that run together with it."""
        for others in JOINED[behind[-1][0].name]:
            row = behind[: -len(others) - 2 : -1]
            if tuple([template.name for template, _, _ in row[1:]]) == others:
                key = tuple([template.key(instruction, self) for template, instruction, _ in row])
                factory = RECIPES.factories.get(key)
                if factory is None:
                    factory = RECIPES.make(key, *(template for template, _, _ in row))
                instructions = tuple([instruction for _, instruction, _ in row])
                return factory(instructions, self.module, self, row[-1][2])
        template, instruction, following = behind[-1]
        return self.make(template, instruction, following)

    def rewritten(
        self, template: Template, position: int, puts: list[Operand]
    ) -> tuple[Template, Instruction]:
        """What runs in the place of the instruction at a position. Takes all of `puts`, the
        operands of the put instructions behind it, last one first."""
        name = template.name
        instruction = self.module.decoded.code[position]
        if name == "put_tuple":
            elements = tuple(reversed(puts))
            puts.clear()
            return template, (*instruction, ("list", elements))
        if name == "gc_bif1":
            opcode, fail, live, called, value, to = instruction
            if self.module.imports[called[1]].mfa == UNARY_PLUS:
                return TEMPLATES["i_unary_plus"], (opcode, fail, live, value, to)
            return template, instruction
        if name in REPLACED:
            others, by, operands = REPLACED[name]
            if self.is_followed_by(position, *others):
                code = self.module.decoded.code
                taken = [code[position + row][operand] for row, operand in operands]
                return TEMPLATES[by], (instruction[0], *taken)
        if name in CALLS_OF_BIFS:
            opcode, arity, called, *rest = instruction
            imported = self.module.imports[called[1]]
            if imported.bif is not None:
                return TEMPLATES[CALLS_OF_BIFS[name]], (opcode, called, arity, *rest)
            in_place = CALLS_IN_PLACE.get(imported.mfa)
            if in_place is not None and not imported.is_undefined:
                return TEMPLATES[in_place[name]], (opcode, *rest)
        return template, instruction

    def is_followed_by(self, position: int, *names: str) -> bool:
        """Whether the next instructions have these names."""
        found = self.module.decoded.code[position + 1 : position + 1 + len(names)]
        return tuple([NAMES[instruction[0]] for instruction in found]) == names

    # ---------------------------------------------------------------- operand values

    def label(self, operand: Operand, parameter: str) -> Code | None:
        """The code at a label of this function. What lies before the instruction is not made
        yet; it is filled in when it is."""
        tag, value = operand
        if tag != "f" or value == 0:
            return None
        code = self._labels.get(value)
        if code is None:
            self._backward.append((parameter, value))
        return code

    def patch_later(self, code: Code) -> None:
        """Fill the labels that were not made yet into code, when they are."""
        for parameter, label in self._backward:
            self._later.append(partial(self.patch, code, parameter, label))
        self._backward = []

    def patch(self, code: Code, parameter: str, label: int) -> None:
        """Fill a label into code that was made before it."""
        inner: Any = code
        cell = inner.__closure__[inner.__code__.co_freevars.index(parameter)]
        cell.cell_contents = self.target(label)

    def target(self, label: int) -> Code:
        """The code at a label, when all labels are known."""
        code = self._labels.get(label)
        if code is None:
            raise LoadError(self.module.name.name, f"label {label} is used outside of its function")
        return code

    def catch(self, label: int) -> CatchTag:
        """What marks an active try or catch whose handler is at a label."""
        tag = CatchTag()
        self._later.append(partial(self.aim, tag, label))
        return tag

    def aim(self, tag: CatchTag, label: int) -> None:
        """Fill the code of the handler into a catch tag."""
        tag.code = self.target(label)

    def table(self, value: Sequence[Operand]) -> dict[Any, Code]:
        """A table of choices; the first of equal keys counts."""
        table: dict[Any, Any] = {}
        for operand, (_, label) in zip(value[::2], value[1::2], strict=True):
            key = self.constant(operand)
            if key not in table:
                table[key] = self._labels.get(label)
                if table[key] is None:
                    self._later.append(partial(self.choose, table, key, label))
        return table

    def choose(self, table: dict[Any, Any], key: Any, label: int) -> None:
        """Fill a label into a table of choices that was made before it."""
        table[key] = self.target(label)

    def constant(self, operand: Operand) -> Any:
        """The term that a constant stands for."""
        tag, value = operand
        if tag == "a":
            return self.module.atoms[value]
        return self.module.literals[value] if tag == "q" else value

    def sources(self, segments: tuple[Operand, ...]) -> list[Operand]:
        """Source and size of each segment of a `bs_create_bin`."""
        return segment_sources(segments)

    def segments(self, value: tuple[Operand, ...]) -> tuple[Segment, ...]:
        """The segments of a `bs_create_bin` without sources and sizes."""
        return segment_plan(self.module, value)

    def commands(self, value: tuple[Operand, ...]) -> tuple[Command, ...]:
        """The commands of a `bs_match`."""
        return match_commands(self.module, value)[0]

    def destinations(self, value: tuple[Operand, ...]) -> list[Operand]:
        """The registers that a `bs_match` writes."""
        return match_commands(self.module, value)[1]
