"""Enigma: a reference BEAM, generated from the specification in `spec/`.

For programs: `async with enigma_ref.VM(otp=25) as vm: await vm.call("lists", "seq", [1, 3])`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from enigma_ref.runtime.embedded import VM, ErlangError

__all__ = ["VM", "ErlangError", "__version__"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """The system to embed, imported when it is asked for: commands start without asyncio."""
    if name in ("VM", "ErlangError"):
        from enigma_ref.runtime import embedded

        return getattr(embedded, name)
    raise AttributeError(name)
