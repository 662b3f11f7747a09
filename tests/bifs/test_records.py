"""Native records as data, compared with Ericsson's runtime (29) and with what it was seen to do."""

from __future__ import annotations

import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from enigma_ref.runtime.code_server import RecordOf
from enigma_ref.runtime.vm import VM
from enigma_ref.terms import (
    FALSE,
    NIL,
    TRUE,
    Bitstring,
    Float,
    Map,
    Record,
    Term,
    atom,
    make_list,
    make_string,
)
from tests.bifs.oracle import SAMPLES, Call, Oracle, answer, one_wrong

SINCE = 29

OK, ERROR, BADARG = atom("ok"), atom("error"), atom("badarg")
M, N, X, Y, Z = atom("rp"), atom("pt"), atom("x"), atom("y"), atom("z")
IS_EXPORTED = atom("is_exported")
EXPORTED = Map.of([(IS_EXPORTED, TRUE)])
PRIVATE = Map.of([(IS_EXPORTED, FALSE)])

POINT = Record(M, N, True, (X, Y), (1, 2))
SECRET = Record(M, atom("priv"), False, (X,), (make_list([1]),))
EMPTY = Record(M, N, True, (), ())

ASKING = ("get_module", "get_name", "get_field_names", "is_exported")

SOURCE = """
-module(bifs_records).
-export([pt/1]).
-export_record([pt]).
-record #pt{x = 1.5, y, z = [{a, <<"b">>}]}.
-record #priv{}.
pt(Y) -> {#pt{y = Y}, #priv{}}.
"""


def create(fields: Term, options: Term = EXPORTED, module: Term = M, name: Term = N) -> Call:
    return ("records", "create", (module, name, fields, options))


def update(record: Term, fields: Term, module: Term = M, name: Term = N) -> Call:
    return ("records", "update", (record, module, name, fields))


def pairs(*names: Term) -> Term:
    return make_list([(name, number) for number, name in enumerate(names)])


def all_calls() -> list[Call]:
    lists: list[Term] = [
        NIL, pairs(X), pairs(X, Y), pairs(Y, X), pairs(X, Y, X), pairs(1), pairs(X, X, 1),
        pairs(1, X, X), make_list([(1, 2), X]), make_list([X, (1, 2)]), make_list([(1, 2)], X),
        make_list([(X, 1)], Y), make_list([(X, 1, 2)]), make_list([(X,)]), pairs((X,), Y),
        pairs(*(atom(f"f{n}") for n in range(300))), X, Map.of([(X, 1)]), (X, 1),
    ]  # fmt: skip
    options: list[Term] = [
        EXPORTED, PRIVATE, Map.EMPTY, NIL, X, Map.of([(IS_EXPORTED, X)]), EXPORTED.put(X, 1),
        Map.of([(X, 1)]), Map.of([(make_string("is_exported"), TRUE)]),
    ]  # fmt: skip
    maps: list[Term] = [
        Map.EMPTY, Map.of([(X, 5)]), Map.of([(X, 5), (Y, NIL)]), Map.of([(Z, 5)]),
        Map.of([(1, 5)]), NIL, make_list([(X, 1)]), X, Map.of([((X,), 1)]),
    ]  # fmt: skip
    calls = [create(fields, given) for fields in lists for given in options]
    calls += [
        create(NIL, given, module, name)
        for given in (EXPORTED, NIL)
        for module in (M, 1)
        for name in (N, 2)
    ]
    calls += [create(X, NIL, 1, N), create(X, EXPORTED, 1, 2)]
    for record in (POINT, SECRET, EMPTY, X, (M, N, 1)):
        calls += [update(record, fields) for fields in maps]
        calls += [update(record, fields, M, atom("priv")) for fields in maps]
        for module, name in ((M, X), (X, N), (1, N), (M, 1)):
            calls += [update(record, fields, module, name) for fields in (maps[1], X)]
        calls += [("records", "get", (field, record)) for field in (X, Y, Z, 1, (X,))]
        calls += [("records", function, (record,)) for function in ASKING]
        calls.append(("erts_debug", "flat_size", (record,)))
    for function in ASKING:
        calls += one_wrong("records", function, (POINT,))
    for tagged in (POINT, SECRET, EMPTY, (N, 1), (M, N), X):
        for tag in (M, N, SECRET.name, 1):
            calls.append(("erlang", "is_record", (tagged, tag)))
            calls += [
                ("erlang", "is_record", (tagged, tag, size)) for size in (N, SECRET.name, 1, 2, X)
            ]
        calls += [
            ("erlang", "is_tuple", (tagged,)),
            ("erlang", "is_map", (tagged,)),
            ("erlang", "size", (tagged,)),
        ]
        for other in (POINT, SECRET, (M, N), Map.EMPTY):
            calls += [
                ("erlang", "<", (tagged, other)),
                ("erts_internal", "cmp_term", (tagged, other)),
            ]
    calls += one_wrong("records", "create", (M, N, pairs(X), EXPORTED))
    calls += one_wrong("records", "update", (POINT, M, N, Map.of([(X, 1)])))
    calls += one_wrong("records", "get", (X, POINT))
    calls += one_wrong("records", "get_definition", (M, N))
    return calls


def test_like_the_runtime(oracle: Oracle) -> None:
    if oracle.release < SINCE:
        pytest.skip("this erl is too old for native records")
    oracle.compare(all_calls())


def test_definitions(oracle: Oracle, tmp_path: Path) -> None:
    if oracle.release < SINCE:
        pytest.skip("this erl is too old for native records")
    (tmp_path / "bifs_records.erl").write_text(SOURCE)
    program = f'{{ok, _}} = compile:file("bifs_records", [{{outdir, "{tmp_path}"}}]), halt().'
    command = [oracle.command, "-noshell", "-noinput", "-eval", program]
    subprocess.run(command, check=True, cwd=tmp_path, timeout=60)
    data = (tmp_path / "bifs_records.beam").read_bytes()
    module = atom("bifs_records")
    names = [atom(name) for name in ("pt", "priv", "none", "bifs_records")]
    calls: list[Call] = [("records", "get_definition", (module, name)) for name in names]
    calls += [("bifs_records", "pt", (value,)) for value in (1, NIL)]
    load: Call = ("code", "load_binary", (module, make_string("x"), Bitstring.of(data)))
    vm = oracle.vm()
    assert answer(vm, calls[0]) == (ERROR, BADARG)
    vm.load(data)
    assert [answer(vm, call) for call in calls] == oracle.ask([load, *calls])[1:]


def ask(call: Call) -> Any:
    return answer(VM(SINCE, []), call)


def failed(*reason: Term) -> Term:
    return (ERROR, reason)


@pytest.mark.parametrize(
    ("call", "ends"),
    [
        (create(make_list([(X, 1), (Y, 2)])), (OK, POINT)),
        (create(NIL), (OK, EMPTY)),
        (create(make_list([(X, make_list([1]))]), PRIVATE, M, atom("priv")), (OK, SECRET)),
        (create(pairs(X, Y, X)), (ERROR, BADARG)),
        (create(pairs(X, X, 1)), failed(atom("badfield"), ((M, N), 1))),
        (create(make_list([X, (1, 2)])), (ERROR, BADARG)),
        (create(make_list([(1, 2)], X)), (ERROR, BADARG)),
        (create(X, NIL), failed(atom("badmap"), NIL)),
        (create(NIL, EXPORTED.put(X, 1)), (ERROR, BADARG)),
        (create(X, NIL, 1), failed(atom("badrecord"), N)),
        (create(X, NIL, M, 1), failed(atom("badrecord"), 1)),
        (update(POINT, Map.of([(Y, 7)])), (OK, Record(M, N, True, (X, Y), (1, 7)))),
        (update(POINT, Map.EMPTY), (OK, POINT)),
        (update(POINT, Map.of([(Z, 7)])), failed(atom("badfield"), ((M, N), Z))),
        (update(POINT, NIL), failed(atom("badmap"), NIL)),
        (update(POINT, NIL, X), failed(atom("badrecord"), N)),
        (update(POINT, NIL, M, 1), failed(atom("badrecord"), 1)),
        (update(X, NIL), failed(atom("badrecord"), X)),
        (("records", "get", (Y, POINT)), (OK, 2)),
        (("records", "get", (X, SECRET)), (OK, make_list([1]))),
        (("records", "get", (Z, POINT)), (ERROR, BADARG)),
        (("records", "get", (X, X)), (ERROR, BADARG)),
        (("records", "get_module", (SECRET,)), (OK, M)),
        (("records", "get_name", (POINT,)), (OK, N)),
        (("records", "get_name", (X,)), (ERROR, BADARG)),
        (("records", "get_field_names", (POINT,)), (OK, make_list([X, Y]))),
        (("records", "get_field_names", (X,)), failed(atom("badrecord"), X)),
        (("records", "is_exported", (POINT,)), (OK, TRUE)),
        (("records", "is_exported", (SECRET,)), (OK, FALSE)),
        (("records", "is_exported", (NIL,)), failed(atom("badrecord"), NIL)),
        (("erlang", "is_record", (POINT, N)), (OK, TRUE)),
        (("erlang", "is_record", (POINT, M)), (OK, FALSE)),
        (("erlang", "is_record", (SECRET, M, SECRET.name)), (OK, TRUE)),
        (("erlang", "is_record", (SECRET, M, N)), (OK, FALSE)),
        (("erts_debug", "flat_size", (POINT,)), (OK, 15)),
        (("erts_debug", "flat_size", (EMPTY,)), (OK, 8)),
    ],
)  # fmt: skip
def test_as_it_was_seen(call: Call, ends: Term) -> None:
    assert ask(call) == ends


def test_definition_of_a_loaded_module() -> None:
    vm = VM(SINCE, [])
    made: Any = SimpleNamespace(records={N: RecordOf(True, ((X, Float(1.5)), (Y, None)))})
    vm.code.modules[M] = made
    definition = (EXPORTED, make_list([(X, Float(1.5)), Y]))
    assert answer(vm, ("records", "get_definition", (M, N))) == (OK, definition)
    for args in ((M, X), (X, N), (M, 1), (1, N)):
        assert answer(vm, ("records", "get_definition", args)) == (ERROR, BADARG)


def test_only_where_they_exist() -> None:
    outcome = VM(28, []).call("records", "get_name", [POINT])
    assert outcome.reason is atom("undef")


def test_deep_values() -> None:
    deep: Term = NIL
    for _ in range(300_000):
        deep = make_list([deep])
    ok, record = ask(create(make_list([(X, deep)])))
    assert ok is OK
    assert ask(("records", "get", (X, record)))[1] is deep
    assert ask(update(record, Map.of([(X, 1)]))) == (OK, Record(M, N, True, (X,), (1,)))


def test_every_sample_has_an_answer() -> None:
    for sample in SAMPLES:
        assert ask(("records", "get_module", (sample,))) == (ERROR, BADARG)
