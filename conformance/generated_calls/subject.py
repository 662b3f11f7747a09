"""What the reference VM answers to scripts: one machine for all of them, in this process."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

from conformance.generated_calls.script import Script
from enigma_ref.loader.cache import Cache
from enigma_ref.machine.errors import MachineFault
from enigma_ref.otp import Release
from enigma_ref.runtime.vm import VM, Deadlock
from enigma_ref.terms import Term
from enigma_ref.terms.external import decode

CALL_SECONDS: Final = 30.0
"""How long one call may take in the VM, which is slower than `erl`."""

MODULE: Final = "enigma_calls"


class _Late(BaseException):
    """A call takes too long. No `Exception`: the machine takes those for its own defects."""


class Reply:
    """What the VM answered: `outcome` is `answer` (then there is `term`), `late`, `waits`
    (for a message that nobody sends), or `fault: ...` with the kind of the machine's defect
    (then `text` tells it)."""

    __slots__ = ("outcome", "term", "text")

    def __init__(self, outcome: str, term: Term = None, text: str = "") -> None:
        self.outcome = outcome
        self.term = term
        self.text = text


class Subject:
    """A machine of one release. What a call leaves behind belongs to its process, which ends
    with it, or is undone by the script; after a defect the next call gets a new machine."""

    def __init__(self, release: Release, tools: Sequence[Path]) -> None:
        self._release = release
        self._paths = [*tools, *release.ebin_dirs()]
        self._cache = Cache.of_user()
        self._vm: VM | None = None

    def ask(self, script: Script, *, explain: bool = False) -> Reply:
        """Make the call of a script."""
        vm = self._vm
        if vm is None:
            vm = self._vm = VM(
                self._release.number, self._paths, cache=self._cache, write=lambda _: None
            )
        try:
            with _limited(CALL_SECONDS):
                # Decoded, as in `erl`: there, no two parts of a script are the same object.
                outcome = vm.call(MODULE, "run", [decode(script.encoded(explain))])
        except _Late:
            self._vm = None
            return Reply("late")
        except Deadlock:
            return Reply("waits")
        except MachineFault as fault:
            self._vm = None
            cause = fault.__cause__
            return Reply(f"fault: {type(cause or fault).__name__}", text=str(fault))
        if not outcome.ok:
            return Reply("killed")
        return Reply("answer", outcome.value)

    def hash(self, answer: Term) -> int:
        """The hash of an answer, as enigma_calls:hash/1 gives it."""
        assert self._vm is not None
        outcome = self._vm.call(MODULE, "hash", [answer])
        number: int = outcome.value
        return number


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Raise _Late in here after a time; the machine looks at the clock between two slices only,
    and one call of a built-in function can be long."""

    def late(_: int, __: FrameType | None) -> None:
        raise _Late

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
