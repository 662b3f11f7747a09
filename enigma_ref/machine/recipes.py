"""Factories of instructions, by what is known of their operands; kept between runs.

A factory takes an instruction `i`, its module `m`, what links it (`k`, see `link`) and the code of
the `next` instruction; it takes out of them what `specialise` fills into a template. All modules
share factories: all of stdlib needs 1,400.
"""

from __future__ import annotations

import atexit
import hashlib
import marshal
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from enigma_ref._generated import engine
from enigma_ref._generated.engine import INLINE, NAMESPACE
from enigma_ref.loader.cache import Cache
from enigma_ref.machine import specialise as specialise_module
from enigma_ref.machine.binaries import segment_place
from enigma_ref.machine.code import Code
from enigma_ref.machine.process import X_REGISTERS
from enigma_ref.machine.specialise import Shape, joined_name, specialise
from enigma_ref.machine.template import Key, Template
from enigma_ref.terms.integers import tell_when_large

Factory = Callable[[Any, Any, Any, Any], Code]

REGISTERS = ("src", "dst", "inout")
LISTS = ("list", "puts", "segments", "commands")
SPECIALISED = (*REGISTERS, *LISTS, "static", "fail", "bif")
"""Kinds of operands that a key tells something about."""

SHAPES = {"x": "x", "fr": "x", "y": "y", "i": "i", "u": "i", "h": "i", "a": "a"}
"""Tags of operands to what specialised code knows of them; everything else is `q`."""

VALUES = {
    "x": "{}", "i": "{}", "u": "{}", "h": "{}", "y": "-1 - {}", "fr": f"{X_REGISTERS} + {{}}",
    "a": "m.atoms[{}]", "q": "m.literals[{}]",
}  # fmt: skip
"""What code uses for the number in a register or constant, by tag. The stack is counted from its
end, and float registers lie behind the x registers."""

PLACES = {
    "function": "m.by_label[{}]", "export": "m.imports[{}]", "bif": "m.imports[{}].bif.call",
    "lambda": "m.lambdas[{}]", "string": "m.decoded.strings[{}:]", "catch": "k.catch({})",
    "table": "k.table({})", "segments": "k.segments({})", "commands": "k.commands({})",
}  # fmt: skip
"""The same by kind of operand; those that are absent here are numbers."""

MAX_KEPT = 20_000
"""How many factories the file between runs holds at most."""


class Recipes:
    """The factories made so far in this Python process, by the keys that templates give.

    `compiled` holds them as marshalled code, those of earlier runs too; `made` counts those that
    had to be compiled.
    """

    def __init__(self) -> None:
        self.factories: dict[Key, Factory] = {}
        self.compiled: dict[Key, bytes] = {}
        self.made = 0
        self._cache: Cache | None = None
        self._identity = b""
        self._saved = 0

    def make(self, key: Key, *templates: Template) -> Factory:
        """The factory for a key that has none yet; for several instructions that run in one go,
        the key is that of all of them."""
        stored = self.compiled.get(key)
        if stored is None:
            if len(templates) == 1:
                source = factory_source(templates[0], key)
            else:
                source = joined_source(templates, key)
            name = " ".join(template.name for template in templates)
            module = compile(source, f"<{name}>", "exec")
            code = next(item for item in module.co_consts if type(item) is CodeType)
            self.compiled[key] = marshal.dumps(code)
            self.made += 1
        else:
            code = marshal.loads(stored)
        factory = self.factories[key] = FunctionType(code, NAMESPACE)
        return factory

    def keep_in(self, cache: Cache) -> None:
        """Use what earlier runs left in a cache, and leave it more at the end of this one."""
        if self._cache is not None:
            return
        try:
            self._identity = _identity()
        except OSError:
            # Imported from something else than files, so that nobody can tell what changed.
            return
        self._cache = cache
        self.compiled = {**self._stored(cache), **self.compiled}
        atexit.register(self.save)

    def save(self) -> None:
        """Write what was made in this run into the cache, beside what is there."""
        if self._cache is None or self.made == self._saved:
            return
        # Another run may have written meanwhile; what two write at once costs time only.
        kept = {**self._stored(self._cache), **self.compiled}
        if len(kept) <= MAX_KEPT:
            self._cache.store(self._identity, (kept,))
        self._saved = self.made

    def _stored(self, cache: Cache) -> dict[Key, bytes]:
        found = cache.load(self._identity)
        stored: dict[Key, bytes] = found[0] if found else {}
        return stored


def factory_source(template: Template, key: Key) -> str:
    """The source of the factory that a key asks for."""
    shapes, places = _operands(template, key, "i", str)
    source, names = specialise([(template, shapes)], INLINE)
    return _factory(source, names, places)


def joined_source(templates: Sequence[Template], keys: Key) -> str:
    """The source of the factory for several instructions, which it takes as one tuple."""
    parts = []
    places: dict[str, str] = {}
    for number, (template, key) in enumerate(zip(templates, keys, strict=True)):
        rename = partial(joined_name, number=number)
        shapes, found = _operands(template, key, f"i[{number}]", rename)
        parts.append((template, shapes))
        places |= {rename(name): place for name, place in found.items()}
    source, names = specialise(parts, INLINE)
    return _factory(source, names, places)


def _factory(source: str, names: Sequence[str], places: Mapping[str, str]) -> str:
    _, _, body = source.partition("\n")
    taken = [f"    {name} = {places[name]}\n" for name in names if name != "next"]
    return f"def make(i, m, k, next):\n{''.join(taken)}{body}"


def _operands(
    template: Template, key: Key, instruction: str, parameter: Callable[[str], str]
) -> tuple[dict[str, Shape], dict[str, str]]:
    """What is known of the operands of an instruction, and where the factory finds their values:
    in `instruction`; labels are filled in later under the name that is their `parameter`."""
    shapes: dict[str, Shape] = {}
    places: dict[str, str] = {}
    following = iter(key[1:])
    for position, (name, text) in enumerate(template.operands, start=1):
        kind = text.partition("(")[0]
        number = f"{instruction}[{position}][1]"
        known: Any = next(following) if kind in SPECIALISED else None
        shapes[name] = known
        if kind in REGISTERS:
            shapes[name] = SHAPES.get(known, "q")
            places[name] = VALUES[known].format(number)
        elif kind in ("label", "fail"):
            places[name] = f"k.label({instruction}[{position}], {parameter(name)!r})"
        else:
            places[name] = "m" if kind == "this" else PLACES.get(kind, "{}").format(number)
        if kind in LISTS:
            shapes[name] = tuple([SHAPES.get(tag, "q") for tag in known])
            elements = f"k.destinations({number})" if kind == "commands" else number
            for index, tag in enumerate(known):
                place = segment_place(index) if kind == "segments" else index
                places[f"{name}{index}"] = VALUES[tag].format(f"{elements}[{place}][1]")
    return shapes, places


def _identity() -> bytes:
    """What factories depend on: the texts that they are made from and by, and this Python."""
    digest = hashlib.sha256(f"{sys.implementation.cache_tag} {sys.version}".encode())
    for file in (engine.__file__, specialise_module.__file__, __file__):
        digest.update(Path(file or "").read_bytes())
    return b"recipes" + digest.digest()


RECIPES = Recipes()


class NoInteger:
    """The class of nothing: what `PlainInt` is in the code of instructions once large integers
    are about. All arithmetic then goes to functions that look at the size of the result."""


def _choose_arithmetic(large: bool) -> None:
    NAMESPACE["PlainInt"] = NoInteger if large else int


tell_when_large(_choose_arithmetic)
