"""Which releases of Erlang/OTP Debian holds, and in which of its suites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SUITES: Mapping[int, Sequence[str]] = {
    23: ("bullseye",),
    25: ("bookworm",),
    27: ("trixie",),
    29: ("sid", "forky"),
}
"""The suites to fetch a release from, by its number; `sid` moves on, then the next one is asked."""


def fetchable() -> str:
    """List the releases that can be fetched, as part of a sentence."""
    return ", ".join(str(number) for number in sorted(SUITES))
