"""Which opcodes, primitives and built-in functions the native engine does in machine code.

Read off what the engine itself goes by: the names of the functions in its lowerings, and the trees
of the semantics. Nothing is listed anywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from enigma_native._generated.semantics import INLINE, INSTRUCTIONS, PRIMITIVES
from enigma_native.compiler import PRELUDE
from enigma_native.shapes import Lowerings, bif_name
from enigma_ref._generated.bifs import BIFS

NATIVE: Final = "native"
GIVES_UP: Final = "gives up"
PYTHON: Final = "python"
STATES: Final = {
    NATIVE: ("conformant", "●", "machine code only"),
    GIVES_UP: ("implemented", "◔", "machine code, and Python for some operands"),
    PYTHON: ("missing", "○", "calls Python, always or where named"),
}
"""For each state, how the page draws it, its sign and what it means."""

NEVER_GIVE_UP: Final = ("new", "borrow", "uint", "do")
"""Prefixes of lowerings that do everything (see the head of prelude.ll)."""


@dataclass(frozen=True)
class Row:
    """An opcode, a primitive or a built-in function; `calls` are the primitives for which it calls
    Python."""

    name: str
    state: str
    calls: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """All rows of a kind."""

    key: str
    title: str
    rows: list[Row]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows are in each state."""
        found = Counter(row.state for row in self.rows)
        return {state: found[state] for state in STATES}

    def to_json(self) -> dict[str, Any]:
        """The part in native.json."""
        return {row.name: {"state": row.state, "calls": list(row.calls)} for row in self.rows}


def native_parts() -> list[Part]:
    """What is native."""
    lowerings = Lowerings(PRELUDE)
    primitives = {name: _state(lowerings, name) for name in PRIMITIVES}
    bifs = [
        _made_of(f"{module}:{name}/{arity}", INLINE[module, name, arity][1], primitives)
        if (module, name, arity) in INLINE
        else Row(f"{module}:{name}/{arity}", _state(lowerings, bif_name((module, name, arity))))
        for module, name, arity in BIFS
    ]
    return [
        Part(
            "native-opcodes",
            "Instructions",
            [_made_of(name, tree, primitives) for name, (_, tree) in sorted(INSTRUCTIONS.items())],
        ),
        Part(
            "native-primitives",
            "Primitives",
            [Row(name, state) for name, state in sorted(primitives.items())],
        ),
        Part("native-bifs", "Built-in functions", sorted(bifs, key=lambda row: row.name)),
    ]


def _state(lowerings: Lowerings, name: str) -> str:
    found = lowerings.of(name)
    if found is None:
        return PYTHON
    function, result = found
    # A plain test, as well as what has such a prefix, always knows.
    if function.startswith(tuple(f"{prefix}_" for prefix in NEVER_GIVE_UP)) or result == "i1":
        return NATIVE
    return GIVES_UP


def _made_of(name: str, tree: Any, primitives: dict[str, str]) -> Row:
    """What consists of calls of primitives; what only raises does not count."""
    called = dict.fromkeys(one for one in _called(tree) if one in primitives)
    states = {primitives[one] for one in called}
    if PYTHON in states:
        return Row(name, PYTHON, tuple(one for one in called if primitives[one] == PYTHON))
    return Row(name, GIVES_UP if GIVES_UP in states else NATIVE)


def _called(tree: Any) -> Iterator[str]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, list) or (node and node[0] == "raise"):
            continue
        if len(node) > 1 and node[0] == "call":
            yield node[1]
        waiting.extend(reversed(node))


def summary(parts: Iterable[Part]) -> str:
    """The counts in a line."""
    return "; ".join(
        f"{part.title}: " + ", ".join(f"{count} {state}" for state, count in part.counts.items())
        for part in parts
    )
