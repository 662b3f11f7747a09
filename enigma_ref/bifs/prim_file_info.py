"""prim_file: facts about files, permissions, owners and times."""

from __future__ import annotations

import errno
import os
import stat
from typing import Final

from enigma_ref.bifs.native_arguments import INT_BITS, c_int, c_long, c_unsigned
from enigma_ref.bifs.posix_reasons import failed, failure
from enigma_ref.bifs.prim_file_handles import file_of
from enigma_ref.bifs.prim_file_paths import native_path, on_path
from enigma_ref.bifs.registry import bif
from enigma_ref.bifs.working_folder import folder
from enigma_ref.machine.process import Process
from enigma_ref.terms import Atom, Term, atom

FILE_INFO: Final = atom("file_info")
OLDEST: Final = -2145916800
"""The least time that is told, in seconds: 1902-01-01. Before it, calendars of some systems end
(EFILE_MIN_FILETIME in prim_file_nif.h)."""

SECOND: Final = 1_000_000_000

CAN: Final = {
    (False, False): atom("none"),
    (True, False): atom("read"),
    (False, True): atom("write"),
    (True, True): atom("read_write"),
}
"""Access by whether one can read and write."""

CHANGEABLE: Final = 0o6777
"""The bits of permissions that can be set; without the first two where that is not allowed."""
PLAIN: Final = 0o777


def _kind(mode: int) -> Atom:
    if stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
        return atom("device")
    if stat.S_ISDIR(mode):
        return atom("directory")
    if stat.S_ISREG(mode):
        return atom("regular")
    return atom("symlink") if stat.S_ISLNK(mode) else atom("other")


def _unsigned(number: int) -> int:
    """What a C unsigned int holds of a number."""
    return number & (1 << INT_BITS) - 1


def _facts(found: os.stat_result, access: Atom) -> Term:
    """The record file_info of file.hrl, with times in seconds."""
    times = (found.st_atime_ns, found.st_mtime_ns, found.st_ctime_ns)
    return (
        FILE_INFO,
        found.st_size,
        _kind(found.st_mode),
        access,
        *(max(OLDEST, nanoseconds // SECOND) for nanoseconds in times),
        found.st_mode,
        found.st_nlink,
        _unsigned(found.st_dev),
        _unsigned(found.st_rdev),
        _unsigned(found.st_ino),
        found.st_uid,
        found.st_gid,
    )


@bif("prim_file", "read_info_nif", 2, process=True)
def read_info_nif_2(process: Process, name: Term, follow_links: Term) -> Term:
    """Facts about a file by its name; access is what its permissions allow this user."""
    follow = c_int(follow_links) != 0
    path = native_path(name)
    if path is None:
        return failure(errno.EINVAL)
    at = folder(process.vm)
    try:
        found = os.stat(path, dir_fd=at, follow_symlinks=follow)
    except OSError as error:
        return failed(error)
    readable, writable = (os.access(path, way, dir_fd=at) for way in (os.R_OK, os.W_OK))
    return _facts(found, CAN[readable, writable])


@bif("prim_file", "read_handle_info_nif", 1, process=True)
def read_handle_info_nif_1(process: Process, ref: Term) -> Term:
    """Facts about an open file; access is told by its bits alone, also for a superuser."""
    file = file_of(process, ref)
    if not file.is_open:
        return failure(errno.EINVAL)
    try:
        found = os.fstat(file.descriptor)
    except OSError as error:
        return failed(error)
    if found.st_uid == os.geteuid():
        bits = found.st_mode >> 6
    else:
        bits = found.st_mode >> 3 if found.st_gid == os.getegid() else found.st_mode
    return _facts(found, CAN[bool(bits & os.R_OK), bool(bits & os.W_OK)])


@bif("prim_file", "set_permissions_nif", 2, process=True)
def set_permissions_nif_2(process: Process, name: Term, permissions: Term) -> Term:
    """Change who may do what."""
    bits = c_unsigned(permissions, INT_BITS) & CHANGEABLE

    def change(at: int | None, path: bytes) -> None:
        try:
            os.chmod(path, bits, dir_fd=at)
        except OSError:
            os.chmod(path, bits & PLAIN, dir_fd=at)

    return on_path(process, name, change)


@bif("prim_file", "set_owner_nif", 3, process=True)
def set_owner_nif_3(process: Process, name: Term, uid: Term, gid: Term) -> Term:
    """Change whom a file belongs to; -1 leaves one as it is."""
    user, group = (
        number if number == -1 else _unsigned(number) for number in (c_int(uid), c_int(gid))
    )
    return on_path(process, name, lambda at, path: os.chown(path, user, group, dir_fd=at))


@bif("prim_file", "set_time_nif", 4, process=True)
def set_time_nif_4(process: Process, name: Term, atime: Term, mtime: Term, ctime: Term) -> Term:
    """Change when a file was read and written, in seconds since 1970."""
    accessed, modified, _ = (c_long(time) for time in (atime, mtime, ctime))
    return on_path(process, name, lambda at, path: os.utime(path, (accessed, modified), dir_fd=at))
