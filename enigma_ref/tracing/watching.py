"""Runs processes whose instructions have to be looked at: sends, receives, built-in functions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final

from enigma_ref.loader.errors import LoadError
from enigma_ref.machine.code import Code, Export
from enigma_ref.machine.engine import LOOPS, Engine
from enigma_ref.machine.errors import BeamError, MachineFault
from enigma_ref.machine.link import CALLS_OF_BIFS, NAMES, Place
from enigma_ref.machine.primitives.funs import APPLY_3
from enigma_ref.machine.process import Process
from enigma_ref.machine.suspension import Leave
from enigma_ref.machine.system import System
from enigma_ref.terms import Pid
from enigma_ref.tracing.mailboxes import WatchedMailbox

if TYPE_CHECKING:
    from enigma_ref.tracing.core import Tracing

Runner = Callable[[Code, list[Any], list[Any], Process], Any]
"""Runs an instruction and tells of it; returns the next one."""

SENDS: Final = frozenset((("send", 2), ("send", 3), ("!", 2)))
"""The functions of erlang that send messages."""

WAITING = ("waiting", "hibernating", "dozing")
"""States of a process that waits for a message when its turn ends."""


class WatchingEngine(Engine):
    """Runs processes for as long as something is traced."""

    def __init__(self, tracing: Tracing, plain: Engine) -> None:
        super().__init__(plain.linker, plain.release)
        self.plain = plain
        self.tracing = tracing
        self.unwinding = plain.unwinding = self._unwinding
        self._runners: dict[Code, Runner | None] = {}

    def process(self, vm: System, pid: Pid) -> Process:
        """A process that the engine can run which goes on when nothing is traced any more."""
        return self.plain.process(vm, pid)

    def running_place(self) -> tuple[Any, int] | None:
        """The instruction that is running now, which may be one of the other engine."""
        return self.plain.running_place()

    def run(self, process: Process, reductions: int) -> BeamError | None:
        """Run a process, as `Engine.run` does."""
        tracing = self.tracing
        if tracing.profiler is not None:
            tracing.active(process, True)
        if not tracing.rest_of(process):
            tracing.scheduled(process, "in")
        error = self._run_in_loop(process, reductions)
        while error is None and process.status == "running" and (rest := tracing.rest_of(process)):
            process.reductions_done -= rest
            error = self._run_in_loop(process, rest)
        if error is None and process.status != "exited":
            tracing.scheduled(process, "out")
            if (
                process.status in ("waiting", "hibernating", "dozing")
                and tracing.profiler is not None
            ):
                tracing.active(process, False)
        return error

    def _run_in_loop(self, process: Process, reductions: int) -> BeamError | None:
        if self.tracing.is_watched(process):
            return self._run_watched(process, reductions)
        return self.plain.run(process, reductions)

    def _run_watched(self, process: Process, reductions: int) -> BeamError | None:
        process.reductions = process.granted = reductions
        process.status = "running"
        x = process.x
        stack = process.stack
        runners = self._runners
        h: Any = process.resume
        while True:
            try:
                while True:
                    if h not in runners:
                        runners[h] = self._runner(h)
                    runner = runners[h]
                    h = h(x, stack, process) if runner is None else runner(h, x, stack, process)
            except Leave:
                process.left = h
                if process.work is not None:
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

    def _unwinding(self, process: Process, error: BeamError) -> None:
        """Tell of calls that an exception ends."""
        if self.tracing.frames or self.tracing.points.failing:
            self.tracing.points.unwound(process, error.cls, error.reason)

    # ---------------------------------------------------------------- instructions that matter

    def _runner(self, code: Code) -> Runner | None:
        """What runs an instruction that there is something to tell of; None for others, and for
        code of another engine, which leads to an instruction of this one."""
        if type(code) is not FunctionType:
            return None
        place = self.linker.place(code)
        if place is None:
            return None
        owner, position = place
        if isinstance(owner, Export):
            return None if owner.bif is None else partial(self._built_in, owner, None)
        instruction: Any = owner.module.decoded.code[position]
        name = NAMES[instruction[0]]
        if name == "send":
            return self._sending
        if name == "timeout":
            return self._timeout
        if name == "apply":
            return partial(self._applying, self._address(place))
        if name in CALLS_OF_BIFS:
            called = owner.module.imports[instruction[2][1]]
            if name == "call_ext" and called.mfa == APPLY_3:
                return partial(self._applying, self._address(place))
            if called.bif is not None:
                return partial(self._built_in, called, self._address(place))
        return None

    def _address(self, place: Place) -> Code:
        """A return address for a call that is made in place: tail calls return there as well."""

        def i_built_in_return(x: list[Any], s: list[Any], p: Any) -> Code:
            code: Code = s.pop()
            return code

        self.tracing.addresses[i_built_in_return] = place
        return i_built_in_return

    def _sending(self, code: Code, x: list[Any], s: list[Any], p: Process) -> Any:
        tracing = self.tracing
        to, message = x[0], x[1]
        tracing.sent(p, to, message)
        tracing.sequential.sending(p, to, message)
        receiver = tracing.sequential.receiver(to)
        if receiver is not None and isinstance(receiver.mailbox, WatchedMailbox):
            receiver.mailbox.sender = p.pid
        return code(x, s, p)

    def _applying(self, address: Code, code: Code, x: list[Any], s: list[Any], p: Process) -> Any:
        """Run an instruction that applies a function and goes on at `address`."""
        points = self.tracing.points
        points.applying = address
        try:
            return code(x, s, p)
        finally:
            points.applying = None

    def _timeout(self, code: Code, x: list[Any], s: list[Any], p: Process) -> Any:
        self.tracing.timed_out(p)
        return code(x, s, p)

    def _built_in(
        self,
        called: Export,
        address: Code | None,
        code: Code,
        x: list[Any],
        s: list[Any],
        p: Process,
    ) -> Any:
        """Run an instruction that calls a built-in function in place."""
        tracing = self.tracing
        is_send = called.module.name == "erlang" and (called.name.name, called.arity) in SENDS
        run = self._sending if is_send else _just_run
        point = tracing.points.built_in.get(called.mfa)
        if point is None:
            return run(code, x, s, p)
        back = tracing.points.caller(s) if address is None else address
        frames = tracing.points.built_in_called(point, p, x[: called.arity], address)
        try:
            following = _at_once(run, code, x, s, p)
        except Leave:
            if p.status == "running":
                tracing.points.built_in_returned(p, frames, x[0], back)
            raise
        except BeamError as error:
            tracing.points.built_in_failed(p, frames, error.cls, error.reason, address)
            raise
        tracing.points.built_in_returned(p, frames, x[0], back)
        return following


def _at_once(run: Runner, code: Code, x: list[Any], s: list[Any], p: Process) -> Any:
    """Run an instruction with all parts of its built-in function's work: what is told of a call
    are its beginning and its end."""
    while True:
        try:
            return run(code, x, s, p)
        except Leave:
            if p.work is None:
                raise


LOOPS.add(WatchingEngine._run_watched.__code__)


def _just_run(code: Code, x: list[Any], s: list[Any], p: Process) -> Any:
    return code(x, s, p)
