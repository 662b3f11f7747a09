"""Places in native code, as Python sees them."""

from __future__ import annotations

from typing import Any


class NativeCode(bytes):
    """A place in native code: the bytes are its address, where machine code finds it too.

    Stands wherever the reference engine has the function of an instruction: in export entries, as
    what a process goes on with, as a return address.
    """

    __slots__ = ()

    @property
    def address(self) -> int:
        """The address of the instruction's words."""
        return int.from_bytes(self, "little")

    def __call__(self, x: Any, s: Any, p: Any) -> Any:
        """Where the reference engine comes to this place: its own code for the instruction."""
        return p.machine.reference(self)

    def __repr__(self) -> str:
        return f"NativeCode({self.address:#x})"
