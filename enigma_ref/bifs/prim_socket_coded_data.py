"""prim_socket before 25: sending and receiving, whose native functions had other arguments and
answers then (measured at 23)."""

from __future__ import annotations

import errno
import socket
from typing import Final

from enigma_ref.bifs.native_arguments import c_unsigned
from enigma_ref.bifs.posix_reasons import failure
from enigma_ref.bifs.prim_socket_addresses import ADDR, Invalid
from enigma_ref.bifs.prim_socket_coded_addresses import (
    EINVAL,
    coded_address,
    coded_answer,
    fitting_host,
)
from enigma_ref.bifs.prim_socket_codes import RECEIVE_FLAGS, SEND_FLAGS, system_flags
from enigma_ref.bifs.prim_socket_control import DATA, LEVEL, SOCKET, TYPE, TYPES, VALUE
from enigma_ref.bifs.prim_socket_messages import CTRL, IOV, MOST, nif_recvmsg_5, nif_sendmsg_5
from enigma_ref.bifs.prim_socket_numbers import nif
from enigma_ref.bifs.prim_socket_receiving import MORE, nif_recv_4, nif_recvfrom_4
from enigma_ref.bifs.prim_socket_sending import nif_send_4, nif_sendto_5, vector_in
from enigma_ref.bifs.prim_socket_state import SELECT
from enigma_ref.machine.process import Process
from enigma_ref.terms import FALSE, TRUE, Atom, Bitstring, Map, Term, atom, list_items, make_list
from enigma_ref.terms.atoms import ERROR, OK, UNDEFINED

TOO_LARGE: Final = (ERROR, atom("exalloc"))
LARGEST: Final = 1 << 32

LEVELS: Final[dict[Term, int]] = {
    SOCKET: int(socket.SOL_SOCKET),
    atom("ip"): socket.IPPROTO_IP,
    atom("ipv6"): socket.IPPROTO_IPV6,
}
LEVEL_NAMES: Final[dict[Term, Term]] = {number: name for name, number in LEVELS.items()}

SENT: Final = {
    int(socket.SOL_SOCKET): "timestamp rights credentials",
    socket.IPPROTO_IP: "tos ttl",
    socket.IPPROTO_IPV6: "tclass",
}
"""Types of control messages that can be sent by their names, by level. Other levels there are none
(measured)."""

VALUED: Final = {
    (socket.IPPROTO_IP, socket.IP_TOS),
    (socket.IPPROTO_IP, socket.IP_TTL),
    (socket.IPPROTO_IPV6, socket.IPV6_TCLASS),
}
"""Those that may be given as numbers or names instead of bytes."""


@nif("nif_send", 4, coded=True)
def coded_send_4(process: Process, ref: Term, handle: Term, binary: Term, flags: Term) -> Term:
    """Send bytes: `ok`, or `{ok, Sent}` when the rest has to wait."""
    bits = system_flags(SEND_FLAGS, flags)
    return coded_answer(nif_send_4(process, ref, binary, bits, handle))


@nif("nif_sendto", 5, coded=True)
def coded_sendto_5(
    process: Process, ref: Term, handle: Term, binary: Term, address: Term, flags: Term
) -> Term:
    """Send bytes to an address."""
    bits, to = system_flags(SEND_FLAGS, flags), fitting_host(address)
    return coded_answer(nif_sendto_5(process, ref, binary, to, bits, handle))


@nif("nif_sendmsg", 4, coded=True)
def coded_sendmsg_4(process: Process, ref: Term, handle: Term, message: Term, flags: Term) -> Term:
    """Send a message, which has no more parts than the system takes at once."""
    parts = message.get(IOV)
    vector = vector_in(parts)
    if vector is not None and len(vector) > MOST:
        return failure(errno.EMSGSIZE)
    try:
        if CTRL in message:
            message = message.put(CTRL, _controls_in(message.get(CTRL)))
    except Invalid:
        return EINVAL
    if ADDR in message:
        message = message.put(ADDR, fitting_host(message.get(ADDR)))
    bits = system_flags(SEND_FLAGS, flags)
    return coded_answer(nif_sendmsg_5(process, ref, message, bits, handle, parts))


def _controls_in(term: Term) -> Term:
    """Control messages as later releases have them. Raises Invalid."""
    items = list_items(term)
    if items is None:
        raise Invalid
    return make_list([_control_in(one) for one in items])


def _control_in(term: Term) -> Map:
    if type(term) is not Map:
        raise Invalid
    level = LEVELS.get(term.get(LEVEL), term.get(LEVEL))
    kind, data = term.get(TYPE), term.get(DATA)
    if level not in SENT:
        raise Invalid
    if type(kind) is Atom:
        if kind.name not in SENT[level].split():
            raise Invalid
        kind = TYPES[level][kind.name]
    if type(data) is Bitstring:
        return Map.of([(LEVEL, level), (TYPE, kind), (DATA, data)])
    if (level, kind) not in VALUED:
        raise Invalid
    return Map.of([(LEVEL, level), (TYPE, kind), (VALUE, data)])


@nif("nif_recv", 4, coded=True)
def coded_recv_4(process: Process, ref: Term, handle: Term, length: Term, flags: Term) -> Term:
    """Receive bytes: `{ok, IsComplete, Binary}`."""
    if c_unsigned(length, 64) >= LARGEST:
        return TOO_LARGE
    answer = nif_recv_4(process, ref, length, system_flags(RECEIVE_FLAGS, flags), handle)
    if type(answer) is tuple and answer[0] in (OK, MORE, SELECT):
        return (OK, TRUE if answer[0] is OK else FALSE, answer[1])
    return coded_answer(answer)


@nif("nif_recvfrom", 4, coded=True)
def coded_recvfrom_4(process: Process, ref: Term, handle: Term, length: Term, flags: Term) -> Term:
    """Receive a datagram with the address that it came from."""
    answer = nif_recvfrom_4(process, ref, length, system_flags(RECEIVE_FLAGS, flags), handle)
    if type(answer) is tuple and answer[0] is OK:
        return (OK, (coded_address(answer[1][0]), answer[1][1]))
    return coded_answer(answer)


@nif("nif_recvmsg", 5, coded=True)
def coded_recvmsg_5(
    process: Process, ref: Term, handle: Term, length: Term, control: Term, flags: Term
) -> Term:
    """Receive a message."""
    bits = system_flags(RECEIVE_FLAGS, flags)
    answer = nif_recvmsg_5(process, ref, length, control, bits, handle)
    if type(answer) is not tuple or answer[0] is not OK:
        return coded_answer(answer)
    message = answer[1]
    address = coded_address(message.get(ADDR)) if ADDR in message else UNDEFINED
    controls = [_control_term(one) for one in list_items(message.get(CTRL)) or []]
    return (OK, message.put_all([(ADDR, address), (CTRL, make_list(controls))]))


def _control_term(told: Map) -> Map:
    """A control message, whose data is the value where one is known."""
    level = told.get(LEVEL)
    pairs = [(LEVEL, LEVEL_NAMES.get(level, level)), (TYPE, told.get(TYPE))]
    return Map.of([*pairs, (DATA, told.get(VALUE, told.get(DATA)))])
