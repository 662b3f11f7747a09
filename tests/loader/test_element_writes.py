"""Copies of a tuple that is written to: the rewritten code means the same to a machine that makes a
new tuple for each write as the compiler's code to one that writes in place."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from enigma_ref.loader.compact import Instruction
from enigma_ref.loader.element_writes import MOVE, SET_TUPLE_ELEMENT, with_copies_last

SIZE = 3
TUPLE = ("x", 0)
OTHERS = [("x", 1), ("y", 0), ("y", 1)]
END: Instruction = (3,)

atoms = st.integers(1, 9).map(lambda number: ("a", number))
writes = st.builds(
    lambda value, at: (SET_TUPLE_ELEMENT, value, TUPLE, ("u", at)),
    atoms,
    st.integers(0, SIZE - 1),
)
copies = st.sampled_from(OTHERS).map(lambda copy: (MOVE, TUPLE, copy))
others = st.builds(lambda value, copy: (MOVE, value, copy), atoms, st.sampled_from(OTHERS))


def ran(code: tuple[Instruction, ...], in_place: bool) -> dict[Any, Any]:
    registers: dict[Any, Any] = {TUPLE: [0] * SIZE}
    for opcode, *operands in code:
        if opcode == MOVE:
            source, copy = operands
            registers[copy] = registers.get(source, source)
        elif opcode == SET_TUPLE_ELEMENT:
            value, written, (_, at) = operands
            if not in_place:
                registers[written] = list(registers[written])
            registers[written][at] = value
    return registers


@given(st.lists(writes | copies | others, max_size=12))
def test_copies_see_what_is_written_behind_them(block: list[Instruction]) -> None:
    code = (*block, END)
    rewritten = with_copies_last(code)
    assert sorted(map(repr, rewritten)) == sorted(map(repr, code))
    assert ran(rewritten, in_place=False) == ran(code, in_place=True)


def test_code_without_such_copies_stays_as_it_is() -> None:
    code = ((MOVE, ("y", 0), ("x", 1)), (SET_TUPLE_ELEMENT, ("a", 1), TUPLE, ("u", 0)), END)
    assert with_copies_last(code) == code
    without_moves = code[1:]
    assert with_copies_last(without_moves) is without_moves
    # A register that does not hold the tuple any more.
    moved = ((MOVE, TUPLE, ("y", 0)), (MOVE, ("a", 2), TUPLE), *code[1:])
    assert with_copies_last(moved) == moved


def test_code_that_ends_with_a_write_is_left_to_the_checks() -> None:
    code = ((MOVE, TUPLE, ("y", 0)), (SET_TUPLE_ELEMENT, ("a", 1), TUPLE, ("u", 0)))
    assert with_copies_last(code) == code[::-1]
    assert with_copies_last(code[1:]) == code[1:]
