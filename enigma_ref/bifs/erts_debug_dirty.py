"""erts_debug: calls on dirty schedulers, for OTP's own tests (dirty_test in beam_debug.c of erts).

One scheduler runs everything here, and is of whatever kind a call wants it to be: what counts is
that a process waits in such a call and the others run meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg, error
from enigma_ref.machine.process import Process
from enigma_ref.terms import Atom, Pid, Term, atom, make_list
from enigma_ref.terms.atoms import OK

NORMAL: Final = atom("normal")
DIRTY_CPU: Final = atom("dirty_cpu")
DIRTY_IO: Final = atom("dirty_io")
ERTS_DEBUG: Final = atom("erts_debug")
DIRTY: Final = atom("dirty")
KINDS: Final = (NORMAL, DIRTY_CPU, DIRTY_IO)
ERRORS: Final = ("notsup", "undef", "badarith", "noproc", "system_limit")
COPIES: Final = 1000
READY_WAIT: Final = 6000
"""Milliseconds of `ready_wait6_done`."""

READY: Final = atom("ready")
DONE: Final = atom("done")
ALIVE: Final = atom("alive")


RESULT: Final = (atom("erts_internal"), atom("dirty_bif_result"), 1)
"""Where a process is seen that is back from a dirty scheduler, and suspended."""


class _Waiting(NamedTuple):
    """The work of a process that waits: `inside` is the function that it is seen in, `is_running`
    whether it is still there."""

    inside: tuple[Atom, Atom, int]
    is_running: bool = True


@bif("erts_debug", "dirty", 3, process=True)
def dirty_3(process: Process, kind: Term, action: Term, arg: Term) -> Term:
    """An action out of `ACTIONS` on a scheduler of a kind: `normal`, `dirty_cpu`, `dirty_io`."""
    if kind not in KINDS:
        raise badarg()
    return _act(process, kind, action, arg)


@bif("erts_debug", "dirty_cpu", 2, process=True)
def dirty_cpu_2(process: Process, action: Term, arg: Term) -> Term:
    """An action out of `ACTIONS` on a dirty CPU scheduler."""
    return _act(process, DIRTY_CPU, action, arg)


@bif("erts_debug", "dirty_io", 2, process=True)
def dirty_io_2(process: Process, action: Term, arg: Term) -> Term:
    """An action out of `ACTIONS` on a dirty I/O scheduler."""
    return _act(process, DIRTY_IO, action, arg)


def _act(process: Process, kind: Term, action: Term, arg: Term) -> Term:
    if type(action) is not Atom or action.name not in ACTIONS:
        raise badarg()
    return ACTIONS[action.name](process, kind, arg)


def _scheduler(process: Process, kind: Term, what: Term) -> Term:
    if type(what) is not Atom or what.name != "type":
        raise badarg()
    return kind


def _error(process: Process, kind: Term, reason: Term) -> Term:
    if type(reason) is Atom and reason.name in ERRORS:
        raise error(reason)
    raise badarg()


def _copy(process: Process, kind: Term, term: Term) -> Term:
    return make_list([term] * COPIES)


def _reschedule(process: Process, kind: Term, times: Term) -> Term:
    """Go from scheduler to scheduler, two steps at a time: not for odd numbers."""
    if type(times) is not int or times < 0 or times & 1:
        raise badarg()
    return OK


def _tell(process: Process, to: Term, what: Atom) -> None:
    receiver = process.vm.processes.get(to) if type(to) is Pid else None
    if receiver is not None:
        process.vm.send(receiver, (what, process.pid))


def _send(process: Process, kind: Term, to: Term) -> Term:
    _tell(process, to, OK)
    return OK


def _wait(process: Process, kind: Term, milliseconds: Term) -> Term:
    if type(milliseconds) is not int or milliseconds < 0:
        raise badarg()
    _pause(process, kind, milliseconds)
    return OK


def _ready_wait_done(process: Process, kind: Term, to: Term) -> Term:
    if process.work is None:
        _tell(process, to, READY)
    _pause(process, kind, READY_WAIT)
    _tell(process, to, DONE)
    return OK


def _alive_until_exit(process: Process, kind: Term, to: Term) -> Term:
    """Say that the process is alive, and wait until it no longer is."""
    _tell(process, to, ALIVE)
    process.work = _waiting(kind)
    process.vm.suspend_running(process, process.resume)


def _waiting(kind: Term) -> _Waiting:
    return _Waiting((ERTS_DEBUG, DIRTY, 3) if kind is NORMAL else (ERTS_DEBUG, kind, 2))


def _pause(process: Process, kind: Term, milliseconds: int) -> None:
    """Let others run for so long; then the built-in function is called again, and goes on."""
    if process.work is not None:
        process.work = None
        return
    process.work = _waiting(kind)
    process.vm.start_timer(milliseconds, lambda: _go_on(process))
    process.vm.suspend_running(process, process.resume)


def _go_on(process: Process) -> None:
    if process.status != "exited":
        process.work = _Waiting(RESULT, is_running=False)
        process.vm.resume(process)


ACTIONS: Final[dict[str, Callable[[Process, Term, Term], Term]]] = {
    "alive_waitexiting": _alive_until_exit,
    "copy": _copy,
    "error": _error,
    "ready_wait6_done": _ready_wait_done,
    "reschedule": _reschedule,
    "scheduler": _scheduler,
    "send": _send,
    "wait": _wait,
}
"""What there is to do, by name."""
