"""Between term text in files and terms: the two directions, and that they agree."""

from __future__ import annotations

import hashlib
from typing import Final

from conformance.protocol import Call, WireTerm
from enigma_ref.terms import Term, make_list
from enigma_ref.terms.deep import identical
from enigma_ref.terms.external import encode
from enigma_ref.terms.floats import set_signed_zero
from enigma_ref.terms.parse import TermSyntaxError, parse_call, parse_term
from enigma_ref.terms.pretty import format_p
from enigma_ref.terms.text import format_w

TEXT_LIMIT: Final = 16_000
"""The longest text, in characters, that is kept of an expected value; longer ones are hashed."""

_ENCODED_FOR: Final = 25

# The harness tells 0.0 from -0.0 whatever the release: both have always been told apart when
# printed and sent.
set_signed_zero(True)


class TextError(Exception):
    """Text in a case that is no term or no call."""


def text_of(term: Term) -> str:
    """One line that reads back as the same term, or `sha256:...` when it would be too long.

    The text is as readable as possible: strings as strings when that reads back.
    """
    text = format_p(term, width=0, encoding="unicode")
    if len(text) > TEXT_LIMIT:
        return f"sha256:{hashlib.sha256(format_w(term).encode()).hexdigest()}"
    return text if _reads_back(text, term) else format_w(term, encoding="unicode")


def is_text_of(text: str, term: Term) -> bool:
    """Whether the text stands for the (normalised) term. Raises TextError."""
    if text.startswith("sha256:"):
        return text_of(term) == text
    return identical(term_of(text), term)


def term_of(text: str) -> Term:
    """The term that the text stands for. Raises TextError."""
    try:
        return parse_term(text)
    except TermSyntaxError as error:
        raise TextError(f"{text:.200}: {error}") from error


def call_of(text: str) -> Call:
    """A call written as m:f(Args). Raises TextError."""
    try:
        module, function, args = parse_call(text)
    except TermSyntaxError as error:
        raise TextError(f"{text:.200}: {error}") from error
    terms = make_list(args)
    wire = WireTerm(encode(terms, release=_ENCODED_FOR), short_text(terms))
    return Call(module.name, function.name, wire)


def short_text(term: Term, limit: int = TEXT_LIMIT) -> str:
    """One line for people, cut after `limit` characters."""
    text = format_p(term, width=0, depth=4 * limit, encoding="unicode")
    return text if len(text) <= limit else f"{text[:limit]}..."


def _reads_back(text: str, term: Term) -> bool:
    try:
        return identical(parse_term(text), term)
    except TermSyntaxError:
        return False
