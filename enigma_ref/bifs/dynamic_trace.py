"""erlang: tags for external tracing tools, in a runtime that was built without such a tool."""

from __future__ import annotations

from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import FALSE, TRUE, Atom, Term
from enigma_ref.terms.atoms import UNDEFINED

CHECKED_SINCE = 24


@bif("erlang", "dt_get_tag", 0)
@bif("erlang", "dt_get_tag_data", 0)
def dt_get_tag_0() -> Atom:
    """No process has a tag."""
    return UNDEFINED


@bif("erlang", "dt_put_tag", 1)
def dt_put_tag_1(tag: Term) -> Atom:
    """The old tag, which there is none of."""
    return UNDEFINED


@bif("erlang", "dt_append_vm_tag_data", 1)
@bif("erlang", "dt_prepend_vm_tag_data", 1)
def dt_append_vm_tag_data_1(data: Term) -> Term:
    """The data as they are."""
    return data


@bif("erlang", "dt_spread_tag", 1, process=True)
def dt_spread_tag_1(process: Process, spread: Term) -> Atom:
    """Whether tags travel with messages; what to restore later."""
    if process.vm.release >= CHECKED_SINCE and spread is not TRUE and spread is not FALSE:
        raise badarg()
    return TRUE


@bif("erlang", "dt_restore_tag", 1, process=True)
def dt_restore_tag_1(process: Process, data: Term) -> Atom:
    """Restore what dt_spread_tag/1 gave."""
    if process.vm.release >= CHECKED_SINCE and data is not TRUE:
        raise badarg()
    return TRUE
