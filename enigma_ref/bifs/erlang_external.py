"""erlang: terms as bytes (ERTS User's Guide, External Term Format)."""

from __future__ import annotations

from typing import Final

from enigma_ref.bifs.causes import bad_option
from enigma_ref.bifs.erlang_funs import adopted
from enigma_ref.bifs.registry import Steps, bif, worth
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.machine.system import System
from enigma_ref.terms import NIL, Atom, Bitstring, Cons, Fun, Pid, Term, atom, list_items, make_list
from enigma_ref.terms.external import (
    ExternalFormatError,
    Reader,
    decode_parts,
    encode_iovec,
    encode_local,
    encode_parts,
    reserved_size,
)

COMPRESSED = atom("compressed")
MINOR_VERSION = atom("minor_version")
DETERMINISTIC = atom("deterministic")
LOCAL = atom("local")
SAFE = atom("safe")
USED = atom("used")

ENCODE_TRAP: Final = ("erts_internal", "term_to_binary_trap", 1)
DECODE_TRAP: Final = ("erts_internal", "binary_to_term_trap", 1)
PART_COST: Final = 300
"""The reductions that a part of encoding or decoding is worth: it takes about as long."""

DEFAULT_LEVEL: Final = 6
FLAGS: Final = {DETERMINISTIC: 24, LOCAL: 26}
"""Options without a value, and the releases that have them first."""

ALL_OPTIONS_SINCE: Final = 26
"""Before, external_size/2 knew minor_version 0 and 1 only."""


class _Options:
    """What term_to_binary/2 and its kin are told. Raises badarg.

    `deterministic` changes nothing here: keys of maps always come in term order.
    """

    def __init__(self, options: Term, process: Process) -> None:
        self.release = process.vm.release
        self.level = 0
        self.minor_version: int | None = None
        flags = set()
        items = list_items(options)
        if items is None:
            raise badarg()
        for option in items:
            if type(option) is tuple and len(option) == 2:
                self._pair(*option)
            elif option is COMPRESSED:
                self.level = DEFAULT_LEVEL
            elif self.release >= FLAGS.get(option, self.release + 1):
                flags.add(option)
            else:
                raise badarg()
        if len(flags) > 1:
            raise badarg()
        self.node = own_node(process.vm) if LOCAL in flags else None

    def _pair(self, name: Term, value: Term) -> None:
        if name is COMPRESSED and type(value) is int and 0 <= value <= 9:
            self.level = value
        elif name is MINOR_VERSION and type(value) is int and 0 <= value <= 2:
            self.minor_version = value
        else:
            raise badarg()

    def reserved(self, term: Term) -> int:
        """How many bytes OTP reserves for the encoding."""
        return reserved_size(
            term, release=self.release, minor_version=self.minor_version, node=self.node
        )

    def encoded(self, term: Term) -> Steps:
        """The encoding in one binary."""
        release, minor = self.release, self.minor_version
        if self.node is not None:
            work = encode_local(
                term, release=release, minor_version=minor, node=self.node, compressed=self.level
            )
        else:
            work = encode_parts(term, release=release, minor_version=minor, compressed=self.level)
        data = yield from worth(PART_COST, work)
        return Bitstring.of(data)


def own_node(vm: System) -> Pid:
    """A pid of the node itself, for telling what belongs to it."""
    return Pid(vm.node, 0)


@bif("erlang", "term_to_binary", 1, steps=True, trap=ENCODE_TRAP)
def term_to_binary_1(process: Process, term: Term) -> Steps:
    """The term in the external format."""
    return term_to_binary_2(process, term, NIL)


@bif("erlang", "term_to_binary", 2, steps=True, trap=ENCODE_TRAP)
def term_to_binary_2(process: Process, term: Term, options: Term) -> Steps:
    """As term_to_binary/1, with the options compressed, minor_version, deterministic, local."""
    return (yield from _Options(options, process).encoded(term))


@bif("erlang", "term_to_iovec", 1, steps=True, trap=ENCODE_TRAP)
def term_to_iovec_1(process: Process, term: Term) -> Steps:
    """The same bytes as a list of binaries."""
    return term_to_iovec_2(process, term, NIL)


@bif("erlang", "term_to_iovec", 2, steps=True, trap=ENCODE_TRAP)
def term_to_iovec_2(process: Process, term: Term, options: Term) -> Steps:
    """The same bytes as a list of binaries, with options.

    With compression it is one binary, and not in a list: every release does so, though its
    documentation says otherwise (measured).
    """
    given = _Options(options, process)
    if given.level:
        return (yield from given.encoded(term))
    work = encode_iovec(
        term, release=given.release, minor_version=given.minor_version, node=given.node
    )
    return make_list((yield from worth(PART_COST, work)))


@bif("erlang", "external_size", 1, process=True)
def external_size_1(process: Process, term: Term) -> int:
    """An upper bound of the size in bytes in the external format."""
    return external_size_2(process, term, NIL)


@bif("erlang", "external_size", 2, process=True)
def external_size_2(process: Process, term: Term, options: Term) -> int:
    """As external_size/1, with the option minor_version; since 26 with all options."""
    if process.vm.release < ALL_OPTIONS_SINCE:
        rest = options
        while type(rest) is Cons and rest.head in ((MINOR_VERSION, 0), (MINOR_VERSION, 1)):
            rest = rest.tail
        if rest is not NIL:
            # The trace shows the options that were left to read: they are in the register then.
            process.x[1] = rest
            raise badarg()
    given = _Options(options, process)
    if process.vm.release < ALL_OPTIONS_SINCE and (MINOR_VERSION, 0) in (list_items(options) or ()):
        # A later 1 does not take it back (measured).
        given.minor_version = 0
    return given.reserved(term)


@bif("erlang", "binary_to_term", 1, steps=True, trap=DECODE_TRAP)
def binary_to_term_1(process: Process, binary: Term) -> Steps:
    """The term that a binary holds in the external format. Raises badarg."""
    term, _ = yield from _decoded(process, binary, False)
    return term


@bif("erlang", "binary_to_term", 2, steps=True, trap=DECODE_TRAP)
def binary_to_term_2(process: Process, binary: Term, options: Term) -> Steps:
    """As binary_to_term/1; `safe` makes no atoms, `used` gives `{Term, Bytes}`."""
    items = list_items(options)
    if items is None or any(option is not SAFE and option is not USED for option in items):
        raise bad_option(process)
    found = yield from _decoded(process, binary, SAFE in items)
    return found if USED in items else found[0]


def _decoded(process: Process, binary: Term, safe: bool) -> Steps:
    if type(binary) is not Bitstring or binary.size & 7:
        raise badarg()
    vm = process.vm

    def make_fun(fun: Fun) -> Term:
        return adopted(vm, fun)

    def exports(module: Atom, name: Atom, arity: int) -> bool:
        if vm.is_builtin(module, name, arity):
            return True
        loaded = vm.module(module)
        return loaded is not None and (module, name, arity) in {one.mfa for one in loaded.exports}

    reader = Reader(vm.release, own_node(vm), make_fun, exports)
    try:
        work = decode_parts(binary.to_bytes(), safe=safe, reader=reader)
        return (yield from worth(PART_COST, work))
    except ExternalFormatError:
        raise badarg() from None
