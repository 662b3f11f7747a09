"""The VM as programs meet it: calls, exceptions, processes, time, and defects of the machine."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import pytest

from enigma_ref.loader.errors import LoadError
from enigma_ref.machine.errors import MachineFault
from enigma_ref.machine.link import NAMES
from enigma_ref.machine.primitives import arithmetic
from enigma_ref.runtime.vm import VM, CallTimeout, Deadlock
from enigma_ref.terms import FALSE, TRUE, Bitstring, Float, Term, atom, list_items
from enigma_ref.terms.parse import parse_term
from enigma_ref.terms.text import format_w
from tests.loader.assembler import SMALL_CODE, code_chunk, op, small_beam

Make = Callable[..., VM]


def value(vm: VM, function: str, *arguments: Term) -> Term:
    outcome = vm.call("basics", function, list(arguments))
    assert outcome.ok, format_w(outcome.reason)
    return outcome.value


def test_call_and_bignum(machine: Make) -> None:
    assert value(machine("basics"), "fact", 25) == 15511210043330985984000000


def test_function_clause_shows_arguments(machine: Make) -> None:
    outcome = machine("basics").call("basics", "fact", [-1])
    assert not outcome.ok
    assert outcome.reason is atom("function_clause")
    first = (list_items(outcome.trace) or [])[0]
    assert first[:3] == (atom("basics"), atom("fact"), parse_term("[-1]"))


def test_trace_has_lines(machine: Make) -> None:
    outcome = machine("basics").call("basics", "badmatch", [atom("no")])
    assert outcome.reason == (atom("badmatch"), atom("no"))
    assert "{line,9}" in format_w(outcome.trace)


@pytest.mark.parametrize("function", ["tail_loop", "fun_loop"])
def test_loops_run_in_constant_stack(machine: Make, function: str) -> None:
    deepest = 0

    def watch(code: object, name: str, owner: object, position: int) -> object:
        def watched(x: list[object], s: list[object], p: object) -> object:
            nonlocal deepest
            deepest = max(deepest, len(s))
            return code(x, s, p)  # type: ignore[operator]  # code is callable

        return watched

    vm = machine("basics", observer=watch)
    assert value(vm, function, 2000) is atom("done")
    assert 0 < deepest < 20


def test_processes_take_turns(machine: Make) -> None:
    assert value(machine("basics"), "ping", 500) is atom("ok")


def test_receive_times_out(machine: Make) -> None:
    assert value(machine("basics"), "wait", 5) is atom("timed_out")


def test_selective_receive(machine: Make) -> None:
    assert value(machine("basics"), "selective") == parse_term("[b, a, c]")


def test_exits_and_names(machine: Make) -> None:
    vm = machine("basics")
    assert value(vm, "linked", (atom("because"), 1)) == (atom("because"), 1)
    assert value(vm, "names") == parse_term("{hello, true, undefined}")
    outcome = vm.call("basics", "kill_self", [])
    assert (outcome.cls, outcome.reason) == (atom("exit"), atom("killed"))


def test_bits(machine: Make) -> None:
    assert value(machine("basics"), "bits", Bitstring.of(b"\xaf!")) == parse_term(
        "{5, 15, <<33>>, <<125, 0, 7>>}"
    )


def test_bad_calls(machine: Make) -> None:
    vm = machine("basics")
    assert format_w(vm.call("basics", "apply_bad", []).reason).startswith("{badarity,{#Fun<")
    outcome = vm.call("basics", "undefd", [])
    assert outcome.reason is atom("undef")
    first = (list_items(outcome.trace) or [])[0]
    assert first[:3] == parse_term("{no_module, no_function, [1]}")


def test_deadlock_and_timeout_are_reported(machine: Make) -> None:
    vm = machine("basics")
    with pytest.raises(Deadlock):
        vm.call("basics", "forever", [])
    with pytest.raises(CallTimeout):
        vm.call("basics", "tail_loop", [1 << 60], timeout=0.05)
    assert value(vm, "fact", 3) == 6


def test_defect_names_the_instruction(machine: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    from enigma_ref._generated.engine import NAMESPACE

    def broken(a: Term, b: Term) -> Term:
        raise ZeroDivisionError("a defect")

    monkeypatch.setitem(NAMESPACE, "arithmetic_mul", broken)
    assert arithmetic.mul(2, 3) == 6
    with pytest.raises(MachineFault, match=r"basics:fact/1, instruction \d+ \(gc_bif2\)"):
        machine("basics", engine="reference").call("basics", "fact", [3])


def test_defect_names_the_instruction_of_a_row(machine: Make) -> None:
    vm = machine("basics", engine="reference")
    assert value(vm, "fact", 3) == 6
    (module,) = vm.code.modules.values()
    assert vm.linker.place(module.functions[0].code) is not None
    row: Any = next(
        code for code in vm.linker._located if code.__name__ == "gc_bif2_deallocate_return"
    )
    # After the frame there is nothing on this stack to return to.
    with pytest.raises(IndexError) as raised:
        row([2, 3], [7], None)
    told = vm.engine.describe(row, raised.value)
    position = re.fullmatch(r"in basics:fact/1, instruction (\d+) \(return\)", told)
    assert position is not None, told
    assert NAMES[module.decoded.code[int(position[1])][0]] == "return"


def test_coverage(machine: Make) -> None:
    vm = machine("basics", coverage=True)
    value(vm, "fact", 3)
    assert {"call", "gc_bif2", "return", "label", "func_info"} - {"func_info"} <= (
        vm.exercised_opcodes
    )
    assert "erlang:*/2" in vm.exercised_bifs
    assert "send" not in vm.exercised_opcodes


def test_opcodes_of_other_releases_are_refused() -> None:
    code = SMALL_CODE.replace(
        op("deallocate", b"\x10"), op("fclearerror") + op("deallocate", b"\x10")
    )
    assert code != SMALL_CODE
    beam = small_beam(Code=code_chunk(code, labels=7, functions=2))
    VM(25).load(beam, "old.beam")
    with pytest.raises(LoadError, match="OTP 27 does not accept the instruction fclearerror"):
        VM(27).load(beam, "old.beam")


def test_machines_of_several_releases_take_turns() -> None:
    """What numbers do is set for the whole Python process, for whichever machine runs."""
    machines = [VM(release, []) for release in (23, 25, 27)]
    try:
        for _ in range(2):
            same = [vm.call("erlang", "=:=", [Float(0.0), Float(-0.0)]).value for vm in machines]
            assert same == [TRUE, TRUE, FALSE]
            signs = [
                [math.copysign(1, vm.call("erlang", name, [Float(zero)]).value) for vm in machines]
                for name, zero in (("abs", -0.0), ("-", 0.0))
            ]
            assert signs == [[-1, -1, 1], [1, -1, -1]]
    finally:
        for vm in machines:
            vm.close()
