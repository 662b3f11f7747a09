"""The modules of the installed Erlang, and what Erlang itself says of them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from enigma_ref.cli.dis import listing
from enigma_ref.loader import Cache, load_module_file, read_module
from enigma_ref.loader.compact import Operand, opcode_name
from enigma_ref.loader.module import Module
from tests.loader.conftest import run_erl


def test_every_installed_module_is_read(installed_beams: list[Path]) -> None:
    instructions = 0
    for path in installed_beams:
        module = read_module(path.read_bytes(), where=str(path))
        assert module.name.name == path.stem
        instructions += len(module.code)
    assert instructions > 50_000


def test_the_md5_is_that_of_beam_lib(installed_beams: list[Path]) -> None:
    names = ",".join(f'"{path}"' for path in installed_beams)
    text = run_erl(
        "[begin {ok, {M, D}} = beam_lib:md5(F), "
        'io:format("~s ~s~n", [M, binary:encode_hex(D)]) end '
        f"|| F <- [{names}]]"
    )
    expected = [line.split() for line in text.splitlines()]
    assert len(expected) == len(installed_beams)
    for path, (name, digest) in zip(installed_beams, expected, strict=True):
        module = read_module(path.read_bytes())
        assert (module.name.name, module.md5.hex().upper()) == (name, digest)


COMPARED = ("lists", "gen_server", "base64", "erl_scan", "io_lib_fread", "maps", "rand", "os")

# Leaves of beam_disasm's terms: registers, labels, constants. It resolves some operands away
# (imports, calls, strings) and shows plain numbers bare; those are left out on both sides.
FLATTEN = """
Hex = fun(T) -> binary:encode_hex(term_to_binary(T, [{minor_version,2},deterministic])) end,
F = fun F({tr,R,_}) -> F(R);
        F({x,N}) when is_integer(N) -> [io_lib:format("x~b",[N])];
        F({y,N}) when is_integer(N) -> [io_lib:format("y~b",[N])];
        F({fr,N}) -> [io_lib:format("fr~b",[N])];
        F({f,N}) -> [io_lib:format("f~b",[N])];
        F({integer,N}) -> [io_lib:format("i~b",[N])];
        F({atom,A}) -> [io_lib:format("a~s",[binary:encode_hex(atom_to_binary(A))])];
        F({literal,L}) -> [io_lib:format("q~s",[Hex(L)])];
        F({float,L}) -> [io_lib:format("q~s",[Hex(L)])];
        F(nil) -> ["nil"];
        F({extfunc,_,_,_}) -> [];
        F({alloc,_}) -> [];
        F({list,L}) -> lists:flatmap(F, L);
        F(T) when is_tuple(T) -> lists:flatmap(F, tuple_to_list(T));
        F(L) when is_list(L) -> lists:flatmap(F, L);
        F(_) -> []
    end,
Name = fun(T) when is_atom(T) -> T; (T) -> case element(1, T) of
             test -> element(2, T);
             _ -> element(1, T) end end,
{beam_file,_,_,_,_,Fs} = beam_disasm:file("%s"),
[io:format("~s ~s~n", [Name(I), lists:join(" ", lists:sort([lists:flatten(L) || L <- F(I)]))])
 || {function,_,_,_,Is} <- Fs, I <- Is]
"""


def leaves(module: Module, operand: Operand) -> Iterable[str]:
    kind, value = operand
    names: Any = module.atoms
    if kind in ("x", "y", "fr", "f", "i"):
        yield f"{kind}{value}"
    elif kind == "a":
        yield "nil" if value == 0 else f"a{names[value].name.encode().hex().upper()}"
    elif kind == "q":
        yield f"q{module.literals.raw[value].hex().upper()}"
    elif kind == "list":
        for item in value:
            yield from leaves(module, item)


# beam_disasm gives these another name, other operands or another place than the file has.
RESHAPED = frozenset(
    {
        "call", "call_last", "call_only", "func_info", "raise", "bif0", "bif1", "bif2", "bif3",
        "gc_bif1", "gc_bif2", "gc_bif3", "fadd", "fsub", "fmul", "fdiv", "fnegate",
        "make_fun2", "make_fun3", "call_fun2", "int_code_end", "label", "line",
        "bs_create_bin",
    }
)  # fmt: skip
RESHAPED_THERE = RESHAPED | {"bif", "gc_bif", "arithfbif"}


def comparable(opname: str, found: list[str]) -> str:
    """One instruction with its leaves in order.

    The commands within bs_match are terms of beam_disasm's own making: their names and sizes
    are bare there, and flags that are nil are a literal. Registers, labels and the rest stay.
    """
    if opname == "bs_match":
        found = [leaf for leaf in found if leaf[0] not in "ai" and leaf not in ("nil", "q836A")]
    return f"{opname} {' '.join(sorted(found))}"


@pytest.mark.parametrize("name", COMPARED)
def test_operands_are_those_of_beam_disasm(installed_beams: list[Path], name: str) -> None:
    path = next((path for path in installed_beams if path.stem == name), None)
    assert path is not None
    theirs = [
        comparable(opname, found)
        for opname, *found in map(str.split, run_erl(FLATTEN % path).splitlines())
        if opname not in RESHAPED_THERE
    ]
    module = read_module(path.read_bytes())
    ours = []
    for opcode, *operands in module.code:
        opname = opcode_name(opcode)
        if opname not in RESHAPED:
            found = [leaf for operand in operands for leaf in leaves(module, operand)]
            ours.append(comparable(opname, found))
    assert len(ours) > 50
    assert ours == theirs


def test_the_cache_gives_the_same_modules(installed_beams: list[Path], tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    for path in installed_beams[::20]:
        fresh = load_module_file(path, cache)
        assert load_module_file(path, cache).code == fresh.code


def test_every_module_can_be_listed(installed_beams: list[Path]) -> None:
    for path in installed_beams[::10]:
        module = read_module(path.read_bytes(), keep_types=True)
        assert sum(1 for _ in listing(module)) > len(module.code)
