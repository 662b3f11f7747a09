"""The flags of processes that are traced (documentation of erlang:trace/3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from enigma_ref.machine.process import Process
from enigma_ref.terms import TRUE, Term, atom, make_list

FLAGS: Final = (
    "running_procs", "running_ports", "ports", "scheduler_id", "silent", "return_to", "arity",
    "garbage_collection", "exiting", "running", "set_on_first_link", "set_on_link",
    "set_on_first_spawn", "procs", "call", "set_on_spawn", "receive", "send",
    "monotonic_timestamp", "strict_monotonic_timestamp", "timestamp",
)  # fmt: skip
"""All flags, in the order in which trace_info/2 tells them."""

ALL: Final = frozenset(FLAGS)

BITS: Final = {
    "timestamp": 0, "strict_monotonic_timestamp": 1, "monotonic_timestamp": 2, "send": 4,
    "receive": 5, "set_on_spawn": 6, "set_on_first_spawn": 7, "set_on_link": 8,
    "set_on_first_link": 9, "call": 10, "procs": 11, "running": 13, "garbage_collection": 14,
    "arity": 15, "return_to": 16, "silent": 17, "running_ports": 20, "running_procs": 21,
    "ports": 22, "scheduler_id": 23, "exiting": 24,
}  # fmt: skip
"""The bits that flags have in process_info(Pid, trace) (measured on 23 to 29)."""

META: Final = frozenset(("call", "timestamp"))
"""The flags that meta tracing goes by, whatever those of the process are."""

ON_SPAWN: Final = frozenset(("set_on_spawn", "set_on_first_spawn"))
ON_LINK: Final = frozenset(("set_on_link", "set_on_first_link"))

FOR_PORTS: Final = frozenset((
    "running_ports", "ports", "scheduler_id", "silent", "receive", "send",
    "monotonic_timestamp", "strict_monotonic_timestamp", "timestamp",
))  # fmt: skip
"""Flags that say something about ports."""

FOR_PROCESSES: Final = ALL - {"ports", "running_ports"}
"""Flags that say something about processes."""


def flag_list(flags: Iterable[str]) -> Term:
    """Flags as an Erlang list, in the order of `FLAGS`."""
    given = frozenset(flags)
    return make_list([atom(flag) for flag in FLAGS if flag in given])


def is_sensitive(process: Process) -> bool:
    """Whether nothing is told of what a process does (process_flag(sensitive, true))."""
    return process.flags.get("sensitive") is TRUE
