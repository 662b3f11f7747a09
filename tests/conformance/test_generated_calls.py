from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codegen.types import parse_type
from conformance.generated_calls import __main__ as command
from conformance.generated_calls import oracle as oracle_module
from conformance.generated_calls import pools, subject
from conformance.generated_calls.campaign import Bench, Plan, distinct, make, run_here
from conformance.generated_calls.compare import misfit
from conformance.generated_calls.fits import fits
from conformance.generated_calls.reduce import reduce_script, simpler, simpler_terms
from conformance.generated_calls.results import (
    BifResult,
    Finding,
    Misfit,
    read_results,
    write_results,
)
from conformance.generated_calls.script import (
    Apply,
    Argument,
    Closure,
    Expr,
    ListExpr,
    Made,
    Moved,
    Script,
    TupleExpr,
    Value,
    parts,
)
from conformance.generated_calls.selection import (
    left_out,
    patterns,
    rules_of,
    selected,
    spec,
    varying,
)
from conformance.generated_calls.values import good, takes_all, wrong
from conformance.normalise import normalise
from enigma_ref.bifs import load_all
from enigma_ref.bifs.registry import IMPLEMENTATIONS
from enigma_ref.machine.process import Process
from enigma_ref.runtime.vm import VM
from enigma_ref.terms import NIL, Bitstring, Float, Map, Term, atom, list_items, make_list
from enigma_ref.terms.deep import identical
from enigma_ref.terms.external import decode
from enigma_ref.terms.parse import parse_term

load_all()
"""Before any of them is replaced."""

RELEASES = (23, 25, 27, 29)
SEED = 3
PER_BIF = 5
ONLY_RAISE = {"error", "exit", "throw", "nif_error"}

few = settings(
    max_examples=25, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


@pytest.fixture(scope="module")
def bench(otp: int) -> Iterator[Bench]:
    one = Bench(otp)
    yield one
    one.close()


def call(module: str, function: str, *arguments: Term) -> Script:
    return Script(module, function, tuple(map(Value, arguments)))


def said(bench: Bench, script: Script) -> Term:
    (answer,) = bench.oracle.ask([script.encoded()])
    return decode(answer.data)


# ---------------------------------------------------------------- with an erl


@pytest.fixture(scope="module")
def results(bench: Bench, otp: int) -> list[BifResult]:
    return run_here(Plan(otp, PER_BIF, SEED), bench)


def test_calls_of_a_seed_answer_alike(results: list[BifResult]) -> None:
    wrong_ones = [
        f"{one.call}\n  erl:    {one.expected}\n  enigma: {one.actual}"
        for result in results
        for one in result.findings
    ]
    assert not wrong_ones, "\n".join(wrong_ones)


def test_nearly_all_calls_are_judged(results: list[BifResult], otp: int) -> None:
    outcomes = sum((result.outcomes for result in results), Counter[str]())
    calls = sum(result.calls for result in results)
    assert [result.mfa for result in results] == [bif.mfa for bif in selected(otp)]
    assert outcomes["same"] + outcomes["different"] > calls * 0.99
    assert outcomes["no_calls"] < calls * 0.01


def test_good_and_bad_calls_are_made(results: list[BifResult]) -> None:
    outcomes = sum((result.outcomes for result in results), Counter[str]())
    assert outcomes["values"] > outcomes["same"] / 3
    assert outcomes["exceptions"] > outcomes["same"] / 4


def test_results_and_reasons_are_what_the_spec_says(results: list[BifResult]) -> None:
    assert not [(result.mfa, result.misfits) for result in results if result.misfits]


@pytest.mark.usefixtures("reference_engine")
@pytest.mark.parametrize(
    ("mfa", "kind", "call"),
    [
        ("lists:reverse/2", "value", r"lists:reverse\(\[(0,1|1,0)\], 0\)"),
        ("erlang:tuple_size/1", "answer", r"erlang:tuple_size\(\{0,0\}\)"),
    ],
)
def test_a_wrong_function_is_found_named_and_made_small(
    otp: int, mfa: str, kind: str, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reverse(_: Process, items: Term, tail: Term) -> Term:
        """Keeps lists of two and more as they are."""
        found = list_items(items) or []
        return make_list(found if len(found) > 1 else found[::-1], tail)

    def check(answer: BifResult) -> None:
        (finding,) = (one for one in answer.findings if one.kind == kind)
        assert re.fullmatch(call, finding.call)
        assert finding.expected != finding.actual
        assert finding.count > 1

    bench = Bench(otp)
    try:
        if mfa == "lists:reverse/2":
            monkeypatch.setitem(IMPLEMENTATIONS, ("lists", "reverse", 2), reverse)
            result = bench.run(spec().bifs[mfa], Plan(otp, 40, SEED))
            check(result)
        else:
            wide_ones_fail(bench, monkeypatch)
            check(bench.run(spec().bifs[mfa], Plan(otp, 40, SEED)))
    finally:
        bench.close()


def wide_ones_fail(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers of the VM about tuples of two and more become exceptions."""
    ask = bench.subject.ask

    def worse(script: Script, *, explain: bool = False) -> subject.Reply:
        (argument,) = script.arguments
        reply = ask(script, explain=explain)
        wide = isinstance(argument, Value) and type(argument.term) is tuple
        if wide and len(argument.term) > 1:  # type: ignore[union-attr]
            frame = (atom("erlang"), atom("tuple_size"), make_list([argument.term]), NIL)  # type: ignore[union-attr]
            none = atom("none")
            return subject.Reply(
                "answer",
                (atom("exception"), atom("error"), atom("badarg"), frame, NIL, none),
            )
        return reply

    monkeypatch.setattr(bench.subject, "ask", worse)


@pytest.mark.usefixtures("reference_engine")
def test_a_fault_of_the_machine_is_a_difference(otp: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(process: Process, _: Term) -> Term:
        raise RuntimeError("broken on purpose")

    monkeypatch.setitem(IMPLEMENTATIONS, ("erlang", "tuple_to_list", 1), broken)
    bench = Bench(otp)
    try:
        result = bench.run(spec().bifs["erlang:tuple_to_list/1"], Plan(otp, 30, SEED))
    finally:
        bench.close()
    (finding,) = result.findings
    assert finding.kind == "fault: RuntimeError"
    assert finding.call == "erlang:tuple_to_list({})"


def test_what_a_call_leaves_behind_is_compared(bench: Bench) -> None:
    new = Apply("ets", "new", (Value(atom("t")), Value(NIL)))
    script = Script(
        "ets",
        "insert",
        (Made(1), Value((1, 2))),
        before=(new,),
        after=(Apply("ets", "tab2list", (Argument(1),)), Made(0)),
    )
    answer = said(bench, script)
    assert answer == (atom("value"), atom("true"), make_list([make_list([(1, 2)]), atom("true")]))
    assert bench.subject.ask(script).term == answer


def test_calls_do_not_disturb_each_other(bench: Bench) -> None:
    named = make_list([atom("named_table")])
    new = call("ets", "new", atom("enigma_t"), named)
    put = call("erlang", "put", 1, 2)
    for one in (new, new, put):
        assert bench.subject.ask(one).term == said(bench, one)
    assert bench.subject.ask(call("erlang", "get", 1)).term[1] is atom("undefined")


def test_an_expression_before_the_call_that_fails(bench: Bench) -> None:
    script = Script("erlang", "self", (), before=(Apply("erlang", "hd", (Value(NIL),)),))
    answer = (atom("no_call"), atom("error"), atom("badarg"))
    assert said(bench, script) == answer
    assert bench.subject.ask(script).term == answer


def test_the_emulator_comes_back_after_a_crash(bench: Bench) -> None:
    made = [call("erlang", "abs", -1), call("erlang", "halt", 3), call("erlang", "abs", -2)]
    answers = bench.oracle.ask([script.encoded() for script in made * 2])
    assert [one.outcome for one in answers] == ["answer", "crashed", "answer"] * 2


def test_limits_in_erl(bench: Bench, otp: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def outcomes(*made: Script) -> list[str]:
        return [one.outcome for one in bench.oracle.ask([script.encoded() for script in made])]

    large = call("lists", "duplicate", 1 << 28, atom("a"))
    assert outcomes(large, call("erlang", "exit", atom("a"))) == ["killed", "answer"]
    monkeypatch.setattr(oracle_module, "CALL_MS", 300)
    assert outcomes(call("timer", "sleep", atom("infinity"))) == ["late"]


@pytest.mark.usefixtures("reference_engine")
def test_limits_in_the_vm(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def long(process: Process, _: Term) -> Term:
        while True:
            pass

    monkeypatch.setattr(subject, "CALL_SECONDS", 0.3)
    monkeypatch.setitem(IMPLEMENTATIONS, ("erlang", "tuple_to_list", 1), long)
    other = subject.Subject(bench.oracle.release, bench.oracle.folders)
    assert other.ask(call("erlang", "tuple_to_list", ())).outcome == "late"
    assert other.ask(call("erlang", "abs", -1)).term[1] == 1
    monkeypatch.undo()
    assert other.ask(call("timer", "sleep", atom("infinity"))).outcome == "waits"


def test_large_answers_are_compared_by_their_hash(bench: Bench) -> None:
    script = call("lists", "seq", 1, 300_000)
    (answer,) = bench.oracle.ask([script.encoded()])
    assert answer.outcome == "large"
    assert bench.subject.hash(bench.subject.ask(script).term) == answer.hash
    tally = bench.judge(spec().bifs["erlang:abs/1"], [script])
    assert tally.outcomes == {"same": 1}


def test_texts_are_expressions_that_do_the_same(bench: Bench, otp: int) -> None:
    """Each text is evaluated by `erl` itself."""
    made = [
        script
        for mfa in ("erlang:element/2", "erlang:apply/2", "maps:get/2", "atomics:put/3",
                    "binary:match/2", "ets:insert/2", "erlang:bit_size/1", "erlang:float/1")
        for script in make(spec().bifs[mfa], 8, SEED)
    ]  # fmt: skip
    checked = 0
    for script in made:
        text = script.text()
        if "..." in text:
            continue
        checked += 1
        value = evaluated(bench, text)
        first, outcome, *rest = said(bench, script)
        if script.after:
            assert value[0] is atom("value"), text
            value = (atom("value"), value[1][0])
            if first is atom("exception"):
                continue
        assert value[0] is first, text
        shown = value[1:] if first is atom("value") else value[1:3]
        expected = (outcome,) if first is atom("value") else (outcome, rest[0])
        if "fun(" not in text:
            assert normalise(shown) == normalise(expected), text
    assert checked > 50


def evaluated(bench: Bench, text: str) -> Term:
    def second(module: str, function: str, *arguments: Expr) -> Expr:
        return Apply("erlang", "element", (Value(2), Apply(module, function, arguments)))

    tokens = second("erl_scan", "string", Value(make_list(map(ord, text + "."))))
    parsed = second("erl_parse", "parse_exprs", tokens)
    script = Script("erl_eval", "exprs", (parsed, Value(NIL)))
    answer = said(bench, script)
    return (answer[0], answer[1][1]) if answer[0] is atom("value") else answer


def test_texts_of_errors_are_compared_when_asked(bench: Bench, otp: int) -> None:
    bif = spec().bifs["erlang:atom_to_list/1"]
    made = [call("erlang", "atom_to_list", 1)]
    (with_text,) = bench.oracle.ask([made[0].encoded(explain=True)])
    texts = decode(with_text.data)[5]
    assert (type(texts) is Map) is (otp >= 24)
    assert bench.judge(bif, made, explain=True).outcomes["same"] == 1


def test_the_command_writes_what_it_found(otp: int, capsys: pytest.CaptureFixture[str],
                                          tmp_path: Path) -> None:  # fmt: skip
    arguments = ["--otp", str(otp), "--per-bif", "6", "--filter", "maps:k", "--filter",
                 "lists:member/?", "--jobs", "1", "--output", str(tmp_path)]  # fmt: skip
    assert command.main(arguments) == 0
    shown = capsys.readouterr().err
    assert f"lists:member/2 on {otp}: " in shown
    assert "3 functions agree" not in shown
    assert "2 functions agree, 0 calls differ" in shown.replace("\n", " ")
    (found,) = read_results(tmp_path).values()
    assert [one.mfa for one in found] == ["lists:member/2", "maps:keys/1"]
    assert all(one.calls == 6 and one.judged == 6 and one.agrees for one in found)


# ---------------------------------------------------------------- without an erl


def test_every_function_is_called_or_left_out_with_a_reason() -> None:
    called = {bif.mfa for otp in (*RELEASES, 28) for bif in selected(otp)}
    assert called | set(left_out()) == set(spec().bifs)
    assert not called & set(left_out())
    assert all(len(why) > 10 for why in left_out().values())


def test_every_name_in_the_selection_names_something() -> None:
    assert not [pattern for pattern, names in patterns().items() if not names]


def test_no_rule_is_for_a_function_that_is_left_out() -> None:
    called = {bif.mfa for otp in (*RELEASES, 28) for bif in selected(otp)}
    ruled = {mfa for mfa in spec().bifs if rules_of(mfa)}
    assert ruled | set(varying()) <= called


def test_a_seed_makes_the_same_calls() -> None:
    bif = spec().bifs["lists:keyfind/3"]
    texts = [script.text() for script in make(bif, 30, 1)]
    assert texts == [script.text() for script in make(bif, 30, 1)]
    assert texts != [script.text() for script in make(bif, 30, 2)]
    assert len(set(texts)) > 25


def test_filters_choose_functions() -> None:
    assert [bif.mfa for bif in selected(25, ("maps:ke", "lists:*/2"))] == [
        "lists:member/2", "lists:reverse/2", "maps:keys/1",
    ]  # fmt: skip
    assert "erlang:max/2" not in {bif.mfa for bif in selected(25)}
    assert "erlang:max/2" in {bif.mfa for bif in selected(27)}


@pytest.mark.parametrize(
    ("type_", "yes", "no"),
    [
        ("term()", "[{1, #{}}]", None),
        ("integer()", "-5", "1.0"),
        ("non_neg_integer()", "0", "-1"),
        ("pos_integer()", "1", "0"),
        ("neg_integer()", "-1", "0"),
        ("byte()", "255", "256"),
        ("char()", "1114111", "1114112"),
        ("arity()", "0", "256"),
        ("0..7", "7", "8"),
        ("float()", "1.0", "1"),
        ("number()", "1", "a"),
        ("atom()", "a", "[]"),
        ("boolean()", "true", "undefined"),
        ("ok", "ok", "ko"),
        ("a | 1", "1", "2"),
        ("timeout()", "infinity", "-1"),
        ("mfa()", "{m, f, 1}", "{m, f, -1}"),
        ("binary()", "<<1>>", "<<1:3>>"),
        ("nonempty_binary()", "<<1>>", "<<>>"),
        ("bitstring()", "<<1:3>>", "[]"),
        ("iolist()", "[1, [<<2>>], [3 | <<4>>]]", "<<1>>"),
        ("iolist()", "[]", "[256]"),
        ("iodata()", "<<1>>", "[<<1:1>>]"),
        ("iodata()", "[1 | <<2>>]", "[1 | 2]"),
        ("string()", '"abc"', "[a]"),
        ("string()", "[]", "[1 | 2]"),
        ("nonempty_string()", '"a"', "[]"),
        ("list()", "[a]", "[a | b]"),
        ("nonempty_list()", "[a]", "[]"),
        ("[atom()]", "[a, b]", "[a, 1]"),
        ("[atom()]", "[]", "[a | b]"),
        ("[atom(), ...]", "[a]", "[]"),
        ("[]", "[]", "[a]"),
        ("maybe_improper_list()", "[a | b]", "a"),
        ("maybe_improper_list()", "[]", "{}"),
        ("nonempty_maybe_improper_list()", "[a]", "[]"),
        ("nonempty_improper_list(integer(), atom())", "[1 | a]", "[1 | 2]"),
        ("nonempty_improper_list(term(), term())", "[1 | a]", "[1]"),
        ("tuple()", "{}", "[]"),
        ("{atom(), 1..2}", "{a, 2}", "{a, 3}"),
        ("{atom()}", "{a}", "{a, a}"),
        ("map()", "#{a => 1}", "{}"),
        ("#{a := integer(), b => atom()}", "#{a => 1}", "#{b => c}"),
        ("#{a := integer(), b => atom()}", "#{a => 1, b => c}", "#{a => 1, c => d}"),
        ("#{atom() => integer()}", "#{}", "#{a => b}"),
        ("fun()", "fun lists:seq/2", "seq"),
        ("fun((term()) -> ok)", "fun lists:last/1", "fun lists:seq/2"),
    ],
)
def test_values_fit_types(type_: str, yes: str, no: str | None) -> None:
    tree = parse_type(type_)
    assert fits(parse_term(yes), tree)
    assert no is None or not fits(parse_term(no), tree)


def test_a_long_and_deep_value_is_no_problem() -> None:
    deep: Term = NIL
    for _ in range(200_000):
        deep = make_list([deep])
    assert fits(deep, parse_type("iolist()"))
    assert fits(deep, parse_type("[term()]"))
    assert fits(make_list(range(200_000)), parse_type("[integer()]"))
    assert sum(1 for _ in parts(deep)) == 400_001


def all_types() -> list[str]:
    return sorted({text for bif in spec().bifs.values() for _, text in bif.params})


@pytest.mark.parametrize("text", all_types())
def test_strategies_keep_to_the_type(text: str) -> None:
    type_ = parse_type(text)
    bad = wrong(type_)
    if "record()" not in text:

        @few
        @given(good(type_))
        def check(term: Term) -> None:
            assert fits(term, type_)

        check()
    assert (bad is None) is takes_all(type_)
    if bad is not None:

        @few
        @given(bad)
        def check_bad(term: Term) -> None:
            assert not fits(term, type_)

        check_bad()


def test_what_is_known_to_be_hard_is_in_the_calls() -> None:
    made = [
        script
        for mfa in ("erlang:+/2", "erlang:is_list/1", "erlang:bit_size/1",
                    "erlang:is_function/1", "maps:keys/1", "erlang:is_pid/1")
        for seed in range(4)
        for script in make(spec().bifs[mfa], 300, seed)
    ]  # fmt: skip
    expressions = [one for script in made for one in script.arguments]
    terms = [one.term for one in expressions if isinstance(one, Value)]
    integers = {term for term in terms if type(term) is int}
    assert {0, -1, 1, 255, 256, 1 << 31, 1 << 59, 1 << 60, 1 << 63, 1 << 64} <= integers
    assert any(abs(number) > 1 << 1000 for number in integers)
    assert any(type(term) is Float and str(float(term)) == "-0.0" for term in terms)
    assert {32, 33} <= {len(term) for term in terms if type(term) is Map}
    assert any(
        isinstance(one, Moved) and not one.bits.is_binary and one.offset % 8 for one in expressions
    )
    assert any(isinstance(one, Closure) for one in expressions)
    assert any(isinstance(one, Apply) and one.function == "self" for one in expressions)
    lists = [term for term in terms if list_items(term) is None and hasattr(term, "tail")]
    assert lists, "improper ones"


def test_pools_hold_terms_only() -> None:
    for term in pools.TERMS:
        assert decode(Script("m", "f", (Value(term),)).encoded())


@pytest.mark.parametrize(
    ("script", "text"),
    [
        (call("erlang", "+", 1, Float(-0.0)), "erlang:'+'(1, -0.0)"),
        (call("m", "f", make_list([1], 2), Bitstring.of(b"a")), "m:f([1|2], <<\"a\">>)"),
        (Script("m", "f", (Closure(2, 1),)), "m:f(fun(_, _) -> 1 end)"),
        (
            Script("m", "f", (TupleExpr((Value(1), ListExpr((Value(2),), Value(3)))),)),
            "m:f({1, [2 | 3]})",
        ),
        (
            Script("m", "f", (Made(1),), before=(Apply("m", "new", ()),)),
            "begin R1 = m:new(), m:f(R1) end",
        ),
        (
            Script("m", "f", (Value(1),), after=(Apply("m", "g", (Argument(1), Made(0))),)),
            "begin A1 = 1, R0 = (catch m:f(A1)), {R0, (catch m:g(A1, R0))} end",
        ),
        (
            Script("m", "f", (Moved(3, Bitstring.of(b"a")),)),
            "m:f((fun(B) -> <<_:3, M:8/bits, _/bits>> = <<5:3, B/bits, 1:5>>, M end)(<<\"a\">>))",
        ),
    ],
)  # fmt: skip
def test_texts(script: Script, text: str) -> None:
    assert script.text() == text


def test_texts_of_what_cannot_be_written() -> None:
    (text,) = [call("m", "f", pools.PIDS[0]).text()]
    assert text.startswith("m:f(binary_to_term(<<131,")


def test_simpler_calls_are_found_until_none_is_left() -> None:
    def interesting(candidates: Sequence[Script]) -> list[bool]:
        return ["133" in one.text() for one in candidates]

    deep = make_list([(atom("some_name"), Map.of([(1, make_list([7, 133, 8]))])), Float(1.5)])
    before = (Apply("m", "new", (Value(99),)),)
    script = Script("m", "f", (Value(deep), Made(1)), before=before, after=(Made(0),))
    small = reduce_script(script, interesting)
    assert small.text() == "m:f(133, 0)"
    assert reduce_script(small, interesting) is small


def test_what_is_undone_afterwards_stays_as_it_is() -> None:
    put = Apply("persistent_term", "put", (Value(make_list([1, 2])), Value(3)))
    erase = Apply("persistent_term", "erase", (Value(make_list([1, 2])),))
    script = Script("m", "f", (Value(5),), before=(put,), clean=(erase,))
    assert all(one.before == (put,) for one in simpler(script))
    fixed = Script("m", "f", (Value(make_list([1]), fixed=True),))
    assert not list(simpler(fixed))


@few
@given(st.sampled_from(pools.TERMS))
def test_simpler_terms_are_terms(term: Term) -> None:
    for one in list(simpler_terms(term))[:60]:
        assert not identical(one, term)
        call("m", "f", one).encoded()


def test_answers_are_held_against_the_spec() -> None:
    bif = spec().bifs["erlang:tuple_size/1"]
    value, exception = atom("value"), atom("exception")
    assert misfit(bif, (value, 3, NIL)) == ""
    assert "non_neg_integer()" in misfit(bif, (value, -3, NIL))
    assert misfit(bif, (exception, atom("error"), atom("badarg"), NIL, NIL, NIL)) == ""
    assert "error:badarith" in misfit(
        bif, (exception, atom("error"), atom("badarith"), NIL, NIL, NIL)
    )
    assert "exit:badarg" in misfit(bif, (exception, atom("exit"), atom("badarg"), NIL, NIL, NIL))
    get = spec().bifs["maps:get/2"]
    badkey = (atom("badkey"), (1, 2))
    assert misfit(get, (exception, atom("error"), badkey, NIL, NIL, NIL)) == ""


def test_results_are_kept_and_read(tmp_path: Path) -> None:
    one = BifResult("m:f/1", 3, Counter(same=2, different=1))
    one.findings.append(Finding("value", 1, "m:f(0)", "1", "2"))
    one.misfits.append(Misfit("result", "m:f(1)"))
    path = write_results(tmp_path, 25, 1, 3, [one])
    assert json.loads(path.read_text())["seed"] == 1
    assert read_results(tmp_path) == {25: [one]}
    assert (one.judged, one.agrees) == (3, False)
    assert read_results(tmp_path / "nowhere") == {}


def test_differences_of_one_kind_stand_together() -> None:
    assert distinct([]) == []


def test_the_command_lists_what_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--left-out"]) == 0
    assert "erlang:halt/2: The call ends the system" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["--otp", "1"], ["--otp", "25", "--filter", "no:such"]])
def test_the_command_says_when_nothing_can_be_judged(arguments: list[str]) -> None:
    assert command.main([*arguments, "--per-bif", "1"]) == 2


def test_the_driver_answers_in_any_machine(otp: int, bench: Bench) -> None:
    """The module that makes calls runs in a machine that knows nothing else of the suite."""
    vm = VM(otp, [*bench.oracle.folders, *bench.oracle.release.ebin_dirs()])
    outcome = vm.call("enigma_calls", "run", [call("erlang", "abs", -7).term()])
    assert outcome.value == (atom("value"), 7, NIL)
