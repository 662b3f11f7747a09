"""erlang: new processes, and requests for them."""

from __future__ import annotations

from typing import Final

from enigma_ref.bifs.registry import bif
from enigma_ref.bifs.spawn_options import LINK, SpawnOptions, spawn_options
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import X_REGISTERS, Process
from enigma_ref.terms import (
    FALSE,
    NIL,
    TRUE,
    Atom,
    Pid,
    Reference,
    Term,
    atom,
    list_items,
    make_list,
)
from enigma_ref.terms.atoms import BADARG, ERROR, OK

BADOPT: Final = atom("badopt")
NOCONNECTION: Final = atom("noconnection")
SPAWN_OPT: Final = atom("spawn_opt")
ERTS_INTERNAL: Final = atom("erts_internal")
ERLANG = atom("erlang")
APPLY = atom("apply")
SPAWN_INIT: Final = atom("spawn_init")
BADOPT_SINCE: Final = 24
"""Before, what is no list of options was no error of its own."""


def _spawn(
    process: Process,
    module: Term,
    function: Term,
    arguments: Term,
    wanted: SpawnOptions | None = None,
    options: Term = NIL,
    request: Reference | None = None,
) -> Process:
    """A new process, linked as `wanted` says, which is what `options` mean. `request` is the
    reference when it was asked for by spawn_request/4."""
    items = list_items(arguments)
    if type(module) is not Atom or type(function) is not Atom or items is None:
        raise badarg()
    vm = process.vm
    export = vm.export(module, function, len(items))
    if len(items) >= X_REGISTERS:
        # It comes to its end in there, as it has no room for them.
        export, items = vm.export(ERLANG, APPLY, 3), [module, function, arguments]
    wanted = wanted or SpawnOptions()
    child = vm.spawn(process, export.code, items, wanted.flags)
    child.initial_call = (module, function, export.arity)
    if vm.tracing is not None:
        mfa = (module, function, arguments)
        reply: Term = None
        if request is not None:
            # On erl a function of its own begins such processes (measured with erlang:trace/3).
            mfa = (ERTS_INTERNAL, SPAWN_INIT, make_list([mfa]))
            reply = (wanted.tag, request, wanted.tells_success)
        vm.tracing.spawned(process, child, mfa, options, linked=wanted.link, reply=reply)
    if wanted.link:
        vm.link(process, child, wanted.link_priority)
    return child


@bif("erlang", "spawn", 3, process=True)
def spawn_3(process: Process, module: Term, function: Term, arguments: Term) -> Pid:
    """A new process that calls a function."""
    return _spawn(process, module, function, arguments).pid


@bif("erlang", "spawn_link", 3, process=True)
def spawn_link_3(process: Process, module: Term, function: Term, arguments: Term) -> Pid:
    """As spawn/3, linked from the start."""
    linked = SpawnOptions(link=True)
    return _spawn(process, module, function, arguments, linked, make_list([LINK])).pid


@bif("erlang", "spawn_opt", 4, process=True)
def spawn_opt_4(
    process: Process, module: Term, function: Term, arguments: Term, options: Term
) -> Term:
    """As spawn/3 with options; `{Pid, Ref}` with the option monitor."""
    wanted = spawn_options(process, options, replies=False)
    if wanted is None or wanted.is_bad:
        raise badarg("badopt")
    child = _spawn(process, module, function, arguments, wanted, options)
    ref = _watch(process, child, wanted)
    return child.pid if ref is None else (child.pid, ref)


def _watch(
    process: Process, child: Process, wanted: SpawnOptions, ref: Reference | None = None
) -> Reference | None:
    """Watch a new process as the options say; the reference of the monitor, `ref` if given."""
    vm = process.vm
    monitor = wanted.monitor
    if monitor is None:
        return None
    ref = vm.monitor(process, child, child.pid, monitor.tag, monitor.priority, ref)
    if monitor.alias:
        vm.aliases.make(process, ref, monitor.alias)
    return ref


# ---------------------------------------------------------------- requests


def _reply(process: Process, wanted: SpawnOptions, ref: Reference, what: Atom, term: Term) -> None:
    if wanted.tells_success if what is OK else wanted.tells_failure:
        process.vm.send(process, (wanted.tag, ref, what, term))


@bif("erts_internal", "spawn_request", 4, process=True)
def spawn_request_4(
    process: Process, module: Term, function: Term, arguments: Term, options: Term
) -> Term:
    """Ask for a new process: a reference, which the answer `{Tag, Ref, ok, Pid}` or
    `{Tag, Ref, error, badopt}` has too, and which is the monitor when one is asked for. The atoms
    badarg and badopt (for what is no list of options) are errors."""
    items = list_items(arguments)
    if type(module) is not Atom or type(function) is not Atom or items is None:
        return BADARG
    wanted = spawn_options(process, options, replies=True)
    if wanted is None:
        return BADOPT if process.vm.release >= BADOPT_SINCE else BADARG
    if wanted.is_bad:
        ref = process.vm.make_ref()
        _reply(process, wanted, ref, ERROR, BADOPT)
        return ref
    ref = process.vm.make_ref()
    child = _spawn(process, module, function, arguments, wanted, options, ref)
    _watch(process, child, wanted, ref)
    _reply(process, wanted, ref, OK, child.pid)
    return ref


@bif("erts_internal", "dist_spawn_request", 4, process=True)
def dist_spawn_request_4(
    process: Process, node: Term, mfa: Term, options: Term, kind: Term
) -> Term:
    """As spawn_request/4 on another node, none of which can be reached: the answer is
    `noconnection`. With `spawn_opt` as the kind, `{Ref, HasMonitor}`."""
    if type(node) is not Atom or type(mfa) is not tuple or len(mfa) != 3:
        return BADARG
    module, function, arguments = mfa
    if type(module) is not Atom or type(function) is not Atom or list_items(arguments) is None:
        return BADARG
    wanted = spawn_options(process, options, replies=kind is not SPAWN_OPT)
    if wanted is None:
        return BADARG
    ref = process.vm.make_ref()
    _reply(process, wanted, ref, ERROR, BADOPT if wanted.is_bad else NOCONNECTION)
    if kind is not SPAWN_OPT:
        return ref
    return (ref, FALSE if wanted.monitor is None else TRUE)


@bif("erlang", "spawn_request_abandon", 1)
def spawn_request_abandon_1(ref: Term) -> Atom:
    """Want no answer to a request any more; whether there is one that is still to come. Requests
    are answered at once here, so there never is."""
    if type(ref) is not Reference:
        raise badarg()
    return FALSE


@bif("erts_internal", "spawn_system_process", 3, process=True)
def spawn_system_process_3(process: Process, module: Term, function: Term, arguments: Term) -> Pid:
    """As spawn/3, for a process of the runtime itself: the runtime stops when it ends."""
    items = list_items(arguments)
    if type(module) is not Atom or type(function) is not Atom or items is None:
        raise badarg()
    child = _spawn(process, module, function, arguments)
    process.vm.system_processes[child] = module
    return child.pid
