"""erlang: printing without the help of any process."""

from __future__ import annotations

import contextlib
import sys

from enigma_ref.bifs.erlang_atoms import character_bytes
from enigma_ref.bifs.printing import emulator_text
from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import NIL, TRUE, Atom, Bitstring, Cons, Term, make_string
from enigma_ref.terms.atoms import UNDEFINED

NEW_LINE = "\r\n"
"""How the emulator ends a line on standard output."""


@bif("erlang", "display", 1, process=True)
def display_1(process: Process, term: Term) -> Atom:
    """Print a term on a line of standard output."""
    printed = emulator_text(term, process.vm.release).encode("latin1")
    process.vm.write_output(printed.decode(errors="surrogateescape") + NEW_LINE)
    return TRUE


@bif("erlang", "display_string", 1, process=True)
def display_string_1(process: Process, text: Term) -> Atom:
    """Print characters on standard error. Raises badarg."""
    print_error(_bytes(text, process.vm.release))
    return TRUE


@bif("erlang", "display_nl", 0)
def display_nl_0() -> Atom:
    """Begin a new line on standard error."""
    print_error(b"\n")
    return TRUE


@bif("erlang", "display_string", 2, process=True)
def display_string_2(process: Process, device: Term, text: Term) -> Atom:
    """Print characters, or the bytes of a binary, on stdout or stderr. Raises badarg."""
    if type(device) is not Atom or device.name not in ("stdin", "stdout", "stderr"):
        raise badarg()
    if type(text) is Bitstring:
        if text.size & 7:
            raise badarg()
        shown = text.to_bytes()
    else:
        shown = _bytes(text, process.vm.release)
    if device.name == "stdout":
        process.vm.write_output(shown.decode(errors="surrogateescape"))
    elif device.name == "stderr":
        print_error(shown)
    else:
        raise badarg()
    return TRUE


def print_error(data: bytes) -> None:
    """Print bytes on standard error; nobody hears of it when that cannot be."""
    with contextlib.suppress(OSError):
        sys.stderr.flush()
        sys.stderr.buffer.write(data)
        sys.stderr.buffer.flush()


def _bytes(text: Term, release: int) -> bytes:
    """Characters in UTF-8. Raises badarg for what is no list of characters."""
    shown = bytearray()
    while type(text) is Cons:
        shown += character_bytes(text.head, release)
        text = text.tail
    if text is not NIL:
        raise badarg()
    return bytes(shown)


MOST = (1 << 31) - 1
"""A limit is below this."""


@bif("erts_internal", "term_to_string", 2, process=True)
def term_to_string_2(process: Process, term: Term, limit: Term) -> Term:
    """The text that display/1 prints, with a limit on how much of it."""
    if limit is UNDEFINED:
        return make_string(emulator_text(term, process.vm.release))
    if type(limit) is not int or not 2 <= limit < MOST:
        raise badarg()
    return make_string(emulator_text(term, process.vm.release, limit))
