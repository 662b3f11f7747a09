"""prim_socket before 25: options, by numbers of its own or as the system has them.

Values are those of `socket:setopt/4` (documentation of `socket` in these releases), as far as
prim_socket leaves them to native code; the rest is measured at 23.
"""

from __future__ import annotations

import errno
import struct
from collections.abc import Callable
from typing import Final

from enigma_ref.bifs.native_arguments import INT_BITS, c_int, signed
from enigma_ref.bifs.posix_reasons import failed, failure
from enigma_ref.bifs.prim_socket_addresses import Invalid
from enigma_ref.bifs.prim_socket_codes import DOMAINS, OTP_LEVEL, PROTOCOL_NAMES, option_of
from enigma_ref.bifs.prim_socket_numbers import nif
from enigma_ref.bifs.prim_socket_options import (
    BUFFER_SIZE,
    CONTROL_SIZE,
    DEBUG,
    NOT_OWNER,
    SEND_CONTROL_SIZE,
    USE_REGISTRY,
    WRAPS,
    own_option,
    set_own_option,
)
from enigma_ref.bifs.prim_socket_state import INVALID, IS_CLOSED, Socket, socket_of
from enigma_ref.bifs.prim_socket_values import (
    DEFAULT,
    MODE,
    PACKERS,
    UNPACKERS,
    native_int,
)
from enigma_ref.machine.errors import BeamError, badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import FALSE, TRUE, Map, Term, atom, to_bool_atom
from enigma_ref.terms.atoms import ERROR, OK

EINVAL: Final = failure(errno.EINVAL)
IS_NOT_OWNER: Final = (ERROR, atom("not_owner"))

FILTER_MODE: Final = atom("fmode")

SWITCHES: Final = (DEBUG, WRAPS)
SIZES: Final = (BUFFER_SIZE, CONTROL_SIZE, SEND_CONTROL_SIZE)


def _bool(term: Term, release: int) -> bytes:
    return native_int(int(term is TRUE))


def _linger(term: Term, release: int) -> bytes:
    if type(term) is not tuple or len(term) != 2 or type(term[1]) is not int:
        raise Invalid
    return _bool(term[0], release) + native_int(term[1])


def _filter(term: Term, release: int) -> bytes:
    if type(term) is Map:
        term = term.put(MODE, term.get(FILTER_MODE))
    return PACKERS["filter"](term, release)


def _source(term: Term, release: int) -> bytes:
    raise badarg()


OWN_PACKERS: Final[dict[str, Callable[[Term, int], bytes]]] = {
    **PACKERS,
    "bool": _bool,
    "linger": _linger,
    "filter": _filter,
    "source": _source,
    "hops": PACKERS["int"],
    "set_domain": lambda term, release: native_int(DOMAINS.get(term, 0)),
}
"""How values become bytes. Groups with a source cannot be joined (measured at 23)."""


def _protocol(number: int) -> Term:
    return PROTOCOL_NAMES.get(number, number) if number else DEFAULT


def _unpack_linger(data: bytes, release: int) -> Term:
    on, seconds = struct.unpack("=ii", data)
    return (to_bool_atom(on != 0), seconds)


OWN_UNPACKERS: Final[dict[str, tuple[int, Callable[[bytes, int], Term]]]] = {
    **UNPACKERS,
    "linger": (8, _unpack_linger),
    "protocol": (4, lambda data, release: _protocol(struct.unpack("=i", data)[0])),
}


@nif("nif_setopt", 5, coded=True)
def nif_setopt_5(
    process: Process, ref: Term, is_coded: Term, level: Term, option: Term, value: Term
) -> Term:
    """Change an option, given by numbers of prim_socket's own or by the system's."""
    own, base, number = socket_of(process, ref), c_int(level), c_int(option)
    if not own.is_open:
        return IS_CLOSED
    try:
        if is_coded is FALSE:
            return _set(own, base, number, value.to_bytes())
        if base == OTP_LEVEL:
            return _set_own(process, own, number, value)
        found = option_of(base, number)
        pack = None if found is None else OWN_PACKERS.get(found[1].kind)
        if found is None or pack is None:
            return EINVAL
        assert found[1].number is not None
        return _set(own, found[0], found[1].number, pack(value, process.vm.release))
    except Invalid:
        return EINVAL


def _set(own: Socket, level: int, number: int, data: bytes) -> Term:
    try:
        own.sock.setsockopt(level, number, data)
    except OSError as failing:
        return failed(failing)
    return OK


def _set_own(process: Process, own: Socket, number: int, value: Term) -> Term:
    if number in SWITCHES:
        value = to_bool_atom(value is TRUE)
    elif number in SIZES:
        size = value[1] if type(value) is tuple else value
        if size == 0:
            value = DEFAULT
        elif type(size) is int and signed(size, INT_BITS) is None:
            return EINVAL
    elif number == USE_REGISTRY:
        return EINVAL
    try:
        answer = set_own_option(process, own, number, value)
    except BeamError:
        return EINVAL
    if answer == NOT_OWNER:
        return IS_NOT_OWNER
    return EINVAL if answer == (ERROR, INVALID) else answer


@nif("nif_getopt", 4, coded=True)
def nif_getopt_4(process: Process, ref: Term, is_coded: Term, level: Term, option: Term) -> Term:
    """Read an option by numbers of prim_socket's own. Others cannot be read (measured at 23)."""
    own = socket_of(process, ref)
    if not own.is_open:
        return IS_CLOSED
    if is_coded is FALSE:
        raise badarg()
    base = c_int(level)
    if base == OTP_LEVEL:
        try:
            return own_option(process, own, c_int(option))
        except BeamError:
            return EINVAL
    found = option_of(base, c_int(option))
    reader = None if found is None else OWN_UNPACKERS.get(found[1].kind)
    if found is None or reader is None:
        return EINVAL
    size, unpack = reader
    assert found[1].number is not None
    try:
        data = own.sock.getsockopt(found[0], found[1].number, size)
    except OSError as failing:
        return failed(failing)
    return (OK, unpack(data, process.vm.release))
