"""prim_tty: what a terminal can do, from the descriptions of ncurses.

OTP 27 and 28 ask with the functions of termcap, 29 in part with those of terminfo (measured:
numbers and flags still go by names of two letters there, of which longer ones are the beginning).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Final

from enigma_ref.bifs.iodata import iodata_bytes
from enigma_ref.bifs.native_arguments import LONG_BITS, c_int, signed
from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.posix_reasons import reason
from enigma_ref.ports import terminal_library
from enigma_ref.ports.terminal_library import NoTerminalLibrary
from enigma_ref.terms import (
    FALSE,
    NIL,
    Bitstring,
    Cons,
    Map,
    Term,
    atom,
    make_list,
    make_string,
    to_bool_atom,
)
from enigma_ref.terms.atoms import ERROR, OK

ENOTSUP: Final = (ERROR, atom("enotsup"))
TGETENT: Final = atom("tgetent")
SETUPTERM: Final = atom("setupterm")
NAME: Final = atom("name")
CODE: Final = atom("code")
FULL_NAME: Final = atom("full_name")

Native = Callable[..., Term]


def _native(name: str, arity: int) -> Callable[[Native], Native]:
    """Register a function, which tells `{error, enotsup}` where there is no library, as in an
    `erl` that was built without one."""

    def register(function: Native) -> Native:
        @functools.wraps(function)
        def call(*arguments: Term) -> Term:
            try:
                return function(*arguments)
            except NoTerminalLibrary:
                return ENOTSUP

        bif("prim_tty", name, arity)(call)
        return call

    return register


def _text(term: Term) -> bytes:
    """A string of C: bytes up to a zero. Raises badarg."""
    return iodata_bytes(term).split(b"\0", 1)[0]


def _given(sequence: bytes | None) -> Term:
    if sequence is None:
        return FALSE
    return (OK, Bitstring.of(sequence))


def _found(call: Term, trouble: int | None) -> Term:
    if trouble is None:
        return OK
    return (ERROR, (call, reason(trouble) if trouble else atom("errno_0")))


@_native("tgetent_nif", 1)
def tgetent_nif_1(name: Term) -> Term:
    """Choose the terminal with a name: ok, or `{error, {tgetent, Reason}}`."""
    return _found(TGETENT, terminal_library.find_terminal(_text(name)))


@_native("setupterm_nif", 0)
def setupterm_nif_0() -> Term:
    """Choose the terminal that TERM names: ok, or `{error, {setupterm, Reason}}`."""
    return _found(SETUPTERM, terminal_library.find_own_terminal())


@_native("tgetnum_nif", 1)
@_native("tigetnum_nif", 1)
def tgetnum_nif_1(name: Term) -> int:
    """A number, such as that of columns; -1 when there is none."""
    return terminal_library.number(_text(name))


@_native("tgetflag_nif", 1)
@_native("tigetflag_nif", 1)
def tgetflag_nif_1(name: Term) -> Term:
    """Whether the terminal has a feature."""
    return to_bool_atom(terminal_library.flag(_text(name)))


@_native("tgetstr_nif", 1)
def tgetstr_nif_1(name: Term) -> Term:
    """A control sequence: `{ok, Binary}` or false."""
    return _given(terminal_library.sequence(_text(name)))


@_native("tigetstr_nif", 1)
def tigetstr_nif_1(name: Term) -> Term:
    """A control sequence by its name in terminfo. Raises badarg for other names."""
    try:
        return _given(terminal_library.long_named_sequence(_text(name)))
    except KeyError:
        raise badarg() from None


def _moved(sequence: Term, column: int, row: int) -> Term:
    found = terminal_library.moved(_text(sequence), column, row)
    return _given(None if found is None else terminal_library.sent(found))


@_native("tgoto_nif", 1)
def tgoto_nif_1(sequence: Term) -> Term:
    """What to send for a control sequence, with zeros for its arguments."""
    return _moved(sequence, 0, 0)


@_native("tgoto_nif", 2)
def tgoto_nif_2(sequence: Term, column: Term) -> Term:
    """The same with a column."""
    text, number = _text(sequence), c_int(column)
    return _moved(Bitstring.of(text), number, 0)


@_native("tgoto_nif", 3)
def tgoto_nif_3(sequence: Term, column: Term, row: Term) -> Term:
    """The same with a column and a row."""
    return _moved(sequence, c_int(column), c_int(row))


@_native("tputs_nif", 2)
def tputs_nif_2(sequence: Term, arguments: Term) -> Term:
    """What to send for a control sequence with some arguments; without any it stays as it is.

    Raises badarg, also for more arguments than terminals know, of which `erl` dies.
    """
    text: bytes | None = _text(sequence)
    numbers = []
    while type(arguments) is Cons:
        number = signed(arguments.head, LONG_BITS)
        if number is None:
            raise badarg()
        numbers.append(number)
        arguments = arguments.tail
    if arguments is not NIL or len(numbers) > terminal_library.PARAMETERS:
        raise badarg()
    assert text is not None
    if numbers:
        text = terminal_library.filled(text, numbers)
    return _given(None if text is None else terminal_library.sent(text))


@_native("tinfo_nif", 0)
def tinfo_nif_0() -> Map:
    """The names of everything that terminals may be able to do."""
    return Map.of(
        (
            atom(kind),
            make_list([_names(*names) for names in terminal_library.all_names(kind)[::-1]]),
        )
        for kind in terminal_library.KINDS
    )


def _names(name: bytes, code: bytes, full_name: bytes) -> Map:
    return Map.of(
        (key, make_string(text.decode("latin1")))
        for key, text in ((NAME, name), (CODE, code), (FULL_NAME, full_name))
    )
