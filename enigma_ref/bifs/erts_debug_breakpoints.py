"""erts_debug: breakpoints of the debugger, which call the module error_handler."""

from __future__ import annotations

from enigma_ref.bifs.registry import bif
from enigma_ref.bifs.tracing import tracing_of
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import FALSE, TRUE, Atom, Term, atom

ANYTHING = atom("_")


@bif("erts_debug", "breakpoint", 2, process=True)
def breakpoint_2(process: Process, mfa: Term, flag: Term) -> int:
    """Let calls of functions go to error_handler:breakpoint/3 instead, or no more; how many
    functions there are."""
    if type(mfa) is not tuple or len(mfa) != 3 or (flag is not TRUE and flag is not FALSE):
        raise badarg()
    module, name, arity = mfa
    if type(module) is not Atom or type(name) is not Atom:
        raise badarg()
    if type(arity) is not int and arity is not ANYTHING:
        raise badarg()
    named = [item is not ANYTHING for item in mfa]
    if named != sorted(named, reverse=True):
        raise badarg()
    points = tracing_of(process.vm).points
    functions = points.functions(module, name, arity)
    for function in functions:
        point = points.point((function.module.name, function.name, function.arity))
        point.is_debugged = flag is TRUE
        points.install(point)
    tracing_of(process.vm).attend(process)
    return len(functions)
