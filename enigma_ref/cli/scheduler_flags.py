"""Flags of the emulator about schedulers: how many there are, and what they are bound to.

Facts: erts/emulator/beam/erl_init.c and erl_cpu_topology.c.
"""

from __future__ import annotations

import re
from typing import Final

from enigma_ref.bifs.processors import available, logical
from enigma_ref.cli.erl_flags import FlagError
from enigma_ref.cli.flag_reader import Follow, Reader

MAX_SCHEDULERS: Final = 1024

BIND_TYPES: Final = {
    "u": "unbound", "ns": "no_spread", "ts": "thread_spread", "ps": "processor_spread",
    "s": "spread", "nnts": "no_node_thread_spread", "nnps": "no_node_processor_spread",
    "tnnps": "thread_no_node_processor_spread", "db": "thread_no_node_processor_spread",
}  # fmt: skip
"""What schedulers are bound by, by the value of +sbt."""


def topology(reader: Reader, word: str, rest: str) -> None:
    """Processors as the user describes them: letters for what they are, and their numbers."""
    text = reader.value(rest)
    if text[:1] not in LEVELS:
        raise FlagError(f"bad cpu topology '{text}': invalid identifier type")
    if not TOPOLOGY.fullmatch(text):
        raise FlagError(f"bad cpu topology '{text}': invalid identifier")


LEVELS: Final = tuple("LTCPNltcpn")
_NUMBERS: Final = r"\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*"
TOPOLOGY: Final = re.compile(rf"(?:[LTCPNltcpn]{_NUMBERS})+(?::(?:[LTCPNltcpn]{_NUMBERS})+)*")


def bad_scheduling(reader: Reader, word: str, rest: str) -> None:
    """A flag that begins like those about scheduling. Raises FlagError."""
    raise FlagError(f"bad scheduling option {word}")


def _pair(text: str) -> tuple[int | None, int | None] | None:
    """`A`, `A:B` or `:B`; None for everything else."""
    found = re.match(r"\s*([+-]?\d+)(?::\s*([+-]?\d+))?|:\s*([+-]?\d+)", text, re.ASCII)
    if found is None:
        return None
    first, second, alone = (None if part is None else int(part) for part in found.groups())
    return first, second if alone is None else alone


def amount(kind: str, what: str) -> Follow:
    """How many schedulers there are, and how many of them are online: numbers above 0 are that,
    others are added to the number of processors."""

    def follow(reader: Reader, word: str, rest: str) -> None:
        text = reader.value(rest)
        given = _pair(text)
        if given is None:
            raise FlagError(f"bad amount of {what} {text}")
        total, online = given
        if total is None:
            total = logical()
        if online is None:
            online = min(total, reader.online(kind))
        amount = total if total > 0 else logical() + total
        active = online if online > 0 else available() + online
        if not 1 <= amount <= MAX_SCHEDULERS:
            raise FlagError(f"bad amount of {what} {total}")
        if not 1 <= active <= amount:
            raise FlagError(
                f"bad amount of {what} online {active} (total amount of {what} {amount})"
            )
        reader.amounts[kind] = (amount, active)

    return follow


def percentage(kind: str, what: str) -> Follow:
    """The same as percentages of the processors."""

    def follow(reader: Reader, word: str, rest: str) -> None:
        text = reader.value(rest)
        given = _pair(text)
        if given is None or any(number is not None and number < 0 for number in given):
            raise FlagError(f"bad {what} percentage specifier {text}")
        total = 100 if given[0] is None else given[0]
        online = min(total, 100) if given[1] is None else given[1]
        reader.percentages[kind] = (total, online)

    return follow


def bad_dirty(reader: Reader, word: str, rest: str) -> None:
    """A kind of dirty schedulers that there is not. Raises FlagError."""
    raise FlagError(f"bad or missing dirty scheduler specifier: {word}")


def scheduler_numbers(reader: Reader) -> dict[str, int]:
    """The numbers of schedulers, once all flags about them are known. Raises FlagError."""
    if not reader.amounts and not reader.percentages:
        return {}
    total, online = _scaled(reader, "schedulers")
    for what, number, percentage, rest in (
        ("schedulers", total, reader.percentages.get("schedulers", (0, 0))[0], MAX_SCHEDULERS),
        ("schedulers online", online, reader.percentages.get("schedulers", (0, 0))[1], total),
    ):
        if number > rest:
            shown = f"total amount of schedulers {total}"
            shown += f", online {online}" if what.endswith("online") else ""
            raise FlagError(f"bad {what} percentage {percentage} ({shown})")
    dirty, dirty_online = _scaled(reader, "dirty")
    return {
        "schedulers": total,
        "schedulers_online": online,
        "outstanding_requests": reader.found.get("outstanding_requests", 2 * total),
        "dirty_cpu_schedulers": max(1, min(dirty, total)),
        "dirty_cpu_schedulers_online": max(1, min(dirty_online, online)),
    }


def _scaled(reader: Reader, kind: str) -> tuple[int, int]:
    numbers = reader.amounts.get(kind, (logical(), available()))
    shares = reader.percentages.get(kind)
    if shares is None:
        return numbers
    return max(1, numbers[0] * shares[0] // 100), max(1, numbers[1] * shares[1] // 100)


def bind_type(reader: Reader, word: str, rest: str) -> None:
    """What schedulers are bound by. Raises FlagError."""
    text = reader.value(rest)
    if text not in BIND_TYPES:
        raise FlagError(f"setting scheduler bind type '{text}' failed: invalid type")
    reader.found["scheduler_bind_type"] = BIND_TYPES[text]
