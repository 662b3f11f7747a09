"""What spec/ says, as frozen dataclasses: the input of every emitter."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

RELEASES = (23, 25, 27, 29)
"""The OTP releases whose instruction sets opcodes.yaml describes."""

BIF_RELEASES = (23, 25, 27, 28, 29)
"""The OTP releases whose built-in functions bifs.yaml describes."""


class SpecError(Exception):
    """The specification is wrong: a message with file, entry and line."""


@dataclass(frozen=True)
class Operand:
    """One operand of an opcode.

    `kind` is its kind without parameters (`list` of `list(src, dst)`), `elements` the kinds of a
    list's elements in turn, `length` the operand that holds the length of a `string` or `puts`.
    """

    name: str
    kind: str
    elements: tuple[str, ...] = ()
    length: str | None = None

    @property
    def in_file(self) -> bool:
        """Whether .beam files hold this operand as part of the instruction itself."""
        return self.kind not in ("this", "puts")

    @property
    def text(self) -> str:
        """The kind as it stands in opcodes.yaml."""
        if self.elements and self.kind == "list":
            return f"list({', '.join(self.elements)})"
        return f"{self.kind}({self.length})" if self.length else self.kind


@dataclass(frozen=True)
class Opcode:
    """One generic instruction. `otp` maps a release to live, obsolete or absent."""

    name: str
    code: int
    category: str
    operands: tuple[Operand, ...]
    otp: Mapping[int, str]
    emitted: tuple[int, ...]
    raises: tuple[str, ...]
    doc: str
    semantics: str | None
    line: int
    """Where its semantics begin in opcodes.yaml (its entry, when it has none)."""
    body: tuple[ast.stmt, ...] = field(default=(), compare=False)

    @property
    def live(self) -> tuple[int, ...]:
        """The releases whose loader accepts it."""
        return tuple(release for release, state in self.otp.items() if state == "live")

    def operand(self, name: str) -> Operand | None:
        """The operand called `name`."""
        return next((operand for operand in self.operands if operand.name == name), None)


@dataclass(frozen=True)
class FastRule:
    """A cheaper way to compute a primitive: under which operand kinds, and the expression."""

    when: Mapping[str, str]
    small: tuple[str, ...]
    python: str


@dataclass(frozen=True)
class Primitive:
    """One word of the vocabulary of semantics."""

    name: str
    params: tuple[tuple[str, str], ...]
    result: str
    raises: tuple[str, ...]
    pure: bool
    python: str
    fast: tuple[FastRule, ...]
    doc: str

    @property
    def wants_process(self) -> bool:
        """Whether its first parameter is the running process, which calls do not write."""
        return bool(self.params) and self.params[0][1] == "process"

    @property
    def written_params(self) -> tuple[tuple[str, str], ...]:
        """The parameters that a call in semantics writes."""
        return self.params[1:] if self.wants_process else self.params


@dataclass(frozen=True)
class Raises:
    """One way for a BIF to fail: exception class, reason as an Erlang term, and when.

    `causes` are the words that tell OTP's explanations which of the conditions it was (EEP 54).
    """

    cls: str
    reason: str
    when: str
    causes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bif:
    """One built-in function or runtime NIF."""

    module: str
    name: str
    kind: str
    params: tuple[tuple[str, str], ...]
    result: str
    raises: tuple[Raises, ...]
    guard: bool
    pure: bool
    suspends: bool
    otp: tuple[int, ...]
    doc: str
    semantics: str | None
    instruction: str | None
    line: int
    body: ast.expr | None = field(default=None, compare=False)

    @property
    def arity(self) -> int:
        """How many arguments it takes."""
        return len(self.params)

    @property
    def mfa(self) -> str:
        """Its name as `module:name/arity`."""
        return f"{self.module}:{self.name}/{self.arity}"


@dataclass(frozen=True)
class Replacement:
    """A row of instructions that becomes another one.

    `row` holds the names of the instructions, `by` that of the one that runs instead of the first;
    each of its `operands` is which instruction of the row it is taken from, and which operand of
    that.
    """

    row: tuple[str, ...]
    by: str
    operands: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Spec:
    """All of spec/. `joins` are rows of instructions that run in one go."""

    opcodes: Mapping[str, Opcode]
    internal: Mapping[str, Opcode]
    primitives: Mapping[str, Primitive]
    bifs: Mapping[str, Bif]
    replacements: Sequence[Replacement] = ()
    joins: Sequence[tuple[str, ...]] = ()

    @property
    def instructions(self) -> Mapping[str, Opcode]:
        """Opcodes and internal instructions together."""
        return {**self.opcodes, **self.internal}
