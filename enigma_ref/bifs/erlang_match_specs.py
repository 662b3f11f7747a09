"""erlang: trying match specifications."""

from __future__ import annotations

from typing import Final

from enigma_ref.bifs.match_functions import FUNCTIONS
from enigma_ref.bifs.printing import emulator_text
from enigma_ref.bifs.registry import bif
from enigma_ref.bifs.tracing import tracing_of
from enigma_ref.ets.match_spec import Compiler, MatchSpec
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import FALSE, NIL, Cons, Term, atom, make_list, make_string
from enigma_ref.terms.atoms import ERROR, OK
from enigma_ref.tracing.effects import TestedEffects, Told

TABLE: Final = atom("table")
TRACE: Final = atom("trace")
PROBLEM_LENGTH: Final = 99
"""How many characters of a problem erts tells."""


@bif("erlang", "match_spec_test", 3, process=True)
def match_spec_test_3(process: Process, subject: Term, spec: Term, kind: Term) -> Term:
    """Try a match specification on an object, as one for tables (`ets:test_ms/2`), or on the
    arguments of a call, as one for tracing."""
    is_trace = kind is TRACE
    if kind is not TABLE and not (is_trace and (type(subject) is Cons or subject is NIL)):
        raise badarg()
    release = process.vm.release
    event = "call" if is_trace else None
    compiler = Compiler(FUNCTIONS, release, lambda term: emulator_text(term, release), event)
    compiled = compiler.compile(spec)
    if compiled is None:
        texts = [make_string(text[:PROBLEM_LENGTH]) for text in compiler.problems]
        return (ERROR, make_list([(ERROR, text) for text in texts]))
    if is_trace:
        return _tried(process, compiled, subject)
    value = compiled.run(subject, process)
    return (OK, FALSE if value is None else value, NIL, NIL)


def _tried(process: Process, compiled: MatchSpec, arguments: Term) -> Term:
    """What a match specification for tracing says about a call, without any effect."""
    items = []
    while type(arguments) is Cons:
        items.append(arguments.head)
        arguments = arguments.tail
    tracing = tracing_of(process.vm)
    told = Told()
    effects = TestedEffects(tracing, tracing.default, process, told)
    if not compiled.run_trace(make_list(items), process, effects):
        told.forget()
    flags = [
        atom(name)
        for name, is_set in (
            ("return_trace", told.return_trace),
            ("exception_trace", told.exception_trace),
        )
        if is_set
    ]
    return (OK, told.result, make_list(flags), NIL)
