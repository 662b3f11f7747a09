"""Ways to compile a case: each makes the compiler emit other instructions for the same program.

Names are of the suite; options are the compiler's own (`compile` in OTP's reference manual, and
for the undocumented passes `compile:options/0` of each release).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Variant:
    """A named set of compiler options, as Erlang terms in text.

    `compilers` says which releases' compilers know the options; None means all.
    """

    name: str
    options: tuple[str, ...]
    compilers: frozenset[int] | None = None

    def applies_to(self, compiler: int) -> bool:
        """Whether the compiler of that release has this variant."""
        return self.compilers is None or compiler in self.compilers


_ALL: Final = (
    Variant("plain", ()),
    Variant(
        "no_opt",
        (
            "no_copt",
            "no_bool_opt",
            "no_share_opt",
            "no_bsm_opt",
            "no_fun_opt",
            "no_ssa_opt",
            "no_recv_opt",
            "no_throw_opt",
            "no_type_opt",
            "no_module_opt",
            "no_postopt",
        ),
    ),
    Variant("no_type_opt", ("no_type_opt",)),
    Variant("no_ssa_opt", ("no_ssa_opt", "no_share_opt", "no_bsm_opt", "no_recv_opt")),
    Variant("no_copt", ("no_copt",)),
    Variant("inline", ("inline", "{inline_size, 200}")),
    Variant("debug_info", ("debug_info",)),
    # The compilers accept any rN they do not know and ignore it, hence the lists.
    Variant("r22", ("r22",), frozenset({23, 24, 25})),
    Variant("r23", ("r23",), frozenset({24, 25})),
    Variant("r24", ("r24",), frozenset({25, 26, 27})),
    Variant("r25", ("r25",), frozenset({26, 27, 28})),
    Variant("r26", ("r26",), frozenset({27, 28, 29})),
    Variant("r27", ("r27",), frozenset({28, 29})),
    Variant("r28", ("r28",), frozenset({29})),
)

VARIANTS: Final = {variant.name: variant for variant in _ALL}

DEFAULT: Final = ("plain", "no_opt", "r23", "r24", "r26")
"""Variants of a case that names none."""
