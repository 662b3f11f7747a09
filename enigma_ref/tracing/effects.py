"""What match specifications for tracing do besides matching."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from enigma_ref.ets.match_spec import depth_of
from enigma_ref.machine.code import CODE_TYPES, Function
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.machine.stacktrace import location
from enigma_ref.terms import (
    FALSE,
    NIL,
    TRUE,
    Atom,
    Bitstring,
    Cons,
    Pid,
    Term,
    list_items,
    make_list,
    to_bool_atom,
)
from enigma_ref.terms.atoms import UNDEFINED
from enigma_ref.tracing.flags import ALL
from enigma_ref.tracing.tracers import Tracer

if TYPE_CHECKING:
    from enigma_ref.tracing.core import Tracing
    from enigma_ref.tracing.sessions import Session

MAX_CONTROL_WORD: Final = 0xFFFFFFFF
MAX_DEPTH: Final = 8
NEW_LINE: Final = "\r\n"


class Told:
    """What a match specification has said about one event.

    `result` is what to tell besides, false to tell nothing and true for nothing besides;
    `return_trace` and `exception_trace` whether the return is to be told.
    """

    __slots__ = ("exception_trace", "result", "return_trace")

    def __init__(self) -> None:
        self.result: Term = TRUE
        self.return_trace = False
        self.exception_trace = False

    @property
    def is_shown(self) -> bool:
        """Whether the event itself is told."""
        return self.result is not FALSE

    @property
    def returns(self) -> bool:
        """Whether its return is told."""
        return self.return_trace or self.exception_trace

    @property
    def exceptions(self) -> bool:
        """Whether it is told when an exception ends it."""
        return self.exception_trace

    def forget(self) -> None:
        """No clause fits: tell nothing."""
        self.result = FALSE
        self.return_trace = self.exception_trace = False


class TraceEffects:
    """The forms of one session, for something that a process does."""

    def __init__(self, tracing: Tracing, session: Session, process: Process, told: Told) -> None:
        self.tracing = tracing
        self.session = session
        self.process = process
        self.told = told

    def begin(self) -> None:
        """A clause fits."""
        self.told.result = TRUE
        self.told.return_trace = self.told.exception_trace = False

    def perform(self, form: str, arguments: list[Term]) -> Term:
        """Do what a form says."""
        action: Any = getattr(self, f"do_{form}")
        value: Term = action(*arguments)
        return value

    # ---------------------------------------------------------------- what to tell

    def do_message(self, value: Term) -> Term:
        """What to tell besides."""
        self.told.result = value
        return TRUE

    def do_return_trace(self) -> Term:
        """Tell when the call returns."""
        self.told.return_trace = True
        return TRUE

    def do_exception_trace(self) -> Term:
        """Tell when the call returns or fails."""
        self.told.exception_trace = True
        return TRUE

    def do_display(self, value: Term) -> Term:
        """Print a term."""
        self.tracing.vm.write_output(self.tracing.outside.text(value) + NEW_LINE)
        return TRUE

    # ---------------------------------------------------------------- flags

    def do_enable_trace(self, first: Term, flag: Term = None) -> Term:
        """Set a flag of this process, or of another one."""
        return self._set_flag(first, flag, True)

    def do_disable_trace(self, first: Term, flag: Term = None) -> Term:
        """Clear a flag of this process, or of another one."""
        return self._set_flag(first, flag, False)

    def _set_flag(self, first: Term, flag: Term, on: bool) -> Term:
        process = self.process
        if flag is None:
            flag = first
        else:
            process = self._process(first)
        flags = _flags_of(flag)
        tracer = self._tracer()
        none: frozenset[str] = frozenset()
        if tracer is None:
            # Without a tracer, nothing can be traced.
            self.tracing.change(self.session, process, None, none, ALL)
        else:
            self._change(process, tracer, flags if on else none, none if on else flags)
        return TRUE

    def _tracer(self) -> Tracer | None:
        """Whom a process is traced for that this one lets be traced: its own tracer, without one
        that of the session (measured on 27 and 29)."""
        mine = self.session.tracees.get(self.process)
        return self.session.tracer if mine is None else mine.tracer

    def do_trace(self, first: Term, second: Term, third: Term = None) -> Term:
        """Clear and set flags of this process, or of another one; whether that changed any."""
        process, off, on = self.process, first, second
        if third is not None:
            process, off, on = self._process(first), second, third
        cleared, tracer = self._flags_and_tracer(off, self._tracer())
        added, tracer = self._flags_and_tracer(on, tracer)
        if tracer is not None and not (
            tracer.is_alive(self.tracing.vm) and tracer.pid != process.pid
        ):
            raise badarg()
        before = self.session.tracees.get(process)
        old = (None, frozenset()) if before is None else (before.tracer, before.flags)
        if tracer is None:
            self.tracing.change(self.session, process, None, frozenset(), ALL)
        else:
            self._change(process, tracer, added, cleared)
        after = self.session.tracees.get(process)
        new = (None, frozenset()) if after is None else (after.tracer, after.flags)
        return to_bool_atom(old != new)

    def _flags_and_tracer(
        self, list_: Term, tracer: Tracer | None
    ) -> tuple[frozenset[str], Tracer | None]:
        """The flags of a list, and the tracer that it names instead of another one. Raises badarg
        for a tracer in another session than that of erlang:trace/3 (measured on 27 and 29)."""
        flags: frozenset[str] = frozenset()
        while type(list_) is Cons:
            item = list_.head
            if type(item) is not tuple:
                flags |= _flags_of(item)
            elif self.session is self.tracing.default:
                tracer = tracer_of("tracer", item)
            else:
                raise badarg()
            list_ = list_.tail
        if list_ is not NIL:
            raise badarg()
        return flags, tracer

    def _change(
        self, process: Process, tracer: Tracer, on: frozenset[str], off: frozenset[str]
    ) -> None:
        self.tracing.change(self.session, process, tracer, on, off)
        self.tracing.attend(self.process)

    def do_silent(self, value: Term) -> Term:
        """Switch the flag silent of this process."""
        tracee = self.session.tracees.get(self.process)
        if tracee is not None:
            if value is TRUE:
                tracee.flags |= {"silent"}
            elif value is FALSE:
                tracee.flags -= {"silent"}
        return TRUE

    def _process(self, who: Term) -> Process:
        """A process by its pid or its name."""
        vm = self.tracing.vm
        found = vm.processes.get(who) if type(who) is Pid else None
        if type(who) is Atom:
            found = vm.registered.get(who)
        if found is None:
            raise badarg()
        return found

    # ---------------------------------------------------------------- the call

    def do_caller(self) -> Term:
        """The function that is returned to."""
        address = self.tracing.points.caller(self.process.stack)
        return UNDEFINED if address is None else self.tracing.place_mfa(address)

    def do_caller_line(self) -> Term:
        """The same, with file and line or undefined."""
        address = self.tracing.points.caller(self.process.stack)
        place = None if address is None else self.tracing.call_place(address)
        if place is None or not isinstance(place[0], Function):
            return UNDEFINED
        function, position = place
        pairs = list_items(location(function, position)) or []
        line: Term = tuple(value for _, value in pairs) or UNDEFINED
        return (function.module.name, function.name, function.arity, line)

    def do_current_stacktrace(self, depth: Term = MAX_DEPTH) -> Term:
        """The calls that the process is in, as in a stack trace. Of those that return to the same
        place one after another, as in a recursion, one stands for all (measured)."""
        distinct = [place for place, _ in groupby(self._places())]
        places = distinct[: min(depth_of(depth), MAX_DEPTH)]
        return make_list(
            [
                (function.module.name, function.name, function.arity, location(function, position))
                for function, position in places
            ]
        )

    def _places(self) -> list[tuple[Function, int]]:
        """The calls that the process is in, innermost first."""
        found = []
        for address in reversed(self.process.stack):
            place = self.tracing.call_place(address) if type(address) in CODE_TYPES else None
            if place is not None and isinstance(place[0], Function):
                found.append((place[0], place[1]))
        return found

    def do_process_dump(self) -> Term:
        """What process_info(Pid, backtrace) tells, as a binary; its layout is not promised."""
        lines = [
            f"Return address in {owner.name.name}/{owner.arity}" for owner, _ in self._places()
        ]
        return Bitstring.of("\n".join([repr(self.process.pid), *lines, ""]).encode())

    # ---------------------------------------------------------------- the control word, tokens

    def do_get_tcw(self) -> Term:
        """The trace control word."""
        return self.tracing.control_word

    def do_set_tcw(self, value: Term) -> Term:
        """Set the trace control word; the old value."""
        old = self.tracing.control_word
        self.do_set_tcw_fake(value)
        self.tracing.control_word = value
        return old

    def do_set_tcw_fake(self, value: Term) -> Term:
        """What set_tcw would return, without setting it."""
        if type(value) is not int or not 0 <= value <= MAX_CONTROL_WORD:
            raise badarg()
        return self.tracing.control_word

    def do_is_seq_trace(self) -> Term:
        """Whether the process carries a token of sequential tracing."""
        return to_bool_atom(self.process in self.tracing.sequential.tokens)

    def do_set_seq_token(self, item: Term, value: Term) -> Term:
        """Set an item of the token; the atom true."""
        self.tracing.sequential.set(self.process, item, value)
        self.tracing.attend(self.process)
        return TRUE

    def do_get_seq_token(self) -> Term:
        """The token, or []."""
        return self.tracing.sequential.token_term(self.process)


class TestedEffects(TraceEffects):
    """The forms for erlang:match_spec_test/3, which change nothing."""

    def do_silent(self, value: Term) -> Term:
        """Nothing."""
        return TRUE

    def do_set_tcw(self, value: Term) -> Term:
        """What set_tcw would return."""
        return self.do_set_tcw_fake(value)

    def do_set_seq_token(self, item: Term, value: Term) -> Term:
        """The item as it is."""
        return self.tracing.sequential.info(self.process, item)

    def do_caller(self) -> Term:
        """There is no call that could have a caller."""
        return UNDEFINED

    def do_caller_line(self) -> Term:
        """There is no call that could have a caller."""
        return UNDEFINED


def _flags_of(flag: Term) -> frozenset[str]:
    """The flags that a name stands for. Raises badarg for what is no name of a flag."""
    if type(flag) is Atom:
        if flag.name == "all":
            return ALL
        if flag.name in ALL:
            return frozenset((flag.name,))
    raise badarg()


def tracer_of(tag: str, item: tuple[Term, ...]) -> Tracer:
    """The tracer of `{Tag, Pid}` or `{Tag, erl_tracer, Pid}`. Raises badarg for others."""
    if len(item) not in (2, 3) or type(item[0]) is not Atom or item[0].name != tag:
        raise badarg()
    if len(item) == 3 and not (type(item[1]) is Atom and item[1].name == "erl_tracer"):
        raise badarg()
    if len(item) == 2 and type(item[1]) is not Pid:
        raise badarg()
    return Tracer(item[-1])
