"""prim_socket: connecting, accepting connections, and giving up waiting."""

from __future__ import annotations

import errno
import os
import socket
from typing import Final

from enigma_ref.bifs.posix_reasons import failed, failure
from enigma_ref.bifs.prim_socket_addresses import Address, Invalid, address_in
from enigma_ref.bifs.prim_socket_numbers import NAMED_SINCE, nif
from enigma_ref.bifs.prim_socket_open import NO_ADDRESS, fitting
from enigma_ref.bifs.prim_socket_state import (
    INVALID,
    IS_CLOSED,
    STATE,
    WRONG_STATE,
    Socket,
    new_socket,
    socket_of,
)
from enigma_ref.bifs.prim_socket_waiters import Waiter
from enigma_ref.machine.errors import badarg, error
from enigma_ref.machine.process import Process
from enigma_ref.ports.inet.system_calls import dissolve
from enigma_ref.terms import Reference, Term, atom
from enigma_ref.terms.atoms import OK

SELECT: Final = atom("select")
SELECT_SENT: Final = atom("select_sent")
NOT_FOUND: Final = atom("not_found")
CONNECT: Final = atom("connect")
ACCEPT: Final = atom("accept")

READING: Final = {atom("recv"), atom("recvfrom"), atom("recvmsg")}
WRITING: Final = {atom(name) for name in ("send", "sendto", "sendmsg", "sendv", "sendfile")}

EINVAL_SINCE: Final = 29
"""What is no address to connect to is told by this since then (measured)."""

ACCEPTED_IS_CONNECTED_SINCE: Final = 27
"""Before, it was the listening socket that was said to be connected (measured at 25)."""


@nif("nif_connect", 3)
def nif_connect_3(process: Process, ref: Term, handle: Term, address: Term) -> Term:
    """Begin to connect a socket, `select` when that takes time; once more by the same process
    finishes it."""
    own = socket_of(process, ref)
    if type(handle) is not Reference:
        raise badarg()
    if not own.is_open:
        return IS_CLOSED
    try:
        family, found = address_in(address)
    except Invalid:
        return failure(errno.EINVAL) if process.vm.release >= EINVAL_SINCE else NO_ADDRESS
    if own.connector is not None:
        is_own = own.connector.pid == process.pid
        return finish_connecting(process, own) if is_own else failure(errno.EALREADY)
    if own.writers.waiting:
        return WRONG_STATE
    if family == socket.AF_UNSPEC:
        dissolve(own.sock)
        own.write_states.discard("connected")
        return OK
    return begin_connecting(process, own, handle, family, found)


def begin_connecting(
    process: Process, own: Socket, handle: Reference, family: int, found: Address | None
) -> Term:
    """Ask the system to connect a socket: `select` when that takes time."""
    try:
        number = own.sock.connect_ex(fitting(own.domain, family, found))
    except OSError as failing:
        return failed(failing)
    if number == errno.EINPROGRESS:
        own.watch_connector(process.vm, Waiter(process.pid, handle))
        return SELECT
    if number:
        return failure(number)
    own.write_states.add("connected")
    return OK


@nif("nif_connect", 1)
def nif_connect_1(process: Process, ref: Term) -> Term:
    """Finish connecting."""
    own = socket_of(process, ref)
    if not own.is_open:
        return IS_CLOSED
    if own.connector is None or own.connector.pid != process.pid:
        raise error((INVALID, STATE))
    return finish_connecting(process, own)


def finish_connecting(process: Process, own: Socket) -> Term:
    """What came of connecting."""
    own.watch_connector(process.vm, None)
    number = own.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if number:
        return failure(number)
    own.write_states.add("connected")
    return OK


@nif("nif_accept", 2)
def nif_accept_2(process: Process, ref: Term, handle: Term) -> Term:
    """Take the next connection; `select` when there is none or it is somebody else's turn."""
    own = socket_of(process, ref)
    if type(handle) is not Reference:
        raise badarg()
    if not own.is_open:
        return IS_CLOSED
    if own.readers.waiting:
        return WRONG_STATE
    counts_all = process.vm.release >= NAMED_SINCE
    if counts_all:
        own.count("acc_tries")
    if own.acceptors.is_busy_for(process.pid):
        return own.wait(process, own.acceptors, handle)
    try:
        sock, _ = own.sock.accept()
    except BlockingIOError:
        if own.acceptors.waiting:
            own.count("acc_waits")
        elif not counts_all:
            own.count("acc_tries")
        return own.wait(process, own.acceptors, handle)
    except OSError as failing:
        own.count("acc_fails")
        own.done(process, own.acceptors)
        return failed(failing)
    own.count("acc_success")
    own.done(process, own.acceptors)
    return (OK, _accepted(process, own, sock).ref)


def _accepted(process: Process, own: Socket, sock: socket.socket) -> Socket:
    made = new_socket(process, sock, own.counted, own.use_registry)
    made.domain, made.type, made.protocol = own.domain, own.type, own.protocol
    made.buffer, made.pieces = own.buffer, own.pieces
    made.control_buffer = own.control_buffer
    made.send_control_buffer = own.send_control_buffer
    is_newer = process.vm.release >= ACCEPTED_IS_CONNECTED_SINCE
    (made if is_newer else own).write_states.add("connected")
    os.set_inheritable(sock.fileno(), False)
    return made


@nif("nif_cancel", 3)
def nif_cancel_3(process: Process, ref: Term, operation: Term, handle: Term) -> Term:
    """Give up waiting: `select_sent` when the message has been sent already."""
    own = socket_of(process, ref)
    if type(handle) is not Reference:
        raise badarg()
    if operation is not CONNECT and operation is not ACCEPT and operation not in READING | WRITING:
        raise badarg()
    if not own.is_open:
        return IS_CLOSED
    if operation is CONNECT:
        waiter = own.connector
        if waiter is None or waiter.ref != handle:
            return NOT_FOUND
        own.watch_connector(process.vm, None)
        return SELECT_SENT if waiter.was_told else OK
    side = own.writers if operation in WRITING else own.readers
    side = own.acceptors if operation is ACCEPT else side
    found = side.by_ref(handle)
    if found is None or found.pid != process.pid:
        return NOT_FOUND
    own.drop(process.vm, side, found)
    return SELECT_SENT if found.was_told else OK
