"""ets: searching tables with patterns and match specifications."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from enigma_ref.bifs.ets import END, reading, writing
from enigma_ref.bifs.match_functions import FUNCTIONS
from enigma_ref.bifs.registry import Steps, bif
from enigma_ref.ets.key_kept import keeps_key
from enigma_ref.ets.match_spec import BINDINGS, OBJECT, MatchSpec, compile_spec
from enigma_ref.ets.table import BAG, ORDERED_SET, PART, Mark, Object, Table
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import (
    NIL,
    TRUE,
    Atom,
    Cons,
    Reference,
    Term,
    list_items,
    make_list,
    to_bool_atom,
)
from enigma_ref.terms.smalls import is_small

SELECT_TRAP: Final = ("ets", "select_trap", 1)
AT_END: Final = -1
"""The slot of a continuation behind which there are no more objects to look at."""


def _compile(process: Process, spec: Term) -> MatchSpec:
    """The compiled specification; for tables an empty one fits nothing but is no error."""
    release = process.vm.release
    return MatchSpec([], release) if spec is NIL else compile_spec(spec, FUNCTIONS, release)


def _pattern(pattern: Term, body: Atom) -> Term:
    return make_list([(pattern, NIL, make_list([body]))])


def _walk(
    table: Table, spec: MatchSpec, reverse: bool = False
) -> Iterator[tuple[Mark, list[Object]]]:
    """The objects that may fit, by key; only those with the right keys when the spec tells."""
    keys = spec.keys(table.key_index)
    if keys is None:
        return _walk_on(table, spec, None, reverse)
    return ((key, table.lookup(key)) for key in table.places(keys, reverse=reverse))


def _walk_on(
    table: Table, spec: MatchSpec, mark: Mark | None, reverse: bool
) -> Iterator[tuple[Mark, list[Object]]]:
    """The objects that may fit behind a mark, or all; of a table with an order those whose keys
    begin as the patterns say."""
    is_ordered = table.options.kind == ORDERED_SET
    within = spec.key_range(table.key_index) if is_ordered else None
    return table.walk(mark, reverse=reverse, within=within)


def _parts(
    table: Table, spec: MatchSpec, reverse: bool = False
) -> Iterator[list[tuple[Mark, list[Object]]]]:
    """As `_walk`, `PART` keys at a time. In between others may change the table. Raises badarg
    when it is gone."""
    keys = spec.keys(table.key_index)
    if keys is not None:
        yield list(_walk(table, spec, reverse))
        return
    mark: Mark | None = None
    while True:
        if table.deleted:
            raise badarg("id")
        part = list(islice(_walk_on(table, spec, mark, reverse), PART))
        yield part
        if len(part) < PART:
            return
        mark = part[-1][0]


def _results(process: Process, table: Table, spec: MatchSpec, reverse: bool = False) -> Steps:
    """The list of what the specification makes of the objects that fit."""
    results: list[Term] = []
    for part in _parts(table, spec, reverse):
        for _, items in part:
            _run(process, spec, items, results)
        yield len(part)
    return results


def _run(process: Process, spec: MatchSpec, items: list[Object], results: list[Term]) -> None:
    for item in items:
        value = spec.run(item, process)
        if value is not None:
            results.append(value)


# -------------------------------------------------------------------- all at once


@bif("ets", "select", 2, steps=True, trap=SELECT_TRAP)
def select_2(process: Process, identifier: Term, spec: Term) -> Steps:
    """What a match specification makes of the objects that fit."""
    table = reading(process, identifier)
    return make_list((yield from _results(process, table, _compile(process, spec))))


@bif("ets", "select_reverse", 2, steps=True, trap=SELECT_TRAP)
def select_reverse_2(process: Process, identifier: Term, spec: Term) -> Steps:
    """As select/2, from the last object to the first."""
    table = reading(process, identifier)
    return make_list((yield from _results(process, table, _compile(process, spec), True)))


@bif("ets", "match", 2, steps=True, trap=SELECT_TRAP)
def match_2(process: Process, identifier: Term, pattern: Term) -> Steps:
    """What the variables of a pattern stand for in each object that fits."""
    return select_2(process, identifier, _pattern(pattern, BINDINGS))


@bif("ets", "match_object", 2, steps=True, trap=SELECT_TRAP)
def match_object_2(process: Process, identifier: Term, pattern: Term) -> Steps:
    """The objects that fit a pattern."""
    return select_2(process, identifier, _pattern(pattern, OBJECT))


@bif("ets", "select_count", 2, steps=True, trap=("ets", "count_trap", 1))
def select_count_2(process: Process, identifier: Term, spec: Term) -> Steps:
    """How many objects a match specification makes `true` of."""
    table = reading(process, identifier)
    results = yield from _results(process, table, _compile(process, spec))
    return sum(result is TRUE for result in results)


@bif("ets", "internal_select_delete", 2, steps=True, trap=("ets", "select_delete_trap", 1))
def internal_select_delete_2(process: Process, identifier: Term, spec: Term) -> Steps:
    """Delete the objects that a match specification makes `true` of; how many they were."""
    table = writing(process, identifier)
    compiled = _compile(process, spec)
    deleted = 0
    for part in _parts(table, compiled):
        size = table.size
        for _, items in part:
            hits = [item for item in items if compiled.run(item, process) is TRUE]
            if hits and len(hits) == len(items):
                table.take(hits[0][table.key_index])
            else:
                for item in hits:
                    table.delete_object(item)
        deleted += size - table.size
        yield len(part)
    return deleted


@bif("ets", "select_replace", 2, steps=True, trap=("ets", "replace_trap", 1))
def select_replace_2(process: Process, identifier: Term, spec: Term) -> Steps:
    """Replace the objects that fit by what a match specification makes of them; how many."""
    table = writing(process, identifier)
    if table.options.kind == BAG:
        raise badarg("table_type")
    for clause in list_items(spec) or []:
        if type(clause) is tuple and len(clause) == 3:
            pattern, _, body = clause
            if not keeps_key(pattern, body, table.options.key_position):
                raise badarg()
    compiled = _compile(process, spec)
    count = 0
    for part in _parts(table, compiled):
        for _, items in part:
            made = []
            for item in items:
                other = compiled.run(item, process)
                count += other is not None
                made.append(item if other is None else other)
            if made:
                table.replace(made[0][table.key_index], made)
        yield len(part)
    return count


# -------------------------------------------------------------------- some at a time


def _continuation(
    table: Table, mark: Mark, limit: int, program: Reference, rest: list[Term], reverse: bool
) -> Term:
    """A tuple as in ERTS, because `ets:repair_continuation/2` looks into it."""
    if table.options.kind == ORDERED_SET:
        return (table.tid, mark, NIL, limit, program, NIL, 1 if reverse else 0, 0)
    return (table.tid, mark, limit, program, make_list(rest), len(rest))


def _some(
    process: Process,
    table: Table,
    spec: MatchSpec,
    walk: Iterator[tuple[Mark, list[Object]]],
    limit: int,
    program: Reference,
    results: list[Term],
    reverse: bool,
) -> Term:
    """Up to `limit` results and a continuation; `results` are there already."""
    mark: Mark = AT_END
    while len(results) < limit:
        step = next(walk, None)
        if step is None:
            return (make_list(results), END) if results else END
        mark, items = step
        _run(process, spec, items, results)
    if spec.keys(table.key_index) is not None:
        # Few objects: those that are left are looked at now, to know whether to go on.
        found = len(results)
        for _, items in walk:
            _run(process, spec, items, results)
        if len(results) == limit:
            return (make_list(results), END)
        if table.options.kind == ORDERED_SET:
            del results[found:]
        else:
            mark = AT_END
    following = _continuation(table, mark, limit, program, results[limit:], reverse)
    return (make_list(results[:limit]), following)


def _limited(
    process: Process, identifier: Term, spec: Term, limit: Term, reverse: bool = False
) -> Term:
    table = reading(process, identifier)
    if not is_small(limit) or limit < 1:
        raise badarg()
    compiled = _compile(process, spec)
    program = process.vm.make_magic_ref(compiled)
    walk = _walk(table, compiled, reverse)
    return _some(process, table, compiled, walk, limit, program, [], reverse)


@bif("ets", "select", 3, process=True)
def select_3(process: Process, identifier: Term, spec: Term, limit: Term) -> Term:
    """As select/2, a limited number of results at a time."""
    return _limited(process, identifier, spec, limit)


@bif("ets", "select_reverse", 3, process=True)
def select_reverse_3(process: Process, identifier: Term, spec: Term, limit: Term) -> Term:
    """As select_reverse/2, a limited number of results at a time."""
    return _limited(process, identifier, spec, limit, True)


@bif("ets", "match", 3, process=True)
def match_3(process: Process, identifier: Term, pattern: Term, limit: Term) -> Term:
    """As match/2, a limited number of results at a time."""
    return _limited(process, identifier, _pattern(pattern, BINDINGS), limit)


@bif("ets", "match_object", 3, process=True)
def match_object_3(process: Process, identifier: Term, pattern: Term, limit: Term) -> Term:
    """As match_object/2, a limited number of results at a time."""
    return _limited(process, identifier, _pattern(pattern, OBJECT), limit)


@bif("ets", "select", 1, process=True)
@bif("ets", "select_reverse", 1, process=True)
@bif("ets", "match", 1, process=True)
@bif("ets", "match_object", 1, process=True)
def continue_1(process: Process, continuation: Term) -> Term:
    """Go on where a limited search has stopped."""
    if continuation is END:
        return END
    if type(continuation) is not tuple or not continuation:
        raise badarg()
    table = reading(process, continuation[0])
    rest: list[Term] | None = []
    reverse = False
    if table.options.kind == ORDERED_SET:
        if len(continuation) != 8:
            raise badarg()
        _, mark, _, limit, program, _, direction, _ = continuation
        if direction not in (0, 1):
            raise badarg()
        reverse = direction == 1
    else:
        if len(continuation) != 6:
            raise badarg()
        _, mark, limit, program, kept, _ = continuation
        rest = list_items(kept)
        if type(mark) is not int or mark < AT_END:
            raise badarg()
    spec = _compiled(process, program)
    if spec is None or rest is None or type(limit) is not int or limit < 1:
        raise badarg()
    if table.options.kind != ORDERED_SET and mark == AT_END:
        # Everything has been found, and some of it was too much for the last time.
        if not rest:
            return END
        if len(rest) <= limit:
            return (make_list(rest), END)
        following = _continuation(table, AT_END, limit, program, rest[limit:], False)
        return (make_list(rest[:limit]), following)
    if len(rest) >= limit:
        following = _continuation(table, mark, limit, program, rest[limit:], reverse)
        return (make_list(rest[:limit]), following)
    walk = _walk_on(table, spec, mark, reverse)
    return _some(process, table, spec, walk, limit, program, rest, reverse)


# -------------------------------------------------------------------- without a table


def _compiled(process: Process, program: Term) -> MatchSpec | None:
    if type(program) is not Reference:
        return None
    found = process.vm.resource(program)
    return found if isinstance(found, MatchSpec) else None


@bif("ets", "match_spec_compile", 1, process=True)
def match_spec_compile_1(process: Process, spec: Term) -> Reference:
    """A reference that stands for a compiled match specification."""
    return process.vm.make_magic_ref(compile_spec(spec, FUNCTIONS, process.vm.release))


@bif("ets", "is_compiled_ms", 1, process=True)
def is_compiled_ms_1(process: Process, program: Term) -> Atom:
    """Whether a term is such a reference."""
    return to_bool_atom(_compiled(process, program) is not None)


@bif("ets", "match_spec_run_r", 3, process=True)
def match_spec_run_r_3(process: Process, list_: Term, program: Term, accumulator: Term) -> Term:
    """The results for a list of terms, in reverse, before those that there are already."""
    spec = _compiled(process, program)
    if spec is None:
        raise badarg()
    while type(list_) is Cons:
        value = spec.run(list_.head, process)
        if value is not None:
            accumulator = Cons(value, accumulator)
        list_ = list_.tail
    if list_ is not NIL:
        raise badarg()
    return accumulator
