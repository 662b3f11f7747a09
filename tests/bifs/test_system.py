"""Facts about the runtime, modules, timers, arrays and the like, compared with Ericsson's."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from pathlib import Path

import pytest

from enigma_ref.bifs.erlang_system import ERTS, REQUESTS_LIMIT, REQUESTS_LIMIT_SINCE
from enigma_ref.machine.suspension import Halt
from enigma_ref.terms import (
    FALSE,
    NIL,
    TRUE,
    Bitstring,
    Float,
    Map,
    Term,
    atom,
    list_items,
    make_list,
    make_string,
    string_of,
)
from tests.bifs.oracle import SAMPLES, Call, Oracle, answer, binary, bits, one_wrong

OK = atom("ok")
BADARG = (atom("error"), atom("badarg"))


def test_system_info(oracle: Oracle) -> None:
    same = (
        "otp_release", "wordsize", "atom_limit", "port_limit", "process_limit", "machine", "endian",
        "emu_type", "build_type", "creation", "delayed_node_table_gc", "dist_buf_busy_limit",
        "fullsweep_after", "heap_type", "kernel_poll", "min_heap_size", "min_bin_vheap_size",
        "modified_timing_level", "multi_scheduling", "multi_scheduling_blockers", "nif_version",
        "driver_version", "tolerant_timeofday", "time_correction", "time_warp_mode", "time_offset",
        "trace_control_word", "compat_rel", "debug_compiled", "dynamic_trace", "smp_support",
        "dynamic_trace_probes", "eager_check_io", "garbage_collection", "os_type", "os_version",
        "max_heap_size", "message_queue_data", "port_parallelism", "async_dist", "threads",
        "scheduler_bind_type", "sequential_tracer", "taints", "hipe_architecture", "dist_ctrl",
        "constant_pool_support", "halt_flush_timeout", "thread_pool_size", "start_time",
        "end_time", "break_ignored", "no such item",
        "normal_schedulers_online", "global_heaps_size", "system_logfile", "tty",
    )  # fmt: skip
    calls: list[Call] = [("erlang", "system_info", (atom(item),)) for item in same]
    for kind in ("internal", "external", "x"):
        calls.append(("erlang", "system_info", ((atom("wordsize"), atom(kind)),)))
    calls += [("erlang", "system_info", (term,)) for term in SAMPLES]
    oracle.compare(calls)


def test_system_info_of_this_system(oracle: Oracle) -> None:
    vm = oracle.vm()

    def item(name: str) -> Term:
        return vm.call("erlang", "system_info", [atom(name)]).value

    assert string_of(item("version")) == ERTS[oracle.release]
    assert f"OTP {oracle.release} [erts-{ERTS[oracle.release]}]" in (
        string_of(item("system_version")) or ""
    )
    assert item("process_count") >= 1
    assert item("atom_count") > 100
    assert item("schedulers") == item("schedulers_online") == item("scheduler_id") == 1
    assert "linux" in (string_of(item("system_architecture")) or "")


def test_requests_are_limited_by_the_number_of_schedulers(oracle: Oracle) -> None:
    calls: list[Call] = [
        ("erlang", "system_info", (atom(item),)) for item in (REQUESTS_LIMIT, "schedulers")
    ]
    (status, limit), (_, schedulers) = oracle.ask(calls)
    if oracle.release < REQUESTS_LIMIT_SINCE:
        assert status is not OK
        return
    assert limit == 2 * schedulers
    vm = oracle.vm()
    limit, schedulers = (vm.call("erlang", "system_info", list(call[2])).value for call in calls)
    assert limit == 2 * schedulers


def test_statistics(oracle: Oracle) -> None:
    vm = oracle.vm()
    oracle.compare([("erlang", "statistics", (term,)) for term in (*SAMPLES, atom("foo"))])
    for name in ("wall_clock", "runtime", "reductions", "exact_reductions", "context_switches"):
        [(_, theirs)] = oracle.ask([("erlang", "statistics", (atom(name),))])
        ours = vm.call("erlang", "statistics", [atom(name)]).value
        assert [type(part) for part in ours] == [type(part) for part in theirs] == [int, int]
    first, _ = vm.call("erlang", "statistics", [atom("wall_clock")]).value
    second, step = vm.call("erlang", "statistics", [atom("wall_clock")]).value
    assert second - first == step >= 0
    for name in (
        "garbage_collection",
        "io",
        "run_queue",
        "run_queue_lengths",
        "total_active_tasks",
    ):
        [(_, theirs)] = oracle.ask([("erlang", "statistics", (atom(name),))])
        assert type(vm.call("erlang", "statistics", [atom(name)]).value) is type(theirs)


def test_small_facts(oracle: Oracle) -> None:
    calls: list[Call] = [
        ("erts_internal", "time_unit", ()), ("erts_internal", "perf_counter_unit", ()),
        ("error_logger", "warning_map", ()), ("erlang", "pre_loaded", ()),
    ]  # fmt: skip
    calls += [
        ("erlang", "bump_reductions", (number,)) for number in (0, 1, 5000, 1 << 58, 1 << 70, -1)
    ]
    for kind in ("major", "minor", "x"):
        calls.append(("erts_internal", "garbage_collect", (atom(kind),)))
    calls += one_wrong("erlang", "bump_reductions", (1,))
    calls += one_wrong("erts_internal", "check_process_code", (atom("no_such_module"),))
    calls += one_wrong("erlang", "check_old_code", (atom("no_such_module"),))
    calls += one_wrong("erts_internal", "is_system_process", (1,))
    if oracle.release >= 27:
        calls.append(("code", "get_coverage_mode", ()))
    if oracle.release < 25:
        calls.append(("code", "is_module_native", (atom("no_such_module"),)))
    oracle.compare(calls)


def test_modules(oracle: Oracle) -> None:
    calls: list[Call] = []
    for name in ("function_exported", "is_builtin"):
        for mfa in (
            ("lists", "reverse", 2), ("erlang", "atom_to_list", 1), ("erlang", "+", 1),
            ("erlang", "is_list", 1), ("no_such_module", "f", 1),
            ("erlang", "no_such_function", 3), ("lists", "reverse", -2), ("erlang", "apply", 3),
            ("lists", "reverse", 1 << 70), ("erlang", "self", 0),
        ):  # fmt: skip
            calls.append(("erlang", name, (atom(mfa[0]), atom(mfa[1]), mfa[2])))
        calls += one_wrong("erlang", name, (atom("no_such_module"), atom("f"), 1))
    calls += one_wrong("erlang", "module_loaded", (atom("no_such_module"),))
    calls += one_wrong("erlang", "get_module_info", (atom("no_such_module"),))
    calls += one_wrong("erlang", "get_module_info", (atom("no_such_module"), atom("md5")))
    oracle.compare(calls)


SOURCE = """
-module(bifs_subject).
-vsn("one").
-author([me, you]).
-export([f/1, g/0]).
f(X) -> fun(Y) -> {X, Y} end.
g() -> h(1).
h(X) -> [X || _ <- [a, b]].
"""


def compiled(oracle: Oracle, folder: Path) -> bytes:
    """The contents of the compiled file of SOURCE, which stays in the folder."""
    (folder / "bifs_subject.erl").write_text(SOURCE)
    program = (
        "{module, _} = code:ensure_loaded(compile), "
        f'{{ok, _}} = compile:file("bifs_subject", [{{outdir, "{folder}"}}]), halt().'
    )
    command = [oracle.command, "-noshell", "-noinput", "-eval", program]
    done = subprocess.run(command, cwd=folder, timeout=60, capture_output=True)
    if b"nofile" in done.stdout + done.stderr:
        pytest.skip("this erl comes without a compiler")
    assert done.returncode == 0, done.stderr
    return (folder / "bifs_subject.beam").read_bytes()


def test_module_info(oracle: Oracle, tmp_path: Path) -> None:
    data = compiled(oracle, tmp_path)
    module = atom("bifs_subject")
    vm = oracle.vm()
    vm.load(data)
    load: Call = ("code", "load_binary", (module, make_string("x"), Bitstring.of(data)))
    items = (
        "module",
        "md5",
        "attributes",
        "compile",
        "exports",
        "functions",
        "native",
        "nifs",
        "native_addresses",
        "x",
    )
    calls: list[Call] = [("erlang", "get_module_info", (module, atom(item))) for item in items]
    calls.append(("erlang", "get_module_info", (module,)))
    calls += [("erlang", "module_loaded", (module,)), ("erlang", "check_old_code", (module,))]
    for name in ("f", "g", "h", "module_info"):
        calls += [
            ("erlang", "function_exported", (module, atom(name), arity)) for arity in (0, 1, 2)
        ]
    expected = oracle.ask([load, *calls])[1:]
    for call, theirs in zip(calls, expected, strict=True):
        ours = answer(vm, call)
        if call[1] == "get_module_info" and len(call[2]) == 1:
            ours, theirs = sorted_exports(ours), sorted_exports(theirs)
        elif call[1] == "get_module_info" and call[2][1] in (atom("exports"), atom("functions")):
            # The runtime gives these in the order of its own tables.
            ours, theirs = (set(list_items(found[1]) or []) for found in (ours, theirs))
        assert ours == theirs, call
    assert module in (list_items(vm.call("erlang", "loaded", []).value) or [])
    # Funs of a loaded module know their names, also when they were bytes in between.
    fun = vm.call("bifs_subject", "f", [7]).value
    packed = vm.call("erlang", "term_to_binary", [fun]).value
    back = vm.call("erlang", "binary_to_term", [packed]).value
    for same in (fun, back):
        mfa = vm.call("erlang", "fun_info_mfa", [same]).value
        assert mfa == (module, atom("-f/1-fun-0-"), 1)
        assert vm.call("erlang", "apply", [same, make_list([8])]).value == (7, 8)
    # A fun from outside loads its module when it is called.
    other = oracle.vm()
    other.code.paths.append(tmp_path)
    foreign = other.call("erlang", "binary_to_term", [packed]).value
    assert answer(other, ("erlang", "apply", (foreign, make_list([8])))) == (OK, (7, 8))


def test_files_of_modules(oracle: Oracle, tmp_path: Path) -> None:
    chunk, md5 = (
        (("erts_internal", "beamfile_chunk"), ("erts_internal", "beamfile_module_md5"))
        if oracle.release >= 25
        else (("code", "get_chunk"), ("code", "module_md5"))
    )
    data = compiled(oracle, tmp_path)
    files = [
        binary(item)
        for item in (data, b"no module", data[:100], data + b"rest", gzip.compress(data), b"")
    ]
    names: list[Term] = [
        make_string(name) for name in ("AtU8", "StrT", "Atom", "FOR1", "Code", "abc", "abcde")
    ]
    names += [make_list([atom("a")] * 4), make_list([300, 1, 1, 1]), make_list([-1, 1, 1, 1]), NIL]
    calls: list[Call] = [(*chunk, (file, name)) for file in files for name in names]
    calls += [(*md5, (file,)) for file in files]
    calls += one_wrong(*chunk, (files[0], names[0]))
    calls += one_wrong(*md5, (files[0],))
    if oracle.release < 25:
        # Unpacks the file and then takes the wrong bytes.
        calls = [call for call in calls if call[1] != "get_chunk" or call[2][0] != files[4]]
    oracle.compare(calls)


def sorted_exports(answered: Term) -> Term:
    ok, items = answered
    found = dict(list_items(items) or [])
    found[atom("exports")] = frozenset(list_items(found[atom("exports")]) or [])
    return ok, [(key, found[key]) for key in found]


# ---------------------------------------------------------------- comparing, sizes, sharing


def test_comparing_and_types(oracle: Oracle) -> None:
    terms = [1, 1.0, 2, -1, 1 << 64, "a", "b"]
    values: list[Term] = [
        atom(x) if isinstance(x, str) else Float(x) if isinstance(x, float) else x for x in terms
    ]
    values += [(1,), (Float(1.0),), make_list([1]), make_list([Float(1.0)]), Map.of([(1, 2)]), NIL]
    calls: list[Call] = [("erts_internal", "cmp_term", (a, b)) for a in values for b in values]
    plain = [
        1,
        (1 << 59) - 1,
        1 << 59,
        -(1 << 59),
        -(1 << 59) - 1,
        Float(1.0),
        NIL,
        make_list([1]),
        (),
        (1,),
    ]
    plain += [
        atom("a"),
        Map.EMPTY,
        Map.of((n, n) for n in range(32)),
        Map.of((n, n) for n in range(33)),
    ]
    calls += [("erts_internal", "term_type", (term,)) for term in plain]
    oracle.compare(calls)


def test_sizes(oracle: Oracle) -> None:
    terms: list[Term] = [
        1,
        1 << 58,
        1 << 59,
        1 << 64,
        1 << 200,
        -(1 << 63),
        Float(1.0),
        NIL,
        make_list([1]),
    ]
    terms += [
        (),
        (1,),
        (1, 2, 3),
        atom("a"),
        Map.EMPTY,
        make_string("abc"),
        (NIL, make_list([Float(1.0)], ())),
    ]
    terms += [Map.of((n, n) for n in range(size)) for size in (1, 2, 31, 32)]
    terms += [make_list([make_list([1, 1 << 70]), (Float(2.0), (3,))])]
    calls: list[Call] = [("erts_debug", "flat_size", (term,)) for term in terms]
    oracle.compare(calls)


def test_sharing(oracle: Oracle) -> None:
    vm = oracle.vm()
    inner = make_list([Float(1.0)])
    assert vm.call("erts_debug", "flat_size", [(inner, inner)]).value == 11
    assert vm.call("erts_debug", "size_shared", [(inner, inner)]).value == 7
    assert vm.call("erts_debug", "same", [inner, inner]).value is TRUE
    assert vm.call("erts_debug", "same", [inner, make_list([Float(1.0)])]).value is FALSE
    assert vm.call("erts_debug", "same", [1 << 70, 1 << 71]).value is FALSE
    calls: list[Call] = [
        ("erts_debug", "same", (a, b)) for a in (1, NIL, atom("a")) for b in (1, NIL, 2, atom("a"))
    ]
    oracle.compare(calls)
    deep: Term = NIL
    for _ in range(100_000):
        deep = (make_list([deep]),)
    assert vm.call("erts_debug", "flat_size", [deep]).value == 400_000
    assert vm.call("erts_debug", "size_shared", [deep]).value == 400_000


# ---------------------------------------------------------------- atomics, counters, persistent_term

STEPS: list[tuple[str, tuple[Term, ...]]] = [
    ("put", (1, 5)), ("get", (1,)), ("get", (0,)), ("get", (4,)), ("get", (atom("x"),)),
    ("put", (1, 1 << 63)), ("put", (1, -(1 << 63))), ("get", (1,)), ("put", (1, (1 << 64) - 1)),
    ("put", (1, 1 << 64)), ("get", (1,)), ("put", (1, atom("x"))), ("add", (1, -1)),
    ("get", (1,)), ("add_get", (1, 1)), ("add", (1, 1 << 64)), ("add", (1, 1 << 63)),
    ("add", (1, (1 << 64) - 1)), ("add", (1, -(1 << 63))), ("add", (1, -(1 << 63) - 1)),
    ("get", (1,)), ("exchange", (1, 7)), ("exchange", (1, -7)), ("compare_exchange", (1, 7, 8)),
    ("compare_exchange", (1, 7, 9)), ("compare_exchange", (1, 7, atom("x"))),
    ("compare_exchange", (1, atom("x"), 9)), ("compare_exchange", (1, 1 << 64, 9)), ("get", (2,)),
    ("get", (Float(1.0),)), ("info", ()), ("get", (1,)),
]  # fmt: skip


@pytest.mark.parametrize("options", [0, 1])
def test_atomics(oracle: Oracle, options: int) -> None:
    vm = oracle.vm()
    # Everything happens to one array inside of one process, on both sides.
    ref = vm.call("erts_internal", "atomics_new", [3, options]).value
    ours = [answer(vm, ("atomics", name, (ref, *args))) for name, args in STEPS]
    theirs = oracle.ask_in_turn(
        ("erts_internal", "atomics_new", (3, options)), [("atomics", *step) for step in STEPS]
    )
    assert ours == theirs
    for wrong in (vm.make_ref(), atom("x"), 1):
        assert answer(vm, ("atomics", "get", (wrong, 1))) == BADARG


def test_counters(oracle: Oracle) -> None:
    vm = oracle.vm()
    steps = [(f"counters_{name}", args) for name, args in STEPS if name in ("put", "get", "add")]
    ref = vm.call("erts_internal", "counters_new", [3]).value
    ours = [answer(vm, ("erts_internal", name, (ref, *args))) for name, args in steps]
    theirs = oracle.ask_in_turn(
        ("erts_internal", "counters_new", (3,)), [("erts_internal", *step) for step in steps]
    )
    assert ours == theirs
    assert vm.call("erts_internal", "counters_info", [ref]).value.get(atom("size")) == 3
    assert answer(vm, ("atomics", "get", (ref, 1))) == BADARG
    atomics = vm.call("erts_internal", "atomics_new", [1, 0]).value
    assert answer(vm, ("erts_internal", "counters_get", (atomics, 1))) == BADARG


def test_new_arrays(oracle: Oracle) -> None:
    calls: list[Call] = [
        ("erts_internal", "atomics_new", args) for args in ((0, 0), (-1, 0), (1, atom("x")))
    ]
    calls += [("erts_internal", "counters_new", (size,)) for size in (0, -1, atom("x"), Float(1.0))]
    oracle.compare(calls)


def test_persistent_terms(oracle: Oracle) -> None:
    vm = oracle.vm()
    key = (atom("bifs"), 1)
    calls: list[Call] = [
        ("persistent_term", "get", (key,)), ("persistent_term", "get", (key, atom("none"))),
        ("persistent_term", "erase", (key,)), ("persistent_term", "put", (key, make_list([1]))),
        ("persistent_term", "get", (key,)), ("persistent_term", "put", (key, 2)),
        ("persistent_term", "get", (key,)),
        ("persistent_term", "get", ((atom("bifs"), Float(1.0)), atom("none"))),
        ("persistent_term", "erase", (key,)), ("persistent_term", "erase", (key,)),
    ]  # fmt: skip
    if oracle.release >= 28:
        calls += [("persistent_term", "put_new", (key, value)) for value in (1, 1, Float(1.0), 2)]
    oracle.compare(calls)
    vm.call("persistent_term", "put", [atom("a"), 1])
    vm.call("persistent_term", "put", [atom("b"), make_string("text")])
    pairs = list_items(vm.call("persistent_term", "get", []).value)
    assert pairs == [(atom("a"), 1), (atom("b"), make_string("text"))]
    info = vm.call("persistent_term", "info", []).value
    assert info.get(atom("count")) == 2
    assert info.get(atom("memory")) > 0


# ---------------------------------------------------------------- timers


def test_timer_arguments(oracle: Oracle) -> None:
    calls: list[Call] = []
    name = atom("no_such_process")
    options = (
        NIL,
        make_list([(atom("abs"), TRUE)]),
        make_list([(atom("abs"), atom("x"))]),
        make_list([name]),
        name,
    )
    for function in ("send_after", "start_timer"):
        for time in (-1, atom("x"), Float(1.0), 1 << 60, 1 << 70, -(1 << 70)):
            calls.append(("erlang", function, (time, name, 1)))
            calls += [
                ("erlang", function, (time, name, 1, form)) for form in options if time not in (-1,)
            ]
        for receiver in (1, NIL, (name, name), binary("x")):
            calls.append(("erlang", function, (1, receiver, 1)))
        calls += [("erlang", function, (1, name, 1, form)) for form in options[2:]]
    for function in ("cancel_timer", "read_timer"):
        calls += one_wrong("erlang", function, (1,))
        calls += one_wrong("erlang", function, (1, NIL))
    oracle.compare(calls)


def test_timers_run(oracle: Oracle) -> None:
    vm = oracle.vm()
    process = vm.spawn(None, vm.export(atom("erlang"), atom("self"), 0).code, [])
    vm.scheduler.clear()
    process.status = "waiting"
    pid = process.pid

    def call(name: str, *args: Term) -> Term:
        return vm.call("erlang", name, args).value

    ref = call("send_after", 10_000, pid, atom("late"))
    assert 9_000 < call("read_timer", ref) <= 10_000
    assert 9_000 < call("cancel_timer", ref) <= 10_000
    assert call("read_timer", ref) is FALSE
    assert call("cancel_timer", ref) is FALSE
    assert call("cancel_timer", vm.make_ref(), make_list([(atom("info"), FALSE)])) is OK
    now = call("monotonic_time", atom("millisecond"))
    call("send_after", now + 5, pid, atom("at"), make_list([(atom("abs"), TRUE)]))
    call("send_after", 1, pid, atom("soon"))
    timer = call("start_timer", 20, pid, atom("last"))
    vm.registered[atom("me")] = process
    call("send_after", 10, atom("me"), atom("named"))
    while process.mailbox.size < 4:
        vm.wait()
        vm.timers.fire()
    assert process.mailbox.messages() == [
        atom("soon"), atom("at"), atom("named"), (atom("timeout"), timer, atom("last")),
    ]  # fmt: skip
    lost = call("send_after", 60_000, pid, 1)
    vm.exit_process(process, atom("normal"))
    assert call("read_timer", lost) is FALSE


def test_asynchronous_answers(oracle: Oracle) -> None:
    vm = oracle.vm()
    options = make_list([(atom("async"), TRUE)])
    ref = vm.make_ref()
    for name in ("cancel_timer", "read_timer"):
        assert vm.call("erlang", name, [ref, options]).value is OK


# ---------------------------------------------------------------- the environment, halt


def test_environment(oracle: Oracle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIFS_TEST", "wörld €")
    get, put, remove, everything = (
        ("getenv", "putenv", "unsetenv", "env") if oracle.release >= 25
        else ("get_env_var", "set_env_var", "unset_env_var", "list_env_vars")
    )  # fmt: skip
    names: list[Term] = [
        make_string(x) for x in ("BIFS_TEST", "NO_SUCH", "A=B", "=X", "", "a\0b", "å")
    ]
    names += [
        make_list([atom("a")]),
        atom("x"),
        binary("x"),
        1,
        make_list([-1]),
        make_list([65], 66),
    ]
    calls: list[Call] = []
    for name in names:
        calls += [
            ("os", get, (name,)), ("os", put, (name, make_string("x€"))), ("os", get, (name,)),
            ("os", remove, (name,)), ("os", get, (name,)),
        ]  # fmt: skip
    for value in (
        make_string("a\0b"),
        atom("x"),
        make_list([-1]),
        make_list([1 << 30]),
        NIL,
        make_string("a=b"),
    ):
        calls += [
            ("os", put, (make_string("BIFS_X"), value)),
            ("os", get, (make_string("BIFS_X"),)),
        ]
    oracle.compare(calls)
    vm = oracle.vm()
    pairs = list_items(vm.call("os", everything, []).value) or []
    assert (make_string("BIFS_TEST"), make_string("wörld €")) in pairs
    vm.call("os", put, [make_string("BIFS_TEST"), make_string("changed")])
    assert os.environ["BIFS_TEST"] == "wörld €"


def test_halt_arguments(oracle: Oracle) -> None:
    wrong: list[tuple[Term, ...]] = [
        (-1, NIL), (atom("x"), NIL), (0, atom("x")), (0, make_list([atom("x")])),
        (Float(1.0), NIL), (0, make_list([(atom("flush"), atom("x"))])),
        (0, make_list([(atom("flush"), TRUE)], 1)), (make_list([atom("a")]), NIL),
        (0, make_list([(atom("flush_timeout"), -1)])), (bits(1, 1), NIL),
    ]  # fmt: skip
    oracle.compare([("erlang", "halt", args) for args in wrong])


@pytest.mark.parametrize(
    ("status", "exit_status"),
    [(0, 0), (7, 7), (256, 0), (300, 44), (atom("abort"), 134), ("crash", 1)],
)
def test_halt(oracle: Oracle, status: Term, exit_status: int) -> None:
    term = make_string(status) if isinstance(status, str) else status
    with pytest.raises(Halt) as caught:
        oracle.vm().call("erlang", "halt", [term, make_list([(atom("flush"), FALSE)])])
    assert caught.value.status & 0xFF == exit_status
    assert caught.value.slogan == ("crash" if status == "crash" else None)


def test_halt_ends_the_command(erl: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "enigma_ref.cli.main", "call", "erlang:halt(3, [])"], timeout=60
    )
    assert done.returncode == 3
