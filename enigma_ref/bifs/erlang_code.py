"""erlang: loading code from a binary."""

from __future__ import annotations

from enigma_ref.bifs.registry import bif
from enigma_ref.loader.errors import LoadError
from enigma_ref.loader.module import read_module
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.link import NAMES
from enigma_ref.machine.process import Process
from enigma_ref.terms import Atom, Bitstring, Reference, Term, atom, list_items, to_bool_atom
from enigma_ref.terms.atoms import ERROR, OK, TRUE, UNDEFINED

BADFILE = atom("badfile")


@bif("erlang", "prepare_loading", 2, process=True)
@bif("erts_internal", "prepare_loading", 2, process=True)
def prepare_loading_2(process: Process, name: Term, code: Term) -> Term:
    """Decode a module; a reference to give to finish_loading/1, or `{error, badfile}`."""
    if type(name) is not Atom or type(code) is not Bitstring or not code.is_binary:
        raise badarg()
    try:
        decoded = read_module(code.to_bytes(), where=name.name)
    except LoadError:
        return (ERROR, BADFILE)
    if decoded.name is not name:
        return (ERROR, BADFILE)
    ref = process.vm.make_ref()
    process.vm.prepared[ref] = decoded
    return ref


@bif("erlang", "finish_loading", 1, process=True)
def finish_loading_1(process: Process, prepared: Term) -> Term:
    """Put prepared modules into the code table, all at once."""
    refs = list_items(prepared)
    if refs is None or any(
        type(ref) is not Reference or ref not in process.vm.prepared for ref in refs
    ):
        raise badarg()
    for ref in refs:
        process.vm.install(process.vm.prepared.pop(ref))
    return OK


@bif("erlang", "has_prepared_code_on_load", 1, process=True)
def has_prepared_code_on_load_1(process: Process, ref: Term) -> Atom:
    """Whether a prepared module wants a function to be called when it is loaded."""
    decoded = process.vm.prepared.get(ref) if type(ref) is Reference else None
    if decoded is None:
        raise badarg()
    return to_bool_atom(any(NAMES[instruction[0]] == "on_load" for instruction in decoded.code))


@bif("erlang", "delete_module", 1, process=True)
def delete_module_1(process: Process, name: Term) -> Atom:
    """Make the current code of a module old: nobody can call into it from outside any more."""
    if type(name) is not Atom:
        raise badarg()
    return TRUE if process.vm.delete_module(name) else UNDEFINED
