"""records: native records (OTP 29) as data. Everything here was found out with erl 29."""

from __future__ import annotations

from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg, badmap, error
from enigma_ref.machine.primitives.records import BADRECORD, bad_field, record_find, updated
from enigma_ref.machine.process import Process
from enigma_ref.terms import (
    FALSE,
    TRUE,
    Atom,
    Map,
    Record,
    Term,
    atom,
    list_items,
    make_list,
    to_bool_atom,
)

IS_EXPORTED = atom("is_exported")


def _record(term: Term) -> Record:
    if type(term) is not Record:
        raise error((BADRECORD, term))
    return term


@bif("records", "create", 4)
def create_4(module: Term, name: Term, fields: Term, options: Term) -> Record:
    """A record made without its definition: from pairs of field names and values, in order.

    `options` is `#{is_exported => boolean()}` and nothing else. Raises {badrecord, Name},
    {badmap, Options}, {badfield, {{Module, Name}, Field}} and badarg, whichever is first.
    """
    if type(module) is not Atom or type(name) is not Atom:
        raise error((BADRECORD, name))
    if type(options) is not Map:
        raise badmap(options)
    exported = options.get(IS_EXPORTED)
    if len(options) != 1 or (exported is not TRUE and exported is not FALSE):
        raise badarg()
    pairs = list_items(fields)
    if pairs is None:
        raise badarg()
    for pair in pairs:
        if type(pair) is not tuple or len(pair) != 2:
            raise badarg()
        if type(pair[0]) is not Atom:
            raise bad_field(module, name, pair[0])
    names = tuple(field for field, _ in pairs)
    if len(set(names)) < len(names):
        raise badarg()
    return Record(module, name, exported is TRUE, names, tuple(value for _, value in pairs))


@bif("records", "update", 4)
def update_4(record: Term, module: Term, name: Term, fields: Term) -> Record:
    """A record of a module and name with fields replaced, given as a map.

    Raises {badrecord, Record}, {badrecord, Name}, {badmap, Fields} and
    {badfield, {{Module, Name}, Field}}.
    """
    record = _record(record)
    if record.module is not module or record.name is not name:
        raise error((BADRECORD, name))
    if type(fields) is not Map:
        raise badmap(fields)
    return updated(record, tuple(part for pair in fields.items() for part in pair))


@bif("records", "get", 2)
def get_2(field: Term, record: Term) -> Term:
    """The value of a field. Raises badarg, for a field that the record does not have as well."""
    value = record_find(record, field) if type(record) is Record else None
    if value is None:
        raise badarg()
    return value


@bif("records", "get_module", 1)
def get_module_1(record: Term) -> Atom:
    """The module of a record."""
    if type(record) is not Record:
        raise badarg()
    return record.module


@bif("records", "get_name", 1)
def get_name_1(record: Term) -> Atom:
    """The name of a record."""
    if type(record) is not Record:
        raise badarg()
    return record.name


@bif("records", "get_field_names", 1)
def get_field_names_1(record: Term) -> Term:
    """The names of the fields, in order. Raises {badrecord, Term}."""
    return make_list(_record(record).fields)


@bif("records", "is_exported", 1)
def is_exported_1(record: Term) -> Atom:
    """Whether code of other modules may look inside. Raises {badrecord, Term}."""
    return to_bool_atom(_record(record).exported)


@bif("records", "get_definition", 2, process=True)
def get_definition_2(process: Process, module: Term, name: Term) -> Term:
    """What a loaded module says of a record: `{#{is_exported => Boolean}, Fields}`.

    A field is `{Name, Default}`, or its name when it has no default. Raises badarg; modules are
    not loaded for this.
    """
    loaded = process.vm.module(module) if type(module) is Atom else None
    definition = loaded.records.get(name) if loaded is not None and type(name) is Atom else None
    if definition is None:
        raise badarg()
    fields = [
        field if default is None else (field, default) for field, default in definition.fields
    ]
    options = Map.of([(IS_EXPORTED, to_bool_atom(definition.exported))])
    return (options, make_list(fields))
