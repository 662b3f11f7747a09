"""Calls of built-in and library functions."""

from __future__ import annotations

from typing import Final

from conformance.random_programs.funs import fun
from conformance.random_programs.generator import Generator, produces
from conformance.random_programs.kinds import PLAIN, Kind
from conformance.random_programs.scope import Scope
from conformance.random_programs.tree import Node, expression, separated

_K = Kind

_TABLE: Final = """
abs(number) -> integer
abs(number) -> float
length(list) -> integer
hd(integers) -> integer
hd(list) -> any
tl(list) -> list
tl(integers) -> integers
element(index, tuple) -> any
setelement(index, tuple, any) -> tuple
tuple_size(tuple) -> integer
map_size(map) -> integer
byte_size(bitstring) -> integer
bit_size(bitstring) -> integer
size(tuple) -> integer
size(binary) -> integer
is_function(fun, small) -> boolean
is_map_key(any, map) -> boolean
map_get(atom, map) -> any
max(any, any) -> any
min(any, any) -> any
max(integer, integer) -> integer
min(number, number) -> float
round(float) -> integer
trunc(float) -> integer
floor(number) -> integer
ceil(number) -> integer
float(integer) -> float
atom_to_list(atom) -> integers
atom_to_binary(atom) -> binary
binary_to_atom(binary) -> atom
list_to_atom(bytes) -> atom
list_to_tuple(list) -> tuple
tuple_to_list(tuple) -> list
list_to_binary(iodata) -> binary
list_to_bitstring(bytes) -> bitstring
iolist_to_binary(iodata) -> binary
iolist_size(iodata) -> integer
erlang:iolist_to_iovec(iodata) -> list
binary_to_list(binary) -> integers
binary_to_list(binary, index, index) -> integers
bitstring_to_list(bitstring) -> list
binary_part(binary, small, index) -> binary
split_binary(binary, small) -> tuple
integer_to_list(integer) -> integers
integer_to_list(integer, small) -> integers
integer_to_binary(integer) -> binary
integer_to_binary(integer, index) -> binary
list_to_integer(digits) -> integer
list_to_integer(integers) -> integer
list_to_integer(digits, small) -> integer
binary_to_integer(digits_binary) -> integer
binary_to_integer(digits_binary, small) -> integer
list_to_float(digits) -> float
float_to_list(float) -> integers
float_to_binary(float) -> binary
erlang:append_element(tuple, any) -> tuple
erlang:insert_element(index, tuple, any) -> tuple
erlang:delete_element(index, tuple) -> tuple
erlang:make_tuple(small, any) -> tuple
erlang:phash2(any) -> integer
erlang:phash2(any, index) -> integer
erlang:crc32(iodata) -> integer
erlang:adler32(iodata) -> integer
erlang:md5(iodata) -> binary
binary_to_term(binary) -> any
apply(fun, list) -> any
apply(erlang, abs, integers) -> integer
is_process_alive(any) -> boolean
lists:append(list, list) -> list
lists:append(lists) -> list
lists:reverse(list) -> list
lists:reverse(integers) -> integers
lists:reverse(list, list) -> list
lists:sort(list) -> list
lists:sort(integers) -> integers
lists:usort(list) -> list
lists:umerge(list, list) -> list
lists:merge(integers, integers) -> integers
lists:member(any, list) -> boolean
lists:nth(index, list) -> any
lists:nth(index, integers) -> integer
lists:nthtail(small, list) -> list
lists:last(list) -> any
lists:droplast(list) -> list
lists:sum(integers) -> integer
lists:max(list) -> any
lists:min(integers) -> integer
lists:flatten(list) -> list
lists:keyfind(any, index, tuples) -> tuple
lists:keymember(atom, index, tuples) -> boolean
lists:keysearch(atom, index, tuples) -> any
lists:keystore(any, index, tuples, tuple) -> tuples
lists:keydelete(atom, index, tuples) -> tuples
lists:keysort(index, tuples) -> tuples
lists:keytake(atom, index, tuples) -> any
lists:delete(any, list) -> list
lists:subtract(list, list) -> list
lists:sublist(list, small) -> list
lists:split(small, list) -> tuple
lists:zip(list, list) -> list
lists:unzip(pairs) -> tuple
lists:duplicate(small, any) -> list
lists:seq(small, small) -> integers
lists:prefix(list, list) -> boolean
lists:concat(integers) -> integers
lists:map(fun, list) -> list
lists:foreach(fun, list) -> atom
lists:filter(fun boolean, list) -> list
lists:filter(fun boolean, integers) -> integers
lists:partition(fun boolean, list) -> tuple
lists:takewhile(fun boolean, list) -> list
lists:dropwhile(fun boolean, integers) -> integers
lists:splitwith(fun boolean, list) -> tuple
lists:any(fun boolean, list) -> boolean
lists:all(fun boolean, list) -> boolean
lists:flatmap(fun list, list) -> list
lists:filtermap(fun boolean, list) -> list
lists:map(fun integer, integers) -> integers
lists:foldl(fun2, any, list) -> any
lists:foldr(fun2, any, list) -> any
lists:foldl(fun2, integer, integers) -> integer
lists:mapfoldl(fun2, any, list) -> any
lists:zipwith(fun2, list, list) -> list
lists:sort(fun2 boolean, list) -> list
maps:get(any, map) -> any
maps:get(any, map, any) -> any
maps:find(any, map) -> any
maps:is_key(any, map) -> boolean
maps:put(any, any, map) -> map
maps:update(atom, any, map) -> map
maps:remove(any, map) -> map
maps:take(atom, map) -> any
maps:merge(map, map) -> map
maps:from_list(pairs) -> map
maps:with(list, map) -> map
maps:without(list, map) -> map
maps:size(map) -> integer
maps:filter(fun2 boolean, map) -> map
maps:update_with(atom, fun, any, map) -> map
lists:sort(maps:keys(map)) -> list
lists:sort(maps:values(map)) -> list
lists:sort(maps:to_list(map)) -> list
binary:part(binary, small, index) -> binary
binary:at(binary, small) -> integer
binary:first(binary) -> integer
binary:last(binary) -> integer
binary:copy(binary) -> binary
binary:copy(binary, small) -> binary
binary:split(binary, binary) -> list
binary:match(binary, binary) -> any
binary:matches(binary, binary) -> list
binary:bin_to_list(binary) -> integers
binary:list_to_bin(bytes) -> binary
binary:encode_unsigned(non_negative) -> binary
binary:encode_unsigned(non_negative, little) -> binary
binary:decode_unsigned(binary) -> integer
binary:decode_unsigned(binary, little) -> integer
binary:longest_common_prefix(list) -> integer
math:sqrt(number) -> float
math:pow(float, small) -> float
math:floor(float) -> float
math:ceil(float) -> float
math:sin(float) -> float
math:fmod(float, float) -> float
math:atan2(float, float) -> float
math:exp(float) -> float
math:log(number) -> float
erlang:'+'(integer, integer) -> integer
erlang:'not'(boolean) -> boolean
erlang:'++'(list, list) -> list
erlang:element(index, tuple) -> any
"""
"""Functions with the kinds of their arguments and result. Other words stand for themselves.

The compiler of OTP 25 takes a call of list_to_bitstring/1 with an improper list for one that
always fails, and leaves nothing sensible after it, hence its narrow kind.
"""

_ERLANG: Final = "erlang"
_WORDS: Final = {kind.name.lower(): kind for kind in Kind}


class Call:
    """One line of the table: text, and between it kinds (with that of a fun's result)."""

    __slots__ = ("functions", "parts", "result")

    def __init__(self, line: str) -> None:
        written, _, result = line.partition(" -> ")
        self.result = _WORDS[result]
        outside, _, arguments = written.rstrip(")").rpartition("(")
        self.parts: list[str | tuple[Kind, Kind | None]] = []
        for argument in arguments.split(", "):
            first, _, inner = argument.partition(" ")
            if first in _WORDS:
                self.parts.append((_WORDS[first], _WORDS[inner] if inner else None))
            else:
                self.parts.append(argument)
        self.functions = _functions(outside, len(self.parts))

    @property
    def closing(self) -> str:
        """The brackets at the end."""
        return ")" * len(self.functions)


def _functions(outside: str, arity: int) -> list[tuple[str, str]]:
    """What is called, the innermost last: text to write, and `module:name/arity`."""
    names = outside.split("(")
    found = []
    for position, name in enumerate(names):
        full = name if ":" in name else f"{_ERLANG}:{name}"
        found.append((name, f"{full}/{arity if position == len(names) - 1 else 1}"))
    return found


CALLS: Final = tuple(map(Call, _TABLE.strip().splitlines()))

FUNCTIONS: Final = frozenset(mfa for call in CALLS for _, mfa in call.functions)
"""Every function that programs may call, as module:name/arity."""

_BY_RESULT: Final = {
    kind: tuple(call for call in CALLS if call.result is kind) for kind in _WORDS.values()
}


@produces(26, *PLAIN)
def library_call(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node | None:
    """A call of a built-in or library function."""
    usable = (*_BY_RESULT[kind], *_BY_RESULT[Kind.ANY])
    call = g.pick(usable)
    # Decided after the choice, so that all other programs stay as they are.
    if any(mfa in g.without for _, mfa in call.functions):
        return None
    return _call(g, scope, call, depth)


@produces(6, Kind.TUPLES)
def tuples_call(g: Generator, scope: Scope, kind: Kind, depth: int) -> Node | None:
    """A call for a list of tuples."""
    return library_call(g, scope, kind, depth)


def _call(g: Generator, scope: Scope, call: Call, depth: int) -> Node:
    arguments: list[Node] = []
    for part in call.parts:
        if isinstance(part, str):
            arguments.append(expression(part))
            continue
        kind, inner = part
        if inner is None or g.chance(15):
            arguments.append(g.expression(scope, kind, depth))
        elif kind is Kind.FUN:
            arguments.append(fun(g, scope, (Kind.ANY,), inner, depth))
        else:
            arguments.append(fun(g, scope, (Kind.ANY, Kind.ANY), inner, depth))
    opening = "(".join(name for name, _ in call.functions)
    return expression(f"{opening}(", *separated(arguments), call.closing)
