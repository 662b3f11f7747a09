"""prim_socket: errors that the network reports about what was sent (`recverr`).

The structure is `sock_extended_err` (ip(7)); the names are those of the documentation of `socket`
(`extended_err`), their numbers those of ICMP (icmp(7), RFC 4443).
"""

from __future__ import annotations

import struct
from typing import Final

from enigma_ref.bifs.native_addresses import address_map
from enigma_ref.machine.posix_reasons import reason
from enigma_ref.terms import Map, Term, atom

HEAD: Final = struct.Struct("=IBBBxII")
ICMP: Final = 2
ICMP6: Final = 3

ORIGINS: Final = {0: "none", 1: "local", ICMP: "icmp", ICMP6: "icmp6"}
KINDS: Final = {
    ICMP: {3: "dest_unreach", 11: "time_exceeded"},
    ICMP6: {1: "dest_unreach", 2: "pkt_toobig", 3: "time_exceeded"},
}
UNREACHED: Final = {ICMP: 3, ICMP6: 1}
CODES: Final = {
    ICMP: {
        **dict(enumerate(("net_unreach", "host_unreach"))),
        **dict(enumerate(("port_unreach", "frag_needed"), start=3)),
        **dict(enumerate(("net_unknown", "host_unknown"), start=6)),
    },
    ICMP6: dict(
        enumerate(
            (
                *("noroute", "adm_prohibited", "not_neighbour", "addr_unreach", "port_unreach"),
                *("policy_fail", "reject_route"),
            )
        )
    ),
}


def _named(names: dict[int, str], number: int) -> Term:
    return atom(names[number]) if number in names else number


def error_term(data: bytes, release: int) -> Term:
    """What an error of the network is about. Raises struct.error for too little data."""
    number, origin, kind, code, info, more = HEAD.unpack(data[: HEAD.size])
    is_unreached = UNREACHED.get(origin) == kind
    return Map.of(
        [
            (atom("error"), reason(number)),
            (atom("origin"), _named(ORIGINS, origin)),
            (atom("type"), _named(KINDS.get(origin, {}), kind)),
            (atom("code"), _named(CODES[origin] if is_unreached else {}, code)),
            (atom("info"), info),
            (atom("data"), more),
            (atom("offender"), address_map(data[HEAD.size :], release)),
        ]
    )
