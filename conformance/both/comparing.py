"""Makes a call with the reference engine and with the native one, and finds where they part.

Both run with virtual time, one after the other, so that a call does the same each time, and what
it does outside (files, programs) is not done twice at once. The first run keeps a number for each
instruction, the second one is compared with them. Where they differ, both run once more, and the
whole state around that instruction is compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from conformance.both.watching import Digests, Enough, State, Window
from enigma_ref.machine.errors import MachineFault
from enigma_ref.machine.link import Observer
from enigma_ref.runtime.clocks import Clock, VirtualClock
from enigma_ref.runtime.engines import NATIVE, REFERENCE
from enigma_ref.runtime.vm import VM, CallTimeout, Deadlock

MOST: Final = 2_000_000
"""Instructions of a call that are compared."""

SECONDS: Final = 15.0
"""How long each of the runs may take."""

BEFORE: Final = 400
"""Instructions before a difference whose state is compared."""

SHOWN: Final = 12
"""Instructions before a difference that are shown."""

SAME: Final = "same"
DIFFERS: Final = "differs"
UNSTEADY: Final = "unsteady"
"""With one and the same engine, the call does not do the same twice."""

Make = Callable[[str, Observer, Clock], VM]
"""Makes a system with the engine of that name, with the observer and the clock."""


@dataclass(frozen=True)
class Comparison:
    """How a call went: `verdict` is `same`, `differs` or `unsteady`; how many instructions were
    compared, and whether these were all; for a difference, the text for people."""

    verdict: str
    instructions: int
    whole: bool
    text: str = ""


def compare(
    make: Make, call: Callable[[VM], Any], most: int = MOST, seconds: float = SECONDS
) -> Comparison:
    """Compare the engines on what `call` does with a system. Exceptions of Python that it raises
    are ends of a run like others."""
    expected = Digests(most, seconds)
    end = _run(make, REFERENCE, expected, call)
    whole = end is not Enough
    count = len(expected.kept)
    # The second run is not cut by the clock: what there is to compare is there.
    found = Digests(count + 1 if whole else count, 4 * seconds)
    other = _run(make, NATIVE, found, call)
    at = _first_difference(expected.kept, found.kept)
    if at is None and (end == other or not whole):
        return Comparison(SAME, min(count, len(found.kept)), whole)
    if at is None:
        at = min(count, len(found.kept))
    again = Digests(at + 1, 4 * seconds)
    _run(make, REFERENCE, again, call)
    if _first_difference(expected.kept, again.kept) is not None or len(again.kept) < min(
        at + 1, count
    ):
        return Comparison(UNSTEADY, at, False)
    return Comparison(DIFFERS, at, False, _explain(make, call, at, end, other))


def _run(make: Make, engine: str, observer: Any, call: Callable[[VM], Any]) -> Any:
    """Run a call; how it ended, to be compared."""
    vm = make(engine, observer.observe, VirtualClock())
    try:
        return call(vm)
    except Enough:
        return Enough
    except (CallTimeout, Deadlock) as error:
        return type(error)
    except MachineFault as fault:
        return f"{type(fault).__name__}: {fault}"
    finally:
        vm.close()


def _first_difference(left: Any, right: Any) -> int | None:
    """Where two rows of numbers differ first, as far as both go."""
    common = min(len(left), len(right))
    if left[:common] == right[:common]:
        return None
    return next(at for at in range(common) if left[at] != right[at])


def _explain(make: Make, call: Callable[[VM], Any], at: int, end: Any, other: Any) -> str:
    # What an instruction wrote shows before the next one.
    first, last = max(0, at - BEFORE), at + 2
    windows = []
    for engine in (REFERENCE, NATIVE):
        window = Window(first, last)
        _run(make, engine, window, call)
        windows.append(window.states)
    left, right = windows
    for number, (one, two) in enumerate(zip(left, right, strict=False)):
        lines = apart(one, two)
        if lines:
            head = f"before instruction {first + number}, {one.instruction} of {one.process}"
            if number:
                made = left[number - 1]
                head = (
                    f"after instruction {first + number - 1}, {made.instruction} of {made.process}"
                )
            return "\n".join([head, *lines, *_history(left[:number])])
    if len(left) != len(right):
        number = min(len(left), len(right))
        longer, name = (left, REFERENCE) if len(left) > number else (right, NATIVE)
        head = f"only the {name} engine goes on with {longer[number].instruction}"
        return "\n".join([head, f"ends: {end!r}, {other!r}", *_history(longer[:number])])
    head = f"after instruction {at}, in what lies deeper than is shown"
    return "\n".join([head, f"ends: {end!r}, {other!r}", *_history(left[: at + 1 - first])])


def apart(one: State, two: State) -> list[str]:
    """What differs between two states, as lines for people."""
    lines = []
    for what in ("process", "instruction"):
        left, right = getattr(one, what), getattr(two, what)
        if left != right:
            lines += [f"  {what}", f"    reference  {left}", f"    native     {right}"]
    if lines:
        return lines
    for name in dict.fromkeys((*one.values, *two.values)):
        mine, theirs = one.values.get(name, (0, "nothing")), two.values.get(name, (0, "nothing"))
        if mine[0] != theirs[0]:
            lines += [f"  {name}", f"    reference  {mine[1]}", f"    native     {theirs[1]}"]
    return lines


def _history(states: list[State]) -> list[str]:
    rows = [f"    {one.process} {one.instruction}" for one in states[-SHOWN:]]
    return ["  the last instructions", *rows]
