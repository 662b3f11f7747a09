"""prim_socket: receiving bytes and datagrams."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from typing import Final, TypeVar

from enigma_ref.bifs.posix_reasons import failed, failure
from enigma_ref.bifs.prim_socket_addresses import address_term
from enigma_ref.bifs.prim_socket_numbers import int_in, nif, size_in
from enigma_ref.bifs.prim_socket_state import (
    CLOSED,
    IS_CLOSED,
    SELECT,
    WRONG_STATE,
    Socket,
    socket_of,
)
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import Atom, Bitstring, Reference, Term, atom
from enigma_ref.terms.atoms import ERROR, OK

ZERO: Final = atom("zero")
MORE: Final = atom("more")
TIMEOUT: Final = atom("timeout")

TIMEOUT_SINCE: Final = 27
"""Before, `ok` told that there is nothing now (measured at 25)."""

ROW_ENDS_SINCE: Final = 26
"""Since then buffers in a row are counted anew whenever nothing has come, and when so many bytes
came as were asked for; before, only when somebody waits (measured at 25 and 27)."""

CLOSED_IS_FAILURE_UNTIL: Final = 25
"""After that, the end of a stream was not counted as a failure (measured at 25 and 27)."""

KEPT: Final = range(26, 29)
"""Releases in which what came of a stream, when that was not all that was asked for, stays with
the socket (measured at 27; neither at 25 nor at 29)."""

COUNTED_TWICE_SINCE: Final = 29
"""Since then the bytes of a buffer that came whole are counted twice, and the largest piece is
looked for among those that are not complete (measured)."""

T = TypeVar("T")


def receiving(
    process: Process, ref: Term, handle: Term, receive: Callable[[Socket], T]
) -> tuple[Socket, T | None, Term]:
    """Receive something when it is the running process's turn: the socket and what came, else
    what the answer is instead. Raises badarg."""
    own = socket_of(process, ref)
    if type(handle) is not Reference and handle is not ZERO:
        raise badarg()
    if not own.is_open:
        return own, None, IS_CLOSED
    if own.acceptors.waiting:
        return own, None, WRONG_STATE
    if own.readers.is_busy_for(process.pid):
        return own, None, waits(process, own, handle)
    own.count("read_tries")
    try:
        return own, receive(own), None
    except (BlockingIOError, InterruptedError):
        # What comes after that begins a new row.
        if handle is not ZERO or process.vm.release >= TIMEOUT_SINCE:
            own.pieces_read = 0
        return own, None, waits(process, own, handle)
    except OSError as failing:
        own.count("read_fails")
        answer = failed(failing)
        own.fail_all(process, own.readers, answer[1])
        return own, None, answer
    except MemoryError:
        return own, None, failure(errno.ENOMEM)
    except (OverflowError, ValueError):
        raise badarg() from None


def waits(process: Process, own: Socket, handle: Term) -> Term:
    """Nothing has come: the running process waits, unless it does not want to."""
    if type(handle) is Reference:
        return own.wait(process, own.readers, handle)
    return TIMEOUT if process.vm.release >= TIMEOUT_SINCE else OK


@nif("nif_recv", 4)
def nif_recv_4(process: Process, ref: Term, length: Term, flags: Term, handle: Term) -> Term:
    """Receive bytes: `{ok, Binary}`, `{more, Binary}` when a whole buffer came of a stream and
    more shall be received in a row, or `{select, Binary}` when not all that was asked for has
    come. In some releases that is kept instead."""
    size, bits = size_in(length), int_in(flags)
    known = socket_of(process, ref)
    kept = known.received
    if kept and known.is_open and (not size or size <= len(kept)):
        wanted = size or len(kept)
        known.received = kept[wanted:]
        return _whole(process, known, kept[:wanted], len(kept))
    own, data, answer = receiving(
        process, ref, handle, lambda own: own.sock.recv(size - len(kept) or own.buffer, bits)
    )
    if data is None:
        if kept and handle is ZERO and answer is TIMEOUT:
            own.received = b""
            return (TIMEOUT, Bitstring.of(kept))
        return answer
    if own.type != socket.SOCK_STREAM:
        return _whole(process, own, data, len(data))
    if not data:
        own.received = b""
        ended = at_end(process, own)
        return (ERROR, (ended[1], Bitstring.of(kept))) if kept else ended
    if size and len(kept) + len(data) < size:
        return _part(process, own, handle, kept, data)
    own.received = b""
    if not size and len(data) == own.buffer:
        return _buffer(process, own, data)
    read = own.pieces_read
    answer = _whole(process, own, kept + data, len(kept) + len(data))
    if size and process.vm.release < ROW_ENDS_SINCE:
        own.pieces_read = read
    return answer


def _whole(process: Process, own: Socket, data: bytes, counted: int) -> Term:
    own.pieces_read = 0
    own.count("read_byte", counted)
    own.count("read_pkg")
    own.count_largest("read", own.row + counted)
    own.row = 0
    own.done(process, own.readers)
    return (OK, Bitstring.of(data))


def _buffer(process: Process, own: Socket, data: bytes) -> Term:
    """A whole buffer has come, as one of several in a row or alone."""
    own.pieces_read += 1
    if own.pieces_read < own.pieces:
        own.count("read_byte", len(data))
        own.row += len(data)
        return (MORE, Bitstring.of(data))
    twice = 2 if process.vm.release >= COUNTED_TWICE_SINCE else 1
    return _whole(process, own, data, twice * len(data))


def _part(process: Process, own: Socket, handle: Term, kept: bytes, data: bytes) -> Term:
    """Not all that was asked for has come of a stream."""
    release = process.vm.release
    if type(handle) is not Reference:
        own.received = b""
        _whole(process, own, kept + data, len(kept) + len(data))
        return (TIMEOUT if release >= TIMEOUT_SINCE else OK, Bitstring.of(kept + data))
    own.count("read_byte", len(data))
    if release >= COUNTED_TWICE_SINCE:
        own.count_largest("read", len(data))
    own.wait(process, own.readers, handle)
    if release in KEPT:
        own.received = kept + data
        return SELECT
    return (SELECT, Bitstring.of(data))


def at_end(process: Process, own: Socket) -> tuple[Atom, Atom]:
    """Nothing more comes of a stream: all who wait for it are told."""
    if process.vm.release <= CLOSED_IS_FAILURE_UNTIL:
        own.count("read_fails")
    own.fail_all(process, own.readers, CLOSED)
    return IS_CLOSED


@nif("nif_recvfrom", 4)
def nif_recvfrom_4(process: Process, ref: Term, length: Term, flags: Term, handle: Term) -> Term:
    """Receive a datagram with the address that it came from: `{ok, {Address, Binary}}`."""
    size, bits = size_in(length), int_in(flags)
    own, found, answer = receiving(
        process, ref, handle, lambda own: own.sock.recvfrom(size or own.buffer, bits)
    )
    if found is None:
        return answer
    data, address = found
    own.count_piece("read", len(data), False)
    own.done(process, own.readers)
    came = address_term(own.domain, address) if address else address_term(socket.AF_UNSPEC, None)
    return (OK, (came, Bitstring.of(data)))
