"""Strategies for terms, and the same terms as Erlang text, for the tests of this folder."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from enigma_ref.terms import (
    NIL,
    Atom,
    Bitstring,
    Cons,
    ExternalFun,
    Float,
    Fun,
    Map,
    Nil,
    Pid,
    Port,
    Record,
    Reference,
    atom,
    make_list,
)

NODES = [atom("a@h"), atom("b@h")]
ATOMS = [atom(name) for name in ("", "a", "b", "ab", "Z", "é", "ÿ", "Ā", "\ufffd", "\U00010000")]
INTEGERS = [0, 1, 2, -1, -2, 2**53, 2**53 + 1, 2**59, 2**60, -(2**60), 2**64, 2**64 + 1, 10**30]
FLOATS = [
    Float(value)
    for value in (0.0, -0.0, 1.0, 2.0, -1.0, 1.5, float(2**53), float(2**64), 1e30, 1e308, 5e-324)
]


def local_fun(module: str, index: int, env: tuple[Any, ...]) -> Fun:
    """A fun whose identity is a function of its module, as in compiled code."""
    uniq = sum(map(ord, module))
    creator = Pid(atom("nonode@nohost"), 9)
    name = atom(f"-f/0-fun-{index}-")
    return Fun(atom(module), name, 1, index, uniq, bytes([uniq % 256] * 16), env, creator, None)


def bits(text: str) -> Bitstring:
    """The bitstring of a text of zeros and ones."""
    return Bitstring.from_int(int(text or "0", 2), len(text))


def identifiers(rnd: random.Random) -> Any:
    node = rnd.choice(NODES)
    creation = rnd.choice([1, 2])
    kind = rnd.randrange(3)
    if kind == 0:
        return Pid(node, rnd.randrange(3), rnd.randrange(3), creation)
    if kind == 1:
        return Port(node, rnd.randrange(3), creation)
    return Reference(node, tuple(rnd.randrange(3) for _ in range(rnd.choice([1, 3]))), creation)


def random_term(rnd: random.Random, levels: int = 3) -> Any:
    """A term from small pools, so that two of them are often equal or nearly so."""
    kind = rnd.randrange(16 if levels else 9)
    if kind < 3:
        return rnd.choice(INTEGERS)
    if kind < 5:
        return rnd.choice(FLOATS)
    if kind < 6:
        return rnd.choice(ATOMS)
    if kind < 7:
        return bits("".join(rnd.choice("01") for _ in range(rnd.choice([0, 1, 7, 8, 9, 16]))))
    if kind < 8:
        return identifiers(rnd)
    if kind < 9:
        return rnd.choice([NIL, (), Map.EMPTY, ExternalFun(rnd.choice(ATOMS[1:4]), ATOMS[1], 1)])
    inner = levels - 1
    items = [random_term(rnd, inner) for _ in range(rnd.randrange(1, 4))]
    if kind < 11:
        return tuple(items)
    if kind < 13:
        return make_list(items, rnd.choice([NIL, NIL, NIL, 1, Float(1.0), ATOMS[1]]))
    if kind < 15:
        return Map.of((item, random_term(rnd, inner)) for item in items)
    return local_fun(rnd.choice("ab"), rnd.randrange(2), tuple(items[:2]))


def vary(rnd: random.Random, term: Any) -> Any:
    """`term`, with a number here and there replaced by one that is close to it."""
    kind = type(term)
    if kind is int and rnd.random() < 0.3 and abs(term) < 2**70:
        return Float(float(term))
    if kind is Float and rnd.random() < 0.3 and abs(term) < 2**70:
        return rnd.choice([int(term), Float(-term)])
    if kind is tuple:
        return tuple(vary(rnd, item) for item in term)
    if kind is Cons:
        return Cons(vary(rnd, term.head), vary(rnd, term.tail))
    if kind is Map:
        return Map.of((vary(rnd, key), vary(rnd, value)) for key, value in term.items())
    if kind is Fun:
        env = tuple(vary(rnd, item) for item in term.env)
        return local_fun(term.module.name, term.index, env)
    return term


def large_map(rnd: random.Random) -> Map:
    """A map of 33 to 35 keys, mostly integers."""
    size = rnd.randrange(33, 36)
    keys: dict[Any, Any] = {}
    while len(keys) < size:
        key = rnd.randrange(37)
        keys[Float(key) if rnd.random() < 0.02 else key] = random_term(rnd, 0)
    return Map.of(keys.items())


def _binary_to_term(data: bytes) -> str:
    return f"binary_to_term(<<131,{','.join(map(str, data))}>>)"


def _small_atom(value: Atom) -> bytes:
    name = value.name.encode()
    return bytes([119, len(name)]) + name


def erlang_text(term: Any) -> str:
    """An Erlang expression whose value is `term`."""
    match term:
        case Float():
            return f"{float(term):.20e}"
        case int():
            return str(term)
        case Atom():
            escaped = "".join(f"\\x{{{ord(character):x}}}" for character in term.name)
            return f"'{escaped}'"
        case tuple():
            return "{" + ",".join(map(erlang_text, term)) + "}"
        case Nil():
            return "[]"
        case Cons():
            return f"[{erlang_text(term.head)}|{erlang_text(term.tail)}]"
        case Map():
            pairs = (f"{erlang_text(key)}=>{erlang_text(value)}" for key, value in term.items())
            return "#{" + ",".join(pairs) + "}"
        case Bitstring():
            return f"<<{term.bits_to_int(0, term.size)}:{term.size}>>"
        case ExternalFun():
            module, name = erlang_text(term.module), erlang_text(term.name)
            return f"fun {module}:{name}/{term.arity}"
        case Pid():
            numbers = (term.number, term.serial, term.creation)
            data = b"".join(number.to_bytes(4, "big") for number in numbers)
            return _binary_to_term(b"\x58" + _small_atom(term.node) + data)
        case Port():
            data = term.number.to_bytes(4, "big") + term.creation.to_bytes(4, "big")
            return _binary_to_term(b"\x59" + _small_atom(term.node) + data)
        case Reference():
            words = (term.creation, *term.words)
            data = b"".join(number.to_bytes(4, "big") for number in words)
            count = len(term.words).to_bytes(2, "big")
            return _binary_to_term(b"\x5a" + count + _small_atom(term.node) + data)
        case Fun():
            env = ",".join(erlang_text(item) for item in term.env)
            return (
                f"F({erlang_text(term.module)},{term.arity},{term.unique[0]},{term.index},"
                f"{term.uniq},[{env}])"
            )
    raise TypeError(type(term))


_PRELUDE = """
T = fun(X) -> <<131,B/binary>> = term_to_binary(X), B end,
F = fun(Module,Arity,Md5,Index,Uniq,Env) ->
  Free = [T(E) || E <- Env],
  Body = iolist_to_binary([Arity,binary:copy(<<Md5>>,16),<<Index:32,(length(Env)):32>>,T(Module),
                           T(Index),T(Uniq),T(self()),Free]),
  binary_to_term(<<131,112,(byte_size(Body)+4):32,Body/binary>>)
end,
"""

_MAIN = """
{ok, Asked} = file:script(hd(init:get_plain_arguments())),
io:format("~s~n", [erlang:system_info(otp_release)]),
lists:foreach(fun
  ({A, B}) ->
    C = if A < B -> -1; A > B -> 1; true -> 0 end,
    io:format("~w ~w ~w ~w~n", [C, A == B, A =:= B, erts_internal:cmp_term(A, B)])
end, Asked),
halt().
"""


def erlang_verdicts(
    pairs: list[tuple[Any, Any]], folder: Path
) -> tuple[int, list[tuple[int, bool, bool, int]]]:
    """erl's release, and its `<`, `==`, `=:=` and key order for each pair."""
    erl = shutil.which("erl")
    if erl is None:
        pytest.skip("NO erl ON PATH: the order of terms was not compared with Erlang")
    script = folder / "asked.script"
    rows = ",\n".join(f"{{{erlang_text(a)},{erlang_text(b)}}}" for a, b in pairs)
    script.write_text(f"{_PRELUDE}[{rows}].\n", encoding="utf-8")
    command = [erl, "-noshell", "-noinput", "-eval", _MAIN, "-extra", str(script)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200)
    lines = done.stdout.splitlines()
    assert len(lines) == len(pairs) + 1, done.stdout[-2000:] + done.stderr[-2000:]
    verdicts = []
    for line in lines[1:]:
        order, same, exactly, exact_order = line.split()
        verdicts.append((int(order), same == "true", exactly == "true", int(exact_order)))
    return int(lines[0]), verdicts


ATOM_TERMS = st.sampled_from(ATOMS)
BITSTRINGS = st.text("01", max_size=20).map(bits)
FLAT = st.one_of(
    st.integers(-3, 3),
    st.integers(),
    st.sampled_from(INTEGERS),
    st.sampled_from(FLOATS),
    st.floats(allow_nan=False, allow_infinity=False).map(Float),
    ATOM_TERMS,
    BITSTRINGS,
    st.just(NIL),
    st.builds(Pid, st.sampled_from(NODES), st.integers(0, 3), st.integers(0, 3), st.just(1)),
    st.builds(Port, st.sampled_from(NODES), st.integers(0, 3), st.just(1)),
    st.builds(
        Reference,
        st.sampled_from(NODES),
        st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)),
        st.just(1),
    ),
    st.builds(ExternalFun, ATOM_TERMS, ATOM_TERMS, st.integers(0, 3)),
)


def _compound(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    items = st.lists(inner, max_size=4)
    return st.one_of(
        items.map(tuple),
        items.map(make_list),
        st.tuples(items, inner).map(lambda pair: make_list(pair[0], pair[1])),
        st.lists(st.tuples(inner, inner), max_size=4).map(Map.of),
        st.tuples(st.sampled_from("ab"), st.integers(0, 1), items.map(tuple)).map(
            lambda parts: local_fun(*parts)
        ),
        st.lists(inner, min_size=2, max_size=2).map(
            lambda values: Record(ATOMS[1], ATOMS[2], True, (ATOMS[1], ATOMS[2]), tuple(values))
        ),
    )


TERMS = st.recursive(FLAT, _compound, max_leaves=12)
"""Terms of every type."""
