"""erts_debug: what OTP's own tests ask of an emulator (erl_bif_info.c and beam_debug.c of erts).

The internal state is there for those who have switched it on, and undefined for all others.
"""

from __future__ import annotations

from typing import Final

from enigma_ref.bifs.erlang_output import NEW_LINE
from enigma_ref.bifs.printing import emulator_text
from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg, error
from enigma_ref.machine.link import NAMES
from enigma_ref.machine.process import Process
from enigma_ref.terms import (
    FALSE,
    TRUE,
    Atom,
    Pid,
    Term,
    atom,
    make_list,
    make_string,
    to_bool_atom,
)
from enigma_ref.terms.atoms import ERROR, OK, UNDEFINED

AVAILABLE: Final = "available_internal_state"
UNDEF: Final = atom("undef")
NOTSUP: Final = atom("notsup")
LINK: Final = atom("erl_link")
PROCESS: Final = atom("process")
LINKED: Final = atom("linked")
LINK_STATE_SINCE: Final = 25
"""Since then a link tells whether it is one or is about to be none."""

CONTEXT_REDUCTIONS: Final = 4000
TIMES_TO_WAIT: Final = ("deallocations", "timer_cancellations", "aux_work", "thread_progress")


# ---------------------------------------------------------------- the emulator


@bif("erts_debug", "display", 1, process=True)
def display_1(process: Process, term: Term) -> Term:
    """Print a term on a line of standard output; the text that was printed."""
    text = emulator_text(term, process.vm.release)
    printed = text.encode("latin1").decode(errors="surrogateescape")
    process.vm.write_output(printed + NEW_LINE)
    return make_string(text + "\n")


@bif("erts_debug", "instructions", 0)
def instructions_0() -> Term:
    """The names of all instructions."""
    return make_list([make_string(name) for name in NAMES if name])


@bif("erts_debug", "interpreter_size", 0)
def interpreter_size_0() -> int:
    """The bytes of the interpreter's loop: 0 for a machine that has none."""
    return 0


# ---------------------------------------------------------------- lock counting


@bif("erts_debug", "lcnt_clear", 0)
def lcnt_clear_0() -> Atom:
    """Forget what was counted about locks: `error`, since nothing is."""
    return ERROR


@bif("erts_debug", "lcnt_collect", 0)
def lcnt_collect_0() -> Atom:
    """What was counted about locks: `error`, since nothing is."""
    return ERROR


@bif("erts_debug", "lcnt_control", 1)
def lcnt_control_1(option: Term) -> Term:
    """An option of lock counting: badarg, without it there are none."""
    raise badarg()


@bif("erts_debug", "lcnt_control", 2)
def lcnt_control_2(option: Term, value: Term) -> Term:
    """Set an option of lock counting: badarg, without it there are none."""
    raise badarg()


@bif("erts_internal", "system_check", 1)
def system_check_1(what: Term) -> Atom:
    """Whether all `schedulers` answer: the only one does, since it makes this call."""
    if type(what) is not Atom or what.name != "schedulers":
        raise badarg()
    return OK


# ---------------------------------------------------------------- the internal state


def _require(process: Process) -> None:
    if process.vm.state.get(AVAILABLE) is None:
        raise error(UNDEF)


@bif("erts_debug", "get_internal_state", 1, process=True)
def get_internal_state_1(process: Process, what: Term) -> Term:
    """A part of the state: one of `available_internal_state`, `force_heap_frags`, `lc_graph`,
    `processes`, `reds_left`, `{link_list, Pid}` and `{process_status, Pid}`.

    Raises undef before it was made available, badarg for all others.
    """
    _require(process)
    if type(what) is Atom:
        return _state(process, what.name)
    if type(what) is tuple and len(what) == 2 and type(what[0]) is Atom:
        return _state_of(process, what[0].name, what[1])
    raise badarg()


def _state(process: Process, what: str) -> Term:
    if what == AVAILABLE:
        return TRUE
    if what == "reds_left":
        return max(0, process.reductions)
    if what == "force_heap_frags":
        return FALSE
    if what == "lc_graph":
        return NOTSUP
    if what == "processes":
        return make_list(list(process.vm.processes))
    raise badarg()


def _state_of(process: Process, what: str, pid: Term) -> Term:
    if type(pid) is not Pid or what not in ("process_status", "link_list"):
        raise badarg()
    asked = process.vm.processes.get(pid)
    if asked is None:
        return UNDEFINED
    if what == "process_status":
        return atom("waiting" if asked.status in ("hibernating", "dozing") else asked.status)
    state = (LINKED,) if process.vm.release >= LINK_STATE_SINCE else ()
    return make_list([(LINK, PROCESS, other, *state, id(other)) for other in asked.links])


@bif("erts_debug", "set_internal_state", 2, process=True)
def set_internal_state_2(process: Process, what: Term, value: Term) -> Term:
    """Change a part of the state: `available_internal_state` (gives what it was), `reds_left`,
    `force_gc` of a process (whether it is there), `ets_force_trap` (`notsup` in a release's own
    build), and `wait` for work of the emulator itself, of which there is never any left.

    Raises undef before it was made available, badarg for all others.
    """
    if type(what) is Atom and what.name == AVAILABLE and (value is TRUE or value is FALSE):
        was = process.vm.state.pop(AVAILABLE, None)
        if value is TRUE:
            process.vm.state[AVAILABLE] = True
        return to_bool_atom(was is not None)
    _require(process)
    if type(what) is not Atom:
        raise badarg()
    if what.name == "reds_left" and type(value) is int:
        process.reductions = max(1, min(value, CONTEXT_REDUCTIONS))
        return TRUE
    if what.name == "force_gc":
        return to_bool_atom(type(value) is Pid and value in process.vm.processes)
    if what.name == "ets_force_trap":
        return NOTSUP
    if what.name == "wait" and type(value) is Atom and value.name in TIMES_TO_WAIT:
        return OK
    raise badarg()
