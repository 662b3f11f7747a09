"""ets: tables, as far as programs handle them by key, and what fixes and describes them.

Searching with patterns is in `ets_select`.
"""

from __future__ import annotations

import math
import struct
from typing import Any, Final

from enigma_ref.bifs import clock
from enigma_ref.bifs.ets_options import heir_option, table_options
from enigma_ref.bifs.process_flags import ETS_SUPER_USER
from enigma_ref.bifs.registry import Steps, bif, worth
from enigma_ref.bifs.sizes import MAX_HEAP_BINARY
from enigma_ref.ets.hash_table import HashTable
from enigma_ref.ets.table import (
    BAG,
    ORDERED_SET,
    PART,
    PRIVATE,
    PROTECTED,
    PUBLIC,
    Object,
    Table,
)
from enigma_ref.ets.tables import Tables
from enigma_ref.machine.errors import BeamError, badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import (
    FALSE,
    NIL,
    TRUE,
    Atom,
    Bitstring,
    Cons,
    Float,
    Pid,
    Reference,
    Term,
    atom,
    list_items,
    make_list,
    to_bool_atom,
)
from enigma_ref.terms.atoms import UNDEFINED
from enigma_ref.terms.keys import subterms
from enigma_ref.terms.smalls import is_small

INSERTION: Final = 8
"""How many elements an object to insert counts for: half a reduction in OTP (measured)."""
END: Final = atom("$end_of_table")
BINARY: Final = atom("binary")
ETS: Final = atom("ets")
SAFE_FIXTABLE: Final = atom("safe_fixtable")

BAG_LISTS_IN_ORDER_SINCE: Final = 27
"""Earlier releases put the objects of a list into a bag from the last one on (measured)."""

DEFAULTS_CHECKED_SINCE: Final = 29
"""Before, a default that is no object of the table is an error only when it is wanted; where it
is too short for a key, those releases overwrite memory (seen on 25 and 27)."""

POSITIONS_EXPLAINED_SINCE: Final = 27
"""Before, `update_element` did not say that a position was too large (measured on 25)."""


def tables_of(process: Process) -> Tables:
    """All tables of the system."""
    tables: Tables = process.vm.tables
    return tables


REFERENCES_CHECKED_SINCE: Final = 24


def find(process: Process, identifier: Term) -> Table | None:
    """The table, None for one that is gone or never was. Raises badarg for no identifier, and, from
    release 24 on, for a reference that is none."""
    found = tables_of(process).find(process.vm, identifier)
    if found is None and type(identifier) is not Atom:
        if type(identifier) is Reference and process.vm.release < REFERENCES_CHECKED_SINCE:
            return None
        raise badarg("type")
    return None if found is None or found.deleted else found


def _existing(process: Process, identifier: Term) -> Table:
    table = find(process, identifier)
    if table is None:
        raise badarg("id")
    return table


def reading(process: Process, identifier: Term) -> Table:
    """The table, when the process may read it. Raises badarg."""
    table = _existing(process, identifier)
    if not table.readable(process.pid) and not process.flags.get(ETS_SUPER_USER):
        raise badarg("access")
    return table


def writing(process: Process, identifier: Term) -> Table:
    """The table, when the process may change it. Raises badarg."""
    table = _existing(process, identifier)
    if not table.writable(process.pid) and not process.flags.get(ETS_SUPER_USER):
        raise badarg("access")
    return table


# -------------------------------------------------------------------- tables as a whole


@bif("ets", "new", 2, process=True)
def new_2(process: Process, name: Term, options: Term) -> Term:
    """A new table: its name when it is a named one, else a reference."""
    if type(name) is not Atom:
        raise badarg()
    wanted = table_options(options, process.vm)
    tables = tables_of(process)
    if wanted.named and name in tables.named:
        raise badarg("already_exists")
    table = tables.create(process.vm, name, wanted, process.pid)
    return name if wanted.named else table.tid


@bif("ets", "delete", 1, steps=True, trap=("ets", "delete_trap", 1))
def delete_1(process: Process, identifier: Term) -> Steps:
    """Delete a table."""
    table = writing(process, identifier)
    yield from worth(PART, tables_of(process).delete_in_parts(table))
    return TRUE


@bif("ets", "rename", 2, process=True)
def rename_2(process: Process, identifier: Term, name: Term) -> Term:
    """Give a table another name."""
    table = writing(process, identifier)
    tables = tables_of(process)
    if type(name) is not Atom or (table.options.named and name in tables.named):
        raise badarg()
    tables.rename(table, name)
    return name if table.options.named else identifier


@bif("ets", "whereis", 1, process=True)
def whereis_1(process: Process, name: Term) -> Term:
    """The reference of a named table."""
    if type(name) is not Atom:
        raise badarg()
    table = find(process, name)
    return UNDEFINED if table is None else table.tid


@bif("ets", "setopts", 2, process=True)
def setopts_2(process: Process, identifier: Term, options: Term) -> Atom:
    """Change the heir or the protection; only the owner may."""
    table = writing(process, identifier)
    given = [options] if type(options) is tuple else list_items(options)
    if given is None:
        raise badarg()
    changes: dict[str, Any] = {}
    for option in given:
        if type(option) is not tuple or len(option) < 2 or type(option[0]) is not Atom:
            raise badarg()
        what = option[0].name
        if what in changes:
            raise badarg()
        if what == "heir":
            changes[what] = heir_option(option, process.vm)
        elif what == "protection" and len(option) == 2 and type(option[1]) is Atom:
            changes[what] = option[1].name
            if changes[what] not in (PUBLIC, PROTECTED, PRIVATE):
                raise badarg()
        else:
            raise badarg()
    if table.owner != process.pid:
        raise badarg()
    if "heir" in changes:
        table.options.heir, table.options.heir_data = changes["heir"]
    table.options.protection = changes.get("protection", table.options.protection)
    return TRUE


@bif("ets", "give_away", 3, process=True)
def give_away_3(process: Process, identifier: Term, to: Term, data: Term) -> Atom:
    """Make another process the owner."""
    table = writing(process, identifier)
    if type(to) is not Pid or to not in process.vm.processes:
        raise badarg()
    if table.owner != process.pid:
        raise badarg("not_owner")
    if to == process.pid:
        raise badarg("owner")
    tables_of(process).give(process.vm, table, to, data)
    return TRUE


@bif("ets", "safe_fixtable", 2, process=True)
def safe_fixtable_2(process: Process, identifier: Term, on: Term) -> Atom:
    """Let walks by key survive deletions, until the same process unfixes the table or ends."""
    table = reading(process, identifier)
    if on is TRUE:
        tables_of(process).fix(table, process.pid, clock.monotonic(process.vm))
    elif on is FALSE:
        table.unfix(process.pid)
    else:
        raise badarg()
    return TRUE


@bif("ets", "internal_request_all", 0, process=True)
def internal_request_all_0(process: Process) -> Term:
    """Ask for all tables: one message, because there is one scheduler."""
    ref = process.vm.make_ref()
    found = [table.name if table.options.named else table.tid for table in tables_of(process).all()]
    process.vm.send(process, (ref, make_list(found)))
    return ref


# -------------------------------------------------------------------- info

_OBJECT_WORDS: Final = 8
_TABLE_WORDS: Final = {ORDERED_SET: 157}
_HASH_WORDS: Final = 305
"""Words of an empty table on a 64-bit system of OTP 25."""


def memory_words(table: Table) -> int:
    """An estimate of the words of a table: this machine has none."""
    return _TABLE_WORDS.get(table.options.kind, _HASH_WORDS) + _OBJECT_WORDS * table.size


def _info(process: Process, table: Table, item: str) -> Term:
    options = table.options
    if item == "id":
        return table.tid
    if item == "name":
        return table.name
    if item == "size":
        return table.size
    if item == "owner":
        return table.owner
    if item == "heir":
        return options.heir
    if item == "type":
        return atom(options.kind)
    if item == "protection":
        return atom(options.protection)
    if item == "keypos":
        return options.key_position
    if item == "named_table":
        return to_bool_atom(options.named)
    if item == "node":
        return process.vm.node
    if item == "memory":
        return memory_words(table)
    if item == "compressed":
        return to_bool_atom(options.compressed)
    if item == "read_concurrency":
        return to_bool_atom(options.read_concurrency)
    if item == "write_concurrency":
        return options.write_concurrency
    if item == "decentralized_counters":
        return to_bool_atom(options.decentralized_counters)
    if item == "fixed":
        return to_bool_atom(bool(table.fixed))
    if item in ("safe_fixed", "safe_fixed_monotonic_time"):
        return _fixed_info(process, table, item == "safe_fixed")
    if item == "stats":
        found = stats(table)
        return found if process.vm.release >= LOCKS_TOLD_SINCE else found[:-1]
    raise badarg()


def _fixed_info(process: Process, table: Table, as_timestamp: bool) -> Term:
    if not table.fixed:
        return FALSE
    when: Term = table.fixed_since
    if as_timestamp:
        when = clock.timestamp(table.fixed_since + clock.offset(process.vm))
    return (when, make_list(list(table.fixed.items())))


LOCKS_TOLD_SINCE: Final = 25
"""Since then `stats` ends with the number of locks (not on 23)."""

LOCKS: Final = 64
"""How many a table has that may be written to concurrently, if it is not told (measured)."""


def stats(table: Table) -> Term:
    """How many slots there are, and how many objects are in one: the mean, the standard deviation,
    the one to expect, the fewest and the most, as if no two objects shared one; how many deleted
    objects are kept; how many locks OTP gives such a table."""
    if not isinstance(table, HashTable):
        return FALSE
    count = table.slot_count()
    mean = table.size / count
    deviations = [math.sqrt(mean * (1 - mean)), math.sqrt(mean * (1 - 1 / count))]
    # Numbers of single precision (measured).
    numbers = [Float(struct.unpack("=f", struct.pack("=f", one))[0]) for one in (mean, *deviations)]
    concurrency = table.options.write_concurrency
    locks = concurrency[1] if type(concurrency) is tuple else 1 if concurrency is FALSE else LOCKS
    fewest, most = int(table.size == count), int(table.size + table.kept > 0)
    return (count, *numbers, fewest, most, table.kept, locks)


ITEMS: Final = (
    "id", "decentralized_counters", "read_concurrency", "write_concurrency", "compressed",
    "memory", "owner", "heir", "name", "size", "node", "named_table", "type", "keypos",
    "protection",
)  # fmt: skip


@bif("ets", "info", 1, process=True)
def info_1(process: Process, identifier: Term) -> Term:
    """What is known about a table, or undefined."""
    table = find(process, identifier)
    if table is None:
        return UNDEFINED
    return make_list([(atom(item), _info(process, table, item)) for item in ITEMS])


@bif("ets", "info", 2, process=True)
def info_2(process: Process, identifier: Term, item: Term) -> Term:
    """One item, or undefined when there is no such table."""
    if item is BINARY:
        return _binaries(process, identifier)
    table = find(process, identifier)
    if table is None:
        return UNDEFINED
    if type(item) is not Atom:
        raise badarg()
    return _info(process, table, item.name)


def _binaries(process: Process, identifier: Term) -> Term:
    """`{Id, Size, References}` of each large binary in a table, once for each place.

    OTP looks for them in Erlang (`erts_internal`), with the table fixed, so that errors come from
    the function that fixes it.
    """
    try:
        table = reading(process, identifier)
    except BeamError as error:
        error.mfa = (ETS, SAFE_FIXTABLE, 2)
        error.arguments = (identifier, FALSE)
        raise
    found = []
    for _, objects in table.walk():
        left: list[Term] = list(objects)
        while left:
            item = left.pop()
            if type(item) is Bitstring:
                if item.byte_size > MAX_HEAP_BINARY:
                    found.append((id(item.data), item.byte_size, 1))
            else:
                left += subterms(item)
    return make_list(found)


# -------------------------------------------------------------------- objects


def _is_object(table: Table, item: Term) -> bool:
    return type(item) is tuple and len(item) > table.key_index


def _objects(process: Process, table: Table, given: Term) -> list[Object]:
    """The objects to insert, in the order in which they go in. Raises badarg."""
    items = [given] if type(given) is tuple else list_items(given)
    if items is None or not all(_is_object(table, item) for item in items):
        raise badarg()
    if table.options.kind == BAG and process.vm.release < BAG_LISTS_IN_ORDER_SINCE:
        items.reverse()
    return items


def _no_continuation(process: Process, given: Term) -> None:
    """Raises badarg for objects of the form in which erts itself goes on with an insertion."""
    if type(given) is Reference and process.vm.resource(given) is not None:
        raise badarg()


@bif("ets", "insert", 2, process=True)
def insert_2(process: Process, identifier: Term, given: Term) -> Atom:
    """Put in an object or a list of objects."""
    _no_continuation(process, given)
    table = writing(process, identifier)
    items = _objects(process, table, given)
    process.charge(len(items) * INSERTION)
    for item in items:
        table.insert(item)
    return TRUE


@bif("ets", "insert_new", 2, process=True)
def insert_new_2(process: Process, identifier: Term, given: Term) -> Atom:
    """Put in objects unless one of their keys is there."""
    _no_continuation(process, given)
    table = writing(process, identifier)
    items = _objects(process, table, given)
    process.charge(len(items) * INSERTION)
    if any(table.lookup(item[table.key_index]) for item in items):
        return FALSE
    for item in items:
        table.insert(item)
    return TRUE


@bif("ets", "lookup", 2, process=True)
def lookup_2(process: Process, identifier: Term, key: Term) -> Term:
    """The objects with a key."""
    return make_list(reading(process, identifier).lookup(key))


@bif("ets", "member", 2, process=True)
def member_2(process: Process, identifier: Term, key: Term) -> Atom:
    """Whether there is an object with a key."""
    return to_bool_atom(bool(reading(process, identifier).lookup(key)))


def _lookup_element(process: Process, table: Table, key: Term, position: Term) -> Term:
    """The element, a list of them in a bag, or None without an object."""
    if not is_small(position) or position < 1:
        raise badarg()
    found = table.lookup(key)
    if not found:
        return None
    if any(len(item) < position for item in found):
        raise badarg()
    elements = [item[position - 1] for item in found]
    return elements[0] if table.is_set else make_list(elements)


@bif("ets", "lookup_element", 3, process=True)
def lookup_element_3(process: Process, identifier: Term, key: Term, position: Term) -> Term:
    """An element of the object with a key."""
    table = reading(process, identifier)
    found = _lookup_element(process, table, key, position)
    if found is None:
        raise badarg("badkey")
    return found


@bif("ets", "lookup_element", 4, process=True)
def lookup_element_4(
    process: Process, identifier: Term, key: Term, position: Term, default: Term
) -> Term:
    """An element of the object with a key, or the default without one."""
    found = _lookup_element(process, reading(process, identifier), key, position)
    return default if found is None else found


@bif("ets", "delete", 2, process=True)
def delete_2(process: Process, identifier: Term, key: Term) -> Atom:
    """Delete the objects with a key."""
    writing(process, identifier).take(key)
    return TRUE


@bif("ets", "delete_object", 2, process=True)
def delete_object_2(process: Process, identifier: Term, item: Term) -> Atom:
    """Delete an object."""
    table = writing(process, identifier)
    if not _is_object(table, item):
        raise badarg()
    table.delete_object(item)
    return TRUE


@bif("ets", "take", 2, process=True)
def take_2(process: Process, identifier: Term, key: Term) -> Term:
    """Delete the objects with a key, and return them."""
    return make_list(writing(process, identifier).take(key))


@bif("ets", "internal_delete_all", 2, process=True)
def internal_delete_all_2(process: Process, identifier: Term, deleted: Term) -> Term:
    """Delete all objects; how many there were.

    With another second argument than undefined this is the end of a deletion in steps, which
    tells how many were deleted.
    """
    table = writing(process, identifier)
    if deleted is not UNDEFINED:
        return deleted
    size = table.size
    table.clear()
    return size


# -------------------------------------------------------------------- updates


def _updates(given: Term) -> list[Term]:
    items = [given] if type(given) is tuple else list_items(given)
    if items is None or not all(type(item) is tuple for item in items):
        raise badarg()
    return items


def _check_position(table: Table, item: Object, position: Term, explained: bool = True) -> None:
    if not is_small(position):
        raise badarg()
    if position == table.options.key_position:
        raise badarg("keypos")
    if not 1 <= position <= len(item):
        raise badarg("position" if explained else None)


def _check_default(process: Process, table: Table, default: Term) -> None:
    if process.vm.release >= DEFAULTS_CHECKED_SINCE:
        if not _is_object(table, default):
            raise badarg("default")
    elif type(default) is not tuple:
        raise badarg()


def _found_or_default(table: Table, key: Term, default: Term) -> Object | None:
    """The object of a set, or what is to become it, or None."""
    found = table.lookup(key)
    if found:
        return found[0]
    if default is None:
        return None
    if not _is_object(table, default):
        raise badarg()
    at = table.key_index
    made: Object = (*default[:at], key, *default[at + 1 :])
    return made


def _store(table: Table, key: Term, elements: list[Term]) -> None:
    if table.lookup(key):
        table.replace(key, [tuple(elements)])
    else:
        table.insert(tuple(elements))


def _update_counter(
    process: Process, table: Table, key: Term, operations: Term, default: Term
) -> Term:
    if not table.is_set:
        raise badarg("table_type")
    item = _found_or_default(table, key, default)
    if item is None:
        raise badarg("badkey")
    single = type(operations) is int or type(operations) is tuple
    if type(operations) is int:
        operations = (table.options.key_position + 1, operations)
    updates = _updates(operations)
    for update in updates:
        if len(update) not in (2, 4) or any(type(number) is not int for number in update[1:]):
            raise badarg()
        _check_position(table, item, update[0])
        if type(item[update[0] - 1]) is not int:
            raise badarg()
    elements = list(item)
    results = []
    for position, increment, *limit in updates:
        value = elements[position - 1] + increment
        if limit and (value < limit[0] if increment < 0 else value > limit[0]):
            value = limit[1]
        elements[position - 1] = value
        results.append(value)
    _store(table, key, elements)
    return results[0] if single else make_list(results)


@bif("ets", "update_counter", 3, process=True)
def update_counter_3(process: Process, identifier: Term, key: Term, operations: Term) -> Term:
    """Add to integers of an object; the new ones."""
    return _update_counter(process, writing(process, identifier), key, operations, None)


@bif("ets", "update_counter", 4, process=True)
def update_counter_4(
    process: Process, identifier: Term, key: Term, operations: Term, default: Term
) -> Term:
    """Add to integers of an object, or of a default that becomes the object."""
    table = writing(process, identifier)
    _check_default(process, table, default)
    return _update_counter(process, table, key, operations, default)


def _update_element(
    process: Process, table: Table, key: Term, changes: Term, default: Term
) -> Atom:
    if not table.is_set:
        # The cause is lost on the way to the trace.
        raise badarg()
    item = _found_or_default(table, key, default)
    if item is None:
        return FALSE
    explained = process.vm.release >= POSITIONS_EXPLAINED_SINCE
    updates: list[tuple[Term, ...]] = []
    rest = make_list([changes]) if type(changes) is tuple else changes
    # One after the other: what is wrong first is told.
    while type(rest) is Cons:
        update = rest.head
        if type(update) is not tuple or len(update) != 2:
            raise badarg()
        _check_position(table, item, update[0], explained)
        updates.append(update)
        rest = rest.tail
    if rest is not NIL:
        raise badarg()
    elements = list(item)
    for position, value in updates:
        elements[position - 1] = value
    _store(table, key, elements)
    return TRUE


@bif("ets", "update_element", 3, process=True)
def update_element_3(process: Process, identifier: Term, key: Term, changes: Term) -> Atom:
    """Replace elements of an object; whether there is one."""
    return _update_element(process, writing(process, identifier), key, changes, None)


@bif("ets", "update_element", 4, process=True)
def update_element_4(
    process: Process, identifier: Term, key: Term, changes: Term, default: Term
) -> Atom:
    """Replace elements of an object, or of a default that becomes the object."""
    table = writing(process, identifier)
    _check_default(process, table, default)
    return _update_element(process, table, key, changes, default)


# -------------------------------------------------------------------- from key to key


def _step(table: Table, key: Term, backwards: bool) -> Term:
    if key is END:
        # What these functions give at the end is never taken for a key.
        raise badarg()
    try:
        return table.previous(key) if backwards else table.next(key)
    except KeyError:
        raise badarg() from None


def _key(key: Term) -> Term:
    return END if key is None else key


def _with_objects(table: Table, key: Term) -> Term:
    return END if key is None else (key, make_list(table.lookup(key)))


@bif("ets", "first", 1, process=True)
def first_1(process: Process, identifier: Term) -> Term:
    """The first key."""
    return _key(reading(process, identifier).first())


@bif("ets", "last", 1, process=True)
def last_1(process: Process, identifier: Term) -> Term:
    """The last key; the first one in a table without order."""
    return _key(reading(process, identifier).last())


@bif("ets", "next", 2, process=True)
def next_2(process: Process, identifier: Term, key: Term) -> Term:
    """The key after a key."""
    return _key(_step(reading(process, identifier), key, False))


@bif("ets", "prev", 2, process=True)
def prev_2(process: Process, identifier: Term, key: Term) -> Term:
    """The key before a key; the one after it in a table without order."""
    return _key(_step(reading(process, identifier), key, True))


@bif("ets", "first_lookup", 1, process=True)
def first_lookup_1(process: Process, identifier: Term) -> Term:
    """The first key and its objects."""
    table = reading(process, identifier)
    return _with_objects(table, table.first())


@bif("ets", "last_lookup", 1, process=True)
def last_lookup_1(process: Process, identifier: Term) -> Term:
    """The last key and its objects."""
    table = reading(process, identifier)
    return _with_objects(table, table.last())


@bif("ets", "next_lookup", 2, process=True)
def next_lookup_2(process: Process, identifier: Term, key: Term) -> Term:
    """The key after a key, and its objects."""
    table = reading(process, identifier)
    return _with_objects(table, _step(table, key, False))


@bif("ets", "prev_lookup", 2, process=True)
def prev_lookup_2(process: Process, identifier: Term, key: Term) -> Term:
    """The key before a key, and its objects."""
    table = reading(process, identifier)
    return _with_objects(table, _step(table, key, True))


@bif("ets", "slot", 2, process=True)
def slot_2(process: Process, identifier: Term, index: Term) -> Term:
    """The objects in a slot; how many slots there are depends on the number of objects."""
    table = reading(process, identifier)
    if type(index) is not int or index < 0:
        raise badarg()
    try:
        found = table.slot(index)
    except IndexError:
        raise badarg() from None
    return END if found is None else make_list(found)
