"""prim_socket: protocols by their names, as the system lists them."""

from __future__ import annotations

import socket
from functools import cache
from pathlib import Path
from typing import Final

from enigma_ref.terms import Term, atom, make_list

LIST: Final = Path("/etc/protocols")
"""Where the system lists them; Python only looks one up by its name."""

MPTCP: Final = 262
"""IPPROTO_MPTCP, which Python has no name for before 3.14."""

OWN: Final = {
    socket.IPPROTO_IP: "ip",
    socket.IPPROTO_IGMP: "igmp",
    socket.IPPROTO_TCP: "tcp",
    socket.IPPROTO_UDP: "udp",
    socket.IPPROTO_IPV6: "ipv6",
    socket.IPPROTO_SCTP: "sctp",
    MPTCP: "mptcp",
}
OWN_SINCE: Final = 29
"""Since then these stand in front of what the system lists (measured at 27 and 29)."""


@cache
def _listed() -> tuple[tuple[tuple[str, ...], int], ...]:
    """Names and number of each line, the later lines first."""
    try:
        lines = LIST.read_text(errors="replace").splitlines()
    except OSError:
        return tuple(((name,), number) for number, name in OWN.items())
    words = [line.partition("#")[0].split() for line in lines]
    return tuple(
        ((one[0], *one[:1:-1]), int(one[1])) for one in words if len(one) > 1 and one[1].isdecimal()
    )


def protocols(release: int) -> Term:
    """`[{Names, Number}]`; a name may be in the list more than once."""
    pairs: dict[int, list[str]] = {}
    rest: list[tuple[list[str], int]] = []
    for names, number in _listed():
        if release >= OWN_SINCE:
            start = [OWN[number]] if number in OWN else []
            pairs.setdefault(number, start)[len(start) : len(start)] = names
        elif number in pairs:
            rest.append(([*names], number))
        else:
            pairs[number] = [*names]
    both = [*rest, *((names, number) for number, names in pairs.items())]
    return make_list(
        [(make_list([atom(name) for name in names]), number) for names, number in both]
    )
