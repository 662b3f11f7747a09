"""prim_socket: which numbers stand for options, flags and requests.

Which there are is what `socket:supports/0` tells in each release; the numbers are Linux's, from
Python's socket module where that has them.
"""

from __future__ import annotations

import socket
import termios
from dataclasses import dataclass
from functools import cache
from typing import Final

from enigma_ref.terms import Map, Term, atom, make_list

SOCKET: Final = atom("socket")

LEVELS: Final = {
    "socket": ("SO", int(socket.SOL_SOCKET)),
    "ip": ("IP", socket.IPPROTO_IP),
    "ipv6": ("IPV6", socket.IPPROTO_IPV6),
    "tcp": ("TCP", socket.IPPROTO_TCP),
    "udp": ("UDP", socket.IPPROTO_UDP),
    "sctp": ("SCTP", socket.IPPROTO_SCTP),
}

NOT_IN_PYTHON: Final = {
    "socket": {"peek_off": 42, "timestamp": 29, "timestampns": 35},
    "ip": {
        "add_source_membership": 39,
        "block_source": 38,
        "drop_source_membership": 40,
        "freebind": 15,
        "minttl": 21,
        "msfilter": 41,
        "mtu": 14,
        "mtu_discover": 10,
        "multicast_all": 49,
        "nodefrag": 22,
        "pktinfo": 8,
        "pktoptions": 9,
        "recverr": 11,
        "recvorigdstaddr": 20,
        "recvttl": 12,
        "router_alert": 5,
        "unblock_source": 37,
        "recvopts": 6,
        "retopts": 7,
        "transparent": 19,
    },
    "ipv6": {
        "add_membership": 20,
        "addrform": 1,
        "authhdr": 10,
        "drop_membership": 21,
        "flowinfo": 11,
        "mtu": 24,
        "mtu_discover": 23,
        "recverr": 25,
        "router_alert": 22,
    },
    "tcp": {},
    "udp": {"cork": 1},
    "sctp": {
        "rtoinfo": 0,
        "associnfo": 1,
        "initmsg": 2,
        "nodelay": 3,
        "autoclose": 4,
        "set_peer_primary_addr": 5,
        "primary_addr": 6,
        "adaptation_layer": 7,
        "disable_fragments": 8,
        "default_send_param": 10,
        "events": 11,
        "i_want_mapped_v4_addr": 12,
        "maxseg": 13,
        "status": 14,
        "get_peer_addr_info": 15,
        "get_assoc_stats": 112,
    },
}

KINDS: Final = {
    "socket": {
        "bool": "broadcast dontroute keepalive oobinline passcred reuseaddr reuseport timestamp"
        " timestampns",
        "told_bool": "acceptconn",
        "int": "debug peek_off priority rcvbuf rcvlowat sndbuf sndlowat",
        "text": "bindtodevice",
        "domain": "domain",
        "linger": "linger",
        "protocol": "protocol",
        "type": "type",
        "none": "acceptfilter bsp_state busy_poll error exclusiveaddruse mark max_msg_size maxdg"
        " peercred rcvbufforce rcvtimeo rxq_ovfl setfib sndbufforce sndtimeo",
    },
    "ip": {
        "bool": "freebind hdrincl multicast_all multicast_loop nodefrag pktinfo recverr recvopts"
        " recvorigdstaddr recvtos recvttl retopts transparent",
        "int": "minttl multicast_ttl router_alert ttl",
        "told_int": "mtu",
        "discover": "mtu_discover",
        "host": "multicast_if",
        "tos": "tos",
        "member": "add_membership drop_membership",
        "source": "add_source_membership block_source drop_source_membership unblock_source",
        "filter": "msfilter",
        "packet": "pktoptions",
        "none": "dontfrag options recvdstaddr recvif sendsrcaddr",
    },
    "ipv6": {
        "bool": "authhdr dstopts flowinfo hoplimit hopopts multicast_loop recverr recvhoplimit"
        " recvpktinfo recvtclass rthdr v6only",
        "int": "mtu multicast_if router_alert tclass",
        "hops": "multicast_hops unicast_hops",
        "discover": "mtu_discover",
        "member6": "add_membership drop_membership",
        "set_domain": "addrform",
        "none": "auth_level checksum esp_network_level esp_trans_level faith ipcomp_level"
        " join_group leave_group pktoptions portrange use_min_mtu",
    },
    "tcp": {
        "bool": "cork nodelay",
        "int": "keepcnt keepidle keepintvl maxseg user_timeout",
        "text16": "congestion",
        "none": "info md5sig noopt nopush syncnt",
    },
    "udp": {"bool": "cork"},
    "sctp": {
        "bool": "disable_fragments nodelay i_want_mapped_v4_addr",
        "int": "autoclose maxseg",
        "other": "associnfo events initmsg rtoinfo set_peer_primary_addr primary_addr"
        " adaptation_layer default_send_param status get_peer_addr_info get_assoc_stats",
        "none": "adaption_layer auth_active_key auth_chunk auth_delete_key auth_key context"
        " default_send_params delayed_ack_time explicit_eor fragment_interleave hmac_ident"
        " local_auth_chunks maxburst partial_delivery partial_delivery_point peer_addr_params"
        " peer_auth_chunks reset_streams use_ext_recvinfo",
    },
}
"""Options by their level and the kind of their values; `none` ones are only known by name."""

NEW: Final = {
    27: {
        "socket": "bsp_state exclusiveaddruse max_msg_size maxdg",
        "ioctl": "atmark nread",
        "interface": "dhcprunning private",
    },
    29: {
        "socket": "timestampns",
        "sctp": "adaptation_layer default_send_param get_assoc_stats partial_delivery",
        "message": "notification",
    },
}
"""What is known since a release, and not in the one before."""

WITHOUT_NUMBER: Final = {
    27: {"tcp": "keepcnt keepidle keepintvl"},
    29: {
        "tcp": "user_timeout",
        "sctp": "get_peer_addr_info i_want_mapped_v4_addr primary_addr set_peer_primary_addr"
        " status",
    },
}
"""What was only known by name before a release."""

GONE: Final = {29: {"sctp": "adaption_layer default_send_params partial_delivery_point"}}

NAMED_LEVELS_SINCE: Final = 29
"""None in 27; see options_table in prim_socket."""

REQUESTS: Final = {
    "gifname": 0x8910,
    "gifconf": 0x8912,
    "gifflags": 0x8913,
    "sifflags": 0x8914,
    "gifaddr": 0x8915,
    "sifaddr": 0x8916,
    "gifdstaddr": 0x8917,
    "sifdstaddr": 0x8918,
    "gifbrdaddr": 0x8919,
    "sifbrdaddr": 0x891A,
    "gifnetmask": 0x891B,
    "gifmtu": 0x8921,
    "sifmtu": 0x8922,
    "gifhwaddr": 0x8927,
    "gifindex": 0x8933,
    "giftxqlen": 0x8942,
    "siftxqlen": 0x8943,
    "gifmap": 0x8970,
    "atmark": 0x8905,
    "nread": termios.FIONREAD,
}
"""Requests about interfaces (linux/sockios.h)."""

INTERFACE_FLAGS: Final = (
    *("up", "broadcast", "debug", "loopback", "pointopoint", "notrailers", "running", "noarp"),
    *("promisc", "allmulti", "master", "slave", "multicast", "portsel", "automedia", "dynamic"),
    *("lower_up", "dormant", "echo"),
)
"""One bit each, from the lowest one on (linux/if.h)."""

FLAGS_ELSEWHERE: Final = (
    *("cantconfig", "dying", "knowsepoch", "link0", "link1", "link2", "monitor", "nogroup"),
    *("oactive", "ppromisc", "renaming", "simplex", "staticarp", "dhcprunning", "private"),
)

MESSAGE_FLAGS: Final = (
    *("cmsg_cloexec", "confirm", "ctrunc", "dontroute", "eor", "errqueue", "more", "nosignal"),
    *("oob", "peek", "trunc", "notification"),
)
FLAG_NOT_IN_PYTHON: Final = {"more": 0x8000, "notification": 0x8000}


@dataclass(frozen=True)
class Option:
    """An option: its name, its number (None: only the name is known) and the kind of its value."""

    name: str
    number: int | None
    kind: str


def _is_in(table: dict[int, dict[str, str]], group: str, name: str, release: int) -> bool:
    """Whether a table has a name for a release that is still to come."""
    return any(
        release < since and name in names.get(group, "").split() for since, names in table.items()
    )


def _is_gone(group: str, name: str, release: int) -> bool:
    return any(
        release >= since and name in names.get(group, "").split() for since, names in GONE.items()
    )


def _number(level: str, name: str) -> int:
    known = NOT_IN_PYTHON[level].get(name)
    if known is not None:
        return known
    number = int(getattr(socket, f"{LEVELS[level][0]}_{name.upper()}"))
    return number


@cache
def options(level: str, release: int) -> tuple[Option, ...]:
    """The options of a level in a release."""
    found = []
    for kind, names in KINDS[level].items():
        for name in names.split():
            if _is_in(NEW, level, name, release) or _is_gone(level, name, release):
                continue
            is_name = kind == "none" or _is_in(WITHOUT_NUMBER, level, name, release)
            found.append(Option(name, None if is_name else _number(level, name), kind))
    return tuple(found)


@cache
def kind_of(level: int, number: int, release: int) -> str | None:
    """The kind of an option that is given by numbers, None for one that is not known."""
    for name, (_, own) in LEVELS.items():
        for option in options(name, release):
            if own == level and option.number == number:
                return option.kind
    return None


def option_levels(release: int) -> Term:
    """`[{Level, [{Name, Number} | Name]}]`; a level's name comes first since 29."""
    levels: list[Term] = []
    for level, (_, number) in LEVELS.items():
        known = make_list(
            [
                atom(one.name) if one.number is None else (atom(one.name), one.number)
                for one in options(level, release)
            ]
        )
        if release >= NAMED_LEVELS_SINCE:
            levels.append((atom(level), number, known))
        else:
            levels.append((SOCKET if level == "socket" else number, known))
    return make_list(levels)


def _pairs(group: str, numbers: dict[str, int], release: int) -> Term:
    return make_list(
        [
            (atom(name), number)
            for name, number in numbers.items()
            if not _is_in(NEW, group, name, release)
        ]
    )


def requests(release: int) -> Term:
    """`[{Name, Number}]` of what can be asked about interfaces."""
    return _pairs("ioctl", REQUESTS, release)


def interface_flags() -> dict[str, int]:
    """Flags of interfaces; those that Linux does not have are 0."""
    bits = {name: 1 << bit for bit, name in enumerate(INTERFACE_FLAGS)}
    return {**bits, **dict.fromkeys(FLAGS_ELSEWHERE, 0)}


def flags_of_interfaces(release: int) -> Term:
    """`[{Name, Number}]` of the flags of interfaces."""
    return _pairs("interface", interface_flags(), release)


def flag_numbers() -> dict[str, int]:
    """Flags of messages."""
    return {
        name: int(FLAG_NOT_IN_PYTHON.get(name, getattr(socket, f"MSG_{name.upper()}", 0)))
        for name in MESSAGE_FLAGS
    }


def message_flags(release: int) -> Term:
    """`[{Name, Number}]` of the flags of messages."""
    return _pairs("message", flag_numbers(), release)


def as_map(pairs: dict[str, Term]) -> Map:
    """A map with atoms for keys."""
    return Map.of((atom(name), value) for name, value in pairs.items())
