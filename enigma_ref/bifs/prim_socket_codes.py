"""prim_socket before 25: the numbers of its own that stand for domains, flags, options and others.

They are those of prim_socket.erl of these releases; the order of options is also the one in which
`socket:supports(options)` lists them.
"""

from __future__ import annotations

import socket
from dataclasses import replace
from functools import cache
from typing import Final

from enigma_ref.bifs.prim_socket_tables import LEVELS, Option, flag_numbers, options
from enigma_ref.terms import Term, atom, make_list, to_bool_atom

RELEASE: Final = 23
"""The release whose names and kinds of options these numbers stand for."""

DOMAINS: Final = {1: int(socket.AF_UNIX), 2: int(socket.AF_INET), 3: int(socket.AF_INET6)}
TYPES: Final = {
    101: int(socket.SOCK_STREAM),
    102: int(socket.SOCK_DGRAM),
    103: int(socket.SOCK_RAW),
    105: int(socket.SOCK_SEQPACKET),
}
PROTOCOLS: Final = {
    200: 0,
    201: int(socket.IPPROTO_IP),
    202: int(socket.IPPROTO_TCP),
    203: int(socket.IPPROTO_UDP),
    204: int(socket.IPPROTO_SCTP),
    205: int(socket.IPPROTO_ICMP),
    206: int(socket.IPPROTO_IGMP),
}
PROTOCOL_NAMES: Final[dict[int, Term]] = {
    socket.IPPROTO_IP: atom("ip"),
    socket.IPPROTO_TCP: atom("tcp"),
    socket.IPPROTO_UDP: atom("udp"),
    socket.IPPROTO_SCTP: atom("sctp"),
}
HOWS: Final[dict[Term, Term]] = {
    number: atom(name) for number, name in enumerate(("read", "write", "read_write"))
}

SEND_FLAGS: Final = ("confirm", "dontroute", "eor", "more", "nosignal", "oob")
RECEIVE_FLAGS: Final = ("cmsg_cloexec", "errqueue", "oob", "peek", "trunc")
"""One bit each, from the lowest one on."""

OTP_LEVEL: Final = 301
NAMES: Final = {
    "socket": "acceptconn acceptfilter bindtodevice broadcast busy_poll debug domain dontroute"
    " error keepalive linger mark oobinline passcred peek_off peekcred priority protocol rcvbuf"
    " rcvbufforce rcvlowat rcvtimeo reuseaddr reuseport rxq_ovfl setfib sndbuf sndbufforce sndlowat"
    " sndtimeo timestamp type",
    "ip": "add_membership add_source_membership block_source dontfrag drop_membership"
    " drop_source_membership freebind hdrincl minttl msfilter mtu mtu_discover multicast_all"
    " multicast_if multicast_loop multicast_ttl nodefrag options pktinfo recvdstaddr recverr recvif"
    " recvopts recvorigdstaddr recvtos recvttl retopts router_alert sendsrcaddr tos transparent ttl"
    " unblock_source",
    "ipv6": "addrform add_membership authhdr auth_level checksum drop_membership dstopts"
    " esp_network_level esp_trans_level faith flowinfo hoplimit hopopts ipcomp_level join_group"
    " leave_group mtu mtu_discover multicast_hops multicast_if multicast_loop portrange pktoptions"
    " recverr recvhoplimit recvpktinfo recvtclass router_alert rthdr tclass unicast_hops"
    " use_min_mtu v6only",
    "tcp": "congestion cork info keepcnt keepidle keepintvl maxseg md5sig nodelay noopt nopush"
    " syncnt user_timeout",
    "udp": "cork",
    "sctp": "adaption_layer associnfo auth_active_key auth_asconf auth_chunk auth_delete_key"
    " auth_key autoclose context default_send_params delayed_ack_time disable_fragments"
    " hmac_ident events explicit_eor fragment_interleave get_peer_addr_info initmsg"
    " i_want_mapped_v4_addr local_auth_chunks maxseg maxburst nodelay partial_delivery_point"
    " peer_addr_params peer_auth_chunks primary_addr reset_streams rtoinfo set_peer_primary_addr"
    " status use_ext_recvinfo",
}
"""Options of each level. Levels count from 302 on, their options from 2001, 3001 and so on."""

UNTOLD: Final = {"socket": "peek_off", "ip": "mtu"}
"""Options that are there, though `supports` denies it (measured)."""

UNKNOWN: Final = {"ipv6": "flowinfo", "sctp": "i_want_mapped_v4_addr"}
"""Options that are not there, though the system has them (measured)."""

SWITCHES: Final = {"ipv6": "tclass"}
"""Options that are true or false here, and numbers later."""


def system_flags(names: tuple[str, ...], bits: int) -> int:
    """The system's flags for bits that stand for these names."""
    numbers = flag_numbers()
    return sum(numbers[name] for place, name in enumerate(names) if bits >> place & 1)


@cache
def _coded(level: str) -> tuple[tuple[str, Option | None], ...]:
    unknown, switches = UNKNOWN.get(level, "").split(), SWITCHES.get(level, "").split()
    known = {
        one.name: replace(one, kind="bool") if one.name in switches else one
        for one in options(level, RELEASE)
        if one.number is not None and one.name not in unknown
    }
    return tuple((name, known.get(name)) for name in NAMES[level].split())


def _level_of(number: Term) -> str | None:
    place = number - OTP_LEVEL - 1 if type(number) is int else -1
    return tuple(NAMES)[place] if 0 <= place < len(NAMES) else None


def option_of(level: int, number: int) -> tuple[int, Option] | None:
    """The system's level and the option that numbers stand for."""
    name = _level_of(level)
    if name is None:
        return None
    place = number - 1001 - 1000 * (level - OTP_LEVEL)
    coded = _coded(name)
    option = coded[place][1] if 0 <= place < len(coded) else None
    return None if option is None else (LEVELS[name][1], option)


def supported_options(number: Term) -> Term:
    """`[{Name, IsSupported}]` for the number of a level, and nothing for others."""
    level = _level_of(number)
    if level is None:
        return make_list([])
    untold = UNTOLD.get(level, "").split()
    return make_list(
        [
            (atom(name), to_bool_atom(option is not None and name not in untold))
            for name, option in _coded(level)
        ]
    )


def supported_flags(names: tuple[str, ...]) -> Term:
    """`[{Name, IsSupported}]` of flags, in the order of the system's numbers."""
    numbers = flag_numbers()
    return make_list([(atom(one), atom("true")) for one in sorted(names, key=numbers.__getitem__)])
