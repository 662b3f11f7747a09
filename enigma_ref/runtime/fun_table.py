"""The table of funs: which code the funs of a system lead to, while modules come and go."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from enigma_ref.machine.code import Code, Function, Lambda, LoadedModule
from enigma_ref.terms import Atom

Key = tuple[Atom, int, bytes]

Way = Callable[[Lambda], Code]
"""Where the call of a fun goes whose entry leads to no function."""


class FunTable:
    """One entry for each place in the source that funs are made at.

    A place is told by module, number and the MD5 of the module's code. Calls go to `missing`
    without a function, and to `pending` when the function is about to go.
    """

    def __init__(self, missing: Way, pending: Way) -> None:
        self._entries: dict[Key, Lambda] = {}
        self._missing = missing
        self._pending = pending
        self._purged: list[Lambda] = []

    def entry(
        self, module: Atom, arity: int, index: int, uniq: int, unique: bytes, num_free: int
    ) -> Lambda:
        """The entry of a place, made at its first mention."""
        key = (module, index, unique)
        found = self._entries.get(key)
        if found is None:
            found = Lambda(module, arity, index, uniq, unique, num_free)
            found.lead(self._missing)
            self._entries[key] = found
        return found

    def entries(self) -> list[Lambda]:
        """All entries."""
        return list(self._entries.values())

    def load(self, module: LoadedModule) -> None:
        """Let the entries of a module that is being loaded lead to its functions."""
        for fun in module.decoded.funs:
            arity = fun.arity - fun.num_free
            entry = self.entry(
                module.name, arity, fun[3], fun.old_uniq, module.decoded.md5, fun.num_free
            )
            entry.name = fun.name
            # What a file from outside said about them may have been wrong.
            entry.arity = arity
            entry.num_free = fun.num_free
            _lead_to(entry, module.by_label[fun.label])
            module.lambdas.append(entry)

    def prepare_purge(self, module: LoadedModule) -> None:
        """Let calls of the funs that lead into old code wait until it is known what becomes of
        it. Funs that newer code has taken over are none of these."""
        self._purged = _of(module)
        for entry in self._purged:
            _detach(entry)
            entry.lead(self._pending)

    def abort_purge(self) -> None:
        """The old code stays."""
        for entry in self._prepared():
            assert entry.function is not None
            _lead_to(entry, entry.function)
        self._purged = []

    def complete_purge(self) -> None:
        """The old code is gone."""
        for entry in self._prepared():
            entry.function = None
            entry.lead(self._missing)
        self._purged = []

    def is_being_purged(self, entry: Lambda) -> bool:
        """Whether it is still open what becomes of the code of a fun."""
        return any(entry is prepared for prepared in self._prepared())

    def _prepared(self) -> Iterable[Lambda]:
        """Entries that wait for the end of a purge: code may have been loaded meanwhile."""
        return [entry for entry in self._purged if entry not in _funs(entry.function)]


def _of(module: LoadedModule) -> list[Lambda]:
    return [
        entry
        for entry in dict.fromkeys(module.lambdas)
        if entry.function is not None and entry.function.module is module
    ]


def _funs(function: Function | None) -> list[Lambda]:
    return [] if function is None else function.funs


def _detach(entry: Lambda) -> None:
    if entry in _funs(entry.function):
        _funs(entry.function).remove(entry)


def _lead_to(entry: Lambda, function: Function) -> None:
    _detach(entry)
    entry.function = function
    function.funs.append(entry)
    entry.code = function.code
