"""prim_socket: opening and closing sockets, their own addresses, and what they are told at once."""

from __future__ import annotations

import errno
import os
import socket
import stat
from typing import Final

from enigma_ref.bifs.native_arguments import INT_BITS, signed
from enigma_ref.bifs.native_libraries import on_library_load
from enigma_ref.bifs.posix_reasons import failed
from enigma_ref.bifs.prim_socket_addresses import (
    DOMAINS,
    UNSPEC,
    Invalid,
    address_in,
    address_term,
)
from enigma_ref.bifs.prim_socket_numbers import int_in, nif
from enigma_ref.bifs.prim_socket_state import (
    INVALID,
    IS_CLOSED,
    NORMAL,
    STATE,
    new_socket,
    socket_of,
    sockets_of,
)
from enigma_ref.machine.errors import badarg, error
from enigma_ref.machine.process import Process
from enigma_ref.ports.inet.addresses import Address, checked
from enigma_ref.ports.inet.system_calls import in_network, open_socket
from enigma_ref.terms import FALSE, TRUE, Bitstring, Map, Pid, Term, atom
from enigma_ref.terms.atoms import ERROR, OK

DOMAIN: Final = atom("domain")
TYPE: Final = atom("type")
PROTOCOL: Final = atom("protocol")
DUP: Final = atom("dup")
FROM_DESCRIPTOR: Final = atom("fromfd")
NETNS: Final = atom("netns")
REGISTRY: Final = atom("registry")
USE_REGISTRY: Final = atom("use_registry")
SOCKADDR: Final = atom("sockaddr")
HOW: Final = atom("how")

TYPES: Final[dict[Term, int]] = {
    atom("stream"): int(socket.SOCK_STREAM),
    atom("dgram"): int(socket.SOCK_DGRAM),
    atom("raw"): int(socket.SOCK_RAW),
    atom("seqpacket"): int(socket.SOCK_SEQPACKET),
}

OPENED: Final[dict[Term, int]] = {**DOMAINS, UNSPEC: socket.AF_UNSPEC}

HOWS: Final[dict[Term, int]] = {
    atom("read"): socket.SHUT_RD,
    atom("write"): socket.SHUT_WR,
    atom("read_write"): socket.SHUT_RDWR,
}

NO_ADDRESS: Final = (INVALID, SOCKADDR)

PROTOCOL_KNOWN_SINCE: Final = 27
"""Before, sockets of protocol 0 were counted as such (none at 26)."""


@on_library_load("prim_socket")
def _load(process: Process, info: Term) -> None:
    known = sockets_of(process.vm)
    if type(info) is Map:
        registry = info.get(REGISTRY)
        known.registry = registry if type(registry) is Pid else None
        known.use_registry = info.get(USE_REGISTRY, TRUE) is not FALSE


def _number(known: dict[Term, int], term: Term) -> int | None:
    if type(term) is int:
        return signed(term, INT_BITS)
    return known.get(term)


def _uses_registry(process: Process, options: Map) -> bool:
    default = TRUE if sockets_of(process.vm).use_registry else FALSE
    return options.get(USE_REGISTRY, default) is TRUE


def _true_protocol(sock: socket.socket) -> int:
    try:
        return sock.getsockopt(socket.SOL_SOCKET, socket.SO_PROTOCOL)
    except OSError:
        return sock.proto


@nif("nif_open", 4)
def nif_open_4(process: Process, domain: Term, kind: Term, protocol: Term, options: Term) -> Term:
    """A new socket for the running process."""
    wanted = int_in(protocol)
    if type(options) is not Map:
        raise badarg()
    family, number = _number(OPENED, domain), _number(TYPES, kind)
    if family is None:
        return (INVALID, DOMAIN)
    if number is None:
        return (INVALID, TYPE)
    path = options.get(NETNS)
    name = path.to_bytes() if type(path) is Bitstring else None
    try:
        with in_network(name):
            sock = open_socket(family, number, wanted)
    except OSError as failing:
        return failed(failing)
    return _opened(process, sock, (family, number, wanted), options)


def _opened(
    process: Process,
    sock: socket.socket,
    sort: tuple[int, int, int],
    options: Map,
    made_from: Term = NORMAL,
) -> Term:
    protocol = sort[2] or _true_protocol(sock)
    counted = sort if process.vm.release < PROTOCOL_KNOWN_SINCE else (*sort[:2], protocol)
    made = new_socket(process, sock, counted, _uses_registry(process, options))
    made.domain, made.type, made.protocol = sort[0], sort[1], protocol
    made.made_from = made_from
    return (OK, made.ref)


@nif("nif_open", 2)
def nif_open_2(process: Process, descriptor: Term, options: Term) -> Term:
    """A socket for a descriptor that is open already; a duplicate of it, unless that is refused."""
    number = int_in(descriptor)
    if type(options) is not Map:
        raise badarg()
    sort = []
    for option, known in ((DOMAIN, DOMAINS), (TYPE, TYPES), (PROTOCOL, {})):
        term = options.get(option, -1)
        value = _number(known, term)
        if value is None:
            return (INVALID, option)
        sort.append(value)
    if not _is_socket(number):
        for option, value in ((DOMAIN, sort[0]), (TYPE, sort[1])):
            if value < 0:
                return (INVALID, option)
    try:
        made_from: Term = FROM_DESCRIPTOR
        if options.get(DUP, TRUE) is not FALSE:
            made_from = (FROM_DESCRIPTOR, number)
            number = os.dup(number)
        sock = socket.socket(sort[0], sort[1], sort[2], fileno=number)
    except OSError as failing:
        return failed(failing)
    sort_told = (int(sock.family), int(sock.type), int(sock.proto))
    return _opened(process, sock, sort_told, options, made_from)


def _is_socket(descriptor: int) -> bool:
    try:
        return stat.S_ISSOCK(os.fstat(descriptor).st_mode)
    except OSError:
        return False


@nif("nif_bind", 2)
def nif_bind_2(process: Process, ref: Term, address: Term) -> Term:
    """Give a socket its own address."""
    own = socket_of(process, ref)
    if not own.is_open:
        return IS_CLOSED
    try:
        family, found = address_in(address)
    except Invalid:
        return NO_ADDRESS
    try:
        own.sock.bind(fitting(own.domain, family, found))
    except OSError as failing:
        return failed(failing)
    own.read_states.add("bound")
    return OK


def fitting(domain: int, family: int, found: Address | None) -> Address:
    """An address for a socket of a domain. Raises OSError for others, as the system would."""
    if found is None:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    return checked(domain, found)


@nif("nif_listen", 2)
def nif_listen_2(process: Process, ref: Term, backlog: Term) -> Term:
    """Let a socket take in connections."""
    own, count = socket_of(process, ref), int_in(backlog)
    if not own.is_open:
        return IS_CLOSED
    try:
        own.sock.listen(count)
    except OSError as failing:
        return failed(failing)
    own.read_states.add("listening")
    return OK


@nif("nif_sockname", 1)
def nif_sockname_1(process: Process, ref: Term) -> Term:
    """A socket's own address."""
    own = socket_of(process, ref)
    if not own.is_open:
        return IS_CLOSED
    try:
        return (OK, address_term(own.domain, own.sock.getsockname()))
    except OSError as failing:
        return failed(failing)


@nif("nif_peername", 1)
def nif_peername_1(process: Process, ref: Term) -> Term:
    """The address that a socket is connected to."""
    own = socket_of(process, ref)
    if not own.is_open:
        return IS_CLOSED
    try:
        return (OK, address_term(own.domain, own.sock.getpeername()))
    except OSError as failing:
        return failed(failing)


@nif("nif_shutdown", 2)
def nif_shutdown_2(process: Process, ref: Term, how: Term) -> Term:
    """End receiving or sending on a connection, or both."""
    own = socket_of(process, ref)
    if how not in HOWS:
        raise error((INVALID, (HOW, how)))
    if not own.is_open:
        return IS_CLOSED
    try:
        own.sock.shutdown(HOWS[how])
    except OSError as failing:
        return failed(failing)
    return OK


@nif("nif_close", 1)
def nif_close_1(process: Process, ref: Term) -> Term:
    """Begin to close a socket. Nobody uses it when this is done: there is nothing to wait for."""
    own = socket_of(process, ref)
    if not own.is_open:
        return IS_CLOSED
    own.closer = process.pid
    own.begin_close(process.vm)
    return OK


@nif("nif_finalize_close", 1)
def nif_finalize_close_1(process: Process, ref: Term) -> Term:
    """Close a socket for good."""
    own = socket_of(process, ref)
    if own.is_closed:
        return IS_CLOSED
    if own.is_open:
        raise error((INVALID, STATE))
    try:
        own.finish_close(process.vm)
    except OSError as failing:
        return (ERROR, failed(failing)[1])
    return OK
