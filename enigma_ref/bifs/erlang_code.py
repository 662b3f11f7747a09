"""erlang: loading and unloading code (documentation of OTP's modules code and erlang)."""

from __future__ import annotations

from enigma_ref.bifs.printing import emulator_text
from enigma_ref.bifs.registry import bif
from enigma_ref.loader.cache import load_module
from enigma_ref.loader.errors import LoadError
from enigma_ref.loader.module import Module
from enigma_ref.machine import link
from enigma_ref.machine.errors import SYSTEM_LIMIT, BeamError, badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import (
    Atom,
    Bitstring,
    Reference,
    Term,
    atom,
    list_items,
    make_list,
    to_bool_atom,
)
from enigma_ref.terms.atoms import BADARG, ERROR, FALSE, OK, TRUE, UNDEFINED

BADFILE = atom("badfile")
DUPLICATED = atom("duplicated")
NOT_PURGED = atom("not_purged")
ON_LOAD = atom("on_load")


class Prepared:
    """A module that can be loaded, once, as long as somebody has a reference to it."""

    def __init__(self, module: Module) -> None:
        self.module: Module | None = module


def _prepared(process: Process, ref: Term) -> Prepared | None:
    found = process.vm.resource(ref) if type(ref) is Reference else None
    return found if type(found) is Prepared and found.module is not None else None


@bif("erlang", "prepare_loading", 2, process=True)
@bif("erts_internal", "prepare_loading", 2, process=True)
def prepare_loading_2(process: Process, name: Term, code: Term) -> Term:
    """Decode a module; a reference to give to finish_loading/1, or `{error, badfile}`, which the
    logger hears the cause of."""
    if type(name) is not Atom or type(code) is not Bitstring or not code.is_binary:
        raise badarg()
    vm = process.vm
    try:
        decoded = load_module(code.to_bytes(), where=name.name, cache=vm.code.cache)
    except LoadError as problem:
        return _bad_file(process, name, problem.message)
    if decoded.name is not name:
        return _bad_file(process, name, f"module name in object code is {decoded.name.name}")
    return vm.make_magic_ref(Prepared(decoded))


def _bad_file(process: Process, name: Atom, cause: str) -> Term:
    process.vm.report("error", process, f"Error loading module {name.name}:\n  {cause}\n")
    return (ERROR, BADFILE)


@bif("erlang", "has_prepared_code_on_load", 1, process=True)
def has_prepared_code_on_load_1(process: Process, ref: Term) -> Atom:
    """Whether a prepared module wants a function to be called when it is loaded."""
    found = _prepared(process, ref)
    if found is None or found.module is None:
        raise badarg()
    return to_bool_atom(_has_on_load(found.module))


def _has_on_load(decoded: Module) -> bool:
    return link.ON_LOAD in decoded.opcodes


@bif("erlang", "finish_loading", 1, process=True)
def finish_loading_1(process: Process, prepared: Term) -> Term:
    """Load prepared modules, all at once: `ok`, or `{What, Modules}` with those of which nothing
    was loaded (`duplicated`, `not_purged`), or which are loaded but for their on_load function
    (`on_load`)."""
    vm = process.vm
    refs = list_items(prepared)
    if refs is None:
        raise badarg()
    given: list[Prepared] = []
    modules: list[Module] = []
    for ref in refs:
        found = _prepared(process, ref)
        if found is None or found.module is None:
            raise _refused(BADARG, refs[len(modules) :])
        given.append(found)
        modules.append(found.module)
    if len(modules) > 1 and any(map(_has_on_load, modules)):
        raise _refused(SYSTEM_LIMIT, [])
    names = [decoded.name for decoded in modules]
    vm.code.seen.update(names)
    duplicated = [name for at, name in enumerate(names) if name in names[:at]]
    if duplicated:
        return (DUPLICATED, make_list(duplicated))
    not_purged = [name for name in names if vm.code.is_pair(name)]
    if not_purged:
        return (NOT_PURGED, make_list(not_purged))
    for one in given:
        one.module = None
    loaded = [vm.install(decoded) for decoded in modules]
    waiting = [module.name for module in loaded if module.on_load is not None]
    return (ON_LOAD, make_list(waiting)) if waiting else OK


def _refused(reason: Atom, rest: list[Term]) -> BeamError:
    """An error of finish_loading/1, which shows the part of the list that it has not seen yet."""
    mfa = (atom("erlang"), atom("finish_loading"), 1)
    return BeamError(ERROR, reason, mfa=mfa, arguments=(make_list(rest),))


@bif("erlang", "finish_after_on_load", 2, process=True)
def finish_after_on_load_2(process: Process, name: Term, keep: Term) -> Atom:
    """Make a module whose on_load function has ended the current version; with `false` nothing
    happens, since a purge has to follow."""
    if type(name) is not Atom or name not in process.vm.code.waiting:
        raise badarg()
    if keep is not TRUE and keep is not FALSE:
        raise badarg()
    if keep is TRUE:
        process.vm.finish_on_load(name)
    return TRUE


@bif("erlang", "delete_module", 1, process=True)
def delete_module_1(process: Process, name: Term) -> Atom:
    """Make the current code of a module old: nobody can call into it from outside any more.
    Raises badarg when there is old code already."""
    if type(name) is not Atom:
        raise badarg()
    code = process.vm.code
    if name not in code.seen:
        return UNDEFINED
    if name in code.old:
        shown = emulator_text(name, process.vm.release)
        process.vm.report("error", process, f"Module {shown} must be purged before deleting\n")
        raise badarg()
    code.delete(name)
    if process.vm.tracing is not None:
        process.vm.tracing.deleted(name)
    return TRUE


@bif("erlang", "check_old_code", 1, process=True)
def check_old_code_1(process: Process, name: Term) -> Atom:
    """Whether a module has old code."""
    if type(name) is not Atom:
        raise badarg()
    return to_bool_atom(name in process.vm.code.old)
