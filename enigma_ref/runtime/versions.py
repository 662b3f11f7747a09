"""What becomes of processes when modules come and go: on_load functions, and purging.

Who may still run the old version of a module is told by direct references to its code only: where
a process goes on, and the return addresses on its stack. Funs are none; they are bad afterwards
(documentation of `erlang:check_process_code/3`, and measured).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from enigma_ref.machine.code import Code, Export, Function, Lambda, LoadedModule, RawTrace
from enigma_ref.machine.engine import Engine
from enigma_ref.machine.errors import UNDEF, BeamError, error
from enigma_ref.machine.link import Place
from enigma_ref.machine.primitives.funs import BADFUN, DEFAULT_HANDLER, ERROR_HANDLER
from enigma_ref.machine.process import Process
from enigma_ref.runtime.fun_table import FunTable
from enigma_ref.terms import NIL, Atom, Fun, atom, make_list
from enigma_ref.terms.atoms import ERROR, KILLED, OK

if TYPE_CHECKING:
    from enigma_ref.runtime.vm import VM

UNDEFINED_LAMBDA = atom("undefined_lambda")


class OnLoad:
    """Runs on_load functions of modules that this system loads by itself.

    `runners` are the processes that do. Whoever calls such a module meanwhile waits, as it does
    for OTP's code server.
    """

    def __init__(self, vm: VM) -> None:
        self._vm = vm
        self.runners: dict[Process, LoadedModule] = {}
        self._waiting: dict[Atom, list[tuple[Process, Code, BeamError]]] = {}

    def start(self, module: LoadedModule) -> Process:
        """Let a new process call the function."""
        assert module.on_load is not None
        runner = self._vm.spawn(None, module.on_load.code, [])
        runner.initial_call = (module.name, module.on_load.name, 0)
        self.runners[runner] = module
        return runner

    def wait(self, process: Process, module: Atom, then: Code, failure: BeamError) -> None:
        """Let the running process wait until a module is loaded: it goes on at `then`, or with
        an exception when that fails. Returns when there is nothing to wait for, as for the
        process that loads the module."""
        loading = {loaded.name for loaded in self.runners.values()}
        running = self.runners.get(process)
        if module in loading and (running is None or running.name is not module):
            self._waiting.setdefault(module, []).append((process, then, failure))
            self._vm.suspend_running(process, then)

    def ended(self, runner: Process) -> None:
        """A process is gone that may have been one of these."""
        module = self.runners.pop(runner, None)
        if module is None:
            return
        name = module.name
        outcome = runner.outcome
        keep = outcome is not None and outcome.ok and outcome.value is OK
        if keep:
            self._vm.finish_on_load(name)
        else:
            self._vm.purging.purge(name, on_load=True)
        for process, _, failure in self._waiting.pop(name, ()):
            if not keep:
                process.resume = _raising(failure)
            self._vm.resume(process)


def _raising(failure: BeamError) -> Code:
    def fail(x: list[Any], s: list[Any], p: Any) -> Code:
        raise failure

    return fail


class Purging:
    """The one purge that may be under way: `module` is whose old version is about to go."""

    def __init__(self, vm: VM) -> None:
        self._vm = vm
        self.module: Atom | None = None
        self._kept: LoadedModule | None = None
        self._waiting: list[Process] = []

    def prepare(self, name: Atom, on_load: bool = False) -> bool:
        """Begin, unless there is no old version: calls of its funs have to wait from now on.

        With `on_load` it is not the old version that goes, but the one whose on_load function
        failed.
        """
        code = self._vm.code
        if on_load and name in code.waiting:
            self._kept = code.old.pop(name, None)
            code.old[name] = code.waiting.pop(name)
        if name not in code.old:
            return False
        self.module = name
        code.funs.prepare_purge(code.old[name])
        return True

    def abort(self) -> None:
        """The old version stays, since somebody runs it."""
        self._vm.code.funs.abort_purge()
        self._end()

    def complete(self) -> None:
        """The old version goes."""
        code = self._vm.code
        assert self.module is not None
        code.funs.complete_purge()
        code.drop_old(self.module)
        if self._kept is not None:
            code.old[self.module] = self._kept
        self._end()

    def _end(self) -> None:
        self.module = self._kept = None
        waiting, self._waiting = self._waiting, []
        for process in waiting:
            self._vm.resume(process)

    def purge(self, name: Atom, on_load: bool = False) -> None:
        """Purge a version at once, and kill whoever runs it."""
        if self.prepare(name, on_load):
            for process in list(self._vm.processes.values()):
                if self.is_in_old_code(process, name):
                    self._vm.kill(process, KILLED)
            self.complete()

    def wait(self, process: Process, then: Code) -> None:
        """Let the running process wait for the end of the purge, and go on at `then`."""
        self._waiting.append(process)
        self._vm.suspend_running(process, then)

    def takes(self, entry: Lambda) -> bool:
        """Whether it is still open what becomes of the code of a fun."""
        return self.module is not None and self._vm.code.funs.is_being_purged(entry)

    def is_awaited_by(self, process: Process) -> bool:
        """Whether a process waits for the end of the purge, as it has called a fun."""
        return any(process is waiting for waiting in self._waiting)

    def is_in_old_code(self, process: Process, name: Atom) -> bool:
        """Whether a process runs the old version of a module, or returns into it."""
        old = self._vm.code.old.get(name)
        if old is None:
            return False
        if process.status == "running":
            place = self._vm.place_of(process)
            owner = None if place is None else place[0]
        else:
            owner = self._vm.linker.function_at(process.resume)
        owners = [owner, *(place[0] for place in self._vm.call_places(process))]
        return any(
            not isinstance(owner, Export) and owner is not None and owner.module is old
            for owner in owners
        )


def fun_table(engine: Engine) -> FunTable:
    """The table of the funs of code that an engine runs, for whichever system it does. Calls of
    funs whose module is not loaded load it, calls of those whose module is being purged wait."""

    def missing(entry: Lambda) -> Code:
        caller = engine.running_place()

        def call_missing_fun(x: list[Any], s: list[Any], p: Any) -> Code:
            return _load_for(p.vm, entry, x, p, caller)

        return call_missing_fun

    def pending(entry: Lambda) -> Code:
        def call_fun_again(x: list[Any], s: list[Any], p: Any) -> Code:
            code: Code = entry.code
            return code

        def call_purged_fun(x: list[Any], s: list[Any], p: Any) -> Code:
            p.vm.purging.wait(p, call_fun_again)
            return call_fun_again

        return call_purged_fun

    return FunTable(missing, pending)


def _load_for(vm: VM, entry: Lambda, x: list[Any], process: Process, caller: Place | None) -> Code:
    """The code of a fun after an attempt to load its module. In a system that was booted, the
    error handler of the process goes about that; in another one, when a process names one.

    Raises {badfun, Fun} when the module does not have it (any more), and undef when there is no
    such module, with the fun itself in the trace (OTP's module error_handler), or no such handler.
    """
    fun, arguments = _call_of(entry, x)
    places = vm.call_places(process)
    handler = process.flags.get(ERROR_HANDLER, DEFAULT_HANDLER)
    asks_handler = vm.booted or handler is not DEFAULT_HANDLER
    if asks_handler and entry.module not in vm.code.modules:
        own = vm.export(handler, UNDEFINED_LAMBDA, 3)
        if own.function is None:
            missing = BeamError(ERROR, UNDEF)
            missing.trace = RawTrace(ERROR, None, places[: vm.backtrace_depth])
            raise missing
        x[:3] = [entry.module, fun, make_list(arguments)]
        handling: Code = own.code
        return handling
    is_loaded = vm.load_module(entry.module)
    if entry.function is not None and is_loaded:
        code: Code = entry.code
        return code
    if is_loaded:
        if caller is not None and isinstance(caller[0], Function) and places[:1] != [caller]:
            places.insert(0, caller)
        bad = error((BADFUN, fun))
        bad.trace = RawTrace(ERROR, None, places[: vm.backtrace_depth])
        raise bad
    undefined = BeamError(ERROR, UNDEF)
    head = (fun, make_list(arguments), NIL)
    undefined.trace = RawTrace(ERROR, head, places[: vm.backtrace_depth - 1])
    vm.on_load.wait(process, entry.module, entry.code, undefined)
    raise undefined


def _call_of(entry: Lambda, x: list[Any]) -> tuple[Fun, list[Any]]:
    """The fun whose call is about to begin, and its arguments."""
    end = entry.arity + entry.num_free
    fun = Fun(
        entry.module,
        entry.name,
        entry.arity,
        entry.index,
        entry.uniq,
        entry.unique,
        tuple(x[entry.arity : end]),
        None,
        entry,
    )
    return fun, x[: entry.arity]
