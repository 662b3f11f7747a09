"""prim_socket: sending a part of an open file."""

from __future__ import annotations

import errno
import os
import stat
from typing import Final

from enigma_ref.bifs.posix_reasons import failed, failure
from enigma_ref.bifs.prim_file_handles import File
from enigma_ref.bifs.prim_socket_numbers import OutOfRange, long_in, nif
from enigma_ref.bifs.prim_socket_state import (
    INVALID,
    IS_CLOSED,
    SELECT,
    STATE,
    WRONG_STATE,
    Socket,
    socket_of,
)
from enigma_ref.machine.errors import badarg, error
from enigma_ref.machine.process import Process
from enigma_ref.terms import Reference, Term
from enigma_ref.terms.atoms import OK

COUNTERS: Final = (
    *("sendfile", "sendfile_byte", "sendfile_fails", "sendfile_max", "sendfile_pkg"),
    *("sendfile_pkg_max", "sendfile_tries", "sendfile_waits"),
)

AT_ONCE: Final = 0x7FFF_F000
"""Bytes that Linux sends at once at most."""

WHOLE: Final = 1 << 30
"""How much is asked for at once when all is to be sent."""


def _end(own: Socket) -> None:
    """Let go of the file that is being sent."""
    file, own.file = own.file, None
    if file is not None:
        os.close(file)


@nif("nif_sendfile", 5)
def nif_sendfile_5(
    process: Process, ref: Term, handle: Term, offset: Term, count: Term, file: Term
) -> Term:
    """Begin to send a file: `{ok, Sent}`, or `{select, Sent}` when the rest has to wait."""
    own = socket_of(process, ref)
    start, size = long_in(offset), long_in(count)
    if type(handle) is not Reference or type(file) is not Reference:
        raise badarg()
    if size < 0:
        raise OutOfRange(size)
    found = process.vm.resource(file)
    if not isinstance(found, File):
        raise badarg()
    if not own.is_open:
        return IS_CLOSED
    if own.connector is not None:
        return WRONG_STATE
    if own.writers.is_busy_for(process.pid):
        return own.wait(process, own.writers, handle)
    for name in COUNTERS:
        own.counters.setdefault(name, 0)
    _end(own)
    try:
        if not found.is_open or not stat.S_ISREG(os.fstat(found.descriptor).st_mode):
            return failure(errno.EINVAL)
        own.file = os.dup(found.descriptor)
    except OSError as failing:
        return failed(failing)
    return _send(process, own, handle, start, size)


@nif("nif_sendfile", 4)
def nif_sendfile_4(process: Process, ref: Term, handle: Term, offset: Term, count: Term) -> Term:
    """Go on sending a file."""
    own = socket_of(process, ref)
    start, size = long_in(offset), long_in(count)
    if type(handle) is not Reference:
        raise badarg()
    if size < 0:
        raise OutOfRange(size)
    if not own.is_open:
        return IS_CLOSED
    if own.file is None:
        raise error((INVALID, STATE))
    return _send(process, own, handle, start, size)


def _send(process: Process, own: Socket, handle: Reference, start: int, size: int) -> Term:
    sent = 0
    assert own.file is not None
    own.count("sendfile_tries")
    try:
        while not size or sent < size:
            own.count("sendfile")
            more = min(size - sent, AT_ONCE) if size else WHOLE
            some = os.sendfile(own.descriptor, own.file, start + sent, more)
            if not some:
                break
            sent += some
            own.count("sendfile_pkg")
            own.count("sendfile_byte", some)
            for name in ("sendfile_max", "sendfile_pkg_max"):
                own.counters[name] = max(own.counters[name], some)
    except (BlockingIOError, InterruptedError):
        own.count("sendfile_waits")
        own.wait(process, own.writers, handle)
        return (SELECT, sent)
    except OSError as failing:
        own.count("sendfile_fails")
        _end(own)
        answer = failed(failing)
        own.fail_all(process, own.writers, answer[1])
        return answer
    _end(own)
    own.done(process, own.writers)
    return (OK, sent)


@nif("nif_sendfile", 1)
def nif_sendfile_1(process: Process, ref: Term) -> Term:
    """End the sending of a file before it is complete."""
    own = socket_of(process, ref)
    _end(own)
    return OK
