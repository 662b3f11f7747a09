"""What spawn_opt, spawn_request, monitor and link may be told (documentation of module erlang)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from enigma_ref.bifs.process_flags import (
    ASYNC_DIST_SINCE,
    DEFAULTS,
    MAX_HEAP_SIZE,
    accepted,
    heap_limit,
)
from enigma_ref.machine.process import Process
from enigma_ref.terms import NIL, Atom, Cons, Term, atom, list_items

LINK: Final = atom("link")
MONITOR: Final = atom("monitor")
PRIORITY: Final = atom("priority")
SPAWN_REPLY: Final = atom("spawn_reply")

ALIASES_SINCE: Final = 24
PRIORITY_SINCE: Final = 28

MONITOR_ALIASES: Final = frozenset(("explicit_unalias", "demonitor", "reply_demonitor"))
REPLIES: Final = {
    "yes": (True, True),
    "no": (False, False),
    "success_only": (True, False),
    "error_only": (False, True),
}
"""Whether the answers to success and to failure come, by the option `reply`."""

FLAGS: Final = (
    "priority", "fullsweep_after", "min_heap_size", "min_bin_vheap_size", MAX_HEAP_SIZE,
    "message_queue_data", "scheduler", "async_dist",
)  # fmt: skip

NOT_KEPT: Final = frozenset(("min_bin_vheap_size",))
"""What spawn_opt takes and forgets (measured on 23 to 29)."""


@dataclass
class MonitorOptions:
    """How to watch: `tag` stands for 'DOWN' unless None, `alias` is its mode or empty, and with
    `priority` the message goes ahead of ordinary ones."""

    tag: Term = None
    alias: str = ""
    priority: bool = False


@dataclass
class SpawnOptions:
    """What a new process shall be like. `tells_success` and `tells_failure` are about the answer
    of spawn_request, `tag` is its first element. `is_bad` tells that some option is none."""

    flags: dict[str, Any] = field(default_factory=dict)
    link: bool = False
    link_priority: bool = False
    monitor: MonitorOptions | None = None
    tells_success: bool = True
    tells_failure: bool = True
    tag: Term = SPAWN_REPLY
    is_bad: bool = False


def monitor_options(options: Term, release: int) -> MonitorOptions | None:
    """What the options of a monitor mean; None when some is none."""
    items = list_items(options)
    if items is None or release < ALIASES_SINCE:
        return None
    found = MonitorOptions()
    for item in items:
        if item is PRIORITY and release >= PRIORITY_SINCE:
            found.priority = True
            continue
        if type(item) is not tuple or len(item) != 2 or type(item[0]) is not Atom:
            return None
        name, value = item
        if name.name == "tag":
            found.tag = value
        elif name.name == "alias" and type(value) is Atom and value.name in MONITOR_ALIASES:
            found.alias = value.name
        else:
            return None
    return found


def link_priority(options: Term, release: int) -> bool | None:
    """Whether the options of a link ask for priority; None when some is none."""
    items = list_items(options)
    if items is None or release < PRIORITY_SINCE or any(item is not PRIORITY for item in items):
        return None
    return bool(items)


def spawn_options(process: Process, options: Term, *, replies: bool) -> SpawnOptions | None:
    """What a list of options means, with those of spawn_request when it `replies`; None for what
    is no proper list."""
    found = SpawnOptions()
    while type(options) is Cons:
        if not _take(process, found, options.head, replies):
            found.is_bad = True
        options = options.tail
    if options is not NIL:
        return None
    limit = found.flags.get(MAX_HEAP_SIZE)
    if limit is not None:
        smallest = found.flags.get("min_heap_size", DEFAULTS["min_heap_size"])
        if 0 < limit.size < smallest:
            found.is_bad = True
    for name in NOT_KEPT:
        found.flags.pop(name, None)
    return found


def _take(process: Process, found: SpawnOptions, option: Term, replies: bool) -> bool:
    """Note an option; whether it is one."""
    release = process.vm.release
    if option is LINK:
        found.link = True
        return True
    if option is MONITOR:
        found.monitor = MonitorOptions()
        return True
    if type(option) is not tuple or len(option) != 2 or type(option[0]) is not Atom:
        return False
    name, value = option[0].name, option[1]
    if name == "monitor":
        monitor = monitor_options(value, release)
        found.monitor = monitor or found.monitor
        return monitor is not None
    if name == "link":
        priority = link_priority(value, release)
        found.link = found.link or priority is not None
        found.link_priority = bool(priority)
        return priority is not None
    if name in ("reply", "reply_tag"):
        return replies and _take_reply(found, name, value)
    if name not in FLAGS or (name == "async_dist" and release < ASYNC_DIST_SINCE):
        return False
    # How the limit compares to the smallest heap is decided when all options are known.
    is_limit = name == MAX_HEAP_SIZE
    new = heap_limit(process.vm, value) if is_limit else accepted(process, name, value)
    if new is not None:
        found.flags[name] = new
    return new is not None


def _take_reply(found: SpawnOptions, name: str, value: Term) -> bool:
    if name == "reply_tag":
        found.tag = value
        return True
    if type(value) is not Atom or value.name not in REPLIES:
        return False
    found.tells_success, found.tells_failure = REPLIES[value.name]
    return True
