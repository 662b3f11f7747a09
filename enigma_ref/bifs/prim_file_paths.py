"""prim_file: folders, names and links.

Names are binaries that `internal_name2native` made, with a zero byte at their end; anything else
is `{error, einval}`. Reasons are the operating system's, but for those few that OTP's
unix_prim_file.c makes equal on all systems.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from typing import Final

from enigma_ref.bifs import working_folder
from enigma_ref.bifs.native_arguments import c_int
from enigma_ref.bifs.posix_reasons import failed, failure
from enigma_ref.bifs.registry import bif
from enigma_ref.bifs.working_folder import folder
from enigma_ref.machine.process import Process
from enigma_ref.terms import Bitstring, Term, make_list
from enigma_ref.terms.atoms import OK

NEW_FOLDER: Final = 0o777

Action = Callable[[int | None, bytes], object]
"""What is done with a name, relative to a folder. Raises OSError."""


def native_path(name: Term) -> bytes | None:
    """A name without its zero bytes; None when it is none."""
    if type(name) is not Bitstring or name.size & 7:
        return None
    path, zero, rest = name.to_bytes().partition(b"\0")
    if not zero or rest.strip(b"\0"):
        return None
    return path


def on_path(process: Process, name: Term, action: Action) -> Term:
    """ok, or `{error, Reason}`."""
    path = native_path(name)
    if path is None:
        return failure(errno.EINVAL)
    try:
        action(folder(process.vm), path)
    except OSError as error:
        return failed(error)
    return OK


def value_of_path(
    process: Process, name: Term, action: Callable[[int | None, bytes], Term]
) -> Term:
    """`{ok, Value}`, or `{error, Reason}`."""
    path = native_path(name)
    if path is None:
        return failure(errno.EINVAL)
    try:
        return (OK, action(folder(process.vm), path))
    except OSError as error:
        return failed(error)


def on_paths(
    process: Process, name: Term, other: Term, action: Callable[[int | None, bytes, bytes], object]
) -> Term:
    """As on_path, with two names."""
    path = native_path(other)
    if path is None:
        return failure(errno.EINVAL)
    return on_path(process, name, lambda at, first: action(at, first, path))


@bif("prim_file", "make_hard_link_nif", 2, process=True)
def make_hard_link_nif_2(process: Process, existing: Term, new: Term) -> Term:
    """Give a file one more name."""
    return on_paths(
        process,
        existing,
        new,
        lambda at, old, name: os.link(
            old, name, src_dir_fd=at, dst_dir_fd=at, follow_symlinks=False
        ),
    )


@bif("prim_file", "make_soft_link_nif", 2, process=True)
def make_soft_link_nif_2(process: Process, existing: Term, new: Term) -> Term:
    """Make a symbolic link."""
    return on_paths(process, existing, new, lambda at, old, name: os.symlink(old, name, dir_fd=at))


@bif("prim_file", "rename_nif", 2, process=True)
def rename_nif_2(process: Process, source: Term, destination: Term) -> Term:
    """Rename or move a file or a folder."""
    return on_paths(process, source, destination, _rename)


def _rename(at: int | None, source: bytes, destination: bytes) -> None:
    try:
        os.rename(source, destination, src_dir_fd=at, dst_dir_fd=at)
    except OSError as error:
        if error.errno == errno.ENOTEMPTY:
            error.errno = errno.EEXIST
        elif source == b"/":
            error.errno = errno.EINVAL
        raise


@bif("prim_file", "make_dir_nif", 1, process=True)
def make_dir_nif_1(process: Process, name: Term) -> Term:
    """Make a folder."""
    return on_path(process, name, lambda at, path: os.mkdir(path, NEW_FOLDER, dir_fd=at))


@bif("prim_file", "del_file_nif", 1, process=True)
def del_file_nif_1(process: Process, name: Term) -> Term:
    """Delete a file, or a symbolic link."""
    return on_path(process, name, _delete_file)


def _delete_file(at: int | None, path: bytes) -> None:
    try:
        os.unlink(path, dir_fd=at)
    except IsADirectoryError as error:
        error.errno = errno.EPERM
        raise


@bif("prim_file", "del_dir_nif", 1, process=True)
def del_dir_nif_1(process: Process, name: Term) -> Term:
    """Delete an empty folder, which must not be the current one when it is not."""
    return on_path(process, name, _delete_folder)


def _delete_folder(at: int | None, path: bytes) -> None:
    try:
        os.rmdir(path, dir_fd=at)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
            error.errno = errno.EINVAL if _is_current(at, path) else errno.EEXIST
        raise


def _is_current(at: int | None, path: bytes) -> bool:
    try:
        return os.path.samestat(os.stat(path, dir_fd=at), os.stat(b".", dir_fd=at))
    except OSError:
        return False


@bif("prim_file", "list_dir_nif", 1, process=True)
def list_dir_nif_1(process: Process, name: Term) -> Term:
    """The names in a folder, in reverse: OTP's prim_file.erl turns them around."""
    return value_of_path(process, name, _names)


def _names(at: int | None, path: bytes) -> Term:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NONBLOCK, dir_fd=at)
    try:
        names = os.listdir(descriptor)
    finally:
        os.close(descriptor)
    return make_list([Bitstring.of(os.fsencode(name)) for name in reversed(names)])


@bif("prim_file", "read_link_nif", 1, process=True)
def read_link_nif_1(process: Process, name: Term) -> Term:
    """Where a symbolic link points to."""
    return value_of_path(process, name, lambda at, path: Bitstring.of(os.readlink(path, dir_fd=at)))


@bif("prim_file", "get_cwd_nif", 0, process=True)
def get_cwd_nif_0(process: Process) -> Term:
    """The name of the current folder."""
    try:
        return (OK, Bitstring.of(working_folder.name(process.vm)))
    except OSError as error:
        return failed(error)


@bif("prim_file", "set_cwd_nif", 1, process=True)
def set_cwd_nif_1(process: Process, name: Term) -> Term:
    """Make another folder the current one, for this system only."""
    return on_path(process, name, lambda at, path: working_folder.change(process.vm, path))


@bif("prim_file", "get_device_cwd_nif", 1)
def get_device_cwd_nif_1(device: Term) -> Term:
    """The current folder of a drive: there are none."""
    c_int(device)
    return failure(errno.ENOTSUP)


@bif("prim_file", "altname_nif", 1)
def altname_nif_1(name: Term) -> Term:
    """The short name of a file: there are none."""
    return failure(errno.EINVAL if native_path(name) is None else errno.ENOTSUP)
