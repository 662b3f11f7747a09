"""The kinds of values that the generator keeps apart, so that most operations get what they take.

They are intentions, not promises: now and then the generator puts a value of another kind in.
"""

from __future__ import annotations

from enum import Enum
from typing import Final


class Kind(Enum):
    """A kind of value."""

    INTEGER = "integer"
    FLOAT = "float"
    NUMBER = "number"
    BOOLEAN = "boolean"
    ATOM = "atom"
    INTEGERS = "list of integers"
    LIST = "list"
    TUPLE = "tuple"
    RECORD = "record"
    MAP = "map"
    BINARY = "binary"
    BITSTRING = "bitstring"
    FUN = "fun of one argument"
    FUN2 = "fun of two arguments"
    ANY = "any"

    SMALL = "integer from 0 to 7"
    INDEX = "integer from 1 to 3, mostly"
    BYTES = "list of bytes"
    PAIRS = "list of pairs"
    TUPLES = "list of tuples"
    IODATA = "iodata"
    DIGITS = "string of digits"
    DIGITS_BINARY = "binary of digits"
    NON_NEGATIVE = "integer that is not negative"
    LISTS = "list of lists"


PLAIN: Final = (
    Kind.INTEGER,
    Kind.BOOLEAN,
    Kind.ATOM,
    Kind.FLOAT,
    Kind.LIST,
    Kind.TUPLE,
    Kind.BINARY,
    Kind.MAP,
    Kind.INTEGERS,
    Kind.BITSTRING,
    Kind.RECORD,
    Kind.FUN,
)
"""Kinds that stand for themselves, the simplest first."""

_NARROWER: Final = {
    Kind.NUMBER: {Kind.INTEGER, Kind.FLOAT},
    Kind.ATOM: {Kind.BOOLEAN},
    Kind.LIST: {
        Kind.INTEGERS, Kind.BYTES, Kind.PAIRS, Kind.TUPLES, Kind.LISTS, Kind.DIGITS,
    },
    Kind.INTEGERS: {Kind.BYTES, Kind.DIGITS},
    Kind.TUPLE: {Kind.RECORD},
    Kind.BITSTRING: {Kind.BINARY, Kind.DIGITS_BINARY},
    Kind.BINARY: {Kind.DIGITS_BINARY},
    Kind.INTEGER: {Kind.SMALL, Kind.INDEX, Kind.NON_NEGATIVE},
    Kind.TUPLES: {Kind.PAIRS},
    Kind.IODATA: {Kind.BINARY, Kind.BYTES},
    Kind.NON_NEGATIVE: {Kind.SMALL, Kind.INDEX},
}  # fmt: skip


def fits(kind: Kind, wanted: Kind) -> bool:
    """Whether a value of `kind` is one of the kind `wanted`."""
    return kind is wanted or wanted is Kind.ANY or kind in _NARROWER.get(wanted, ())
