"""The network interfaces of this computer, and its services by name."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Final

from enigma_ref.ports.inet.addresses import invalid
from enigma_ref.ports.inet.codes import Family, Interface, InterfaceFlag

if TYPE_CHECKING:
    from psutil._ntuples import snicaddr

NO_ADDRESS: Final = "0.0.0.0"

FLAGS: Final = {
    # That an interface runs is taken from its being up.
    "up": InterfaceFlag.UP | InterfaceFlag.RUNNING,
    "broadcast": InterfaceFlag.BROADCAST,
    "loopback": InterfaceFlag.LOOPBACK,
    "pointopoint": InterfaceFlag.POINTTOPOINT,
    "multicast": InterfaceFlag.MULTICAST,
}
"""By their names in psutil."""


class Interfaces:
    """What there is now. psutil is imported with the first question: it takes its time."""

    def __init__(self) -> None:
        import psutil

        found = psutil.net_if_addrs()
        self.link = psutil.AF_LINK
        self.stats = psutil.net_if_stats()
        names = [name for _, name in socket.if_nameindex()]
        self.addresses = {name: found[name] for name in names if name in found}

    def flags(self, name: str) -> int:
        """Those of an interface; 0 when there is none with that name."""
        if name not in self.stats:
            return 0
        words = self.stats[name].flags.split(",")
        return sum({FLAGS[word] for word in words if word in FLAGS})

    def of_family(self, name: str, family: int) -> list[snicaddr]:
        """The addresses of a family that an interface has."""
        return [one for one in self.addresses.get(name, []) if one.family == family]


def _bytes(address: str) -> bytes:
    """A family and the address itself."""
    host = address.partition("%")[0]
    if ":" in host:
        return bytes([Family.INET6]) + socket.inet_pton(socket.AF_INET6, host)
    return bytes([Family.INET]) + socket.inet_aton(host)


def _hardware(address: str) -> bytes:
    data = bytes.fromhex(address.replace(":", "").replace("-", ""))
    return len(data).to_bytes(2, "big") + data


def _flags(flags: int) -> bytes:
    return bytes([Interface.FLAGS]) + flags.to_bytes(4, "big")


def all_interfaces() -> bytes:
    """The answer to getifaddrs: name and flags of each, with one address after the other."""
    known = Interfaces()
    out = bytearray()
    for name in known.addresses:
        flags = known.flags(name)
        start = name.encode() + b"\0" + _flags(flags)
        for one in known.addresses[name]:
            out += start
            if one.family == known.link:
                out += bytes([Interface.HWADDR]) + _hardware(one.address)
            else:
                out += bytes([Interface.ADDR]) + _bytes(one.address)
                if one.netmask:
                    out += bytes([Interface.NETMASK]) + _bytes(one.netmask)
                if one.ptp:
                    out += bytes([Interface.DSTADDR]) + _bytes(one.ptp)
                elif one.broadcast and flags & InterfaceFlag.BROADCAST:
                    out += bytes([Interface.BROADADDR]) + _bytes(one.broadcast)
            out += b"\0"
    return bytes(out)


def interface_names() -> bytes:
    """The answer to getiflist: names of the interfaces that have an address of IPv4."""
    known = Interfaces()
    names = [name for name in known.addresses if known.of_family(name, socket.AF_INET)]
    return b"".join(name.encode() + b"\0" for name in names)


def one_interface(data: bytes) -> bytes:
    """The answer to ifget: what is asked about one interface, as far as it has it. Raises
    Refused."""
    if not data or data[0] > len(data):
        raise invalid()
    name = data[1 : 1 + data[0]].decode("latin1")
    known = Interfaces()
    out = bytearray()
    for item in data[1 + data[0] :]:
        if item not in list(Interface):
            raise invalid()
        out += _item(known, name, Interface(item))
    return bytes(out)


def _item(known: Interfaces, name: str, item: Interface) -> bytes:
    if item is Interface.FLAGS:
        return _flags(known.flags(name))
    if item is Interface.MTU:
        stats = known.stats.get(name)
        return b"" if stats is None else bytes([item]) + stats.mtu.to_bytes(4, "big")
    if item is Interface.HWADDR:
        found = known.of_family(name, known.link)
        return bytes([item]) + _hardware(found[0].address) if found else b""
    found = known.of_family(name, socket.AF_INET)
    if not found:
        return b""
    one = found[0]
    address: str | None = {
        Interface.ADDR: one.address,
        Interface.NETMASK: one.netmask,
        Interface.BROADADDR: one.broadcast,
        Interface.DSTADDR: one.ptp or one.address,
    }[item]
    return bytes([item]) + _bytes(address or NO_ADDRESS)


def service_port(data: bytes) -> bytes:
    """The answer to getservbyname: the port of a service by its name and protocol. Raises
    Refused."""
    name, rest = _counted(data)
    protocol, _ = _counted(rest)
    try:
        return socket.getservbyname(name, protocol).to_bytes(2, "big")
    except OSError:
        raise invalid() from None


def service_name(data: bytes) -> bytes:
    """The answer to getservbyport: the name of the service at a port. Raises Refused."""
    if len(data) < 3:
        raise invalid()
    protocol, _ = _counted(data[2:])
    try:
        return socket.getservbyport(int.from_bytes(data[:2], "big"), protocol).encode()
    except OSError:
        raise invalid() from None


def _counted(data: bytes) -> tuple[str, bytes]:
    if not data or len(data) <= data[0]:
        raise invalid()
    end = 1 + data[0]
    return data[1:end].split(b"\0")[0].decode("latin1"), data[end:]
