"""prim_socket: reading and changing options, those of the system and those of the runtime."""

from __future__ import annotations

import errno
import socket
from typing import Final

from enigma_ref.bifs.native_arguments import INT_BITS, signed
from enigma_ref.bifs.posix_reasons import failed, failure
from enigma_ref.bifs.prim_socket_addresses import DOMAIN_NAMES, Invalid
from enigma_ref.bifs.prim_socket_numbers import int_in, nif
from enigma_ref.bifs.prim_socket_state import ADD as REGISTER
from enigma_ref.bifs.prim_socket_state import (
    BUFFER,
    CONTROL_BUFFER,
    INVALID,
    IS_CLOSED,
    Socket,
    socket_of,
)
from enigma_ref.bifs.prim_socket_tables import kind_of
from enigma_ref.bifs.prim_socket_values import DEFAULT, INT_SIZE, PACKERS, UNPACKERS, native_int
from enigma_ref.machine.errors import badarg, error
from enigma_ref.machine.process import Process
from enigma_ref.terms import FALSE, TRUE, Atom, Bitstring, Pid, Term, atom, to_bool_atom
from enigma_ref.terms.atoms import ERROR, OK, UNDEFINED

OTP: Final = atom("otp")
SOCKET: Final = atom("socket")
NATIVE: Final = atom("native")
INTEGER: Final = atom("integer")
BOOLEAN: Final = atom("boolean")

NO_OPTION: Final = (INVALID, atom("socket_option"))
NO_VALUE: Final = (INVALID, atom("value"))
NOT_OWNER: Final = (ERROR, (INVALID, atom("not_owner")))
NO_OTP_OPTION: Final = atom("otp_socket_option")

DEBUG: Final = 1001
WRAPS: Final = 1002
OWNER: Final = 1003
BUFFER_SIZE: Final = 1004
CONTROL_SIZE: Final = 1006
SEND_CONTROL_SIZE: Final = 1007
DESCRIPTOR: Final = 1008
META: Final = 1009
USE_REGISTRY: Final = 1010
SELECT_READ: Final = 1011
DOMAIN: Final = 1999
"""Options of the runtime, as prim_socket numbers them."""

LARGEST: Final = 1024
"""Bytes of an option that Python asks for at most."""

SELECT_READ_SINCE: Final = 29


def _level(term: Term) -> int:
    return int(socket.SOL_SOCKET) if term is SOCKET else int_in(term)


def _is_owner(process: Process, own: Socket) -> bool:
    return own.owner == process.pid


@nif("nif_setopt", 5)
def nif_setopt_5(
    process: Process, ref: Term, level: Term, option: Term, value: Term, native: Term
) -> Term:
    """Change an option. A native value is a number or bytes, whatever the option is."""
    own, number, is_native = socket_of(process, ref), int_in(option), int_in(native)
    try:
        if level is OTP:
            return set_own_option(process, own, number, value)
        return _set(process, own, _level(level), number, value, is_native != 0)
    except Invalid:
        return NO_VALUE


def _set(
    process: Process, own: Socket, level: int, number: int, value: Term, is_native: bool
) -> Term:
    if not own.is_open:
        return IS_CLOSED
    if is_native:
        try:
            data = _native_bytes(value)
        except Invalid:
            return (ERROR, NO_VALUE)
    else:
        release = process.vm.release
        pack = PACKERS.get(kind_of(level, number, release) or "")
        if pack is None:
            return NO_OPTION
        data = pack(value, release)
    try:
        own.sock.setsockopt(level, number, data)
    except OSError as failing:
        return failed(failing)
    return OK


def _native_bytes(value: Term) -> bytes:
    if value is TRUE or value is FALSE:
        return native_int(int(value is TRUE))
    if type(value) is int:
        return native_int(value)
    if type(value) is Bitstring and not value.size & 7:
        return value.to_bytes()
    raise Invalid


def _bool_in(value: Term) -> bool:
    if value is not TRUE and value is not FALSE:
        raise Invalid
    return value is TRUE


def _size_in(value: Term, default: int) -> int:
    if value is DEFAULT:
        return default
    if type(value) is not int or signed(value) is None or value <= 0:
        raise Invalid
    size: int = value
    return size


def set_own_option(process: Process, own: Socket, number: int, value: Term) -> Term:
    """Change an option of the runtime. Raises Invalid for a value that it does not take, and an
    error of the program where there is no such option."""
    if number in (DESCRIPTOR, DOMAIN):
        raise error((INVALID, (NO_OTP_OPTION, number)))
    if not own.is_open:
        return IS_CLOSED
    if number == DEBUG:
        own.debug = _bool_in(value)
    elif number == WRAPS:
        own.wraps = _bool_in(value)
    elif number == OWNER:
        return _give(process, own, value)
    elif number == BUFFER_SIZE:
        _set_buffer(own, value)
    elif number == CONTROL_SIZE:
        own.control_buffer = _size_in(value, CONTROL_BUFFER)
    elif number == SEND_CONTROL_SIZE:
        own.send_control_buffer = _size_in(value, CONTROL_BUFFER)
    elif number == META:
        if not _is_owner(process, own):
            return NOT_OWNER
        own.meta = value
    elif number == USE_REGISTRY:
        if value is not TRUE:
            raise Invalid
        if not own.use_registry:
            own.use_registry = True
            own.tell_registry(process.vm, REGISTER)
    elif number == SELECT_READ and process.vm.release >= SELECT_READ_SINCE:
        own.select_read = _bool_in(value)
    else:
        raise error((INVALID, (NO_OTP_OPTION, number)))
    return OK


def _set_buffer(own: Socket, value: Term) -> None:
    """The size of what is received at once, alone or behind how often that is done in a row."""
    if type(value) is tuple:
        if len(value) != 2 or type(value[0]) is not int or value[0] <= 0:
            raise Invalid
        own.buffer, own.pieces = _size_in(value[1], BUFFER), value[0]
    else:
        own.buffer, own.pieces = _size_in(value, BUFFER), 0


def _give(process: Process, own: Socket, pid: Term) -> Term:
    """Let the socket belong to another process."""
    if not _is_owner(process, own):
        return NOT_OWNER
    if type(pid) is not Pid:
        raise Invalid
    other = process.vm.processes.get(pid)
    if other is None:
        return (ERROR, INVALID)
    own.owned_by(process.vm, other)
    return OK


@nif("nif_getopt", 3)
def nif_getopt_3(process: Process, ref: Term, level: Term, option: Term) -> Term:
    """Read an option."""
    own, number = socket_of(process, ref), int_in(option)
    if level is OTP:
        return own_option(process, own, number)
    base = _level(level)
    if not own.is_open:
        return IS_CLOSED
    release = process.vm.release
    found = UNPACKERS.get(kind_of(base, number, release) or "")
    if found is None:
        return NO_OPTION
    size, unpack = found
    try:
        data = own.sock.getsockopt(base, number, size)
        return (OK, unpack(data, release))
    except OSError as failing:
        return failed(failing)


def own_option(process: Process, own: Socket, number: int) -> Term:
    """Read an option of the runtime. Raises an error of the program where there is none."""
    values: dict[int, Term] = {
        DEBUG: to_bool_atom(own.debug),
        WRAPS: to_bool_atom(own.wraps),
        OWNER: UNDEFINED if own.owner is None else own.owner,
        BUFFER_SIZE: (own.pieces, own.buffer) if own.pieces else own.buffer,
        CONTROL_SIZE: own.control_buffer,
        SEND_CONTROL_SIZE: own.send_control_buffer,
        DESCRIPTOR: own.descriptor,
        META: own.meta,
        USE_REGISTRY: to_bool_atom(own.use_registry),
        DOMAIN: DOMAIN_NAMES.get(own.domain, own.domain),
    }
    if process.vm.release >= SELECT_READ_SINCE:
        values[SELECT_READ] = to_bool_atom(own.select_read)
    if number not in values:
        raise error((INVALID, (NO_OTP_OPTION, number)))
    return (OK, values[number]) if own.is_open else IS_CLOSED


@nif("nif_getopt", 4)
def nif_getopt_4(process: Process, ref: Term, level: Term, option: Term, form: Term) -> Term:
    """Read an option as the system has it: as a number, or as so many bytes."""
    own, number, base = socket_of(process, ref), int_in(option), _level(level)
    if not own.is_open:
        return IS_CLOSED
    size = _size(form)
    if size is None:
        return NO_VALUE
    if size <= 0:
        return failure(errno.EINVAL if size else errno.EFAULT)
    try:
        data = own.sock.getsockopt(base, number, min(size, LARGEST))
    except OSError as failing:
        return failed(failing)
    if type(form) is Atom:
        found = int.from_bytes(data, "little", signed=True)
        return (OK, found if form is INTEGER else to_bool_atom(found != 0))
    return (OK, Bitstring.of(data))


def _size(form: Term) -> int | None:
    """How many bytes a form of values has."""
    if form is INTEGER or form is BOOLEAN:
        return INT_SIZE
    if type(form) is int:
        return signed(form, INT_BITS)
    if type(form) is Bitstring and not form.size & 7:
        return int(form.byte_size)
    return None


@nif("nif_getopt", 5)
def nif_getopt_5(
    process: Process, ref: Term, level: Term, option: Term, kind: Term, form: Term
) -> Term:
    """The same; without `native` only options of SCTP have an argument."""
    if kind is NATIVE:
        return nif_getopt_4(process, ref, level, option, form)
    if kind is not atom("value"):
        raise badarg()
    socket_of(process, ref)
    return NO_OPTION
