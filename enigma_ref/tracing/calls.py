"""Calls that are traced, and what happens when they return.

A function gets a prologue in the place of its code, so that whoever calls it runs the prologue
first; an exported one that is traced globally gets a detour at its export entry, which calls
within the module do not take. Both leave frames on the stack, by which its return is noticed.
What the frames say comes out when they are returned to, or when an exception drops them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final

from enigma_ref.machine.binaries import MatchContext
from enigma_ref.machine.code import CODE_TYPES, CatchTag, Code, Export, Function, LoadedModule
from enigma_ref.machine.errors import BeamError
from enigma_ref.machine.link import leads_to_function
from enigma_ref.machine.primitives.funs import DEFAULT_HANDLER, ERROR_HANDLER
from enigma_ref.machine.process import Process
from enigma_ref.terms import Atom, Bitstring, Term, atom, make_list
from enigma_ref.terms.atoms import ERROR, THROW
from enigma_ref.tracing.breakpoints import MEASURES, Breakpoint, Measured, Mfa
from enigma_ref.tracing.effects import Told, TraceEffects
from enigma_ref.tracing.flags import META, is_sensitive
from enigma_ref.tracing.sessions import OnLoad, Session, Spec, Tracee
from enigma_ref.tracing.tracers import Tracer

if TYPE_CHECKING:
    from enigma_ref.tracing.core import Tracing

CALL: Final = atom("call")
RETURN_FROM: Final = atom("return_from")
EXCEPTION_FROM: Final = atom("exception_from")
RETURN_TO: Final = atom("return_to")
NOCATCH: Final = atom("nocatch")
ANYTHING: Final = atom("_")
BREAKPOINT: Final = atom("breakpoint")

LANDING_SINCE: Final = 27
"""The first sampled release in which an exception that drops a traced call returns to wherever it
is caught; before it only to who made the call, when that catches it.
"""

SENSITIVE_UNCOUNTED_SINCE: Final = 27
"""Before, calls that sensitive processes make were counted (measured)."""

FOR_ALL: Final = frozenset(("meta", "call_count"))
"""What is traced of a function whoever calls it."""


@dataclass
class Frame:
    """What a return address stands for that tracing has put onto a stack.

    `kind` is `return` or `exception` (of the function `mfa`; `tracer` is None when it is that of
    the process), `return_to`, or the name of what is measured; then `previous` is what was
    measured before the call.
    """

    kind: str
    session: Session
    mfa: Mfa | None = None
    tracer: Tracer | None = None
    previous: Measured | None = None


@dataclass(eq=False)
class Point:
    """A function that something is traced of, or that is debugged, and its export entry if any."""

    mfa: Mfa
    function: Function | None
    export: Export | None
    breakpoints: list[Breakpoint] = field(default_factory=list)
    function_code: Code | None = None
    export_code: Code | None = None
    is_debugged: bool = False

    def of(self, session: Session) -> Breakpoint | None:
        """What a session traces of it."""
        for breakpoint_ in self.breakpoints:
            if breakpoint_.session is session:
                return breakpoint_
        return None

    @property
    def is_built_in(self) -> bool:
        """Whether calls of it are made in place."""
        return self.export is not None and self.export.bif is not None

    @property
    def is_for_everyone(self) -> bool:
        """Whether calls of processes count that are not traced."""
        return any(not FOR_ALL.isdisjoint(found.kinds) for found in self.breakpoints)


class Points:
    """All functions that something is traced of.

    `built_in` are those that are built in, whose calls are found among the instructions;
    `everyone` tells whether some of these matter for every process.
    """

    def __init__(self, tracing: Tracing) -> None:
        self.tracing = tracing
        self.by_mfa: dict[Mfa, Point] = {}
        self.built_in: dict[Mfa, Point] = {}
        self.everyone = False
        # Where a built-in function would have returned to that has just failed, by session.
        self.failing: dict[Session, Any] = {}
        # Where the instruction goes on that applies a function just now; None for a tail call.
        self.applying: Code | None = None
        # By process and what is measured: where the time goes at present, and since when.
        self._measuring: dict[tuple[Process, str], tuple[Measured | None, int]] = {}

    # ---------------------------------------------------------------- setting and clearing

    def functions(self, module: Atom, name: Atom, arity: Any) -> list[Function]:
        """The functions of loaded modules that a pattern names."""
        return [
            function
            for loaded in self._modules(module)
            for function in loaded.functions
            if name in (ANYTHING, function.name) and arity in (ANYTHING, function.arity)
        ]

    def exports(self, module: Atom, name: Atom, arity: Any) -> list[Export]:
        """The same for functions that are exported."""
        return [
            export
            for loaded in self._modules(module)
            for export in loaded.exports
            if name in (ANYTHING, export.name) and arity in (ANYTHING, export.arity)
        ]

    def _modules(self, name: Atom) -> list[LoadedModule]:
        vm = self.tracing.vm
        if name is ANYTHING:
            return list(vm.code.modules.values())
        found = vm.module(name)
        return [] if found is None else [found]

    def point(self, mfa: Mfa) -> Point:
        """The point of a function, made when it is first asked for."""
        found = self.by_mfa.get(mfa)
        if found is None:
            found = self.by_mfa[mfa] = Point(mfa, *self._places(mfa))
        return found

    def _places(self, mfa: Mfa) -> tuple[Function | None, Export | None]:
        loaded = self.tracing.vm.module(mfa[0])
        if loaded is None:
            return None, None
        name, arity = mfa[1:]
        functions = (f for f in loaded.functions if f.name is name and f.arity == arity)
        exports = (e for e in loaded.exports if e.name is name and e.arity == arity)
        return next(functions, None), next(exports, None)

    def install(self, point: Point) -> None:
        """Make the code of a function as its breakpoints want it; forget it without any."""
        point.breakpoints = [found for found in point.breakpoints if found.kinds]
        built_in = point.is_built_in
        kinds = set().union(*(found.kinds for found in point.breakpoints))
        function, export = point.function, point.export
        if function is not None and not built_in:
            if kinds - {"global"} or point.is_debugged:
                if point.function_code is None:
                    point.function_code = function.code
                    function.begin_at(self._prologue(point, function))
            elif point.function_code is not None:
                function.begin_at(point.function_code)
                point.function_code = None
        if export is not None and not built_in:
            if "global" in kinds:
                if point.export_code is None:
                    point.export_code = export.code
                    export.code = self._detour(point)
            elif point.export_code is not None:
                export.code = point.export_code
                point.export_code = None
        if built_in and point.breakpoints:
            self.built_in[point.mfa] = point
        else:
            self.built_in.pop(point.mfa, None)
        if not point.breakpoints and not point.is_debugged:
            self.by_mfa.pop(point.mfa, None)
        self.everyone = any(found.is_for_everyone for found in self.built_in.values())

    def forget(self, session: Session) -> None:
        """Clear all that a session traces of functions."""
        for point in list(self.by_mfa.values()):
            for breakpoint_ in point.breakpoints:
                if breakpoint_.session is session:
                    breakpoint_.kinds.clear()
            self.install(point)

    def loaded(self, module: LoadedModule) -> None:
        """New code of a module begins without breakpoints but those of on_load patterns."""
        self.clear(module.name)
        for session in self.tracing.sessions:
            self._set_on_load(session, session.on_load, module)

    def clear(self, module: Atom) -> None:
        """The code of a module becomes old: what it does is not traced any more."""
        for mfa in [mfa for mfa in self.by_mfa if mfa[0] is module]:
            point = self.by_mfa.pop(mfa)
            self.built_in.pop(mfa, None)
            if point.function is not None and point.function_code is not None:
                point.function.begin_at(point.function_code)

    def stop(self, module: Atom) -> None:
        """What is traced of a module ends, though its code stays."""
        for point in [point for mfa, point in self.by_mfa.items() if mfa[0] is module]:
            for breakpoint_ in point.breakpoints:
                breakpoint_.kinds.clear()
            self.install(point)

    def _set_on_load(self, session: Session, pattern: OnLoad, module: LoadedModule) -> None:
        if not pattern.kinds:
            return
        found: Sequence[Any] = module.functions
        if "global" in pattern.kinds:
            found = module.exports
        for function in found:
            point = self.point((module.name, function.name, function.arity))
            breakpoint_ = point.of(session)
            if breakpoint_ is None:
                breakpoint_ = Breakpoint(session)
                point.breakpoints.append(breakpoint_)
            breakpoint_.kinds |= pattern.kinds
            breakpoint_.spec = pattern.spec
            breakpoint_.meta_spec = pattern.meta_spec
            breakpoint_.meta_tracer = pattern.meta_tracer
            for name in pattern.kinds.intersection(MEASURES):
                breakpoint_.measured[name] = Measured()
            self.install(point)

    # ---------------------------------------------------------------- code

    @leads_to_function
    def _prologue(self, point: Point, function: Function) -> Code:
        vm = self.tracing.vm
        linker = vm.linker

        def i_trace_call(x: list[Any], s: list[Any], p: Any) -> Code:
            if not function.ready and point.function_code is not None:
                prologue = function.code
                linker.link(function)
                point.function_code = function.code
                function.begin_at(prologue)
            code = point.function_code or function.code
            self.called(point, p, x[: function.arity], s, False)
            if point.is_debugged:
                arguments = make_list([_shown(argument) for argument in x[: function.arity]])
                x[:3] = [point.mfa[0], point.mfa[1], arguments]
                handler = p.flags.get(ERROR_HANDLER, DEFAULT_HANDLER)
                code = vm.export(handler, BREAKPOINT, 3).code
            return code

        return i_trace_call

    def _detour(self, point: Point) -> Code:
        arity = point.mfa[2]

        def i_trace_global_call(x: list[Any], s: list[Any], p: Any) -> Code:
            code = point.export_code
            assert code is not None and point.export is not None
            self.called(point, p, x[:arity], s, True)
            return code

        return i_trace_global_call

    # ---------------------------------------------------------------- calls

    def called(
        self, point: Point, p: Process, arguments: list[Any], s: list[Any], is_global: bool
    ) -> None:
        """A function is called: tell of it, and leave frames for its return."""
        hidden = is_sensitive(p)
        if hidden and p.vm.release >= SENSITIVE_UNCOUNTED_SINCE:
            return
        listed: Term = None
        for breakpoint_ in list(point.breakpoints):
            kinds = breakpoint_.kinds
            if is_global is not ("global" in kinds):
                continue
            if listed is None:
                listed = make_list([_shown(argument) for argument in arguments])
            session = breakpoint_.session
            tracee = session.tracees.get(p)
            if tracee is not None and not tracee.tracer.is_alive(self.tracing.vm):
                del session.tracees[p]
                tracee = None
            if tracee is not None and ("call" not in tracee.flags or hidden):
                tracee = None
            if tracee is not None and ("local" in kinds or is_global):
                spec = breakpoint_.spec
                self._traced(point.mfa, session, tracee, spec, p, listed, s, is_global)
            if "meta" in kinds:
                self._meta(point.mfa, breakpoint_, p, listed, s)
            if "call_count" in kinds and breakpoint_.counting:
                breakpoint_.count += 1
            if tracee is not None:
                for name, measured in breakpoint_.measured.items():
                    if not measured.paused:
                        self._measure(name, measured, session, p, s)

    def _traced(
        self,
        mfa: Mfa,
        session: Session,
        tracee: Tracee,
        spec: Spec | None,
        p: Process,
        arguments: Term,
        s: list[Any],
        is_global: bool,
    ) -> None:
        """Tell of a call as the flags of the process want it."""
        tracer = tracee.tracer
        if tracer.pid == p.pid:
            return
        told = Told()
        if spec is not None:
            self._run(session, spec, arguments, p, told)
            tracee = session.tracees.get(p, tracee)
        if "silent" in tracee.flags:
            return
        if told.is_shown:
            if not is_global and "return_to" in tracee.flags:
                self._push_return_to(session, p, s)
            shown: Term = mfa[2] if "arity" in tracee.flags else arguments
            telling = Tracee(tracee.flags, tracer)
            self.tracing.tell(p, telling, CALL, (mfa[0], mfa[1], shown), result=told.result)
        self._push_return(told, session, mfa, None, s)

    def _meta(
        self, mfa: Mfa, breakpoint_: Breakpoint, p: Process, arguments: Term, s: list[Any]
    ) -> None:
        """Tell of a call as meta tracing does, whatever the flags of the process are."""
        tracer = breakpoint_.meta_tracer
        if tracer is None or is_sensitive(p):
            return
        if not tracer.is_alive(self.tracing.vm):
            breakpoint_.meta_tracer = None
            return
        if tracer.pid == p.pid:
            return
        told = Told()
        if breakpoint_.meta_spec is not None:
            self._run(breakpoint_.session, breakpoint_.meta_spec, arguments, p, told)
        if told.is_shown:
            shown = (mfa[0], mfa[1], arguments)
            self.tracing.tell(p, Tracee(META, tracer), CALL, shown, result=told.result)
        self._push_return(told, breakpoint_.session, mfa, tracer, s)

    def _run(self, session: Session, spec: Spec, arguments: Term, p: Process, told: Told) -> None:
        effects = TraceEffects(self.tracing, session, p, told)
        if not spec.compiled.run_trace(arguments, p, effects):
            told.forget()

    def caller(self, s: list[Any]) -> Any:
        """The return address of what made the call on top of a stack; None without one."""
        for value in reversed(s):
            if type(value) in CODE_TYPES and self._frame(value) is None:
                return value
        return None

    def _frame(self, value: Any) -> Frame | None:
        """What is to be told when the function returns whose return address this is; None for an
        ordinary one, and for code of another engine, which is never ours."""
        return self.tracing.frames.get(value) if type(value) is FunctionType else None

    # ---------------------------------------------------------------- frames

    def _push(self, frame: Frame, s: list[Any], resumed: Callable[[Any, Any], None]) -> None:
        def i_return_trace(x: list[Any], s: list[Any], p: Any) -> Code:
            resumed(p, x[0])
            code: Code = s.pop()
            return code

        self.tracing.frames[i_return_trace] = frame
        s.append(i_return_trace)

    def _push_return(
        self, told: Told, session: Session, mfa: Mfa, tracer: Tracer | None, s: list[Any]
    ) -> None:
        if not told.returns:
            return
        frame = Frame("exception" if told.exceptions else "return", session, mfa, tracer)

        def resumed(p: Process, value: Term) -> None:
            tracee = self._listener(frame, p)
            if tracee is not None:
                self.tracing.tell(p, tracee, RETURN_FROM, mfa, value)

        self._push(frame, s, resumed)

    def _push_return_to(self, session: Session, p: Process, s: list[Any]) -> None:
        for value in reversed(s):
            frame = self._frame(value)
            if frame is None:
                break
            if frame.kind == "return_to" and frame.session is session:
                return
        frame = Frame("return_to", session)

        def resumed(p: Process, value: Term) -> None:
            self._tell_return_to(session, p, self.caller(p.stack))

        self._push(frame, s, resumed)

    def _tell_return_to(self, session: Session, p: Process, address: Any) -> None:
        tracee = session.tracees.get(p)
        if tracee is not None and "return_to" in tracee.flags and not is_sensitive(p):
            self.tracing.tell(p, tracee, RETURN_TO, self.tracing.place_mfa(address))

    def _listener(self, frame: Frame, p: Process) -> Tracee | None:
        """Who is told when the function of a frame returns."""
        if frame.tracer is not None:
            return Tracee(META, frame.tracer)
        tracee = frame.session.tracees.get(p)
        return tracee if tracee is not None and "call" in tracee.flags else None

    def unwound(self, p: Process, cls: Term, reason: Term) -> None:
        """An exception is about to drop all frames above the nearest handler, or all."""
        cls, reason = _as_told(p, cls, reason)
        returning = dict(self.failing)
        self.failing = {}
        passes_on = self.tracing.vm.release >= LANDING_SINCE
        for value in reversed(p.stack):
            if type(value) is CatchTag:
                break
            if type(value) not in CODE_TYPES:
                continue
            frame = self._frame(value)
            if frame is None:
                returning = {
                    session: value for session, to in returning.items() if passes_on or to is None
                }
            elif frame.kind == "return_to":
                returning[frame.session] = None
            elif frame.kind == "exception":
                tracee = self._listener(frame, p)
                if tracee is not None:
                    self.tracing.tell(p, tracee, EXCEPTION_FROM, frame.mfa, (cls, reason))
        else:
            return
        for session, address in returning.items():
            if address is not None:
                self._tell_return_to(session, p, address)

    # ---------------------------------------------------------------- built-in functions

    def built_in_called(
        self, point: Point, p: Process, arguments: list[Any], address: Any
    ) -> list[Any]:
        """A built-in function is called: tell of it. Returns the frames for its return.

        `address` is where it returns to, None when that is on the stack.
        """
        stack = p.stack
        if address is not None:
            stack.append(address)
        size = len(stack)
        for is_global in (True, False):
            self.called(point, p, arguments, stack, is_global)
        frames = stack[size:]
        del stack[size if address is None else size - 1 :]
        return frames

    def built_in_returned(self, p: Process, frames: list[Any], value: Term, address: Any) -> None:
        """It has returned: let its frames tell, `address` is where it returned to."""
        for code in reversed(frames):
            frame = self.tracing.frames[code]
            if frame.kind == "return_to":
                self._tell_return_to(frame.session, p, address)
            else:
                code([value], [None], p)

    def built_in_failed(
        self, p: Process, frames: list[Any], cls: Term, reason: Term, address: Any
    ) -> None:
        """It has raised an exception: let its frames tell. `address` as in built_in_called."""
        cls, reason = _as_told(p, cls, reason)
        for code in reversed(frames):
            frame = self.tracing.frames[code]
            if frame.kind == "return_to":
                self.failing[frame.session] = address
            elif frame.kind == "exception":
                tracee = self._listener(frame, p)
                if tracee is not None:
                    self.tracing.tell(p, tracee, EXCEPTION_FROM, frame.mfa, (cls, reason))

    def applied(self, p: Process, mfa: Mfa, arguments: list[Any]) -> Callable[[BeamError], None]:
        """A built-in function is applied that only raises an exception, and then raises it: tell
        of both. Returns what is to be done with the exception."""
        point = self.built_in.get(mfa)
        to = self.applying
        frames = [] if point is None else self.built_in_called(point, p, arguments, to)
        return lambda error: self.built_in_failed(p, frames, error.cls, error.reason, to)

    # ---------------------------------------------------------------- time and memory

    def _measure(
        self, name: str, measured: Measured, session: Session, p: Process, s: list[Any]
    ) -> None:
        """Count a call, and let what it takes be added to its function from now on."""
        previous = self._switch(name, p, measured)
        measured.add(p, 1, 0)
        if s and type(s[-1]) in CODE_TYPES and s[-1] in self.tracing.frames:
            return
        frame = Frame(name, session, previous=previous)

        def resumed(p: Process, value: Term) -> None:
            self._switch(name, p, previous)

        self._push(frame, s, resumed)

    def _switch(self, name: str, p: Process, to: Measured | None) -> Measured | None:
        """Add what was used since the last switch to what was running; what that was."""
        # There is no heap, so that no call ever takes memory from one.
        now = self.tracing.outside.monotonic() if name == "call_time" else 0
        measured, since = self._measuring.get((p, name), (None, now))
        if measured is not None:
            measured.add(p, 0, now - since)
        self._measuring[(p, name)] = (to, now)
        return measured


def _shown(argument: Any) -> Term:
    """An argument as traces show it: a match context as the bits that it has left."""
    if type(argument) is MatchContext:
        return Bitstring(argument.data, argument.position, argument.end - argument.position)
    return argument


def _as_told(p: Process, cls: Term, reason: Term) -> tuple[Term, Term]:
    """Class and reason of an exception: what is thrown where nobody catches it is an error."""
    if cls is THROW and not any(type(value) is CatchTag for value in p.stack):
        return ERROR, (NOCATCH, reason)
    return cls, reason
