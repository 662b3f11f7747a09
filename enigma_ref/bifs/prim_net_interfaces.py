"""prim_net: the interfaces of the computer, their names, numbers and addresses."""

from __future__ import annotations

import errno
import socket
from typing import Final

from enigma_ref.bifs.native_addresses import address_map
from enigma_ref.bifs.native_arguments import INT_BITS, c_unsigned
from enigma_ref.bifs.posix_reasons import failed, failure
from enigma_ref.bifs.prim_net_state import EINVAL
from enigma_ref.bifs.prim_socket_tables import as_map, interface_flags
from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.ports.inet.lookups import InterfaceAddress, index_of, interface_addresses
from enigma_ref.ports.inet.system_calls import in_network
from enigma_ref.terms import Map, Term, atom, list_items, make_list, make_string
from enigma_ref.terms.atoms import OK

NETNS: Final = atom("netns")
MAX_NAME: Final = 16
"""Bytes of the name of an interface at most."""

ALONE_BEFORE: Final = 28
"""In older releases a namespace counts only when nothing else is said (measured at 27 and 29)."""

FLAGS: Final = (
    *("up", "broadcast", "debug", "loopback", "pointopoint", "notrailers", "running", "noarp"),
    *("promisc", "master", "slave", "multicast", "portsel", "automedia", "dynamic"),
)
"""The flags of an interface that are told (`ifaddrs_flag` in net.erl), in this order (measured)."""


def latin1(term: Term) -> bytes | None:
    """A list of bytes up to a zero, as C functions see it; None for what is no such list."""
    try:
        items = list_items(term)
        return None if items is None else bytes(items)
    except (ValueError, TypeError):
        return None


def as_c(data: bytes) -> bytes:
    """What a C function sees of a string."""
    return data.partition(b"\0")[0]


def _network(wanted: Term, release: int) -> bytes | None:
    """The file of a namespace, None for the own one. Raises badarg."""
    if type(wanted) is not Map:
        raise badarg()
    if NETNS not in wanted or (release < ALONE_BEFORE and len(wanted) != 1):
        return None
    name = latin1(wanted.get(NETNS))
    if name is None:
        raise badarg()
    return as_c(name)


@bif("prim_net", "nif_getifaddrs", 1, process=True)
def nif_getifaddrs_1(process: Process, wanted: Term) -> Term:
    """All addresses of all interfaces."""
    release = process.vm.release
    try:
        with in_network(_network(wanted, release)):
            found = interface_addresses()
    except OSError as failing:
        return failed(failing)
    return (OK, make_list([_entry(one, release) for one in found]))


def _entry(one: InterfaceAddress, release: int) -> Term:
    bits = interface_flags()
    names = [name for name in FLAGS if one.flags & bits[name]]
    parts: dict[str, Term] = {
        "name": make_string(one.name.decode("latin1")),
        "flags": make_list([atom(name) for name in names]),
    }
    of_other = next((name for name in ("pointopoint", "broadcast") if name in names), "")
    other = {"pointopoint": "dstaddr", "broadcast": "broadaddr"}.get(of_other, "")
    addresses = {"addr": one.address, "netmask": one.netmask, other: one.other}
    for name, data in addresses.items():
        if name and data is not None:
            parts[name] = address_map(data, release)
    return as_map(parts)


@bif("prim_net", "nif_if_name2index", 1)
def nif_if_name2index_1(term: Term) -> Term:
    """The number of an interface."""
    name = latin1(term)
    if name is None or len(name) > MAX_NAME:
        return EINVAL
    try:
        return (OK, index_of(as_c(name)))
    except OSError as failing:
        return failed(failing)


@bif("prim_net", "nif_if_index2name", 1)
def nif_if_index2name_1(term: Term) -> Term:
    """The name of an interface."""
    number = c_unsigned(term, INT_BITS)
    try:
        return (OK, make_string(socket.if_indextoname(number)))
    except OSError:
        return failure(errno.ENXIO)


@bif("prim_net", "nif_if_names", 0)
def nif_if_names_0() -> Term:
    """Numbers and names of all interfaces."""
    try:
        found = socket.if_nameindex()
    except OSError as failing:
        return failed(failing)
    return (OK, make_list([(number, make_string(name)) for number, name in found]))
