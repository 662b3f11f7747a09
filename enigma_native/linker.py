"""Makes the words of functions: for each instruction its handler's address and its operands."""

from __future__ import annotations

import ctypes
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from enigma_native.block import X
from enigma_native.code import NativeCode
from enigma_native.drafts import Draft, Drafts, Store
from enigma_native.drafts import Place as DraftPlace
from enigma_native.layout import Unavailable
from enigma_native.running import single_step
from enigma_native.shapes import PLANNED, Shape, bif_name, has_word, instructions_of, joined
from enigma_native.state import Machine, NativeRegisters
from enigma_native.words import constant_word, is_small, signed
from enigma_ref._generated.engine import JOINS, TEMPLATES
from enigma_ref.loader.cache import Cache
from enigma_ref.loader.errors import LoadError
from enigma_ref.loader.tables import MAX_ARITY
from enigma_ref.machine.binaries import match_commands, segment_plan, segment_sources
from enigma_ref.machine.code import CatchTag, Code, Export, Function, LoadedModule
from enigma_ref.machine.link import (
    BY_OPCODE,
    REWRITTEN,
    Instruction,
    Linker,
    Observer,
    Place,
    _FunctionLinker,
    _Outside,
)
from enigma_ref.machine.process import X_REGISTERS
from enigma_ref.machine.template import Template
from enigma_ref.runtime.engines import tell
from enigma_ref.terms import NIL, Atom

REGISTER_TAGS = ("x", "y", "fr")

STUB_WORDS = 4096
"""Words of memory that are taken at once for instructions that stand for export entries."""

LARGEST = 1 << 59
"""The largest number that an operand may be for machine code."""

SPARSE = 4
"""How many places a table of choices has for each integer at most."""

JOINED = {
    first: tuple([row[1:] for row in sorted(JOINS, key=len, reverse=True) if row[0] == first])
    for first, *_ in JOINS
}
"""By the name of the first instruction, those that may run together with it."""


class _TooLarge(Exception):
    """An operand is a number that machine code has no place for."""


def fitting(number: int) -> int:
    """The number of an operand. Raises _TooLarge."""
    if number > LARGEST:
        raise _TooLarge(number)
    return number


@dataclass
class Words:
    """The words of a function: where they are, and which position in the module each instruction
    has (by the offset of its first word), and its name."""

    owner: Function
    memory: array[int]
    offsets: Sequence[int]
    positions: Sequence[int]
    kept: list[Any]
    names: Sequence[str]
    base: int = field(init=False)
    """The address of the first word."""

    def __post_init__(self) -> None:
        self.base = address_of(self.memory)


class Stub(NamedTuple):
    """An instruction that stands for an export entry: its words are some of `memory`, which
    lives, as `call` does, as long as it."""

    name: str
    export: Export
    call: Any
    memory: array[int]


def address_of(memory: array[int]) -> int:
    """Where words are in memory."""
    return memory.buffer_info()[0]


class NativeLinker(Linker):
    """Makes functions ready for machine code. With an observer, each instruction runs alone."""

    def __init__(
        self,
        machine: Machine,
        release: int,
        cache: Cache | None,
        observer: Observer | None = None,
    ) -> None:
        super().__init__(observer)
        self.machine = machine
        self.compiler = machine.compiler
        self.drafts = Store(cache, release, self.compiler.identity)
        self.registers: Any = NativeRegisters(machine)
        self._bases: list[int] = []
        self._in_order = True
        self.stubs: dict[Any, tuple[int, tuple[str, ...]]] = {}
        """The handlers of instructions that stand for export entries, by what is known of them."""
        self._stubs: dict[int, Stub] = {}
        self._unbound: dict[tuple[str, Export], Code] = {}
        """Stubs for entries without a function, which come again when a module is purged."""
        self._stub_words = array("q")
        self._stub_base = 0
        self._stub_end = 0
        self._words: dict[int, Words] = {}
        self._entries: dict[Function, _Entry] = {}
        self._ways: dict[int, Function] = {}
        self._reference: dict[Function | int, Any] = {}
        self._references: dict[int, Code] = {}
        """By the address of an instruction, the reference engine's code for it."""
        self._places: dict[NativeCode, Place] = {}
        self._call_places: dict[NativeCode, Place] = {}
        self.place_at: dict[int, Place] = {}
        """Where calls stand, by the words of return addresses on stacks: those asked for."""
        """What was asked before: traces of exceptions ask for the same places again."""
        self.watched: dict[int, Code] = {}
        """By the address of an instruction, what its observer has put in its place."""
        machine.reference = self.reference

    def link(self, function: Function) -> None:
        """Make all instructions of `function` ready; where a number is too large for machine code,
        or none can be made, for the reference engine. Raises LoadError when it cannot be."""
        if function.ready:
            return
        try:
            made = _NativeFunctionLinker(self, function).run_native()
        except _TooLarge:
            super().link(function)
            return
        except Unavailable as problem:
            tell(str(problem))
            super().link(function)
            return
        self.add(made.words)
        function.ready = True
        function.begin_at(made.entry)

    def add(self, words: Words) -> None:
        """Know where instructions stand."""
        self._bases.append(words.base)
        self._in_order = False
        self._words[words.base] = words
        if self.observer is not None:
            self.watch(words, self.observer)

    def watch(self, words: Words, observer: Observer) -> None:
        """Stop before each instruction, and let what observes it run it."""
        for offset, position, name in zip(words.offsets, words.positions, words.names, strict=True):
            self._watch_at(words.memory, offset, observer, name, (words.owner, position))

    def _watch_at(
        self, memory: array[int], index: int, observer: Observer, name: str, place: Place
    ) -> None:
        address = address_of(memory) + 8 * index
        step = single_step(self.machine, self.machine.place(address), memory[index])
        memory[index] = self.compiler.stop
        code = observer(step, name, *place)
        self.watched[address] = code
        self._located[code] = place

    def stub(self, name: str, export: Export) -> Code:
        """An internal instruction that stands for an export entry, outside of any function. One
        with more arguments than functions have is left to the reference engine."""
        if export.arity > MAX_ARITY:
            return super().stub(name, export)
        made = self._unbound.get((name, export)) if export.bif is None else None
        if made is not None:
            return made
        bif = export.bif
        call = None if bif is None else bif.call
        handler, kinds = _NativeOutside(self, export).known_stub(name)
        # One word more than there is, so that two stubs never touch.
        index = self._stub_end
        if index + len(kinds) + 2 > len(self._stub_words):
            # What points into the last piece of memory stays where it is.
            self._stub_words = array("q", bytes(8 * STUB_WORDS))
            self._stub_base = address_of(self._stub_words)
            index = 0
        words = self._stub_words
        self._stub_end = index + len(kinds) + 2
        words[index] = handler
        for at, kind in enumerate(kinds, index + 1):
            words[at] = id(export if kind == "export" else call)
        address = self._stub_base + 8 * index
        self._stubs[address] = Stub(name, export, call, words)
        if self.observer is not None:
            self._watch_at(words, index, self.observer, name, (export, 0))
        code: Any = self.machine.place(address)
        found: Code = code
        if bif is None:
            self._unbound[name, export] = found
        return found

    def way_into(self, function: Function) -> Code:
        """Code behind an export entry: goes to wherever the function begins now."""
        code: Any = self.machine.place(self.entry(function).address)
        found: Code = code
        return found

    def entry(self, function: Function) -> _Entry:
        """The place by which machine code enters a function, wherever it begins."""
        found = self._entries.get(function)
        if found is None:
            found = self._entries[function] = _Entry(self, function)
            self._ways[found.address] = function
        return found

    def reference(self, code: NativeCode) -> Code:
        """The reference engine's code for a place: it runs what is observed, and takes over
        wherever it comes to native code."""
        known = self._references.get(code.address)
        if known is not None:
            return known
        way = self._ways.get(code.address)
        if way is not None:
            return super().way_into(way)
        stub = self._stubs.get(code.address)
        if stub is not None:
            found = self._reference.get(code.address)
            if found is None:
                found = self._reference[code.address] = super().stub(stub.name, stub.export)
            found_stub: Code = found
            return found_stub
        words = self._found(code.address)
        assert words is not None
        owner = words.owner
        made = self._reference.get(owner)
        if made is None:
            made, _ = self.instructions(owner)
            self._reference[owner] = made
            self._unlisted.append((owner, made))
        _, position = self.place(code) or (None, 0)
        instruction: Any = made[position - owner.first]
        found_code: Code = instruction
        self._references[code.address] = found_code
        return found_code

    def _found(self, address: int) -> Words | None:
        if not self._in_order:
            self._bases.sort()
            self._in_order = True
        index = bisect_right(self._bases, address) - 1
        if index < 0:
            return None
        words = self._words[self._bases[index]]
        return words if address < words.base + len(words.memory) * 8 else None

    def place(self, code: Any) -> Place | None:
        """Where the instruction that `code` was made from stands."""
        if type(code) is not NativeCode:
            return super().place(code)
        found = self._places.get(code)
        if found is None:
            found = self._place(code)
            if found is not None:
                self._places[code] = found
        return found

    def _place(self, code: NativeCode) -> Place | None:
        stub = self._stubs.get(code.address)
        if stub is not None:
            return stub.export, 0
        words = self._found(code.address)
        if words is None:
            return None
        offset = (code.address - words.base) // 8
        index = bisect_right(words.offsets, offset) - 1
        return words.owner, words.positions[index]

    def call_place(self, code: Code) -> Place | None:
        """Where the call stands whose return address `code` is."""
        if type(code) is not NativeCode:
            return super().call_place(code)
        found = self._call_places.get(code)
        if found is None:
            found = self._call_place(code)
            if found is not None:
                self._call_places[code] = found
        return found

    def find_place(self, word: int) -> Place | None:
        """Where the call stands whose return address a word of a stack is; kept in `place_at`
        where only machine code can be."""
        code = self.machine.code_at(word & ~3)
        found = self.call_place(code)
        if found is not None and type(code) is NativeCode:
            self.place_at[word] = found
        return found

    def _call_place(self, code: NativeCode) -> Place | None:
        words = self._found(code.address)
        if words is None:
            return None
        offset = (code.address - words.base) // 8
        index = bisect_left(words.offsets, offset) - 1
        if index < 0:
            return None
        position = words.positions[index]
        template = BY_OPCODE[words.owner.module.decoded.code[position][0]]
        return (words.owner, position) if template.pushes else None

    def function_at(self, code: Code | None) -> Function | None:
        """The function that a process is in which goes on at `code`."""
        if isinstance(code, NativeCode):
            way = self._ways.get(code.address)
            if way is not None:
                return way
            words = self._found(code.address)
            return words.owner if words is not None else None
        return super().function_at(code)

    def forget(self, module: LoadedModule) -> None:
        """Drop what is known of the code of a module that is gone."""
        super().forget(module)
        self._references.clear()
        self._places.clear()
        self._call_places.clear()
        self.place_at.clear()
        pieces = []
        for base, words in list(self._words.items()):
            if words.owner.module is module:
                del self._words[base]
                self._reference.pop(words.owner, None)
                for offset in words.offsets if self.watched else ():
                    self.watched.pop(base + 8 * offset, None)
                pieces.append((base, base + len(words.memory) * 8))
        self._bases = list(self._words)
        self._in_order = False
        for function in [one for one in self._entries if one.module is module]:
            address = self._entries.pop(function).address
            self._ways.pop(address, None)
            pieces.append((address, address + 1))
        self.machine.forget(pieces)


class _Entry:
    """Two words that lead to wherever a function begins; and the calls that go there directly as
    long as that is machine code."""

    def __init__(self, linker: NativeLinker, function: Function) -> None:
        self.words = (ctypes.c_int64 * 2)(linker.compiler.enter_function, id(function))
        self.address = ctypes.addressof(self.words)
        self.calls: list[tuple[Any, int]] = []
        self.function = function
        function.begun = self.begun

    def call(self, memory: Any, index: int) -> None:
        """A word that calls the function."""
        self.calls.append((memory, index))
        memory[index] = self._target(self.function.code)

    def begun(self, code: Code) -> None:
        """The function begins somewhere else."""
        target = self._target(code)
        for memory, index in self.calls:
            memory[index] = target

    def _target(self, code: Code) -> int:
        return code.address if isinstance(code, NativeCode) else self.address


@dataclass
class _Made:
    words: Words
    entry: Any


class _Writer:
    """Shapes of instructions: what `_FunctionLinker` and `_Outside` have in common here."""

    linker: NativeLinker
    module: Any

    bif_shape: Any

    def shape(self, template: Template, instruction: Instruction) -> Shape:
        """What is known of an instruction's operands."""
        known = [
            self.known(kind.partition("(")[0], operand)
            for (_, kind), operand in zip(template.operands, instruction[1:], strict=False)
        ]
        known += [None] * (len(template.operands) - len(known))
        return Shape(template.name, tuple(known))

    def known(self, kind: str, operand: Any) -> Any:
        """What is known of one operand."""
        if kind in ("src", "inout", "dst"):
            tag = operand[0]
            if tag in REGISTER_TAGS:
                return "y" if tag == "y" else "x"
            value = self.term(operand)
            if is_small(value):
                return "i"
            return "a" if type(value) is Atom or value is NIL else "o"
        if kind == "static":
            return fitting(operand[1])
        if kind == "fail":
            return operand[0] == "f" and operand[1] != 0
        if kind == "bif":
            return self.native_bif(self.bif_shape(operand[1]), self.module.imports[operand[1]])
        return None

    def native_bif(self, shape: tuple[Any, ...], export: Export) -> tuple[Any, ...]:
        """The shape of a built-in function that machine code can do."""
        mfa = (export.module.name, export.name.name, export.arity)
        lowered = shape[0] != "inline" and self.linker.compiler.lowerings.of(bif_name(mfa))
        return (shape[0], mfa) if lowered else shape

    def term(self, operand: Any) -> Any:
        """The term of a constant operand."""
        tag, value = operand
        if tag == "a":
            return self.module.atoms[value]
        return self.module.literals[value] if tag == "q" else value


def register_word(tag: str, number: int) -> int:
    """A register as the word of an operand: its distance in bytes."""
    if tag == "y":
        return -8 * (number + 1)
    return 8 * (X + number + (X_REGISTERS if tag == "fr" else 0))


class _NativeOutside(_Writer, _Outside):
    def __init__(self, linker: NativeLinker, export: Export) -> None:
        _Outside.__init__(self, export)
        self.linker = linker
        self.export = export

    def known_stub(self, name: str) -> tuple[int, tuple[str, ...]]:
        """The handler of the instruction, and what its words lead to."""
        bif = self.export.bif
        known_bif = None if bif is None else self.native_bif(bif.shape, self.export)
        key = (name, self.export.arity, known_bif)
        found = self.linker.stubs.get(key)
        if found is None:
            template = TEMPLATES[name]
            shape = self.shape(template, (name, ("u", 0), ("u", self.export.arity)))
            compiler = self.linker.compiler
            compiler.prepare([shape])
            kinds = tuple(
                kind
                for (_, kind), known in zip(template.operands, shape.operands, strict=True)
                if has_word(kind.partition("(")[0], known)
            )
            assert {"export", "bif"}.issuperset(kinds), name
            found = self.linker.stubs[key] = compiler.addresses[shape], kinds
        return found


class _NativeFunctionLinker(_Writer, _FunctionLinker):
    def __init__(self, linker: NativeLinker, function: Function) -> None:
        _FunctionLinker.__init__(self, linker, function)
        self.linker = linker
        self.kept: list[Any] = []
        self.at: dict[int, int] = {}
        self.words: list[int] = []
        self.base = 0

    def rows(self) -> tuple[list[tuple[int, Template, Instruction]], dict[int, int]]:
        """The instructions of the function, with their positions; and for each label how many of
        them stand behind it."""
        function = self.function
        instructions = self.module.decoded.code
        rows: list[tuple[int, Template, Instruction]] = []
        labels: dict[int, int] = {}
        puts: list[Any] = []
        for position in range(function.end - 1, function.first - 1, -1):
            instruction = instructions[position]
            template = BY_OPCODE[instruction[0]]
            if template.empty:
                if template.name == "label":
                    labels[instruction[1][1]] = len(rows)
                elif template.name == "put":
                    puts.append(instruction[1])
                continue
            if template.name in REWRITTEN:
                template, instruction = self.rewritten(template, position, puts)
            rows.append((position, template, instruction))
        rows.reverse()
        return rows, labels

    def run_native(self) -> _Made:
        """Make the words of the function."""
        drafts = self.linker.drafts.of(self.module)
        draft = drafts.of(self.function)
        if draft is None or not self.serves(draft):
            draft = self.draft(drafts)
            drafts.add(self.function, draft)
        return self.fill(draft, drafts)

    def serves(self, draft: Draft) -> bool:
        """Whether what a draft was made for is so now."""
        imports = self.module.imports
        return all(
            shape == (imports[index].bif.shape if imports[index].bif is not None else None)
            for index, shape in draft.bifs
        )

    def fill(self, draft: Draft, drafts: Drafts) -> _Made:
        """The words of a draft, as they are in this run."""
        offsets = array("i", draft.offsets)
        shapes = array("i", draft.shapes)
        addresses = self.addresses(shapes, drafts)
        words = array("q", draft.words)
        for offset, number in zip(offsets, shapes, strict=True):
            words[offset] = addresses[number]
        names = () if self.observer is None else self.one_by_one(offsets, shapes, drafts, words)
        base = self.base = address_of(words)
        labels = array("i", draft.labels)
        for index, distance in zip(labels[::2], labels[1::2], strict=True):
            words[index] = base + distance
        module = self.module
        kept: list[Any] = []
        self.kept = kept
        calls = []
        for index, kind, value in draft.places:
            if kind == "atom":
                words[index] = id(module.atoms[value])
            elif kind == "function":
                calls.append((index, value))
            elif kind == "export":
                words[index] = id(module.imports[value])
            elif kind == "literal":
                words[index] = constant_word(module.literals[value])
            elif kind == "bif":
                bif: Any = module.imports[value].bif
                kept.append(bif.call)
                words[index] = id(bif.call)
            else:
                words[index] = signed(self.place(kind, value))
        for index, label in calls:
            self.linker.entry(module.by_label[label]).call(words, index)
        made = Words(self.function, words, offsets, array("i", draft.positions), kept, names)
        return _Made(made, self.linker.machine.place(base + 8 * draft.entry))

    def addresses(self, shapes: Iterable[int], drafts: Drafts) -> list[int]:
        """The addresses of handlers by the numbers of their shapes: those of a draft are there."""
        known = self.linker.compiler.addresses
        addresses = drafts.addresses
        addresses += [0] * (len(drafts.shapes) - len(addresses))
        missing = []
        for number in {number for number in shapes if not addresses[number]}:
            addresses[number] = known.get(drafts.shapes[number], 0)
            if not addresses[number]:
                missing.append(number)
        if missing:
            lacking = [Shape(*drafts.shapes[number]) for number in missing]
            self.linker.compiler.prepare(lacking)
            for number, shape in zip(missing, lacking, strict=True):
                addresses[number] = known[shape]
        return addresses

    def one_by_one(
        self, offsets: Sequence[int], shapes: Sequence[int], drafts: Drafts, words: array[int]
    ) -> list[str]:
        """Put the handler of each instruction alone into words; the names of the instructions."""
        alone = [instructions_of(Shape(*drafts.shapes[number]))[0] for number in shapes]
        compiler = self.linker.compiler
        compiler.prepare(alone)
        for offset, shape in zip(offsets, alone, strict=True):
            words[offset] = compiler.addresses[shape]
        return [shape.name for shape in alone]

    def place(self, kind: str, value: Any) -> int:
        """What a word is that leads to something which is made here."""
        if kind == "list":
            return self.list_of(value)
        if kind == "table":
            return self.table_of(value)
        if kind == "catch":
            tag = CatchTag()
            tag.code = self.linker.machine.place(self.base + value)
            return self.keep(tag)
        if kind == "constant":
            return self.keep(value)
        if kind == "lambda":
            return id(self.module.lambdas[value])
        if kind == "this":
            return id(self.module)
        if kind == "string":
            return self.keep(self.module.decoded.strings[value:])
        if kind == "segments":
            return self.keep(segment_plan(self.module, value))
        if kind == "commands":
            return self.keep(match_commands(self.module, value)[0])
        raise AssertionError(f"nobody knows places of kind {kind}")

    # ---------------------------------------------------------------- drafts

    def draft(self, drafts: Drafts) -> Draft:
        """The draft of the function."""
        rows, labels = self.rows()
        shapes = [self.shape(template, instruction) for _, template, instruction in rows]
        offsets = []
        size = 0
        for (_, template, _), shape in zip(rows, shapes, strict=True):
            offsets.append(size)
            size += length(template, shape)
        # Labels were counted from the end.
        for label, behind in labels.items():
            index = len(rows) - behind
            self.at[label] = 8 * (offsets[index] if index < len(rows) else size)
        self.words = [0] * (size + 1)
        self.labels: list[int] = []
        self.places: list[DraftPlace] = []
        for (_, template, instruction), shape, offset in zip(rows, shapes, offsets, strict=True):
            self.write(template, instruction, shape, offset)
        imports = self.module.imports
        bifs = []
        for number in sorted({number for row in rows for number in imported(*row[1:])}):
            bif = imports[number].bif
            bifs.append((number, None if bif is None else bif.shape))
        handlers = [drafts.number(self.handler(shapes, index)) for index in range(len(shapes))]
        return Draft(
            self.at[self.function.entry_label] // 8,
            array("i", offsets).tobytes(),
            array("i", [row[0] for row in rows]).tobytes(),
            array("i", handlers).tobytes(),
            array("q", self.words).tobytes(),
            array("i", self.labels).tobytes(),
            tuple(self.places),
            tuple(bifs),
        )

    def handler(self, shapes: Sequence[Shape], index: int) -> Shape:
        """The shape of the handler of the instruction with an index: for as many as run in one go.
        Those that OTP does not have often run one by one."""
        for one in joins(shapes, index):
            if one in self.linker.compiler.joined:
                return one
        return shapes[index]

    def write(
        self, template: Template, instruction: Instruction, shape: Shape, offset: int
    ) -> None:
        """Draft the words of one instruction."""
        index = offset + 1
        for position, ((_, text), known) in enumerate(
            zip(template.operands, shape.operands, strict=True), start=1
        ):
            kind = text.partition("(")[0]
            if not has_word(kind, known):
                continue
            operand: Any = instruction[position] if position < len(instruction) else None
            self.operand(index, kind, operand, text)
            index += 1
            if kind in PLANNED:
                self.leads(index, "list", self.planned(kind, operand[1]))
                index += 1

    def leads(self, index: int, kind: str, value: Any) -> None:
        """A word that is to be filled in."""
        self.places.append((index, kind, value))

    def operand(self, index: int, kind: str, operand: Any, text: str) -> None:
        """Draft the word of an operand."""
        if kind in ("src", "inout", "dst"):
            tag, value = operand
            if tag in REGISTER_TAGS:
                self.words[index] = register_word(tag, value)
            else:
                self.constant_at(index, operand)
            return
        if kind == "this":
            self.leads(index, kind, None)
            return
        value = operand[1]
        if kind in ("label", "fail"):
            if value:
                self.labels += (index, self.address(value))
        elif kind == "uint":
            self.words[index] = fitting(value)
        elif kind in ("list", "puts"):
            elements = text[text.index("(") + 1 : -1].split(", ") if kind == "list" else ["src"]
            self.leads(index, "list", self.elements(value, elements))
        elif kind == "table":
            self.leads(index, kind, self.choices(value))
        elif kind == "catch":
            self.leads(index, kind, self.address(value))
        else:
            self.leads(index, kind, value)

    def constant_at(self, index: int, operand: Any) -> None:
        """Draft the word of a constant."""
        tag, value = operand
        if tag == "a":
            self.leads(index, "atom", value)
        elif tag == "q":
            self.leads(index, "literal", value)
        elif is_small(value):
            self.words[index] = constant_word(value)
        else:
            self.leads(index, "constant", value)

    def planned(self, kind: str, value: Any) -> tuple[Any, ...]:
        """The second word of operands with a plan: their registers and constants."""
        if kind == "segments":
            return self.elements(segment_sources(value), ["src"])
        return self.elements(match_commands(self.module, value)[1], ["dst"])

    def address(self, label: int) -> int:
        """How far into the function a label is, in bytes."""
        found = self.at.get(label)
        if found is None:
            raise LoadError(self.module.name.name, f"label {label} is used outside of its function")
        return found

    def elements(self, operands: Sequence[Any], kinds: Sequence[str]) -> tuple[Any, ...]:
        """A list operand: words, and in pairs what constants are."""
        words: list[Any] = []
        for index, operand in enumerate(operands):
            tag, value = operand
            if kinds[index % len(kinds)] == "uint":
                words.append(fitting(value) << 1 | 1)
            elif tag in REGISTER_TAGS:
                distance = register_word(tag, value) // 8
                words.append(distance << 3 | (6 if tag == "y" else 2))
            else:
                words.append((tag, value))
        return tuple(words)

    def choices(self, value: Sequence[Any]) -> tuple[Any, ...]:
        """A table of choices: operands, and how far into the function is where they lead."""
        return tuple(
            (operand, self.address(label))
            for operand, (_, label) in zip(value[::2], value[1::2], strict=True)
        )

    # ---------------------------------------------------------------- what places lead to

    def keep(self, value: Any) -> int:
        """The address of an object that lives as long as the code."""
        self.kept.append(value)
        return id(value)

    def list_of(self, elements: Sequence[Any]) -> int:
        """A list operand in memory: how many, and where each is."""
        words = array("q", (len(elements),))
        for element in elements:
            if type(element) is tuple:
                element = constant_word(self.kept_term(element))
            words.append(element)
        self.kept.append(words)
        return address_of(words)

    def kept_term(self, operand: Any) -> Any:
        """The term of a constant, which lives as long as the code."""
        term = self.term(operand)
        self.kept.append(term)
        return term

    def table_of(self, choices: Sequence[Any]) -> int:
        """A table of choices in memory; the first of equal keys counts."""
        table: dict[Any, int] = {}
        words: dict[int, int] = {}
        more = 0
        for operand, distance in choices:
            key = self.term(operand)
            if key in table:
                continue
            address = table[key] = self.base + distance
            if is_small(key) or type(key) is Atom:
                words[constant_word(key) & (1 << 64) - 1] = address
            else:
                more = 1
        if more:
            place = self.linker.machine.place
            more = self.keep({key: place(address) for key, address in table.items()})
        flat = array("q", [len(words), more, *row_of(words)])
        for word in sorted(words):
            flat.extend((signed(word), words[word]))
        self.kept.append(flat)
        return address_of(flat)


def row_of(choices: Mapping[int, int]) -> list[int]:
    """The places for the integers among the keys of a table, in a row: the first key, how many
    places, and the places; no places where the row would be mostly empty."""
    numbers = sorted(signed(word) for word in choices if word & 1)
    if not numbers:
        return [0, 0]
    count = (numbers[-1] - numbers[0]) // 2 + 1
    if count > SPARSE * len(numbers):
        return [0, 0]
    row = [0] * count
    for number in numbers:
        row[(number - numbers[0]) // 2] = choices[number & (1 << 64) - 1]
    return [numbers[0], count, *row]


def imported(template: Template, instruction: Instruction) -> Iterator[int]:
    """The imports that an instruction names."""
    for (_, kind), operand in zip(template.operands, instruction[1:], strict=False):
        if kind in ("bif", "export"):
            yield operand[1]


def joins(shapes: Sequence[Shape], index: int) -> Iterator[Shape]:
    """The shapes of handlers for several instructions in one go, beginning with the one with an
    index, the longest first."""
    for others in JOINED.get(shapes[index].name, ()):
        row = shapes[index : index + 1 + len(others)]
        if tuple([shape.name for shape in row[1:]]) == others:
            yield joined(row)


def shapes_of(linker: NativeLinker, function: Function) -> tuple[list[Shape], list[Shape]]:
    """The shapes of a function's instructions, and those of rows that may run in one go."""
    writer = _NativeFunctionLinker(linker, function)
    rows, _ = writer.rows()
    shapes = [writer.shape(template, instruction) for _, template, instruction in rows]
    return shapes, [one for index in range(len(shapes)) for one in joins(shapes, index)]


def length(template: Template, shape: Shape) -> int:
    """How many words an instruction has."""
    count = 1
    for (_, text), known in zip(template.operands, shape.operands, strict=True):
        kind = text.partition("(")[0]
        count += has_word(kind, known) + (kind in PLANNED)
    return count
