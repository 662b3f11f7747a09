"""Who calls whom in a folder of modules, read from their abstract code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final

from enigma_ref.loader.chunks import last_of_each, read_chunks
from enigma_ref.loader.errors import Malformed
from enigma_ref.terms import Atom, Term, list_items, string_of
from enigma_ref.terms.external import ExternalFormatError, decode

ANY: Final = -1
"""The arity of a call whose arguments are not known, as in `spawn(M, F, Args)`."""

Function = tuple[str, str, int]
"""Module, name, arity."""


@dataclass
class Body:
    """What a clause of a function holds: calls, atoms, and texts. `firsts` are the atoms of which
    its first argument must be one, None when that may be anything."""

    firsts: frozenset[str] | None = None
    calls: set[Function] = field(default_factory=set)
    atoms: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)


Clauses = dict[tuple[str, int], list[Body]]


class Calls:
    """The functions of the modules in a folder; each module is read when it is asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.modules: dict[str, Clauses | None] = {}

    def functions(self, module: str) -> Clauses | None:
        """The clauses of all functions of a module, None when it is not in the folder."""
        if module not in self.modules:
            self.modules[module] = read_calls(self.folder / f"{module}.beam")
        return self.modules[module]

    def clauses(self, function: Function, first: str | None = None) -> list[Body]:
        """The clauses of a function. With `first`, only those that are used when the first argument
        is that atom: those that name it, or else those that take anything."""
        module, name, arity = function
        known = self.functions(module) or {}
        bodies = [
            body
            for (one, number), some in known.items()
            if one == name and arity in (number, ANY)
            for body in some
        ]
        if first is None:
            return bodies
        named = [body for body in bodies if body.firsts is not None and first in body.firsts]
        return named or [body for body in bodies if body.firsts is None]

    def reachable(self, roots: Iterable[Body]) -> Iterator[Body]:
        """The clauses that run, or may, when these do: those of every function that they call."""
        seen: set[Function] = set()
        stack = list(roots)
        while stack:
            body = stack.pop()
            yield body
            for call in body.calls - seen:
                seen.add(call)
                stack += self.clauses(call)


def read_calls(file: Path) -> Clauses | None:
    """The clauses of a module that was compiled with debug_info; None when there is none."""
    try:
        chunks = last_of_each(read_chunks(file.read_bytes()))
        term = decode(chunks["Dbgi"])
    except (OSError, Malformed, KeyError, ExternalFormatError):
        return None
    match term:
        case (Atom(name="debug_info_v1"), Atom(name="erl_abstract_code"), (forms, _)):
            return _functions(file.stem, list_items(forms) or [])
    return None


def _functions(module: str, forms: Sequence[Term]) -> Clauses:
    imports: dict[tuple[str, int], str] = {}
    found: Clauses = {}
    for form in forms:
        match form:
            case (Atom(name="attribute"), _, Atom(name="import"), (Atom(name=origin), names)):
                for name, arity in list_items(names) or []:
                    imports[name.name, arity] = origin
            case (Atom(name="function"), _, Atom(name=name), int(arity), clauses):
                some = list_items(clauses) or []
                found[name, arity] = [_body(module, imports, clause) for clause in some]
    for body in (body for bodies in found.values() for body in bodies):
        for call in [one for one in body.calls if one[0] == module and one[2] != ANY]:
            if call[1:] not in found:
                # What is neither defined nor imported is a function of erlang.
                body.calls.remove(call)
                body.calls.add(("erlang", *call[1:]))
    return found


def _body(module: str, imports: dict[tuple[str, int], str], clause: Term) -> Body:
    body = Body(firsts=_firsts(clause))
    stack = [clause]
    while stack:
        term = stack.pop()
        items = list_items(term)
        if items is not None:
            body.calls |= set(_named(items))
            stack += items
            continue
        if not isinstance(term, tuple):
            continue
        match term:
            case (Atom(name="call"), _, (Atom(name="atom"), _, Atom(name=name)), arguments):
                arity = len(list_items(arguments) or [])
                body.calls.add((imports.get((name, arity), module), name, arity))
            case (
                Atom(name="call"), _,
                (Atom(name="remote"), _, (_, _, Atom(name=other)), (_, _, Atom(name=name))),
                arguments,
            ):  # fmt: skip
                body.calls.add((other, name, len(list_items(arguments) or [])))
            case (Atom(name="fun"), _, (Atom(name="function"), Atom(name=name), int(arity))):
                body.calls.add((imports.get((name, arity), module), name, arity))
            case (
                Atom(name="fun"), _,
                (Atom(name="function"), (_, _, Atom(name=other)), (_, _, Atom(name=name)), _),
            ):  # fmt: skip
                body.calls.add((other, name, ANY))
            case (Atom(name="atom"), _, Atom(name=name)):
                body.atoms.add(name)
            case (Atom(name="string"), _, text):
                body.texts.add(string_of(text) or "")
                continue
        stack += [part for part in term if not isinstance(part, Atom | int)]
    return body


def _firsts(clause: Term) -> frozenset[str] | None:
    match clause:
        case (Atom(name="clause"), _, patterns, guards, _):
            items = list_items(patterns) or [None]
            match items[0]:
                case (Atom(name="atom"), _, Atom(name=name)):
                    return frozenset([name])
                case (Atom(name="var"), _, variable):
                    # `when` A, B; C: one of the conjunctions has to hold.
                    tests = [list_items(one) or [] for one in list_items(guards) or []]
                    return _any_of(_both(_asked(one, variable) for one in some) for some in tests)
    return frozenset()


def _asked(test: Term, variable: Term) -> frozenset[str] | None:
    """The atoms that a guard lets a variable be, None when it does not ask for any."""
    match test:
        case (Atom(name="op"), _, Atom(name="==" | "=:="), one, other):
            for left, right in ((one, other), (other, one)):
                match left, right:
                    case (Atom(name="var"), _, name), (Atom(name="atom"), _, Atom(name=atom)):
                        return frozenset([atom]) if name == variable else None
        case (Atom(name="op"), _, Atom(name="orelse" | "or"), one, other):
            return _any_of([_asked(one, variable), _asked(other, variable)])
        case (Atom(name="op"), _, Atom(name="andalso" | "and"), one, other):
            return _both([_asked(one, variable), _asked(other, variable)])
    return None


def _any_of(all_asked: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    found: set[str] = set()
    for asked in all_asked:
        if asked is None:
            return None
        found |= asked
    return frozenset(found) or None


def _both(all_asked: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    found = None
    for asked in all_asked:
        if asked is not None:
            found = asked if found is None else found & asked
    return found


def _named(items: Sequence[Term]) -> Iterator[Function]:
    """Functions named by two atoms in a row, as in `spawn(?MODULE, loop, [])`."""
    for one, other in pairwise(items):
        match one, other:
            case (Atom(name="atom"), _, Atom(name=module)), (Atom(name="atom"), _, Atom(name=name)):
                yield module, name, ANY
