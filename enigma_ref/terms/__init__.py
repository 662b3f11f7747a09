"""Erlang terms as Python objects whose `==` and `hash` are Erlang's `=:=`."""

from __future__ import annotations

from typing import Any, TypeAlias

from enigma_ref.terms.atoms import FALSE, TRUE, Atom, atom, to_bool_atom
from enigma_ref.terms.bitstrings import Bitstring
from enigma_ref.terms.floats import Float
from enigma_ref.terms.funs import ExternalFun, Fun
from enigma_ref.terms.identifiers import Pid, Port, Reference
from enigma_ref.terms.lists import (
    NIL,
    Cons,
    Nil,
    list_items,
    make_list,
    make_string,
    string_of,
)
from enigma_ref.terms.maps import Map
from enigma_ref.terms.records import Record

Term: TypeAlias = Any
"""Any Erlang term: int, Float, Atom, tuple, Cons, Nil, Map, Bitstring, Pid, Port, Reference,
Fun, ExternalFun or Record. None is never a term."""

__all__ = [
    "FALSE",
    "NIL",
    "TRUE",
    "Atom",
    "Bitstring",
    "Cons",
    "ExternalFun",
    "Float",
    "Fun",
    "Map",
    "Nil",
    "Pid",
    "Port",
    "Record",
    "Reference",
    "Term",
    "atom",
    "list_items",
    "make_list",
    "make_string",
    "string_of",
    "to_bool_atom",
]
