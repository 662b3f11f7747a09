"""Compact terms: how instructions and their operands are packed into bytes.

An operand begins with a byte whose low three bits are a tag. Small values share that byte,
values up to 2047 take one more, larger ones follow in two's complement with a length; tag 7
introduces lists, float registers, allocation lists, literals and registers with a type.
Source: `beam_asm:encode/2` and `beam_disasm`, checked against files of OTP 23 to 29.

A decoded instruction is `(opcode, operand, ...)`, an operand `(kind, value)`. Equal operands of
one module are one object, which keeps decoded modules small in memory and in the cache.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple, TypeAlias

from enigma_ref._generated.opcodes import OBSOLETE_IN_23, OPCODES
from enigma_ref.loader.errors import Malformed

Operand: TypeAlias = tuple[str, Any]
Instruction: TypeAlias = tuple[Any, ...]

MAX_REGISTER: Final = 1024
"""There are x, y and float registers 0 to 1023 (`MAX_REG`)."""

TAGS: Final = ("u", "i", "a", "x", "y", "f", "h")
TAG_U: Final = 0
TAG_I: Final = 1
TAG_A: Final = 2
TAG_X: Final = 3
TAG_Y: Final = 4
TAG_F: Final = 5
TAG_H: Final = 6
TAG_Z: Final = 7

EXT_LIST: Final = 0x17
EXT_FLOAT_REGISTER: Final = 0x27
EXT_ALLOCATION: Final = 0x37
EXT_LITERAL: Final = 0x47
EXT_TYPED_REGISTER: Final = 0x57

ALLOCATION_KINDS: Final = 3
"""Words, floats and funs."""

LABEL: Final = 1
INT_CODE_END: Final = 3

_UNKNOWN: Final = -1
_OBSOLETE: Final = -2


def _arity(number: int) -> int:
    if number >= len(OPCODES):
        return _UNKNOWN
    entry = OPCODES[number]
    if entry is None:
        return _UNKNOWN
    name, arity = entry
    return _OBSOLETE if name in OBSOLETE_IN_23 else arity


_ARITIES: Final = tuple(_arity(number) for number in range(256))
_TIMES: Final = tuple(range(max(arity, 0)) for arity in _ARITIES)

_ONE_BYTE: Final = tuple(
    None if byte & 8 or byte & 7 in (TAG_A, TAG_F, TAG_Z) else (TAGS[byte & 7], byte >> 4)
    for byte in range(256)
)
"""Operands that one byte holds. Atoms and labels are absent: their range is the module's."""

ONE_BYTE_REGISTERS: Final = 16
"""How many x registers one byte can name."""


class Limits(NamedTuple):
    """What operands may refer to: each number is one more than the highest valid index.

    `types` is None when the module has no type table that we can read; hints then go unchecked,
    as in OTP's loader.
    """

    atoms: int
    labels: int
    literals: int
    types: int | None = None


def read_tagged(data: bytes, position: int) -> tuple[int, int, int]:
    """One tagged number: `(tag, value, next position)`. Raises `Malformed`, `IndexError`.

    `IndexError` says that the data ends too early; the caller knows what it was reading.
    """
    first = data[position]
    tag = first & 7
    if not first & 8:
        return tag, first >> 4, position + 1
    if not first & 16:
        return tag, (first & 0xE0) << 3 | data[position + 1], position + 2
    size = (first >> 5) + 2
    position += 1
    if size == 9:
        size_tag, extra, position = _read_size(data, position)
        if size_tag != TAG_U:
            raise Malformed("the length of a number is not tagged u")
        size = extra + 9
    end = position + size
    if end > len(data):
        raise IndexError
    return tag, int.from_bytes(data[position:end], "big", signed=tag == TAG_I), end


def _read_size(data: bytes, position: int) -> tuple[int, int, int]:
    """Like `read_tagged`, for the length of a long number: not nested any further."""
    first = data[position]
    if first & 0x18 == 0x18 and first >> 5 == 7:
        raise Malformed("the length of a number is itself too long")
    return read_tagged(data, position)


class OperandReader:
    """Reads the operands of one piece of code and checks what they refer to.

    `targets` collects every label that an operand names, `seen` every operand that is not in
    `_ONE_BYTE`.
    """

    __slots__ = ("code", "keep_types", "limits", "one", "seen", "targets", "two")

    def __init__(self, code: bytes, limits: Limits, keep_types: bool = False) -> None:
        self.code = code
        self.limits = limits
        self.keep_types = keep_types
        self.one: list[Operand | None] = list(_ONE_BYTE)
        self.two: dict[int, Operand] = {}
        self.seen: dict[Operand, Operand] = {}
        self.targets: set[int] = set()

    def read(self, position: int, *, in_list: bool = False) -> tuple[Operand, int]:
        """The operand at `position` and the position after it. Raises as `read_tagged`."""
        first = self.code[position]
        if first & 7 == TAG_Z:
            return self._extended(first, position + 1, in_list)
        tag, value, end = read_tagged(self.code, position)
        operand = self._share(self._checked(tag, value))
        if end - position == 1:
            self.one[first] = operand
        elif end - position == 2:
            self.two[first << 8 | self.code[position + 1]] = operand
        return operand, end

    def unsigned(self, position: int, what: str) -> tuple[int, int]:
        """A number tagged u, and the position after it."""
        tag, value, position = read_tagged(self.code, position)
        if tag != TAG_U:
            raise Malformed(f"{what} is not tagged u")
        return value, position

    def _share(self, operand: Operand) -> Operand:
        return self.seen.setdefault(operand, operand)

    def _checked(self, tag: int, value: int) -> Operand:
        if tag == TAG_A:
            if value >= self.limits.atoms:
                raise Malformed(f"atom {_show(value)} is not in the atom table")
        elif tag in (TAG_X, TAG_Y):
            if value >= MAX_REGISTER:
                raise Malformed(f"there is no register {TAGS[tag]}{_show(value)}")
        elif tag == TAG_F:
            if value >= self.limits.labels:
                raise Malformed(f"label {_show(value)} is above the module's highest")
            if value:
                self.targets.add(value)
        elif tag == TAG_H and value > 0x10FFFF:
            raise Malformed(f"there is no character {_show(value)}")
        return (TAGS[tag], value)

    def _extended(self, first: int, position: int, in_list: bool) -> tuple[Operand, int]:
        if first == EXT_LIST:
            if in_list:
                raise Malformed("a list stands inside a list operand")
            return self._list(position)
        if first == EXT_FLOAT_REGISTER:
            number, position = self.unsigned(position, "the number of a float register")
            if number >= MAX_REGISTER:
                raise Malformed(f"there is no register fr{_show(number)}")
            return self._share(("fr", number)), position
        if first == EXT_ALLOCATION:
            return self._allocation(position)
        if first == EXT_LITERAL:
            number, position = self.unsigned(position, "the number of a literal")
            if number >= self.limits.literals:
                raise Malformed(f"literal {_show(number)} is not in the literal table")
            return self._share(("q", number)), position
        if first == EXT_TYPED_REGISTER:
            return self._typed_register(position)
        if first == TAG_Z:
            raise Malformed("a float constant in the code, which OTP gave up before 23")
        raise Malformed(f"unknown operand tag {first:#04x}")

    def _list(self, position: int) -> tuple[Operand, int]:
        code = self.code
        count, position = self.unsigned(position, "the length of a list")
        if count > len(code) - position:
            raise Malformed("a list operand is longer than the code")
        one = self.one
        items = []
        for _ in range(count):
            operand = one[code[position]]
            if operand is not None:
                position += 1
            else:
                operand, position = self.read(position, in_list=True)
            items.append(operand)
        return ("list", tuple(items)), position

    def _allocation(self, position: int) -> tuple[Operand, int]:
        count, position = self.unsigned(position, "the length of an allocation list")
        if count > ALLOCATION_KINDS:
            raise Malformed(f"an allocation list of {_show(count)} items")
        items = []
        for _ in range(count):
            kind, position = self.unsigned(position, "the kind of an allocation")
            number, position = self.unsigned(position, "the size of an allocation")
            if kind >= ALLOCATION_KINDS:
                raise Malformed(f"unknown kind {_show(kind)} in an allocation list")
            items.append((kind, number))
        return self._share(("alloc", tuple(items))), position

    def _typed_register(self, position: int) -> tuple[Operand, int]:
        tag, number, position = read_tagged(self.code, position)
        if tag not in (TAG_X, TAG_Y):
            raise Malformed("a type hint on something that is no register")
        register = self._share(self._checked(tag, number))
        index, position = self.unsigned(position, "the number of a type")
        if self.limits.types is not None and index >= self.limits.types:
            raise Malformed(f"type {_show(index)} is not in the type table")
        if self.keep_types:
            return self._share(("tr", (register, index))), position
        return register, position


def decode_code(reader: OperandReader, position: int) -> list[Instruction]:
    """Every instruction from `position` up to and with `int_code_end`.

    Raises `Malformed`: unknown or obsolete opcode, bad operand, code that ends too early.
    """
    instructions: list[Instruction] = []
    try:
        _decode(reader, position, instructions)
    except IndexError:
        raise Malformed(
            f"truncated: the code ends inside instruction {len(instructions)}"
        ) from None
    except Malformed as problem:
        raise Malformed(f"instruction {len(instructions)}: {problem}") from None
    return instructions


def _decode(reader: OperandReader, position: int, instructions: list[Instruction]) -> None:
    # The hot loop of loading: most operands take one byte, nearly all others two.
    code = reader.code
    one = reader.one
    two_byte = reader.two.get
    read = reader.read
    append = instructions.append
    arities = _ARITIES
    times = _TIMES
    opcode = 0
    while opcode != INT_CODE_END:
        opcode = code[position]
        position += 1
        if arities[opcode] < 0:
            raise Malformed(_refusal(opcode))
        operands: list[Any] = [opcode]
        for _ in times[opcode]:
            first = code[position]
            operand = one[first]
            if operand is not None:
                position += 1
            else:
                if first & 0x18 == 8:
                    operand = two_byte(first << 8 | code[position + 1])
                if operand is not None:
                    position += 2
                else:
                    operand, position = read(position)
            operands.append(operand)
        append(tuple(operands))


def _refusal(opcode: int) -> str:
    if _ARITIES[opcode] == _OBSOLETE:
        return f"opcode {opcode_name(opcode)} ({opcode}) was obsolete before OTP 23"
    return f"unknown opcode {opcode}"


def opcode_name(number: int) -> str:
    """The name of an opcode, or its number as text when there is none."""
    entry = OPCODES[number] if number < len(OPCODES) else None
    return entry[0] if entry else str(number)


def _show(value: int) -> str:
    return str(value) if value.bit_length() < 128 else f"of {value.bit_length()} bits"
