"""The processors of the machine, as `erlang:system_info/1` shows them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from enigma_ref.terms import Term, atom, make_list
from enigma_ref.terms.atoms import UNDEFINED

_SYSTEM: Final = Path("/sys/devices/system/cpu")
_GROUP: Final = Path("/sys/fs/cgroup")
OLD_GROUPS_SINCE: Final = 27
"""Since then quotas in control groups of version 1 are found (measured: not on 23 and 25)."""


def logical() -> int:
    """How many logical processors there are."""
    return os.cpu_count() or 1


def available() -> int:
    """How many of them this program may use."""
    try:
        return len(os.sched_getaffinity(0))
    except (AttributeError, OSError):
        return logical()


def quota(release: int) -> Term:
    """How many processors the control group of this program may use; the atom unknown when it
    does not tell. Without a quota that is all of them."""
    if (_GROUP / "cgroup.controllers").exists():
        numbers = _numbers(_GROUP / "cpu.max")
    elif release >= OLD_GROUPS_SINCE:
        folder = _GROUP / "cpu"
        numbers = [
            number
            for name in ("cpu.cfs_quota_us", "cpu.cfs_period_us")
            for number in _numbers(folder / name)
        ]
    else:
        numbers = []
    if len(numbers) != len(("quota", "period")):
        return atom("unknown")
    microseconds, period = numbers
    if microseconds <= 0 or period <= 0:
        return logical()
    return min(max(1, microseconds // period), logical())


def _numbers(file: Path) -> list[int]:
    """The numbers in a file; none when there is something else in it."""
    try:
        return [int(word) for word in file.read_text(encoding="ascii").split()]
    except (OSError, ValueError):
        return []


def _place(number: int) -> tuple[int, int] | None:
    """Processor package and core of a logical processor."""
    folder = _SYSTEM / f"cpu{number}" / "topology"
    try:
        package, core = (
            int((folder / name).read_text(encoding="ascii"))
            for name in ("physical_package_id", "core_id")
        )
    except (OSError, ValueError):
        return None
    return max(package, 0), core


def _packages() -> dict[int, dict[int, list[int]]] | None:
    """The logical processors by package and core; None when the system does not tell."""
    packages: dict[int, dict[int, list[int]]] = {}
    for number in range(logical()):
        place = _place(number)
        if place is None:
            return None
        package, core = place
        packages.setdefault(package, {}).setdefault(core, []).append(number)
    return packages


def internal_topology() -> Term:
    """As `topology`, in the form that OTP's own code makes it of: `{cpu, Node, Processor, Node of
    the processor, Core, Thread, Logical}` of each, where -1 stands for none."""
    packages = _packages()
    if packages is None:
        return UNDEFINED
    return make_list(
        [
            (atom("cpu"), 0, package, -1, core, thread, number)
            for package, cores in sorted(packages.items())
            for core, (_, threads) in enumerate(sorted(cores.items()))
            for thread, number in enumerate(threads)
        ]
    )


def topology() -> Term:
    """`[{processor, [{core, {logical, N}}]}]`, or undefined when the system does not tell."""
    packages = _packages()
    if packages is None:
        return UNDEFINED
    levels = [
        _level("processor", [_core(threads) for _, threads in sorted(cores.items())])
        for _, cores in sorted(packages.items())
    ]
    return make_list(levels)


def _level(name: str, inside: list[Term]) -> Term:
    return (atom(name), make_list(inside))


def _core(threads: list[int]) -> Term:
    numbers = [(atom("logical"), number) for number in threads]
    if len(numbers) == 1:
        return (atom("core"), numbers[0])
    return _level("core", [(atom("thread"), number) for number in numbers])
