"""The processes of the runtime itself that run OTP's own code, from before anything is booted.

In a system that boots they start as in `erl`. In others they wait at the beginning of their
loops, so that their modules are loaded when somebody asks them something. Their numbers are those
of a real system. What `init` does there is in `init_service`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from enigma_ref.machine.code import Code
from enigma_ref.machine.errors import UNDEF, BeamError
from enigma_ref.machine.process import Process
from enigma_ref.terms import Atom, Pid, atom
from enigma_ref.terms.atoms import ERROR

if TYPE_CHECKING:
    from enigma_ref.runtime.vm import VM

PURGER: Final = atom("erts_code_purger")
COLLECTOR: Final = atom("erts_literal_area_collector")
SIGNAL_HANDLER: Final = atom("erts_dirty_process_signal_handler")
TRACE_CLEANER: Final = atom("erts_trace_cleaner")
START: Final = atom("start")
OFF_HEAP: Final = atom("off_heap")

URGENT_SINCE: Final = 25
"""Since then the first two have priority high."""

TRACE_CLEANER_SINCE: Final = 27
"""Since then a process takes trace sessions that are over out of the others."""


def start(vm: VM, init: Process) -> None:
    """Start the processes of a system that boots, whose modules the emulator has brought along."""
    for module, priority in _modules(vm):
        code = vm.export(module, START, 0).code
        flags = {"priority": atom(priority), "message_queue_data": OFF_HEAP}
        process = vm.spawn(init, code, [], flags)
        process.initial_call = (module, START, 0)
        vm.system_processes[process] = module


def _modules(vm: VM) -> Iterator[tuple[Atom, str]]:
    """What the processes run, and their priorities."""
    yield PURGER, _urgent(vm)
    yield COLLECTOR, _urgent(vm)
    for priority in ("normal", "high", "max"):
        yield SIGNAL_HANDLER, priority
    if vm.release >= TRACE_CLEANER_SINCE:
        yield TRACE_CLEANER, "normal"


def stand_ins(vm: VM) -> Iterator[tuple[Process, Atom]]:
    """Make the processes of a system that does not boot; each with the module that it runs."""
    # The purger begins behind its function start/0, which registers its name.
    for number, (module, priority) in enumerate(_modules(vm), start=1):
        name = "wait_for_request" if module is PURGER else START.name
        yield _waiting(vm, number, module, name, priority), module
    vm.registered[PURGER] = vm.processes[Pid(vm.node, 1)]
    vm.registered[PURGER].registered_name = PURGER


def _urgent(vm: VM) -> str:
    return "high" if vm.release >= URGENT_SINCE else "normal"


def _waiting(vm: VM, number: int, module: Atom, function: str, priority: str) -> Process:
    process = vm.new_process(Pid(vm.node, number), _begin(vm, module, atom(function)))
    process.status = "waiting"
    process.left = vm.export(module, atom(function), 0).code
    process.initial_call = (module, START, 0)
    process.flags["trap_exit"] = True
    process.flags["priority"] = atom(priority)
    return process


def _begin(vm: VM, module: Atom, name: Atom) -> Code:
    """Where a function without arguments begins, exported or not, once its module is loaded."""

    def begin(x: list[Any], s: list[Any], p: Any) -> Code:
        if not vm.load_module(module):
            raise BeamError(ERROR, UNDEF, mfa=(module, name, 0), arguments=())
        code: Code = next(
            function.code
            for function in vm.code.modules[module].functions
            if function.name is name and function.arity == 0
        )
        return code

    return begin
