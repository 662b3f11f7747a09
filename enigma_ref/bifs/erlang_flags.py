"""erlang: flags of the whole system, and patterns of functions to trace."""

from __future__ import annotations

from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import FALSE, TRUE, Atom, Pid, Term, atom, list_items
from enigma_ref.terms.atoms import UNDEFINED

MAX_BACKTRACE_DEPTH = 1024
LOGGER = atom("logger")


@bif("erlang", "system_flag", 2, process=True)
def system_flag_2(process: Process, flag: Term, value: Term) -> Term:
    """Set a flag of the system; the old value.

    `backtrace_depth` limits stack traces; `system_logger` is who gets reports of processes that
    died: a pid, `logger` or `undefined`.
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
    raise badarg()


@bif("erts_internal", "trace_pattern", 3, process=True)
def trace_pattern_3(process: Process, mfa: Term, spec: Term, flags: Term) -> Term:
    """Mark functions that calls of shall be traced; how many there are.

    The marks are kept for `trace_info`; nothing is traced yet, since no process can be told to.
    """
    options = list_items(flags)
    if type(mfa) is not tuple or len(mfa) != 3 or options is None:
        raise badarg()
    if spec is not TRUE and spec is not FALSE and list_items(spec) is None:
        raise badarg()
    module, name, arity = mfa
    loaded = process.vm.module(module) if type(module) is Atom else None
    if loaded is None:
        return 0
    anything = atom("_")
    found = [
        function
        for function in loaded.functions
        if name in (anything, function.name) and arity in (anything, function.arity)
    ]
    for function in found:
        if spec is FALSE:
            process.vm.trace_patterns.pop(function, None)
        else:
            process.vm.trace_patterns[function] = spec
    return len(found)
