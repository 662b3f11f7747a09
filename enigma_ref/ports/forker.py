"""The port of the emulator's own that starts programs (`forker` in OTP's sys_drivers.c).

Here programs are started without it; it stands in the lists of ports, as in `erl`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from enigma_ref.ports.port import OpenPort

NAME: Final = "forker"


class Forker:
    """A driver that does nothing."""

    pid: int | None = None
    alive = False
    takes_force = False
    patience = 0.0
    may_happen = False

    def start(self, port: OpenPort) -> None:
        """The port is open."""

    def output(self, data: bytes) -> None:
        """Nobody owns the port, so that nothing comes."""

    def queued(self) -> int:
        """Nothing waits."""
        return 0

    def control(self, operation: int, data: bytes) -> bytes | None:
        """No operation is known."""
        return None

    def flush(self, seconds: float | None) -> None:
        """Nothing is to be written."""

    def stop(self) -> None:
        """Nothing is held."""
