"""erlang: atoms from text and back."""

from __future__ import annotations

from enigma_ref.bifs.iodata import binary_bytes
from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import BeamError, badarg, system_limit
from enigma_ref.machine.process import Process
from enigma_ref.terms import NIL, Atom, Bitstring, Cons, Term, atom, make_string
from enigma_ref.terms.atoms import MAX_ATOM_CHARACTERS, existing_atom
from enigma_ref.terms.smalls import SMALL

ENCODINGS = {"latin1": "latin1", "utf8": "utf-8", "unicode": "utf-8"}
"""Names of encodings, and what Python calls them."""

NEGATIVE_REFUSED_SINCE = 25
"""Before, a list with negative numbers could make an atom (measured on 23)."""


@bif("erlang", "atom_to_list", 1)
def atom_to_list_1(atom_: Term) -> Term:
    """The characters of the name."""
    if type(atom_) is not Atom:
        raise badarg()
    return make_string(atom_.name)


@bif("erlang", "atom_to_binary", 2)
def atom_to_binary_2(atom_: Term, encoding: Term) -> Bitstring:
    """The name in latin1, utf8 or unicode (which is utf8)."""
    if type(atom_) is not Atom:
        raise badarg()
    try:
        return Bitstring.of(atom_.name.encode(_encoding(encoding)))
    except UnicodeEncodeError:
        raise badarg() from None


def _encoding(encoding: Term) -> str:
    if type(encoding) is not Atom or encoding.name not in ENCODINGS:
        raise badarg()
    return ENCODINGS[encoding.name]


def _decoded(binary: Term, encoding: Term) -> str:
    """The name in a binary; errors are found in the order of the characters."""
    data = binary_bytes(binary)
    codec = _encoding(encoding)
    try:
        name = data.decode(codec)
    except UnicodeDecodeError as problem:
        if len(data[: problem.start].decode(codec)) >= MAX_ATOM_CHARACTERS:
            raise system_limit() from None
        raise badarg() from None
    if len(name) > MAX_ATOM_CHARACTERS:
        raise system_limit()
    return name


@bif("erlang", "binary_to_atom", 2)
def binary_to_atom_2(binary: Term, encoding: Term) -> Atom:
    """The atom with that name. Raises badarg, and system_limit beyond 255 characters."""
    return atom(_decoded(binary, encoding))


@bif("erlang", "binary_to_existing_atom", 2)
def binary_to_existing_atom_2(binary: Term, encoding: Term) -> Atom:
    """The atom with that name, if there is one. Raises badarg."""
    try:
        name = _decoded(binary, encoding)
    except BeamError:
        raise badarg() from None
    return _existing(name)


def _existing(name: str) -> Atom:
    found = existing_atom(name)
    if found is None:
        raise badarg()
    return found


def character_bytes(item: Term, release: int) -> bytes:
    """The UTF-8 of a character of a list. Raises badarg.

    A negative number becomes two bytes before 25, as if it were below 0x800.
    """
    if type(item) is int and -SMALL <= item < 0 and release < NEGATIVE_REFUSED_SINCE:
        return bytes((0xC0 | item >> 6 & 0xFF, 0x80 | item & 0x3F))
    if type(item) is not int or not 0 <= item < 0x110000 or 0xD800 <= item < 0xE000:
        raise badarg()
    return chr(item).encode()


def _name(characters: Term, release: int) -> str:
    """The name in a list; errors are found in the order of the characters."""
    name: list[str] = []
    while type(characters) is Cons:
        item = characters.head
        if len(name) == MAX_ATOM_CHARACTERS:
            raise system_limit()
        try:
            name.append(character_bytes(item, release).decode())
        except UnicodeDecodeError:
            # OTP makes an atom of those bytes all the same.
            raise badarg() from None
        characters = characters.tail
    if characters is not NIL:
        raise badarg()
    return "".join(name)


@bif("erlang", "list_to_atom", 1, process=True)
def list_to_atom_1(process: Process, characters: Term) -> Atom:
    """The atom with that name. Raises badarg, and system_limit beyond 255 characters."""
    return atom(_name(characters, process.vm.release))


@bif("erlang", "list_to_existing_atom", 1, process=True)
def list_to_existing_atom_1(process: Process, characters: Term) -> Atom:
    """The atom with that name, if there is one. Raises badarg."""
    try:
        name = _name(characters, process.vm.release)
    except BeamError:
        raise badarg() from None
    return _existing(name)
