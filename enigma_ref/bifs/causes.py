"""Errors that tell their cause to the modules that explain errors (EEP 54)."""

from __future__ import annotations

from typing import Final

from enigma_ref.machine.errors import BeamError, badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import Map, atom, make_list
from enigma_ref.terms.atoms import BADARG, ERROR

SINCE: Final = 24

_BAD_OPTION: Final = make_list(
    [
        (
            atom("error_info"),
            Map.of([(atom("module"), atom("erl_erts_errors")), (atom("cause"), atom("badopt"))]),
        )
    ]
)


def bad_option(process: Process) -> BeamError:
    """badarg of a function of module erlang, because of an option or a type of its own."""
    if process.vm.release < SINCE:
        return badarg()
    return BeamError(ERROR, BADARG, extra=_BAD_OPTION)
