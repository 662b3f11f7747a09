"""prim_socket: messages, which have an address, flags and control data besides their bytes."""

from __future__ import annotations

import os
import socket
from typing import Final

from enigma_ref.bifs.prim_socket_addresses import ADDR, Address, Invalid, address_in, address_term
from enigma_ref.bifs.prim_socket_control import control_terms, controls_in
from enigma_ref.bifs.prim_socket_numbers import int_in, nif, size_in
from enigma_ref.bifs.prim_socket_open import fitting
from enigma_ref.bifs.prim_socket_receiving import at_end, receiving
from enigma_ref.bifs.prim_socket_sending import sending, vector_in
from enigma_ref.bifs.prim_socket_state import INVALID, Socket, socket_of
from enigma_ref.bifs.prim_socket_tables import flag_numbers
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import Bitstring, Map, Term, atom, make_list
from enigma_ref.terms.atoms import OK

CTRL: Final = atom("ctrl")
FLAGS: Final = atom("flags")
IOV: Final = atom("iov")

MOST: Final = os.sysconf("SC_IOV_MAX")
"""How many parts the system takes at once."""


@nif("nif_sendmsg", 5)
def nif_sendmsg_5(
    process: Process, ref: Term, message: Term, flags: Term, handle: Term, parts: Term
) -> Term:
    """Send a message: as `nif_send`, or `{iov, Sent}` when more parts are left than go at once."""
    socket_of(process, ref)
    bits = int_in(flags)
    if type(message) is not Map:
        raise badarg()
    vector = vector_in(parts)
    if vector is None:
        return (INVALID, IOV)
    try:
        controls = controls_in(message.get(CTRL, make_list([])))
    except Invalid:
        return (INVALID, CTRL)
    to: tuple[int, Address | None] | None = None
    if ADDR in message:
        try:
            to = address_in(message.get(ADDR))
        except Invalid:
            return (INVALID, ADDR)
    is_more = len(vector) > MOST
    vector = vector[:MOST]

    def send(own: Socket) -> int:
        if to is None or to[0] == socket.AF_UNSPEC:
            return own.sock.sendmsg(vector, controls, bits)
        return own.sock.sendmsg(vector, controls, bits, fitting(own.domain, *to))

    if is_more and socket_of(process, ref).type != socket.SOCK_STREAM:
        return (INVALID, IOV)
    size = sum(map(len, vector))
    answer = sending(process, ref, handle, size, send)
    return (IOV, size) if is_more and answer is OK else answer


@nif("nif_recvmsg", 5)
def nif_recvmsg_5(
    process: Process, ref: Term, length: Term, control: Term, flags: Term, handle: Term
) -> Term:
    """Receive a message: `{ok, Map}`."""
    size, room, bits = size_in(length), size_in(control), int_in(flags)
    own, found, answer = receiving(
        process,
        ref,
        handle,
        lambda own: own.sock.recvmsg(size or own.buffer, room or own.control_buffer, bits),
    )
    if found is None:
        return answer
    data, controls, told, address = found
    release = process.vm.release
    if not data and own.type == socket.SOCK_STREAM:
        return at_end(process, own)
    own.count_piece("read", len(data), False)
    own.done(process, own.readers)
    pairs: list[tuple[Term, Term]] = [
        (FLAGS, _flag_terms(told)),
        (CTRL, control_terms(controls, release)),
        (IOV, make_list([Bitstring.of(data)])),
    ]
    if address:
        pairs.append((ADDR, address_term(own.domain, address)))
    return (OK, Map.of(pairs))


def _flag_terms(told: int) -> Term:
    """Names of flags, and the number of those that have none."""
    found: list[Term] = []
    for name, number in flag_numbers().items():
        if number and told & number == number:
            found.append(atom(name))
            told &= ~number
    return make_list([*found, told] if told else found)
