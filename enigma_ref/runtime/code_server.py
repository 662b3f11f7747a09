"""The code table: which modules are loaded, export entries, and where modules come from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from enigma_ref._generated.bifs import BIFS, BifEntry
from enigma_ref._generated.opcodes import REFUSED
from enigma_ref.bifs import load_all
from enigma_ref.bifs.registry import IMPLEMENTATIONS, WANTS_PROCESS
from enigma_ref.loader.cache import Cache, load_module_file
from enigma_ref.loader.errors import LoadError
from enigma_ref.loader.module import Module, read_module
from enigma_ref.machine.code import BifCode, Export, Function, Lambda, LoadedModule
from enigma_ref.machine.errors import BeamError
from enigma_ref.machine.link import NAMES, Linker
from enigma_ref.terms import Atom, atom
from enigma_ref.terms.atoms import ERROR

NIF = "nif"


class CodeServer:
    """Loads modules for one system of one OTP release.

    `paths` are folders with .beam files, searched in order when a module is called that is not
    loaded.
    """

    def __init__(
        self, release: int, paths: Sequence[Path], linker: Linker, cache: Cache | None
    ) -> None:
        load_all()
        self.release = release
        self.paths = [Path(path) for path in paths]
        self.linker = linker
        self.cache = cache
        self.modules: dict[Atom, LoadedModule] = {}
        self.exports: dict[tuple[Atom, Atom, int], Export] = {}
        self._missing: set[Atom] = set()

    # ---------------------------------------------------------------- export entries

    def export(self, module: Atom, name: Atom, arity: int) -> Export:
        """The entry of a function, made at its first mention."""
        key = (module, name, arity)
        found = self.exports.get(key)
        if found is None:
            found = self.exports[key] = Export(module, name, arity)
            self.give_code(found)
        return found

    def give_code(self, export: Export) -> None:
        """Put behind an export entry what it has without a loaded module."""
        mfa = (export.module.name, export.name.name, export.arity)
        entry = BIFS.get(mfa)
        export.is_undefined = False
        if entry is not None and self.release in entry.releases:
            if entry.instruction is not None:
                export.code = self.linker.stub(entry.instruction, export)
                return
            export.bif = self._implementation(mfa, entry)
            if export.bif is None and entry.guard:
                export.bif = BifCode(("plain",), _undefined(export))
            if export.bif is not None:
                export.code = self.linker.stub("i_call_bif_only", export)
                return
        export.is_undefined = True
        export.code = self.linker.stub("i_undefined", export)

    def _implementation(self, mfa: tuple[str, str, int], entry: BifEntry) -> BifCode | None:
        if entry.in_place:
            return BifCode(("inline", mfa), None)
        function = IMPLEMENTATIONS.get(mfa)
        if function is None:
            return None
        wants_process = mfa in WANTS_PROCESS
        if entry.check is not None:
            function = _checked(entry.check, function, wants_process)
        return BifCode(("process",) if wants_process else ("plain",), function)

    def is_builtin(self, module: Atom, name: Atom, arity: int) -> bool:
        """Whether this release has the function built in (`erlang:is_builtin/3`)."""
        entry = BIFS.get((module.name, name.name, arity))
        return entry is not None and self.release in entry.releases and entry.kind != NIF

    # ---------------------------------------------------------------- modules

    def find(self, name: Atom) -> Path | None:
        """The file of a module on the path."""
        for folder in self.paths:
            path = folder / f"{name.name}.beam"
            if path.is_file():
                return path
        return None

    def load(self, name: Atom) -> LoadedModule | None:
        """Load a module from the path; None when there is none. Raises LoadError."""
        if name in self._missing:
            return None
        path = self.find(name)
        if path is None:
            self._missing.add(name)
            return None
        return self.install(load_module_file(path, self.cache))

    def install_bytes(self, data: bytes, where: str) -> LoadedModule:
        """Load a module from the contents of a .beam file. Raises LoadError."""
        return self.install(read_module(data, where=where))

    def install(self, decoded: Module) -> LoadedModule:
        """Put a decoded module into the code table; its export entries follow it from now on.

        Raises LoadError for instructions that this release refuses.
        """
        self._accept(decoded)
        module = LoadedModule(decoded)
        module.atoms = decoded.atoms
        module.literals = decoded.literals
        module.imports = [self.export(*imported) for imported in decoded.imports]
        for entry in decoded.functions:
            name: Any = decoded.atoms[entry.name]
            function = Function(
                module, name, entry.arity, entry.start, entry.end, entry.entry_label
            )
            self.linker.prepare(function)
            module.functions.append(function)
            module.by_label[entry.entry_label] = function
        for fun in decoded.funs:
            module.lambdas.append(
                Lambda(
                    module.name,
                    fun.name,
                    fun.arity - fun.num_free,
                    fun[3],
                    fun.old_uniq,
                    decoded.md5,
                    fun.num_free,
                    module.by_label[fun.label],
                )
            )
        for exported in decoded.exports:
            export = self.export(module.name, exported.name, exported.arity)
            export.function = module.by_label[exported.label]
            module.exports.append(export)
            if not self._stays_built_in(export):
                export.code = _entry(export.function)
                export.is_undefined = False
        for record in decoded.records:
            module.records[record.name] = RecordOf(
                record.exported,
                tuple((name, _constant(module, default)) for name, default in record.fields),
            )
        old = self.modules.get(module.name)
        self.modules[module.name] = module
        self._missing.discard(module.name)
        if old is not None:
            self._withdraw(old)
        return module

    def _withdraw(self, old: LoadedModule) -> None:
        """Undefine what the old code of a module exported and its new code does not."""
        for export in old.exports:
            if export.function is not None and export.function.module is old:
                export.function = None
                self.give_code(export)

    def _accept(self, decoded: Module) -> None:
        sampled = max((known for known in REFUSED if known <= self.release), default=min(REFUSED))
        refused = REFUSED[sampled].intersection({number for number, *_ in decoded.code})
        if refused:
            names = ", ".join(NAMES[number] for number in sorted(refused))
            raise LoadError(
                decoded.name.name,
                f"OTP {self.release} does not accept the instruction {names}; "
                "compile the module again with a newer compiler",
            )

    def delete(self, name: Atom) -> bool:
        """Take a module out of the table: its export entries lead nowhere; whether it was there.

        Code that runs in it, and funs made by it, go on.
        """
        module = self.modules.pop(name, None)
        if module is None:
            return False
        for export in module.exports:
            export.function = None
            if not self._stays_built_in(export):
                self.give_code(export)
        return True

    def _stays_built_in(self, export: Export) -> bool:
        """Whether a built-in function keeps its place when a module exports the same name.

        Those that are not implemented stay undefined: OTP's modules hold stand-ins for them
        that only report an error.
        """
        entry = BIFS.get((export.module.name, export.name.name, export.arity))
        return entry is not None and self.release in entry.releases


class RecordOf(NamedTuple):
    """A native record that a module defines: its fields with default values, None without."""

    exported: bool
    fields: tuple[tuple[Atom, Any], ...]


def _constant(module: LoadedModule, operand: Any) -> Any:
    """The term that a constant operand stands for."""
    if operand is None:
        return None
    tag, value = operand
    if tag == "a":
        return module.atoms[value]
    return module.literals[value] if tag == "q" else value


def _entry(function: Function) -> Callable[..., Any]:
    """Code behind an export entry: goes to wherever the function begins now."""

    def enter_function(x: list[Any], s: list[Any], p: Any) -> Any:
        return function.code

    return enter_function


def _undefined(export: Export) -> Callable[..., Any]:
    """In the place of a guard function that is not implemented."""

    def raise_undef(*arguments: Any) -> Any:
        raise BeamError(ERROR, atom("undef"), mfa=export.mfa, arguments=arguments)

    return raise_undef


def _checked(
    check: Callable[..., None], function: Callable[..., Any], wants_process: bool
) -> Callable[..., Any]:
    if wants_process:

        def call_with_process(process: Any, *arguments: Any) -> Any:
            check(*arguments)
            return function(process, *arguments)

        return call_with_process

    def call(*arguments: Any) -> Any:
        check(*arguments)
        return function(*arguments)

    return call
