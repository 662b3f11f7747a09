"""Whether two answers to one script agree, and whether an answer agrees with the specification."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from codegen.model import Bif
from codegen.types import parse_type
from conformance.generated_calls.fits import fits
from conformance.generated_calls.oracle import Said
from conformance.generated_calls.script import Script
from conformance.generated_calls.subject import Reply
from conformance.normalise import normalise
from enigma_ref.terms import Atom, Term, atom
from enigma_ref.terms.deep import identical
from enigma_ref.terms.external import decode, encode
from enigma_ref.terms.floats import set_signed_zero
from enigma_ref.terms.parse import parse_term
from enigma_ref.terms.pretty import format_p
from enigma_ref.terms.scan import TermSyntaxError

SHOWN: Final = 600
"""How many characters of an answer are shown."""

SIGNED_ZERO_SINCE: Final = 27
_VALUE: Final = atom("value")
_EXCEPTION: Final = atom("exception")
_NO_CALL: Final = atom("no_call")
_ERTS_INTERNAL: Final = atom("erts_internal")
_VARIABLE: Final = re.compile(r"\b[A-Z]\w*")


@dataclass(frozen=True)
class Difference:
    """Two answers to one script. `kind` says what differs first: the `answer` (a value against
    an exception), `value`, `class`, `reason`, `trace`, `effect` (what was left behind), `text`
    (of the explained error), or how the VM failed."""

    script: Script
    kind: str
    expected: str
    actual: str
    signature: str = ""
    """What differences with the same cause mostly have in common."""


@contextmanager
def exact_zeros(release: int) -> Iterator[None]:
    """Tell 0.0 from -0.0, whatever the release."""
    set_signed_zero(True)
    try:
        yield
    finally:
        set_signed_zero(release >= SIGNED_ZERO_SINCE)


def difference(
    script: Script,
    said: Said,
    reply: Reply,
    release: int,
    *,
    rules: Set[str] = frozenset(),
    varies: bool = False,
) -> Difference | None:
    """The difference between an answer of `erl` and one of the VM; None when they agree."""
    if reply.outcome != "answer":
        expected = shown(decode(said.data)) if said.outcome == "answer" else said.outcome
        return Difference(script, reply.outcome, expected, reply.text)
    ours = encode(reply.term, release=release)
    if ours == said.data:
        return None
    theirs = decode(said.data)
    with exact_zeros(release):
        # Read back, so that maps with zeros among their keys are made under this rule.
        left = comparable(theirs, rules)
        right = comparable(decode(ours), rules)
        if CONTINUES in rules and _has_continued(left) and right[0] is _EXCEPTION:
            left, right = left[:3], right[:3]
        if identical(left, right):
            return None
        kind = _kind(left, right)
        if varies and kind in ("value", "effect"):
            return None
        return Difference(script, kind, shown(left), shown(right), _signature(kind, left, right))


CONTINUES: Final = "continues"
"""The rule for functions that `erl` interrupts once the process has worked enough: what is left is
done by another function, which an exception then shows, and which nothing explains."""


def _has_continued(answer: Term) -> bool:
    if answer[0] is not _EXCEPTION or type(answer[3]) is not tuple:
        return False
    return bool(answer[3][0] is _ERTS_INTERNAL and answer[3][1].name.endswith("_continue"))


EVERYWHERE: Final = frozenset({"md5_context", "compiled_re"})
"""Rules for what may also be among the arguments that a stack trace shows."""


def comparable(answer: Term, rules: Set[str]) -> Term:
    """An answer in its normal form. The rules are for the value."""
    if everywhere := rules & EVERYWHERE:
        answer = normalise(answer, everywhere)
    if answer[0] is _VALUE and rules:
        _, value, looks = answer
        return (_VALUE, normalise(value, rules), normalise(looks))
    return normalise(answer)


def _kind(left: Term, right: Term) -> str:
    if left[0] is not right[0]:
        return "answer"
    names = {"value": ("value", "effect"),
             "exception": ("class", "reason", "trace", "effect", "text")}  # fmt: skip
    fields = names.get(left[0].name, ("preparation",) * (len(left) - 1))
    for name, one, two in zip(fields, left[1:], right[1:], strict=True):
        if not identical(one, two):
            return name
    raise AssertionError("the answers are the same")


def _signature(kind: str, left: Term, right: Term) -> str:
    sides = [_summary(kind, side) for side in (left, right)]
    return " / ".join(sides)


def _summary(kind: str, answer: Term) -> str:
    if answer[0] is not _EXCEPTION:
        return str(answer[0].name)
    _, cls, reason, item, *_ = answer
    said = f"{cls.name}:{_head(reason)}"
    if kind == "trace" and type(item) is tuple and len(item) == 4:
        shape = "args" if type(item[2]) is not int else "arity"
        said += f" {item[0].name}:{item[1].name} {shape} {format_p(item[3], width=0)}"
    return said


def _head(reason: Term) -> str:
    first = reason[0] if type(reason) is tuple and reason else reason
    return first.name if type(first) is Atom else "..."


def shown(answer: Term) -> str:
    """An answer for people."""
    text = format_p(answer, width=0, encoding="unicode", depth=10 * SHOWN)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


# ---------------------------------------------------------------- against the specification


def misfit(bif: Bif, answer: Term) -> str:
    """How an answer of `erl` breaks what bifs.yaml says of the function; empty when it does not."""
    if answer[0] is _VALUE:
        value = answer[1]
        if not fits(value, parse_type(bif.result)):
            return f"result {bif.result} is not what came out: {shown(value)}"
    elif answer[0] is _EXCEPTION:
        cls, reason = answer[1], answer[2]
        if not any(one.cls == cls.name and _matches(reason, one.reason) for one in bif.raises):
            return f"raises does not list {cls.name}:{shown(reason)}"
    return ""


def _matches(reason: Term, pattern: str) -> bool:
    """Whether a reason is what `raises` says; variables stand for anything."""
    quoted = _VARIABLE.sub(lambda match: f"'$any {match[0]}'", pattern)
    try:
        wanted = parse_term(quoted)
    except TermSyntaxError:
        return False
    return _is_like(reason, wanted)


def _is_like(term: Term, wanted: Term) -> bool:
    if type(wanted) is Atom:
        return wanted.name.startswith("$any ") or wanted is term
    if type(wanted) is tuple:
        return type(term) is tuple and len(term) == len(wanted) and all(map(_is_like, term, wanted))
    return identical(term, wanted)
