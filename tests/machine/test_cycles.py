"""What ends is freed by counting references: programs run without Python's cyclic collector."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.references import in_cycles
from enigma_ref.loader.module import Module
from enigma_ref.otp import OtpNotFound, find_release
from enigma_ref.runtime.vm import VM
from enigma_ref.terms import Bitstring

HERE = Path(__file__).parent
TIMES = 20


@pytest.mark.parametrize(
    "what",
    [
        "spawned", "monitored", "thrown", "linked", "killed", "demonitored", "requested", "timed",
        "aliased", "named", "hibernated", "letters", "tables", "tables_of_processes", "caught",
        "undefined", "timed_out", "expressions",
    ],
)  # fmt: skip
@pytest.mark.parametrize("release", [25, 29])
def test_nothing_is_left_in_cycles(machine: Callable[..., VM], what: str, release: int) -> None:
    try:
        # The parts of erlang that are Erlang.
        paths = find_release(str(release)).ebin_dirs()
    except OtpNotFound:
        pytest.skip(f"there is no OTP {release}")
    vm = machine("endings", release=release, paths=paths)

    def call() -> None:
        outcome = vm.call("endings", what, [TIMES], timeout=60)
        assert outcome.ok, outcome

    call()
    assert in_cycles(call) == {}


def test_prepared_modules_end_with_their_references(machine: Callable[..., VM]) -> None:
    try:
        paths = find_release("25").ebin_dirs()
    except OtpNotFound:
        pytest.skip("there is no OTP 25")
    vm = machine("endings", paths=paths)
    beam = Bitstring.of((HERE / "programs" / "basics.beam").read_bytes())

    def modules() -> int:
        assert vm.call("endings", "prepared", [beam, 5]).ok
        return sum(type(one) is Module for one in gc.get_objects())

    assert modules() == modules()


def test_cycles_are_found() -> None:
    class Ring:
        __module__ = "enigma_ref"

        def __init__(self) -> None:
            self.next = self

    assert in_cycles(lambda: [Ring(), Ring()]) == {"Ring": 2}
