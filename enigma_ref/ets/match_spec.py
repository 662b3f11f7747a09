"""Match specifications, compiled once into flat lists of Python closures.

A pattern becomes one step for each of its terms, run over a stack of terms that are still to be
matched; a guard or body becomes one step for each call and each construction, run over a stack of
values. Nothing recurses, so specifications and objects may be nested as deeply as memory allows.

What is allowed and how failures show follows ERTS (User's Guide, "Match Specifications in Erlang")
and what its runtimes do: a guard that fails makes its clause fail, a call that fails in a body
gives 'EXIT'.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

from enigma_ref.ets.sorted_keys import KeyRange
from enigma_ref.machine.errors import BeamError, badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import (
    FALSE,
    NIL,
    TRUE,
    Atom,
    Cons,
    Float,
    Map,
    Term,
    atom,
    list_items,
    make_list,
)
from enigma_ref.terms.keys import FLAT_TYPES
from enigma_ref.terms.order import identical
from enigma_ref.terms.smalls import is_small
from enigma_ref.terms.sortkeys import BEHIND_ALL, SortKey, sort_key_start

ANY: Final = atom("_")
OBJECT: Final = atom("$_")
BINDINGS: Final = atom("$$")
CONST: Final = atom("const")
FAILED: Final = atom("EXIT")

MAP_KEYS_SINCE: Final = 25
"""The first sampled release in which keys of maps in bodies and guards are expressions too.

Before it, a map whose values are all constant also stays as it is written.
"""

KEYS_TOLD_ONCE_SINCE: Final = 27

TRACE_FUNCTIONS: Final = frozenset((("get_tcw", 0), ("set_tcw", 1), ("set_tcw_fake", 1)))
"""Functions that only specifications for tracing may call."""

MatchStep: TypeAlias = Callable[[list[Any], list[Any]], bool]
"""Takes terms off the stack, may bind variables; false when the object does not match."""

Values: TypeAlias = list[Any]


class Effects(Protocol):
    """What the forms do that only specifications for tracing have."""

    def begin(self) -> None:
        """A clause fits, and its body is about to run."""
        ...

    def perform(self, form: str, arguments: list[Term]) -> Term:
        """Do what a form says; its value. Raises badarg when it cannot be done."""
        ...


class Subject(NamedTuple):
    """What an expression may look at, and what it may do."""

    object: Term
    variables: list[Term]
    process: Process
    effects: Effects | None = None


Step: TypeAlias = Callable[[Values, Subject], int | None]
"""Works on the stack of values; how many steps to skip, if any."""


class Function(NamedTuple):
    """A function that guards and bodies may call."""

    code: Callable[..., Term]
    wants_process: bool
    since: int


Functions: TypeAlias = Mapping[tuple[str, int], Function]
"""Functions by name and arity."""


class Form(NamedTuple):
    """A form that only specifications for tracing have.

    `arities` are numbers of arguments, `problem` ends the message about a wrong one. `in_guards`
    tells whether guards may use it, `events` what it may be used for, `since` in which release.
    """

    arities: tuple[int, ...]
    problem: str
    in_guards: bool
    events: frozenset[str]
    since: int


CALL: Final = frozenset(("call",))
CALL_OR_SEND: Final = frozenset(("call", "send"))
ANY_EVENT: Final = frozenset(("call", "send", "receive"))

_NONE: Final = "called with arguments in"
_WRONG: Final = "called with wrong number of arguments in"

FORMS: Final[Mapping[str, Form]] = {
    "message": Form((1,), _WRONG, False, ANY_EVENT, 23),
    "display": Form((1,), _WRONG, False, ANY_EVENT, 23),
    "return_trace": Form((0,), _NONE, False, ANY_EVENT, 23),
    "exception_trace": Form((0,), _NONE, False, ANY_EVENT, 23),
    "is_seq_trace": Form((0,), _NONE, True, CALL_OR_SEND, 23),
    "set_seq_token": Form((2,), _WRONG, False, CALL_OR_SEND, 23),
    "get_seq_token": Form((0,), _NONE, False, CALL_OR_SEND, 23),
    "process_dump": Form((0,), _NONE, False, CALL_OR_SEND, 23),
    "enable_trace": Form((1, 2), _WRONG, False, CALL_OR_SEND, 23),
    "disable_trace": Form((1, 2), _WRONG, False, CALL_OR_SEND, 23),
    "trace": Form((2, 3), _WRONG, False, CALL_OR_SEND, 23),
    "silent": Form((1,), _WRONG, False, CALL_OR_SEND, 23),
    "caller": Form((0,), _NONE, False, CALL, 23),
    "caller_line": Form((0,), _NONE, False, CALL, 25),
    "current_stacktrace": Form((0, 1), _WRONG, False, CALL, 26),
}
"""The forms of specifications for tracing (User's Guide; measured by compiling each)."""

TOLD_AS: Final = {"set_seq_token": "set_seq_trace"}
"""Forms that some messages about problems call by another name."""


class Clause(NamedTuple):
    """One `{Pattern, Guards, Body}`."""

    pattern: Term
    match: list[MatchStep]
    slots: int
    guards: list[list[Step]]
    body: list[list[Step]]


class MatchSpec:
    """A compiled match specification."""

    def __init__(self, clauses: list[Clause], release: int) -> None:
        self._clauses = clauses
        self._release = release

    def run(self, subject: Term, process: Process) -> Term:
        """What the first clause that fits makes of the object, or None."""
        for clause in self._clauses:
            variables = [None] * clause.slots
            if not _matches(clause.match, subject, variables):
                continue
            view = Subject(subject, variables, process)
            if clause.guards and not _guards_hold(clause.guards, view):
                continue
            result: Term = None
            for steps in clause.body:
                result = _value(steps, view)
            return result
        return None

    def run_trace(self, arguments: Term, process: Process, effects: Effects) -> bool:
        """Whether a clause fits the list of arguments of something that is traced; runs its body
        for what it does."""
        for clause in self._clauses:
            variables = [None] * clause.slots
            if not _matches(clause.match, arguments, variables):
                continue
            view = Subject(arguments, variables, process, effects)
            if clause.guards and not _guards_hold(clause.guards, view):
                continue
            effects.begin()
            for steps in clause.body:
                _value(steps, view)
            return True
        return False

    def keys(self, index: int) -> list[Term] | None:
        """All keys that objects can have that fit, when every pattern fixes its key; or None."""
        found = []
        for clause in self._clauses:
            pattern = clause.pattern
            if type(pattern) is not tuple:
                if pattern is ANY or variable_number(pattern) is not None:
                    return None
            elif len(pattern) > index:
                if not _is_ground(pattern[index], self._release):
                    return None
                found.append(pattern[index])
        return found

    def key_range(self, index: int) -> KeyRange | None:
        """Between which sort keys all keys lie that fit, as far as the beginnings of keys in the
        patterns tell; or None."""
        starts: list[SortKey] = []
        for clause in self._clauses:
            pattern = clause.pattern
            if type(pattern) is not tuple:
                if _is_open(pattern):
                    return None
            elif len(pattern) > index:
                start = sort_key_start(pattern[index], _is_open)
                if not start:
                    return None
                starts.append(start)
        ends = [(*start, BEHIND_ALL) for start in starts]
        return KeyRange(min(starts), max(ends)) if starts else None


def _matches(steps: list[MatchStep], subject: Term, variables: list[Term]) -> bool:
    stack = [subject]
    return all(step(stack, variables) for step in steps)


def _guards_hold(guards: list[list[Step]], subject: Subject) -> bool:
    try:
        for steps in guards:
            if _value(steps, subject) is not TRUE:
                return False
    except BeamError:
        return False
    return True


def _value(steps: list[Step], subject: Subject) -> Term:
    values: Values = []
    at = 0
    while at < len(steps):
        skip = steps[at](values, subject)
        at += 1 if skip is None else skip + 1
    return values[-1]


_VARIABLE: Final = re.compile(r"\$(0|[1-9][0-9]*)", re.ASCII)


def variable_number(term: Term) -> int | None:
    """The number of a variable '$N', or None."""
    if type(term) is not Atom or not term.name.startswith("$"):
        return None
    found = _VARIABLE.fullmatch(term.name)
    return None if found is None else int(found[1])


MAPS_SEARCHED_SINCE: Final = 26
"""Before, a map without variables was taken for the key itself, though as a pattern it fits all
maps that hold the same (measured on 25)."""


def _is_open(term: Term) -> bool:
    """Whether a part of a pattern fits more than one term; maps fit all that hold the same."""
    return type(term) is Map or term is ANY or variable_number(term) is not None


def _is_ground(term: Term, release: int) -> bool:
    """Whether a pattern for a key is taken for the only key that fits."""
    stack = [term]
    while stack:
        item = stack.pop()
        kind = type(item)
        if kind is tuple:
            stack.extend(item)
        elif kind is Cons:
            stack += (item.tail, item.head)
        elif kind is Map and release < MAPS_SEARCHED_SINCE:
            stack += (*item.keys(), *item.values())
        elif _is_open(item):
            return False
    return True


def compile_spec(spec: Term, functions: Functions, release: int) -> MatchSpec:
    """Compile a list of clauses. Raises badarg for anything else."""
    compiler = Compiler(functions, release, lambda term: "")
    compiled = compiler.compile(spec)
    if compiled is None:
        raise badarg()
    return compiled


class Compiler:
    """Compiles one specification; `problems` are the messages about what is wrong with it.

    `show` makes the texts of terms in these messages. `event` is what a specification for tracing
    is about (`call`, `send` or `receive`), None for one for tables.
    """

    def __init__(
        self,
        functions: Functions,
        release: int,
        show: Callable[[Term], str],
        event: str | None = None,
    ) -> None:
        self._show = show
        self._event = event
        self._functions = functions
        self._release = release
        self._slots: dict[int, int] = {}
        self._in_guard = False
        self.problems: list[str] = []

    def compile(self, spec: Term) -> MatchSpec | None:
        """The compiled specification, or None when there are problems."""
        if type(spec) is not Cons:
            self.problems.append("Match programs are not in a list.")
            return None
        parts = list_items(spec)
        if parts is None:
            self.problems.append("Match programs are not in a proper list.")
            return None
        if not all(type(part) is tuple and len(part) == 3 for part in parts):
            self.problems.append("Match program part is not a tuple of arity 3.")
            return None
        if self._event is not None:
            for head, _, _ in parts:
                if type(head) is Cons and list_items(head) is None:
                    self.problems.append(
                        f"Match expression part {self._show(head)} is not a proper list."
                    )
                    return None
        clauses = []
        for part in parts:
            clauses.append(self._clause(*part))
            if self.problems:
                # The clauses behind it do not tell theirs.
                return None
        return MatchSpec(clauses, self._release)

    def _clause(self, pattern: Term, guards: Term, body: Term) -> Clause:
        self._slots = {}
        if self._event is not None and type(pattern) is tuple:
            # Arguments are matched as if they were a tuple.
            pattern = make_list(pattern)
        match = self._pattern(pattern)
        if self._event is not None and not _fits_arguments(pattern):
            self.problems.append("Match head is invalid in this context.")
        if self.problems:
            return Clause(pattern, match, 0, [], [])
        self._in_guard = True
        guard_steps = self._expressions(guards)
        self._in_guard = False
        body_steps: list[list[Step]] = []
        if type(body) is Cons or self._event is not None:
            body_steps = self._expressions(body)
        else:
            self.problems.append("Body clause does not return anything.")
        return Clause(pattern, match, len(self._slots), guard_steps, body_steps)

    # ---------------------------------------------------------------- patterns

    def _pattern(self, pattern: Term) -> list[MatchStep]:
        steps: list[MatchStep] = []
        stack = [pattern]
        while stack:
            term = stack.pop()
            kind = type(term)
            if kind is tuple:
                steps.append(_match_tuple(len(term)))
                stack.extend(reversed(term))
            elif kind is Cons:
                steps.append(_match_cons)
                stack += (term.tail, term.head)
            elif kind is Map:
                items = term.items()
                for key, _ in items:
                    if key is ANY:
                        self.problems.append("Underscore found in map key.")
                    elif variable_number(key) is not None:
                        self.problems.append("Variable found in map key.")
                    if self.problems:
                        return steps
                steps.append(_match_map([key for key, _ in items]))
                stack.extend(value for _, value in reversed(items))
            elif term is ANY:
                steps.append(_match_any)
            else:
                number = variable_number(term)
                if number is None:
                    steps.append(_match_float(term) if kind is Float else _match_constant(term))
                elif number in self._slots:
                    steps.append(_match_bound(self._slots[number]))
                else:
                    slot = self._slots[number] = len(self._slots)
                    steps.append(_bind(slot))
        return steps

    # ---------------------------------------------------------------- guards and bodies

    def _expressions(self, list_: Term) -> list[list[Step]]:
        expressions = []
        if type(list_) is not Cons and list_ is not NIL:
            self.problems.append("Match expression is not a list.")
            return []
        while type(list_) is Cons:
            expressions.append(self._expression(list_.head))
            list_ = list_.tail
        if list_ is not NIL:
            self.problems.append("Match expression is not a proper list.")
        return expressions

    def _expression(self, expression: Term) -> list[Step]:
        """The steps that leave the value of an expression on the stack."""
        emitter = _Emitter()
        # Terms to visit as (None, term), things to do after their parts as (action, None).
        work: list[tuple[Callable[[], None] | None, Term]] = [(None, expression)]
        while work:
            action, term = work.pop()
            if action is not None:
                action()
                continue
            kind = type(term)
            if kind is Cons:
                self._visit_list(term, emitter, work)
            elif kind is Map:
                self._visit_map(term, emitter, work)
            elif kind is tuple:
                self._visit_tuple(term, emitter, work)
            elif term is OBJECT:
                emitter.emit(_push_object)
            elif term is BINDINGS:
                slots = [self._slots[number] for number in sorted(self._slots)]
                emitter.emit(_push_bindings(slots))
            else:
                number = variable_number(term)
                if number is None:
                    emitter.constant(term)
                elif number in self._slots:
                    emitter.emit(_push_variable(self._slots[number]))
                else:
                    self.problems.append(f"Variable ${number} is unbound.")
                    emitter.nothing()
        return emitter.steps

    def _visit_list(self, term: Term, emitter: _Emitter, work: _Work) -> None:
        parts = []
        while type(term) is Cons:
            parts.append(term.head)
            term = term.tail
        parts.append(term)
        emitter.build(parts, _list_of, work, forward=True)

    def _visit_map(self, term: Map, emitter: _Emitter, work: _Work) -> None:
        if self._release >= MAP_KEYS_SINCE:
            parts = [*term.keys(), *term.values()]
            emitter.build(parts, _map_of, work, halfway=self._repeater(emitter, len(term)))
        else:
            emitter.build(term.values(), _values_into(term), work, whole=term)

    def _repeater(self, emitter: _Emitter, size: int) -> Callable[[], Callable[[], None]] | None:
        """What to do between the values and the keys of a map, which gives what to do behind.

        Up to 25, problems of keys are told twice where all values are constant.
        """
        if self._release >= KEYS_TOLD_ONCE_SINCE or not size:
            return None

        def halfway() -> Callable[[], None]:
            told = len(self.problems)
            constant = emitter.constants(size)

            def behind() -> None:
                if constant:
                    self.problems += self.problems[told:]

            return behind

        return halfway

    def _visit_tuple(self, term: tuple[Term, ...], emitter: _Emitter, work: _Work) -> None:
        head = term[0] if term else None
        if len(term) == 1 and type(head) is tuple:
            # Problems are told from the last element on, as OTP does.
            emitter.build(list(head), tuple, work)
        elif type(head) is Atom and variable_number(head) is None:
            self._visit_call(head, term, emitter, work)
        else:
            self.problems.append(
                f"{self._show(term)} is neither a function call, nor a tuple "
                "(tuples are written {{ ... }})."
            )
            emitter.nothing()

    def _visit_call(
        self, head: Atom, term: tuple[Term, ...], emitter: _Emitter, work: _Work
    ) -> None:
        name = head.name
        arguments = list(term[1:])
        if head is CONST:
            if len(arguments) == 1:
                emitter.constant(arguments[0])
                return
            self.problems.append(
                f"Special form 'const' called with more than one argument in {self._show(term)}."
            )
        elif name in _JOINED:
            if arguments:
                step = _joined(_JOINED[name], len(arguments), self._in_guard)
                emitter.call(arguments, step, work)
                return
            self._no_arguments(name, term)
        elif name in _SHORT:
            if arguments:
                emitter.short(arguments, _SHORT[name], self._in_guard, work)
                return
            self._no_arguments(name, term)
        elif name == "self":
            if not arguments:
                emitter.emit(_push_self)
                return
            self.problems.append(
                f"Special form 'self' called with arguments in {self._show(term)}."
            )
        elif name in FORMS and self._release >= FORMS[name].since:
            if self._may_use(name, term):
                emitter.call(arguments, _perform(name, len(arguments), self._in_guard), work)
                return
        else:
            function = self._functions.get((name, len(arguments)))
            if function is not None and self._release >= function.since:
                emitter.call(arguments, _call(function, len(arguments), self._in_guard), work)
                return
            misused = (name, len(arguments)) in TRACE_FUNCTIONS
            if misused and self._event is not None and not (self._in_guard and name != "get_tcw"):
                emitter.call(arguments, _perform(name, len(arguments), self._in_guard), work)
                return
            why = "cannot be called in this context" if misused else "does_not_exist"
            self.problems.append(f"Function {self._show(head)}/{len(arguments)} {why}.")
        emitter.nothing()

    def _may_use(self, name: str, term: tuple[Term, ...]) -> bool:
        """Whether a form for tracing may stand where it does; notes the problem when not."""
        form = FORMS[name]
        start = f"Special form '{TOLD_AS.get(name, name)}'"
        if self._event is None:
            self.problems.append(f"{start} used in wrong dialect.")
        elif self._event not in form.events:
            self.problems.append(f"{start} not allow for this trace event.")
        elif self._in_guard and not form.in_guards:
            self.problems.append(f"{start} called in guard context.")
        elif name == "current_stacktrace":
            return self._has_good_depth(term)
        elif len(term) - 1 not in form.arities:
            self.problems.append(f"Special form '{name}' {form.problem} {self._show(term)}.")
        else:
            return True
        return False

    def _has_good_depth(self, term: tuple[Term, ...]) -> bool:
        """Whether `{current_stacktrace, Depth}` says its depth as a number; notes when not."""
        start = "Special form 'current_stacktrace' called with"
        if len(term) > 2:
            self.problems.append(f"{start} wrong number of arguments in {self._show(term)}")
        elif len(term) == 2 and not is_small(term[1]):
            self.problems.append(f"{start} non small argument.")
        elif len(term) == 2 and depth_of(term[1]) < 0:
            self.problems.append(f"{start} negative integer argument.")
        else:
            return True
        return False

    def _no_arguments(self, name: str, term: Term) -> None:
        form = "andalso" if name == "andthen" else name
        self.problems.append(
            f"Special form '{form}' called without arguments in {self._show(term)}."
        )


def depth_of(number: int) -> int:
    """The depth that a small integer means in `{current_stacktrace, Depth}`: its lowest 32 bits
    with their sign (measured on 27 and 29)."""
    return ((number & 0xFFFFFFFF) ^ 0x80000000) - 0x80000000


def _fits_arguments(pattern: Term) -> bool:
    """Whether a pattern may stand for the arguments of what is traced."""
    return (
        type(pattern) is Cons
        or pattern is NIL
        or pattern is ANY
        or variable_number(pattern) is not None
    )


_Work: TypeAlias = list[tuple[Callable[[], None] | None, Term]]


# -------------------------------------------------------------------- steps of patterns


def _match_any(stack: list[Any], variables: list[Any]) -> bool:
    stack.pop()
    return True


def _match_cons(stack: list[Any], variables: list[Any]) -> bool:
    term = stack.pop()
    if type(term) is not Cons:
        return False
    stack += (term.tail, term.head)
    return True


def _match_tuple(size: int) -> MatchStep:
    def step(stack: list[Any], variables: list[Any]) -> bool:
        term = stack.pop()
        if type(term) is not tuple or len(term) != size:
            return False
        stack += term[::-1]
        return True

    return step


def _match_map(keys: list[Term]) -> MatchStep:
    backwards = keys[::-1]

    def step(stack: list[Any], variables: list[Any]) -> bool:
        term = stack.pop()
        if type(term) is not Map:
            return False
        for key in backwards:
            value = term.get(key)
            if value is None:
                return False
            stack.append(value)
        return True

    return step


def _match_constant(constant: Term) -> MatchStep:
    if type(constant) in FLAT_TYPES:

        def flat(stack: list[Any], variables: list[Any]) -> bool:
            return bool(stack.pop() == constant)

        return flat

    def step(stack: list[Any], variables: list[Any]) -> bool:
        return identical(stack.pop(), constant)

    return step


def _match_float(constant: Float) -> MatchStep:
    # By their bits, so that 0.0 does not fit -0.0 even where they are =:=.
    sign = math.copysign(1.0, constant)

    def step(stack: list[Any], variables: list[Any]) -> bool:
        term = stack.pop()
        return bool(type(term) is Float and +term == +constant and math.copysign(1.0, term) == sign)

    return step


def _bind(slot: int) -> MatchStep:
    def step(stack: list[Any], variables: list[Any]) -> bool:
        variables[slot] = stack.pop()
        return True

    return step


def _match_bound(slot: int) -> MatchStep:
    def step(stack: list[Any], variables: list[Any]) -> bool:
        return identical(stack.pop(), variables[slot])

    return step


# -------------------------------------------------------------------- steps of expressions


def _push_object(values: Values, subject: Subject) -> None:
    values.append(subject.object)


def _push_self(values: Values, subject: Subject) -> None:
    values.append(subject.process.pid)


def _push(constant: Term) -> Step:
    def step(values: Values, subject: Subject) -> None:
        values.append(constant)

    return step


def _push_variable(slot: int) -> Step:
    def step(values: Values, subject: Subject) -> None:
        values.append(subject.variables[slot])

    return step


def _push_bindings(slots: list[int]) -> Step:
    def step(values: Values, subject: Subject) -> None:
        values.append(make_list([subject.variables[slot] for slot in slots]))

    return step


Builder: TypeAlias = Callable[[list[Term]], Term]


def _list_of(parts: list[Term]) -> Term:
    return make_list(parts[:-1], parts[-1])


def _map_of(parts: list[Term]) -> Map:
    half = len(parts) // 2
    return Map.of(zip(parts[:half], parts[half:], strict=True))


def _values_into(shape: Map) -> Builder:
    keys = shape.keys()
    return lambda values: Map.of(zip(keys, values, strict=True))


def _build(count: int, builder: Builder, forward: bool) -> Step:
    # Unless they were visited in their order, parts lie on the stack with the first one on top.
    def step(values: Values, subject: Subject) -> None:
        at = len(values) - count
        parts = values[at:]
        if not forward:
            parts.reverse()
        del values[at:]
        values.append(builder(parts))

    return step


def _call(function: Function, arity: int, in_guard: bool) -> Step:
    code, wants_process, _ = function

    def step(values: Values, subject: Subject) -> None:
        at = len(values) - arity
        arguments = values[at:]
        arguments.reverse()
        del values[at:]
        if wants_process:
            arguments.insert(0, subject.process)
        try:
            values.append(code(*arguments))
        except BeamError:
            if in_guard:
                raise
            values.append(FAILED)

    return step


def _perform(form: str, arity: int, in_guard: bool) -> Step:
    def step(values: Values, subject: Subject) -> None:
        at = len(values) - arity
        arguments = values[at:]
        arguments.reverse()
        del values[at:]
        assert subject.effects is not None
        try:
            values.append(subject.effects.perform(form, arguments))
        except BeamError:
            _fail(values, in_guard)

    return step


def _fail(values: Values, in_guard: bool) -> None:
    if in_guard:
        raise badarg()
    values.append(FAILED)


_JOINED: Final = {"and": TRUE, "or": FALSE}
"""Forms that look at all arguments, and their value without any."""

_SHORT: Final = {"andalso": TRUE, "andthen": TRUE, "orelse": FALSE}
"""Forms that stop at the first argument that decides; the value that decides nothing."""


def _joined(neutral: Atom, count: int, in_guard: bool) -> Step:
    other = FALSE if neutral is TRUE else TRUE

    def step(values: Values, subject: Subject) -> None:
        at = len(values) - count
        arguments = values[at:]
        del values[at:]
        if all(argument is TRUE or argument is FALSE for argument in arguments):
            values.append(other if other in arguments else neutral)
        else:
            _fail(values, in_guard)

    return step


def _decide(neutral: Atom, rest: int, in_guard: bool) -> Step:
    """Go on when the value decides nothing, else leave it and skip the rest."""
    other = FALSE if neutral is TRUE else TRUE

    def step(values: Values, subject: Subject) -> int | None:
        value = values.pop()
        if value is neutral:
            return None
        if value is other:
            values.append(other)
        else:
            _fail(values, in_guard)
        return rest

    return step


class _Emitter:
    """Collects the steps of an expression, and computes what is constant at once."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        # For each value that the steps so far leave: where its steps begin, and the value
        # itself when it is constant, else None.
        self._known: list[tuple[int, Term]] = []

    def constant(self, term: Term) -> None:
        """Leave a constant."""
        self._known.append((len(self.steps), term))
        self.steps.append(_push(term))

    def nothing(self) -> None:
        """Stand for the value of an expression with a problem, which never runs."""
        self.emit(_push_object)

    def emit(self, step: Step) -> None:
        """Leave what a step gives that takes nothing."""
        self._known.append((len(self.steps), None))
        self.steps.append(step)

    def _take(self, count: int) -> tuple[int, list[Term]]:
        """Forget the last values: where their steps begin, and what they are."""
        if not count:
            return len(self.steps), []
        taken = self._known[-count:]
        del self._known[-count:]
        return taken[0][0], [value for _, value in taken]

    def constants(self, count: int) -> bool:
        """Whether the last values are constant."""
        return all(value is not None for _, value in self._known[-count:])

    def build(
        self,
        parts: list[Term],
        builder: Builder,
        work: _Work,
        whole: Term = None,
        *,
        forward: bool = False,
        halfway: Callable[[], Callable[[], None]] | None = None,
    ) -> None:
        """Leave a term made of the values of expressions; `whole` when all are constant.

        With `forward` the first part is visited first. `halfway` runs between the two halves of
        the parts, and what it gives behind them.
        """

        def finish() -> None:
            start, values = self._take(len(parts))
            if all(value is not None for value in values):
                del self.steps[start:]
                if not forward:
                    values.reverse()
                self.constant(builder(values) if whole is None else whole)
            else:
                self._known.append((start, None))
                self.steps.append(_build(len(parts), builder, forward))

        if forward:
            parts = parts[::-1]
        if halfway is None:
            self._schedule(parts, finish, work)
            return
        following: list[Callable[[], None]] = []
        half = len(parts) // 2
        work.append((finish, None))
        work.append((lambda: following[0](), None))
        work.extend((None, part) for part in parts[:half])
        work.append((lambda: following.append(halfway()), None))
        work.extend((None, part) for part in parts[half:])

    def call(self, arguments: list[Term], step: Step, work: _Work) -> None:
        """Leave what a step makes of the values of expressions."""

        def finish() -> None:
            start, _ = self._take(len(arguments))
            self._known.append((start, None))
            self.steps.append(step)

        self._schedule(arguments, finish, work)

    def short(self, arguments: list[Term], neutral: Atom, in_guard: bool, work: _Work) -> None:
        """Leave the value of the first argument that is not `neutral`, or of the last one."""
        start = len(self.steps)
        tests: list[int] = []

        def test() -> None:
            self._take(1)
            tests.append(len(self.steps))
            # The distance to the end is known only there.
            self.steps.append(_push_object)

        def finish() -> None:
            self._take(1)
            self._known.append((start, None))
            for at in tests:
                self.steps[at] = _decide(neutral, len(self.steps) - at - 1, in_guard)

        work.append((finish, None))
        work.append((None, arguments[-1]))
        for argument in reversed(arguments[:-1]):
            work.append((test, None))
            work.append((None, argument))

    def _schedule(self, parts: list[Term], finish: Callable[[], None], work: _Work) -> None:
        work.append((finish, None))
        # The last one is visited first, so that the first one's value lies on top.
        work.extend((None, part) for part in parts)
