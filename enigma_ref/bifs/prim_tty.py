"""prim_tty: the terminal, or whatever the standard descriptors are.

Facts: prim_tty.erl and user_drv.erl of OTP's kernel, measured on 27 and 29; ttsl_drv.c of OTP 25,
whose modes of the terminal are the same.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import select
import signal
import stat
import struct
import sys
import termios
from typing import Final

from enigma_ref.bifs.native_arguments import c_unsigned, resource
from enigma_ref.bifs.posix_reasons import failed
from enigma_ref.bifs.registry import bif
from enigma_ref.bifs.waiting_calls import aside
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.posix_reasons import reason
from enigma_ref.machine.process import Process
from enigma_ref.ports.drivers import PIPE_PART, WOULD_WAIT
from enigma_ref.ports.terminal_modes import Mode, changed
from enigma_ref.terms import (
    FALSE,
    NIL,
    TRUE,
    Atom,
    Bitstring,
    Cons,
    Map,
    Reference,
    Term,
    atom,
)
from enigma_ref.terms.atoms import ERROR, OK

STREAMS: Final = {atom("stdin"): 0, atom("stdout"): 1, atom("stderr"): 2}
STDIN: Final = atom("stdin")
OUTPUTS: Final = {atom("stdout"): 1, atom("stderr"): 2}
EBADF: Final = atom("ebadf")
CLOSED: Final = (ERROR, atom("closed"))
ENOTSUP: Final = (ERROR, atom("enotsup"))
NOTHING: Final = (OK, Bitstring.EMPTY)
UTF8: Final = atom("utf8")
READ: Final = atom("read")
TCGETATTR: Final = atom("tcgetattr")
TCSETATTR: Final = atom("tcsetattr")
CANON: Final = atom("canon")
ECHO: Final = atom("echo")
SIG: Final = atom("sig")
INPUT: Final = atom("input")
RAW: Final = atom("raw")

READ_SIZE: Final = 1024
"""Bytes that are read at once, at most."""

SIZE_BITS: Final = 64
SIGNALS: Final = {signal.SIGWINCH: atom("winch"), signal.SIGCONT: atom("cont")}


class Terminal:
    """What a reference of prim_tty stands for.

    `found` is the mode that the terminal had, `wanted` the one that it is to have; both are None
    when there is no terminal. `come` are the ends of a pipe for the numbers of signals (27).
    """

    __slots__ = ("__weakref__", "come", "found", "is_raw", "output", "wanted")

    def __init__(self, output: int) -> None:
        self.output = output
        self.found: Mode | None = None
        self.wanted: Mode | None = None
        self.is_raw = False
        self.come: tuple[int, int] | None = None

    def signals(self) -> int:
        """The descriptor that signals can be read from."""
        if self.come is None:
            self.come = os.pipe()
            os.set_blocking(self.come[1], False)
        return self.come[0]

    def note(self, number: int) -> None:
        """A signal has come."""
        self.signals()
        assert self.come is not None
        with contextlib.suppress(BlockingIOError):
            os.write(self.come[1], bytes([number]))

    def __del__(self) -> None:
        for end in self.come or ():
            with contextlib.suppress(OSError):
                os.close(end)


def _terminal(process: Process, ref: Term) -> Terminal:
    return resource(process, ref, Terminal)


def _refused(call: Atom, error: termios.error) -> Term:
    return (ERROR, (call, reason(error.args[0])))


# ---------------------------------------------------------------- what there is


@bif("prim_tty", "isatty", 1)
def isatty_1(stream: Term) -> Atom:
    """Whether a standard stream is a terminal; ebadf when it is closed."""
    number = STREAMS.get(stream) if type(stream) is Atom else None
    if number is None:
        raise badarg()
    try:
        termios.tcgetattr(number)
    except termios.error as error:
        return EBADF if error.args[0] == errno.EBADF else FALSE
    return TRUE


@bif("prim_tty", "tty_create", 0, process=True)
def tty_create_0(process: Process) -> Term:
    """A reference for the terminal: `{ok, Ref}`."""
    return (OK, process.vm.make_magic_ref(Terminal(1)))


@bif("prim_tty", "tty_create", 1, process=True)
def tty_create_1(process: Process, output: Term) -> Term:
    """A reference for the terminal, and the stream that is written to."""
    number = OUTPUTS.get(output) if type(output) is Atom else None
    if number is None:
        raise badarg()
    terminal = Terminal(number)
    tty = process.vm.make_magic_ref(terminal)
    with contextlib.suppress(termios.error):
        terminal.found = termios.tcgetattr(0)
        terminal.wanted = changed(terminal.found, canon=False, echo=False)
        _belongs_to(process, tty, terminal.found)
    return (OK, tty)


@bif("prim_tty", "tty_encoding", 1)
def tty_encoding_1(tty: Term) -> Atom:
    """How a terminal writes characters, unless the environment says something else."""
    return UTF8


@bif("prim_tty", "tty_is_open", 2, process=True)
def tty_is_open_2(process: Process, tty: Term, stream: Term) -> Atom:
    """Whether a standard stream is open."""
    _terminal(process, tty)
    number = STREAMS.get(stream) if type(stream) is Atom else None
    if number is None:
        raise badarg()
    try:
        fcntl.fcntl(number, fcntl.F_GETFL)
    except OSError:
        return FALSE
    return TRUE


@bif("prim_tty", "tty_window_size", 1, process=True)
def tty_window_size_1(process: Process, tty: Term) -> Term:
    """The columns and rows of the window: `{ok, {Columns, Rows}}`."""
    terminal = _terminal(process, tty)
    for number in (0, terminal.output):
        with contextlib.suppress(OSError):
            size = fcntl.ioctl(number, termios.TIOCGWINSZ, b"\0" * 8)
            rows, columns = struct.unpack("HH", size[:4])
            return (OK, (columns, rows))
    return ENOTSUP


# ---------------------------------------------------------------- modes


def _belongs_to(process: Process, tty: Reference, found: Mode) -> None:
    """Give the terminal back the mode that it had when a process ends."""

    def give_back() -> None:
        with contextlib.suppress(termios.error):
            termios.tcsetattr(0, termios.TCSANOW, found)

    process.vm.watch(process, tty, give_back)


def _wish(options: Map, name: Atom) -> bool | None:
    value = options.get(name)
    return True if value is TRUE else False if value is FALSE else None


@bif("prim_tty", "tty_init", 3, process=True)
def tty_init_3(process: Process, tty: Term, stream: Term, options: Term) -> Term:
    """Lay down which mode the terminal is to have: canon, echo and sig are true, false or as they
    are."""
    terminal = _terminal(process, tty)
    number = STREAMS.get(stream) if type(stream) is Atom else None
    if number is None or type(options) is not Map:
        raise badarg()
    try:
        terminal.found = termios.tcgetattr(number)
    except termios.error as error:
        return _refused(TCGETATTR, error)
    terminal.wanted = changed(
        terminal.found, _wish(options, CANON), _wish(options, ECHO), _wish(options, SIG)
    )
    return OK


@bif("prim_tty", "tty_set", 1, process=True)
def tty_set_1(process: Process, tty: Term) -> Term:
    """Give the terminal that mode, and listen to what happens to it."""
    terminal = _terminal(process, tty)
    if terminal.wanted is None:
        return OK
    try:
        termios.tcsetattr(0, termios.TCSANOW, terminal.wanted)
    except termios.error as error:
        return _refused(TCSETATTR, error)
    if terminal.found is not None:
        _belongs_to(process, tty, terminal.found)
    for number in SIGNALS:
        # Outside of the main thread of a Python program signals cannot be had.
        with contextlib.suppress(ValueError):
            process.vm.ports.signals.listen(number, lambda number=number: terminal.note(number))
    return OK


@bif("prim_tty", "tty_init", 2, process=True)
def tty_init_2(process: Process, tty: Term, options: Term) -> Term:
    """Give the terminal a mode at once: with input raw it edits nothing, else it is as it was.
    enotsup when there is no terminal to be raw."""
    terminal = _terminal(process, tty)
    wish = options.get(INPUT) if type(options) is Map else None
    if wish is None:
        raise badarg()
    raw = wish is RAW
    if terminal.wanted is None:
        return ENOTSUP if raw else OK
    if raw or terminal.is_raw:
        terminal.is_raw = raw
        try:
            mode = terminal.wanted if raw else terminal.found
            assert mode is not None
            termios.tcsetattr(0, termios.TCSANOW, mode)
        except termios.error as error:
            return _refused(TCSETATTR, error)
    return OK


# ---------------------------------------------------------------- input


def _select(process: Process, descriptor: int, tty: Reference, ref: Term) -> None:
    process.vm.ports.selects.read(descriptor, process, tty, ref)


@bif("prim_tty", "tty_select", 3, process=True)
def tty_select_3(process: Process, tty: Term, signals: Term, input: Term) -> Atom:
    """Ask for a message about signals, and one about input."""
    terminal = _terminal(process, tty)
    _select(process, terminal.signals(), tty, signals)
    return _select_input(process, tty, input)


@bif("prim_tty", "tty_select", 2, process=True)
def tty_select_2(process: Process, tty: Term, input: Term) -> Atom:
    """Ask for a message about input."""
    _terminal(process, tty)
    return _select_input(process, tty, input)


def _select_input(process: Process, tty: Reference, ref: Term) -> Atom:
    vm = process.vm
    _select(process, 0, tty, ref)
    vm.watch(process, tty, lambda: vm.ports.selects.forget(0))
    return OK


def _read(process: Process, descriptor: int, size: int) -> bytes:
    """Bytes of a descriptor; the process waits for them. Raises OSError."""
    if process.work is None and select.select([descriptor], [], [], 0)[0]:
        return os.read(descriptor, size)
    return aside(process, lambda: os.read(descriptor, size))


def _read_input(process: Process, tty: Term, ref: Term, size: int) -> Term:
    _terminal(process, tty)
    try:
        data = _read(process, 0, size)
    except WOULD_WAIT:
        data = None
    except OSError as error:
        return (ERROR, (READ, reason(error.errno or 0)))
    if data == b"":
        return CLOSED
    _select(process, 0, tty, ref)
    return NOTHING if data is None else (OK, Bitstring.of(data))


@bif("prim_tty", "read_nif", 2, process=True)
def read_nif_2(process: Process, tty: Term, ref: Term) -> Term:
    """Read input, and ask for a message about more: `{ok, Binary}`, `{error, closed}` at the end,
    or `{error, {read, Reason}}`."""
    return _read_input(process, tty, ref, READ_SIZE)


@bif("prim_tty", "read_nif", 3, process=True)
def read_nif_3(process: Process, tty: Term, ref: Term, size: Term) -> Term:
    """The same, at most so many bytes."""
    _terminal(process, tty)
    return _read_input(process, tty, ref, min(READ_SIZE, c_unsigned(size, SIZE_BITS)))


@bif("prim_tty", "tty_read_signal", 2, process=True)
def tty_read_signal_2(process: Process, tty: Term, ref: Term) -> Term:
    """The signal that a message was about, and ask for one about the next: `{ok, winch}` when
    the window has another size, `{ok, cont}` when the program goes on after it was stopped."""
    descriptor = _terminal(process, tty).signals()
    number = _read(process, descriptor, 1)[0]
    _select(process, descriptor, tty, ref)
    return (OK, SIGNALS[signal.Signals(number)])


# ---------------------------------------------------------------- output


@bif("prim_tty", "write_nif", 2, process=True)
def write_nif_2(process: Process, tty: Term, binaries: Term) -> Term:
    """Write a list of binaries: ok, or `{error, Reason}`. The process waits until that is done."""
    number = _terminal(process, tty).output
    data = _joined(binaries)
    try:
        if process.work is None and _takes_at_once(number, data):
            _write(number, data)
        else:
            aside(process, lambda: _write(number, data))
    except OSError as error:
        return failed(error)
    return OK


def _joined(binaries: Term) -> bytes:
    """The bytes of a list of binaries. Raises badarg."""
    found = bytearray()
    while type(binaries) is Cons:
        binary = binaries.head
        if type(binary) is not Bitstring or binary.size & 7:
            raise badarg()
        found += binary.view()
        binaries = binaries.tail
    if binaries is not NIL:
        raise badarg()
    return bytes(found)


def _takes_at_once(number: int, data: bytes) -> bool:
    """Whether so much can be written without waiting for somebody."""
    try:
        if stat.S_ISREG(os.fstat(number).st_mode):
            return True
        return len(data) <= PIPE_PART and bool(select.select([], [number], [], 0)[1])
    except OSError:
        return True


def _write(number: int, data: bytes) -> None:
    """Write it all. Raises OSError."""
    out = sys.__stdout__
    if out is not None and not out.closed and number == out.fileno():
        # What the system itself has printed comes first.
        out.flush()
    left = memoryview(data)
    while left:
        try:
            left = left[os.write(number, left) :]
        except BlockingIOError:
            select.select([], [number], [])
