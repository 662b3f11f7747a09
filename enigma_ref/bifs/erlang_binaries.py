"""erlang: binaries and bitstrings from lists and back, and their parts."""

from __future__ import annotations

from typing import Final

from enigma_ref.bifs.iodata import binary_bytes, byte_list, iodata_bytes, iodata_parts, iodata_size
from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import NIL, Bitstring, Cons, Term


def _charged(process: Process, data: bytes) -> bytes:
    """Bytes that are taken from a list, or made one."""
    process.charge(len(data))
    return data


@bif("erlang", "list_to_binary", 1, process=True)
def list_to_binary_1(process: Process, list_: Term) -> Bitstring:
    """The binary of an iolist; not of a binary."""
    if type(list_) is not Cons and list_ is not NIL:
        raise badarg()
    return Bitstring.of(_charged(process, iodata_bytes(list_)))


@bif("erlang", "iolist_to_binary", 1, process=True)
def iolist_to_binary_1(process: Process, data: Term) -> Bitstring:
    """The binary of iodata; a binary is its own."""
    if type(data) is Bitstring and not data.size & 7:
        return data
    return Bitstring.of(_charged(process, iodata_bytes(data)))


@bif("erlang", "iolist_size", 1, process=True)
def iolist_size_1(process: Process, data: Term) -> int:
    """How many bytes iodata has."""
    if type(data) is Bitstring and not data.size & 7:
        return data.size >> 3
    size, parts = iodata_size(data)
    process.charge(parts)
    return size


@bif("erlang", "list_to_bitstring", 1, process=True)
def list_to_bitstring_1(process: Process, list_: Term) -> Bitstring:
    """The bitstring of a list of bytes, bitstrings and such lists."""
    parts = iodata_parts(list_)
    process.charge(len(parts))
    done = bytearray()
    result: Bitstring | None = None
    for part in parts:
        if type(part) is int:
            done.append(part)
        elif type(part) is Bitstring and not part.size & 7:
            done += part.to_bytes()
        else:
            assert type(part) is Bitstring
            if done:
                whole = Bitstring.of(done)
                result = whole if result is None else result.append_bits(whole)
                done.clear()
            result = part if result is None else result.append_bits(part)
    if done or result is None:
        whole = Bitstring.of(done)
        result = whole if result is None else result.append_bits(whole)
    return result


@bif("erlang", "binary_to_list", 1, process=True)
def binary_to_list_1(process: Process, binary: Term) -> Term:
    """The bytes as a list."""
    return byte_list(_charged(process, binary_bytes(binary)))


@bif("erlang", "binary_to_list", 3, process=True)
def binary_to_list_3(process: Process, binary: Term, start: Term, stop: Term) -> Term:
    """The bytes at the positions `start` to `stop`, counted from 1."""
    _check_whole(process, binary)
    if type(start) is not int or type(stop) is not int:
        raise badarg()
    if not 1 <= start <= stop <= binary.size >> 3:
        raise badarg()
    process.charge(stop - start + 1)
    return byte_list(binary.slice((start - 1) * 8, (stop - start + 1) * 8).to_bytes())


@bif("erlang", "bitstring_to_list", 1, process=True)
def bitstring_to_list_1(process: Process, bitstring: Term) -> Term:
    """The bytes as a list, the last element a bitstring when some bits are left."""
    if type(bitstring) is not Bitstring:
        raise badarg()
    process.charge(bitstring.size >> 3)
    spare = bitstring.size & 7
    whole = bitstring.size - spare
    tail = Cons(bitstring.slice(whole, spare), NIL) if spare else NIL
    return byte_list(bitstring.slice(0, whole).to_bytes(), tail)


@bif("erlang", "split_binary", 2)
def split_binary_2(binary: Term, position: Term) -> tuple[Bitstring, Bitstring]:
    """The first `position` bytes, and the rest."""
    if type(binary) is not Bitstring or type(position) is not int:
        raise badarg()
    bits = position * 8
    if not 0 <= bits <= binary.size:
        raise badarg()
    return binary.slice(0, bits), binary.slice(bits, binary.size - bits)


def part(binary: Term, start: Term, length: Term) -> Bitstring:
    """`length` bytes from `start` on; those before `start` when negative. Raises badarg.

    The bits after the last whole byte of a bitstring are no part of any result.
    """
    if type(binary) is not Bitstring or type(start) is not int or type(length) is not int:
        raise badarg()
    if length < 0:
        start += length
        length = -length
    if start < 0 or start + length > binary.size >> 3:
        raise badarg()
    return Bitstring(binary.data, binary.offset + start * 8, length * 8)


def part_of_pair(binary: Term, pair: Term) -> Bitstring:
    """As `part`, with `{Start, Length}`."""
    if type(pair) is not tuple or len(pair) != 2:
        raise badarg()
    return part(binary, *pair)


WHOLE_BYTES_SINCE: Final = 27


def _check_whole(process: Process, binary: Term) -> None:
    """Raises badarg for what is no binary; early releases also take bitstrings."""
    if type(binary) is not Bitstring:
        raise badarg()
    if binary.size & 7 and process.vm.release >= WHOLE_BYTES_SINCE:
        raise badarg()


@bif("erlang", "binary_part", 2, process=True)
@bif("binary", "part", 2, process=True)
def binary_part_2(process: Process, binary: Term, pair: Term) -> Bitstring:
    """The bytes that `{Start, Length}` names."""
    _check_whole(process, binary)
    return part_of_pair(binary, pair)


@bif("erlang", "binary_part", 3, process=True)
@bif("binary", "part", 3, process=True)
def binary_part_3(process: Process, binary: Term, start: Term, length: Term) -> Bitstring:
    """`length` bytes from `start` on; those before `start` when negative."""
    _check_whole(process, binary)
    return part(binary, start, length)


@bif("erlang", "size", 1)
def size_1(term: Term) -> int:
    """How many elements a tuple has, or how many whole bytes a bitstring."""
    if type(term) is tuple:
        return len(term)
    if type(term) is Bitstring:
        return term.size >> 3
    raise badarg()
