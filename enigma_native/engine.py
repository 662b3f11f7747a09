"""Runs processes in machine code."""

from __future__ import annotations

from importlib.machinery import PathFinder
from typing import Any, Final

from enigma_native.block import IP, TURN, UNTIL
from enigma_native.code import NativeCode
from enigma_native.compiler import Compiler
from enigma_native.layout import Unavailable, layout
from enigma_native.linker import NativeLinker
from enigma_native.running import enter
from enigma_native.state import Machine, NativeProcess
from enigma_native.words import term_of
from enigma_ref.loader.cache import Cache
from enigma_ref.loader.errors import LoadError
from enigma_ref.machine.code import CODE_TYPES, CatchTag, Code
from enigma_ref.machine.engine import LOOPS, Engine
from enigma_ref.machine.errors import BeamError, MachineFault
from enigma_ref.machine.link import Observer
from enigma_ref.machine.process import Process
from enigma_ref.machine.suspension import Leave
from enigma_ref.machine.system import System
from enigma_ref.terms import Pid

CODE_TYPES.add(NativeCode)

LIBRARIES: Final = {"llvmlite": "llvmlite", "elftools": "pyelftools"}
"""What has to be there, and how it is called where it is installed from."""


FAULTS: Final = (MachineFault, LoadError)
"""Made beforehand, as an exception may be that of memory."""


class NativeEngine(Engine):
    """The native engine: runs code of the reference engine, too, where there is no other."""

    linker: NativeLinker

    def __init__(
        self, release: int, cache: Cache | None = None, observer: Observer | None = None
    ) -> None:
        self.machine = Machine(_compiler(cache))
        linker = NativeLinker(self.machine, release, cache, observer)
        super().__init__(linker, release)

    def process(self, vm: System, pid: Pid) -> Process:
        """A process that this engine can run."""
        return NativeProcess(vm, pid, self.machine)

    def run(self, process: Process, reductions: int) -> BeamError | None:
        """As the reference engine's."""
        machine = self.machine
        machine.compiler.machine = machine.itself
        process.reductions = process.granted = reductions
        machine.block[TURN] = reductions
        machine.block[UNTIL] = process.vm.may_go_on(process)
        process.status = "running"
        x = process.x
        stack = process.stack
        h: Any = process.resume
        while True:
            try:
                while True:
                    h = self.native(process, h) if type(h) is NativeCode else h(x, stack, process)
            except Leave:
                if machine.inside:
                    machine.inside = False
                    h = machine.place(machine.block[IP])
                process.left = h
                if process.work is not None:
                    # A built-in function goes on where it was when its call runs again.
                    process.resume = h
                process.reductions_done += process.granted - process.reductions
                return None
            except BeamError as error:
                if machine.inside:
                    machine.inside = False
                    h = machine.place(machine.block[IP])
                handler = self.unwind(process, h, error)
                if handler is None:
                    process.reductions_done += process.granted - process.reductions
                    return error
                h = handler
            except FAULTS:
                machine.inside = False
                raise
            except Exception as defect:
                if type(defect) is MemoryError:
                    machine.reserve.clear()
                if machine.inside:
                    machine.inside = False
                    h = machine.place(machine.block[IP])
                raise MachineFault(f"{self.describe(h, defect)}: {defect!r}") from defect

    def handler(self, process: Process) -> tuple[Code | None, int]:
        """As the reference engine's, word by word."""
        words: list[int] = process.stack.words()  # type: ignore[attr-defined]
        top = position = len(words)
        for word in words:
            position -= 1
            if word & 3 == 2:
                top = position
            elif not word & 1 and type(value := term_of(word)) is CatchTag:
                return value.code, top
        return super().handler(process)

    def callers(self, process: Process, room: int, previous: Any) -> list[Any]:
        """As the reference engine's, word by word."""
        words: list[int] = process.stack.words()  # type: ignore[attr-defined]
        if not words or previous is not None:
            return super().callers(process, room, previous)
        place_at = self.linker.place_at
        places: list[Any] = []
        last = 0
        for word in words:
            if word & 3 != 2 or word == last:
                continue
            if len(places) == room:
                break
            place = place_at.get(word) or self.linker.find_place(word)
            if place is not None:
                last = word
                places.append(place)
        return places

    def native(self, process: Process, code: NativeCode) -> Any:
        """Run machine code, until it comes to other code, which is given back; when somebody
        watches, only one instruction."""
        machine = self.machine
        if self.linker.watched:
            watched = self.linker.watched.get(code.address)
            if watched is not None:
                return watched(process.x, process.stack, process)
        machine.block[IP] = code.address
        return enter(machine, process, machine.compiler.run)

    def running_place(self) -> tuple[Any, int] | None:
        """The function and the position of the instruction that is running now."""
        if self.machine.inside:
            return self.linker.place(self.machine.place(self.machine.block[IP]))
        return super().running_place()


LOOPS.add(NativeEngine.run.__code__)


def problem() -> str | None:
    """Why the engine cannot run here; None when it can."""
    for name in LIBRARIES:
        # Importing them takes long, and only those need it who compile.
        if PathFinder.find_spec(name) is None:
            return f"{name} is not installed (pip install {LIBRARIES[name]})"
    try:
        layout()
    except Unavailable as reason:
        return str(reason)
    return None


compilers: list[Compiler] = []
"""The one of this Python process, once there is one."""


def _compiler(cache: Cache | None) -> Compiler:
    """The one of this Python process."""
    if not compilers:
        compilers.append(Compiler(cache))
    return compilers[0]
