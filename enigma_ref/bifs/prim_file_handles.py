"""prim_file: open files, and who they belong to.

A file belongs to the process that opened it: when that ends, the runtime's process for forgotten
files is told to close it. (In OTP's prim_file_nif.c the same happens, since closing may block.)
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import stat
import struct
from collections.abc import Callable
from typing import Final

from enigma_ref.bifs.native_arguments import c_int, resource
from enigma_ref.bifs.native_libraries import on_library_load
from enigma_ref.bifs.posix_reasons import failed, failure
from enigma_ref.bifs.prim_file_paths import native_path
from enigma_ref.bifs.registry import bif
from enigma_ref.bifs.waiting_calls import aside
from enigma_ref.bifs.working_folder import folder
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.machine.system import System
from enigma_ref.terms import NIL, Atom, Bitstring, Cons, Pid, Reference, Term, atom
from enigma_ref.terms.atoms import OK

CLOSE: Final = atom("close")
READ: Final = atom("read")
WRITE: Final = atom("write")
APPEND: Final = atom("append")
EXCLUSIVE: Final = atom("exclusive")
SYNC: Final = atom("sync")
DIRECTORY: Final = atom("directory")
SKIP_TYPE_CHECK: Final = atom("skip_type_check")

HELPER: Final = "prim_file:helper"
"""Where a system keeps the pid of the process that closes forgotten files."""

NEW_FILE: Final = 0o666
NEW_FOLDER: Final = 0o777


class File:
    """An open file: `descriptor` is the operating system's, -1 once that is closed.

    `is_open` becomes false when somebody closes it, or its owner ends. `words` are those of its
    reference. Whoever throws a whole system away need not close its files; those of programs that
    run on are only closed by their owners. `may_wait` tells that reading or writing may wait for
    somebody; while it `is_busy` with that, it is not closed.
    """

    __slots__ = (
        "__weakref__",
        "descriptor",
        "is_busy",
        "is_open",
        "may_wait",
        "ours",
        "owner",
        "words",
    )

    def __init__(self, descriptor: int, owner: Pid, ours: bool) -> None:
        self.descriptor = descriptor
        self.may_wait = waits(os.fstat(descriptor))
        self.is_busy = False
        self.owner = owner
        self.ours = ours
        self.is_open = True
        self.words: tuple[int, ...] = ()

    def close(self) -> None:
        """Give the descriptor back. Raises OSError."""
        descriptor, self.descriptor = self.descriptor, -1
        self.is_open = False
        if descriptor >= 0:
            os.close(descriptor)

    def busy_with(self, function: Callable[..., Term], *arguments: Term) -> Term:
        """What a function of the descriptor says; the file is closed behind it when its owner
        has ended meanwhile."""
        self.is_busy = True
        try:
            return function(self.descriptor, *arguments)
        finally:
            self.is_busy = False
            if not self.is_open:
                with contextlib.suppress(OSError):
                    self.close()

    def __del__(self) -> None:
        if self.ours and self.descriptor >= 0:
            with contextlib.suppress(OSError):
                os.close(self.descriptor)


def waits(found: os.stat_result) -> bool:
    """Whether reading or writing a file may wait for somebody: a pipe, a terminal, a device."""
    return stat.S_ISFIFO(found.st_mode) or stat.S_ISCHR(found.st_mode)


def waiting_path(vm: System, path: bytes) -> bool:
    """The same by name; also opening a pipe waits."""
    try:
        return waits(os.stat(path, dir_fd=folder(vm)))
    except OSError:
        return False


def file_of(process: Process, ref: Term) -> File:
    """The file that a reference stands for, open or not. Raises badarg."""
    return resource(process, ref, File)


@on_library_load("prim_file")
def _load(process: Process, helper: Term) -> None:
    process.vm.state[HELPER] = helper


def _owned(process: Process, descriptor: int, ours: bool) -> Term:
    """A file for the running process: `{ok, Ref}`."""
    vm = process.vm
    file = File(descriptor, process.pid, ours)
    ref = vm.make_magic_ref(file)
    file.words = ref.words
    vm.watch(process, ref, lambda: _owner_ended(vm, ref))
    return (OK, ref)


def _owner_ended(vm: System, ref: Reference) -> None:
    file = ref.magic
    assert isinstance(file, File)
    file.is_open = False
    if file.is_busy:
        return
    pid = vm.state.get(HELPER)
    helper = None if pid is None else vm.processes.get(pid)
    if helper is not None:
        vm.send(helper, (CLOSE, ref))
    else:
        # A system that took over the code of another one has not loaded prim_file itself.
        file.close()


def _wanted(modes: Term) -> set[Term]:
    """The modes in a list; what is no atom or comes after the list does no harm."""
    found: set[Term] = set()
    while type(modes) is Cons:
        if type(modes.head) is Atom:
            found.add(modes.head)
        modes = modes.tail
    if found & {APPEND, EXCLUSIVE}:
        found.add(WRITE)
    elif not found & {READ, WRITE}:
        found.add(READ)
    return found


def _flags(modes: set[Term]) -> int:
    """The flags of open() for some modes. Writing alone truncates, unless it appends."""
    if READ in modes and WRITE in modes:
        flags = os.O_RDWR | os.O_CREAT
    elif READ in modes:
        flags = os.O_RDONLY
    else:
        flags = os.O_WRONLY | os.O_CREAT | (0 if APPEND in modes else os.O_TRUNC)
    if APPEND in modes:
        flags |= os.O_APPEND
    if EXCLUSIVE in modes:
        flags |= os.O_EXCL
    if SYNC in modes:
        flags |= os.O_SYNC
    if DIRECTORY in modes:
        flags |= os.O_DIRECTORY
    return flags


def open_file(vm: System, path: bytes, modes: set[Term]) -> int:
    """Open a file; its descriptor. Raises OSError, also for a folder without mode `directory`."""
    mode = NEW_FOLDER if DIRECTORY in modes else NEW_FILE
    descriptor = os.open(path, _flags(modes), mode, dir_fd=folder(vm))
    if not modes & {SKIP_TYPE_CHECK, DIRECTORY} and stat.S_ISDIR(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    return descriptor


@bif("prim_file", "open_nif", 2, process=True)
def open_nif_2(process: Process, name: Term, modes: Term) -> Term:
    """Open a file for the running process. Modes that are unknown here do no harm."""
    if type(modes) is not Cons and modes is not NIL:
        raise badarg()
    path = native_path(name)
    if path is None:
        return failure(errno.EINVAL)
    wanted = _wanted(modes)
    vm = process.vm
    try:
        if process.work is not None or waiting_path(vm, path):
            descriptor = aside(process, lambda: open_file(vm, path, wanted), os.close)
        else:
            descriptor = open_file(vm, path, wanted)
        return _owned(process, descriptor, True)
    except OSError as error:
        return failed(error)


@bif("prim_file", "file_desc_to_ref_nif", 1, process=True)
def file_desc_to_ref_nif_1(process: Process, descriptor: Term) -> Term:
    """A file for a descriptor that is open already."""
    number = c_int(descriptor)
    try:
        if number < 0:
            return failure(errno.EBADF)
        fcntl.fcntl(number, fcntl.F_GETFL)
    except OSError as error:
        return failed(error)
    return _owned(process, number, False)


@bif("prim_file", "close_nif", 1, process=True)
def close_nif_1(process: Process, ref: Term) -> Term:
    """Close a file."""
    file = file_of(process, ref)
    if not file.is_open:
        return failure(errno.EINVAL)
    process.vm.unwatch(file.owner, ref)
    try:
        file.close()
    except OSError as error:
        return failed(error)
    return OK


@bif("prim_file", "delayed_close_nif", 1, process=True)
def delayed_close_nif_1(process: Process, ref: Term) -> Term:
    """Close a file whose owner has ended."""
    file = file_of(process, ref)
    with contextlib.suppress(OSError):
        file.close()
    return OK


@bif("prim_file", "get_handle_nif", 1, process=True)
def get_handle_nif_1(process: Process, ref: Term) -> Term:
    """The bytes of the descriptor, as C has it in memory."""
    file = file_of(process, ref)
    if not file.is_open:
        return failure(errno.EINVAL)
    return Bitstring.of(struct.pack("=i", file.descriptor))
