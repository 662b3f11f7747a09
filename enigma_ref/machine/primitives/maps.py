"""Maps."""

from __future__ import annotations

from functools import cmp_to_key
from typing import NoReturn

from enigma_ref.machine.errors import badkey, badmap
from enigma_ref.terms import FALSE, TRUE, Atom, Map, Term
from enigma_ref.terms.order import compare_exact


def no_map(m: Term) -> NoReturn:
    """Raises {badmap, m}."""
    raise badmap(m)


def map_get(k: Term, m: Term) -> Term:
    """`map_get(k, m)`."""
    if type(m) is not Map:
        raise badmap(m)
    value = m.get(k)
    if value is None:
        raise badkey(k)
    return value


def map_is_key(k: Term, m: Term) -> Atom:
    """`is_map_key(k, m)`."""
    if type(m) is not Map:
        raise badmap(m)
    return FALSE if m.get(k) is None else TRUE


def map_put(m: Term, kv: tuple[Term, ...]) -> Map:
    """`m#{k => v, ...}`."""
    if type(m) is not Map:
        raise badmap(m)
    if len(kv) == 2:
        return m.put(kv[0], kv[1])
    return m.put_all(zip(kv[::2], kv[1::2], strict=True))


def map_update(m: Term, kv: tuple[Term, ...]) -> Map:
    """`m#{k := v, ...}`. Of several keys that are missing, the error names the first in the order
    of keys, which loaders sort by (`beam_load`)."""
    if type(m) is not Map:
        raise badmap(m)
    missing = [k for k in kv[::2] if m.get(k) is None]
    if missing:
        raise badkey(min(missing, key=cmp_to_key(compare_exact)))
    return map_put(m, kv)
