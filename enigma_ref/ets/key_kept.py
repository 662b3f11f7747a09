"""Whether a clause of a match specification leaves the key of an object as it is.

`ets:select_replace/2` takes only specifications of which this can be seen beforehand; what counts
as seen is what erts sees.
"""

from __future__ import annotations

from typing import Any, Final

from enigma_ref.ets.match_spec import ANY, BINDINGS, CONST, OBJECT, variable_number
from enigma_ref.terms import NIL, Cons, Map, Term, atom
from enigma_ref.terms.order import identical

ELEMENT: Final = atom("element")
_NO_TERMS: Final = (ANY, BINDINGS, OBJECT)
"""What matches anything in a pattern, or stands for something else in a body."""

_CONST_END: Final = object()
"""On the stack: here ends what stands in a `{const, Term}`."""


def keeps_key(pattern: Term, body: Term, position: int) -> bool:
    """Whether a body surely makes an object with the key, at `position`, that `pattern` has
    matched: the object itself, or a tuple with the same term or `{element, Position, '$_'}` for
    a key."""
    if type(body) is not Cons or body.tail is not NIL:
        return False
    result = body.head
    if result is OBJECT:
        return True
    if type(result) is not tuple:
        return False
    constant = len(result) == 2 and result[0] is CONST
    if not constant and len(result) != 1:
        return False
    key = _element(pattern, position)
    made = _element(result[-1], position)
    if key is None or made is None:
        return False
    if _builds(made, key, constant):
        return True
    return not constant and identical(made, (ELEMENT, position, OBJECT))


def _element(term: Term, position: int) -> Term:
    """An element of a tuple, or None."""
    return term[position - 1] if type(term) is tuple and len(term) >= position else None


def _builds(expression: Term, pattern: Term, constant: bool) -> bool:
    """Whether an expression always makes the term that a pattern has matched.

    With `constant` the expression is a term that stands for itself.
    """
    stack: list[Any] = [(expression, pattern)]
    while stack:
        top = stack.pop()
        if top is _CONST_END:
            constant = False
            continue
        made, wanted = top
        kind = type(made)
        if kind is tuple and not constant:
            if len(made) == 2 and made[0] is CONST:
                constant = True
                stack += (_CONST_END, (made[1], wanted))
                continue
            if len(made) != 1 or type(made[0]) is not tuple:
                return False
            made = made[0]
        if kind is Cons:
            if type(wanted) is not Cons:
                return False
            stack += ((made.tail, wanted.tail), (made.head, wanted.head))
        elif kind is tuple:
            if type(wanted) is not tuple or len(wanted) != len(made):
                return False
            stack.extend(zip(made, wanted, strict=True))
        elif kind is Map or not identical(made, wanted):
            # What a map pattern has matched may have more keys.
            return False
        elif any(wanted is word for word in _NO_TERMS) or (
            constant and variable_number(wanted) is not None
        ):
            return False
    return True
