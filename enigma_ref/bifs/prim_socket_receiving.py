"""prim_socket: receiving bytes and datagrams."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Final, TypeVar

from enigma_ref.bifs.native_arguments import INT_BITS, c_int, c_long
from enigma_ref.bifs.posix_reasons import failed
from enigma_ref.bifs.prim_socket_addresses import address_term
from enigma_ref.bifs.prim_socket_state import (
    IS_CLOSED,
    SELECT,
    WRONG_STATE,
    Socket,
    socket_of,
)
from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import Bitstring, Reference, Term, atom
from enigma_ref.terms.atoms import OK

ZERO: Final = atom("zero")
MORE: Final = atom("more")
TIMEOUT: Final = atom("timeout")

TIMEOUT_SINCE: Final = 27
"""Before, `ok` told that there is nothing now (measured at 25)."""

CLOSED_IS_FAILURE_UNTIL: Final = 25
"""After that, the end of a stream was not counted as a failure (measured at 25 and 27)."""

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
        return own, None, waits(process, own, handle)
    except OSError as failing:
        own.count("read_fails")
        answer = failed(failing)
        own.fail_all(process, own.readers, answer[1])
        return own, None, answer
    except OverflowError:
        raise badarg() from None


def waits(process: Process, own: Socket, handle: Term) -> Term:
    """Nothing has come: the running process waits, unless it does not want to."""
    if type(handle) is Reference:
        return own.wait(process, own.readers, handle)
    return TIMEOUT if process.vm.release >= TIMEOUT_SINCE else OK


def size_in(length: Term) -> int:
    """How many bytes are wanted. Raises badarg."""
    size = c_long(length)
    if not 0 <= size < 1 << (INT_BITS - 1):
        raise badarg()
    return size


@bif("prim_socket", "nif_recv", 4, process=True)
def nif_recv_4(process: Process, ref: Term, length: Term, flags: Term, handle: Term) -> Term:
    """Receive bytes: `{ok, Binary}`, `{more, Binary}` when a whole buffer came of a stream, or
    `{select, Binary}` when not all that was asked for has come."""
    size, bits = size_in(length), c_int(flags)
    own, data, answer = receiving(
        process, ref, handle, lambda own: own.sock.recv(size or own.buffer, bits)
    )
    if data is None:
        return answer
    vm = process.vm
    is_stream = own.type == socket.SOCK_STREAM
    if not data and is_stream:
        if vm.release <= CLOSED_IS_FAILURE_UNTIL:
            own.count("read_fails")
        own.fail_all(process, own.readers, IS_CLOSED[1])
        return IS_CLOSED
    binary = Bitstring.of(data)
    if is_stream and size == 0 and len(data) == own.buffer:
        own.count_piece("read", len(data))
        own.pieces_read += 1
        if not own.pieces or own.pieces_read < own.pieces:
            return (MORE, binary)
    if is_stream and len(data) < size:
        if type(handle) is Reference:
            own.count("read_byte", len(data))
            own.wait(process, own.readers, handle)
            return (SELECT, binary)
        own.count_piece("read", len(data))
        own.done(process, own.readers)
        return (TIMEOUT if vm.release >= TIMEOUT_SINCE else OK, binary)
    if not (is_stream and size == 0 and len(data) == own.buffer):
        own.count_piece("read", len(data))
    own.pieces_read = 0
    own.done(process, own.readers)
    return (OK, binary)


@bif("prim_socket", "nif_recvfrom", 4, process=True)
def nif_recvfrom_4(process: Process, ref: Term, length: Term, flags: Term, handle: Term) -> Term:
    """Receive a datagram with the address that it came from: `{ok, {Address, Binary}}`."""
    size, bits = size_in(length), c_int(flags)
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
