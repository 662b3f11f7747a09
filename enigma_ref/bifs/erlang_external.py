"""erlang: terms as bytes (ERTS User's Guide, External Term Format)."""

from __future__ import annotations

from enigma_ref.bifs.erlang_funs import adopted
from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import NIL, Bitstring, Cons, Fun, Term, atom, list_items
from enigma_ref.terms.external import ExternalFormatError, decode_used, encode

COMPRESSED = atom("compressed")
MINOR_VERSION = atom("minor_version")
DETERMINISTIC = atom("deterministic")
LOCAL = atom("local")
SAFE = atom("safe")
USED = atom("used")

DEFAULT_LEVEL = 6
HARMLESS = {DETERMINISTIC: 25, LOCAL: 26}
"""Options that change nothing here, and the releases that have them first."""

ALL_OPTIONS_SINCE = 26
"""Before, external_size/2 knew minor_version 0 and 1 only."""


class _Options:
    """What term_to_binary/2 and its kin are told."""

    def __init__(self, options: Term, release: int) -> None:
        self.level = 0
        self.minor_version: int | None = None
        items = list_items(options)
        if items is None:
            raise badarg()
        for option in items:
            if type(option) is tuple and len(option) == 2:
                self._pair(*option)
            elif option is COMPRESSED:
                self.level = DEFAULT_LEVEL
            elif release < HARMLESS.get(option, release + 1):
                raise badarg()

    def _pair(self, name: Term, value: Term) -> None:
        if name is COMPRESSED and type(value) is int and 0 <= value <= 9:
            self.level = value
        elif name is MINOR_VERSION and type(value) is int and 0 <= value <= 2:
            self.minor_version = value
        else:
            raise badarg()


def _encoded(process: Process, term: Term, options: _Options) -> Bitstring:
    return Bitstring.of(
        encode(
            term,
            release=process.vm.release,
            minor_version=options.minor_version,
            compressed=options.level,
        )
    )


@bif("erlang", "term_to_binary", 1, process=True)
def term_to_binary_1(process: Process, term: Term) -> Bitstring:
    """The term in the external format."""
    return term_to_binary_2(process, term, NIL)


@bif("erlang", "term_to_binary", 2, process=True)
def term_to_binary_2(process: Process, term: Term, options: Term) -> Bitstring:
    """As term_to_binary/1, with the options compressed, minor_version, deterministic, local."""
    return _encoded(process, term, _Options(options, process.vm.release))


@bif("erlang", "term_to_iovec", 1, process=True)
def term_to_iovec_1(process: Process, term: Term) -> Term:
    """The same bytes as a list of binaries."""
    return Cons(term_to_binary_2(process, term, NIL), NIL)


@bif("erlang", "term_to_iovec", 2, process=True)
def term_to_iovec_2(process: Process, term: Term, options: Term) -> Term:
    """The same bytes as a list of binaries, with options."""
    return Cons(term_to_binary_2(process, term, options), NIL)


@bif("erlang", "external_size", 1, process=True)
def external_size_1(process: Process, term: Term) -> int:
    """An upper bound of the size in bytes in the external format."""
    return external_size_2(process, term, NIL)


@bif("erlang", "external_size", 2, process=True)
def external_size_2(process: Process, term: Term, options: Term) -> int:
    """As external_size/1, with the option minor_version."""
    items = list_items(options)
    if items is None:
        raise badarg()
    if process.vm.release < ALL_OPTIONS_SINCE:
        for option in items:
            if option != (MINOR_VERSION, 0) and option != (MINOR_VERSION, 1):
                raise badarg()
    given = _Options(options, process.vm.release)
    given.level = 0
    return _encoded(process, term, given).byte_size


@bif("erlang", "binary_to_term", 1, process=True)
def binary_to_term_1(process: Process, binary: Term) -> Term:
    """The term that a binary holds in the external format. Raises badarg."""
    return _decoded(process, binary, False)[0]


@bif("erlang", "binary_to_term", 2, process=True)
def binary_to_term_2(process: Process, binary: Term, options: Term) -> Term:
    """As binary_to_term/1; `safe` makes no atoms, `used` gives `{Term, Bytes}`."""
    items = list_items(options)
    if items is None or any(option is not SAFE and option is not USED for option in items):
        raise badarg("badopt")
    found = _decoded(process, binary, SAFE in items)
    return found if USED in items else found[0]


def _decoded(process: Process, binary: Term, safe: bool) -> tuple[Term, int]:
    if type(binary) is not Bitstring or binary.size & 7:
        raise badarg()

    def make_fun(fun: Fun) -> Term:
        return adopted(process.vm, fun)

    try:
        return decode_used(binary.to_bytes(), safe=safe, make_fun=make_fun)
    except ExternalFormatError:
        raise badarg() from None
