"""Keys of small maps that the loader of OTP 25 takes for one another.

That loader makes a tuple of the keys when a map is built from nothing with keys that are all
constants, and uses the same tuple for all maps of a module whose keys are equal. There, `0.0`
and `-0.0` are: a map of `-0.0` that stands behind a map of `0.0` has the key `0.0`
(`beamfile_add_literal` in erts/emulator/beam/beam_file.c, and measured; 24 and 26 were not).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from enigma_ref.loader.compact import Operand, opcode_name
from enigma_ref.loader.module import Module, constant
from enigma_ref.terms.keys import guard_key

RELEASES: Final = (25,)
"""Those that are known to do it: 23 does not show it, and from 27 on both zeros are different."""

MOST: Final = 32
"""Keys of a map that is small."""

NEGATIVE_ZERO: Final = b"F\x80" + bytes(7)
"""As it stands in a literal."""

EMPTY: Final = b"\x83t" + bytes(4)
"""The empty map, as a literal."""

CONSTANTS: Final = ("a", "i", "q")


def with_shared_keys(module: Module) -> Module:
    """The module as those releases load it; the same unless it has a negative zero."""
    if not any(NEGATIVE_ZERO in raw for raw in module.literals.raw):
        return module
    first: dict[Any, dict[Any, Operand]] = {}
    code = []
    for instruction in module.code:
        if opcode_name(instruction[0]) == "put_map_assoc" and _is_empty(module, instruction[2]):
            tag, pairs = instruction[5]
            keys = {
                guard_key(constant(module, key)): key for key in pairs[::2] if key[0] in CONSTANTS
            }
            if len(keys) == len(pairs) // 2 <= MOST:
                shared = first.setdefault(frozenset(keys), keys)
                put = [part for key, value in zip(keys, pairs[1::2], strict=True)
                       for part in (shared[key], value)]  # fmt: skip
                instruction = (*instruction[:5], (tag, tuple(put)), *instruction[6:])
        code.append(instruction)
    return replace(module, code_source=tuple(code))


def _is_empty(module: Module, operand: Operand) -> bool:
    tag, value = operand
    return tag == "q" and module.literals.raw[value] == EMPTY
