"""The adapter for the reference VM, `enigma_ref`."""

from __future__ import annotations

import argparse
import gc
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import enigma_ref
from conformance import paths
from conformance.adapters.server import serve
from conformance.both.comparing import DIFFERS, compare
from conformance.both.results import keep
from conformance.protocol import (
    Answer,
    Crashed,
    Description,
    ErlangException,
    Exercised,
    Frame,
    Rejected,
    Result,
    Run,
    TimedOut,
    WireTerm,
)
from conformance.references import in_cycles, left_behind
from conformance.releases import find_library
from enigma_ref.loader import LoadError
from enigma_ref.loader.cache import Cache
from enigma_ref.loader.module import RawModule
from enigma_ref.machine.link import Observer
from enigma_ref.runtime.clocks import Clock
from enigma_ref.runtime.engines import ENGINES, NATIVE, REFERENCE
from enigma_ref.runtime.vm import VM, CallTimeout, Deadlock, Outcome
from enigma_ref.terms import Term, list_items, string_of
from enigma_ref.terms.external import decode, encode
from enigma_ref.terms.text import format_p

VERSION: Final = "1"
BOTH: Final = "both"
COLLECT_EVERY: Final = 10
"""A machine as a whole is cyclic garbage, of 30 MB; a collection takes as long as a call."""

TEXT_LIMIT: Final = 1 << 16
"""A term with a longer external format than this, in bytes, gets no text."""


class KeptModules(Cache):
    """A cache that keeps in memory what it read: the next machine wants the same modules of OTP."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._kept: dict[bytes, RawModule] = {}

    def load(self, data: bytes) -> RawModule | None:
        """The decoded form of `data`, or None when it is not there or damaged."""
        raw = self._kept.get(data) or super().load(data)
        if raw is not None:
            self._kept[data] = raw
        return raw


class Enigma:
    """The reference VM behind the protocol; each call gets a machine of its own."""

    def __init__(
        self,
        otp: int,
        engine: str,
        compared: Path | None = None,
        count_references: bool = False,
        coverage: bool = False,
    ) -> None:
        self._otp = otp
        self._coverage = coverage
        self._both = engine == BOTH
        self._engine = NATIVE if self._both else engine
        self._compared = compared
        self._counts_references = count_references
        self._paths = find_library(otp)
        self._cache = KeptModules(paths.cache_folder() / "modules")
        self._calls = 0

    def start(self) -> Description:
        """Describe the VM. Machine code is there by then: making it takes longer than calls may."""
        if self._engine == NATIVE:
            VM(self._otp, self._paths, cache=self._cache, engine=self._engine)
        return Description(
            name="enigma",
            version=VERSION,
            implementation=f"enigma_ref {enigma_ref.__version__}",
            otp=self._otp,
            features=frozenset({"output", "trace", "timeout", "exercised"}),
        )

    def run(self, request: Run) -> Answer:
        """Make one call in a new machine. With both engines, the native one's answer is given,
        unless their states differ at some instruction."""
        try:
            answer = self._answer(request)
            if self._both and not isinstance(answer, Rejected):
                answer = self._compare(request) or answer
            if self._counts_references and isinstance(answer, Result | ErlangException):
                answer = self._count_references(request) or answer
            return answer
        finally:
            self._calls += 1
            if self._calls % COLLECT_EVERY == 0:
                gc.collect()

    def _new_vm(self) -> VM:
        return VM(
            self._otp,
            self._paths,
            coverage=self._coverage,
            cache=self._cache,
            write=_ignore,
            engine=self._engine,
        )

    def _answer(self, request: Run) -> Answer:
        vm = self._new_vm()
        try:
            try:
                _load(vm, request)
            except LoadError as error:
                return Rejected(str(error))
            try:
                outcome = _call(vm, request)
            except (CallTimeout, Deadlock):
                # Without OTP's own processes a call that waits for ever leaves nothing to run.
                return TimedOut(exercised=_exercised(vm))
            if outcome.ok:
                return Result(self._wire(outcome.value), outcome.output, _exercised(vm))
            return ErlangException(
                outcome.cls.name,
                self._wire(outcome.reason),
                tuple(_frames(outcome.trace)),
                outcome.output,
                _exercised(vm),
            )
        finally:
            vm.close()

    def _count_references(self, request: Run) -> Answer | None:
        vm = self._new_vm()
        try:
            _load(vm, request)
            _try_call(vm, request)
            cycles = in_cycles(lambda: _try_call(vm, request))
        finally:
            vm.close()
        if cycles:
            found = ", ".join(f"{count} {name}" for name, count in cycles.items())
            return Crashed({"message": f"left in cycles: {found}"})
        left = left_behind(lambda: self._answer(request), _kept)
        if left:
            counts = ", ".join(f"{count:+} {name}" for name, count in left.items())
            return Crashed({"message": f"left behind: {counts}"})
        return None

    def _compare(self, request: Run) -> Answer | None:
        def make(engine: str, observer: Observer, clock: Clock) -> VM:
            return VM(
                self._otp,
                self._paths,
                observer=observer,
                cache=self._cache,
                write=_ignore,
                clock=clock,
                engine=engine,
            )

        def call(vm: VM) -> bool:
            _load(vm, request)
            return _call(vm, request).ok

        found = compare(make, call)
        if self._compared is not None:
            keep(self._compared, request.call, found)
        if found.verdict != DIFFERS:
            return None
        return Crashed({"message": f"the engines differ {found.text}"})

    def stop(self) -> None:
        """Nothing outlives a call."""

    def _wire(self, term: Term) -> WireTerm:
        etf = encode(term, release=self._otp)
        return WireTerm(etf, format_p(term) if len(etf) < TEXT_LIMIT else "...")


def _kept() -> Mapping[str, int]:
    """How many objects the native engine keeps for their next use, by class."""
    engine = sys.modules.get("enigma_native.engine")
    return sum((Counter(one.kept) for one in engine.compilers), Counter()) if engine else {}


def _load(vm: VM, request: Run) -> None:
    for index, beam in enumerate(request.beams()):
        vm.load(beam, where=f"module {index} of the request")


def _try_call(vm: VM, request: Run) -> None:
    with suppress(CallTimeout, Deadlock):
        _call(vm, request)


def _call(vm: VM, request: Run) -> Outcome:
    args = list_items(decode(request.call.args.etf))
    assert args is not None
    call = request.call
    return vm.call(call.module, call.function, args, timeout=request.timeout_ms / 1000)


def _ignore(_: str) -> None:
    """Output is taken from the outcome of a call."""


def _exercised(vm: VM) -> Exercised:
    return Exercised(frozenset(vm.exercised_opcodes), frozenset(vm.exercised_bifs))


def _frames(trace: Term) -> list[Frame]:
    frames = []
    for item in list_items(trace) or ():
        if len(item) == 3:
            # A fun whose module is not there, in place of a function.
            frames.append(Frame("?", format_p(item), 0, "", 0))
            continue
        module, function, arity, location = item
        arguments = None if isinstance(arity, int) else list_items(arity)
        where = {pair[0].name: pair[1] for pair in list_items(location) or ()}
        frames.append(
            Frame(
                module.name,
                function.name,
                arity if arguments is None else len(arguments),
                string_of(where["file"]) or "" if "file" in where else "",
                where.get("line", 0),
            )
        )
    return frames


def main(argv: Sequence[str] | None = None) -> None:
    """Serve the release named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--otp", type=int, required=True, help="the OTP release to behave like")
    parser.add_argument(
        "--engine",
        choices=(*ENGINES, BOTH),
        default=REFERENCE,
        help="both: the native one, compared with the reference engine instruction by instruction",
    )
    parser.add_argument("--compared", type=Path, help="a file to note in what was compared")
    parser.add_argument(
        "--count-references", action="store_true", help="repeat each call and see what it leaves"
    )
    parser.add_argument(
        "--coverage",
        action="store_true",
        help="tell which opcodes and functions run; instructions run one by one then",
    )
    options = parser.parse_args(argv)
    # Terms form no cycles (docs/design.md); looking for them took half the time of a short call.
    gc.disable()
    gc.freeze()
    chosen = options.otp, options.engine, options.compared
    serve(Enigma(*chosen, options.count_references, options.coverage))


if __name__ == "__main__":
    main()
