"""prim_file: reading and writing open files.

Positions and sizes that are numbers and no integers of 64 bits from 0 are `{error, einval}`, and
what is no number raises badarg; `seek_nif` alone raises badarg for both (measured).
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from typing import Final

from enigma_ref.bifs.native_arguments import c_int, c_long, is_number, signed, some_binaries
from enigma_ref.bifs.posix_reasons import failed, failure
from enigma_ref.bifs.prim_file_handles import READ, file_of, open_file, waiting_path
from enigma_ref.bifs.prim_file_paths import native_path
from enigma_ref.bifs.registry import bif
from enigma_ref.bifs.waiting_calls import aside
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.machine.system import System
from enigma_ref.terms import NIL, Atom, Bitstring, Term, atom
from enigma_ref.terms.atoms import OK

EOF: Final = atom("eof")
CONTINUE: Final = atom("continue")
WHENCE: Final = {atom("bof"): os.SEEK_SET, atom("cur"): os.SEEK_CUR, atom("eof"): os.SEEK_END}
ADVICE: Final = {
    atom("normal"): "NORMAL",
    atom("random"): "RANDOM",
    atom("sequential"): "SEQUENTIAL",
    atom("will_need"): "WILLNEED",
    atom("dont_need"): "DONTNEED",
    atom("no_reuse"): "NOREUSE",
}

AT_ONCE: Final = 64
"""How many binaries one call writes."""

PART: Final = 1 << 24
"""How many bytes are read at once: a size costs no memory that the file has no bytes for."""

ADDRESSABLE: Final = 1 << 47
"""A binary of so many bytes does not fit into the memory of any process."""

POINTER: Final = 8
"""Bytes of size and position that ipread begins with."""
MAX_POINTED: Final = 1 << 31


class Refused(Exception):
    """Stops a function with an error of the operating system, by its number."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def on_file(name: str, arity: int) -> Callable[[Callable[..., Term]], Callable[..., Term]]:
    """Register a function of an open file, given as its descriptor, under the name and arity
    that it has with a reference in its place."""

    def register(function: Callable[..., Term]) -> Callable[..., Term]:
        def call(process: Process, ref: Term, *arguments: Term) -> Term:
            file = file_of(process, ref)
            try:
                if process.work is not None or (file.may_wait and file.is_open):
                    return aside(process, lambda: file.busy_with(function, *arguments))
                if not file.is_open:
                    return failure(errno.EINVAL)
                return function(file.descriptor, *arguments)
            except Refused as refused:
                return failure(refused.number)
            except OSError as error:
                return failed(error)

        call.__doc__ = function.__doc__
        bif("prim_file", name, arity, process=True)(call)
        return function

    return register


def _numbers(*terms: Term) -> list[int]:
    """Positions and sizes. Raises badarg, or Refused."""
    if not all(map(is_number, terms)):
        raise badarg()
    numbers = [number for number in map(signed, terms) if number is not None and number >= 0]
    if len(numbers) < len(terms):
        raise Refused(errno.EINVAL)
    return numbers


def _read(size: int, part: Callable[[int, int], bytes]) -> bytes:
    """Read up to so many bytes. `part` reads some, from so many bytes after the first on."""
    if size >= ADDRESSABLE:
        raise Refused(errno.ENOMEM)
    parts: list[bytes] = []
    done = 0
    while done < size:
        found = part(min(size - done, PART), done)
        if not found:
            break
        parts.append(found)
        done += len(found)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def read_some(descriptor: int, size: int) -> bytes:
    """Read up to so many bytes where the file stands. Raises OSError and Refused."""
    return _read(size, lambda some, _: os.read(descriptor, some))


def read_at(descriptor: int, position: int, size: int) -> bytes:
    """Read up to so many bytes at a position. Raises OSError and Refused."""
    return _read(size, lambda some, done: os.pread(descriptor, some, position + done))


def _data(found: bytes) -> Term:
    return (OK, Bitstring.of(found)) if found else EOF


@on_file("read_nif", 2)
def read_nif(descriptor: int, size: Term) -> Term:
    """Read up to Size bytes; eof when there are none, also for a size of 0."""
    return _data(read_some(descriptor, *_numbers(size)))


@on_file("pread_nif", 3)
def pread_nif(descriptor: int, offset: Term, size: Term) -> Term:
    """Read up to Size bytes at a position."""
    return _data(read_at(descriptor, *_numbers(offset, size)))


@on_file("ipread_s32bu_p32bu_nif", 3)
def ipread_s32bu_p32bu_nif(descriptor: int, offset: Term, most: Term) -> Term:
    """Read size and position, 32 bits each, at Offset, and then as much at that position; eof
    when the size is larger than `most`."""
    if not is_number(offset) or not is_number(most):
        raise badarg()
    position, limit = signed(offset), signed(most)
    if position is None or limit is None or position < 0 or limit >= MAX_POINTED:
        raise Refused(errno.EINVAL)
    pointer = read_at(descriptor, position, POINTER)
    size, place = (int.from_bytes(half) for half in (pointer[:4], pointer[4:]))
    if len(pointer) < POINTER or size > limit:
        return EOF
    found = read_at(descriptor, place, size)
    return (OK, (size, place, Bitstring.of(found) if found else EOF))


def _write(binaries: list[Bitstring], part: Callable[[list[memoryview], int], int]) -> int:
    """Write all bytes; how many these are. `part` writes some of them, so many bytes after the
    first."""
    left = [binary.view() for binary in binaries]
    done = 0
    while left:
        written = part(left, done)
        done += written
        while left and written >= len(left[0]):
            written -= len(left.pop(0))
        if left:
            left[0] = left[0][written:]
    return done


@on_file("write_nif", 2)
def write_nif(descriptor: int, binaries: Term) -> Term:
    """Write binaries where the file stands; `{continue, Rest}` when there are many."""
    some, rest = some_binaries(binaries, AT_ONCE)
    _write(some, lambda left, _: os.writev(descriptor, left))
    return OK if rest is NIL else (CONTINUE, rest)


@on_file("pwrite_nif", 3)
def pwrite_nif(descriptor: int, offset: Term, binaries: Term) -> Term:
    """Write binaries at a position; `{continue, Size, Rest}` when there are many."""
    if not is_number(offset):
        raise badarg()
    some, rest = some_binaries(binaries, AT_ONCE)
    (position,) = _numbers(offset)
    done = _write(some, lambda left, done: os.pwritev(descriptor, left, position + done))
    return OK if rest is NIL else (CONTINUE, done, rest)


@on_file("seek_nif", 3)
def seek_nif(descriptor: int, mark: Term, offset: Term) -> Term:
    """Move to a position; the new one, from the beginning."""
    distance = c_long(offset)
    if type(mark) is not Atom or mark not in WHENCE:
        raise badarg()
    return (OK, os.lseek(descriptor, distance, WHENCE[mark]))


@on_file("sync_nif", 2)
def sync_nif(descriptor: int, data_only: Term) -> Term:
    """Wait until what was written is on the disk."""
    (os.fdatasync if c_int(data_only) else os.fsync)(descriptor)
    return OK


@on_file("truncate_nif", 1)
def truncate_nif(descriptor: int) -> Term:
    """Cut the file off where it stands."""
    os.ftruncate(descriptor, os.lseek(descriptor, 0, os.SEEK_CUR))
    return OK


@on_file("allocate_nif", 3)
def allocate_nif(descriptor: int, offset: Term, length: Term) -> Term:
    """Reserve room on the disk."""
    position, size = _numbers(offset, length)
    if not hasattr(os, "posix_fallocate"):
        raise Refused(errno.ENOTSUP)
    os.posix_fallocate(descriptor, position, size)
    return OK


@on_file("advise_nif", 4)
def advise_nif(descriptor: int, offset: Term, length: Term, advice: Term) -> Term:
    """Tell how a part of the file is going to be used. What the operating system thinks of it is
    not told (measured: ok also for a pipe)."""
    position, size = _numbers(offset, length)
    if type(advice) is not Atom or advice not in ADVICE:
        raise Refused(errno.EINVAL)
    if hasattr(os, "posix_fadvise"):
        try:
            os.posix_fadvise(
                descriptor, position, size, getattr(os, f"POSIX_FADV_{ADVICE[advice]}")
            )
        except OSError:
            return OK
    return OK


@bif("prim_file", "read_file_nif", 1, process=True)
def read_file_nif_1(process: Process, name: Term) -> Term:
    """All bytes of a file."""
    path = native_path(name)
    if path is None:
        return failure(errno.EINVAL)
    vm = process.vm
    try:
        if process.work is not None or waiting_path(vm, path):
            return (OK, Bitstring.of(aside(process, lambda: _whole(vm, path))))
        return (OK, Bitstring.of(_whole(vm, path)))
    except OSError as error:
        return failed(error)


def _whole(vm: System, path: bytes) -> bytes:
    descriptor = open_file(vm, path, {READ})
    try:
        # Where the size is 0, as in /proc, all that comes is taken.
        return read_some(descriptor, os.fstat(descriptor).st_size or ADDRESSABLE - 1)
    finally:
        os.close(descriptor)
