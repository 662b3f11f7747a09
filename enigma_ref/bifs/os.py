"""os: the environment of the operating system's process.

Changes stay inside of the system that makes them.
"""

from __future__ import annotations

import os

from enigma_ref.bifs.iodata import text_list
from enigma_ref.bifs.native_text import any_text, native_bytes
from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import FALSE, NIL, TRUE, Atom, Cons, Term, make_list, make_string


def environment(process: Process) -> dict[bytes, bytes]:
    """The variables of a system, to change."""
    found: dict[bytes, bytes] = process.vm.state.setdefault("os:environment", dict(os.environb))
    return found


def variable_name(term: Term) -> str:
    """The name of a variable: no equals sign in it. Raises badarg."""
    name = variable_value(term)
    if "=" in name:
        raise badarg()
    return name


def variable_value(term: Term) -> str:
    """The characters in a list of any depth. Raises badarg."""
    found: list[str] = []
    left = [term]
    while left:
        item = left.pop()
        if type(item) is Cons:
            if item.tail is not NIL and type(item.tail) is not Cons:
                raise badarg()
            left += (item.tail, item.head)
        elif type(item) is int and left and 0 < item < 0x110000 and not 0xD800 <= item < 0xE000:
            found.append(chr(item))
        elif item is not NIL:
            raise badarg()
    return "".join(found)


@bif("os", "get_env_var", 1, process=True)
@bif("os", "getenv", 1, process=True)
def getenv_1(process: Process, name: Term) -> Term:
    """The value of a variable, or false."""
    vm = process.vm
    found = environment(process).get(native_bytes(vm, variable_name(name)))
    return FALSE if found is None else make_string(any_text(vm, found))


@bif("os", "set_env_var", 2, process=True)
@bif("os", "putenv", 2, process=True)
def putenv_2(process: Process, name: Term, value: Term) -> Atom:
    """Set a variable."""
    vm = process.vm
    environment(process)[native_bytes(vm, variable_name(name))] = native_bytes(
        vm, variable_value(value)
    )
    return TRUE


@bif("os", "unset_env_var", 1, process=True)
@bif("os", "unsetenv", 1, process=True)
def unsetenv_1(process: Process, name: Term) -> Atom:
    """Remove a variable."""
    environment(process).pop(native_bytes(process.vm, variable_name(name)), None)
    return TRUE


@bif("os", "list_env_vars", 0, process=True)
@bif("os", "env", 0, process=True)
def env_0(process: Process) -> Term:
    """All variables: pairs of name and value."""
    pairs = environment(process).items()
    return make_list(
        [tuple(make_string(any_text(process.vm, part)) for part in pair) for pair in pairs]
    )


@bif("os", "getpid", 0)
def getpid_0() -> Term:
    """The number of the operating system's process, as text."""
    return text_list(str(os.getpid()))
