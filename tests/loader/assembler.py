"""Builds `.beam` files byte by byte, without erlc and without the code under test."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence

from enigma_ref._generated.opcodes import OPCODES

NUMBERS = {entry[0]: number for number, entry in enumerate(OPCODES) if entry}

U, INT, A, X, Y, F, H, Z = range(8)


def tagged(tag: int, value: int) -> bytes:
    """A compact term, in the shortest form."""
    if 0 <= value < 16:
        return bytes([value << 4 | tag])
    if 0 <= value < 2048:
        return bytes([(value >> 8) << 5 | 8 | tag, value & 255])
    size = max(2, value.bit_length() // 8 + 1)
    data = value.to_bytes(size, "big", signed=True)
    if size <= 8:
        return bytes([(size - 2) << 5 | 0x18 | tag]) + data
    return bytes([0xF8 | tag]) + tagged(U, size - 9) + data


def u(value: int) -> bytes:
    return tagged(U, value)


def i(value: int) -> bytes:
    return tagged(INT, value)


def a(index: int) -> bytes:
    return tagged(A, index)


def x(number: int) -> bytes:
    return tagged(X, number)


def y(number: int) -> bytes:
    return tagged(Y, number)


def f(label: int) -> bytes:
    return tagged(F, label)


def fr(number: int) -> bytes:
    return b"\x27" + u(number)


def q(index: int) -> bytes:
    return b"\x47" + u(index)


def tr(register: bytes, type_index: int) -> bytes:
    return b"\x57" + register + u(type_index)


def lst(*items: bytes) -> bytes:
    return b"\x17" + u(len(items)) + b"".join(items)


def alloc(*pairs: tuple[int, int]) -> bytes:
    return b"\x37" + u(len(pairs)) + b"".join(u(kind) + u(size) for kind, size in pairs)


def op(name: str, *operands: bytes) -> bytes:
    return bytes([NUMBERS[name]]) + b"".join(operands)


def words(*values: int) -> bytes:
    return struct.pack(f">{len(values)}I", *values)


def table(rows: Sequence[Sequence[int]]) -> bytes:
    return words(len(rows), *(value for row in rows for value in row))


def atom_table(names: Iterable[str], *, long: bool = False, encoding: str = "utf-8") -> bytes:
    raw = [name.encode(encoding) for name in names]
    if long:
        return struct.pack(">i", -len(raw)) + b"".join(u(len(name)) + name for name in raw)
    return words(len(raw)) + b"".join(bytes([len(name)]) + name for name in raw)


def literal_table(literals: Sequence[bytes], *, compressed: bool) -> bytes:
    data = words(len(literals)) + b"".join(words(len(item)) + item for item in literals)
    return words(len(data)) + zlib.compress(data) if compressed else words(0) + data


def code_chunk(code: bytes, labels: int, functions: int, highest: int = 190) -> bytes:
    return words(16, 0, min(highest, len(OPCODES) - 1), labels, functions) + code


def form(chunks: Iterable[tuple[str, bytes]]) -> bytes:
    body = b"BEAM"
    for name, data in chunks:
        body += name.encode("latin-1") + words(len(data)) + data + b"\0" * (-len(data) % 4)
    return b"FOR1" + words(len(body)) + body


ATOMS = ("small", "f", "g", "erlang", "+", "true", "r", "field", "string", "-f/1-fun-0-")

SMALL_CODE = b"".join(
    (
        op("label", u(1)),
        op("line", u(1)),
        op("func_info", a(1), a(2), u(1)),
        op("label", u(2)),
        op("allocate", u(1), u(1)),
        op("move", x(0), y(0)),
        op("gc_bif2", f(0), u(1), u(0), tr(x(0), 1), i(1 << 70), x(0)),
        op("make_fun3", u(0), x(1), lst(y(0))),
        op("put_tuple2", x(2), lst(q(0), a(0), a(6), i(-5), i(300))),
        op("bs_create_bin", f(0), alloc((0, 3)), u(3), u(8), x(3), lst(
            a(9), u(0), u(8), a(0), u(1), i(3),
        )),
        op("select_val", x(2), f(3), lst(a(6), f(3), i(1), f(4))),
        op("label", u(3)),
        op("deallocate", u(1)),
        op("return"),
        op("label", u(4)),
        op("call_last", u(1), f(2), u(1)),
        op("label", u(5)),
        op("func_info", a(1), a(10), u(2)),
        op("label", u(6)),
        op("move", x(1), x(0)),
        op("return"),
        op("int_code_end"),
    )
)  # fmt: skip


def small_chunks(code: bytes = SMALL_CODE, functions: int = 2) -> dict[str, bytes]:
    """The chunks of a module of two functions that has something in every table."""
    return {
        "AtU8": atom_table(ATOMS),
        "Code": code_chunk(code, labels=7, functions=functions),
        "StrT": b"abcd",
        "ImpT": table([(4, 5, 2)]),
        "ExpT": table([(2, 1, 2)]),
        "FunT": table([(10, 2, 6, 0, 1, 12345)]),
        "LitT": literal_table([b"\x83l\0\0\0\1a\1j", b"\x83h\2a\1a\2"], compressed=True),
        "Meta": b"\x83j",
        "LocT": table([(10, 2, 6)]),
        "Attr": b"\x83j",
        "CInf": b"\x83j",
        "Odd?": b"not known to anybody",
        "Line": words(0, 0, 1, 2, 1) + i(7) + a(1) + i(70000) + b"\0\5x.hrl",
        "Type": words(4, 2) + b"\x1f\xff" + b"\x60\x20" + struct.pack(">qq", -1, 10),
    }


def small_beam(**replaced: bytes | None) -> bytes:
    """`small_chunks` as a file, chunks replaced, added or (None) left out."""
    chunks: dict[str, bytes | None] = {**small_chunks(), **replaced}
    return form((name, data) for name, data in chunks.items() if data is not None)
