"""Native records (OTP 29): building, updating and looking inside.

An identity is `{Module, Name}`, a name of the module that the code stands in, or `_` for
whatever record there is. Everything here was found out with erl 29.
"""

from __future__ import annotations

from enigma_ref.machine.code import LoadedModule
from enigma_ref.machine.errors import BeamError, error
from enigma_ref.machine.process import Process
from enigma_ref.terms import NIL, Atom, Record, Term, atom

ANY = atom("_")
BADRECORD = atom("badrecord")
BADFIELD = atom("badfield")
NOVALUE = atom("novalue")


def record_find(a: Record, f: Term) -> Term:
    """The value of a field, or None."""
    for name, value in zip(a.fields, a.values, strict=True):
        if name is f:
            return value
    return None


def _identity(m: LoadedModule, identity: Term) -> tuple[Atom, Atom]:
    if type(identity) is tuple:
        return identity[0], identity[1]
    return m.name, identity


def is_record_accessible(m: LoadedModule, a: Term, scope: Term) -> bool:
    """Whether code of module `m` may look inside: its own records, and exported ones."""
    return type(a) is Record and (a.exported or a.module is m.name)


def _is_visible(m: LoadedModule, a: Term, identity: Term) -> bool:
    """Whether `a` is a record of this identity that code of `m` may name."""
    if type(a) is not Record:
        return False
    if identity is ANY:
        return True
    module, name = _identity(m, identity)
    visible = a.exported if type(identity) is tuple else a.module is m.name
    return visible and a.module is module and a.name is name


def record_field(m: LoadedModule, a: Term, identity: Term, f: Term) -> Term:
    """The value of a field. Raises {badrecord, A} or {badfield, {{Module, Name}, Field}}."""
    if not _is_visible(m, a, identity):
        raise error((BADRECORD, a))
    value = record_find(a, f)
    if value is None:
        raise bad_field(a.module, a.name, f)
    return value


def bad_field(module: Atom, name: Atom, f: Term) -> BeamError:
    """`error:{badfield, {{Module, Name}, Field}}`."""
    return error((BADFIELD, ((module, name), f)))


def put_record(
    p: Process, m: LoadedModule, identity: Term, a: Term, kv: tuple[Term, ...]
) -> Record:
    """A new record (`a` is []), or `a` with fields replaced."""
    if a is NIL:
        return _new(p, m, identity, kv)
    if not _is_visible(m, a, identity):
        raise error((BADRECORD, a))
    return updated(a, kv)


def updated(a: Record, kv: tuple[Term, ...]) -> Record:
    """`a` with fields replaced, given as names and values in turn. Raises badfield."""
    values = list(a.values)
    for field, value in zip(kv[::2], kv[1::2], strict=True):
        if field not in a.fields:
            raise bad_field(a.module, a.name, field)
        values[a.fields.index(field)] = value
    return Record(a.module, a.name, a.exported, a.fields, tuple(values))


def _new(p: Process, m: LoadedModule, identity: Term, kv: tuple[Term, ...]) -> Record:
    module, name = _identity(m, identity)
    owner = m if module is m.name else p.vm.module(module)
    definition = None if owner is None else owner.records.get(name)
    if definition is None or (type(identity) is tuple and not definition.exported):
        raise error((BADRECORD, (module, name) if type(identity) is tuple else identity))
    given = dict(zip(kv[::2], kv[1::2], strict=True))
    values = [given.pop(field, default) for field, default in definition.fields]
    if given:
        raise bad_field(module, name, next(iter(given)))
    for (field, _), value in zip(definition.fields, values, strict=True):
        if value is None:
            raise error((NOVALUE, ((module, name), field)))
    fields = tuple(field for field, _ in definition.fields)
    return Record(module, name, definition.exported, fields, tuple(values))
