"""erts_internal: what processes do for the runtime, and its own processes for all others."""

from __future__ import annotations

from typing import Final

from enigma_ref.bifs.collections import COLLECTIONS, UNCOLLECTED, collect
from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import BeamError, badarg, error
from enigma_ref.machine.process import Process
from enigma_ref.terms import FALSE, TRUE, Atom, Pid, Term, atom, to_bool_atom
from enigma_ref.terms.atoms import NORMAL, OK

GARBAGE_COLLECT: Final = atom("garbage_collect")
CHECK_PROCESS_CODE: Final = atom("check_process_code")
SYSTEM_TASK_TEST: Final = atom("system_task_test")
SYSTEM_TASK_TEST_SINCE: Final = 24
"""Nothing to do, for OTP's own tests."""
COPY_LITERALS_UNTIL: Final = 24
"""From then on only the collector asks for it."""
COPY_LITERALS: Final = atom("copy_literals")
PRIORITIES: Final = ("max", "high", "normal", "low", "inherit")
INHERIT_SINCE: Final = 24
PURGER: Final = atom("erts_code_purger")
COLLECTOR: Final = atom("erts_literal_area_collector")
SIGNAL_HANDLER: Final = atom("erts_dirty_process_signal_handler")
STAGES: Final = ("init", "check_gc", "need_gc")


@bif("erts_internal", "is_system_process", 1, process=True)
def is_system_process_1(process: Process, pid: Term) -> Atom:
    """Whether a process belongs to the runtime itself."""
    if type(pid) is not Pid:
        raise badarg()
    return to_bool_atom(process.vm.processes.get(pid) in process.vm.system_processes)


def _refused(process: Process, module: Atom) -> BeamError | None:
    """The error of whoever is none of the runtime's processes that run a module."""
    return None if process.vm.system_processes.get(process) is module else error(atom("notsup"))


# ---------------------------------------------------------------- system tasks


def _request(
    process: Process, requester: Term, target: Term, priority: Term, request: Term
) -> Atom:
    """Do what a process shall do for another one, which gets the answer as a message."""
    vm = process.vm
    if type(target) is not Pid:
        raise badarg()
    if type(priority) is not Atom or priority.name not in PRIORITIES:
        raise badarg()
    if priority.name == "inherit" and vm.release < INHERIT_SINCE:
        raise badarg()
    if type(request) is not tuple or len(request) < 2:
        raise badarg()
    kind, identity = request[:2]
    asked = vm.processes.get(target)

    def answer(done: Atom) -> None:
        receiver = vm.processes.get(requester) if type(requester) is Pid else None
        if receiver is not None:
            vm.send(receiver, (kind, identity, done))

    if kind is SYSTEM_TASK_TEST and vm.release >= SYSTEM_TASK_TEST_SINCE:
        answer(to_bool_atom(asked is not None))
        return OK
    if len(request) < 3 or type(request[2]) is not Atom:
        raise badarg()
    what = request[2]
    if kind is CHECK_PROCESS_CODE:
        answer(to_bool_atom(asked is not None and vm.purging.is_in_old_code(asked, what)))
    elif kind is COPY_LITERALS and vm.release < COPY_LITERALS_UNTIL:
        answer(OK)
    elif kind is not GARBAGE_COLLECT or what.name not in COLLECTIONS:
        raise badarg()
    elif asked is None:
        answer(FALSE)
    elif UNCOLLECTED in asked.flags:

        def collect_later(is_alive: bool) -> None:
            if is_alive:
                collect(asked, what.name)
            answer(to_bool_atom(is_alive))

        asked.flags[UNCOLLECTED].append(collect_later)
    else:
        collect(asked, what.name)
        if asked is not process:
            # The running one is looked at when its turn ends.
            vm.kill_for_size(asked)
        answer(TRUE)
    return OK


@bif("erts_internal", "request_system_task", 3, process=True)
def request_system_task_3(process: Process, target: Term, priority: Term, request: Term) -> Atom:
    """Ask a process to collect garbage or to check its code; it answers with a message, at once
    here, whatever its priority, but for garbage that it does not want to collect yet."""
    return _request(process, process.pid, target, priority, request)


@bif("erts_internal", "request_system_task", 4, process=True)
def request_system_task_4(
    process: Process, requester: Term, target: Term, priority: Term, request: Term
) -> Atom:
    """As request_system_task/3, on behalf of another process."""
    return _request(process, requester, target, priority, request)


# ---------------------------------------------------------------- old code


@bif("erts_internal", "check_process_code", 1, process=True)
def check_process_code_1(process: Process, module: Term) -> Atom:
    """Whether the calling process runs old code of a module."""
    if type(module) is not Atom:
        raise badarg()
    return to_bool_atom(process.vm.purging.is_in_old_code(process, module))


@bif("erts_internal", "purge_module", 2, process=True)
def purge_module_2(process: Process, module: Term, operation: Term) -> Atom:
    """One step of a purge, for OTP's erts_code_purger: `prepare` and `prepare_on_load` tell
    whether there is something to purge, `abort` gives false and `complete` true.

    Raises notsup for any other process, and badarg for a step that cannot come now.
    """
    refused = _refused(process, PURGER)
    if refused is not None:
        raise refused
    if type(module) is not Atom or type(operation) is not Atom:
        raise badarg()
    purge = process.vm.purging
    if operation.name in ("prepare", "prepare_on_load"):
        if purge.module is not None:
            raise badarg()
        return to_bool_atom(purge.prepare(module, operation.name == "prepare_on_load"))
    if purge.module is not module:
        raise badarg()
    if operation.name == "abort":
        purge.abort()
        return FALSE
    if operation.name == "complete":
        purge.complete()
        return TRUE
    raise badarg()


# ---------------------------------------------------------------- literals of old code


@bif("erts_internal", "release_literal_area_switch", 0, process=True)
@bif("erts_literal_area_collector", "release_area_switch", 0, process=True)
def release_area_switch_0(process: Process) -> Atom:
    """The next area of literals to copy out of purged code: there never is one, since terms here
    keep what they are made of. Raises notsup for others than the collector."""
    refused = _refused(process, COLLECTOR)
    if refused is not None:
        raise refused
    return FALSE


@bif("erts_literal_area_collector", "send_copy_request", 3, process=True)
def send_copy_request_3(process: Process, pid: Term, tag: Term, stage: Term) -> Atom:
    """Ask a process to copy the literals of the current area; it has none and answers at once.
    Raises notsup for others than the collector."""
    refused = _refused(process, COLLECTOR)
    if refused is not None:
        raise refused
    if type(pid) is not Pid or type(stage) is not Atom or stage.name not in STAGES:
        raise badarg()
    process.vm.send(process, (COPY_LITERALS, (tag, stage, pid), OK))
    return OK


# ---------------------------------------------------------------- dirty schedulers


@bif("erts_internal", "is_process_executing_dirty", 1)
def is_process_executing_dirty_1(pid: Term) -> Atom:
    """Whether a process runs on a dirty scheduler: none ever does."""
    if type(pid) is not Pid:
        raise badarg()
    return FALSE


@bif("erts_internal", "check_dirty_process_code", 2, process=True)
def check_dirty_process_code_2(process: Process, pid: Term, module: Term) -> Atom:
    """As check_process_code for a process on a dirty scheduler: `normal` for all others, false
    for one that is gone. Raises notsup for others than the handlers of such processes."""
    refused = _refused(process, SIGNAL_HANDLER)
    if refused is not None:
        raise refused
    if type(pid) is not Pid or type(module) is not Atom:
        raise badarg()
    return NORMAL if pid in process.vm.processes else FALSE


@bif("erts_internal", "dirty_process_handle_signals", 1, process=True)
def dirty_process_handle_signals_1(process: Process, pid: Term) -> Atom:
    """Handle signals for a process on a dirty scheduler: `normal` for all others, which do it
    themselves. Raises notsup for others than the handlers of such processes."""
    refused = _refused(process, SIGNAL_HANDLER)
    if refused is not None:
        raise refused
    if type(pid) is not Pid:
        return FALSE
    return NORMAL if pid in process.vm.processes else atom("noproc")
