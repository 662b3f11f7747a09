"""The tables beside the code: atoms, functions, literals, lines, types, records, debug info.

Each function takes a chunk's contents and gives plain numbers, strings and tuples, so that the
result can be cached as it is; names stay atom indexes. All raise `Malformed`.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

from enigma_ref.loader.chunks import FUN_ENTRY_SIZE
from enigma_ref.loader.compact import (
    TAG_A,
    TAG_I,
    TAG_U,
    Operand,
    OperandReader,
    read_tagged,
)
from enigma_ref.loader.errors import Malformed
from enigma_ref.terms.atoms import MAX_ATOM_CHARACTERS

MAX_ARITY: Final = 255

MAX_LITERALS: Final = 16 << 20
MAX_LITERAL_RATIO: Final = 100
"""Literals may take `MAX_LITERALS` bytes plus this many times their compressed size."""

Triple: TypeAlias = tuple[int, int, int]
LambdaRow: TypeAlias = tuple[int, int, int, int, int, int]
TypeRow: TypeAlias = tuple[int, int | None, int | None, int | None]
RecordRow: TypeAlias = tuple[int, int, tuple[tuple[int, Operand | None], ...]]
DebugRow: TypeAlias = tuple[Operand, tuple[Operand, ...], tuple[Operand, ...]]


class LineTable(NamedTuple):
    """Places in source files. `places[n]` is `(index into file_names, line)`.

    Place 0 is "unknown". `file_names[0]` is the module's own file, not in the chunk. `flags`: 1
    the code has `executable_line`, 2 counting was forced.
    """

    flags: int
    places: tuple[tuple[int, int], ...]
    file_names: tuple[str, ...]


def _word(data: bytes, position: int) -> int:
    if position + 4 > len(data):
        raise Malformed("truncated: the table ends too early")
    return int.from_bytes(data[position : position + 4], "big")


def _count(data: bytes, position: int, row_size: int, header: int) -> int:
    """The number of rows at `position`, when that many fit after `header` bytes."""
    count = _word(data, position)
    if count * row_size > len(data) - header:
        raise Malformed(f"truncated: it promises {count} entries in {len(data)} bytes")
    return count


# Atoms


def read_atoms(data: bytes, encoding: str) -> tuple[str, ...]:
    """The atoms of an `AtU8` (`utf-8`) or `Atom` (`latin-1`) chunk, from index 1 on.

    A negative count announces lengths as compact terms (OTP 28 and later), which allows names
    of more than 255 bytes; otherwise a length is one byte.
    """
    if len(data) < 4:
        raise Malformed("truncated: the table ends too early")
    count = int.from_bytes(data[:4], "big", signed=True)
    read_length = _long_length if count < 0 else _short_length
    count = abs(count)
    if count == 0:
        raise Malformed("there are no atoms, so the module has no name")
    if count > len(data):
        raise Malformed(f"truncated: it promises {count} atoms in {len(data)} bytes")
    atoms = []
    position = 4
    try:
        for _ in range(count):
            size, position = read_length(data, position)
            raw = data[position : position + size]
            if len(raw) != size:
                raise IndexError
            position += size
            atoms.append(raw.decode(encoding))
    except IndexError:
        raise Malformed(f"truncated: atom {len(atoms) + 1} ends after the table") from None
    except UnicodeDecodeError:
        raise Malformed(f"atom {len(atoms) + 1} is not valid UTF-8") from None
    for index, name in enumerate(atoms, 1):
        if len(name) > MAX_ATOM_CHARACTERS:
            raise Malformed(f"atom {index} is longer than {MAX_ATOM_CHARACTERS} characters")
    return tuple(atoms)


def _short_length(data: bytes, position: int) -> tuple[int, int]:
    return data[position], position + 1


def _long_length(data: bytes, position: int) -> tuple[int, int]:
    tag, size, position = read_tagged(data, position)
    if tag != TAG_U:
        raise Malformed("the length of an atom is not tagged u")
    return size, position


# Functions


def read_triples(data: bytes) -> tuple[Triple, ...]:
    """The rows of `ImpT` (module, function, arity), `ExpT` or `LocT` (function, arity, label)."""
    count = _count(data, 0, 12, 4)
    words = _words(data, 4, 3 * count)
    return tuple(zip(words[0::3], words[1::3], words[2::3], strict=True))


def read_lambdas(data: bytes) -> tuple[LambdaRow, ...]:
    """The rows of `FunT`: function, arity with free variables, label, index, free, old_uniq."""
    count = _count(data, 0, FUN_ENTRY_SIZE, 4)
    if len(data) != 4 + FUN_ENTRY_SIZE * count:
        raise Malformed("its size does not agree with its count")
    words = _words(data, 4, 6 * count)
    return tuple(
        zip(
            words[0::6], words[1::6], words[2::6], words[3::6], words[4::6], words[5::6],
            strict=True,
        )
    )  # fmt: skip


def _words(data: bytes, start: int, count: int) -> tuple[int, ...]:
    from_bytes = int.from_bytes
    return tuple(from_bytes(data[at : at + 4], "big") for at in range(start, start + 4 * count, 4))


# Literals


def read_literals(data: bytes) -> tuple[bytes, ...]:
    """Each literal of a `LitT` chunk in the external term format.

    The first word is the size before compression; 0 says that the table is not compressed
    (OTP 28 and later).
    """
    size = _word(data, 0)
    table = data[4:] if size == 0 else _inflate(data, size)
    count = _count(table, 0, 4, 4)
    literals: list[bytes] = []
    position = 4
    for _ in range(count):
        size = _word(table, position)
        position += 4
        if position + size > len(table):
            raise Malformed(f"truncated: literal {len(literals)} ends after the table")
        literals.append(table[position : position + size])
        position += size
    return tuple(literals)


def _inflate(data: bytes, size: int) -> bytes:
    if size > MAX_LITERALS + MAX_LITERAL_RATIO * len(data):
        raise Malformed(f"{len(data)} bytes promise {size} bytes of literals, which is too many")
    decompressor = zlib.decompressobj()
    try:
        # One byte more than promised, to notice a table that is longer.
        table = decompressor.decompress(data[4:], size + 1)
    except zlib.error:
        raise Malformed("the compression of the literals is damaged") from None
    if len(table) != size or not decompressor.eof:
        raise Malformed("the decompressed literals have not the promised size")
    return table


# Lines


def read_lines(data: bytes) -> LineTable | None:
    """The `Line` chunk; None when its version is not 0, which OTP ignores too."""
    if _word(data, 0) != 0:
        return None
    flags = _word(data, 4)
    place_count = _count(data, 12, 1, 20)
    name_count = _count(data, 16, 2, 20)
    places = [(0, 0)]
    position = 20
    name_index = 0
    try:
        while len(places) <= place_count:
            tag, value, position = read_tagged(data, position)
            if tag == TAG_I:
                if value < 0:
                    raise Malformed(f"entry {len(places)}: a negative line")
                places.append((name_index, value))
            elif tag == TAG_A:
                if value > name_count:
                    raise Malformed(f"entry {len(places)}: there is no file name {value}")
                name_index = value
            else:
                raise Malformed(f"entry {len(places)} is neither a line nor a file")
        names = [""]
        for _ in range(name_count):
            size = data[position] << 8 | data[position + 1]
            position += 2
            raw = data[position : position + size]
            if len(raw) != size:
                raise IndexError
            position += size
            names.append(raw.decode("utf-8"))
    except IndexError:
        raise Malformed("truncated: the table ends too early") from None
    except UnicodeDecodeError:
        raise Malformed(f"file name {len(names)} is not valid UTF-8") from None
    return LineTable(flags, tuple(places), tuple(names))


# Types

ANY_TYPE: Final = 0x1FFF
_LOWER: Final = 1 << 13
_UPPER: Final = 1 << 14
_UNIT: Final = 1 << 15
_V3_ANY: Final = 0x0FFF


def _from_v4(bits: int) -> int:
    return bits


def _from_v3(bits: int) -> int:
    # OTP 29 gave native records bit 12, and the marks of what follows moved up.
    union = bits & _V3_ANY
    return (ANY_TYPE if union == _V3_ANY else union) | (bits << 1 & 0xE000)


def _from_v2(bits: int) -> int:
    # Bit 2 was "match context"; OTP 27 counts those as bitstrings, which are bit 1.
    return _from_v3(bits & 3 | (bits & ~3) >> 1)


_TYPE_BITS: Final[dict[int, Callable[[int], int]]] = {2: _from_v2, 3: _from_v3, 4: _from_v4}


def read_types(data: bytes) -> tuple[TypeRow, ...] | None:
    """The `Type` chunk as `(set of types, lower bound, upper bound, unit)`; None if unreadable.

    The set has the bits of version 4 (OTP 29), whatever the version in the file: atom 0,
    bitstring 1, cons 2, float 3, fun 4, integer 5, map 6, nil 7, pid 8, port 9, reference 10,
    tuple 11, native record 12. Bounds are those of an integer or number, the unit that of a
    bitstring's size in bits. Versions: 1 is OTP 25, 2 is 26, 3 is 27 and 28, 4 is 29. Others give
    None: hints are optional, and OTP's loader ignores a version it does not know.
    """
    version = _word(data, 0)
    if version == 1:
        rows = _fixed_types(data)
    elif version in _TYPE_BITS:
        rows = _packed_types(data, _TYPE_BITS[version])
    else:
        return None
    if not rows or rows[0][:3] != (ANY_TYPE, None, None):
        raise Malformed("the first type is not the type of any term")
    return rows


def _fixed_types(data: bytes) -> tuple[TypeRow, ...]:
    count = _count(data, 4, 18, 8)
    rows: list[TypeRow] = []
    for position in range(8, 8 + 18 * count, 18):
        bits = int.from_bytes(data[position : position + 2], "big")
        lower = int.from_bytes(data[position + 2 : position + 10], "big", signed=True)
        upper = int.from_bytes(data[position + 10 : position + 18], "big", signed=True)
        union = _from_v2(bits & ANY_TYPE)
        if union == 0:
            raise Malformed(f"type {len(rows)} is empty")
        rows.append((union, lower, upper, None) if lower <= upper else (union, None, None, None))
    return tuple(rows)


def _packed_types(data: bytes, convert: Callable[[int], int]) -> tuple[TypeRow, ...]:
    count = _count(data, 4, 2, 8)
    rows: list[TypeRow] = []
    position = 8
    for _ in range(count):
        bits = convert(int.from_bytes(data[position : position + 2], "big"))
        position += 2
        lower = upper = unit = None
        if bits & _LOWER:
            lower = int.from_bytes(data[position : position + 8], "big", signed=True)
            position += 8
        if bits & _UPPER:
            upper = int.from_bytes(data[position : position + 8], "big", signed=True)
            position += 8
        if bits & _UNIT:
            unit = int.from_bytes(data[position : position + 1], "big") + 1
            position += 1
        if position > len(data):
            raise Malformed("truncated: the table ends too early")
        if bits & ANY_TYPE == 0:
            raise Malformed(f"type {len(rows)} is empty")
        rows.append((bits & ANY_TYPE, lower, upper, unit))
    return tuple(rows)


# Native records and debug information: both are packed like instructions.

_CALL: Final = 4
_CALL_LAST: Final = 5


def read_records(reader: OperandReader) -> tuple[RecordRow, ...]:
    """The `Recs` chunk (OTP 29): `(name, exported, ((field, default or None), ...))`.

    Names and the flag `exported`, `true` or `false`, are atom indexes, defaults are operands.
    In the file each definition looks like a `call_last` instruction with the name, the flag and
    a list of fields, each followed by its default or by a 0 tagged u. Raises `IndexError` too,
    when the data ends too early.
    """
    data = reader.code
    if (version := _word(data, 0)) != 0:
        raise Malformed(f"unknown version {version}")
    count = _count(data, 4, 1, 12)
    field_count = _word(data, 8)
    rows: list[RecordRow] = []
    position = 12
    for _ in range(count):
        position = _expect(data, position, _CALL_LAST)
        name, position = reader.read(position)
        exported, position = reader.read(position)
        fields, position = reader.read(position)
        rows.append(_record(name, exported, fields))
    if sum(len(row[2]) for row in rows) != field_count:
        raise Malformed("the number of fields does not agree with its header")
    return tuple(rows)


def _record(name: Operand, exported: Operand, fields: Operand) -> RecordRow:
    if not (_is_atom(name) and _is_atom(exported) and fields[0] == "list"):
        raise Malformed("a definition is not a name, a flag and a list")
    items: tuple[Operand, ...] = fields[1]
    if len(items) % 2:
        raise Malformed("a definition has a field without a place for its default")
    pairs: list[tuple[int, Operand | None]] = []
    for field, default in zip(items[0::2], items[1::2], strict=True):
        if not _is_atom(field):
            raise Malformed("the name of a field is not an atom")
        if default == ("u", 0):
            pairs.append((field[1], None))
        elif default[0] in ("a", "i", "q"):
            pairs.append((field[1], default))
        else:
            raise Malformed("the default of a field is not a constant")
    return (name[1], exported[1], tuple(pairs))


def _is_atom(operand: Operand) -> bool:
    return operand[0] == "a" and operand[1] != 0


def read_debug(reader: OperandReader) -> tuple[DebugRow, ...] | None:
    """The `DbgB` chunk (OTP 28): what `debug_line` N shows, at index N - 1; None if unreadable.

    A row is the frame size (nil, the atom `entry` or a number of y registers), the variables
    (name, place, ...) and the calls of the line. In the file they look like `call` instructions
    with the numbers 0, 1 and 2; only the first is always there and begins a row. Raises
    `IndexError` too, when the data ends too early.
    """
    data = reader.code
    if _word(data, 0) != 1:
        return None
    count = _count(data, 4, 1, 12)
    rows: list[DebugRow] = []
    position = 12
    while position < len(data):
        position = _expect(data, position, _CALL)
        entry, position = reader.unsigned(position, "the kind of an entry")
        value, position = reader.read(position)
        if entry == 0:
            rows.append((value, (), ()))
        elif not rows or entry > 2 or value[0] != "list":
            raise Malformed(f"entry {len(rows)} is out of order")
        elif entry == 1:
            rows[-1] = (rows[-1][0], value[1], rows[-1][2])
        else:
            rows[-1] = (rows[-1][0], rows[-1][1], value[1])
    if len(rows) != count:
        raise Malformed(f"it has {len(rows)} entries and promises {count}")
    return tuple(rows)


def _expect(data: bytes, position: int, opcode: int) -> int:
    if data[position] != opcode:
        raise Malformed(f"opcode {data[position]} where {opcode} belongs")
    return position + 1
