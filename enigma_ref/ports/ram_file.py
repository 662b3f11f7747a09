"""ram_file_drv: files in memory, as OTP's module ram_file opens them.

Facts: ram_file.erl and ram_file_drv.c of OTP 25; what only OTP 23 does (compressing, encoding) is
measured there.
"""

from __future__ import annotations

import binascii
import errno
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from enigma_ref.machine.posix_reasons import reason
from enigma_ref.terms.atoms import NORMAL

if TYPE_CHECKING:
    from enigma_ref.ports.port import OpenPort

NAME: Final = b"ram_file_drv"

OPEN, READ, SEEK, WRITE = 1, 2, 3, 4
SYNC, TRUNCATE, PREAD, PWRITE, DATASYNC = 9, 14, 17, 18, 19
GET, SET, GET_AND_CLOSE, COMPRESS, UNCOMPRESS, UUENCODE, UUDECODE = range(30, 37)
SIZE, ADVISE, ALLOCATE = 37, 38, 39
"""The operations: the first byte of what is written to the port."""

DONE, FAILED, BYTES, NUMBER = 0, 1, 2, 3
"""Answers: their first byte."""

READS, WRITES = 1, 2
"""Modes."""

SET_SEEK, CURRENT_SEEK, END_SEEK = 0, 1, 2
INT: Final = 4
GZIP: Final = 31
"""The format of zlib that has a header of gzip."""

MAGIC: Final = b"\x1f\x8b"
LINE: Final = 45
"""Bytes that a line of encoded text has at most."""


class RamFile:
    """The port of a file in memory. Each operation has one answer; unknown ones have none."""

    pid = None
    alive = False
    may_happen = False
    takes_force = False
    patience = 0.0

    def __init__(self, changes: bool) -> None:
        """With `changes` there are the operations that compress and encode."""
        self.changes = CHANGES if changes else {}
        self.data = bytearray()
        self.at = 0
        self.modes = 0
        self.port: OpenPort

    def start(self, port: OpenPort) -> None:
        """The port is open."""
        self.port = port

    def output(self, data: bytes) -> None:
        """One operation."""
        if not data:
            return
        try:
            self._do(data[0], data[1:])
        except OSError as failure:
            text = reason(failure.errno or 0).name
            self.port.answer(bytes([FAILED]) + text.encode())

    def _do(self, operation: int, data: bytes) -> None:
        """Raises OSError."""
        if operation == OPEN:
            self.modes = _int(data)
            self._set(data[INT:])
            self._tell_number(0)
        elif operation == READ:
            found = self._read(self.at, _int(data))
            self.at += len(found)
            self._tell_bytes(found)
        elif operation == PREAD:
            self._tell_bytes(self._read(_int(data), _int(data[INT:])))
        elif operation == WRITE:
            self._write(self.at, data)
            self.at += len(data)
            self._tell_number(len(data))
        elif operation == PWRITE:
            if _int(data) < 0:
                raise OSError(errno.EINVAL, "")
            self._write(_int(data), data[INT:])
            self._tell_number(len(data) - INT)
        elif operation == SEEK:
            self._seek(_int(data), _int(data[INT:]))
        elif operation == TRUNCATE:
            self._needs(WRITES, errno.EACCES)
            # Beyond the end the file grows, by zeros.
            self._fill(self.at)
            del self.data[self.at :]
            self.port.answer(bytes([DONE]))
        elif operation in (SYNC, DATASYNC, ADVISE, ALLOCATE):
            self._needs(READS | WRITES, errno.EBADF)
            self.port.answer(bytes([DONE]))
        elif operation == SIZE:
            self._tell_number(len(self.data))
        elif operation == GET:
            self._tell_bytes(bytes(self.data))
        elif operation == GET_AND_CLOSE and self.changes:
            self._tell_bytes(bytes(self.data))
            self.port.lose(NORMAL)
        elif operation in self.changes:
            self._set(self.changes[operation](bytes(data if operation == SET else self.data)))
            self._tell_number(len(self.data))

    def _tell_number(self, number: int) -> None:
        self.port.answer(bytes([NUMBER]) + (number & 0xFFFFFFFF).to_bytes(INT, "big"))

    def _tell_bytes(self, data: bytes) -> None:
        self.port.answer(bytes([BYTES]) + len(data).to_bytes(INT, "big"), data)

    def _needs(self, modes: int, otherwise: int) -> None:
        if not self.modes & modes:
            raise OSError(otherwise, "")

    def _set(self, data: bytes) -> None:
        self.data = bytearray(data)
        self.at = 0

    def _fill(self, size: int) -> None:
        self.data += b"\0" * (size - len(self.data))

    def _read(self, at: int, count: int) -> bytes:
        self._needs(READS, errno.EBADF)
        if at < 0 or count < 0:
            raise OSError(errno.EINVAL, "")
        return bytes(self.data[at : at + count])

    def _write(self, at: int, data: bytes) -> None:
        self._needs(WRITES, errno.EBADF)
        self._fill(at)
        self.data[at : at + len(data)] = data

    def _seek(self, offset: int, origin: int) -> None:
        self._needs(READS | WRITES, errno.EBADF)
        places = {SET_SEEK: 0, CURRENT_SEEK: self.at, END_SEEK: len(self.data)}
        if origin not in places or places[origin] + offset < 0:
            raise OSError(errno.EINVAL, "")
        self.at = places[origin] + offset
        self._tell_number(self.at)

    def queued(self) -> int:
        """Nothing waits to be written."""
        return 0

    def control(self, operation: int, data: bytes) -> bytes | None:
        """There are no operations of port_control/3."""
        return None

    def flush(self, seconds: float | None) -> None:
        """Nothing waits to be written."""

    def stop(self) -> None:
        """The port is closed."""
        self.data.clear()


def _int(data: bytes) -> int:
    return int.from_bytes(data[:INT], "big", signed=True)


def _compressed(data: bytes) -> bytes:
    codec = zlib.compressobj(wbits=GZIP)
    return codec.compress(data) + codec.flush()


def _uncompressed(data: bytes) -> bytes:
    """What was compressed by gzip; other bytes as they are. Raises OSError."""
    if data[:2] != MAGIC:
        return data
    codec = zlib.decompressobj(wbits=GZIP)
    try:
        found = codec.decompress(data)
    except zlib.error:
        raise OSError(errno.EINVAL, "") from None
    if not codec.eof:
        raise OSError(errno.EINVAL, "")
    return found


def _encoded(data: bytes) -> bytes:
    lines = [binascii.b2a_uu(data[at : at + LINE]) for at in range(0, len(data), LINE)]
    return b"".join([*lines, b" \n"])


def _decoded(data: bytes) -> bytes:
    """Raises OSError for what is not encoded so."""
    try:
        return b"".join(binascii.a2b_uu(line) for line in data.splitlines())
    except binascii.Error:
        raise OSError(errno.EINVAL, "") from None


CHANGES: Final[dict[int, Callable[[bytes], bytes]]] = {
    SET: bytes,
    COMPRESS: _compressed,
    UNCOMPRESS: _uncompressed,
    UUENCODE: _encoded,
    UUDECODE: _decoded,
}
"""Operations that give the file other contents: how they come from the old ones, or from what is
written to the port."""
