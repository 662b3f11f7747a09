from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import pytest
from hypothesis import HealthCheck, given, settings

from conformance import paths
from conformance.random_programs import __main__ as command
from conformance.random_programs.calls import CALLS, FUNCTIONS
from conformance.random_programs.campaign import Bench, Plan, Tally, judge, tree_of
from conformance.random_programs.choices import Seeded
from conformance.random_programs.modules import module
from conformance.random_programs.oracle import Program
from conformance.random_programs.reduce import reduce_program, smaller
from conformance.random_programs.strategies import modules
from conformance.random_programs.subject import Difference, not_built
from conformance.random_programs.tree import Node, expression, listing, other, replace, walk
from enigma_ref._generated.engine import NAMESPACE
from enigma_ref.bifs.registry import IMPLEMENTATIONS
from enigma_ref.machine.process import Process
from enigma_ref.runtime.vm import VM
from enigma_ref.terms import NIL, Term, atom

PROGRAMS = 100
SEED = 4

TINY = """-module(?MODULE).
-export([run/0, f/0]).
run() -> [f()].
f() -> {value}.
"""


@pytest.fixture(scope="module")
def bench(otp: int) -> Iterator[Bench]:
    one = Bench(otp)
    yield one
    one.close()


def test_programs_of_a_seed_answer_alike(bench: Bench, otp: int) -> None:
    tally = judge(Plan(SEED, PROGRAMS, otp, without=not_built(otp)), bench)
    assert not tally.differences
    assert tally.outcomes["same"] > PROGRAMS * 0.95
    assert tally.outcomes["rejected (erl)"] == 0, tally.notes


@settings(
    max_examples=15,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(data=modules(25, not_built(25)))
def test_programs_of_hypothesis_answer_alike(bench: Bench, data: Node) -> None:
    (verdict,) = bench.judge([Program("hypothesis_program", str(data))])
    assert verdict.outcome == "same", verdict


@pytest.mark.usefixtures("reference_engine")
def test_a_broken_machine_is_found_and_the_program_made_small(
    otp: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The remainder takes the sign of the divisor, as in Python."""
    monkeypatch.setitem(NAMESPACE, "arithmetic_rem", operator.mod)
    bench = Bench(otp)
    try:
        plan = Plan(SEED, PROGRAMS, otp, without=not_built(otp))
        tally = judge(plan, bench)
        assert 0 < tally.outcomes["different"] < PROGRAMS / 2
        number = min(tally.differences, key=lambda n: len(str(tree_of(plan, n))))
        first = tree_of(plan, number)
        tree, difference = bench.reduce(first, tally.differences[number])
    finally:
        bench.close()
    assert " rem " in str(tree)
    assert len(str(tree)) < min(700, len(str(first))), str(tree)
    assert difference.expected != difference.actual


@pytest.mark.usefixtures("reference_engine")
def test_a_fault_of_the_machine_is_a_difference(otp: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(process: Process, _: Term) -> Term:
        raise RuntimeError("broken on purpose")

    monkeypatch.setitem(IMPLEMENTATIONS, ("erlang", "tuple_to_list", 1), broken)
    bench = Bench(otp)
    try:
        source = TINY.format(value="tuple_to_list(erlang:make_tuple(2, a))")
        (verdict,) = bench.judge([Program("broken_program", source)])
    finally:
        bench.close()
    assert verdict.outcome == "different"
    assert verdict.difference is not None
    assert verdict.difference.kind == "fault: RuntimeError"


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ("ok", "same"),
        ("unknown_function()", "rejected (erl)"),
        ("exit(self(), kill), receive never -> ok end", "late (erl)"),
        ("receive never -> ok end", "late (erl)"),
        ("exit(self(), gone), receive never -> ok end", "ended (erl)"),
    ],
)
def test_outcomes(bench: Bench, value: str, outcome: str) -> None:
    source = TINY.format(value=value)
    (verdict,) = bench.judge([Program("outcome_program", source)])
    assert verdict.outcome == outcome


def test_the_emulator_comes_back_after_a_crash(bench: Bench) -> None:
    programs = [
        Program("crash_1", TINY.format(value="1")),
        Program("crash_2", TINY.format(value="erlang:halt(3)")),
        Program("crash_3", TINY.format(value="3")),
    ]
    outcomes = [verdict.outcome for verdict in bench.judge(programs)]
    assert outcomes == ["same", "crashed (erl)", "same"]


def test_the_sign_of_zero_counts(bench: Bench) -> None:
    (said,) = bench.oracle.run([Program("zero", TINY.format(value="0.0"))])
    (other_said,) = bench.oracle.run([Program("zero", TINY.format(value="-0.0"))])
    assert said.result != other_said.result
    mixed = type(said)("ok", other_said.beam, said.result)
    assert bench.compare(Program("zero", ""), mixed).outcome == "different"
    assert bench.compare(Program("zero", ""), other_said).outcome == "same"


def test_what_a_new_version_does_not_export_is_gone(bench: Bench, otp: int) -> None:
    both, one = bench.oracle.run([Program("version", TINY.format(value="1"))] * 2)
    (one,) = bench.oracle.run(
        [Program("version", "-module(?MODULE).\n-export([run/0]).\nrun() -> [].\n")]
    )
    vm = VM(otp)
    vm.load(both.beam)
    assert vm.call("version", "f", []).ok
    vm.load(one.beam)
    outcome = vm.call("version", "f", [])
    assert (outcome.ok, outcome.reason) == (False, atom("undef"))
    assert vm.call("version", "run", []).value is NIL


# ---------------------------------------------------------------- without an erl


def test_a_seed_makes_one_program() -> None:
    assert str(module(Seeded("5"), 25)) == str(module(Seeded("5"), 25))
    assert len({str(module(Seeded(str(n)), 25)) for n in range(50)}) == 50


def test_what_is_left_out_is_not_called() -> None:
    def sources(without: frozenset[str]) -> str:
        return "".join(str(module(Seeded(str(n)), 25, without)) for n in range(150))

    name = "lists:reverse("
    assert name in sources(frozenset())
    assert name not in sources(frozenset({"lists:reverse/1", "lists:reverse/2"}))


@pytest.mark.parametrize(("release", "there"), [(23, False), (25, False), (27, True), (29, True)])
def test_programs_follow_the_release(release: int, there: bool) -> None:
    source = "".join(str(module(Seeded(str(n)), release)) for n in range(300))
    assert ("maybe " in source) is there
    assert (" <:- " in source) is (release >= 28)


def test_the_table_of_calls_is_read() -> None:
    assert len(CALLS) > 100
    assert {"erlang:abs/1", "lists:foldl/3", "lists:sort/1", "maps:keys/1"} <= FUNCTIONS


def test_walking_and_replacing() -> None:
    tree = other("f(", listing([expression("1"), expression("2")], least=1), ")")
    found = {path: str(node) for path, node in walk(tree)}
    assert found == {(): "f(1, 2)", (1,): "1, 2", (1, 0): "1", (1, 1): "2"}
    assert str(replace(tree, (1, 1), expression("x"))) == "f(1, x)"
    with pytest.raises(ValueError, match="no node"):
        replace(tree, (0, 1), expression("x"))


def test_smaller_programs_are_shorter() -> None:
    tree = module(Seeded("3"), 25)
    count = 0
    for one in islice(smaller(tree), 200):
        count += 1
        assert len(str(one)) < len(str(tree))
    assert count > 20


def test_reducing_keeps_what_is_interesting() -> None:
    def interesting(trees: Sequence[Node]) -> list[bool]:
        return ["lists:" in str(one) for one in trees]

    tree = next(one for n in range(100) if "lists:" in str(one := module(Seeded(str(n)), 25)))
    small = reduce_program(tree, interesting)
    assert "lists:" in str(small)
    assert not any(interesting(list(smaller(small))))


def test_the_command_shows_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        command.main(["--seed", "1", "--first", "4", "--count", "2", "--show", "--all-functions"])
        == 0
    )
    shown = capsys.readouterr().out
    assert "%% 1-4, compiled" in shown
    assert str(tree_of(Plan(1, 2, 25), 5)) in shown


def test_the_command_says_when_a_release_is_missing() -> None:
    assert command.main(["--count", "1", "--otp", "1"]) == 2


def test_the_command_writes_what_differs(
    otp: int, bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def lying(plan: Plan, jobs: int, done: Callable[[Tally], None]) -> Tally:
        tally = judge(plan, bench)
        program = Program("lie", str(tree_of(plan, plan.first)))
        tally.differences[plan.first] = Difference(program, "answers", "right", "wrong")
        done(tally)
        return tally

    def as_it_is(_: Bench, tree: Node, difference: Difference) -> tuple[Node, Difference]:
        return tree, difference

    monkeypatch.setattr(command, "campaign", lying)
    monkeypatch.setattr(Bench, "reduce", as_it_is)
    arguments = ["--count", "2", "--first", "3", "--otp", str(otp), "--reduce", "1"]
    assert command.main(arguments) == 1
    (path,) = (paths.build_folder() / "random").glob("1-3.erl")
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"%% Program 1-3, OTP {otp}, compiled plain: answers\n")
    assert "%% erl:    right\n%% enigma: wrong\n-module('1-3').\n" in text


def test_the_command_runs_a_campaign(otp: int) -> None:
    assert command.main(["--count", "60", "--otp", str(otp), "--jobs", "2"]) == 0
