"""erts_internal: what the modules of the runtime itself call."""

from __future__ import annotations

from typing import Final

from enigma_ref.bifs.collections import COLLECTIONS, collect
from enigma_ref.bifs.registry import bif
from enigma_ref.bifs.sizes import MAX_HEAP_BINARY, SMALL
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import (
    NIL,
    TRUE,
    Atom,
    Bitstring,
    Cons,
    ExternalFun,
    Float,
    Fun,
    Map,
    Pid,
    Port,
    Record,
    Reference,
    Term,
    atom,
)
from enigma_ref.terms.atoms import UNDEFINED
from enigma_ref.terms.maps import MAX_SMALL
from enigma_ref.terms.order import compare_exact

_TYPES: Final = {
    Atom: "atom",
    Cons: "list",
    tuple: "tuple",
    Float: "hfloat",
    Fun: "fun",
    ExternalFun: "export",
    Record: "record",
}

NEW_BINARIES_SINCE: Final = 27


@bif("erts_internal", "cmp_term", 2)
def cmp_term_2(a: Term, b: Term) -> int:
    """-1, 0 or 1 in the order of keys of maps: integers come before floats."""
    return compare_exact(a, b)


@bif("erts_internal", "term_type", 1, process=True)
def term_type_1(process: Process, term: Term) -> Atom:
    """How the runtime represents a term."""
    return atom(_type_of(process, term))


def _type_of(process: Process, term: Term) -> str:
    kind = type(term)
    if kind is int:
        return "fixnum" if -SMALL <= term < SMALL else "bignum"
    if term is NIL:
        return "nil"
    if kind is Map:
        return "flatmap" if len(term) <= MAX_SMALL else "hashmap"
    if kind is Bitstring:
        return _type_of_bits(term, process.vm.release)
    if kind is Pid or kind is Port or kind is Reference:
        name = {Pid: "pid", Port: "port", Reference: "reference"}[kind]
        return name if term.node is process.vm.node else f"external_{name}"
    return _TYPES[kind]


def _type_of_bits(term: Bitstring, release: int) -> str:
    size = term.byte_size
    if release >= NEW_BINARIES_SINCE:
        return "heap_binary" if size <= MAX_HEAP_BINARY else "sub_binary"
    if term.size & 7 or (term.is_part and size > MAX_HEAP_BINARY):
        return "sub_binary"
    return "heap_binary" if size <= MAX_HEAP_BINARY else "refc_binary"


@bif("erts_internal", "garbage_collect", 1, process=True)
def garbage_collect_1(process: Process, kind: Term) -> Atom:
    """Collect garbage: there is never any here, only the sizes that processes tell change."""
    if type(kind) is not Atom or kind.name not in COLLECTIONS:
        raise badarg()
    collect(process, kind.name)
    return TRUE


@bif("erts_internal", "no_aux_work_threads", 0)
def no_aux_work_threads_0() -> int:
    """How many threads do work on the side."""
    return 2


@bif("erts_internal", "get_creation", 0)
def get_creation_0() -> Atom:
    """The number of this incarnation of the node: undefined, since it is not distributed."""
    return UNDEFINED


@bif("file", "native_name_encoding", 0, process=True)
def native_name_encoding_0(process: Process) -> Atom:
    """How names of files are encoded."""
    return atom(process.vm.settings.file_names)


@bif("io", "printable_range", 0, process=True)
def printable_range_0(process: Process) -> Atom:
    """Which characters count as printable."""
    return atom(process.vm.settings.printable_range)


@bif("error_logger", "warning_map", 0, process=True)
def warning_map_0(process: Process) -> Atom:
    """Which level warnings are shown with."""
    return atom(process.vm.settings.warnings)


@bif("net_kernel", "dflag_unicode_io", 1)
def dflag_unicode_io_1(pid: Term) -> Atom:
    """Whether the node of a process understands requests with Unicode characters; this one does."""
    if type(pid) is not Pid:
        raise badarg()
    return TRUE
