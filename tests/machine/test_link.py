"""Where instructions stand is known when somebody asks, and nothing outlives its VM."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable

from enigma_ref.machine.code import Code, Export, Function
from enigma_ref.machine.link import NAMES
from enigma_ref.runtime.vm import VM

Seen = list[tuple[Code, str, Function, int]]


def linked(make: Callable[..., VM], name: str, **options: object) -> tuple[VM, list[Function]]:
    """A VM and all functions of a program, made ready."""
    vm = make(name, **options)
    (module,) = vm.code.modules.values()
    for function in module.functions:
        vm.linker.link(function)
    return vm, module.functions


def test_places_of_instructions(machine: Callable[..., VM]) -> None:
    vm, functions = linked(machine, "deep")
    for function in functions:
        found = vm.linker.place(function.code)
        assert found is not None
        owner, position = found
        assert owner is function
        code = owner.module.decoded.code
        label = next(
            at for at in range(function.first, function.end)
            if NAMES[code[at][0]] == "label" and code[at][1][1] == function.entry_label
        )  # fmt: skip
        skipped = {NAMES[instruction[0]] for instruction in code[label:position]}
        assert skipped <= {"label", "line", "test_heap"}


def test_observed_code_stands_where_its_instruction_does(machine: Callable[..., VM]) -> None:
    """Empty instructions count as the one behind them, which runs inside of their code."""
    seen: Seen = []

    def observe(code: Code, name: str, owner: Function | Export, position: int) -> Code:
        def observed(x: list[object], s: list[object], p: object) -> object:
            return code(x, s, p)

        if isinstance(owner, Function):
            seen.append((observed, name, owner, position))
        return observed

    vm, _ = linked(machine, "deep", observer=observe)
    assert {name for _, name, _, _ in seen} >= {"line", "return"}
    for code, name, owner, position in seen:
        found = vm.linker.place(code)
        assert found is not None
        assert found[0] is owner
        assert (found[1] > position) == (name in ("line", "test_heap"))


def test_nothing_outlives_its_vm(machine: Callable[..., VM]) -> None:
    vm, functions = linked(machine, "deep")
    assert vm.linker.call_place(functions[0].code) is None
    kept = [weakref.ref(thing) for thing in (vm, vm.linker, functions[0].code)]
    del vm, functions
    gc.collect()
    assert [reference() for reference in kept] == [None, None, None]


def test_instructions_run_in_one_go_unless_they_are_observed(machine: Callable[..., VM]) -> None:
    def names(**options: object) -> set[str]:
        vm, functions = linked(machine, "deep", **options)
        return {
            code.__name__
            for function in functions
            for code in vm.linker.instructions(function)[0]
            if code is not None
        }

    assert any(name == "deallocate_return" for name in names())
    observed = names(observer=lambda code, name, owner, position: code)
    assert "deallocate" in observed
    assert "deallocate_return" not in observed
