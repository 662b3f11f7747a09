from collections.abc import Callable

import pytest

from enigma_ref.cli.explore import turns
from enigma_ref.runtime import explore
from enigma_ref.runtime.explore import Exploration, Explorer
from enigma_ref.runtime.vm import VM

MakeVM = Callable[..., VM]


def explored(
    make_vm: MakeVM, function: str, runs: int = 150, *, seed: int = 1, bound: int = 2
) -> Exploration:
    explorer = Explorer(make_vm, ("races", function, []), seed=seed, bound=bound)
    for done in explorer.explore(runs):
        last = done
    assert last.runs == sum(found.count for found in last.found.values())
    return last


@pytest.mark.parametrize(
    ("function", "undisturbed", "others"),
    [
        ("lost_update", "2", {"1"}),
        ("overtaken", "done", {"{died,stop}"}),
        ("names", "[mine,taken]", {"[clash,mine]"}),
        ("deadlock", "ok", {"deadlock: all processes wait"}),
        ("late", "in_time", {"late"}),
    ],
)
def test_the_race_is_found(
    make_vm: MakeVM, function: str, undisturbed: str, others: set[str]
) -> None:
    done = explored(make_vm, function)
    assert done.undisturbed.outcome == undisturbed
    assert set(done.found) - {undisturbed} >= others


def test_a_schedule_repeats_its_run(make_vm: MakeVM) -> None:
    explorer = Explorer(make_vm, ("races", "lost_update", []))
    *_, done = explorer.explore(100)
    found = done.found["1"].run
    again = explorer.run(found.schedule)
    assert (again.outcome, again.turns, again.points) == (found.outcome, found.turns, found.points)
    assert found.cost == (1, 1)
    assert any("before ets:insert(" in line for line in turns(found))


def test_the_seed_decides(make_vm: MakeVM) -> None:
    def counts(seed: int) -> list[tuple[str, int]]:
        done = explored(make_vm, "overtaken", 40, seed=seed)
        return [(outcome, found.count) for outcome, found in done.found.items()]

    assert counts(3) == counts(3)
    assert len({tuple(counts(seed)) for seed in range(5)}) > 1


def test_what_has_no_race_ends_in_one_way(make_vm: MakeVM) -> None:
    done = explored(make_vm, "sound", 60)
    assert list(done.found) == ["[1,4,9]"]


def test_all_schedules_within_the_bound_are_tried(make_vm: MakeVM) -> None:
    done = explored(make_vm, "overtaken", 100, bound=1)
    assert done.is_complete
    assert done.runs < 100


def test_a_process_that_never_waits_is_given_up(
    make_vm: MakeVM, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explore, "MAX_POINTS", 200)
    done = explored(make_vm, "spin", 20)
    assert done.undisturbed.outcome == "no end: 200 points to decide at"
    assert "ok" in done.found


def test_a_loop_without_decisions_is_given_up(
    make_vm: MakeVM, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explore, "MAX_REDUCTIONS", 5_000)
    done = explored(make_vm, "for_ever", 100)
    assert done.runs <= explore.GIVES_UP_AFTER
    run = done.undisturbed
    assert run.outcome == "no end: a process ran for 5,000 reductions in a row"
    assert not run.ends and not run.good
    assert run.turns[-1].stopped == "is stopped"


def test_what_is_a_good_end(make_vm: MakeVM) -> None:
    assert not explored(make_vm, "no_such_function", 5).undisturbed.good
    assert explored(make_vm, "clock", 5).undisturbed.good
