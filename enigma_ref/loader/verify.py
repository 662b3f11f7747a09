"""What must hold between instructions and tables before anybody runs the code.

Operand ranges that need no context are checked while decoding (`compact`); here are those that
depend on the instruction: which number is an import, a fun, a line or a place in the string
table, and how functions and labels lie in the code. Rules are those of OTP's loader and
`beam_validator` as far as a machine relies on them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

from enigma_ref._generated.opcodes import OPCODES
from enigma_ref.loader.compact import INT_CODE_END, LABEL, MAX_REGISTER, Instruction, opcode_name
from enigma_ref.loader.errors import Malformed
from enigma_ref.loader.kinds import LIST_ITEMS, TARGETS, check_items, check_kinds
from enigma_ref.loader.tables import MAX_ARITY

MAX_FRAME: Final = MAX_REGISTER
"""A frame larger than this has y registers that no instruction can name."""

_NUMBERS: Final = {entry[0]: number for number, entry in enumerate(OPCODES) if entry}

FUNC_INFO: Final = _NUMBERS["func_info"]
LINE: Final = _NUMBERS["line"]

IMPORTS: Final = {
    "call_ext": 2, "call_ext_last": 2, "call_ext_only": 2,
    "bif0": 1, "bif1": 2, "bif2": 2, "bif3": 2,
    "gc_bif1": 3, "gc_bif2": 3, "gc_bif3": 3,
}  # fmt: skip
"""Where an instruction names an import, counted from 1."""

_CALLS: Final = frozenset({"call_ext", "call_ext_last", "call_ext_only"})
_BIF_ARITY: Final = {
    "bif0": 0, "bif1": 1, "bif2": 2, "bif3": 3, "gc_bif1": 1, "gc_bif2": 2, "gc_bif3": 3,
}  # fmt: skip
LAMBDAS: Final = ("make_fun2", "make_fun3", "call_fun2")
LINES: Final = {"line": 1, "executable_line": 1, "debug_line": 2}
_FRAMES: Final = {
    "allocate": (1, 2), "allocate_heap": (1, 3), "allocate_zero": (1, 2),
    "allocate_heap_zero": (1, 3), "deallocate": (1,), "call_last": (3,), "call_ext_last": (3,),
    "apply_last": (2,), "trim": (1, 2),
}  # fmt: skip
"""Operands that count y registers or live x registers."""
_UNITS: Final = {
    "bs_test_unit": 3, "bs_get_binary2": 5, "bs_skip_bits2": 4, "bs_append": 5,
    "bs_private_append": 3,
}  # fmt: skip
"""Operands that what is there is divided by. (An erl without a JIT does so, and dies of a 0.)"""

Check = Callable[[Instruction], None]


class Function(NamedTuple):
    """A function's place in the code: instructions `start` to `end - 1`.

    `start` is that of the label before `func_info`, whose number is `info_label`; calls go to
    `entry_label`. `name` is an atom index.
    """

    name: int
    arity: int
    info_label: int
    entry_label: int
    start: int
    end: int


class Context(NamedTuple):
    """The sizes of the tables, `lines` None without one.

    `imports` holds each import's arity, `lambdas` each fun's number of free variables.
    """

    imports: Sequence[int]
    lambdas: Sequence[int]
    lines: int | None
    strings: int
    atoms: Sequence[str]
    """The names of atoms, which index 1 begins."""

    @property
    def string_atom(self) -> int | None:
        """The index of the atom `string`, which marks a segment of `bs_create_bin`."""
        return self.atoms.index("string") + 1 if "string" in self.atoms else None


class Layout(NamedTuple):
    """Where labels (by number) and functions are, as indexes of instructions."""

    labels: dict[int, int]
    functions: tuple[Function, ...]


def verify(instructions: Sequence[Instruction], context: Context) -> Layout:
    """Check every instruction and find labels and functions. Raises `Malformed`."""
    labels: dict[int, int] = {}
    infos: list[int] = []
    checks = _checks(context)
    # Few combinations of opcode and kinds occur, so each is looked at once.
    good_kinds: set[tuple[Any, ...]] = set()
    for index, instruction in enumerate(instructions):
        opcode = instruction[0]
        kinds = (opcode, *[operand[0] for operand in instruction[1:]])
        if kinds not in good_kinds:
            _named(check_kinds, instruction, index)
            good_kinds.add(kinds)
        if opcode == LABEL:
            operand = instruction[1]
            if not operand[1]:
                raise Malformed(f"instruction {index}: a label must be a number above 0")
            if labels.setdefault(operand[1], index) != index:
                raise Malformed(f"label {operand[1]} is defined twice")
            continue
        check = checks[opcode]
        if check is not None:
            _named(check, instruction, index)
            if opcode == FUNC_INFO:
                infos.append(index)
    return Layout(labels, _functions(instructions, infos))


def _named(check: Check, instruction: Instruction, index: int) -> None:
    try:
        check(instruction)
    except Malformed as problem:
        name = opcode_name(instruction[0])
        raise Malformed(f"instruction {index} ({name}): {problem}") from None


def check_labels(labels: dict[int, int], count: int, targets: Iterable[int]) -> None:
    """Every label is below `count` and every one that an operand names is defined."""
    if labels and (highest := max(labels)) >= count:
        raise Malformed(f"label {highest} is above the module's highest")
    for target in targets:
        if target not in labels:
            raise Malformed(f"label {target} is used but not defined")


def _functions(instructions: Sequence[Instruction], infos: list[int]) -> tuple[Function, ...]:
    found: list[Function] = []
    starts = [_start(instructions, info) for info in infos]
    if not starts:
        if instructions[0][0] != INT_CODE_END:
            raise Malformed("the code has no functions")
        return ()
    if starts[0] != 0:
        raise Malformed("there are instructions before the first function")
    ends = [*starts[1:], len(instructions) - 1]
    for info, start, end in zip(infos, starts, ends, strict=True):
        entry = instructions[info + 1]
        if entry[0] != LABEL:
            raise Malformed(f"instruction {info}: func_info without an entry label after it")
        _, _, (_, name), (_, arity) = instructions[info]
        info_label = instructions[start][1][1]
        found.append(Function(name, arity, info_label, entry[1][1], start, end))
    return tuple(found)


def _start(instructions: Sequence[Instruction], info: int) -> int:
    """The label that a function begins with: before `func_info`, with perhaps a `line` between."""
    start = info - 1
    if start >= 0 and instructions[start][0] == LINE:
        start -= 1
    if start < 0 or instructions[start][0] != LABEL:
        raise Malformed(f"instruction {info}: func_info without a label before it")
    return start


def _checks(context: Context) -> list[Check | None]:
    checks: list[Check | None] = [None] * 256
    arities = context.imports
    for name, place in IMPORTS.items():
        checks[_NUMBERS[name]] = _import_check(name, place, arities)
    for number, items in LIST_ITEMS.items():
        checks[number] = _list_check(items)
    for name in LAMBDAS:
        index_check = _index_check(1, len(context.lambdas), "fun", name == "call_fun2")
        checks[_NUMBERS[name]] = _both(index_check, checks[_NUMBERS[name]])
    checks[_NUMBERS["make_fun3"]] = _both(
        checks[_NUMBERS["make_fun3"]], _make_fun_check(context.lambdas)
    )
    if context.lines is not None:
        for name, place in LINES.items():
            checks[_NUMBERS[name]] = _index_check(place, context.lines, "line")
    for name, places in _FRAMES.items():
        checks[_NUMBERS[name]] = _both(checks[_NUMBERS[name]], _frame_check(places))
    for name, place in _UNITS.items():
        checks[_NUMBERS[name]] = _unit_check(place)
    for number, where in TARGETS.items():
        for place in where:
            checks[number] = _both(checks[number], _target_check(place))
    checks[FUNC_INFO] = _func_info
    checks[_NUMBERS["bs_put_string"]] = _put_string_check(context.strings)
    checks[_NUMBERS["bs_match_string"]] = _match_string_check(context.strings)
    if context.string_atom is not None:
        checks[_NUMBERS["bs_create_bin"]] = _create_bin_check(context)
    commands = {
        ("a", at): MATCH_COMMANDS[name]
        for at, name in enumerate(context.atoms, 1)
        if name in MATCH_COMMANDS
    }
    checks[_NUMBERS["bs_match"]] = _both(checks[_NUMBERS["bs_match"]], _match_check(commands))
    return checks


def _both(first: Check | None, second: Check | None) -> Check | None:
    if first is None or second is None:
        return first or second
    before, after = first, second

    def check(instruction: Instruction) -> None:
        before(instruction)
        after(instruction)

    return check


def _list_check(allowed: tuple[frozenset[str], ...]) -> Check:
    def check(instruction: Instruction) -> None:
        check_items(instruction[-1][1], allowed)

    return check


def _make_fun_check(free: Sequence[int]) -> Check:
    def check(instruction: Instruction) -> None:
        if len(instruction[3][1]) != free[instruction[1][1]]:
            raise Malformed("it has not as many free variables as the fun table says")

    return check


def _import_check(name: str, place: int, arities: Sequence[int]) -> Check:
    count = len(arities)
    fixed = _BIF_ARITY.get(name)

    def check(instruction: Instruction) -> None:
        kind, index = instruction[place]
        if kind != "u" or index >= count:
            raise Malformed("it names no entry of the import table")
        expected = instruction[1] if fixed is None else ("u", fixed)
        if expected != ("u", arities[index]):
            raise Malformed(f"it does not fit an import of arity {arities[index]}")

    return check


def _index_check(place: int, count: int, what: str, atom_too: bool = False) -> Check:
    def check(instruction: Instruction) -> None:
        kind, index = instruction[place]
        if kind == "u" and index < count:
            return
        # call_fun2 may say `safe` or `unsafe` in place of naming a fun.
        if not (atom_too and kind == "a" and index):
            raise Malformed(f"it names no entry of the {what} table")

    return check


def _frame_check(places: Sequence[int]) -> Check:
    def check(instruction: Instruction) -> None:
        for place in places:
            kind, count = instruction[place]
            if kind != "u" or count > MAX_FRAME:
                raise Malformed(f"operand {place} is no number of registers")

    return check


def _unit_check(place: int) -> Check:
    def check(instruction: Instruction) -> None:
        if not instruction[place][1]:
            raise Malformed("its unit is 0")

    return check


def _target_check(place: int) -> Check:
    def check(instruction: Instruction) -> None:
        if not instruction[place][1]:
            raise Malformed(f"operand {place} is no label")

    return check


def _func_info(instruction: Instruction) -> None:
    _, module, name, arity = instruction
    if module[0] != "a" or name[0] != "a" or not module[1] or not name[1]:
        raise Malformed("a function's name is not an atom")
    if arity[0] != "u" or arity[1] > MAX_ARITY:
        raise Malformed("a function's arity is not a number up to 255")


def _put_string_check(size: int) -> Check:
    def check(instruction: Instruction) -> None:
        _, length, offset = instruction
        _in_strings(offset, length[1] if length[0] == "u" else size + 1, size)

    return check


def _match_string_check(size: int) -> Check:
    def check(instruction: Instruction) -> None:
        _, _, _, bits, offset = instruction
        length = (bits[1] + 7) // 8 if bits[0] == "u" else size + 1
        _in_strings(offset, length, size)

    return check


_SEGMENT_SIZE: Final = 6


def _create_bin_check(context: Context) -> Check:
    size = context.strings
    marker = ("a", context.string_atom)

    def check(instruction: Instruction) -> None:
        kind, items = instruction[6]
        if kind != "list" or len(items) % _SEGMENT_SIZE:
            raise Malformed("its segments are not groups of six")
        for at in range(0, len(items), _SEGMENT_SIZE):
            if items[at] == marker:
                length = items[at + 5]
                _in_strings(items[at + 4], length[1] if length[0] == "i" else size + 1, size)

    return check


MATCH_COMMANDS: Final = {
    "ensure_at_least": 2, "ensure_exactly": 1, "integer": 5, "binary": 5, "skip": 1,
    "get_tail": 3, "=:=": 3,
}  # fmt: skip
"""The commands of `bs_match`, and how many operands each has."""


def _match_check(commands: dict[tuple[str, int], int]) -> Check:
    def check(instruction: Instruction) -> None:
        _, items = instruction[3]
        at = 0
        while at < len(items):
            count = commands.get(items[at])
            if count is None:
                raise Malformed("bs_match has a command that is not known")
            at += count + 1
        if at > len(items):
            raise Malformed("bs_match has a command with too few operands")

    return check


def _in_strings(offset: tuple[str, int], length: int, size: int) -> None:
    if offset[0] != "u" or length < 0 or offset[1] + length > size:
        raise Malformed("it takes bytes from outside the string table")
