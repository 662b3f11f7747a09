"""prim_socket before 25: what is told about sockets, and what can be done with them."""

from __future__ import annotations

from typing import Final

from enigma_ref.bifs.prim_socket_coded_addresses import EINVAL
from enigma_ref.bifs.prim_socket_codes import (
    PROTOCOL_NAMES,
    RECEIVE_FLAGS,
    SEND_FLAGS,
    supported_flags,
    supported_options,
)
from enigma_ref.bifs.prim_socket_info import nif_command_1, nif_info_1
from enigma_ref.bifs.prim_socket_numbers import nif
from enigma_ref.bifs.prim_socket_state import socket_of
from enigma_ref.machine.errors import BeamError
from enigma_ref.machine.process import Process
from enigma_ref.terms import Term, atom, make_list
from enigma_ref.terms.atoms import UNDEFINED

OWNER: Final = atom("owner")
CONTROLLING: Final = atom("ctrl")
PROTOCOL: Final = atom("protocol")
STATES: Final = (atom("rstates"), atom("wstates"))
OPTIONS: Final = atom("options")

FLAGS: Final[dict[Term, tuple[str, ...]]] = {
    atom("send_flags"): SEND_FLAGS,
    atom("recv_flags"): RECEIVE_FLAGS,
}


@nif("nif_info", 1, coded=True)
def coded_info_1(process: Process, ref: Term) -> Term:
    """Facts about one socket."""
    own = socket_of(process, ref)
    told = nif_info_1(process, ref)
    for name in (OWNER, *STATES):
        told = told.remove(name)
    protocol = PROTOCOL_NAMES.get(own.protocol, own.protocol)
    owner = UNDEFINED if own.is_closed else own.owner or own.former_owner
    return told.put_all([(CONTROLLING, owner), (PROTOCOL, protocol)])


@nif("nif_supports", 1, coded=True)
def coded_supports_1(process: Process, key: Term) -> Term:
    """Which flags can be used; for other keys nothing."""
    return supported_flags(FLAGS[key]) if key in FLAGS else make_list([])


@nif("nif_supports", 2, coded=True)
def coded_supports_2(process: Process, key: Term, level: Term) -> Term:
    """Which options of a level can be used; for other keys nothing."""
    return supported_options(level) if key is OPTIONS else make_list([])


@nif("nif_command", 1, coded=True)
def coded_command_1(process: Process, wanted: Term) -> Term:
    """Set a switch for all sockets."""
    try:
        return nif_command_1(process, wanted)
    except BeamError:
        return EINVAL
