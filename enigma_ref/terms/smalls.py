"""Small integers: those that fit in a word with its tag, on 64 bits.

Programs see the difference where erts looks at nothing else: positions, limits and sizes.
"""

from __future__ import annotations

from typing import Final

from enigma_ref.terms import Term

SMALL: Final = 1 << 59
"""The first integer that is too large; `-SMALL` is the lowest that is small."""


def is_small(term: Term) -> bool:
    """Whether a term is a small integer."""
    return type(term) is int and -SMALL <= term < SMALL
