"""Which engine runs the code: the reference engine, or the native one where it is installed."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any, Final

from enigma_ref.loader.cache import Cache
from enigma_ref.machine.engine import Engine
from enigma_ref.machine.link import Linker, Observer

REFERENCE: Final = "reference"
NATIVE: Final = "native"
ENGINES: Final = (REFERENCE, NATIVE)

VARIABLE: Final = "ENIGMA_ENGINE"
"""The variable of the environment that names the engine where nobody else does."""


def make_engine(
    name: str | None, release: int, cache: Cache | None, observer: Observer | None = None
) -> Engine:
    """The engine of that name. Where the native engine cannot run, one line tells why, and the
    reference engine runs."""
    wanted = engine_named(name or os.environ.get(VARIABLE) or REFERENCE)
    if wanted == NATIVE:
        problem = native_problem()
        if problem is None:
            # By name: the reference does not depend on it.
            native: Any = importlib.import_module("enigma_native.engine")
            try:
                made: Engine = native.NativeEngine(release, cache, observer)
                return made
            except native.Unavailable as reason:
                problem = str(reason)
        tell(problem)
    return Engine(Linker(observer), release)


def engine_named(name: str) -> str:
    """The name. Raises ValueError when no engine has it."""
    if name not in ENGINES:
        raise ValueError(f"there is no engine {name!r}: {' or '.join(ENGINES)}")
    return name


def native_problem() -> str | None:
    """Why the native engine cannot run here; None when it can."""
    try:
        native: Any = importlib.import_module("enigma_native.engine")
    except ImportError as problem:
        return f"{problem.name or problem} is not installed (pip install llvmlite)"
    found: str | None = native.problem()
    return found


_told: set[str] = set()


def tell(problem: str) -> None:
    """Say once why the reference engine runs."""
    if problem not in _told and sys.stderr is not None:
        _told.add(problem)
        print(f"enigma: the reference engine runs, as {problem}", file=sys.stderr)
