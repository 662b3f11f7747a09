"""Calls of the operating system that Python's socket module does not have."""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket
from collections.abc import Iterator
from typing import Final

UNSPEC_ADDRESS: Final = bytes(16)
"""An address of no family (AF_UNSPEC is 0)."""

CLONE_NEWNET: Final = 0x40000000
OWN_NETWORK: Final = "/proc/self/ns/net"


def c_library() -> ctypes.CDLL:
    """The C library, which keeps the numbers of errors for `last_error`."""
    return ctypes.CDLL(None, use_errno=True)


def last_error() -> OSError:
    """Why the last call failed."""
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number))


def open_socket(family: int, kind: int, protocol: int) -> socket.socket:
    """A new socket; -1 is a number as all others, not one of Python's defaults. Raises OSError."""
    if min(family, kind, protocol) >= 0:
        return socket.socket(family, kind, protocol)
    descriptor = c_library().socket(family, kind | socket.SOCK_CLOEXEC, protocol)
    if descriptor < 0:
        raise last_error()
    return socket.socket(family, kind, protocol, fileno=descriptor)


def dissolve(sock: socket.socket) -> None:
    """Let a socket for datagrams no longer be connected."""
    c_library().connect(sock.fileno(), UNSPEC_ADDRESS, len(UNSPEC_ADDRESS))


@contextlib.contextmanager
def in_network(name: bytes | None) -> Iterator[None]:
    """Be in a network namespace, named by a file, for a while. Raises OSError."""
    if name is None:
        yield
        return
    own = os.open(OWN_NETWORK, os.O_RDONLY)
    try:
        other = os.open(name, os.O_RDONLY)
        try:
            _enter(other)
        finally:
            os.close(other)
        try:
            yield
        finally:
            _enter(own)
    finally:
        os.close(own)


def _enter(descriptor: int) -> None:
    if c_library().setns(descriptor, CLONE_NEWNET):
        raise last_error()
