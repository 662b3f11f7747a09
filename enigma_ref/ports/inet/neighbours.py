"""Which sockets are of one system, so that nobody outside of it is at their other end."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from enigma_ref.ports.inet.addresses import ANY, Address, normal
from enigma_ref.ports.inet.inet import Inet

if TYPE_CHECKING:
    from enigma_ref.ports.table import Ports


def is_neighbour(sock: socket.socket, ports: Ports) -> bool:
    """Whether the other end of a connection is a socket of the same system."""
    try:
        peer = normal(sock.getpeername())
    except OSError:
        return False
    drivers = [port.driver for port in (*ports.open.values(), *ports.lingering)]
    others = [driver.sock for driver in drivers if isinstance(driver, Inet)]
    return any(
        _is_at(normal(other.getsockname()), peer)
        for other in others
        if other is not None and other is not sock
    )


def _is_at(own: Address | None, peer: Address | None) -> bool:
    """Whether a socket with an address is reached by another one."""
    if not isinstance(own, tuple) or not isinstance(peer, tuple):
        return own == peer
    return own[1] == peer[1] and (own[0] == peer[0] or own[0] in ANY.values())
