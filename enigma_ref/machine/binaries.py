"""What binary instructions work on: match contexts, and lists of segments and commands.

Operands of `bs_create_bin` and `bs_match` are flat lists; when code is made ready they become
plans, so that running them need not look at operand kinds again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from enigma_ref.loader.errors import LoadError
from enigma_ref.terms import Atom, Bitstring, Term, list_items

if TYPE_CHECKING:
    from enigma_ref.machine.code import LoadedModule

LITTLE = 2
SIGNED = 4
NATIVE = 16
"""Bits of the flags operand of older instructions (erl_bits.h)."""

SEGMENT_OPERANDS = 6
ALL = "all"

Operand = tuple[str, Any]


def little(flags: int) -> bool:
    """Whether flags mean little-endian; native is little-endian on every machine we model."""
    return bool(flags & (LITTLE | NATIVE))


class MatchContext:
    """A bitstring that is being matched. `position` and `end` are bits in `data`; `saved` holds
    positions by slot for the instructions of OTP 21 and before, which 23 still loads."""

    __slots__ = ("data", "end", "position", "saved", "start")

    def __init__(self, bits: Bitstring) -> None:
        self.data = bits.data
        self.position = bits.offset
        self.start = bits.offset
        self.end = bits.offset + bits.size
        self.saved: dict[Any, int] | None = None


class Segment(NamedTuple):
    """One segment of a bitstring to build. `string` holds the bytes of a string segment; `whole`
    tells that the code asks for all of a bitstring, which no value of a size does. `number` is its
    place in the source, counted from 1: the compiler may join segments, and then goes on counting
    (0 for strings)."""

    type: str
    unit: int
    little: bool
    string: bytes
    whole: bool
    number: int


def segment_sources(operands: tuple[Operand, ...]) -> list[Operand]:
    """The operands with values of the segments: source and size of each in turn."""
    sources: list[Operand] = []
    for first in range(0, len(operands), SEGMENT_OPERANDS):
        sources += operands[first + 4 : first + SEGMENT_OPERANDS]
    return sources


def segment_place(index: int) -> int:
    """Where in the operands the item of `segment_sources` with this index stands."""
    return index // 2 * SEGMENT_OPERANDS + SEGMENT_OPERANDS - 2 + index % 2


def segment_plan(module: LoadedModule, operands: tuple[Operand, ...]) -> tuple[Segment, ...]:
    """The segments of a `bs_create_bin`, without their sources and sizes."""
    plan = []
    for first in range(0, len(operands), SEGMENT_OPERANDS):
        kind, number, unit, flags, source, size = operands[first : first + SEGMENT_OPERANDS]
        type_ = module.atoms[kind[1]].name
        string = b""
        if type_ == "string":
            string = module.decoded.strings[source[1] : source[1] + size[1]]
        is_little = "little" in flag_names(module, flags)
        plan.append(Segment(type_, unit[1], is_little, string, size[0] == "a", number[1]))
    return tuple(plan)


def flag_names(module: LoadedModule, operand: Operand) -> set[str]:
    """The names in a list of flags; `native` also counts as `little`."""
    tag, value = operand
    if tag != "q":
        return set()
    names = {item.name for item in list_items(module.literals[value]) or [] if type(item) is Atom}
    return names | {"little"} if "native" in names else names


class Command(NamedTuple):
    """One command of a `bs_match`. `size` is in bits; `value` what `=:=` compares with."""

    type: str
    size: int
    unit: int
    little: bool
    signed: bool
    value: Term


def match_commands(
    module: LoadedModule, operands: tuple[Operand, ...]
) -> tuple[tuple[Command, ...], list[Operand]]:
    """The commands of a `bs_match`, and the registers that their values go to."""
    commands = []
    destinations = []
    position = 0
    while position < len(operands):
        type_ = module.atoms[operands[position][1]].name
        arguments = operands[position + 1 :]
        if type_ == "ensure_at_least":
            if not arguments[1][1]:
                raise LoadError(module.name.name, "bs_match with the unit 0")
            commands.append(Command(type_, arguments[0][1], arguments[1][1], False, False, None))
            position += 3
        elif type_ in ("ensure_exactly", "skip"):
            commands.append(Command(type_, arguments[0][1], 1, False, False, None))
            position += 2
        elif type_ in ("integer", "binary"):
            flags = flag_names(module, arguments[1])
            size = arguments[2][1] * arguments[3][1]
            commands.append(
                Command(type_, size, arguments[3][1], "little" in flags, "signed" in flags, None)
            )
            destinations.append(arguments[4])
            position += 6
        elif type_ == "get_tail":
            commands.append(Command(type_, 0, arguments[1][1], False, False, None))
            destinations.append(arguments[2])
            position += 4
        elif type_ == "=:=":
            tag, value = arguments[2]
            term = module.literals[value] if tag == "q" else value
            commands.append(Command(type_, arguments[1][1], 1, False, False, term))
            position += 4
        else:
            raise LoadError(module.name.name, f"bs_match with the unknown command {type_}")
    return tuple(commands), destinations
