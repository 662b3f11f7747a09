"""os: what is done when the operating system sends a signal."""

from __future__ import annotations

import signal
from typing import Final

from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import Atom, Term
from enigma_ref.terms.atoms import OK

SIGNALS: Final = (
    "sighup", "sigquit", "sigabrt", "sigalrm", "sigterm", "sigusr1", "sigusr2", "sigchld",
    "sigstop", "sigtstp",
)  # fmt: skip
LATER: Final = ("sigcont", "sigwinch", "siginfo")
LATER_SINCE: Final = 28
"""Since then those as well, where the operating system has them."""

ACTIONS: Final = ("default", "handle", "ignore")
BADOPT_SINCE: Final = 24


@bif("os", "set_signal", 2, process=True)
def set_signal_2(process: Process, name: Term, action: Term) -> Atom:
    """Choose what a signal does: what it does by itself, nothing, or to become the message
    `{notify, Signal}` to the process erl_signal_server. Raises badarg for other signals, for
    another action, and in a Python program outside of its main thread, where signals cannot be
    had."""
    if type(action) is not Atom or action.name not in ACTIONS:
        raise badarg("badopt" if process.vm.release >= BADOPT_SINCE else None)
    known = SIGNALS + (LATER if process.vm.release >= LATER_SINCE else ())
    if type(name) is not Atom or name.name not in known:
        raise badarg()
    number = getattr(signal, name.name.upper(), None)
    if number is None:
        raise badarg()
    try:
        process.vm.ports.signals.choose(number, action.name)
    except ValueError:
        raise badarg() from None
    return OK
