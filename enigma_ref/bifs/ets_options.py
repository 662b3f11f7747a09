"""The options of `ets:new/2`."""

from __future__ import annotations

from typing import Final

from enigma_ref.ets.table import (
    BAG,
    DUPLICATE_BAG,
    NONE,
    ORDERED_SET,
    PRIVATE,
    PROTECTED,
    PUBLIC,
    SET,
    UNDEFINED,
    Options,
)
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.system import System
from enigma_ref.terms import FALSE, TRUE, Atom, Pid, Term, atom, list_items
from enigma_ref.terms.smalls import is_small

AUTO: Final = atom("auto")
AUTO_SINCE: Final = 25
NUMBER_OF_LOCKS: Final = atom("debug_hash_fixed_number_of_locks")
MIN_LOCKS: Final = 64
MAX_LOCKS: Final = 32768
"""Of a table that is told how many it has, since 25 (measured)."""
THIS_NODE: Final = atom("nonode@nohost")


HEIR_ALONE_SINCE: Final = 28
"""Since then an heir may be named without data: it gets no message."""


def heir_option(option: tuple[Term, ...], system: System) -> tuple[Term, Term | None]:
    """The heir and its data of `{heir, none}`, `{heir, Pid, Data}` or `{heir, Pid}`, which has
    None; nobody for a process that has ended. Raises badarg.

    The heir is the process's own identifier, not an equal one, so that a later process which gets
    the same is not taken for it.
    """
    if len(option) == 2 and option[1] is NONE:
        return NONE, UNDEFINED
    alone = len(option) == 2 and system.release >= HEIR_ALONE_SINCE
    if (alone or len(option) == 3) and type(option[1]) is Pid and option[1].node is THIS_NODE:
        heir = system.processes.get(option[1])
        if heir is None:
            return NONE, UNDEFINED
        return heir.pid, None if alone else option[2]
    raise badarg()


def _flag(value: Term) -> bool:
    if value is not TRUE and value is not FALSE:
        raise badarg()
    return value is TRUE


def table_options(given: Term, system: System) -> Options:
    """What a list of options asks for; later ones count. Raises badarg.

    Nothing about concurrency changes what a table does here, but `ets:info` tells it.
    """
    items = list_items(given)
    if items is None:
        raise badarg()
    options = Options()
    counters: bool | None = None
    for item in items:
        if type(item) is Atom:
            _word(options, item.name)
            if item.name == ORDERED_SET:
                options.decentralized_counters = True
        elif type(item) is not tuple or len(item) < 2 or type(item[0]) is not Atom:
            raise badarg()
        elif item[0].name == "heir":
            options.heir, options.heir_data = heir_option(item, system)
        elif len(item) != 2:
            raise badarg()
        elif item[0].name == "decentralized_counters":
            counters = _flag(item[1])
        else:
            _pair(options, item[0].name, item[1], system.release)
    if counters is not None:
        options.decentralized_counters = counters
    if options.kind == ORDERED_SET and type(options.write_concurrency) is tuple:
        raise badarg()
    if options.protection == PRIVATE:
        options.write_concurrency = FALSE
        options.read_concurrency = False
    if options.write_concurrency is FALSE:
        options.decentralized_counters = False
    return options


def _word(options: Options, word: str) -> None:
    if word in (SET, PROTECTED):
        # These two are the defaults, and naming them takes nothing back (measured).
        return
    if word in (ORDERED_SET, BAG, DUPLICATE_BAG):
        options.kind = word
    elif word in (PUBLIC, PRIVATE):
        options.protection = word
    elif word == "named_table":
        options.named = True
    elif word == "compressed":
        options.compressed = True
    else:
        raise badarg()


def _pair(options: Options, name: str, value: Term, release: int) -> None:
    if name == "keypos":
        if not is_small(value) or value < 1:
            raise badarg()
        options.key_position = value
    elif name == "read_concurrency":
        options.read_concurrency = _flag(value)
    elif name == "write_concurrency":
        if value is AUTO and release >= AUTO_SINCE:
            options.decentralized_counters = True
        elif type(value) is tuple and release >= AUTO_SINCE:
            value = _locks(value)
            options.decentralized_counters = True
        elif _flag(value) and options.kind != ORDERED_SET:
            options.decentralized_counters = False
        options.write_concurrency = value
    else:
        raise badarg()


def _locks(value: tuple[Term, ...]) -> Term:
    """How many locks the table has, for OTP's own tests: told rounded down to a power of two."""
    if len(value) != 2 or value[0] is not NUMBER_OF_LOCKS:
        raise badarg()
    number = value[1]
    if type(number) is not int or not 1 <= number <= MAX_LOCKS:
        raise badarg()
    return (NUMBER_OF_LOCKS, max(1 << (number.bit_length() - 1), MIN_LOCKS))
