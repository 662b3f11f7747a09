"""Built-in functions that take long let other processes run."""

from collections.abc import Callable

import pytest

from codegen.load import load_spec
from conformance.paths import SPEC
from enigma_ref.bifs.registry import IN_STEPS
from enigma_ref.runtime.scheduler import SeededScheduler
from enigma_ref.runtime.vm import VM
from enigma_ref.terms import atom

MakeVM = Callable[..., VM]

RESULTS = {
    "term_to_binary": 1 + 1 + 4 + 200_000 * 6 + 1,
    "term_to_iovec": 1 + 1 + 4 + 200_000 * 6 + 1,
    "binary_to_term": 200_000,
    "matches": 200_000,
    "split": 200_001,
    "select": 15_000,
    "select_reverse": 15_000,
    "match": 15_000,
    "match_object": 15_000,
    "select_count": 15_000,
    "select_delete": (15_000, 15_000),
    "select_replace": 15_000,
}


@pytest.mark.parametrize("what", RESULTS)
def test_others_run_meanwhile(make_vm: MakeVM, what: str) -> None:
    outcome = make_vm().call("long_calls", "turns", [atom(what)], timeout=60)
    assert outcome.ok, outcome
    turns, result = outcome.value
    assert result == RESULTS[what]
    assert turns >= 5


@pytest.mark.parametrize("seed", range(4))
def test_work_that_cannot_go_on(make_vm: MakeVM, seed: int) -> None:
    vm = make_vm(scheduler=SeededScheduler(seed))
    deleted = vm.call("long_calls", "delete_meanwhile", [], timeout=60)
    assert deleted.value == (atom("error"), atom("badarg"))
    killed = vm.call("long_calls", "kill_meanwhile", [], timeout=60)
    assert killed.value == (atom("false"), 1 + 1 + 4 + 200_000 * 4 + 1, atom("nothing"))


def test_the_specification_knows_what_may_suspend() -> None:
    bifs = load_spec(SPEC).bifs
    in_steps = ["{}:{}/{}".format(*mfa) for mfa in sorted(IN_STEPS)]
    assert len(in_steps) > 10
    assert [mfa for mfa in in_steps if not bifs[mfa].suspends] == []
