"""The port of the emulator's own that starts programs (`forker` in OTP's sys_drivers.c).

Here programs are started without it; it stands in the lists of ports, as in `erl`.
"""

from __future__ import annotations

from typing import Final

from enigma_ref.ports.drivers import Gone

NAME: Final = "forker"


class Forker(Gone):
    """A driver that does nothing."""
