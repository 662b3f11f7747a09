from collections.abc import Callable

import pytest

from enigma_ref.machine.suspension import Halt
from enigma_ref.runtime.vm import VM
from enigma_ref.terms import atom, list_items
from enigma_ref.terms.text import format_p

MakeVM = Callable[..., VM]


def call(vm: VM, function: str, *arguments: str) -> str:
    outcome = vm.call("loading", function, [atom(argument) for argument in arguments], timeout=60)
    assert outcome.ok, format_p(outcome.reason)
    return format_p(outcome.value)


def test_who_calls_a_module_waits_for_its_on_load_function(make_vm: MakeVM) -> None:
    assert call(make_vm(), "together", "slow_load") == "[loaded,loaded,loaded]"


def test_an_on_load_function_cannot_call_its_own_module(make_vm: MakeVM) -> None:
    assert call(make_vm(), "seen") == "undef"


def test_a_module_whose_on_load_function_fails_is_undefined(make_vm: MakeVM) -> None:
    vm = make_vm()
    assert call(vm, "twice") == "[{undef,never_loads},{undef,never_loads}]"
    assert atom("never_loads") not in vm.code.modules
    assert not vm.code.waiting
    assert not vm.code.old


def test_the_runtime_ends_with_a_process_of_its_own(make_vm: MakeVM) -> None:
    with pytest.raises(Halt) as halt:
        call(make_vm(), "system", "kill")
    assert halt.value.status == 1
    assert halt.value.slogan == "System process <0.1.0> terminated: killed"


def test_a_purge_leaves_no_place_of_the_old_code_behind(make_vm: MakeVM) -> None:
    vm = make_vm()
    call(vm, "together", "slow_load")
    name = atom("loading")
    old = vm.code.modules[name]
    code = [function.code for function in old.functions if function.ready]
    assert code
    assert all(vm.linker.place(item) for item in code)
    vm.code.delete(name)
    vm.purging.purge(name)
    assert not vm.code.old
    assert not any(vm.linker.place(item) for item in code)


def test_the_processes_of_the_runtime_have_the_numbers_they_have_in_erts(make_vm: MakeVM) -> None:
    vm = make_vm()
    found = {repr(process.pid): name.name for process, name in vm.system_processes.items()}
    assert found == {
        "<0.0.0>": "init",
        "<0.1.0>": "erts_code_purger",
        "<0.2.0>": "erts_literal_area_collector",
        "<0.3.0>": "erts_dirty_process_signal_handler",
        "<0.4.0>": "erts_dirty_process_signal_handler",
        "<0.5.0>": "erts_dirty_process_signal_handler",
    }
    assert len(list_items(vm.call("erlang", "processes", []).value) or []) == len(found) + 1
