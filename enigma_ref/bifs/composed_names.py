"""prim_file:internal_normalize_utf8/1: letters and the accents behind them as one character.

File systems of macOS hold names decomposed, as Unicode 2.1 had it. So the table is what Python
knows of Unicode 3.2, and the differences to it, which were read off OTP 25
(erl_unicode_normalize.h) and hold for all releases sampled.
"""

from __future__ import annotations

import functools
from typing import Any, Final
from unicodedata import ucd_3_2_0

from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg
from enigma_ref.terms import Bitstring, Term, make_list

RANGES: Final = (range(0xC0, 0x2000), range(0x3041, 0x3100), range(0xFB1F, 0xFB4F))
"""Where composed characters lie."""

NEWER: Final = frozenset(
    [
        *(0x1F8, 0x1F9, 0x218, 0x219, 0x21A, 0x21B, 0x21E, 0x21F, *range(0x226, 0x234), 0x344),
        *(0x400, 0x40D, 0x450, 0x45D, 0x4EC, 0x4ED, 0x622, 0x623, 0x624, 0x625, 0x626),
        *(0x6C0, 0x6C2, 0x6D3, 0xA33, 0xA36, 0xDDA, 0xDDC, 0xDDD, 0xDDE, 0xF81, 0x1026),
    ]
)
"""Characters that are composed since Unicode 3.0 only."""

OTHERS: Final = {
    0x310: (0x306, 0x307), 0x4DA: (0x18F, 0x308), 0x4DB: (0x259, 0x308), 0x4EA: (0x19F, 0x308),
    0x4EB: (0x275, 0x308), 0x9B0: (0x9AC, 0x9BC), 0xA5C: (0xA21, 0xA3C), 0xB5F: (0xB2F, 0xB3C),
    0xE33: (0xE4D, 0xE32), 0xEB3: (0xECD, 0xEB2), 0xF73: (0xF72, 0xF71), 0xF75: (0xF74, 0xF71),
    0xF77: (0xFB2, 0xF80, 0xF71), 0xF79: (0xFB3, 0xF80, 0xF71), 0x1FF4: (0x3BF, 0x345, 0x301),
}  # fmt: skip
"""Characters that were composed differently."""

IOTA: Final = 0x345
"""It came right behind its letter."""

GREEK: Final = range(0x370, 0x400)
ACUTE: Final = 0x301
TONOS: Final = 0x30D
"""The accent of simple Greek letters, in place of the acute one."""

WIDE: Final = 1 << 16

Tree = dict[int, Any]


def _parts(character: int) -> tuple[int, ...]:
    """What a character is composed of; nothing when it is not."""
    if character in NEWER:
        return ()
    if character in OTHERS:
        return OTHERS[character]
    first, *rest = map(ord, ucd_3_2_0.normalize("NFD", chr(character)))
    if not rest:
        return ()
    if character in GREEK:
        rest = [TONOS if part == ACUTE else part for part in rest]
    return (first, *sorted(rest, key=lambda part: part != IOTA))


@functools.cache
def _tree() -> Tree:
    """From the last part to the first one: dicts, and the composed characters at their ends."""
    tree: Tree = {}
    for character in [item for span in RANGES for item in span]:
        first, *rest = _parts(character) or (0,)
        if rest:
            node = tree
            for part in reversed(rest):
                node = node.setdefault(part, {})
            node[first] = character
    return tree


def _composed(points: list[int]) -> tuple[int, int | None]:
    """The character that some points begin with, last part first: where its first part stands,
    and the character. It is None when there is none: before 0 when more points may make one."""
    node: Any = _tree()
    for position, point in enumerate(points):
        node = node.get(point)
        if node is None:
            return 0, None
        if type(node) is int:
            return position, node
    return -1, None


class _Composer:
    """Takes characters from the last one to the first. `waiting` are those that may be parts."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.waiting: list[int] = []

    def take(self, point: int) -> None:
        """The next character."""
        if not self.waiting:
            (self.waiting if point in _tree() else self.done).append(point)
        elif point >= WIDE:
            self.flush()
            self.done.append(point)
        else:
            self.waiting.append(point)
            position, composed = _composed(self.waiting)
            if composed is not None:
                self.done.append(composed)
                self.waiting = []
            elif not position:
                self.settle(final=False)

    def settle(self, final: bool) -> None:
        """The first one that waits is no part; look at the others.

        Those that follow a composed character begin with its first part, which so comes twice
        (measured).
        """
        points, self.waiting = self.waiting, []
        self.done.append(points[0])
        at = 1
        while at < len(points):
            position, composed = _composed(points[at:])
            if composed is not None:
                self.done.append(composed)
                at += position
            elif position < 0 and not final:
                self.waiting = points[at:]
                return
            else:
                self.done.append(points[at])
                at += 1

    def flush(self) -> None:
        """Nothing comes that those that wait could be parts of."""
        if self.waiting:
            self.settle(final=True)


@bif("prim_file", "internal_normalize_utf8", 1)
def internal_normalize_utf8_1(name: Term) -> Term:
    """The characters of a name in UTF-8, composed. Raises badarg."""
    if type(name) is not Bitstring or name.size & 7:
        raise badarg()
    try:
        text = name.to_bytes().decode()
    except UnicodeDecodeError:
        raise badarg() from None
    composer = _Composer()
    for character in reversed(text):
        composer.take(ord(character))
    composer.flush()
    return make_list(reversed(composer.done))
