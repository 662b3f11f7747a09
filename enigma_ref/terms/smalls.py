"""Small integers: those that fit in a word with its tag, on 64 bits.

Programs see the difference where erts looks at nothing else: positions, limits and sizes.
"""

from __future__ import annotations

from typing import Any, Final

from enigma_ref.terms.atoms import Atom
from enigma_ref.terms.identifiers import Pid, Port
from enigma_ref.terms.lists import Nil

SMALL: Final = 1 << 59
"""The first integer that is too large; `-SMALL` is the lowest that is small."""


IMMEDIATES: Final = frozenset((Atom, Nil, Pid, Port))


def is_immediate(term: Any) -> bool:
    """Whether a term fits in a word: an atom, a small integer, the empty list or a local pid or
    port."""
    return type(term) in IMMEDIATES or is_small(term)


def is_small(term: Any) -> bool:
    """Whether a term is a small integer."""
    return type(term) is int and -SMALL <= term < SMALL
