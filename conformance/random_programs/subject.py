"""What the reference VM says about compiled modules, and whether that is the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from conformance.normalise import normalise
from conformance.random_programs.calls import FUNCTIONS
from conformance.random_programs.oracle import Program, Said
from enigma_ref._generated.bifs import BIFS
from enigma_ref.bifs import load_all
from enigma_ref.bifs.registry import IMPLEMENTATIONS
from enigma_ref.loader import LoadError
from enigma_ref.loader.cache import Cache
from enigma_ref.machine.errors import MachineFault
from enigma_ref.otp import Release
from enigma_ref.runtime.vm import VM, CallTimeout, Deadlock, Outcome
from enigma_ref.terms import Term, list_items
from enigma_ref.terms.deep import identical
from enigma_ref.terms.external import decode, encode
from enigma_ref.terms.floats import set_signed_zero
from enigma_ref.terms.pretty import format_p

RUN_SECONDS: Final = 10.0
"""How long one program may run in the VM, which is slower than `erl`."""

MODULES_PER_VM: Final = 200
SIGNED_ZERO_SINCE: Final = 27


@dataclass(frozen=True)
class Difference:
    """Two answers to one program. `kind` names what sort of difference it is."""

    program: Program
    kind: str
    expected: str
    actual: str


class Subject:
    """The reference VM as one release; a new one now and then, so that old modules go."""

    def __init__(self, release: Release) -> None:
        self._release = release
        self._cache = Cache.of_user()
        self._vm: VM | None = None
        self._loaded = 0

    def check(self, program: Program, said: Said) -> Difference | None:
        """Run a module that `erl` gave a result for; None when the VM gives the same.

        Raises CallTimeout when it takes too long.
        """
        if self._vm is None or self._loaded >= MODULES_PER_VM:
            self._vm = VM(
                self._release.number,
                self._release.ebin_dirs(),
                cache=self._cache,
                write=lambda _: None,
            )
            self._loaded = 0
        self._loaded += 1
        vm = self._vm
        try:
            vm.load(said.beam)
            outcome = vm.call(program.name, "run", [], timeout=RUN_SECONDS)
        except LoadError as error:
            return Difference(program, "not loaded", "", str(error))
        except MachineFault as fault:
            self._vm = None
            return Difference(program, _kind_of(fault), "", str(fault))
        except Deadlock:
            return Difference(program, "deadlock", "", "waits for ever")
        except CallTimeout:
            self._vm = None
            raise
        return self._compare(program, said, outcome)

    def _compare(self, program: Program, said: Said, outcome: Outcome) -> Difference | None:
        release = self._release.number
        if not outcome.ok:
            text = f"{outcome.cls.name}:{format_p(outcome.reason)}"
            return Difference(program, "uncaught", "", text)
        try:
            actual = encode(normalise(outcome.value), release=release)
        except TypeError as error:
            return Difference(program, "no term", "", str(error))
        expected = encode(normalise(decode(said.result)), release=release)
        if actual == expected:
            return None
        with _exact_zeros(release):
            left, right = decode(expected), decode(actual)
            if identical(left, right):
                return None
        return Difference(program, "answers", *_apart(left, right))


@contextmanager
def _exact_zeros(release: int) -> Iterator[None]:
    set_signed_zero(True)
    try:
        yield
    finally:
        set_signed_zero(release >= SIGNED_ZERO_SINCE)


def _kind_of(fault: MachineFault) -> str:
    cause = fault.__cause__
    return f"fault: {type(cause or fault).__name__}"


def _apart(expected: Term, actual: Term) -> tuple[str, str]:
    """The first answers that differ, as text."""
    left, right = list_items(expected) or [], list_items(actual) or []
    with _exact_zeros(SIGNED_ZERO_SINCE):
        for number, (one, two) in enumerate(zip(left, right, strict=False)):
            if not identical(one, two):
                return (f"call {number}: {format_p(one)}", f"call {number}: {format_p(two)}")
    return format_p(expected), format_p(actual)


def not_built(release: int, called: Iterable[str] = FUNCTIONS) -> frozenset[str]:
    """Those built-in functions out of `called` that the VM has no code for yet."""
    load_all()
    names = {mfa.replace("'", "") for mfa in called}
    return frozenset(
        f"{module}:{name}/{arity}"
        for (module, name, arity), entry in BIFS.items()
        if release in entry.releases
        and not entry.in_place
        and entry.instruction is None
        and (module, name, arity) not in IMPLEMENTATIONS
        and f"{module}:{name}/{arity}" in names
    )
