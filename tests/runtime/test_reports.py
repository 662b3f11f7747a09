"""What the system says on standard error while there is no logger."""

from __future__ import annotations

from collections.abc import Callable

from enigma_ref.runtime.vm import VM
from enigma_ref.terms import atom, make_list


def _spawn(vm: VM, function: str) -> None:
    """Let a process die, and wait until it has."""
    arguments = [atom("erlang"), atom(function), make_list([atom("reason")])]
    assert vm.call("erlang", "spawn", arguments).ok
    while vm.run_turn():
        pass


def test_an_error_is_shown_where_nobody_logs(make_vm: Callable[..., VM]) -> None:
    shown: list[str] = []
    vm = make_vm(write_error=shown.append)
    _spawn(vm, "error")
    assert len(shown) == 1
    start = "(no logger present) unexpected logger message: {log,error,"
    assert shown[0].startswith(f'{start}"Error in process ~p with exit value:~n~p~n",[<0.')
    assert ",{reason,[]}],#{" in shown[0]
    assert "error_logger=>#{emulator=>true,tag=>error}" in shown[0]


def test_exits_are_not_reported(make_vm: Callable[..., VM]) -> None:
    shown: list[str] = []
    vm = make_vm(write_error=shown.append)
    _spawn(vm, "exit")
    assert shown == []


def test_who_calls_from_outside_gets_the_exception_instead(make_vm: Callable[..., VM]) -> None:
    shown: list[str] = []
    vm = make_vm(write_error=shown.append)
    assert not vm.call("erlang", "error", [atom("reason")]).ok
    assert shown == []


def test_no_logger_at_all(make_vm: Callable[..., VM]) -> None:
    shown: list[str] = []
    vm = make_vm(write_error=shown.append)
    vm.call("erlang", "system_flag", [atom("system_logger"), atom("undefined")])
    _spawn(vm, "error")
    assert shown == []
