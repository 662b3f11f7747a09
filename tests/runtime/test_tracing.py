"""Tracing leaves no trace: code, engines and queues are as before once nothing is traced."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from enigma_ref.bifs.registry import IMPLEMENTATIONS
from enigma_ref.bifs.tracing import tracing_of
from enigma_ref.machine.mailbox import Mailbox
from enigma_ref.machine.process import Process
from enigma_ref.runtime.vm import VM
from enigma_ref.terms import FALSE, NIL, TRUE, Term, atom, list_items, make_list
from enigma_ref.terms.parse import parse_term
from enigma_ref.tracing.mailboxes import WatchedMailbox
from enigma_ref.tracing.watching import WatchingEngine

NTH = "{lists, nth, 2}"


@pytest.fixture
def vm(make_vm: Callable[..., VM]) -> VM:
    """A system with the module lists."""
    system = make_vm()
    assert system.load_module(atom("lists"))
    return system


def waiting(vm: VM) -> Process:
    """A process that no code runs in."""
    process = vm.start("lists", "nth", [1, parse_term("[a]")])
    vm.scheduler.clear()
    return process


def call(name: str, process: Process, *arguments: Term) -> Any:
    return IMPLEMENTATIONS[("erts_internal", name, len(arguments))](process, *arguments)


def pattern(process: Process, spec: str, flags: str) -> None:
    assert call("trace_pattern", process, parse_term(NTH), parse_term(spec), parse_term(flags)) == 1


def flags(process: Process, tracee: Process, how: Term, *names: str) -> None:
    chosen = make_list([atom(name) for name in names])
    assert call("trace", process, tracee.pid, how, chosen) == 1


def run(vm: VM, process: Process) -> None:
    vm.scheduler.add(process)
    while vm.run_turn():
        pass


def code_of(vm: VM) -> tuple[Any, Any]:
    export = vm.export(atom("lists"), atom("nth"), 2)
    assert export.function is not None
    vm.linker.link(export.function)
    return export.function.code, export.code


def test_a_system_that_never_traced_has_nothing_of_it(vm: VM) -> None:
    usual = type(vm.engine)
    assert vm.call("lists", "nth", [2, parse_term("[a, b]")]).value is atom("b")
    assert vm.tracing is None
    assert type(vm.engine) is usual


@pytest.mark.parametrize("kind", ["[local]", "[global]", "[meta]", "[call_count]", "[call_time]"])
def test_code_is_as_before_when_a_pattern_is_cleared(vm: VM, kind: str) -> None:
    usual = type(vm.engine)
    before = code_of(vm)
    tracer = waiting(vm)
    pattern(tracer, "true", kind)
    assert code_of(vm) != before
    assert type(vm.engine) is WatchingEngine
    pattern(tracer, "false", kind)
    assert code_of(vm) == before
    assert type(vm.engine) is usual


def test_calls_are_told_in_order_and_the_engine_is_the_usual_one_afterwards(vm: VM) -> None:
    usual = type(vm.engine)
    tracer, tracee = waiting(vm), waiting(vm)
    pattern(tracer, "[{'_', [], [{return_trace}]}]", "[local]")
    flags(tracer, tracee, TRUE, "call")
    run(vm, tracee)
    told = [message[2].name for message in tracer.mailbox.messages()]
    assert told == ["call", "return_from"]
    pattern(tracer, "false", "[local]")
    assert tracing_of(vm).is_idle()
    assert type(vm.engine) is usual


def test_only_processes_are_watched_whose_instructions_matter(vm: VM) -> None:
    tracer, tracee, other = waiting(vm), waiting(vm), waiting(vm)
    flags(tracer, tracee, TRUE, "send")
    tracing = tracing_of(vm)
    assert tracing.is_watched(tracee)
    assert not tracing.is_watched(other)
    flags(tracer, tracee, FALSE, "send")
    assert not tracing.is_watched(tracee)
    flags(tracer, other, TRUE, "call", "procs", "running")
    assert not tracing.is_watched(other)


def test_a_queue_that_becomes_watched_keeps_its_messages_and_markers(vm: VM) -> None:
    process = waiting(vm)
    for message in range(3):
        process.mailbox.add(message)
    process.mailbox.skip()
    process.mailbox.mark = process.mailbox.last
    tracing = tracing_of(vm)
    watched = tracing.watch_mailbox(process)
    assert type(watched) is WatchedMailbox
    assert watched.messages() == [0, 1, 2]
    assert watched.peek() == 1
    assert watched.size == 3
    assert tracing.watch_mailbox(process) is watched
    assert type(waiting(vm).mailbox) is Mailbox


def test_terms_of_any_depth_can_be_told(vm: VM) -> None:
    deep: Term = NIL
    for _ in range(1_000_000):
        deep = (deep,)
    tracer = waiting(vm)
    tracee = vm.start("lists", "nth", [1, make_list([deep])])
    vm.scheduler.clear()
    pattern(tracer, "[{['_', '$1'], [], [{message, '$1'}]}]", "[local]")
    flags(tracer, tracee, TRUE, "call")
    run(vm, tracee)
    (message,) = tracer.mailbox.messages()
    (told,) = list_items(message[4]) or []
    assert told is deep
    while type(deep) is tuple and deep:
        deep = deep[0]
    assert deep is NIL
