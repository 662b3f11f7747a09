"""erlang: flags of the whole system."""

from __future__ import annotations

from enigma_ref.bifs.erlang_seq_trace import TRACE_FLAGS
from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import Atom, Pid, Term, atom
from enigma_ref.terms.atoms import UNDEFINED

MAX_BACKTRACE_DEPTH = 1024
LOGGER = atom("logger")


@bif("erlang", "system_flag", 2, process=True)
def system_flag_2(process: Process, flag: Term, value: Term) -> Term:
    """Set a flag of the system; the old value.

    `backtrace_depth` limits stack traces; `system_logger` is who gets reports of processes that
    died: a pid, `logger` or `undefined`. `sequential_tracer`, `reset_seq_trace` and
    `trace_control_word` belong to tracing.
    """
    vm = process.vm
    if type(flag) is not Atom:
        raise badarg()
    if flag.name == "backtrace_depth":
        if type(value) is not int or value < 0:
            raise badarg()
        old: Term = vm.backtrace_depth
        vm.backtrace_depth = min(value, MAX_BACKTRACE_DEPTH)
        return old
    if flag.name == "system_logger":
        if value is not LOGGER and value is not UNDEFINED and type(value) is not Pid:
            raise badarg()
        old, vm.system_logger = vm.system_logger, value
        return old
    if flag.name in TRACE_FLAGS:
        return TRACE_FLAGS[flag.name](process, value)
    raise badarg()
