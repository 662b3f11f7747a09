"""prim_net: what a system knows besides the network itself, and what its functions tell about it.

The module is the native part of OTP's `net`. What its functions take and give is in net.erl and
prim_net.erl and, beyond that, measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from enigma_ref.bifs.native_libraries import on_library_load
from enigma_ref.bifs.prim_socket_tables import as_map
from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg, error
from enigma_ref.machine.process import Process
from enigma_ref.machine.system import System
from enigma_ref.terms import FALSE, TRUE, Map, Term, atom, to_bool_atom
from enigma_ref.terms.atoms import ERROR, OK

TABLE: Final = "prim_net"
COMMAND: Final = atom("command")
DATA: Final = atom("data")
DEBUG: Final = atom("debug")
INVALID: Final = atom("invalid")
EINVAL: Final = (ERROR, atom("einval"))

AS_MAP_SINCE: Final = 26
"""Since then a command is a map, and a wrong one an exception (measured at 25 and 27)."""

NETNS_SINCE: Final = 28
"""Since then it is told whether a namespace was set (measured at 27 and 29)."""


@dataclass(eq=False)
class Net:
    """Its only switch: whether the functions say what they do. They never do here."""

    debug: bool = False


def net_of(vm: System) -> Net:
    """What a system knows."""
    found = vm.state.get(TABLE)
    if not isinstance(found, Net):
        found = vm.state[TABLE] = Net()
    return found


@on_library_load("prim_net")
def _load(process: Process, info: Term) -> None:
    net_of(process.vm).debug = type(info) is Map and info.get(DEBUG) is TRUE


@bif("prim_net", "nif_info", 0, process=True)
def nif_info_0(process: Process) -> Term:
    """What the functions themselves are set to."""
    pairs: dict[str, Term] = {"debug": to_bool_atom(net_of(process.vm).debug)}
    if process.vm.release >= NETNS_SINCE:
        pairs["netns"] = FALSE
    return as_map(pairs)


@bif("prim_net", "nif_command", 1, process=True)
def nif_command_1(process: Process, command: Term) -> Term:
    """Set the switch."""
    if process.vm.release < AS_MAP_SINCE:
        if type(command) is not tuple or len(command) != 2 or command[0] is not DEBUG:
            return EINVAL
        name, data, wrong = DEBUG, command[1], False
    else:
        if type(command) is not Map or COMMAND not in command or DATA not in command:
            raise badarg()
        name, data, wrong = command.get(COMMAND), command.get(DATA), True
    if name is not DEBUG:
        raise error((INVALID, (COMMAND, name)))
    if data is not TRUE and data is not FALSE:
        if wrong:
            raise error((INVALID, (DATA, data)))
        return EINVAL
    net_of(process.vm).debug = data is TRUE
    return OK


def _on_windows_only(name: str) -> None:
    @bif("prim_net", name, 1)
    def refused(arguments: Term) -> Term:
        """Not there: a function of Windows."""
        raise error(atom("notsup"))


for _name in ("adapters_addresses", "if_entry", "interface_info", "ip_address_table"):
    _on_windows_only(f"nif_get_{_name}")
