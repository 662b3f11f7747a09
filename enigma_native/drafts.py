"""Functions as words that can be kept between runs.

A draft has the words of a function without what differs from run to run: the addresses of handlers
and objects, and where the words themselves are. It is made from the instructions once, kept in the
user's cache, and filled in when the function is called first.
"""

from __future__ import annotations

import hashlib
import marshal
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import enigma_ref
from enigma_native.shapes import Shape
from enigma_ref.loader.cache import Cache
from enigma_ref.machine.code import Function, LoadedModule

SOURCES: Final = (
    "_generated/engine.py", "loader/shared_keys.py", "machine/binaries.py", "machine/link.py",
    "machine/process.py", "machine/template.py",
)  # fmt: skip
"""Files of the reference engine that drafts depend on."""

MOST: Final = 20_000
"""How many functions of a module are kept."""

Place = tuple[int, str, Any]
"""A word to fill in: which, what it leads to, and the number or operand that says where."""


class Draft(NamedTuple):
    """The words of a function, as an `array` has them in memory (`words` of 64 bits, `offsets`,
    `positions`, `shapes` and `labels` of 32), which are made of its bytes at once.

    The handler of the instruction at each of `offsets` is that for the shape with the number in
    `shapes`, of it or of several that run in one go. `positions` are those of the instructions in
    the module, and the function begins at the word `entry`. `labels` are in pairs which word leads
    into the function, and how many bytes from its beginning; `places` are the other words to fill
    in. `bifs` are the built-in functions that it was made for: an import and what was known of it,
    None for what is no built-in function."""

    entry: int
    offsets: bytes
    positions: bytes
    shapes: bytes
    words: bytes
    labels: bytes
    places: tuple[Place, ...]
    bifs: tuple[tuple[int, Any], ...]


class Drafts:
    """The drafts of a module's functions, by the position of their first instruction, each in
    bytes of its own, as most are not called; and the shapes that they refer to by number."""

    def __init__(self, drafts: dict[int, bytes], shapes: Sequence[Any]) -> None:
        self.drafts = drafts
        # As they were stored, they are plain tuples, which are equal to shapes.
        self.shapes: list[Any] = list(shapes)
        self.numbers: dict[Shape, int] = {}
        self.addresses: list[int] = []
        self.made = 0

    def number(self, shape: Shape) -> int:
        """The number of a shape."""
        if len(self.numbers) < len(self.shapes):
            self.numbers = {shape: number for number, shape in enumerate(self.shapes)}
        found = self.numbers.get(shape)
        if found is None:
            found = self.numbers[shape] = len(self.shapes)
            self.shapes.append(shape)
        return found

    def add(self, function: Function, draft: Draft) -> None:
        """Have a draft that was made just now."""
        self.drafts[function.first] = marshal.dumps(tuple(draft))
        self.made += 1

    def of(self, function: Function) -> Draft | None:
        """The draft of a function; None when it was not made yet."""
        stored = self.drafts.get(function.first)
        return None if stored is None else Draft(*marshal.loads(stored))


class Store:
    """Drafts of all modules, kept in a cache."""

    def __init__(self, cache: Cache | None, release: int, compiled: bytes) -> None:
        self._cache = cache
        self._modules: dict[bytes, Drafts] = {}
        self._identity = b"drafts" + _identity(release, compiled)
        if cache is not None:
            # When the system is gone, or at the end; without keeping it until then.
            weakref.finalize(self, _save, cache, self._identity, self._modules)

    def of(self, module: LoadedModule) -> Drafts:
        """The drafts of a module's functions."""
        key = module.decoded.md5
        found = self._modules.get(key)
        if found is None:
            found = self._modules[key] = self._load(key)
        return found

    def _load(self, key: bytes) -> Drafts:
        stored = self._cache.load(self._identity + key) if self._cache is not None else None
        drafts, shapes = stored or ({}, ())
        # A cache may give the same object again, as it was stored.
        return Drafts(dict(drafts), shapes)


def _save(cache: Cache, identity: bytes, modules: dict[bytes, Drafts]) -> None:
    """Keep what a system has made. Another run may have written meanwhile; what two write at once
    costs time only."""
    for key, one in modules.items():
        if one.made and len(one.drafts) <= MOST:
            cache.store(identity + key, (one.drafts, tuple(map(tuple, one.shapes))))


def _identity(release: int, compiled: bytes) -> bytes:
    digest = hashlib.sha256(compiled + str(release).encode())
    for file in ("drafts.py", "linker.py"):
        digest.update((Path(__file__).parent / file).read_bytes())
    for file in SOURCES:
        digest.update((Path(enigma_ref.__file__).parent / file).read_bytes())
    return digest.digest()
