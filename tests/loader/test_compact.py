"""Compact terms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enigma_ref.loader.compact import Limits, OperandReader, decode_code, read_tagged
from enigma_ref.loader.errors import Malformed
from tests.loader import assembler as asm

LIMITS = Limits(atoms=2000, labels=3000, literals=500, types=9)


def read_one(data: bytes, *, keep_types: bool = False) -> object:
    operand, end = OperandReader(data, LIMITS, keep_types).read(0)
    assert end == len(data)
    return operand


@given(st.integers())
def test_integers_of_every_size_come_back(value: int) -> None:
    assert read_tagged(asm.i(value), 0) == (asm.INT, value, len(asm.i(value)))


@given(st.integers(min_value=0, max_value=1 << 100))
def test_unsigned_numbers_come_back(value: int) -> None:
    assert read_one(asm.u(value)) == ("u", value)


def test_a_number_that_fills_its_bytes_is_not_negative_unless_tagged_i() -> None:
    assert read_tagged(bytes([0x18 | asm.U]) + b"\xff\xff", 0)[1] == 0xFFFF
    assert read_tagged(bytes([0x18 | asm.INT]) + b"\xff\xff", 0)[1] == -1


@pytest.mark.parametrize(
    ("data", "operand"),
    [
        (asm.x(0), ("x", 0)),
        (asm.x(1023), ("x", 1023)),
        (asm.y(17), ("y", 17)),
        (asm.fr(1023), ("fr", 1023)),
        (asm.a(0), ("a", 0)),
        (asm.a(1999), ("a", 1999)),
        (asm.f(0), ("f", 0)),
        (asm.f(2999), ("f", 2999)),
        (asm.q(499), ("q", 499)),
        (asm.tagged(asm.H, 0x1F600), ("h", 0x1F600)),
        (asm.alloc((0, 3), (1, 1000), (2, 0)), ("alloc", ((0, 3), (1, 1000), (2, 0)))),
        (asm.lst(asm.x(1), asm.q(2), asm.i(-1)), ("list", (("x", 1), ("q", 2), ("i", -1)))),
        (asm.lst(), ("list", ())),
        (asm.tr(asm.y(20), 8), ("y", 20)),
    ],
)
def test_operands(data: bytes, operand: object) -> None:
    assert read_one(data) == operand


def test_types_are_kept_on_demand() -> None:
    assert read_one(asm.tr(asm.x(2), 8), keep_types=True) == ("tr", (("x", 2), 8))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (asm.x(1024), "no register x1024"),
        (asm.y(1024), "no register y1024"),
        (asm.fr(1024), "no register fr1024"),
        (asm.a(2000), "atom 2000"),
        (asm.f(3000), "label 3000"),
        (asm.q(500), "literal 500"),
        (asm.tr(asm.x(0), 9), "type 9"),
        (asm.tr(asm.a(1), 0), "no register"),
        (asm.tagged(asm.H, 0x110000), "no character"),
        (asm.lst(asm.lst()), "inside a list"),
        (asm.alloc((3, 1)), "unknown kind 3"),
        (asm.alloc((0, 1), (0, 1), (0, 1), (0, 1)), "allocation list"),
        (b"\x17" + asm.u(1 << 60), "longer than the code"),
        (b"\x17" + asm.a(1), "not tagged u"),
        (b"\x07", "gave up"),
        (b"\x67", "unknown operand tag"),
        (b"\x1f\0\0", "unknown operand tag"),
        (b"\xf8" + asm.a(1), "not tagged u"),
        (b"\xf8\xf8", "too long"),
    ],
)
def test_bad_operands(data: bytes, message: str) -> None:
    with pytest.raises(Malformed, match=message):
        read_one(data)


def test_equal_operands_are_one_object() -> None:
    reader = OperandReader(asm.op("move", asm.x(700), asm.x(700)) + b"\x03", LIMITS)
    instruction = decode_code(reader, 0)[0]
    assert instruction[1] is instruction[2]


def test_obsolete_and_unknown_opcodes_are_named() -> None:
    for data, message in (
        (b"\x1b", r"m_plus \(27\) was obsolete"),
        (b"\xff", "unknown opcode 255"),
    ):
        with pytest.raises(Malformed, match=message):
            decode_code(OperandReader(data, LIMITS), 0)


@given(st.binary(max_size=60))
def test_any_bytes_give_code_or_malformed(data: bytes) -> None:
    try:
        code = decode_code(OperandReader(data, LIMITS), 0)
    except Malformed:
        return
    assert code[-1] == (asm.NUMBERS["int_code_end"],)
