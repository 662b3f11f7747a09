"""Lists the shapes of all instructions in OTP's libraries: `python -m enigma_native.survey`.

Handlers for these are compiled when the engine runs first. Those of other shapes are compiled when
a program needs them, so a list that is too short costs time, and nothing else.
"""

from __future__ import annotations

import gc
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from enigma_native.compiler import SHAPES
from enigma_native.engine import NativeEngine
from enigma_native.linker import shapes_of
from enigma_native.shapes import Shape
from enigma_ref.loader.cache import Cache
from enigma_ref.loader.errors import LoadError
from enigma_ref.otp import Release
from enigma_ref.otp.find import all_releases
from enigma_ref.runtime.vm import VM

MOST_ARGUMENTS: Final = 10
"""Of functions that are called from nowhere in a library."""


OFTEN: Final = 40
"""How often a row of instructions that may run in one go stands in the libraries, at least, to have
a handler."""


def survey(releases: Iterable[Release]) -> set[Shape]:
    """The shapes in all libraries of some releases, and of code outside of functions."""
    found: set[Shape] = set()
    rows: Counter[Shape] = Counter()
    for release in releases:
        vm = VM(release.number, release.ebin_dirs(), cache=Cache.of_user(), engine="native")
        engine: Any = vm.engine
        assert isinstance(engine, NativeEngine)
        for beam in _beams(release):
            try:
                vm.load(beam.read_bytes(), str(beam))
            except LoadError as problem:
                print(problem)
        for module in vm.code.modules.values():
            for function in module.functions:
                alone, in_rows = shapes_of(engine.linker, function)
                found.update(alone)
                rows.update(in_rows)
    found.update(shape for shape, count in rows.items() if count >= OFTEN)
    for arity in range(MOST_ARGUMENTS + 1):
        found.add(Shape("i_undefined", (None, arity)))
        for kind in ("plain", "process"):
            found.add(Shape("i_call_bif_only", ((kind,), arity)))
    return found


def _beams(release: Release) -> Iterator[Path]:
    for folder in release.ebin_dirs():
        yield from sorted(folder.glob("*.beam"))


def _plain(value: Any) -> Any:
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def main() -> None:
    """Write the list."""
    gc.disable()
    shapes = sorted(
        ([shape.name, _plain(shape.operands)] for shape in survey(all_releases())), key=repr
    )
    lines = [json.dumps(shape, separators=(",", ":")) for shape in shapes]
    SHAPES.write_text("[\n" + ",\n".join(lines) + "\n]\n")
    print(f"{SHAPES}: {len(lines)} shapes")


if __name__ == "__main__":
    main()
