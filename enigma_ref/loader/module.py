"""A module as a file holds it: tables and decoded, checked code."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar, overload

from enigma_ref._generated.opcodes import OPCODES
from enigma_ref.loader import tables
from enigma_ref.loader.chunks import last_of_each, module_md5, read_chunks, show_name
from enigma_ref.loader.collector import collector_paused
from enigma_ref.loader.compact import (
    ONE_BYTE_REGISTERS,
    Instruction,
    Limits,
    Operand,
    OperandReader,
    decode_code,
)
from enigma_ref.loader.element_writes import with_copies_last
from enigma_ref.loader.errors import LoadError, Malformed
from enigma_ref.loader.verify import Context, Function, Layout, check_labels, verify
from enigma_ref.terms.atoms import Atom, atom
from enigma_ref.terms.external import ExternalFormatError, decode
from enigma_ref.terms.lists import NIL, Nil

MAX_OPCODE: Final = len(OPCODES) - 1

INSTRUCTION_SET: Final = 0
"""The version in every `Code` chunk since R5 (`beam_opcodes:format_number/0`)."""

T = TypeVar("T")


class Import(NamedTuple):
    """A function of another module, or a BIF, that the code calls."""

    module: Atom
    name: Atom
    arity: int


class Entry(NamedTuple):
    """An exported or local function and its entry label."""

    name: Atom
    arity: int
    label: int


class Lambda(NamedTuple):
    """A fun of the module. `arity` includes the `num_free` free variables, which come last."""

    name: Atom
    arity: int
    label: int
    index: int  # type: ignore[assignment]  # OTP's name for it; nobody searches this tuple
    num_free: int
    old_uniq: int


class RecordDefinition(NamedTuple):
    """A native record (OTP 29): each field with its default, an operand, or None without one."""

    name: Atom
    exported: bool
    fields: tuple[tuple[Atom, Operand | None], ...]


class Literals(Sequence[Any]):
    """The literals of a module, decoded from the external term format when first asked for."""

    __slots__ = ("_terms", "raw")

    def __init__(self, raw: tuple[bytes, ...]) -> None:
        self.raw = raw
        self._terms: list[Any] = [None] * len(raw)

    def __len__(self) -> int:
        return len(self.raw)

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> list[Any]: ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        term = self._terms[index]
        if term is None:
            term = self._terms[index] = decode(self.raw[index])
        return term


RawModule: TypeAlias = tuple[Any, ...]
"""What `decode_module` gives and `build_module` takes: numbers, strings, bytes and tuples only."""

CODE: Final = 12
"""Where the instructions are in a RawModule."""


@dataclass(frozen=True, eq=False)
class Module:
    """A decoded module.

    Operands refer to `atoms` (index 0 is `[]`), `literals`, `imports` and `funs` by index, to
    `lines` by the number of a `line` instruction, and to `labels` by number; `labels` gives the
    index into `code` of the label's own instruction. A place in `lines` is `(index into
    file_names, line)`, and place 0 is unknown. `types` is None when the file has no hints
    that can be read. `chunks` lists every chunk of the file with its size in bytes. Code uses the
    first `x_registers` x registers and the first `float_registers` float registers; `opcodes` has
    the number of every instruction that occurs.
    """

    name: Atom
    md5: bytes
    atoms: tuple[Atom | Nil, ...]
    imports: tuple[Import, ...]
    exports: tuple[Entry, ...]
    funs: tuple[Lambda, ...]
    literals: Literals
    strings: bytes
    line_flags: int
    lines: tuple[tuple[int, int], ...]
    file_names: tuple[str, ...]
    types: tuple[tables.TypeRow, ...] | None
    records: tuple[RecordDefinition, ...]
    debug_lines: tuple[tables.DebugRow, ...]
    code_source: tuple[Instruction, ...] | bytes
    opcodes: frozenset[int]
    label_count: int
    labels: dict[int, int]
    functions: tuple[Function, ...]
    chunks: tuple[tuple[str, int], ...]
    locals_rows: tuple[tables.Triple, ...]
    attributes_data: bytes
    compile_info_data: bytes
    x_registers: int
    float_registers: int

    def as_preloaded(self) -> Module:
        """The same module as a runtime brings it along: nobody knows where in its source anything
        stands, and it has no attributes and no word on how it was compiled (measured)."""
        return replace(self.without_lines(), attributes_data=b"", compile_info_data=b"")

    def without_lines(self) -> Module:
        """The same module without knowing where in its source anything stands."""
        return replace(self, lines=((0, 0),) * len(self.lines))

    @cached_property
    def code(self) -> tuple[Instruction, ...]:
        """The instructions, which the cache keeps as bytes: not every engine looks at them."""
        source = self.code_source
        return marshal.loads(source) if isinstance(source, bytes) else source

    @cached_property
    def locals(self) -> tuple[Entry, ...]:
        """The functions that are not exported, for those who list them."""
        names: Any = self.atoms
        return tuple([Entry(names[f], a, label) for f, a, label in self.locals_rows])

    @cached_property
    def attributes(self) -> Any:
        """The module's attributes, a list of `{Name, Values}`."""
        return decode(self.attributes_data) if self.attributes_data else NIL

    @cached_property
    def compile_info(self) -> Any:
        """How it was compiled, a list of `{Key, Value}`: `version`, `options`, `source`."""
        return decode(self.compile_info_data) if self.compile_info_data else NIL

    @cached_property
    def entries(self) -> dict[tuple[Atom, int], int]:
        """The entry label of each function, exported or not, by name and arity."""
        names: Any = self.atoms
        return {(names[f.name], f.arity): f.entry_label for f in self.functions}


def read_module(data: bytes, *, where: str = "<bytes>", keep_types: bool = False) -> Module:
    """Decode and check a whole `.beam` file, gzipped or not.

    `where` names it in errors. With `keep_types`, registers with a type hint stay operands
    `("tr", (register, type index))`; else they are plain registers. Raises `LoadError`,
    whatever the bytes are.
    """
    return build_module(decode_module(data, where=where, keep_types=keep_types))


def decode_module(data: bytes, *, where: str, keep_types: bool = False) -> RawModule:
    """The first half of `read_module`: everything that the cache need not do again."""
    try:
        with collector_paused():
            return _decode(data, keep_types)
    except Malformed as problem:
        raise LoadError(where, str(problem)) from None


def _decode(data: bytes, keep_types: bool) -> RawModule:
    chunks = read_chunks(data)
    contents = {name: data for name, data in last_of_each(chunks).items() if data}
    atoms = _atoms(contents)
    for name in ("Code", "ImpT", "ExpT"):
        if name not in contents:
            raise Malformed(f"chunk {name} is missing")
    imports = _table(contents, "ImpT", tables.read_triples) or ()
    exports = _table(contents, "ExpT", tables.read_triples) or ()
    locals_ = _table(contents, "LocT", tables.read_triples) or ()
    lambdas = _table(contents, "FunT", tables.read_lambdas) or ()
    literals = _table(contents, "LitT", tables.read_literals) or ()
    lines = _table(contents, "Line", tables.read_lines)
    types = _table(contents, "Type", tables.read_types)
    strings = contents.get("StrT", b"")

    with_nil = len(atoms) + 1
    _within("ImpT", _check_imports, imports, with_nil)
    start, label_count, function_count = _within("Code", _code_header, contents["Code"])
    limits = Limits(with_nil, label_count, len(literals), len(types) if types else None)
    reader = OperandReader(contents["Code"], limits, keep_types)
    code = with_copies_last(tuple(_within("Code", decode_code, reader, start)))
    context = Context(
        imports=[arity for _, _, arity in imports],
        lambdas=[num_free for _, _, _, _, num_free, _ in lambdas],
        lines=len(lines.places) if lines else None,
        strings=len(strings),
        atoms=atoms,
    )
    layout = _within("Code", verify, code, context)
    _within("Code", check_labels, layout.labels, label_count, reader.targets)
    if len(layout.functions) != function_count:
        raise Malformed(
            f"chunk Code: it has {len(layout.functions)} functions and promises {function_count}"
        )

    _within("ExpT", _check_entries, exports, layout)
    _within("LocT", _check_entries, locals_, layout)
    _within("FunT", _check_lambdas, lambdas, layout)
    records = _table(contents, "Recs", lambda data: _records(OperandReader(data, limits), atoms))
    debug = _table(contents, "DbgB", lambda data: _debug(OperandReader(data, limits)))
    attributes = contents.get("Attr", b"")
    compile_info = contents.get("CInf", b"")
    for index, literal in enumerate(literals):
        _check_term(literal, f"chunk LitT: literal {index}")
    for name, term in (("Attr", attributes), ("CInf", compile_info)):
        if term:
            _check_term(term, f"chunk {name}")
    return (
        module_md5(contents),
        atoms,
        imports,
        exports,
        locals_,
        lambdas,
        literals,
        strings,
        tuple(lines) if lines else (0, ((0, 0),), ("",)),
        types,
        records or (),
        debug or (),
        code,
        label_count,
        layout.labels,
        tuple(map(tuple, layout.functions)),
        tuple((show_name(name), len(data)) for name, data in chunks),
        attributes,
        compile_info,
        *_registers(reader, layout),
        tuple({instruction[0] for instruction in code}),
    )


OWN_FILE_SINCE: Final = 25
"""The release (or the one before) from which on places in a file without a name are in the module's
own; 23 tells the empty name (measured)."""


def with_own_file(module: Module) -> Module:
    """The module as those releases load it; the same when all its files have names."""
    if "" not in module.file_names:
        return module
    names = tuple(name or module.file_names[0] for name in module.file_names)
    return replace(module, file_names=names)


def with_packed_code(raw: RawModule) -> RawModule:
    """The same, with the instructions as bytes."""
    return (*raw[:CODE], marshal.dumps(raw[CODE]), *raw[CODE + 1 :])


def build_module(raw: RawModule) -> Module:
    """The second half of `read_module`: names become atoms. Does not fail."""
    (
        md5, names, imports, exports, locals_, lambdas, literals, strings, lines, types, records,
        debug, code, label_count, labels, functions, chunks, attributes, compile_info,
        x_registers, float_registers, opcodes,
    ) = raw  # fmt: skip
    atoms: Any = (NIL, *map(atom, names))
    line_flags, places, file_names = lines
    return Module(
        name=atoms[1],
        md5=md5,
        atoms=atoms,
        imports=tuple([Import(atoms[m], atoms[f], a) for m, f, a in imports]),
        exports=tuple([Entry(atoms[f], a, label) for f, a, label in exports]),
        funs=tuple([Lambda(atoms[f], *rest) for f, *rest in lambdas]),
        literals=Literals(literals),
        strings=strings,
        line_flags=line_flags,
        lines=places,
        file_names=(f"{names[0]}.erl", *file_names[1:]),
        types=types,
        records=tuple(
            [
                RecordDefinition(
                    atoms[name],
                    names[exported - 1] == "true",
                    tuple([(atoms[field], default) for field, default in fields]),
                )
                for name, exported, fields in records
            ]
        ),
        debug_lines=debug,
        code_source=code,
        opcodes=frozenset(opcodes),
        label_count=label_count,
        labels=labels,
        functions=tuple([Function(*function) for function in functions]),
        chunks=chunks,
        locals_rows=locals_,
        attributes_data=attributes,
        compile_info_data=compile_info,
        x_registers=x_registers,
        float_registers=float_registers,
    )


# Steps of decoding


def _within(name: str, read: Callable[..., T], *arguments: Any) -> T:
    """Call `read` with errors that say which chunk they are about."""
    try:
        return read(*arguments)
    except Malformed as problem:
        raise Malformed(f"chunk {name}: {problem}") from None


def _table(contents: dict[str, bytes], name: str, read: Callable[[bytes], T]) -> T | None:
    data = contents.get(name)
    return None if data is None else _within(name, read, data)


def _atoms(contents: dict[str, bytes]) -> tuple[str, ...]:
    for name, encoding in (("AtU8", "utf-8"), ("Atom", "latin-1")):
        if name in contents:
            return _within(name, tables.read_atoms, contents[name], encoding)
    raise Malformed("chunk AtU8 is missing, so the module has no name")


def _code_header(data: bytes) -> tuple[int, int, int]:
    """Where the code begins, how many labels and how many functions it has."""
    words = [int.from_bytes(data[at : at + 4], "big") for at in range(0, 20, 4)]
    header_size, version, highest_opcode, label_count, function_count = words
    if len(data) < 20 or header_size < 16 or 4 + header_size > len(data):
        raise Malformed("truncated: the header does not fit")
    if version != INSTRUCTION_SET:
        raise Malformed(f"unknown instruction set {version}")
    if highest_opcode > MAX_OPCODE:
        raise Malformed(
            f"made for a newer release: it uses opcode {highest_opcode}, "
            f"the highest known is {MAX_OPCODE}"
        )
    return 4 + header_size, label_count, function_count


def _check_imports(imports: Iterable[tables.Triple], atoms: int) -> None:
    for index, (module, name, arity) in enumerate(imports):
        if not (0 < module < atoms and 0 < name < atoms):
            raise Malformed(f"entry {index}: it has a name that is not in the atom table")
        if arity > tables.MAX_ARITY:
            raise Malformed(f"entry {index}: an arity of {arity}")


def _check_entries(entries: Iterable[tables.Triple], layout: Layout) -> None:
    known = {(f.name, f.arity, f.entry_label) for f in layout.functions}
    for index, entry in enumerate(entries):
        if entry not in known:
            raise Malformed(
                f"entry {index}: no function of that name and arity has label {entry[2]}"
            )


def _check_lambdas(lambdas: Iterable[tables.LambdaRow], layout: Layout) -> None:
    known = {(f.name, f.arity, f.entry_label) for f in layout.functions}
    for index, (name, arity, label, _, num_free, _) in enumerate(lambdas):
        if (name, arity, label) not in known:
            raise Malformed(f"entry {index}: no function of that name and arity has label {label}")
        if num_free > arity:
            raise Malformed(f"entry {index}: more free variables than arguments")


def _registers(reader: OperandReader, layout: Layout) -> tuple[int, int]:
    """How many x registers and how many float registers the code uses: arguments are in the
    first x registers also when no instruction names them."""
    xs = [value + 1 for tag, value in reader.seen if tag == "x"]
    floats = [value + 1 for tag, value in reader.seen if tag == "fr"]
    arities = [function.arity for function in layout.functions]
    return max((ONE_BYTE_REGISTERS, *xs, *arities)), max(floats, default=0)


def _records(reader: OperandReader, atoms: tuple[str, ...]) -> tuple[tables.RecordRow, ...]:
    try:
        rows = tables.read_records(reader)
    except IndexError:
        raise Malformed("truncated: it ends inside a definition") from None
    for name, exported, _ in rows:
        if atoms[exported - 1] not in ("true", "false"):
            raise Malformed(f"record {atoms[name - 1]}: whether it is exported is not a boolean")
    return rows


def _debug(reader: OperandReader) -> tuple[tables.DebugRow, ...] | None:
    try:
        return tables.read_debug(reader)
    except IndexError:
        raise Malformed("truncated: it ends inside an entry") from None


def _check_term(data: bytes, what: str) -> None:
    try:
        decode(data, max_size=tables.MAX_LITERALS + tables.MAX_LITERAL_RATIO * len(data))
    except ExternalFormatError as problem:
        raise Malformed(f"{what}: {problem}") from None


def constant(module: Module, operand: Operand) -> Any:
    """The term that a constant operand stands for."""
    tag, value = operand
    if tag == "a":
        return module.atoms[value]
    return module.literals[value] if tag == "q" else value
