"""What ends is freed by counting references: programs run without Python's cyclic collector."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conformance.references import in_cycles
from enigma_ref.otp import OtpNotFound, find_release
from enigma_ref.runtime.vm import VM

TIMES = 20


@pytest.mark.parametrize(
    "what",
    [
        "spawned", "monitored", "thrown", "linked", "killed", "demonitored", "requested", "timed",
        "aliased", "named", "hibernated", "letters", "tables", "tables_of_processes", "caught",
        "undefined",
    ],
)  # fmt: skip
def test_nothing_is_left_in_cycles(machine: Callable[..., VM], what: str) -> None:
    try:
        # The parts of erlang that are Erlang.
        paths = find_release("25").ebin_dirs()
    except OtpNotFound:
        pytest.skip("there is no OTP 25")
    vm = machine("endings", paths=paths)

    def call() -> None:
        outcome = vm.call("endings", what, [TIMES], timeout=60)
        assert outcome.ok, outcome

    call()
    assert in_cycles(call) == {}


def test_cycles_are_found() -> None:
    class Ring:
        __module__ = "enigma_ref"

        def __init__(self) -> None:
            self.next = self

    assert in_cycles(lambda: [Ring(), Ring()]) == {"Ring": 2}
