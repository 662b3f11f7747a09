"""One task on one release: both sides do it, and what they leave is compared."""

from __future__ import annotations

import difflib
import tempfile
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from conformance.otp_tasks.results import ABSENT, DIFFERENT, FAILED, SAME, Difference, TaskResult
from conformance.otp_tasks.sides import ENIGMA, Outcome, TaskFailed, commands, perform, prepare
from conformance.otp_tasks.tasks import Task, missing
from enigma_ref.loader.chunks import read_chunks, show_name
from enigma_ref.loader.errors import Malformed
from enigma_ref.otp import OtpError, Release
from enigma_ref.terms.external import ExternalFormatError, decode
from enigma_ref.terms.order import compare_exact

SHOWN_LINES: Final = 40
"""How much of the difference of a text is kept."""

ATOMS_IN_ORDER_OF_MAKING: Final = 26
"""From this release on the keys of a map that are atoms are in the order of the emulator's table of
atoms, which depends on everything that ran before (docs/maps.md)."""

TERM_CHUNKS: Final = frozenset({"Docs", "Meta"})
"""Chunks with one term that nothing else in the file depends on."""

ERL_LIMIT: Final = 120.0
LIMIT: Final = 1800.0
"""Seconds that `erl`, and what is judged, may take."""


def judge(
    task: Task,
    candidates: Sequence[Release],
    subject: Sequence[str] = ENIGMA,
    limit: float = LIMIT,
) -> TaskResult:
    """Do a task on the first of some installations of a release that has what it needs."""
    wanting: list[str] = []
    for release in candidates:
        wanting = missing(task, release)
        if not wanting:
            break
    if wanting or not candidates:
        why = f"not installed: {', '.join(wanting) or 'the release'}"
        return TaskResult(task.label, task.about, ABSENT, why)
    with tempfile.TemporaryDirectory(prefix="enigma-task-") as folder:
        try:
            return _judge(task, release, subject, limit, Path(folder))
        except (TaskFailed, OtpError) as problem:
            return TaskResult(task.label, task.about, FAILED, str(problem))


def _judge(
    task: Task, release: Release, subject: Sequence[str], limit: float, folder: Path
) -> TaskResult:
    prepare(task, release, folder)
    theirs, ours = commands(task, release, subject)
    erl = perform(task, release, theirs, folder, ERL_LIMIT)
    files = len(erl.parts) - 2
    seconds = round(erl.seconds, 2)
    if erl.status != "0":
        said = b"".join(erl.parts.values()).decode("utf-8", "replace")[-600:]
        why = f"erl ends with {erl.status}: {said}"
        return TaskResult(task.label, task.about, FAILED, why, seconds, files=files)
    vm = perform(task, release, ours, folder, limit)
    found = differences(erl, vm)
    verdict, why = (DIFFERENT if found else SAME), ""
    if found and (own := differences(erl, perform(task, release, theirs, folder, ERL_LIMIT))):
        verdict, why, found = FAILED, "erl does not do the same twice", own
    elif found and release.number >= ATOMS_IN_ORDER_OF_MAKING:
        reordered = [one.part for one in found if only_keys_moved(one.part, erl, vm)]
        found = [one for one in found if one.part not in reordered]
        if reordered:
            why = f"keys of maps in another order: {', '.join(reordered)}"
            verdict = DIFFERENT if found else SAME
    return TaskResult(
        task.label, task.about, verdict, why, seconds, round(vm.seconds, 2), files, found
    )


def differences(expected: Outcome, actual: Outcome) -> list[Difference]:
    """What differs between two outcomes, part by part."""
    found = []
    if expected.status != actual.status:
        found.append(Difference("status", f"{expected.status} on erl, {actual.status} here"))
    for part in {**expected.parts, **actual.parts}:
        one, other = expected.parts.get(part), actual.parts.get(part)
        if one is None or other is None:
            found.append(Difference(part, "only here" if one is None else "only on erl"))
        elif one != other:
            found.append(Difference(part, how(part, one, other)))
    return found


def only_keys_moved(part: str, expected: Outcome, actual: Outcome) -> bool:
    """Whether two module files differ only in chunks that hold one term each, and there only in the
    order in which keys of maps were written."""
    one, other = expected.parts.get(part), actual.parts.get(part)
    if one is None or other is None or not part.endswith(".beam"):
        return False
    try:
        chunks = [{chunk.name: chunk.data for chunk in read_chunks(data)} for data in (one, other)]
    except Malformed:
        return False
    if list(chunks[0]) != list(chunks[1]):
        return False
    differing = [name for name in chunks[0] if chunks[0][name] != chunks[1][name]]
    if not TERM_CHUNKS.issuperset(map(show_name, differing)):
        return False
    try:
        terms = [[decode(some[name]) for name in differing] for some in chunks]
    except ExternalFormatError:
        return False
    return not any(map(compare_exact, *terms))


def how(part: str, expected: bytes, actual: bytes) -> str:
    """How two contents differ: the chunks of a module file, the lines of a text, or the place."""
    if part.endswith(".beam") and (chunks := _chunks(expected, actual)):
        return f"chunks that differ: {', '.join(chunks)}"
    try:
        one, other = (data.decode("utf-8").splitlines() for data in (expected, actual))
    except UnicodeDecodeError:
        place = next(
            (n for n, (a, b) in enumerate(zip(expected, actual, strict=False)) if a != b),
            min(len(expected), len(actual)),
        )
        return f"{len(expected)} bytes on erl, {len(actual)} here; the first at {place}"
    lines = difflib.unified_diff(one, other, "erl", "here", n=1, lineterm="")
    return "\n".join(line[:300] for line in islice(lines, SHOWN_LINES)) or "the ends of lines"


def _chunks(expected: bytes, actual: bytes) -> list[str]:
    try:
        one, other = (
            {chunk.name: chunk.data for chunk in read_chunks(data)} for data in (expected, actual)
        )
    except Malformed:
        return []
    return [show_name(name) for name in {**one, **other} if one.get(name) != other.get(name)]
