"""The functions that match specifications may call in guards and bodies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from enigma_ref.bifs.erlang_binaries import part as binary_part
from enigma_ref.bifs.erlang_binaries import part_of_pair, size_1
from enigma_ref.bifs.erlang_funs import is_function_2, is_record_3
from enigma_ref.bifs.erlang_identifiers import node_0, node_1
from enigma_ref.bifs.erlang_integers import ceil_1, float_1, floor_1, round_1, trunc_1
from enigma_ref.ets.match_spec import Function
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.primitives import arithmetic
from enigma_ref.machine.primitives.bitstrings import bit_size, byte_size
from enigma_ref.machine.primitives.comparison import bool_xor, lt
from enigma_ref.machine.primitives.lists import elements
from enigma_ref.machine.primitives.maps import map_get, map_is_key, no_map
from enigma_ref.machine.primitives.tuples import element
from enigma_ref.terms import (
    FALSE,
    NIL,
    TRUE,
    Atom,
    Bitstring,
    Cons,
    ExternalFun,
    Float,
    Fun,
    Map,
    Pid,
    Port,
    Reference,
    Term,
    to_bool_atom,
)
from enigma_ref.terms.order import equal, identical

Code = Callable[..., Term]

_ALWAYS: Final = 23
_SIZES_SINCE: Final = 25
_MORE_SINCE: Final = 27
_RANGES_SINCE: Final = 29


def _is(*kinds: type) -> Code:
    return lambda term: to_bool_atom(type(term) in kinds)


def _is_list(term: Term) -> Atom:
    return to_bool_atom(type(term) is Cons or term is NIL)


def _is_binary(term: Term) -> Atom:
    return to_bool_atom(type(term) is Bitstring and term.is_binary)


def _is_boolean(term: Term) -> Atom:
    return to_bool_atom(term is TRUE or term is FALSE)


def _is_integer_in(term: Term, low: Term, high: Term) -> Atom:
    if type(low) is not int or type(high) is not int:
        raise badarg()
    return to_bool_atom(type(term) is int and low <= term <= high)


def _head(term: Term) -> Term:
    if type(term) is not Cons:
        raise badarg()
    return term.head


def _tail(term: Term) -> Term:
    if type(term) is not Cons:
        raise badarg()
    return term.tail


def _map_size(term: Term) -> int:
    if type(term) is not Map:
        no_map(term)
    return len(term)


def _tuple_size(term: Term) -> int:
    if type(term) is not tuple:
        raise badarg()
    return len(term)


def _not(term: Term) -> Atom:
    if term is not TRUE and term is not FALSE:
        raise badarg()
    return FALSE if term is TRUE else TRUE


_ONE: Final[dict[str, Code]] = {
    "is_atom": _is(Atom), "is_float": _is(Float), "is_integer": _is(int), "is_list": _is_list,
    "is_number": _is(int, Float), "is_pid": _is(Pid), "is_port": _is(Port),
    "is_reference": _is(Reference), "is_tuple": _is(tuple), "is_map": _is(Map),
    "is_binary": _is_binary, "is_function": _is(Fun, ExternalFun),
    "abs": arithmetic.number_abs, "hd": _head, "tl": _tail, "length": elements, "node": node_1,
    "round": round_1, "trunc": trunc_1, "float": float_1, "size": size_1, "map_size": _map_size,
    "bit_size": bit_size, "+": arithmetic.plus, "-": arithmetic.neg, "bnot": arithmetic.bnot,
    "not": _not,
}  # fmt: skip

_TWO: Final[dict[str, Code]] = {
    "element": element, "map_get": map_get, "is_map_key": map_is_key,
    "+": arithmetic.add, "-": arithmetic.sub, "*": arithmetic.mul, "/": arithmetic.fdiv,
    "div": arithmetic.div, "rem": arithmetic.rem, "band": arithmetic.band, "bor": arithmetic.bor,
    "bxor": arithmetic.bxor, "bsl": arithmetic.bsl, "bsr": arithmetic.bsr,
    "<": lambda a, b: to_bool_atom(lt(a, b)), ">": lambda a, b: to_bool_atom(lt(b, a)),
    "=<": lambda a, b: to_bool_atom(not lt(b, a)), ">=": lambda a, b: to_bool_atom(not lt(a, b)),
    "==": lambda a, b: to_bool_atom(equal(a, b)), "/=": lambda a, b: to_bool_atom(not equal(a, b)),
    "=:=": lambda a, b: to_bool_atom(identical(a, b)),
    "=/=": lambda a, b: to_bool_atom(not identical(a, b)),
    "xor": bool_xor,
}  # fmt: skip

FUNCTIONS: Final[dict[tuple[str, int], Function]] = {
    **{(name, 1): Function(code, False, _ALWAYS) for name, code in _ONE.items()},
    **{(name, 2): Function(code, False, _ALWAYS) for name, code in _TWO.items()},
    ("node", 0): Function(node_0, True, _ALWAYS),
    ("is_record", 3): Function(is_record_3, True, _ALWAYS),
    ("byte_size", 1): Function(byte_size, False, _SIZES_SINCE),
    ("binary_part", 2): Function(part_of_pair, False, _SIZES_SINCE),
    ("binary_part", 3): Function(binary_part, False, _SIZES_SINCE),
    ("is_bitstring", 1): Function(_is(Bitstring), False, _MORE_SINCE),
    ("is_boolean", 1): Function(_is_boolean, False, _MORE_SINCE),
    ("is_function", 2): Function(is_function_2, False, _MORE_SINCE),
    ("tuple_size", 1): Function(_tuple_size, False, _MORE_SINCE),
    ("ceil", 1): Function(ceil_1, False, _MORE_SINCE),
    ("floor", 1): Function(floor_1, False, _MORE_SINCE),
    ("min", 2): Function(lambda a, b: b if lt(b, a) else a, False, _MORE_SINCE),
    ("max", 2): Function(lambda a, b: b if lt(a, b) else a, False, _MORE_SINCE),
    ("is_integer", 3): Function(_is_integer_in, False, _RANGES_SINCE),
}
"""What the sampled releases accept, found by compiling a call of each."""
