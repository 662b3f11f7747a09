"""What a release does its own way wherever numbers meet.

Equality, hashes and operations of terms cannot ask a machine which release it is of; these rules
hold for the whole Python process. Whatever a machine does, it does after `follow`, so that
machines of several releases may take turns.
"""

from __future__ import annotations

from typing import Final

from enigma_ref.machine.primitives.arithmetic import set_borders
from enigma_ref.machine.primitives.floats import set_negation
from enigma_ref.terms.floats import set_signed_zero, signed_zero
from enigma_ref.terms.integers import set_integer_rules

SIGNED_ZERO_SINCE: Final = 27
"""Since then, `-0.0 =:= 0.0` is false (OTP 27 release notes)."""

_followed: int | None = None


def follow(release: int) -> None:
    """Compare and compute as a release does, from now on."""
    global _followed
    signed = release >= SIGNED_ZERO_SINCE
    # Who compares terms without a machine sets the sign of zero alone.
    if release == _followed and signed_zero() is signed:
        return
    set_signed_zero(signed)
    set_integer_rules(release)
    set_borders(release)
    set_negation(release)
    _followed = release
