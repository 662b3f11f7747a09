"""Flags of the emulator about allocators of memory. None of them has anything to do with this
machine; they are checked as OTP checks them.

Facts: erts/emulator/beam/erl_alloc.c and erts/etc/common/erlexec.c.
"""

from __future__ import annotations

import re
from typing import Final

from enigma_ref.cli.erl_flags import FlagError
from enigma_ref.cli.flag_reader import Reader

AMOUNTS: Final = (
    "sbct", "asbcst", "rsbcst", "rsbcmt", "rmbcmt", "mmbcs", "mmsbc", "mmmbc", "msbclt", "lmbcs",
    "smbcs", "mbcgs", "mbsd",
)  # fmt: skip
UTILISATIONS: Final = ("acul", "acnl", "acfml", "acful")
BOOLEANS: Final = ("e", "ramv", "atags", "t")
STRATEGIES: Final = (
    "bf", "aobf", "gf", "af", "aoff", "aoffcbf", "aoffcaobf", "ageffcaoff", "ageffcbf",
    "ageffcaobf",
)  # fmt: skip
ALL_AT_ONCE: Final = ("min", "max", "config", "none", "r9c", "r10b", "r11b")
ALLOCATORS: Final = "BDEFHLRSTXZu"
OTHERS: Final = {
    "ummc": "amount", "usac": "amount", "uycs": "amount", "Mamcbf": "amount", "Mrmcbf": "amount",
    "Mmcs": "amount", "Mscs": "amount", "Mscrfsd": "amount", "Msco": "bool", "Mscrpm": "bool",
    "Iscs": "amount", "Xscs": "amount", "Ytt": "amount", "Ytp": "amount", "Ym": "any",
    "Ye": "bool", "ea": "settings", "im": "any", "is": "any", "it": "any", "lpm": "any",
    "dai": "any",
}  # fmt: skip


def allocator(reader: Reader, word: str, rest: str) -> None:
    """A flag of the allocators. None of them has anything to do with this machine."""
    names = dict.fromkeys((*AMOUNTS, *UTILISATIONS), "amount")
    names |= dict.fromkeys(BOOLEANS, "bool") | {"as": "strategy", "cp": "any"}
    known = OTHERS
    start = ""
    if rest[:1] and rest[:1] in ALLOCATORS and rest[:4] not in ("ummc", "uycs", "usac"):
        known, start = names, rest[:1]
    for switch in sorted(known, key=len, reverse=True):
        if rest.startswith(start + switch):
            name = f"M{start}{switch}"
            _check(name, known[switch], reader.value(rest.removeprefix(start + switch)))
            return
    raise FlagError(f'bad "M{start}" parameter')


def _check(name: str, kind: str, text: str) -> None:
    """Whether a flag of the allocators may have a value. Raises FlagError."""
    fits = {
        "any": True,
        "amount": text == "de" or bool(re.match(r"\s*\+?\d", text, re.ASCII)),
        "bool": text in ("true", "false", "code"),
        "strategy": text in STRATEGIES,
    }
    if kind == "settings" and text not in ALL_AT_ONCE:
        raise FlagError(f'bad "{name}" parameter')
    if not fits.get(kind, True):
        # Of the strategy's flag, OTP shows one letter less.
        shown = name[:-1] if kind == "strategy" else name
        raise FlagError(f'bad "{shown}" value: {text}')
