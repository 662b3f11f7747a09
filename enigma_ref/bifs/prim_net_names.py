"""prim_net: names of hosts and services.

A lookup that asks another computer blocks, as it does in `erl`, where it holds up a scheduler.
"""

from __future__ import annotations

import os
import socket
from typing import Final

from enigma_ref.bifs.native_addresses import address_bytes
from enigma_ref.bifs.native_arguments import INT_BITS
from enigma_ref.bifs.posix_reasons import failed
from enigma_ref.bifs.prim_net_interfaces import as_c, latin1
from enigma_ref.bifs.prim_net_state import EINVAL
from enigma_ref.bifs.prim_socket_addresses import DOMAIN_NAMES, Invalid, address_term
from enigma_ref.bifs.prim_socket_info import TYPE_NAMES
from enigma_ref.bifs.prim_socket_protocols import OWN
from enigma_ref.bifs.prim_socket_tables import as_map
from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.ports.inet.lookups import LookupFailed, names_of
from enigma_ref.terms import Cons, Map, Term, atom, make_list, make_string
from enigma_ref.terms.atoms import ERROR, OK, UNDEFINED
from enigma_ref.terms.lists import NIL

MAX_TEXT: Final = 255
"""Bytes of the name of a service or protocol at most."""

ANY: Final = b"any"

FLAGS: Final = {
    "namereqd": socket.NI_NAMEREQD,
    "dgram": socket.NI_DGRAM,
    "nofqdn": socket.NI_NOFQDN,
    "numerichost": socket.NI_NUMERICHOST,
    "numericserv": socket.NI_NUMERICSERV,
    "idn": 32,  # NI_IDN of netdb.h, which Python has no name for.
}

REASONS: Final = {
    int(getattr(socket, f"EAI_{name.upper()}", 0)): reason
    for name, reason in {
        "addrfamily": "eaddrfamily",
        "again": "eagain",
        "badflags": "ebadflags",
        "fail": "efail",
        "family": "efamily",
        "memory": "emem",
        "nodata": "enodata",
        "noname": "enoname",
        "overflow": "eoverflow",
        "service": "eservice",
        "socktype": "esocktype",
    }.items()
}
"""Why a name is not found (getaddrinfo(3)), and how that is told."""

DEFAULT_HINTS: Final = socket.AI_V4MAPPED | socket.AI_ADDRCONFIG
"""What getaddrinfo(3) of glibc takes for no hints at all."""

PROTOCOL_NAMED_BEFORE: Final = 24
"""In older releases the native function itself names protocols (measured at 23 and 25)."""

SOCKTYPE_SINCE: Final = 26
"""Since then the type of a socket is the key `socktype` (measured at 25 and 27)."""


def _refused(number: int) -> Term:
    return (ERROR, atom(REASONS[number])) if number in REASONS else EINVAL


@bif("prim_net", "nif_gethostname", 0)
def nif_gethostname_0() -> Term:
    """The name of this computer."""
    try:
        return (OK, _text(os.fsencode(socket.gethostname())))
    except OSError as failing:
        return failed(failing)


def _text(data: bytes) -> Term:
    return make_string(data.decode("latin1"))


def _flags(term: Term) -> int:
    """How names are wanted. A list may end in anything (measured). Raises badarg."""
    if term is UNDEFINED:
        return 0
    if type(term) is not Cons and term is not NIL:
        raise badarg()
    flags = 0
    while type(term) is Cons:
        name = getattr(term.head, "name", "")
        if name not in FLAGS:
            raise badarg()
        flags |= FLAGS[name]
        term = term.tail
    return flags


@bif("prim_net", "nif_getnameinfo", 2, process=True)
def nif_getnameinfo_2(process: Process, address: Term, wanted: Term) -> Term:
    """The names of the host and the service of an address."""
    try:
        data = address_bytes(address, process.vm.release)
    except Invalid:
        return EINVAL
    flags = _flags(wanted)
    try:
        host, service = names_of(data, flags)
    except LookupFailed as failing:
        return _refused(failing.number)
    except OSError as failing:
        return failed(failing)
    return (OK, as_map({"host": _text(host), "service": _text(service)}))


def _looked_up(term: Term) -> bytes | None:
    """A name to look up, None when there is none. Raises badarg."""
    if term is UNDEFINED:
        return None
    name = latin1(term)
    if name is None:
        raise badarg()
    return as_c(name)


@bif("prim_net", "nif_getaddrinfo", 3, process=True)
def nif_getaddrinfo_3(process: Process, host: Term, service: Term, hints: Term) -> Term:
    """The addresses of a host and a service. Hints are not looked at, whatever they are."""
    names = _looked_up(host), _looked_up(service)
    if names == (None, None):
        raise badarg()
    try:
        found = socket.getaddrinfo(*names, flags=DEFAULT_HINTS)
    except socket.gaierror as failing:
        return _refused(failing.errno or 0)
    except OSError:
        return (ERROR, atom("esystem"))
    release = process.vm.release
    return (OK, make_list([_found(release, *one) for one in found]))


def _found(
    release: int, family: int, kind: int, protocol: int, _: str, address: tuple[object, ...]
) -> Map:
    key = "socktype" if release >= SOCKTYPE_SINCE else "type"
    is_named = release < PROTOCOL_NAMED_BEFORE and protocol in OWN
    return as_map(
        {
            "family": DOMAIN_NAMES.get(family, family),
            key: TYPE_NAMES.get(kind, kind) if kind else atom("any"),
            "protocol": atom(OWN[protocol]) if is_named else protocol,
            "addr": address_term(family, address),
        }
    )


def _service(name: Term, protocol: Term) -> tuple[str, ...] | None:
    """A name and a protocol, without one when any will do; None for what are no names."""
    texts = latin1(name), latin1(protocol)
    found = []
    for text in texts:
        if text is None or len(text) > MAX_TEXT:
            return None
        found.append(as_c(text))
    if found[1] == ANY:
        del found[1]
    return tuple(text.decode("latin1") for text in found)


@bif("prim_net", "nif_getservbyname", 2)
def nif_getservbyname_2(name: Term, protocol: Term) -> Term:
    """The port of a service. One above 32767 is told as a negative number (measured)."""
    texts = _service(name, protocol)
    try:
        if texts is not None:
            port = socket.getservbyname(*texts)
            return (OK, port - 0x10000 if port & 0x8000 else port)
    except OSError:
        pass
    return EINVAL


@bif("prim_net", "nif_getservbyport", 2)
def nif_getservbyport_2(number: Term, protocol: Term) -> Term:
    """The name of the service at a port, of which 16 bits count (measured)."""
    texts = _service(NIL, protocol)
    try:
        if texts is not None and type(number) is int and 0 <= number < 1 << INT_BITS:
            return (OK, make_string(socket.getservbyport(number & 0xFFFF, *texts[1:])))
    except OSError:
        pass
    return EINVAL
