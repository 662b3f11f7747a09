"""From what people write on the command line to the command of an adapter."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from typing import Final

_OWN: Final = ("erl", "enigma")


def adapter_command(spec: str, extra: Sequence[str] = ()) -> tuple[str, ...]:
    """The command template of an adapter; `{otp}` in it stands for the release.

    `spec` is `erl` or `enigma`, either with `@RELEASE` behind it to use that release whatever is
    judged, or any other command, in which `{otp}` may stand.
    """
    name, _, fixed = spec.partition("@")
    if name in _OWN:
        module = f"conformance.adapters.{name}"
        return (sys.executable, "-m", module, "--otp", fixed or "{otp}", *extra)
    return (*shlex.split(spec), *extra)


def for_release(template: Sequence[str], otp: int) -> tuple[str, ...]:
    """The command for one release."""
    return tuple(part.replace("{otp}", str(otp)) for part in template)
