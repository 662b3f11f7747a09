"""erlang: funs, what they are made of, and tests for them."""

from __future__ import annotations

from typing import Final

from enigma_ref.bifs.iodata import text_list
from enigma_ref.bifs.registry import bif
from enigma_ref.loader.tables import MAX_ARITY
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.machine.system import System
from enigma_ref.terms import (
    NIL,
    Atom,
    Bitstring,
    ExternalFun,
    Fun,
    Pid,
    Record,
    Term,
    atom,
    make_list,
    to_bool_atom,
)
from enigma_ref.terms.atoms import UNDEFINED
from enigma_ref.terms.scalar_text import fun_text
from enigma_ref.terms.smalls import is_small

EXTERNAL = atom("external")
LOCAL = atom("local")

NO_CREATOR_SINCE: Final = 26
"""Since then funs do not know which process made them."""

CODE_UNCOUNTED_SINCE: Final = 28
"""Before, the loaded code counted among those that refer to what a fun is made from, beside the
fun itself. Others made from the same are not counted: terms are shared here."""

LOCAL_ONLY: Final = ("index", "new_index", "new_uniq", "pid", "refc", "uniq")


def adopted(vm: System, fun: Fun) -> Fun:
    """A fun read from bytes, with its name and code where they can be known."""
    entry = vm.code.fun_entry(fun.module, fun.arity, fun.index, fun.uniq, fun.unique, len(fun.env))
    fun.name = entry.name
    fun.entry = entry
    return fun


def _fun(term: Term) -> Fun | ExternalFun:
    if type(term) is not Fun and type(term) is not ExternalFun:
        raise badarg()
    return term


@bif("erlang", "fun_info", 2, process=True)
def fun_info_2(process: Process, fun: Term, item: Term) -> Term:
    """`{Item, Value}`."""
    fun = _fun(fun)
    if type(item) is not Atom:
        raise badarg()
    return (item, _info(process, fun, item.name))


def _info(process: Process, fun: Fun | ExternalFun, item: str) -> Term:
    if item == "module":
        return fun.module
    if item == "arity":
        return fun.arity
    if type(fun) is ExternalFun:
        if item == "type":
            return EXTERNAL
        if item == "name":
            return fun.name
        if item == "env":
            return NIL
        if item in LOCAL_ONLY:
            return UNDEFINED
        raise badarg()
    assert type(fun) is Fun
    if item == "type":
        return LOCAL
    if item == "name":
        return _name(process, fun)
    if item == "env":
        return make_list(fun.env)
    if item == "index" or item == "new_index":
        return fun.index
    if item == "new_uniq":
        return Bitstring.of(fun.unique)
    if item == "uniq":
        return fun.uniq
    if item == "refc":
        return 1 if process.vm.release >= CODE_UNCOUNTED_SINCE else 2
    if item == "pid":
        return _creator(process, fun)
    raise badarg()


def _name(process: Process, fun: Fun) -> Term:
    """The name of the function; [] while it is not loaded, or is being purged."""
    entry = fun.entry
    is_gone = entry.function is None or process.vm.purging.takes(entry)
    return NIL if is_gone else entry.name


def _creator(process: Process, fun: Fun) -> Pid:
    if fun.creator is None or process.vm.release >= NO_CREATOR_SINCE:
        return Pid(process.vm.node, 0)
    return fun.creator


@bif("erlang", "fun_info_mfa", 1, process=True)
def fun_info_mfa_1(process: Process, fun: Term) -> Term:
    """Module, name and arity."""
    fun = _fun(fun)
    name = _name(process, fun) if type(fun) is Fun else fun.name
    return (fun.module, name, fun.arity)


@bif("erlang", "fun_to_list", 1, process=True)
def fun_to_list_1(process: Process, fun: Term) -> Term:
    """The fun as text."""
    return text_list(fun_text(_fun(fun), process.vm.release))


ARITIES_CHECKED_SINCE: Final = 24
"""Before, an arity was any small integer, of which 32 bits counted (measured on 23)."""


@bif("erlang", "make_fun", 3, process=True)
def make_fun_3(process: Process, module: Term, name: Term, arity: Term) -> ExternalFun:
    """`fun Module:Name/Arity`."""
    if type(module) is not Atom or type(name) is not Atom:
        raise badarg()
    if type(arity) is not int or arity < 0:
        raise badarg()
    if process.vm.release < ARITIES_CHECKED_SINCE and is_small(arity):
        return ExternalFun(module, name, arity & 0xFFFFFFFF)
    if arity > MAX_ARITY:
        raise badarg()
    return ExternalFun(module, name, arity)


@bif("erlang", "is_function", 2)
def is_function_2(term: Term, arity: Term) -> Atom:
    """Whether a term is a fun of that arity. Raises badarg for what can be no arity."""
    if type(arity) is not int or arity < 0:
        raise badarg()
    return to_bool_atom((type(term) is Fun or type(term) is ExternalFun) and term.arity == arity)


@bif("erlang", "is_record", 2)
def is_record_2(term: Term, tag: Term) -> Atom:
    """Whether a term is a tuple that begins with an atom, or a native record of that name."""
    if type(tag) is not Atom:
        raise badarg()
    if type(term) is Record:
        return to_bool_atom(term.name is tag)
    return to_bool_atom(type(term) is tuple and len(term) > 0 and term[0] is tag)


NATIVE_SINCE: Final = 29


@bif("erlang", "is_record", 3, process=True)
def is_record_3(process: Process, term: Term, tag: Term, size: Term) -> Atom:
    """Whether a term is a tuple of a size that begins with an atom.

    With a second atom as the size, whether it is a native record of that module and name.
    """
    if type(tag) is not Atom:
        raise badarg()
    if type(size) is Atom and process.vm.release >= NATIVE_SINCE:
        return to_bool_atom(type(term) is Record and term.module is tag and term.name is size)
    if type(size) is not int or not -_SMALL <= size < _SMALL:
        raise badarg()
    return to_bool_atom(
        type(term) is tuple and len(term) == size and len(term) > 0 and term[0] is tag
    )


_SMALL: Final = 1 << 59
