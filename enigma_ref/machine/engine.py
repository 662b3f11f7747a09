"""Runs processes: the loop over instructions, and what happens when one of them raises."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import CodeType, FunctionType, TracebackType
from typing import Any

from enigma_ref.loader.errors import LoadError
from enigma_ref.machine.binaries import MatchContext
from enigma_ref.machine.callers import callers
from enigma_ref.machine.code import CODE_TYPES, CatchTag, Code, Export, Function, RawTrace
from enigma_ref.machine.errors import UNDEF, BeamError, MachineFault
from enigma_ref.machine.link import BIF_IMPORTS, CALLS_OF_BIFS, NAMES, Linker, following
from enigma_ref.machine.process import X_REGISTERS, Process
from enigma_ref.machine.specialise import instruction_of_line
from enigma_ref.machine.stacktrace import location
from enigma_ref.machine.suspension import Leave
from enigma_ref.machine.system import System
from enigma_ref.terms import NIL, Atom, Bitstring, Cons, Map, Pid, Term, atom, list_items, make_list
from enigma_ref.terms.atoms import ERROR
from enigma_ref.terms.smalls import SMALL

BIF_OPERANDS = {
    "bif0": (), "bif1": (3,), "bif2": (3, 4), "bif3": (3, 4, 5),
    "gc_bif1": (4,), "gc_bif2": (4, 5), "gc_bif3": (4, 5, 6),
}  # fmt: skip
"""Where an instruction has the arguments of the built-in function that it calls."""

EXPLAINS = {
    atom(module): atom(explainer)
    for explainer, modules in {
        "erl_erts_errors": "atomics counters erlang erts_internal persistent_term",
        "erl_stdlib_errors": "binary ets lists maps math re unicode",
        "erl_kernel_errors": "os",
    }.items()
    for module in modules.split()
}
"""Which module explains the errors of a module's built-in functions (EEP 54)."""

WAITS = frozenset(("wait", "wait_timeout"))
"""Instructions that wait for a message."""

REGISTERS = frozenset("xy")
"""Tags of operands that are registers."""

ERROR_INFO = atom("error_info")
MODULE = atom("module")
CAUSE = atom("cause")

ERROR_INFO_SINCE = 24
BARE_INCREMENTS_UNTIL = 27


class Engine:
    """The reference engine: prepares code with a `Linker`, runs processes in slices."""

    def __init__(self, linker: Linker, release: int) -> None:
        self.linker = linker
        self.release = release
        self.unwinding: Callable[[Process, BeamError], None] | None = None
        """What is told of an exception before the stack is cut."""

    def process(self, vm: System, pid: Pid) -> Process:
        """A process that this engine can run."""
        return Process(vm, pid)

    def run(self, process: Process, reductions: int) -> BeamError | None:
        """Run a process until it has used up its reductions, waits, yields or exits.

        Returns the exception that nobody caught when it ends that way, else None. Raises
        `MachineFault` for a defect of the machine.
        """
        process.reductions = process.granted = reductions
        process.status = "running"
        x = process.x
        stack = process.stack
        h: Any = process.resume
        while True:
            try:
                while True:
                    h = h(x, stack, process)
            except Leave:
                process.left = h
                if process.work is not None:
                    # A built-in function goes on where it was when its call runs again.
                    process.resume = h
                process.reductions_done += reductions - process.reductions
                return None
            except BeamError as error:
                handler = self.unwind(process, h, error)
                if handler is None:
                    process.reductions_done += reductions - process.reductions
                    return error
                h = handler
            except (MachineFault, LoadError):
                raise
            except Exception as defect:
                raise MachineFault(f"{self.describe(h, defect)}: {defect!r}") from defect

    def where(self, process: Process) -> tuple[Any, int] | None:
        """The function and the position of the instruction that a process runs, or ran last."""
        if process.status == "running":
            return self.running_place()
        place = self.linker.place(process.left)
        if _name_at(place) in WAITS:
            # It goes on at the beginning of its receive, and stands there for erts.
            return self.linker.place(process.resume) or place
        return place

    def running_place(self) -> tuple[Any, int] | None:
        """The function and the position of the instruction that is running now."""
        frame = sys._getframe()
        while frame.f_back is not None and frame.f_code not in LOOPS:
            frame = frame.f_back
        return self.linker.place(frame.f_locals.get("h"))

    def place_in(self, traceback: TracebackType | None) -> tuple[Any, int] | None:
        """The same for what was running when something was raised that nobody caught."""
        running = None
        while traceback is not None:
            if traceback.tb_frame.f_code in LOOPS:
                running = traceback.tb_frame.f_locals.get("h")
            traceback = traceback.tb_next
        return self.linker.place(running)

    def describe(self, code: Any, defect: BaseException) -> str:
        """Which instruction some code is that failed, for people."""
        place = self.linker.place(code)
        name = getattr(code, "__name__", None) or _name_at(place) or repr(code)
        if place is None:
            return f"in the instruction {name}"
        owner, position = place
        if isinstance(owner, Export):
            return f"in {owner.module.name}:{owner.name.name}/{owner.arity}"
        if isinstance(code, FunctionType) and code.__doc__:
            number, name = instruction_of_line(code.__doc__, _line_in(code, defect))
            position = following(owner, position, number)
        return (
            f"in {owner.module.name.name}:{owner.name.name}/{owner.arity}, "
            f"instruction {position} ({name})"
        )

    # ---------------------------------------------------------------- exceptions

    def unwind(self, process: Process, code: Code, error: BeamError) -> Code | None:
        """Cut the stack to the nearest handler and put the exception into x0..x3.

        Returns the code of the handler; None when there is none.
        """
        if self.unwinding is not None:
            self.unwinding(process, error)
        # Whoever was to receive from there is perhaps left, and who catches has a mark of its own.
        process.mailbox.mark = None
        error.detach()
        if error.trace is None:
            error.trace = self.trace(process, code, error)
        handler, top = self.handler(process)
        if handler is None:
            return None
        del process.stack[top:]
        x = process.x
        x[0] = None
        x[1] = error.cls
        x[2] = error.reason
        x[3] = error.trace
        return handler

    def handler(self, process: Process) -> tuple[Code | None, int]:
        """The code of the nearest handler, None without one, and where the stack ends in it."""
        stack = process.stack
        top = position = len(stack)
        while position:
            position -= 1
            value = stack[position]
            if type(value) in CODE_TYPES:
                top = position
            elif type(value) is CatchTag:
                return value.code, top
        return None, 0

    def trace(self, process: Process, code: Code, error: BeamError) -> RawTrace:
        """The stack trace of an exception that was just raised by `code`."""
        place = self.linker.place(code)
        head, replaces = self.head(process, place, error)
        places: list[Any] = []
        room = process.vm.backtrace_depth - (head is not None)
        # The first item is there whatever the depth.
        has_room = head is None or room > 0
        if place is not None and isinstance(place[0], Function) and not replaces and has_room:
            places.append(place)
        previous: Any = None
        if self.release < ERROR_INFO_SINCE and _name_at(place) == "call_fun":
            # The interpreter of 23 finds a bad fun before it leaves a return address; in a tail
            # call, the one on top is the caller's.
            last = process.stack[-1]
            previous = last if self.linker.call_place(last) == place else None
        # What tracing left between two frames is no return address of a call.
        places += self.callers(process, max(room - len(places), 0), previous)
        if head is None and places and _is_outside(place):
            # A fun or a callback that raises for its caller, whoever that is.
            caller, position = places[0]
            head = self.own_item(caller, position, error)
            if head is not None:
                del places[0]
        return RawTrace(error.cls, head, places)

    def callers(self, process: Process, room: int, previous: Any) -> list[Any]:
        """The places of the calls that the process is in the midst of (`callers`)."""
        return callers(process.stack, self.linker.call_place, room, previous)

    def own_item(
        self, function: Function, position: int, error: BeamError
    ) -> tuple[Any, ...] | None:
        """The item for the place of an exception that shows arguments or further information;
        None for one that is as all others."""
        if error.arguments is None and error.extra is NIL:
            return None
        shown: Term = function.arity
        if error.arguments is not None:
            shown = _argument_list(error.arguments)
        where = list_items(location(function, position)) or []
        return (function.module.name, function.name, shown, make_list(where, error.extra))

    def head(
        self, process: Process, place: tuple[Any, int] | None, error: BeamError
    ) -> tuple[tuple[Any, ...] | None, bool]:
        """The first item of the trace when the instruction's own place does not tell it, and
        whether it stands for that place."""
        if error.mfa is not None:
            module, name, arity = error.mfa
            arguments = arity if error.arguments is None else _argument_list(error.arguments)
            extra = error.extra if error.reason is UNDEF else self.extra(module, error)
            return (module, name, arguments, extra), _is_outside(place)
        if place is None:
            return None, False
        owner, position = place
        if isinstance(owner, Export):
            if error.in_caller:
                return None, False
            if owner.bif is None:
                # erlang:apply/2 that was applied itself: an instruction without a caller.
                return (owner.module, owner.name, owner.arity, NIL), True
            shown = make_list(process.x[: owner.arity])
            module, name = error.applied_as or (owner.module, owner.name)
            return (module, name, shown, self.extra(module, error)), True
        if not error.in_caller:
            found = self.failed_bif(process, owner, position)
            if found is not None:
                export, values = found
                extra = self.extra(export.module, error)
                return (export.module, export.name, make_list(values), extra), False
        item = self.own_item(owner, position, error)
        return item, item is not None

    def extra(self, module: Atom, error: BeamError) -> Term:
        """The `error_info` of a built-in function's error."""
        if error.extra is not NIL or self.release < ERROR_INFO_SINCE or error.cls is not ERROR:
            return error.extra
        explainer = EXPLAINS.get(module)
        if explainer is None:
            return NIL
        info = Map.of([(MODULE, explainer)])
        if error.cause is not None:
            info = info.put(CAUSE, error.cause)
        return make_list([(ERROR_INFO, info)])

    def failed_bif(
        self, process: Process, function: Function, position: int
    ) -> tuple[Export, list[Term]] | None:
        """The built-in function that the instruction calls in place, and its arguments."""
        module = function.module
        instruction: Any = module.decoded.code[position]
        name = NAMES[instruction[0]]
        if name in BIF_OPERANDS:
            export = module.imports[instruction[BIF_IMPORTS[name]][1]]
            operands = [instruction[at] for at in BIF_OPERANDS[name]]
            if self.release < BARE_INCREMENTS_UNTIL and _is_increment(export.name.name, operands):
                return None
            values = [_shown(self.read(process, module, operand)) for operand in operands]
            if self.release < ERROR_INFO_SINCE and export.name.name == "-" and len(values) == 1:
                # 23 subtracts from 0 to negate.
                return process.vm.export(export.module, export.name, 2), [0, *values]
            if export.name.name == "+" and len(values) == 1:
                # What is left of unary plus after the loader is an addition of 0.
                return process.vm.export(export.module, export.name, 2), [*values, 0]
            return export, values
        if name == "send" and self.release >= ERROR_INFO_SINCE:
            return process.vm.export(atom("erlang"), atom("send"), 2), process.x[:2]
        if name in CALLS_OF_BIFS:
            export = module.imports[instruction[2][1]]
            if export.bif is not None:
                return export, process.x[: export.arity]
        return None

    def read(self, process: Process, module: Any, operand: Any) -> Term:
        """The value of an operand."""
        tag, value = operand
        if tag == "x":
            return process.x[value]
        if tag == "y":
            return process.stack[-1 - value]
        if tag == "fr":
            return process.x[X_REGISTERS + value]
        if tag == "a":
            return module.atoms[value]
        if tag == "q":
            return module.literals[value]
        return value


LOOPS: set[CodeType] = {Engine.run.__code__}
"""The functions that hold in `h` the instruction that a process runs."""


def _is_increment(name: str, operands: list[Any]) -> bool:
    """Whether older releases add or subtract a constant, or change no sign, without naming the
    operator when it fails: erts made other instructions of these (measured on 23 and 25). The
    other operand must be a register."""
    constants = [tag == "i" and -SMALL < value < SMALL for tag, value in operands]
    if len(operands) == 1:
        return name == "+"
    if len(operands) != 2 or not any(tag in REGISTERS for tag, _ in operands):
        return False
    return any(constants) if name == "+" else name == "-" and constants[1]


def _line_in(code: FunctionType, defect: BaseException) -> int:
    """In which line of a function an exception passed through it, counted from its first."""
    traceback = defect.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code is code.__code__:
            return traceback.tb_lineno - code.__code__.co_firstlineno
        traceback = traceback.tb_next
    return 0


def _name_at(place: tuple[Any, int] | None) -> str | None:
    """The instruction that a function has at a place, whatever observes it."""
    if place is None or not isinstance(place[0], Function):
        return None
    name: str = NAMES[place[0].module.decoded.code[place[1]][0]]
    return name


def _is_outside(place: tuple[Any, int] | None) -> bool:
    """Whether a place is the code behind an export entry, outside of any function."""
    return place is not None and isinstance(place[0], Export)


def _argument_list(arguments: Any) -> Term:
    """Arguments as traces show them, from a sequence; erlang:error/2 gives its own list."""
    if arguments is NIL or type(arguments) is Cons:
        return arguments
    return make_list([_shown(value) for value in arguments])


def _shown(value: Term) -> Term:
    """A value as traces show it: a match context as the bits that it has left."""
    if type(value) is MatchContext:
        return Bitstring(value.data, value.position, value.end - value.position)
    return value
