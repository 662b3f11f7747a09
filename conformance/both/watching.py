"""Observers of an engine: a number for each instruction, or the whole state before some of them.

What a digest holds for an instruction: where it stands, which process runs it with how many
reductions, how deep its stack is and how many messages wait; the registers that it reads, before
it runs, and those that it writes, behind it.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final

from conformance.both.digests import digest
from enigma_ref._generated.engine import TEMPLATES
from enigma_ref.machine.code import CODE_TYPES, Code, Export, Function
from enigma_ref.machine.link import NAMES
from enigma_ref.machine.process import X_REGISTERS, Process
from enigma_ref.terms.text import format_w

SHOWN_DEPTH: Final = 12
SHOWN_WIDTH: Final = 300
SHOWN_WORDS: Final = 200
"""How much of a frame is looked at."""

CALLED: Final = ("call", "i_call", "apply", "i_apply", "i_load", "bif")
"""Beginnings of names of instructions that read more registers than their operands say."""

LOOK_AT_CLOCK: Final = 1024
"""After so many instructions."""


class Enough(BaseException):
    """The instructions that were asked for have run.

    Not an `Exception`, so that nothing that handles errors of programs can catch it.
    """


@dataclass
class State:
    """A process before an instruction: values by name (x0, y0, reductions, ...), as digests and
    as text."""

    process: str
    instruction: str
    values: dict[str, tuple[int, str]] = field(default_factory=dict)


class Digests:
    """Keeps a number for each instruction that runs, of at most so many and for so long."""

    def __init__(self, most: int, seconds: float) -> None:
        self.most = most
        self.kept = array("q")
        self._end = monotonic() + seconds

    def observe(self, code: Code, name: str, owner: Function | Export, position: int) -> Code:
        """An `Observer`."""
        if TEMPLATES[name].empty:
            return code
        where = _identity(owner, position)
        x_registers, y_registers = _mentioned(name, owner, position)
        kept, most = self.kept, self.most

        def noted(x: Any, s: Any, p: Any) -> Any:
            if not len(kept) % LOOK_AT_CLOCK and monotonic() > self._end:
                raise Enough
            if len(kept) >= most:
                raise Enough
            before = (
                where,
                p.pid.number,
                p.reductions,
                len(s),
                p.mailbox.size,
                *[digest(x[at]) for at in x_registers],
                *[digest(s[-1 - at]) for at in y_registers if at < len(s)],
            )
            at = len(kept)
            kept.append(hash(before))
            following = code(x, s, p)
            kept[at] = hash((before, *[digest(x[register]) for register in x_registers]))
            return following

        return noted


class Window:
    """Keeps the whole state before each of some instructions, counted from 0."""

    def __init__(self, first: int, end: int) -> None:
        self.first = first
        self.end = end
        self.states: list[State] = []
        self._count = 0
        self._last: dict[Function, int] = {}

    def observe(self, code: Code, name: str, owner: Function | Export, position: int) -> Code:
        """An `Observer`."""
        if TEMPLATES[name].empty:
            return code
        last = max(_mentioned(name, owner, position)[0])
        if isinstance(owner, Function):
            if owner not in self._last:
                self._last[owner] = _last_x(owner)
            last = max(last, self._last[owner])

        def shown(x: Any, s: Any, p: Any) -> Any:
            if self._count >= self.end:
                raise Enough
            self._count += 1
            if self._count > self.first:
                self.states.append(_state(x, s, p, last, f"{_place(owner, position)} {name}"))
            return code(x, s, p)

        return shown


def _state(x: Any, s: Any, p: Process, last: int, instruction: str) -> State:
    state = State(repr(p.pid), instruction)
    for name, number in (
        ("reductions", p.reductions),
        ("stack", len(s)),
        ("messages", p.mailbox.size),
    ):
        state.values[name] = (number, str(number))
    for at in range(min(last, X_REGISTERS - 1) + 1):
        state.values[f"x{at}"] = _shown(x[at])
    for at in range(X_REGISTERS, last + 1):
        state.values[f"fr{at - X_REGISTERS}"] = _shown(x[at])
    for at in range(min(len(s), SHOWN_WORDS)):
        value = s[-1 - at]
        if type(value) in CODE_TYPES:
            break
        state.values[f"y{at}"] = _shown(value)
    return state


def _shown(value: Any) -> tuple[int, str]:
    if value is None:
        return digest(value), "nothing"
    if type(value).__module__.startswith("enigma_ref.machine") or callable(value):
        return digest(value), f"a {type(value).__name__}"
    return digest(value), format_w(value, depth=SHOWN_DEPTH)[:SHOWN_WIDTH]


def _identity(owner: Function | Export, position: int) -> int:
    if isinstance(owner, Function):
        return hash((owner.module.name.name, position))
    return hash((owner.module.name, owner.name.name, owner.arity))


def _place(owner: Function | Export, position: int) -> str:
    if isinstance(owner, Function):
        name = f"{owner.module.name.name}:{owner.name.name}/{owner.arity}"
        return f"{name}+{position - owner.first}"
    return f"{owner.module.name}:{owner.name.name}/{owner.arity}"


def _mentioned(name: str, owner: Function | Export, position: int) -> tuple[list[int], list[int]]:
    """The x (and float) registers and the y registers that an instruction may read or write."""
    found = {("x", 0), ("x", 1)}
    count = owner.arity
    if isinstance(owner, Function):
        code = owner.module.decoded.code
        operands = code[position][1:]
        found.update(_registers(operands))
        while name == "put_tuple" and NAMES[code[position + 1][0]] == "put":
            position += 1
            found.update(_registers(code[position][1:]))
        count = operands[0][1] if operands and operands[0][0] == "u" else 0
    if name.startswith(CALLED):
        # The function, and what is called through registers, stand behind the arguments.
        found.update(("x", at) for at in range(min(count, 255) + 2))
    x = [at + (X_REGISTERS if tag == "fr" else 0) for tag, at in found if tag != "y"]
    return sorted(x), sorted(at for tag, at in found if tag == "y")


def _registers(operands: Any) -> Iterator[tuple[str, int]]:
    """All registers among operands, however deep."""
    for operand in operands:
        if type(operand) is not tuple or len(operand) != 2:
            continue
        tag, value = operand
        if tag in ("x", "y", "fr"):
            yield tag, value
        elif type(value) is tuple:
            yield from _registers(value)


def _last_x(function: Function) -> int:
    """The highest x (or float) register that a function mentions."""
    code = function.module.decoded.code
    return max(
        (
            at + (X_REGISTERS if tag == "fr" else 0)
            for position in range(function.first, function.end)
            for tag, at in _registers(code[position][1:])
            if tag != "y"
        ),
        default=1,
    )
