"""The flags of processes that are traced (documentation of erlang:trace/3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from enigma_ref.terms import Term, atom, make_list

FLAGS: Final = (
    "running_procs", "running_ports", "ports", "scheduler_id", "silent", "return_to", "arity",
    "garbage_collection", "exiting", "running", "set_on_first_link", "set_on_link",
    "set_on_first_spawn", "procs", "call", "set_on_spawn", "receive", "send",
    "monotonic_timestamp", "strict_monotonic_timestamp", "timestamp",
)  # fmt: skip
"""All flags, in the order in which trace_info/2 tells them."""

ALL: Final = frozenset(FLAGS)

META: Final = frozenset(("call", "timestamp"))
"""The flags that meta tracing goes by, whatever those of the process are."""

ON_SPAWN: Final = frozenset(("set_on_spawn", "set_on_first_spawn"))
ON_LINK: Final = frozenset(("set_on_link", "set_on_first_link"))

PORTS_ONLY: Final = frozenset(("ports", "running_ports"))
"""Flags that say nothing about processes."""


def flag_list(flags: Iterable[str]) -> Term:
    """Flags as an Erlang list, in the order of `FLAGS`."""
    given = frozenset(flags)
    return make_list([atom(flag) for flag in FLAGS if flag in given])
