"""erlang: tuples."""

from __future__ import annotations

from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import COPIED, Process
from enigma_ref.terms import Term, list_items, make_list

MAX_SIZE = 16_777_215
"""The largest tuple (Efficiency Guide, system limits)."""


@bif("erlang", "setelement", 3, process=True)
def setelement_3(process: Process, index: Term, tuple_: Term, value: Term) -> tuple[Term, ...]:
    """The tuple with the element at a position from 1 replaced."""
    if type(index) is not int or type(tuple_) is not tuple or not 1 <= index <= len(tuple_):
        raise badarg()
    process.charge(len(tuple_) // COPIED)
    return (*tuple_[: index - 1], value, *tuple_[index:])


@bif("erlang", "append_element", 2)
def append_element_2(tuple_: Term, value: Term) -> tuple[Term, ...]:
    """The tuple with one more element at its end."""
    if type(tuple_) is not tuple or len(tuple_) >= MAX_SIZE:
        raise badarg()
    return (*tuple_, value)


@bif("erlang", "insert_element", 3)
def insert_element_3(index: Term, tuple_: Term, value: Term) -> tuple[Term, ...]:
    """The tuple with one more element at a position from 1."""
    if type(index) is not int or type(tuple_) is not tuple or not 1 <= index <= len(tuple_) + 1:
        raise badarg()
    return (*tuple_[: index - 1], value, *tuple_[index - 1 :])


@bif("erlang", "delete_element", 2)
def delete_element_2(index: Term, tuple_: Term) -> tuple[Term, ...]:
    """The tuple without the element at a position from 1."""
    if type(index) is not int or type(tuple_) is not tuple or not 1 <= index <= len(tuple_):
        raise badarg()
    return (*tuple_[: index - 1], *tuple_[index:])


@bif("erlang", "make_tuple", 2)
def make_tuple_2(size: Term, value: Term) -> tuple[Term, ...]:
    """A tuple with one value everywhere."""
    if type(size) is not int or not 0 <= size <= MAX_SIZE:
        raise badarg()
    return (value,) * size


@bif("erlang", "make_tuple", 3)
def make_tuple_3(size: Term, value: Term, replaced: Term) -> tuple[Term, ...]:
    """A tuple with one value everywhere but at the positions in a list of pairs."""
    pairs = list_items(replaced)
    if type(size) is not int or not 0 <= size <= MAX_SIZE or pairs is None:
        raise badarg()
    elements = [value] * size
    for pair in pairs:
        if type(pair) is not tuple or len(pair) != 2 or type(pair[0]) is not int:
            raise badarg()
        if not 1 <= pair[0] <= size:
            raise badarg()
        elements[pair[0] - 1] = pair[1]
    return tuple(elements)


@bif("erlang", "tuple_to_list", 1, process=True)
def tuple_to_list_1(process: Process, tuple_: Term) -> Term:
    """The elements as a list."""
    if type(tuple_) is not tuple:
        raise badarg()
    process.charge(len(tuple_))
    return make_list(tuple_)


@bif("erlang", "list_to_tuple", 1, process=True)
def list_to_tuple_1(process: Process, list_: Term) -> tuple[Term, ...]:
    """The elements as a tuple. Raises badarg, also for too many."""
    items = list_items(list_)
    if items is None or len(items) > MAX_SIZE:
        raise badarg()
    process.charge(len(items))
    return tuple(items)
