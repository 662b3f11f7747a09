"""The code table: which versions of modules are loaded, export entries, where modules come from."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from enigma_ref._generated.bifs import BIFS, BifEntry
from enigma_ref._generated.opcodes import REFUSED
from enigma_ref.bifs import load_all
from enigma_ref.bifs.erlang_modules import preloaded
from enigma_ref.bifs.registry import IMPLEMENTATIONS, WANTS_PROCESS
from enigma_ref.loader import shared_keys
from enigma_ref.loader.cache import Cache, load_module_file
from enigma_ref.loader.errors import LoadError
from enigma_ref.loader.module import OWN_FILE_SINCE, Module, constant, with_own_file
from enigma_ref.machine import link
from enigma_ref.machine.code import BifCode, Export, Function, Lambda, LoadedModule
from enigma_ref.machine.errors import BeamError
from enigma_ref.machine.link import NAMES, Linker
from enigma_ref.runtime.fun_table import FunTable
from enigma_ref.terms import Atom, atom
from enigma_ref.terms.atoms import ERROR

MOST_DROPPED = 2000
"""How many functions that nobody runs any more are kept."""

NIF = "nif"
ON_LOAD = atom("on_load")
HIBERNATE = ("erlang", "hibernate", 0)
"""For erts a function of the module erlang in which its loader puts an instruction (measured)."""


class CodeServer:
    """Loads modules for one system of one OTP release.

    `paths` are folders with .beam files, searched in order when a module is called that is not
    loaded. Of each module there are at most two versions: the current one in `modules`, which is
    called from outside, and in `old` the one before it, for processes that still run it. A
    version whose `on_load` function has not ended yet is in `waiting`. `seen` are the names of
    all modules that ever were loaded. `library` tells where the release has its modules when OTP's
    own code server loads them.
    """

    def __init__(
        self,
        release: int,
        paths: Sequence[Path],
        linker: Linker,
        cache: Cache | None,
        funs: FunTable,
    ) -> None:
        load_all()
        self.release = release
        self.paths = [Path(path) for path in paths]
        self.library: Callable[[], Sequence[Path]] = list
        self.linker = linker
        self.cache = cache
        self.funs = funs
        self.modules: dict[Atom, LoadedModule] = {}
        self.old: dict[Atom, LoadedModule] = {}
        self.waiting: dict[Atom, LoadedModule] = {}
        self.seen: set[Atom] = set()
        self._dropped = 0
        self.exports: dict[tuple[Atom, Atom, int], Export] = {}
        self._missing: set[Atom] = set()
        self._preloaded = frozenset(preloaded(release))

    # ---------------------------------------------------------------- export entries

    def export(self, module: Atom, name: Atom, arity: int) -> Export:
        """The entry of a function, made at its first mention."""
        key = (module, name, arity)
        found = self.exports.get(key)
        if found is None:
            found = self.exports[key] = Export(module, name, arity, len(self.exports))
            self.give_code(found)
        return found

    def give_code(self, export: Export) -> None:
        """Put behind an export entry what it has without a loaded module."""
        mfa = (export.module.name, export.name.name, export.arity)
        entry = BIFS.get(mfa)
        export.is_undefined = False
        if entry is not None and self.release in entry.releases and entry.kind != NIF:
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
        mfa = (module.name, name.name, arity)
        entry = BIFS.get(mfa)
        if entry is None or self.release not in entry.releases:
            return False
        return entry.kind != NIF and mfa != HIBERNATE

    def fun_entry(
        self, module: Atom, arity: int, index: int, uniq: int, unique: bytes, num_free: int
    ) -> Lambda:
        """The entry of funs from one place in the source, made at its first mention."""
        return self.funs.entry(module, arity, index, uniq, unique, num_free)

    # ---------------------------------------------------------------- modules

    def find(self, name: Atom) -> Path | None:
        """The file of a module on the path."""
        for folder in self.paths:
            path = folder / f"{name.name}.beam"
            if path.is_file():
                return path
        return None

    def decoded(self, name: Atom) -> Module | None:
        """A module from the path, to be installed; None when there is none. Raises LoadError."""
        if name in self._missing:
            return None
        path = self.find(name)
        if path is None:
            self._missing.add(name)
            return None
        found = load_module_file(path, self.cache)
        # In `erl`, nobody knows the lines of the modules that the runtime brings along (measured).
        return found.as_preloaded() if name.name in self._preloaded else found

    def compiled(self, name: Atom) -> Module | None:
        """A module as it is loaded, or else as it would be; None when there is none. Raises
        LoadError."""
        loaded = self.modules.get(name)
        if loaded is not None:
            return loaded.decoded
        for folder in self.library():
            path = folder / f"{name.name}.beam"
            if path.is_file():
                found = load_module_file(path, self.cache)
                return with_own_file(found) if self.release >= OWN_FILE_SINCE else found
        return self.decoded(name)

    def install(self, decoded: Module, unbooted: bool = False) -> LoadedModule:
        """Load a decoded module. Unless it has an on_load function it becomes the current
        version at once, and the current one the old one, of which there must be none.

        Modules of the runtime itself export theirs, and OTP calls it when it boots (erl_init.erl).
        With `unbooted` it counts as if it were declared.

        Raises LoadError for instructions that this release refuses.
        """
        self._accept(decoded)
        if self.release >= OWN_FILE_SINCE:
            decoded = with_own_file(decoded)
        if self.release in shared_keys.RELEASES:
            decoded = shared_keys.with_shared_keys(decoded)
        self.linker.registers.reach(decoded.x_registers, decoded.float_registers)
        module = LoadedModule(decoded)
        module.atoms = decoded.atoms
        module.literals = decoded.literals
        for row in decoded.functions:
            name: Any = decoded.atoms[row.name]
            function = Function(module, name, row.arity, row.start, row.end, row.entry_label)
            self.linker.prepare(function)
            module.functions.append(function)
            module.by_label[row.entry_label] = function
        for record in decoded.records:
            module.records[record.name] = RecordOf(
                record.exported,
                tuple(
                    (name, None if default is None else constant(decoded, default))
                    for name, default in record.fields
                ),
            )
        module.exports = [
            self.export(module.name, exported.name, exported.arity) for exported in decoded.exports
        ]
        # Behind its own: the order of entries shows in module_info(exports).
        module.imports = [self.export(*imported) for imported in decoded.imports]
        module.on_load = _on_load_function(module)
        if unbooted and module.on_load is None and any(_natives(module, self.release)):
            module.on_load = next(
                (found for found in module.functions if found.name is ON_LOAD and not found.arity),
                None,
            )
        self.funs.load(module)
        self.seen.add(module.name)
        self._missing.discard(module.name)
        if module.on_load is None:
            self.make_current(module)
        else:
            self.waiting[module.name] = module
        return module

    def make_current(self, module: LoadedModule) -> None:
        """Let calls from outside lead to a version of a module that was loaded."""
        before = self.modules.get(module.name)
        if before is not None:
            self.old[module.name] = before
        self.modules[module.name] = module
        # Of a version whose module was deleted while its on_load function ran, none are left.
        for export, exported in zip(module.exports, module.decoded.exports, strict=False):
            export.function = module.by_label[exported.label]
            if not self._stays_built_in(export):
                export.code = self.linker.way_into(export.function)
                export.is_undefined = False
            elif export.bif is not None and not export.function.ready:
                # The module itself calls the built-in function, too, and not its stand-in.
                export.function.begin_at(self.linker.stub("i_call_bif_only", export))
                export.function.ready = True
        if before is not None:
            self._withdraw(before)

    def finish_on_load(self, name: Atom) -> None:
        """The on_load function of a version has succeeded."""
        self.make_current(self.waiting.pop(name))

    def _withdraw(self, old: LoadedModule) -> None:
        """Undefine what the old code of a module exported and its new code does not."""
        for export in old.exports:
            if export.function is not None and export.function.module is old:
                export.function = None
                self.give_code(export)

    def _accept(self, decoded: Module) -> None:
        sampled = max((known for known in REFUSED if known <= self.release), default=min(REFUSED))
        refused = REFUSED[sampled] & decoded.opcodes
        if refused:
            names = ", ".join(NAMES[number] for number in sorted(refused))
            raise LoadError(
                decoded.name.name,
                f"OTP {self.release} does not accept the instruction {names}; "
                "compile the module again with a newer compiler",
            )

    def is_pair(self, name: Atom) -> bool:
        """Whether there are two versions, so that no third one can be loaded."""
        return name in self.modules and name in self.old

    def delete(self, name: Atom) -> None:
        """Make the current version the old one: its export entries lead nowhere, and those of a
        version that waits for its on_load function never will (measured).

        Code that runs in it, and funs made by it, go on.
        """
        if name in self.waiting:
            self.waiting[name].exports = []
        module = self.modules.pop(name, None)
        if module is None:
            return
        self.old[name] = module
        for export in module.exports:
            export.function = None
            if not self._stays_built_in(export):
                self.give_code(export)

    def drop_old(self, name: Atom) -> None:
        """Forget the old version of a module, which nobody runs any more."""
        module = self.old.pop(name)
        self.linker.forget(module)
        self._dropped += len(module.functions)
        if self._dropped >= MOST_DROPPED:
            # Code that loops holds itself. Only Python's collector frees it, which runs nowhere
            # else, as it looks at all there is.
            self._dropped = 0
            gc.collect()

    def take_over(self) -> None:
        """Undo what a system has left unfinished that ran this code before: a purge, and loading
        of versions whose on_load function has not ended."""
        self.funs.abort_purge()
        self.waiting.clear()

    def _stays_built_in(self, export: Export) -> bool:
        """Whether a built-in function keeps its place when a module exports the same name.

        Those that are not implemented stay undefined: OTP's modules hold stand-ins for them
        that only report an error.
        """
        entry = BIFS.get((export.module.name, export.name.name, export.arity))
        return entry is not None and self.release in entry.releases and entry.kind != NIF

    def give_natives(self, module: LoadedModule) -> bool:
        """Let native functions take the place of a version's own, where there are any; whether
        the runtime has a library of them for the module. Those that are not implemented stay the
        stand-ins that they are."""
        for function in _natives(module, self.release):
            mfa = (module.name.name, function.name.name, function.arity)
            native = Export(module.name, function.name, function.arity)
            native.bif = self._implementation(mfa, BIFS[mfa])
            if native.bif is not None:
                function.begin_at(self.linker.stub("i_call_bif_only", native))
                function.ready = True
            module.natives.append(function)
        return bool(module.natives)


def _on_load_function(module: LoadedModule) -> Function | None:
    """The function that a module wants to be called when it is loaded."""
    if link.ON_LOAD not in module.decoded.opcodes:
        return None
    for function in module.functions:
        for position in range(function.first, min(function.first + 6, function.end)):
            if module.decoded.code[position][0] == link.ON_LOAD:
                return function
    return None


def _natives(module: LoadedModule, release: int) -> Iterator[Function]:
    """The functions of a module that the runtime has native ones for."""
    for function in module.functions:
        entry = BIFS.get((module.name.name, function.name.name, function.arity))
        if entry is not None and entry.kind == NIF and release in entry.releases:
            yield function


class RecordOf(NamedTuple):
    """A native record that a module defines: its fields with default values, None without."""

    exported: bool
    fields: tuple[tuple[Atom, Any], ...]


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
