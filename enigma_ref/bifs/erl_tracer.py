"""erl_tracer: the runtime's own tracer module, which sends trace messages to a process."""

from __future__ import annotations

from typing import Final

from enigma_ref.bifs import clock
from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import BeamError
from enigma_ref.machine.process import Process
from enigma_ref.terms import Atom, Map, Pid, Term, atom
from enigma_ref.terms.atoms import ERROR, OK
from enigma_ref.tracing.tracers import TRACE, TRACE_TS

TRACE_STATUS: Final = atom("trace_status")
DISCARD: Final = atom("discard")
REMOVE: Final = atom("remove")
SEQ_TRACE: Final = atom("seq_trace")
NOTSUP: Final = atom("notsup")


@bif("erl_tracer", "enabled", 3, process=True)
def enabled_3(process: Process, tag: Term, state: Term, tracee: Term) -> Atom:
    """Whether to trace: never the tracer itself, and nothing once it is gone."""
    if type(state) is not Pid or state not in process.vm.processes:
        return REMOVE if tag is TRACE_STATUS else DISCARD
    return DISCARD if state == tracee else TRACE


@bif("erl_tracer", "trace", 5, process=True)
def trace_5(
    process: Process, tag: Term, state: Term, tracee: Term, message: Term, options: Term
) -> Atom:
    """Send a trace message to the process in `state`."""
    given = options if type(options) is Map else Map.EMPTY
    receiver = process.vm.processes.get(state) if type(state) is Pid else None
    if receiver is None:
        return OK
    parts: tuple[Term, ...] = (TRACE, tracee, tag, message)
    if (extra := given.get(atom("extra"))) is not None:
        parts = (*parts, extra)
    elif tag is SEQ_TRACE:
        parts = (SEQ_TRACE, tracee, message)
    for name in ("match_spec_result", "scheduler_id"):
        if (value := given.get(atom(name))) is not None:
            parts = (*parts, value)
    if (kind := given.get(atom("timestamp"))) is not None:
        parts = (TRACE_TS if parts[0] is TRACE else parts[0], *parts[1:], _stamp(process, kind))
    process.vm.send(receiver, parts)
    return OK


def _stamp(process: Process, kind: Term) -> Term:
    now = clock.monotonic(process.vm)
    if kind is atom("monotonic"):
        return now
    if kind is atom("strict_monotonic"):
        return (now, process.vm.unique_integer())
    return clock.timestamp(clock.system(process.vm))


@bif("erts_trace_cleaner", "check", 0)
def check_0() -> Atom:
    """Whether sessions have ended that are to be cleaned up: they are at once."""
    return atom("false")


@bif("erts_trace_cleaner", "send_trace_clean_signal", 1)
def send_trace_clean_signal_1(to: Term) -> Atom:
    """Only for the process that cleans up, which never has anything to do."""
    raise BeamError(ERROR, NOTSUP)
