"""Pids, ports, references, nodes, funs and records, compared with Ericsson's runtime."""

from __future__ import annotations

from enigma_ref.terms import (
    NIL,
    ExternalFun,
    Float,
    Fun,
    Map,
    Pid,
    Port,
    Reference,
    Term,
    atom,
    make_list,
    make_string,
)
from tests.bifs.oracle import SAMPLES, Call, Oracle, answer, one_wrong

NODE = atom("nonode@nohost")


def test_text(oracle: Oracle) -> None:
    calls: list[Call] = []
    texts = {
        "list_to_pid": [ "<0.1.0>", "<0.1.0", "<0.1>", "<0.1.0>x", "<1.1.0>", "<0.999999999.0>", "<0.268435455.0>", "<0.32767.8191>", "<0.32768.0>", "<0.1.8192>", "<.1.0>", "<0..0>", "<0.1. 0>", "<0.01.0>", "", "<0.-1.0>", "<0.1.0.0>", "x<0.1.0>", "<0.99999999999999999999999.0>", "<0.4294967297.0>", ],
        # The last 18 bits of the second number from the right name a scheduler: all have the first.
        "list_to_ref": [ "#Ref<0.2.1.3>", "#Ref<0.1.2>", "#Ref<0.1>", "#Ref<0.1.2.3.4>", "#Ref<1.1.2.3>", "#Ref<0.2.1.262144>", "#Ref<0.2.1.262143>", "#Ref<0.4294967295.1.1>", "#Ref<0.4294967296.1.1>", "#Ref<0.1.2.3", "Ref<0.2.1.3>", "#ref<0.2.1.3>", "#Ref<0.0.0.0>", "#Ref<0.2.1.3>x", "#Ref<0.1.4294967296.3>", "#Ref<0.02.1.3>", "#Ref<0.1.2.3.4.5>", ],
        "list_to_port": [ "#Port<0.1>", "#Port<0.0>", "#Port<1.1>", "#Port<0.268435455>", "Port<0.1>", "#Port<0.-1>", "#Port<0.18446744073709551615>", "#Port<0.1152921504606846975>", "#Port<0.268435456>", ],
    }  # fmt: skip
    for name, given in texts.items():
        calls += [("erlang", name, (make_string(text),)) for text in given]
        calls.append(("erlang", name, (make_list([60, 48], atom("x")),)))
        calls += one_wrong("erlang", name, (NIL,))
    for name in ("pid_to_list", "port_to_list", "ref_to_list", "node"):
        for term in (Pid(NODE, 5, 2), Port(NODE, 9), Reference(NODE, (1, 2, 3))):
            calls.append(("erlang", name, (term,)))
        calls += one_wrong("erlang", name, (NIL,))
    for name, term in (
        ("node", Pid(atom("x@y"), 5, 0, 3)), ("node", Port(atom("x@y"), 5, 3)),
        ("node", Reference(atom("x@y"), (5, 3, 1), 3)),
    ):  # fmt: skip
        calls.append(("erlang", name, (term,)))
    oracle.compare(calls)


def test_nodes(oracle: Oracle) -> None:
    calls: list[Call] = [
        ("erlang", "nodes", ()),
        ("erlang", "node", ()),
        ("erlang", "is_alive", ()),
    ]
    kinds: list[Term] = [
        atom(kind) for kind in ("known", "this", "visible", "hidden", "connected", "x")
    ]
    kinds += [
        make_list(kinds[:2]),
        make_list(kinds[2:5]),
        make_list(kinds[4:]),
        NIL,
        1,
        make_list([atom("this")], 1),
    ]
    for kind in kinds:
        calls.append(("erlang", "nodes", (kind,)))
        if oracle.release >= 25:
            for asked in (
                {}, {"node_type": atom("true")},
                {"node_type": atom("true"), "connection_id": atom("true")}, {"x": atom("true")},
                {"node_type": atom("x")}, {"node_type": atom("false")},
            ):  # fmt: skip
                wanted = Map.of((atom(key), value) for key, value in asked.items())
                calls.append(("erlang", "nodes", (kind, wanted)))
            calls.append(("erlang", "nodes", (kind, NIL)))
    if oracle.release >= 25:
        calls = [call for call in calls if call[1] != "is_alive"]
    else:
        calls = [call for call in calls if call[1:] != ("nodes", ())]
    oracle.compare(calls)


def test_external_funs(oracle: Oracle) -> None:
    calls: list[Call] = []
    fun = ExternalFun(atom("lists"), atom("map"), 2)
    items = (
        "arity",
        "env",
        "index",
        "name",
        "module",
        "new_index",
        "new_uniq",
        "pid",
        "refc",
        "type",
        "uniq",
        "x",
    )
    calls += [("erlang", "fun_info", (fun, atom(item))) for item in items]
    calls += [("erlang", name, (fun,)) for name in ("fun_info_mfa", "fun_to_list")]
    for arity in (-1, 0, 255, 256, 1 << 70, atom("x"), Float(1.0)):
        calls.append(("erlang", "is_function", (fun, arity)))
        if oracle.release >= 25 or arity != 256:
            calls.append(("erlang", "make_fun", (atom("m"), atom("f"), arity)))
    calls += one_wrong("erlang", "fun_info", (fun, atom("arity")))
    calls += one_wrong("erlang", "fun_info_mfa", (fun,))
    calls += one_wrong("erlang", "fun_to_list", (fun,))
    calls += one_wrong("erlang", "make_fun", (atom("m"), atom("f"), 1))
    calls += one_wrong("erlang", "is_function", (fun, 2))
    if oracle.release < 25:
        # make_fun/3 had no upper limit.
        calls = [
            call for call in calls if call[1] != "make_fun" or call[2][2] not in (256, 1 << 28)
        ]
    oracle.compare(calls)


def test_local_funs(oracle: Oracle) -> None:
    vm = oracle.vm()
    unique = bytes(range(16))
    creator = Pid(NODE, 9)
    fun = Fun(atom("m"), atom("-f/1-fun-0-"), 1, 3, 77, unique, (1, atom("x")), creator, None)
    packed = vm.call("erlang", "term_to_binary", [fun]).value
    # The same fun, of a module that is not there, on both sides.
    [(_, back)] = oracle.ask([("erlang", "binary_to_term", (packed,))])
    assert back == fun == vm.call("erlang", "binary_to_term", [packed]).value
    items = (
        "arity",
        "env",
        "index",
        "module",
        "new_index",
        "new_uniq",
        "type",
        "uniq",
        "x",
        "name",
        "pid",
    )
    calls: list[Call] = [("erlang", "fun_info", (fun, atom(item))) for item in items]
    calls += [("erlang", "fun_to_list", (fun,)), ("erlang", "fun_info_mfa", (fun,))]
    calls += [("erlang", "phash2", (fun,)), ("erlang", "phash", (fun, 1 << 32))]
    calls += [("erlang", "is_function", (fun, arity)) for arity in (0, 1, 3)]
    expected = oracle.ask(calls)
    foreign = vm.call("erlang", "binary_to_term", [packed]).value
    for (module, name, args), theirs in zip(calls, expected, strict=True):
        assert answer(vm, (module, name, (foreign, *args[1:]))) == theirs, args
    # Calling it fails in the same way.
    [expected_call] = oracle.ask([("erlang", "apply", (fun, make_list([1])))])
    assert expected_call[0] == atom("error")
    assert answer(vm, ("erlang", "apply", (foreign, make_list([1])))) == expected_call


def test_records(oracle: Oracle) -> None:
    calls: list[Call] = []
    terms: list[Term] = [(), (atom("a"),), (atom("a"), 1), (atom("b"),), ((atom("a"),),), *SAMPLES]
    if oracle.release < 25:
        # Says that {} is a record of size 0.
        terms.remove(())
        terms = [term for term in terms if term != ()]
    for term in terms:
        calls += [("erlang", "is_record", (term, tag)) for tag in (atom("a"), 1)]
        for size in (-1, 0, 1, 2, 1 << 58, 1 << 59, 1 << 70, Float(1.0), atom("a")):
            calls += [("erlang", "is_record", (term, tag, size)) for tag in (atom("a"), 1)]
    oracle.compare(calls)
