"""Object files as pieces of memory, which later runs use without LLVM.

Only for ELF files of x86-64 whose sections refer to others by whole addresses, as LLVM makes them
for the large model of code. Others are left to LLVM (`llvm.linked`).
"""

from __future__ import annotations

import ctypes
import mmap
import struct
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

R_X86_64_64: Final = 1
SHF_ALLOC: Final = 2
UNWIND: Final = ".eh_frame"
"""A section for those who unwind the stack of the processor: nobody does here."""

_PLACE: Final = struct.Struct("<qqq")
_WORD: Final = struct.Struct("<Q")
_MASK: Final = (1 << 64) - 1


class Piece(NamedTuple):
    """The memory of an object file.

    `places` are triples of numbers: where an address is to be written, of which of `symbols`
    (-1: of the piece itself), and what is to be added. `functions` tells where they begin.
    """

    code: bytes
    places: bytes
    symbols: tuple[str, ...]
    functions: dict[str, int]


def piece_of(data: bytes) -> Piece | None:
    """The piece for an object file; None when it is of another kind."""
    # Imported here, since only runs that compile need it.
    from io import BytesIO

    from elftools.elf.elffile import ELFFile

    if not data.startswith(b"\x7fELF"):
        return None
    file: Any = ELFFile(BytesIO(data))
    if file.get_machine_arch() != "x64" or not file.little_endian:
        return None
    code = bytearray()
    starts: dict[int, int] = {}
    for number, section in enumerate(file.iter_sections()):
        if section["sh_flags"] & SHF_ALLOC and section.name != UNWIND:
            code += bytes(-len(code) % max(section["sh_addralign"], 1))
            starts[number] = len(code)
            code += section.data()
    symbols: dict[str, int] = {}
    functions: dict[str, int] = {}
    table = file.get_section_by_name(".symtab")
    for symbol in table.iter_symbols():
        if symbol["st_shndx"] in starts and symbol["st_info"]["type"] == "STT_FUNC":
            functions[symbol.name] = starts[symbol["st_shndx"]] + symbol["st_value"]
    places = bytearray()
    for section in file.iter_sections():
        if section["sh_type"] != "SHT_RELA" or section["sh_info"] not in starts:
            continue
        for entry in section.iter_relocations():
            if entry["r_info_type"] != R_X86_64_64:
                return None
            symbol = table.get_symbol(entry["r_info_sym"])
            at = starts[section["sh_info"]] + entry["r_offset"]
            home = symbol["st_shndx"]
            if home == "SHN_UNDEF":
                number = symbols.setdefault(symbol.name, len(symbols))
                places += _PLACE.pack(at, number, entry["r_addend"])
            elif home in starts:
                distance = starts[home] + symbol["st_value"] + entry["r_addend"]
                places += _PLACE.pack(at, -1, distance)
            else:
                return None
    return Piece(bytes(code), bytes(places), tuple(symbols), functions)


def placed(
    pieces: Sequence[Piece], address_of: Callable[[str], int]
) -> tuple[list[dict[str, int]], Any]:
    """The addresses of all functions of each piece in memory, and the memory, which has to be
    kept. Raises OSError when memory cannot be made executable."""
    starts = []
    size = 0
    for piece in pieces:
        starts.append(size)
        size += -(-len(piece.code) // 64) * 64
    memory = mmap.mmap(-1, max(size, 1), prot=mmap.PROT_READ | mmap.PROT_WRITE)
    base = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    write = _WORD.pack_into
    found = []
    for piece, start in zip(pieces, starts, strict=True):
        memory[start : start + len(piece.code)] = piece.code
        here = base + start
        addresses = [address_of(symbol) for symbol in piece.symbols]
        addresses.append(here)  # number -1
        for at, number, added in _PLACE.iter_unpack(piece.places):
            write(memory, start + at, addresses[number] + added & _MASK)
        found.append({name: here + offset for name, offset in piece.functions.items()})
    protect = ctypes.CDLL(None, use_errno=True).mprotect
    protect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    if protect(base, len(memory), mmap.PROT_READ | mmap.PROT_EXEC):
        problem = ctypes.get_errno()
        raise OSError(problem, "memory cannot be made executable")
    return found, memory
