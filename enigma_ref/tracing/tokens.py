"""Tokens of sequential tracing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from enigma_ref.terms import Term

BITS: Final = {
    "send": 1,
    "receive": 2,
    "print": 4,
    "timestamp": 8,
    "strict_monotonic_timestamp": 16,
    "monotonic_timestamp": 32,
}
"""The flags of a token, and the bits that show them where a token is shown as a term."""


@dataclass
class Token:
    """What a process passes on with its messages: flags, a label, and whom it got it from.

    `serial` counts the messages that the token has travelled with, `last` is the serial that it
    came with.
    """

    flags: frozenset[str]
    label: Term
    serial: int
    sender: Term
    last: int

    def term(self) -> Term:
        """The token as a term: `{Flags, Label, Serial, Sender, LastSerial}`."""
        bits = sum(BITS[flag] for flag in self.flags)
        return (bits, self.label, self.serial, self.sender, self.last)
