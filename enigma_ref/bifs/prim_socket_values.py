"""prim_socket: values of options, as terms and as the bytes that the system takes.

Which terms an option takes is told by the documentation of `socket`; the rest is measured.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from typing import Final

from enigma_ref.bifs.native_arguments import INT_BITS, signed
from enigma_ref.bifs.prim_socket_addresses import DOMAIN_NAMES, DOMAINS, Invalid, host_in, host_term
from enigma_ref.bifs.prim_socket_open import TYPES
from enigma_ref.terms import (
    FALSE,
    NIL,
    TRUE,
    Atom,
    Bitstring,
    Cons,
    Map,
    Term,
    atom,
    list_items,
    make_list,
    to_bool_atom,
)

ONOFF: Final = atom("onoff")
LINGER: Final = atom("linger")
ABORT: Final = atom("abort")
DEFAULT: Final = atom("default")
MULTIADDR: Final = atom("multiaddr")
INTERFACE: Final = atom("interface")
SOURCEADDR: Final = atom("sourceaddr")
MODE: Final = atom("mode")
SLIST: Final = atom("slist")
NULL: Final = atom("null")

INT_SIZE: Final = struct.calcsize("=i")
NAME_SIZE: Final = 16
"""Bytes of a name that the system tells, of an interface or of a way to avoid congestion."""

DISCOVERY: Final[dict[Term, int]] = {
    atom(name): number for number, name in enumerate(("dont", "want", "do", "probe"))
}
SERVICES: Final[dict[Term, int]] = {
    atom("lowdelay"): 16,
    atom("throughput"): 8,
    atom("reliability"): 4,
    atom("mincost"): 2,
}
SERVICE_MASK: Final = 0x1E
SERVICE_NAMES: Final = {number: name for name, number in SERVICES.items()}

MODES: Final[dict[Term, int]] = {atom("exclude"): 0, atom("include"): 1}
TYPE_NAMES: Final = {number: name for name, number in TYPES.items()}

TOS_MAPS_SINCE: Final = 29
"""Since then the type of service is told as a map of all that it may mean (measured)."""

BINARY_TEXTS_SINCE: Final = 27

CODE_POINTS: Final = {
    0: "cs0",
    1: "le",
    8: "cs1",
    10: "af11",
    12: "af12",
    14: "af13",
    16: "cs2",
    18: "af21",
    20: "af22",
    22: "af23",
    24: "cs3",
    26: "af31",
    28: "af32",
    30: "af33",
    32: "cs4",
    34: "af41",
    36: "af42",
    38: "af43",
    40: "cs5",
    44: "voice_admit",
    45: "nqb",
    46: "ef",
    48: "cs6",
    56: "cs7",
}


def native_int(number: int) -> bytes:
    """An int as C has it in memory. Raises Invalid."""
    if signed(number, INT_BITS) is None:
        raise Invalid
    return struct.pack("=i", number)


def _bool(term: Term, release: int) -> bytes:
    if term is not TRUE and term is not FALSE:
        raise Invalid
    return native_int(int(term is TRUE))


def _int(term: Term, release: int) -> bytes:
    if type(term) is not int:
        raise Invalid
    return native_int(term)


def _named(names: dict[Term, int]) -> Callable[[Term, int], bytes]:
    return lambda term, release: _int(names.get(term, term), release)


def _hops(term: Term, release: int) -> bytes:
    if term is DEFAULT:
        return native_int(-1)
    if type(term) is not int or not 0 <= term <= 255:
        raise Invalid
    return native_int(term)


def _text(term: Term, release: int) -> bytes:
    if type(term) is Bitstring and release >= BINARY_TEXTS_SINCE and not term.size & 7:
        data: bytes = term.to_bytes()
    elif type(term) is Cons or term is NIL:
        try:
            data = bytes(list_items(term) or [])
        except (ValueError, TypeError):
            raise Invalid from None
    else:
        raise Invalid
    if len(data) >= NAME_SIZE:
        raise Invalid
    return data


def _linger(term: Term, release: int) -> bytes:
    if term is ABORT:
        return native_int(1) + native_int(0)
    if type(term) is not Map:
        raise Invalid
    seconds = term.get(LINGER)
    if type(seconds) is not int or seconds < 0:
        raise Invalid
    return _bool(term.get(ONOFF), release) + native_int(seconds)


def _host(term: Term, release: int) -> bytes:
    return socket.inet_aton(host_in(socket.AF_INET, term))


def _parts(*keys: Atom) -> Callable[[Term, int], bytes]:
    def pack(term: Term, release: int) -> bytes:
        if type(term) is not Map:
            raise Invalid
        return b"".join(_host(term.get(key), release) for key in keys)

    return pack


def _member6(term: Term, release: int) -> bytes:
    if type(term) is not Map:
        raise Invalid
    host = host_in(socket.AF_INET6, term.get(MULTIADDR))
    return socket.inet_pton(socket.AF_INET6, host) + _int(term.get(INTERFACE), release)


def _filter(term: Term, release: int) -> bytes:
    if term is NULL:
        return b""
    if type(term) is not Map or term.get(MODE) not in MODES:
        raise Invalid
    hosts = list_items(term.get(SLIST, NIL))
    if hosts is None:
        raise Invalid
    start = _parts(MULTIADDR, INTERFACE)(term, release)
    counts = struct.pack("=II", MODES[term.get(MODE)], len(hosts))
    return start + counts + b"".join(_host(one, release) for one in hosts)


PACKERS: Final[dict[str, Callable[[Term, int], bytes]]] = {
    "bool": _bool,
    "told_bool": _bool,
    "int": _int,
    "text": _text,
    "text16": _text,
    "linger": _linger,
    "discover": _named(DISCOVERY),
    "host": _host,
    "tos": _named(SERVICES),
    "member": _parts(MULTIADDR, INTERFACE),
    "source": _parts(MULTIADDR, INTERFACE, SOURCEADDR),
    "filter": _filter,
    "hops": _hops,
    "member6": _member6,
    "set_domain": _named(DOMAINS),
}
"""How the value of an option becomes bytes; those of other kinds cannot be set."""


def _number(data: bytes) -> int:
    size = min(len(data), INT_SIZE)
    return int.from_bytes(data[:size], "little" if struct.pack("=H", 1)[0] else "big", signed=True)


def service(value: int, release: int) -> Term:
    """The type of service in a byte."""
    name = SERVICE_NAMES.get(value & SERVICE_MASK)
    if release < TOS_MAPS_SINCE:
        return value if name is None else name
    kind = (value & SERVICE_MASK) >> 1
    precedence, point = value >> 5, value >> 2
    named = name if name is not None else kind or DEFAULT
    both = [
        (atom("tos"), named),
        (atom("precedence"), precedence or atom("routine")),
    ]
    code = atom(CODE_POINTS[point]) if point in CODE_POINTS else point
    return Map.of(
        [(atom("native"), value), (atom("tos"), Map.of(both)), (atom("dscp"), code)],
    )


def _unpack_linger(data: bytes) -> Term:
    on, seconds = struct.unpack("=ii", data)
    return Map.of([(ONOFF, to_bool_atom(on != 0)), (LINGER, seconds)])


def _name_of(names: dict[int, Term], data: bytes) -> Term:
    number = _number(data)
    return names.get(number, number)


DISCOVERY_NAMES: Final = {number: name for name, number in DISCOVERY.items()}

UNPACKERS: Final[dict[str, tuple[int, Callable[[bytes, int], Term]]]] = {
    "bool": (INT_SIZE, lambda data, release: to_bool_atom(_number(data) != 0)),
    "told_bool": (INT_SIZE, lambda data, release: to_bool_atom(_number(data) != 0)),
    "int": (INT_SIZE, lambda data, release: _number(data)),
    "told_int": (INT_SIZE, lambda data, release: _number(data)),
    "protocol": (INT_SIZE, lambda data, release: _number(data) or DEFAULT),
    "hops": (INT_SIZE, lambda data, release: _number(data)),
    "text": (NAME_SIZE, lambda data, release: make_list(list(data))),
    "text16": (NAME_SIZE - 1, lambda data, release: make_list(list(data))),
    "linger": (2 * INT_SIZE, lambda data, release: _unpack_linger(data)),
    "discover": (INT_SIZE, lambda data, release: _name_of(DISCOVERY_NAMES, data)),
    "domain": (INT_SIZE, lambda data, release: _name_of(dict(DOMAIN_NAMES), data)),
    "type": (INT_SIZE, lambda data, release: _name_of(TYPE_NAMES, data)),
    "tos": (INT_SIZE, lambda data, release: service(_number(data), release)),
    "host": (INT_SIZE, lambda data, release: host_term(socket.AF_INET, socket.inet_ntoa(data))),
}
"""How many bytes the system is asked for, and what they mean; others cannot be read."""
