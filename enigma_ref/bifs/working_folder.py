"""The current folder of a system, which relative names of files begin at.

`erl` has one for its process of the operating system, and here several systems may live in one
Python process. So each has its own: until it changes it, the process's; then an open folder, which
all calls of the operating system are made relative to (`openat` and its like).
"""

from __future__ import annotations

import errno
import fcntl
import os
import sys
from typing import Final

from enigma_ref.machine.system import System

STATE: Final = "prim_file:folder"
SEARCH_ONLY: Final = getattr(os, "O_PATH", os.O_RDONLY)
"""Opens a folder as chdir does: nothing but permission to go there is needed."""

EFFECTIVE: Final = os.access in os.supports_effective_ids
PATH_OF: Final = getattr(fcntl, "F_GETPATH", None)
MAX_PATH: Final = 1024


class Folder:
    """An open folder."""

    __slots__ = ("descriptor",)

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def __del__(self) -> None:
        os.close(self.descriptor)


def folder(vm: System) -> int | None:
    """What to give as `dir_fd` to functions of `os`; None as long as it is the process's own.

    Somebody who starts a program of the operating system for this system begins there too.
    """
    found: Folder | None = vm.state.get(STATE)
    return None if found is None else found.descriptor


def change(vm: System, path: bytes) -> None:
    """Make a folder the current one. Raises OSError."""
    at = folder(vm)
    opened = Folder(os.open(path, SEARCH_ONLY | os.O_DIRECTORY, dir_fd=at))
    if not os.access(path, os.X_OK, dir_fd=at, effective_ids=EFFECTIVE):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    vm.state[STATE] = opened


def name(vm: System) -> bytes:
    """The current folder's name from the root. Raises OSError, as when it was deleted."""
    descriptor = folder(vm)
    if descriptor is None:
        return os.getcwdb()
    if not os.fstat(descriptor).st_nlink:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    if sys.platform == "darwin" and PATH_OF is not None:
        return fcntl.fcntl(descriptor, PATH_OF, b"\0" * MAX_PATH).rstrip(b"\0")
    return os.readlink(b"/proc/self/fd/%d" % descriptor)
