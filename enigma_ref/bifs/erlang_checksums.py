"""erlang: checksums of iodata."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Final

from enigma_ref.bifs.checksum_parts import MD5_PART, PART, parts_before_error
from enigma_ref.bifs.iodata import binary_bytes, iodata_bytes, iodata_parts
from enigma_ref.bifs.md5 import Md5, md5, new_md5
from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import BeamError, badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import Atom, Bitstring, Term, atom

ERLANG: Final = atom("erlang")
CRC32: Final = atom("crc32")
ADLER32: Final = atom("adler32")
MD5_TRAP: Final = atom("md5_trap")
"""What goes on with the MD5 of the parts before."""
MD5_BY_REDUCTIONS_SINCE: Final = 29
MD5_UPDATE: Final = atom("md5_update")

WORD: Final = 1 << 32
ADLER_BASE: Final = 65521
CRC_POLYNOMIAL: Final = 0xEDB88320
"""The polynomial of CRC-32, lowest power first (RFC 1952)."""


def _word(number: Term) -> int:
    if type(number) is not int or not 0 <= number < WORD:
        raise badarg()
    return number


def _bytes(process: Process, data: Term) -> bytes:
    """The bytes of iodata. Those of a binary, which only C goes through, count for less."""
    found = iodata_bytes(data)
    process.charge(len(found) // 64 if type(data) is Bitstring else len(found))
    return found


def _checked(
    process: Process, name: Atom, data: Term, start: int, sum_: Callable[[bytes, int], int]
) -> bytes:
    """The bytes of iodata; an error tells how far the checksum has come."""
    try:
        return _bytes(process, data)
    except BeamError as error:
        for segments, rest in parts_before_error(data, PART):
            for segment in segments:
                start = sum_(segment, start)
            error.mfa, error.arguments = (ERLANG, name, 2), (start, rest)
        raise


@bif("erlang", "crc32", 1, process=True)
def crc32_1(process: Process, data: Term) -> int:
    """The CRC-32 of iodata."""
    return zlib.crc32(_checked(process, CRC32, data, 0, zlib.crc32))


@bif("erlang", "crc32", 2, process=True)
def crc32_2(process: Process, old: Term, data: Term) -> int:
    """The CRC-32 of earlier data, whose CRC is `old`, and of this."""
    value = _word(old)
    return zlib.crc32(_checked(process, CRC32, data, value, zlib.crc32), value)


EMPTY_COUNTS_SINCE: Final = 24
"""Measured on 23 and 25."""


@bif("erlang", "crc32_combine", 3, process=True)
def crc32_combine_3(process: Process, first: Term, second: Term, size: Term) -> int:
    """The CRC-32 of two parts together, from theirs and the size of the second in bytes. The zlib
    of 23 does not look at the CRC of a second part without bytes."""
    value, other, left = _word(first), _word(second), _word(size)
    if not left and process.vm.release < EMPTY_COUNTS_SINCE:
        return value
    # Zeros behind the first part, as many as the second has bytes: a power of a linear map.
    shift = [CRC_POLYNOMIAL, *(1 << bit for bit in range(31))]
    for _ in range(3):
        shift = _twice(shift)
    while left:
        if left & 1:
            value = _apply(shift, value)
        shift = _twice(shift)
        left >>= 1
    return value ^ other


def _apply(matrix: list[int], vector: int) -> int:
    result = 0
    for column in matrix:
        if not vector:
            break
        if vector & 1:
            result ^= column
        vector >>= 1
    return result


def _twice(matrix: list[int]) -> list[int]:
    return [_apply(matrix, column) for column in matrix]


@bif("erlang", "adler32", 1, process=True)
def adler32_1(process: Process, data: Term) -> int:
    """The Adler-32 of iodata."""
    return zlib.adler32(_checked(process, ADLER32, data, 1, zlib.adler32))


@bif("erlang", "adler32", 2, process=True)
def adler32_2(process: Process, old: Term, data: Term) -> int:
    """The Adler-32 of earlier data, whose checksum is `old`, and of this."""
    value = _word(old)
    new = _checked(process, ADLER32, data, value, zlib.adler32)
    if not new and type(data) is not Bitstring and not iodata_parts(data):
        # zlib, which makes a checksum of every number, is asked only when there is a binary.
        return value
    return zlib.adler32(new, value)


@bif("erlang", "adler32_combine", 3)
def adler32_combine_3(first: Term, second: Term, size: Term) -> int:
    """The Adler-32 of two parts together, from theirs and the size of the second in bytes."""
    one, two, length = _word(first), _word(second), _word(size)
    if not length:
        return one
    rest = length % ADLER_BASE
    low_1, high_1 = one & 0xFFFF, one >> 16
    low_2, high_2 = two & 0xFFFF, two >> 16
    # As zlib computes it, which shows for numbers that are no checksums.
    low = low_1 + low_2 + ADLER_BASE - 1
    high = rest * low_1 % ADLER_BASE + high_1 + high_2 + ADLER_BASE - rest
    if low >= ADLER_BASE:
        low -= ADLER_BASE
    if low >= ADLER_BASE:
        low -= ADLER_BASE
    if high >= ADLER_BASE << 1:
        high -= ADLER_BASE << 1
    if high >= ADLER_BASE:
        high -= ADLER_BASE
    return (low | high << 16) % WORD


# ---------------------------------------------------------------- MD5


@bif("erlang", "md5", 1, process=True)
def md5_1(process: Process, data: Term) -> Bitstring:
    """The MD5 of iodata, 16 bytes."""
    try:
        return Bitstring.of(md5(_bytes(process, data)))
    except BeamError as error:
        _tell_context(process, error, MD5_TRAP, new_md5(process.vm.release), data)
        raise


def _tell_context(process: Process, error: BeamError, name: Atom, context: Md5, data: Term) -> None:
    """Let the error show how far the MD5 has come. Since 29 that depends on the reductions that
    are left, and the error is one of the whole."""
    if process.vm.release >= MD5_BY_REDUCTIONS_SINCE:
        return
    for segments, rest in parts_before_error(data, MD5_PART):
        for segment in segments:
            context = context.update(segment)
        packed = Bitstring.of(context.pack(process.vm.release))
        error.mfa, error.arguments = (ERLANG, name, 2), (packed, rest)


@bif("erlang", "md5_init", 0, process=True)
def md5_init_0(process: Process) -> Bitstring:
    """The context of an MD5 that has seen no data."""
    return Bitstring.of(new_md5(process.vm.release).pack(process.vm.release))


def _context(process: Process, context: Term) -> Md5:
    found = Md5.unpack(binary_bytes(context), process.vm.release)
    if found is None:
        raise badarg()
    return found


def _segments(data: Term) -> list[bytes]:
    """The bytes of iodata: one part for each binary, and for what stands between two."""
    if type(data) is Bitstring:
        return [binary_bytes(data)]
    parts = [bytearray()]
    for part in iodata_parts(data):
        if type(part) is int:
            parts[-1].append(part)
        else:
            parts += (bytearray(binary_bytes(part)), bytearray())
    return [bytes(part) for part in parts if part]


@bif("erlang", "md5_update", 2, process=True)
def md5_update_2(process: Process, context: Term, data: Term) -> Bitstring:
    """The context after more data."""
    found = _context(process, context)
    try:
        segments = _segments(data)
    except BeamError as error:
        _tell_context(process, error, MD5_UPDATE, found, data)
        raise
    for segment in segments:
        found = found.update(segment)
    return Bitstring.of(found.pack(process.vm.release))


@bif("erlang", "md5_final", 1, process=True)
def md5_final_1(process: Process, context: Term) -> Bitstring:
    """The MD5 of all data so far."""
    return Bitstring.of(_context(process, context).digest())
