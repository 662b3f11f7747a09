"""prim_socket: what is told about sockets and about what the system can do with them."""

from __future__ import annotations

import os
import socket
from collections import Counter
from typing import Final

from enigma_ref.bifs.prim_socket_addresses import DOMAIN_NAMES
from enigma_ref.bifs.prim_socket_numbers import nif
from enigma_ref.bifs.prim_socket_open import TYPES
from enigma_ref.bifs.prim_socket_protocols import protocols
from enigma_ref.bifs.prim_socket_state import BITS, INVALID, Socket, socket_of, sockets_of
from enigma_ref.bifs.prim_socket_tables import (
    flags_of_interfaces,
    message_flags,
    option_levels,
    requests,
)
from enigma_ref.machine.errors import badarg, error
from enigma_ref.machine.process import Process
from enigma_ref.terms import FALSE, TRUE, Map, Term, atom, make_list, to_bool_atom
from enigma_ref.terms.atoms import OK, UNDEFINED

IOV_MAX: Final = os.sysconf("SC_IOV_MAX")
TYPE_NAMES: Final = {number: name for name, number in TYPES.items()}

COMMAND: Final = atom("command")
DATA: Final = atom("data")

READ_STATES: Final = ("bound", "listening", "accepting", "connecting", "connected", "selected")
"""The order in which states are told; `closing` and `closed` follow."""

SORTS: Final = (
    ("num_sockets", lambda sort: True),
    ("num_dinet", lambda sort: sort[0] == socket.AF_INET),
    # Local ones are counted as if they were of IPv6 (measured).
    ("num_dinet6", lambda sort: sort[0] in (socket.AF_INET6, socket.AF_UNIX)),
    ("num_dlocal", lambda sort: False),
    ("num_tstreams", lambda sort: sort[1] == socket.SOCK_STREAM),
    ("num_tdgrams", lambda sort: sort[1] == socket.SOCK_DGRAM),
    ("num_tseqpkgs", lambda sort: sort[1] == socket.SOCK_SEQPACKET),
    ("num_pip", lambda sort: sort[2] == socket.IPPROTO_IP),
    ("num_ptcp", lambda sort: sort[2] == socket.IPPROTO_TCP),
    ("num_pudp", lambda sort: sort[2] == socket.IPPROTO_UDP),
    ("num_psctp", lambda sort: sort[2] == socket.IPPROTO_SCTP),
)

EXTENDED_SINCE: Final = 27
"""The release with `eei` and `io_backend` (none at 26)."""

SENDFILE_SINCE: Final = 25
SCTP_SINCE: Final = 29
SCTP_CALLS: Final = (
    *("bindx", "connectx", "peeloff", "getladdrs", "freeladdrs", "getpaddrs", "freepaddrs"),
)


def _pairs(pairs: list[tuple[str, Term]]) -> Map:
    return Map.of((atom(name), value) for name, value in pairs)


@nif("nif_info", 0)
def nif_info_0(process: Process) -> Term:
    """Facts about all sockets."""
    known, release = sockets_of(process.vm), process.vm.release
    counted: Counter[str] = Counter()
    for own in known.live:
        counted.update(name for name, holds in SORTS if holds(own.counted))
    counters = [("num_cnt_bits", BITS), *((name, counted[name]) for name, _ in SORTS)]
    pairs: list[tuple[str, Term]] = [
        ("counters", _pairs(counters)),
        ("debug", to_bool_atom(known.debug)),
        ("socket_debug", to_bool_atom(known.socket_debug)),
        ("use_registry", to_bool_atom(known.use_registry)),
        ("iow", FALSE),
    ]
    if release >= SENDFILE_SINCE:
        pairs.append(("iov_max", IOV_MAX))
    if release >= EXTENDED_SINCE:
        backend: list[tuple[str, Term]] = [("name", atom("unix_essio"))]
        if release >= SCTP_SINCE:
            backend.append(("sctp", _pairs([(name, TRUE) for name in SCTP_CALLS])))
            pairs.append(("load_nif_result", OK))
        pairs += [("eei", TRUE), ("io_backend", _pairs(backend))]
    return _pairs(pairs)


def _states(own: Socket, states: set[str]) -> Term:
    names: list[str] = [name for name in READ_STATES if name in states]
    if not own.is_open:
        names.append("closing")
    if own.is_closed:
        names.append("closed")
    return make_list([atom(name) for name in names])


@nif("nif_info", 1)
def nif_info_1(process: Process, ref: Term) -> Term:
    """Facts about one socket."""
    own = socket_of(process, ref)
    sides = (own.readers, own.writers, own.acceptors)
    readers, writers, acceptors = (len(side.waiting) for side in sides)
    return _pairs(
        [
            ("owner", UNDEFINED if own.owner is None else own.owner),
            ("domain", DOMAIN_NAMES.get(own.domain, own.domain)),
            ("type", TYPE_NAMES.get(own.type, own.type)),
            ("protocol", own.protocol),
            ("ctype", own.made_from),
            ("counters", _pairs(list(own.counters.items()))),
            ("num_readers", readers),
            ("num_writers", writers),
            ("num_acceptors", acceptors),
            ("rstates", _states(own, own.read_states)),
            ("wstates", _states(own, own.write_states)),
        ]
    )


@nif("nif_supports", 0)
def nif_supports_0(process: Process) -> Term:
    """What this build can do."""
    names = ["sctp", "ipv6", "local", "netns"]
    if process.vm.release >= SENDFILE_SINCE:
        names.append("sendfile")
    return make_list([(atom(name), TRUE) for name in names])


@nif("nif_supports", 1)
def nif_supports_1(process: Process, key: Term) -> Term:
    """The tables of numbers that stand for protocols, options and flags; for other keys nothing."""
    tables = {
        "protocols": protocols,
        "options": option_levels,
        "ioctl_requests": requests,
        "ioctl_flags": flags_of_interfaces,
        "msg_flags": message_flags,
    }
    table = tables.get(getattr(key, "name", ""))
    if table is None:
        return make_list([])
    return table(process.vm.release)


@nif("nif_command", 1)
def nif_command_1(process: Process, wanted: Term) -> Term:
    """Set a switch for all sockets. Debug output there is none."""
    if type(wanted) is not Map or COMMAND not in wanted or DATA not in wanted:
        raise badarg()
    name, data = wanted.get(COMMAND), wanted.get(DATA)
    switch = getattr(name, "name", "")
    if switch not in ("debug", "socket_debug", "use_registry"):
        raise error((INVALID, (COMMAND, name)))
    if data is not TRUE and data is not FALSE:
        raise error((INVALID, (DATA, data)))
    setattr(sockets_of(process.vm), switch, data is TRUE)
    return OK
