"""erlang:load_nif/2: gives a module the native functions that the runtime has for it.

What is a shared library in other modules cannot be loaded: its code is made for another machine.
The libraries of OTP's own preloaded modules are part of the runtime, there as here
(`is_static_nif_module` in erl_nif.c); which functions they have, the specification says.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Final

from enigma_ref.bifs.prim_file_names import internal_name2native_1
from enigma_ref.bifs.registry import bif
from enigma_ref.machine.code import Function
from enigma_ref.machine.process import Process
from enigma_ref.terms import Term, atom, make_string
from enigma_ref.terms.atoms import ERROR, OK

OnLoad = Callable[[Process, Term], None]

FROM_OUTSIDE: Final = (
    "load_nif/2 must be explicitly called from the NIF module. It cannot be called through apply/3."
)
AGAIN: Final = "NIF library already loaded (reload disallowed since OTP 20)."

_ON_LOAD: Final[dict[str, OnLoad]] = {}


def on_library_load(module: str) -> Callable[[OnLoad], OnLoad]:
    """The decorated function gets the process that loads a module's native functions, and the
    second argument of load_nif."""

    def register(function: OnLoad) -> OnLoad:
        _ON_LOAD[module] = function
        return function

    return register


@bif("erlang", "load_nif", 2, process=True)
def load_nif_2(process: Process, path: Term, info: Term) -> Term:
    """Give the calling module its native functions: ok, or `{error, {Reason, Text}}`."""
    place = process.vm.place_of(process)
    if place is None or not isinstance(place[0], Function):
        return _refused("bad_lib", FROM_OUTSIDE)
    name = os.fsdecode(internal_name2native_1(process, path).to_bytes()[:-1]) + ".so"
    module = place[0].module
    code = process.vm.code
    if module is code.old.get(module.name):
        return _refused(
            "old_code", f"Calling load_nif from old module '{module.name.name}' not allowed"
        )
    if module.natives:
        return _refused("reload", AGAIN)
    if not code.give_natives(module):
        return _refused("load_failed", f"Failed to load NIF library: '{name}: {_trouble(name)}'")
    if module.name.name in _ON_LOAD:
        _ON_LOAD[module.name.name](process, info)
    return OK


def _trouble(name: str) -> str:
    """Why a shared library is not loaded: as the system's loader says it, when there is none."""
    if os.path.exists(name):
        return "this machine runs no native code"
    return "cannot open shared object file: No such file or directory"


def _refused(reason: str, text: str) -> Term:
    return (ERROR, (atom(reason), make_string(text)))
