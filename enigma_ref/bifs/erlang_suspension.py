"""erlang: suspending processes and resuming them (documentation of erlang:suspend_process/2)."""

from __future__ import annotations

from typing import Final

from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import FALSE, NIL, TRUE, Atom, Cons, Pid, Term, atom
from enigma_ref.terms.atoms import BADARG

BADOPT_SINCE: Final = 24
"""Before, bad options were no error of their own."""

BADOPT: Final = atom("badopt")
ASYNCHRONOUS: Final = atom("asynchronous")
UNLESS_SUSPENDING: Final = atom("unless_suspending")
SUSPENDED: Final = atom("suspended")


@bif("erts_internal", "suspend_process", 2, process=True)
def suspend_process_2(process: Process, pid: Term, options: Term) -> Atom:
    """Suspend a process: true, or false when `unless_suspending` kept it from being suspended
    once more. It is suspended when this returns. With `{asynchronous, Tag}` the caller gets
    `{Tag, suspended}` too, or `{Tag, badarg}` for a process that is gone. The atoms badarg and
    badopt are errors."""
    if type(pid) is not Pid or pid == process.pid:
        return BADARG
    bad_option = BADOPT if process.vm.release >= BADOPT_SINCE else BADARG
    asynchronous = unless_suspending = False
    tag: Term = None
    while type(options) is Cons:
        option = options.head
        if option is UNLESS_SUSPENDING:
            unless_suspending = True
        elif option is ASYNCHRONOUS:
            asynchronous = True
        elif type(option) is tuple and len(option) == 2 and option[0] is ASYNCHRONOUS:
            asynchronous, tag = True, option[1]
        else:
            return bad_option
        options = options.tail
    if options is not NIL:
        return bad_option
    other = process.vm.processes.get(pid)
    result = TRUE
    if other is not None:
        count = process.suspending.get(pid, 0)
        if unless_suspending and count:
            result = FALSE
        else:
            process.suspending[pid] = count + 1
            process.vm.suspend(other)
    elif not asynchronous:
        return BADARG
    if tag is not None:
        process.vm.send(process, (tag, BADARG if other is None else SUSPENDED))
    return result


@bif("erlang", "resume_process", 1, process=True)
def resume_process_1(process: Process, pid: Term) -> Atom:
    """Take one suspension by the caller back. Raises badarg when there is none."""
    if type(pid) is not Pid or pid not in process.suspending:
        raise badarg()
    other = process.vm.processes.get(pid)
    if other is None:
        del process.suspending[pid]
        raise badarg()
    process.suspending[pid] -= 1
    if not process.suspending[pid]:
        del process.suspending[pid]
    process.vm.resume(other)
    return TRUE
