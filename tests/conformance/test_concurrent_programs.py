from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance import paths
from conformance.normalise import normalise
from conformance.random_programs import __main__ as command
from conformance.random_programs.campaign import Plan as Campaign
from conformance.random_programs.campaign import judge, tree_of
from conformance.random_programs.choices import Seeded
from conformance.random_programs.concurrent import judge as judging
from conformance.random_programs.concurrent import subject as concurrent_subject
from conformance.random_programs.concurrent.judge import ConcurrentBench
from conformance.random_programs.concurrent.oracle import Job, key_of
from conformance.random_programs.concurrent.plans import PLAIN, Plan, TimerRanOut, random_mode
from conformance.random_programs.concurrent.programs import program
from conformance.random_programs.concurrent.writer import CALLED
from conformance.random_programs.oracle import Program
from conformance.random_programs.subject import not_built
from enigma_ref.machine.process import Process
from enigma_ref.runtime.vm import VM
from enigma_ref.terms import Map, Term, atom
from enigma_ref.terms.external import decode
from enigma_ref.terms.parse import parse_term
from enigma_ref.terms.pretty import format_p

SEED = 4
PROGRAMS = 16

LOST_UPDATE = """-module(?MODULE).
-export([run/1]).
-import(enigma_concurrent, [enter/2, leave/2, spawned/4, step/3, timer/3]).

run(Mode) -> enigma_concurrent:run(Mode, fun(C) -> first(C) end).

first(C) ->
    enter(C, 0),
    T = step(C, 2, fun() -> ets:new(t, [public]) end),
    step(C, 4, fun() -> ets:insert(T, {n, 0}) end),
    {_, R} = spawned(C, 6, 1, fun() -> spawn_monitor(fun() -> adds(C, 1, T, 20) end) end),
    {_, S} = spawned(C, 8, 2, fun() -> spawn_monitor(fun() -> adds(C, 2, T, 30) end) end),
    [step(C, N, fun() -> receive {'DOWN', X, _, _, _} -> down end end) || {N, X} <- [{10, R}, {12, S}]],
    step(C, 14, fun() -> ets:lookup(T, n) end),
    leave(C, 16).

adds(C, Number, T, Step) ->
    enter(C, Number),
    step(C, Step, fun() -> receive never -> ok after timer(C, Step, 1) -> ok end end),
    [{n, N}] = step(C, Step + 2, fun() -> ets:lookup(T, n) end),
    step(C, Step + 4, fun() -> ets:insert(T, {n, N + 1}) end),
    leave(C, Step + 6).
"""
"""A process hardly ever reads before the other one writes what it has read before."""

DOWN = atom("DOWN")


@pytest.fixture(scope="module")
def bench(otp: int) -> Iterator[ConcurrentBench]:
    one = ConcurrentBench(otp)
    yield one
    one.close()


def campaign_of(otp: int, count: int = PROGRAMS) -> Campaign:
    return Campaign(SEED, count, otp, without=not_built(otp, CALLED), concurrent=True)


def test_programs_of_a_seed_show_what_erl_can_show(bench: ConcurrentBench, otp: int) -> None:
    tally = judge(campaign_of(otp), bench)
    assert not tally.differences
    assert tally.outcomes["same"] == PROGRAMS, tally.notes
    assert tally.counts["programs with several outcomes"] > PROGRAMS / 2
    assert tally.counts["runs of erl by plans"] > 0


def test_a_machine_that_loses_a_signal_is_found_and_the_program_made_small(
    bench: ConcurrentBench, otp: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = VM.send

    def lossy(vm: VM, process: Process, message: Term) -> None:
        is_down = type(message) is tuple and len(message) == 5 and message[0] is DOWN
        # The first process watches all others, and none of it would end.
        if not is_down or process.parent is None:
            send(vm, process, message)

    monkeypatch.setattr(VM, "send", lossy)
    # Two slots: the shorter one does not do on a busy machine.
    monkeypatch.setattr(judging, "ATTEMPTS", (judging.Attempt(2, ((2, 2), (2, 8))),))
    monkeypatch.setattr(ConcurrentBench, "trials", 60)
    campaign = campaign_of(otp)
    tally = judge(campaign, bench)
    assert tally.outcomes["different"] > 0
    number = min(
        (n for n, one in tally.differences.items() if one.kind == "outcome"),
        key=lambda n: len(str(tree_of(campaign, n))),
    )
    first = tree_of(campaign, number)
    tree, difference = bench.reduce(first, tally.differences[number])
    assert difference.kind == "outcome"
    # What is left has to watch somebody: nothing else could tell that the signal is lost.
    assert "monitor" in str(tree)
    assert len(str(tree)) < len(str(first))


SLOTS = (5, 20, 80, 300)
"""Milliseconds."""


def test_erl_shows_by_a_plan_what_it_hardly_shows_by_itself(
    bench: ConcurrentBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(concurrent_subject, "EXPLORED", 100)
    (compiled,) = bench.oracle(2).compile([Program("lost", LOST_UPDATE)])
    shown = bench._subject.run("lost", compiled.beam)
    assert not shown.fault
    by_count = {
        count: plan
        for key, plan in shown.outcomes.items()
        for count in (1, 2)
        if f"{{14,[{{n,{count}}}]}}" in format_p(decode(key))
    }
    assert sorted(by_count) == [1, 2]
    for count, plan in by_count.items():
        wanted = f"{{14,[{{n,{count}}}]}}"
        # How long a slot has to be depends on what else the processors do.
        for slot in SLOTS:
            (found,) = bench.oracle(2).run([Job("lost", compiled.beam, [(3, plan.mode(slot))])])
            assert found is not None
            if all(wanted in format_p(decode(key)) for key in found):
                break
        else:
            pytest.fail(f"not shown with slots of up to {SLOTS[-1]} ms: {plan}")


def test_runs_repeat(bench: ConcurrentBench, otp: int) -> None:
    source = str(tree_of(campaign_of(otp), 3))
    (compiled,) = bench.oracle(2).compile([Program("repeats", source)])
    assert compiled.outcome == "ok"
    one, two = (bench._subject.run("repeats", compiled.beam) for _ in range(2))
    assert one.outcomes == two.outcomes
    assert one.runs == two.runs > 10


def test_a_defect_of_the_machine_is_a_difference(
    bench: ConcurrentBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(VM, "make_magic_ref", broken)
    (verdict,) = bench.judge([Program("broken", LOST_UPDATE)])
    assert verdict.difference is not None
    assert verdict.difference.kind == "fault: RuntimeError"


def test_what_does_not_compile_and_what_does_not_end(bench: ConcurrentBench) -> None:
    wrong = LOST_UPDATE.replace("ets:new(", "unknown(")
    late = LOST_UPDATE.replace("step(C, 2, ", "receive never -> ok end, step(C, 2, ")
    rejected, waits = bench.judge([Program("rejected", wrong), Program("waits", late)])
    assert rejected.outcome == "rejected (erl)"
    assert waits.outcome == "same"
    assert waits.counts["programs with one outcome"] == 1


def test_both_sides_agree_on_the_normal_form(bench: ConcurrentBench, otp: int) -> None:
    source = """-module(?MODULE).
-export([run/1]).
run(_) ->
    [R1, R2] = [make_ref(), make_ref()],
    P = self(),
    Trace = try ets:lookup(R1, key) catch error:Reason:Stack -> {Reason, Stack} end,
    {R2, [P, R1 | R2], {P, {x, [{m, f, 2, []}, {m, g, [], []}]}}, Trace, {'EXIT', Trace}, [], {}}.
"""
    (compiled,) = bench.oracle(2).compile([Program("forms", source)])
    (found,) = bench.oracle(2).run([Job("forms", compiled.beam, [(2, PLAIN)])])
    assert found is not None
    vm = VM(otp)
    vm.load(compiled.beam)
    ours = normalise(vm.call("forms", "run", [PLAIN]).value, {"exit_traces"})
    assert set(found) == {key_of(ours, otp)}
    assert (
        format_p(ours)
        .replace("\n", "")
        .replace(" ", "")
        .endswith("{badarg,[{ets,lookup,2}]},{'EXIT',{badarg,[{ets,lookup,2}]}},[],{}}")
    )


def test_the_command_runs_a_campaign(otp: int, tmp_path: Path) -> None:
    arguments = ["--concurrent", "--count", "8", "--otp", str(otp), "--jobs", "1"]
    assert command.main([*arguments, "--output", str(tmp_path)]) == 0
    data = json.loads((tmp_path / f"concurrent-{otp}.json").read_text())
    assert (data["programs"], data["outcomes"]) == (8, {"same": 8})


# ---------------------------------------------------------------- without an erl


def test_a_seed_makes_one_program() -> None:
    assert str(program(Seeded("5"), 25)) == str(program(Seeded("5"), 25))
    assert len({str(program(Seeded(str(n)), 25)) for n in range(50)}) == 50


def test_programs_follow_the_release() -> None:
    def sources(release: int, without: frozenset[str] = frozenset()) -> str:
        return "".join(str(program(Seeded(str(n)), release, without)) for n in range(150))

    assert "alias(" in sources(25)
    assert "alias" not in sources(23)
    assert "suspend_process" in sources(25)
    assert "suspend_process" not in sources(25, frozenset({"erlang:resume_process/1"}))


def test_programs_use_every_operation() -> None:
    source = "".join(str(program(Seeded(str(n)), 25)) for n in range(1000))
    for name in (
        *("spawn(", "spawn_link(", "spawn_monitor(", "spawn_opt(", "link(", "unlink(", "exit("),
        *("monitor(", "demonitor(", "unalias(", "send_after(", "start_timer(", "cancel_timer("),
        *("read_timer(", "register(", "unregister(", "whereis(", "ets:new(", "give_away("),
        *("insert_new(", "update_counter(", "take(", "setopts(", "put(", "erlang:raise("),
        *("trap_exit", "receive", "erlang:send(", "throw(", "catch ", "self() !"),
    ):
        assert name in source, name


def test_plans() -> None:
    plan = Plan((2, 8, 3, TimerRanOut(8, 8), 9))
    tag, (slots, milliseconds, timers, most) = plan.mode(5)
    assert tag is atom("plan")
    assert dict(slots.items()) == {2: 1, 8: 2, 3: 3, 9: 5}
    assert dict(timers.items()) == {8: 2}
    assert milliseconds == 5
    assert most > 5
    assert str(plan) == "2 8 3 timer:8 9"
    assert random_mode(30) == parse_term("{random, 30}")
    assert type(slots) is Map


def test_the_command_shows_programs(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--concurrent", "--seed", "1", "--first", "4", "--count", "2", "--show"]
    assert command.main([*arguments, "--all-functions"]) == 0
    campaign = Campaign(1, 2, 25, concurrent=True)
    assert str(tree_of(campaign, 5)) in capsys.readouterr().out
    assert not (paths.build_folder() / "random").exists()
