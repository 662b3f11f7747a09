"""How much of a run on the native engine is Python's: `python -m bench.share WHAT ...`.

Machine code is timed from outside, and each function of Python that it calls from inside; what is
left of the time is Python's. Timing costs time itself, which counts as Python's.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import io
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench.programs import BenchError


class Clock:
    """Nanoseconds in machine code, and in functions that it calls."""

    def __init__(self) -> None:
        self.machine = 0
        self.called = 0
        self._depth = 0

    def timed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A function of Python that machine code calls."""

        @functools.wraps(function)
        def call(*arguments: Any) -> Any:
            start = time.perf_counter_ns()
            self._depth += 1
            try:
                return function(*arguments)
            finally:
                self._depth -= 1
                if not self._depth:
                    self.called += time.perf_counter_ns() - start

        return call

    def entered(self, run: Callable[[int], None]) -> Callable[[int], None]:
        """The way into machine code."""

        def enter(address: int) -> None:
            start = time.perf_counter_ns()
            run(address)
            self.machine += time.perf_counter_ns() - start

        return enter


def main(words: Sequence[str]) -> int:
    """`call` a program, or run `enigma` with a command line; print Python's share of it last.
    Raises BenchError when that fails."""
    clock = Clock()
    _watch(clock)
    what, *rest = words
    gc.disable()
    run: Callable[[], object]
    if what == "call":
        run = _program(rest)
        run()  # makes everything ready
        clock.machine = clock.called = 0
    else:
        run = functools.partial(_command, rest)
    start = time.perf_counter_ns()
    run()
    total = time.perf_counter_ns() - start
    print(f"\n{1 - (clock.machine - clock.called) / total:.3f}")
    return 0


def _watch(clock: Clock) -> None:
    """Time all that machine code calls, before there is any."""
    import enigma_ref.bifs
    from enigma_native import compiler
    from enigma_native._generated import callbacks
    from enigma_ref.bifs.registry import IMPLEMENTATIONS

    enigma_ref.bifs.load_all()
    for name, function in vars(callbacks).copy().items():
        if name.startswith("f_"):
            setattr(callbacks, name, clock.timed(function))
    for mfa, function in IMPLEMENTATIONS.items():
        IMPLEMENTATIONS[mfa] = clock.timed(function)
    plain = compiler.Compiler.__init__

    def made(self: Any, *arguments: Any) -> None:
        plain(self, *arguments)
        self.run = clock.entered(self.run)

    watched: Any = compiler.Compiler
    watched.__init__ = made


def _program(words: Sequence[str]) -> Callable[[], object]:
    from enigma_ref.runtime.vm import VM

    release, module, argument, *paths = words
    vm = VM(int(release), [Path(path) for path in paths], engine="native")

    def run() -> None:
        if not vm.call(module, "run", [int(argument)]).ok:
            raise BenchError(f"{module} failed")

    return run


def _command(words: Sequence[str]) -> None:
    from enigma_ref.cli.main import main as enigma

    with contextlib.redirect_stdout(io.StringIO()):
        status = enigma(["--engine", "native", *words])
    if status:
        raise BenchError(f"enigma {' '.join(words)} ended with {status}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
