"""Which PCRE a release of OTP has inside."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Final

from enigma_ref.bifs import re_pcre2, re_pcre8
from enigma_ref.bifs.re_engine import Compiled, CompileFault, OptionSet

Compiler = Callable[[bytes, OptionSet], Compiled | CompileFault]

PCRE2_SINCE: Final = 28
"""The release from which on OTP has PCRE2 inside."""

VERSIONS: Final = (
    (28, "10.47 2025-10-21"),
    (26, "8.45 2021-06-15"),
    (0, "8.44 2020-02-12"),
)
"""What `re:version/0` answers from a release on (measured on 23, 25, 27, 28 and 29)."""

CACHED: Final = 500
"""How many compiled expressions are kept for when the same text comes again."""


def version(release: int) -> str:
    """The version of PCRE that is in a release of OTP."""
    return next(text for since, text in VERSIONS if release >= since)


def compiler(release: int) -> Compiler:
    """What compiles the expressions of a release; remembers the last ones.

    Raises LibraryMissing when there is no such library on this machine.
    """
    return _second() if release >= PCRE2_SINCE else _first()


# The libraries are loaded when a program uses its first regular expression.


@functools.cache
def _first() -> Compiler:
    return functools.lru_cache(CACHED)(re_pcre8.Library().compile)


@functools.cache
def _second() -> Compiler:
    return functools.lru_cache(CACHED)(re_pcre2.Library().compile)
