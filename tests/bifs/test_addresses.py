"""Addresses of sockets in the layout of the system, and the system's names for them."""

from __future__ import annotations

import socket
import struct
import sys

import pytest

from enigma_ref.bifs.native_addresses import CARD_HEAD, address_bytes, address_map
from enigma_ref.bifs.prim_socket_addresses import Invalid
from enigma_ref.bifs.prim_socket_tables import as_map
from enigma_ref.ports.inet.lookups import (
    CARD,
    LookupFailed,
    index_of,
    interface_addresses,
    names_of,
)
from enigma_ref.terms import Bitstring, Term, atom

RELEASE = 27

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the layout is that of Linux")


def _inet(host: Term, port: Term = 80) -> Term:
    return as_map({"family": atom("inet"), "addr": host, "port": port})


def _inet6(host: Term, flow: Term = 3, scope: Term = 4) -> Term:
    parts = {"family": atom("inet6"), "addr": host, "port": 80, "flowinfo": flow, "scope_id": scope}
    return as_map(parts)


@pytest.mark.parametrize("term", [_inet((1, 2, 3, 4)), _inet6((1, 2, 3, 4, 5, 6, 7, 8))])
def test_an_address_comes_back_from_its_bytes(term: Term) -> None:
    assert address_map(address_bytes(term, RELEASE), RELEASE) == term


def test_bytes_are_those_of_the_system() -> None:
    expected = struct.pack("=H", socket.AF_INET) + bytes([0, 80, 127, 0, 0, 1]) + bytes(8)
    assert address_bytes(_inet(atom("loopback")), RELEASE) == expected
    path = as_map({"family": atom("local"), "path": Bitstring.of(b"/a")})
    assert address_bytes(path, RELEASE) == struct.pack("=H", socket.AF_UNIX) + b"/a\0"


@pytest.mark.parametrize(
    "term",
    [
        atom("no_map"),
        _inet((1, 2, 3, 256)),
        _inet((1, 2, 3, 4), 1 << 31),
        _inet6((1, 2, 3, 4, 5, 6, 7, 8), flow=1 << 32),
        _inet6((1, 2, 3, 4, 5, 6, 7, 8), scope=-1),
        as_map({"family": atom("local"), "path": Bitstring.of(bytes(108))}),
        as_map({"family": 2, "addr": Bitstring.of(bytes(127))}),
        as_map({"family": 1 << 31, "addr": Bitstring.of(bytes(14))}),
        as_map({"family": atom("packet"), "addr": Bitstring.of(bytes(6))}),
    ],
)
def test_what_is_no_address(term: Term) -> None:
    with pytest.raises(Invalid):
        address_bytes(term, RELEASE)


def test_older_releases_take_the_lowest_bits() -> None:
    assert address_bytes(_inet((257, -1, 3, 4)), 23)[4:8] == bytes([1, 255, 3, 4])


@pytest.mark.parametrize(
    ("release", "kind", "told"),
    [(27, 1, atom("ether")), (27, 772, atom("loopback")), (27, 65534, atom("none")),
     (27, 9999, 9999), (23, 1, 1)],
)  # fmt: skip
def test_an_address_of_a_network_card(release: int, kind: int, told: Term) -> None:
    head = CARD_HEAD.pack(CARD, socket.htons(0x0800), 7, kind, 1, 3)
    expected = {
        "family": atom("packet"),
        "protocol": 0x0800,
        "ifindex": 7,
        "hatype": told,
        "pkttype": atom("broadcast"),
        "addr": Bitstring.of(b"abc"),
    }
    assert address_map(head + b"abcdefgh", release) == as_map(expected)


def test_names_without_asking_anybody() -> None:
    flags = socket.NI_NUMERICHOST | socket.NI_NUMERICSERV
    assert names_of(address_bytes(_inet((1, 2, 3, 4)), RELEASE), flags) == (b"1.2.3.4", b"80")
    with pytest.raises(LookupFailed) as failing:
        names_of(bytes(16), flags)
    assert failing.value.number == socket.EAI_FAMILY


def test_interfaces_are_those_that_python_knows() -> None:
    known = {name: number for number, name in socket.if_nameindex()}
    for name, number in known.items():
        assert index_of(name.encode()) == number
    for one in interface_addresses():
        assert one.name.decode().partition(":")[0] in known
        if one.address is not None:
            address_map(one.address, RELEASE)
    with pytest.raises(OSError, match="No such device"):
        index_of(b"none such")
