"""prim_file: names of files between Erlang and the operating system, in UTF-8 or Latin-1
(documentation of `erl`, flag `+fn`, and of module `file`)."""

from __future__ import annotations

from enigma_ref.bifs.native_text import name_text, native_bytes
from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.machine.system import System
from enigma_ref.terms import (
    NIL,
    Atom,
    Bitstring,
    Cons,
    Term,
    atom,
    list_items,
    make_string,
    to_bool_atom,
)
from enigma_ref.terms.atoms import ERROR

WHOLE_BYTES_SINCE = 27


@bif("prim_file", "internal_name2native", 1, process=True)
def internal_name2native_1(process: Process, name: Term) -> Bitstring:
    """A name as the operating system takes it, with a zero byte at its end.

    A binary stays as it is; a list may hold characters and such lists.
    """
    if type(name) is Bitstring:
        if name.size & 7 and process.vm.release >= WHOLE_BYTES_SINCE:
            raise badarg()
        data = name.slice(0, name.size & ~7).to_bytes()
    else:
        data = _encoded(process.vm, name)
    if 0 in data:
        raise badarg()
    return Bitstring.of(data + b"\0")


def _encoded(vm: System, name: Term) -> bytes:
    if type(name) is not Cons and name is not NIL:
        raise badarg()
    characters: list[str] = []
    flat = list_items(name)
    if flat is not None and all(type(item) is int and 0 <= item < 0xD800 for item in flat):
        return native_bytes(vm, "".join(map(chr, flat)))
    stack: list[Term] = [name]
    while stack:
        item = stack.pop()
        if type(item) is Cons:
            stack += [item.tail, item.head]
            if type(item.tail) is not Cons and item.tail is not NIL:
                raise badarg()
        elif type(item) is int and 0 <= item <= 0x10FFFF and not 0xD800 <= item <= 0xDFFF:
            characters.append(chr(item))
        elif item is not NIL:
            raise badarg()
    return native_bytes(vm, "".join(characters))


def _bytes(name: Term) -> bytes:
    if type(name) is not Bitstring or name.size & 7:
        raise badarg()
    return name.to_bytes()


@bif("prim_file", "internal_native2name", 1, process=True)
def internal_native2name_1(process: Process, name: Term) -> Term:
    """A name as programs see it: a list of characters, or `{error, What}`, where `warning`,
    `ignore` or `error` tells what is to become of it."""
    text = name_text(process.vm, _bytes(name))
    if text is None:
        return (ERROR, atom(process.vm.settings.file_name_warnings))
    return make_string(text)


@bif("prim_file", "is_translatable", 1, process=True)
def is_translatable_1(process: Process, name: Term) -> Atom:
    """Whether a name can be shown as a list of characters."""
    return to_bool_atom(name_text(process.vm, _bytes(name)) is not None)
