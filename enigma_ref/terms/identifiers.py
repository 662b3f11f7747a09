"""Pids, ports and references: opaque identities with value equality."""

from __future__ import annotations

from typing import Any

from enigma_ref.terms.atoms import Atom, atom

LOCAL_NODE = atom("nonode@nohost")
_numbers: dict[Atom, int] = {LOCAL_NODE: 0}


def node_number(node: Atom) -> int:
    """What stands for a node in the text of its identifiers: 0 for this one.

    Others are numbered as they are mentioned; OTP takes the number of the name in its table of
    atoms, which differs from run to run as well.
    """
    return _numbers.setdefault(node, len(_numbers))


class Pid:
    """A process identifier, printed as `<node-index.number.serial>`.

    `number` has 15 to 28 bits in small systems and `serial` counts its wraps; `creation` tells
    incarnations of a node apart (erl_ext_dist, NEW_PID_EXT).
    """

    __slots__ = ("creation", "node", "number", "serial")

    def __init__(self, node: Atom, number: int, serial: int = 0, creation: int = 0) -> None:
        self.node = node
        self.number = number
        self.serial = serial
        self.creation = creation

    def key(self) -> tuple[Any, ...]:
        """What makes it equal to another one."""
        return (self.node, self.number, self.serial, self.creation)

    def order_key(self) -> tuple[Any, ...]:
        """What orders pids."""
        return (self.serial, self.number, self.node.name, self.creation)

    def __eq__(self, other: object) -> bool:
        return self is other or (type(other) is Pid and self.key() == other.key())

    def __hash__(self) -> int:
        return hash((Pid, self.number, self.serial))

    def __repr__(self) -> str:
        return f"<0.{self.number}.{self.serial}>"


class Port:
    """A port identifier, printed as `#Port<node-index.number>` (erl_ext_dist, V4_PORT_EXT)."""

    __slots__ = ("creation", "node", "number")

    def __init__(self, node: Atom, number: int, creation: int = 0) -> None:
        self.node = node
        self.number = number
        self.creation = creation

    def key(self) -> tuple[Any, ...]:
        """What makes it equal to another one."""
        return (self.node, self.number, self.creation)

    def order_key(self) -> tuple[Any, ...]:
        """What orders ports."""
        return (self.node.name, self.creation, self.number)

    def __eq__(self, other: object) -> bool:
        return self is other or (type(other) is Port and self.key() == other.key())

    def __hash__(self) -> int:
        return hash((Port, self.number))

    def __repr__(self) -> str:
        return f"#Port<0.{self.number}>"


class Reference:
    """A reference, printed as `#Ref<node-index.w3.w2.w1>`; one to five 32-bit words.

    `words` has the least significant word first (erl_ext_dist, NEWER_REFERENCE_EXT). `magic` is
    what a reference keeps alive that stands for something in the runtime (a compiled pattern, an
    array of atomics), else None; it takes no part in comparisons.
    """

    __slots__ = ("creation", "magic", "node", "words")

    def __init__(
        self, node: Atom, words: tuple[int, ...], creation: int = 0, magic: object = None
    ) -> None:
        self.node = node
        self.words = words
        self.creation = creation
        self.magic = magic

    def key(self) -> tuple[Any, ...]:
        """What makes it equal to another one."""
        return (self.node, _significant(self.words), self.creation)

    def order_key(self) -> tuple[Any, ...]:
        """What orders references: the highest word counts most, leading zeros do not."""
        words = _significant(self.words)
        return (self.node.name, self.creation, len(words), words[::-1])

    def __eq__(self, other: object) -> bool:
        return self is other or (type(other) is Reference and self.key() == other.key())

    def __hash__(self) -> int:
        return hash((Reference, _significant(self.words)))

    def __repr__(self) -> str:
        return f"#Ref<0.{'.'.join(map(str, reversed(self.words)))}>"


def _significant(words: tuple[int, ...]) -> tuple[int, ...]:
    if words and not words[-1]:
        count = len(words)
        while count and not words[count - 1]:
            count -= 1
        return words[:count]
    return words
