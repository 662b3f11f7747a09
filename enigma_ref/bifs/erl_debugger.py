"""erl_debugger: what a runtime answers that was started without support for debuggers (+D)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NoReturn

from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import UNDEF, BeamError
from enigma_ref.terms import FALSE, Atom, Term, atom
from enigma_ref.terms.atoms import ERROR


@bif("erl_debugger", "supported", 0)
def supported_0() -> Atom:
    """Whether there is support for debuggers."""
    return FALSE


ABSENT: Final = (
    ("erl_debugger", "instrumentations", 0),
    ("erl_debugger", "toggle_instrumentations", 1),
    ("erl_debugger", "register", 1),
    ("erl_debugger", "unregister", 2),
    ("erl_debugger", "whereis", 0),
    ("erl_debugger", "breakpoint", 3),
    ("erl_debugger", "breakpoints", 1),
    ("erl_debugger", "breakpoints", 3),
    ("erl_debugger", "stack_frames", 2),
    ("erl_debugger", "peek_stack_frame_slot", 4),
    ("erl_debugger", "xregs_count", 1),
    ("erl_debugger", "peek_xreg", 3),
    ("erts_internal", "notify_breakpoint_hit", 3),
)
"""Functions that are as if they were not there."""


def _absent(mfa: tuple[str, str, int]) -> Callable[..., NoReturn]:
    named = (atom(mfa[0]), atom(mfa[1]), mfa[2])

    def refuse(*arguments: Term) -> NoReturn:
        raise BeamError(ERROR, UNDEF, mfa=named, arguments=arguments)

    return refuse


for _mfa in ABSENT:
    bif(*_mfa)(_absent(_mfa))
