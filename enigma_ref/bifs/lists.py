"""lists: what erts builds in."""

from __future__ import annotations

from enigma_ref.bifs.registry import bif
from enigma_ref.machine.errors import badarg
from enigma_ref.machine.process import Process
from enigma_ref.terms import FALSE, NIL, TRUE, Atom, Cons, Float, Term, atom, list_items, make_list
from enigma_ref.terms.keys import guard_key
from enigma_ref.terms.order import equal, identical

VALUE = atom("value")


@bif("lists", "member", 2, process=True)
def member_2(process: Process, element: Term, list_: Term) -> Atom:
    """Whether some element is `=:= element`. Raises badarg at the end of an improper list."""
    passed = 0
    found = FALSE
    while type(list_) is Cons:
        head = list_.head
        if head is element or identical(head, element):
            found = TRUE
            break
        passed += 1
        list_ = list_.tail
    if found is FALSE and list_ is not NIL:
        raise badarg()
    process.charge(passed)
    return found


@bif("lists", "reverse", 2, process=True)
def reverse_2(process: Process, list_: Term, tail: Term) -> Term:
    """The elements in reverse order, followed by `tail`."""
    passed = 0
    while type(list_) is Cons:
        tail = Cons(list_.head, tail)
        list_ = list_.tail
        passed += 1
    if list_ is not NIL:
        raise badarg()
    process.charge(passed)
    return tail


_SMALL = 1 << 59
"""Positions must be integers of one word, which end here."""


def _find(process: Process, key: Term, position: Term, tuples: Term) -> Term:
    """The first tuple whose element at `position` is `== key`, or None.

    A small integer is compared with floats as a float itself.
    """
    if type(position) is not int or not 1 <= position < _SMALL:
        raise badarg()
    rounded = float(key) if type(key) is int and -_SMALL <= key < _SMALL else None
    passed = 0
    while type(tuples) is Cons:
        item = tuples.head
        if type(item) is tuple and len(item) >= position:
            element = item[position - 1]
            if rounded is not None and type(element) is Float:
                is_key = float(element) == rounded
            else:
                is_key = element is key or equal(element, key)
            if is_key:
                process.charge(passed)
                return item
        passed += 1
        tuples = tuples.tail
    if tuples is not NIL:
        raise badarg()
    process.charge(passed)
    return None


@bif("lists", "keyfind", 3, process=True)
def keyfind_3(process: Process, key: Term, position: Term, tuples: Term) -> Term:
    """The first tuple with that element, or false."""
    found = _find(process, key, position, tuples)
    return FALSE if found is None else found


@bif("lists", "keymember", 3, process=True)
def keymember_3(process: Process, key: Term, position: Term, tuples: Term) -> Atom:
    """Whether there is a tuple with that element."""
    return FALSE if _find(process, key, position, tuples) is None else TRUE


@bif("lists", "keysearch", 3, process=True)
def keysearch_3(process: Process, key: Term, position: Term, tuples: Term) -> Term:
    """`{value, Tuple}` for the first tuple with that element, or false."""
    found = _find(process, key, position, tuples)
    return FALSE if found is None else (VALUE, found)


@bif("erlang", "++", 2, process=True)
@bif("erlang", "append", 2, process=True)
def append_2(process: Process, left: Term, right: Term) -> Term:
    """`left ++ right`; only `left` must be a proper list."""
    items = list_items(left)
    if items is None:
        raise badarg()
    process.charge(len(items))
    return make_list(items, right)


@bif("erlang", "--", 2, process=True)
@bif("erlang", "subtract", 2, process=True)
def subtract_2(process: Process, left: Term, right: Term) -> Term:
    """`left -- right`: for each element of right its first occurrence in left goes."""
    items = list_items(left)
    taken = list_items(right)
    if items is None or taken is None:
        raise badarg()
    process.charge(len(items) + len(taken))
    counts: dict[object, int] = {}
    for item in taken:
        key = guard_key(item)
        counts[key] = counts.get(key, 0) + 1
    kept = []
    for item in items:
        key = guard_key(item)
        left_over = counts.get(key, 0)
        if left_over:
            counts[key] = left_over - 1
        else:
            kept.append(item)
    return make_list(kept)
