"""erlang: funs."""

from __future__ import annotations

from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg
from enigma_ref.terms import Atom, ExternalFun, Fun, Term, to_bool_atom

MAX_ARITY = 255


@bif("erlang", "make_fun", 3)
def make_fun_3(module: Term, function: Term, arity: Term) -> ExternalFun:
    """`fun Module:Function/Arity`, whether or not there is such a function."""
    if type(module) is not Atom or type(function) is not Atom:
        raise badarg()
    if type(arity) is not int or not 0 <= arity <= MAX_ARITY:
        raise badarg()
    return ExternalFun(module, function, arity)


@bif("erlang", "is_function", 2)
def is_function_2(term: Term, arity: Term) -> Atom:
    """Whether the term is a fun that takes so many arguments."""
    if type(arity) is not int or arity < 0:
        raise badarg()
    return to_bool_atom(type(term) in (Fun, ExternalFun) and term.arity == arity)
