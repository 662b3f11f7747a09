"""erlang: printing without the help of any process."""

from __future__ import annotations

import sys

from enigma_ref.bifs.printing import emulator_text
from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import TRUE, Atom, Bitstring, Term, make_string, string_of
from enigma_ref.terms.atoms import UNDEFINED

NEW_LINE = "\r\n"
"""How the emulator ends a line on standard output."""


@bif("erlang", "display", 1, process=True)
def display_1(process: Process, term: Term) -> Atom:
    """Print a term on a line of standard output."""
    printed = emulator_text(term, process.vm.release).encode("latin1")
    process.vm.write_output(printed.decode(errors="surrogateescape") + NEW_LINE)
    return TRUE


@bif("erlang", "display_string", 1)
def display_string_1(text: Term) -> Atom:
    """Print characters on standard error."""
    sys.stderr.write(_text(text))
    return TRUE


@bif("erlang", "display_nl", 0)
def display_nl_0() -> Atom:
    """Begin a new line on standard error."""
    sys.stderr.write("\n")
    return TRUE


@bif("erlang", "display_string", 2, process=True)
def display_string_2(process: Process, device: Term, text: Term) -> Atom:
    """Print characters, or the bytes of a binary, on stdout or stderr."""
    if type(device) is not Atom or device.name not in ("stdin", "stdout", "stderr"):
        raise badarg()
    if type(text) is Bitstring:
        if text.size & 7:
            raise badarg()
        shown = text.to_bytes().decode(errors="surrogateescape")
    else:
        shown = _text(text)
    if device.name == "stdout":
        process.vm.write_output(shown)
    elif device.name == "stderr":
        sys.stderr.write(shown)
    else:
        raise badarg()
    return TRUE


def _text(text: Term) -> str:
    shown = string_of(text)
    if shown is None or any("\ud800" <= character <= "\udfff" for character in shown):
        raise badarg()
    return shown


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
