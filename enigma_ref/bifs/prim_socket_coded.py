"""prim_socket before 25: opening, connecting and closing sockets.

The native functions had other arguments and answers then: what prim_socket.erl of these releases
passes on and takes; the rest is measured at 23. What is done is what those of later releases do.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import Final

from enigma_ref.bifs.native_arguments import INT_BITS, signed
from enigma_ref.bifs.posix_reasons import failure
from enigma_ref.bifs.prim_socket_addresses import PORT, Invalid, address_in
from enigma_ref.bifs.prim_socket_coded_addresses import (
    EINVAL,
    coded_address,
    coded_answer,
    fitting_host,
)
from enigma_ref.bifs.prim_socket_codes import DOMAINS, HOWS, PROTOCOLS, TYPES
from enigma_ref.bifs.prim_socket_connecting import (
    ACCEPT,
    CONNECT,
    NOT_FOUND,
    READING,
    SELECT_SENT,
    WRITING,
    begin_connecting,
    finish_connecting,
    nif_accept_2,
    nif_cancel_3,
)
from enigma_ref.bifs.prim_socket_numbers import int_in, nif
from enigma_ref.bifs.prim_socket_open import (
    DOMAIN,
    DUP,
    PROTOCOL,
    TYPE,
    nif_bind_2,
    nif_finalize_close_1,
    nif_open_2,
    nif_open_4,
    nif_peername_1,
    nif_shutdown_2,
    nif_sockname_1,
)
from enigma_ref.bifs.prim_socket_state import IS_CLOSED, SELECT, socket_of
from enigma_ref.machine.process import Process
from enigma_ref.terms import TRUE, Term, to_bool_atom
from enigma_ref.terms.atoms import ERROR, OK

WAITED_FOR: Final[set[Term]] = READING | WRITING | {ACCEPT, CONNECT}


@nif("nif_open", 4, coded=True)
def coded_open_4(process: Process, domain: Term, kind: Term, protocol: Term, options: Term) -> Term:
    """A new socket for the running process."""
    wanted = protocol[1] if type(protocol) is tuple else PROTOCOLS[protocol]
    if signed(wanted, INT_BITS) is None:
        return EINVAL
    return coded_answer(nif_open_4(process, DOMAINS[domain], TYPES[kind], wanted, options))


@nif("nif_open", 2, coded=True)
def coded_open_2(process: Process, descriptor: Term, options: Term) -> Term:
    """A socket for a descriptor that is open already. What the system tells of it counts, not what
    the options say."""
    number = int_in(descriptor)
    try:
        is_socket = stat.S_ISSOCK(os.fstat(number).st_mode)
    except OSError:
        is_socket = False
    if not is_socket:
        return failure(errno.EPROTONOSUPPORT if DOMAIN in options else errno.EPFNOSUPPORT)
    for name in (DOMAIN, TYPE, PROTOCOL):
        options = options.remove(name)
    is_double = options.get(DUP, TRUE) is TRUE
    return nif_open_2(process, number, options.put(DUP, to_bool_atom(is_double)))


@nif("nif_bind", 2, coded=True)
def coded_bind_2(process: Process, ref: Term, address: Term) -> Term:
    """Give a socket its own address: `{ok, Port}`, 0 where there are no ports."""
    answer = nif_bind_2(process, ref, fitting_host(address))
    if answer is not OK:
        return coded_answer(answer)
    return (OK, nif_sockname_1(process, ref)[1].get(PORT, 0))


@nif("nif_connect", 2, coded=True)
def coded_connect_2(process: Process, ref: Term, address: Term) -> Term:
    """Begin to connect a socket: `{select, Ref}` when that takes time. The one who waits for that
    may ask once more."""
    own = socket_of(process, ref)
    if not own.is_open:
        return IS_CLOSED
    try:
        family, found = address_in(fitting_host(address))
    except Invalid:
        return EINVAL
    is_connecting = own.connector is not None
    if own.connector is not None and own.connector.pid != process.pid:
        return failure(errno.EALREADY)
    handle = process.vm.make_ref()
    answer = begin_connecting(process, own, handle, family, found)
    if answer is SELECT:
        return (SELECT, handle)
    if answer == failure(errno.EISCONN) and (is_connecting or "connected" in own.write_states):
        answer = OK
    if answer is OK and is_connecting:
        own.watch_connector(process.vm, None)
    return answer


@nif("nif_connect", 1, coded=True)
def coded_connect_1(process: Process, ref: Term) -> Term:
    """Finish connecting."""
    own = socket_of(process, ref)
    if not own.is_open:
        return IS_CLOSED
    if own.connector is None:
        return EINVAL
    if own.connector.pid != process.pid:
        return failure(errno.EALREADY)
    return finish_connecting(process, own)


@nif("nif_accept", 2, coded=True)
def coded_accept_2(process: Process, ref: Term, handle: Term) -> Term:
    """Take the next connection."""
    return coded_answer(nif_accept_2(process, ref, handle))


@nif("nif_cancel", 3, coded=True)
def coded_cancel_3(process: Process, ref: Term, operation: Term, handle: Term) -> Term:
    """Give up waiting. Who waits for a connection is told no more, and may still finish it."""
    own = socket_of(process, ref)
    if not own.is_open:
        return IS_CLOSED
    if operation not in WAITED_FOR:
        return EINVAL
    if operation is CONNECT:
        waiter = own.connector
        if waiter is None or waiter.was_told:
            return (ERROR, SELECT_SENT)
        waiter.was_told = True
        own.watch_connector(process.vm, waiter)
        return OK
    answer = nif_cancel_3(process, ref, operation, handle)
    if answer is SELECT_SENT:
        return (ERROR, answer)
    return EINVAL if answer is NOT_FOUND else answer


@nif("nif_finalize_close", 1, coded=True)
def coded_finalize_close_1(process: Process, ref: Term) -> Term:
    """Close a socket for good."""
    if socket_of(process, ref).is_open:
        return failure(errno.EALREADY)
    return nif_finalize_close_1(process, ref)


@nif("nif_shutdown", 2, coded=True)
def coded_shutdown_2(process: Process, ref: Term, how: Term) -> Term:
    """End receiving or sending on a connection, or both."""
    return nif_shutdown_2(process, ref, HOWS[how])


@nif("nif_sockname", 1, coded=True)
def coded_sockname_1(process: Process, ref: Term) -> Term:
    """A socket's own address."""
    found = nif_sockname_1(process, ref)
    return (OK, coded_address(found[1])) if found[0] is OK else found


@nif("nif_peername", 1, coded=True)
def coded_peername_1(process: Process, ref: Term) -> Term:
    """The address that a socket is connected to."""
    found = nif_peername_1(process, ref)
    return (OK, coded_address(found[1])) if found[0] is OK else found
