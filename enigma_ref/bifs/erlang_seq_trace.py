"""erlang: sequential tracing, and the flags of the whole system that belong to tracing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from enigma_ref.bifs.registry import bif
from enigma_ref.bifs.tracing import tracing_of
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.machine.system import System
from enigma_ref.terms import FALSE, TRUE, Atom, Pid, Term, atom, to_bool_atom
from enigma_ref.tracing.effects import MAX_CONTROL_WORD
from enigma_ref.tracing.tracers import Tracer

SEQUENTIAL_TRACER: Final = atom("sequential_tracer")


@bif("erlang", "seq_trace", 2, process=True)
def seq_trace_2(process: Process, item: Term, value: Term) -> Term:
    """Set an item of the token of the calling process; the old value."""
    tracing = tracing_of(process.vm)
    old = tracing.sequential.set(process, item, value)
    tracing.attend(process)
    return old


@bif("erlang", "seq_trace_info", 1, process=True)
def seq_trace_info_1(process: Process, item: Term) -> Term:
    """`{Item, Value}` of the token of the calling process; [] for some without a token."""
    return tracing_of(process.vm).sequential.info(process, item)


@bif("erlang", "seq_trace_print", 1, process=True)
def seq_trace_print_1(process: Process, message: Term) -> Atom:
    """Send a term to the system tracer; whether the process has a token."""
    return to_bool_atom(tracing_of(process.vm).sequential.print(process, message))


@bif("erlang", "seq_trace_print", 2, process=True)
def seq_trace_print_2(process: Process, label: Term, message: Term) -> Atom:
    """The same when the token has this label; whether it has."""
    return to_bool_atom(tracing_of(process.vm).sequential.print(process, message, label))


def _sequential_tracer(process: Process, value: Term) -> Term:
    """Choose who is told of tokens that travel: a process or false; the old one."""
    sequential = tracing_of(process.vm).sequential
    tracer: Tracer | None = None
    if value is not FALSE:
        whom = value
        if type(value) is tuple and len(value) == 2 and value[0] is atom("erl_tracer"):
            whom = value[1]
        if type(whom) is not Pid or whom not in process.vm.processes:
            raise badarg()
        tracer = Tracer(whom)
    old, sequential.tracer = sequential.tracer, tracer
    return FALSE if old is None else old.pid


def _reset_seq_trace(process: Process, value: Term) -> Term:
    """Take all tokens away, from processes and from messages."""
    tracing = tracing_of(process.vm)
    tracing.sequential.reset()
    tracing.attend()
    return TRUE


def _trace_control_word(process: Process, value: Term) -> Term:
    """Set the number that match specifications get and set; the old one."""
    if type(value) is not int or not 0 <= value <= MAX_CONTROL_WORD:
        raise badarg()
    tracing = tracing_of(process.vm)
    old, tracing.control_word = tracing.control_word, value
    return old


TRACE_FLAGS: Final[dict[str, Callable[[Process, Term], Term]]] = {
    "sequential_tracer": _sequential_tracer,
    "reset_seq_trace": _reset_seq_trace,
    "trace_control_word": _trace_control_word,
}
"""The flags of the system that belong to tracing."""


def sequential_tracer(vm: System) -> Term:
    """`{sequential_tracer, Pid | false}`."""
    tracer = None if vm.tracing is None else vm.tracing.sequential.tracer
    return (SEQUENTIAL_TRACER, FALSE if tracer is None else tracer.pid)


def trace_control_word(vm: System) -> Term:
    """The trace control word."""
    return 0 if vm.tracing is None else vm.tracing.control_word
