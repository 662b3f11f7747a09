"""prim_socket: sending bytes and datagrams."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Final

from enigma_ref.bifs.posix_reasons import failed
from enigma_ref.bifs.prim_socket_addresses import Invalid, address_in
from enigma_ref.bifs.prim_socket_numbers import NAMED_SINCE, int_in, nif
from enigma_ref.bifs.prim_socket_open import NO_ADDRESS, fitting
from enigma_ref.bifs.prim_socket_state import (
    INVALID,
    IS_CLOSED,
    SELECT,
    WRONG_STATE,
    Socket,
    socket_of,
)
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import NIL, Bitstring, Cons, Reference, Term, atom
from enigma_ref.terms.atoms import OK

IOV: Final = atom("iov")


def sending(
    process: Process, ref: Term, handle: Term, size: int, send: Callable[[Socket], int]
) -> Term:
    """Send something of a size when it is the running process's turn: `ok` when all went out,
    `{select, Sent}` or `select` when the rest has to wait, `{ok, Sent}` when it was cut off."""
    own = socket_of(process, ref)
    if type(handle) is not Reference:
        raise badarg()
    if not own.is_open:
        return IS_CLOSED
    if own.connector is not None:
        return WRONG_STATE
    if own.writers.is_busy_for(process.pid):
        return own.wait(process, own.writers, handle)
    own.count("write_tries")
    counts_waits = process.vm.release < NAMED_SINCE
    try:
        sent = send(own)
    except Invalid:
        return NO_ADDRESS
    except (BlockingIOError, InterruptedError):
        if counts_waits:
            own.count("write_waits")
        return own.wait(process, own.writers, handle)
    except OSError as failing:
        own.count("write_fails")
        answer = failed(failing)
        own.fail_all(process, own.writers, answer[1])
        return answer
    if sent >= size:
        own.count_piece("write", sent)
        own.done(process, own.writers)
        return OK
    own.count("write_waits" if counts_waits else "write_byte", 1 if counts_waits else sent)
    if own.type != socket.SOCK_STREAM:
        own.done(process, own.writers)
        return (OK, sent)
    own.wait(process, own.writers, handle)
    return (SELECT, sent)


def _bytes(binary: Term) -> bytes:
    if type(binary) is not Bitstring or binary.size & 7:
        raise badarg()
    return binary.to_bytes()


@nif("nif_send", 4)
def nif_send_4(process: Process, ref: Term, binary: Term, flags: Term, handle: Term) -> Term:
    """Send bytes."""
    data, bits = _bytes(binary), int_in(flags)
    return sending(process, ref, handle, len(data), lambda own: own.sock.send(data, bits))


@nif("nif_sendto", 5)
def nif_sendto_5(
    process: Process, ref: Term, binary: Term, destination: Term, flags: Term, handle: Term
) -> Term:
    """Send bytes to an address."""
    data, bits = _bytes(binary), int_in(flags)

    def send(own: Socket) -> int:
        family, found = address_in(destination)
        if family == socket.AF_UNSPEC:
            return own.sock.send(data, bits)
        return own.sock.sendto(data, bits, fitting(own.domain, family, found))

    return sending(process, ref, handle, len(data), send)


def vector_in(binaries: Term) -> list[bytes] | None:
    """The parts of a list of binaries; None when it is none."""
    found = []
    while type(binaries) is Cons:
        item = binaries.head
        if type(item) is not Bitstring or item.size & 7:
            return None
        found.append(item.to_bytes())
        binaries = binaries.tail
    return found if binaries is NIL else None


@nif("nif_sendv", 3)
def nif_sendv_3(process: Process, ref: Term, binaries: Term, handle: Term) -> Term:
    """Send a list of binaries as if they were one."""
    socket_of(process, ref)
    parts = vector_in(binaries)
    if parts is None:
        return (INVALID, IOV)
    data = b"".join(parts)
    return sending(process, ref, handle, len(data), lambda own: own.sock.send(data))
