"""atomics and counters: arrays of 64-bit integers."""

from __future__ import annotations

from typing import Final

from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg, system_limit
from enigma_ref.machine.process import Process
from enigma_ref.terms import Map, Reference, Term, atom
from enigma_ref.terms.atoms import OK

BITS: Final = 64
MAX_SIZE: Final = 1 << 28
LIMIT_SINCE: Final = 24
SIGNED_OPTION: Final = 1

WORD: Final = 8
ATOMICS_HEAD: Final = 40
COUNTERS_HEAD: Final = 32
CACHE_LINE: Final = 64
"""What the runtime says that its arrays take, in bytes (measured)."""


class Atomics:
    """An array of 64-bit integers, with or without sign. Values wrap around."""

    __slots__ = ("__weakref__", "signed", "values")

    def __init__(self, size: int, signed: bool) -> None:
        self.values = [0] * size
        self.signed = signed

    @property
    def low(self) -> int:
        """The smallest value."""
        return -(1 << (BITS - 1)) if self.signed else 0

    @property
    def high(self) -> int:
        """The largest value."""
        return (1 << (BITS - self.signed)) - 1

    def index(self, index: Term) -> int:
        """A position from 1 as one from 0. Raises badarg."""
        if type(index) is not int or not 1 <= index <= len(self.values):
            raise badarg()
        return index - 1

    def value(self, value: Term) -> int:
        """A value that can be stored. Raises badarg."""
        if type(value) is not int or not self.low <= value <= self.high:
            raise badarg()
        return value

    def add(self, index: Term, step: Term) -> int:
        """Add to a value; the new one. The step may have any 64 bits, with or without sign."""
        at = self.index(index)
        if type(step) is not int or not -(1 << (BITS - 1)) <= step < 1 << BITS:
            raise badarg()
        span = 1 << BITS
        value = (self.values[at] + step - self.low) % span + self.low
        self.values[at] = value
        return value


class Counters(Atomics):
    """A signed array that is no atomics array to those functions."""

    __slots__ = ()


def _array(process: Process, ref: Term, kind: type[Atomics]) -> Atomics:
    found = process.vm.resource(ref) if type(ref) is Reference else None
    if type(found) is not kind:
        raise badarg()
    return found


def _size(process: Process, size: Term) -> int:
    if type(size) is not int or size < 1:
        raise badarg()
    _word(process, size)
    if size > MAX_SIZE:
        raise system_limit()
    return size


def _word(process: Process, number: int) -> None:
    """Raises for a number of more bits than a word has: badarg in 23, system_limit later."""
    if number >> BITS:
        raise badarg() if process.vm.release < LIMIT_SINCE else system_limit()


@bif("erts_internal", "atomics_new", 2, process=True)
def atomics_new_2(process: Process, size: Term, options: Term) -> Reference:
    """A new array of zeros; bit 0 of the options says that values have a sign."""
    if type(size) is int and size > 0:
        _word(process, size)
    if type(options) is not int or options < 0:
        raise badarg()
    if process.vm.release < LIMIT_SINCE:
        _word(process, options)
    count = _size(process, size)
    _word(process, options)
    return process.vm.make_magic_ref(Atomics(count, bool(options & SIGNED_OPTION)))


@bif("atomics", "put", 3, process=True)
def put_3(process: Process, ref: Term, index: Term, value: Term) -> Term:
    """Store a value."""
    array = _array(process, ref, Atomics)
    array.values[array.index(index)] = array.value(value)
    return OK


@bif("atomics", "get", 2, process=True)
def get_2(process: Process, ref: Term, index: Term) -> int:
    """Read a value."""
    array = _array(process, ref, Atomics)
    return array.values[array.index(index)]


@bif("atomics", "add", 3, process=True)
def add_3(process: Process, ref: Term, index: Term, step: Term) -> Term:
    """Add to a value."""
    _array(process, ref, Atomics).add(index, step)
    return OK


@bif("atomics", "add_get", 3, process=True)
def add_get_3(process: Process, ref: Term, index: Term, step: Term) -> int:
    """Add to a value; the new one."""
    return _array(process, ref, Atomics).add(index, step)


@bif("atomics", "exchange", 3, process=True)
def exchange_3(process: Process, ref: Term, index: Term, value: Term) -> int:
    """Store a value; the old one."""
    array = _array(process, ref, Atomics)
    at = array.index(index)
    old = array.values[at]
    array.values[at] = array.value(value)
    return old


@bif("atomics", "compare_exchange", 4, process=True)
def compare_exchange_4(
    process: Process, ref: Term, index: Term, expected: Term, desired: Term
) -> Term:
    """Store a value where the expected one is; ok, or the one that is there."""
    array = _array(process, ref, Atomics)
    at = array.index(index)
    expected, desired = array.value(expected), array.value(desired)
    found = array.values[at]
    if found != expected:
        return found
    array.values[at] = desired
    return OK


@bif("atomics", "info", 1, process=True)
def info_1(process: Process, ref: Term) -> Map:
    """Size, least and greatest value and memory in bytes."""
    array = _array(process, ref, Atomics)
    size = len(array.values)
    items = {
        "size": size,
        "max": array.high,
        "min": array.low,
        "memory": ATOMICS_HEAD + size * WORD,
    }
    return Map.of((atom(key), value) for key, value in items.items())


# ---------------------------------------------------------------- counters


@bif("erts_internal", "counters_new", 1, process=True)
def counters_new_1(process: Process, size: Term) -> Reference:
    """A new array of counters that are 0."""
    return process.vm.make_magic_ref(Counters(_size(process, size), True))


@bif("erts_internal", "counters_get", 2, process=True)
def counters_get_2(process: Process, ref: Term, index: Term) -> int:
    """Read a counter."""
    array = _array(process, ref, Counters)
    return array.values[array.index(index)]


@bif("erts_internal", "counters_put", 3, process=True)
def counters_put_3(process: Process, ref: Term, index: Term, value: Term) -> Term:
    """Set a counter."""
    array = _array(process, ref, Counters)
    array.values[array.index(index)] = array.value(value)
    return OK


@bif("erts_internal", "counters_add", 3, process=True)
def counters_add_3(process: Process, ref: Term, index: Term, step: Term) -> Term:
    """Add to a counter."""
    _array(process, ref, Counters).add(index, step)
    return OK


@bif("erts_internal", "counters_info", 1, process=True)
def counters_info_1(process: Process, ref: Term) -> Map:
    """Size, and memory in bytes as on a machine with one scheduler."""
    size = len(_array(process, ref, Counters).values)
    lines = (size + 7) // 8
    memory = COUNTERS_HEAD + 2 * lines * CACHE_LINE
    return Map.of([(atom("size"), size), (atom("memory"), memory)])
