"""sctp_inet: there is no SCTP here, as with a system whose kernel lacks it."""

from __future__ import annotations

import errno
from typing import Final

from enigma_ref.ports.inet.addresses import Refused
from enigma_ref.ports.inet.codes import Request
from enigma_ref.ports.inet.inet import Inet
from enigma_ref.ports.inet.system_calls import in_network

NAME: Final = b"sctp_inet"

NO_SCTP: Final = "esocktnosupport"
"""What Linux says then."""


class Sctp(Inet):
    """A socket that cannot be opened."""

    name = "sctp_inet"

    def _open(self, data: bytes) -> bytes:
        with in_network(self.settings.netns):
            raise Refused(NO_SCTP)

    def _fdopen(self, data: bytes) -> bytes:
        raise Refused(NO_SCTP)

    def command(self, data: bytes) -> None:
        """Nothing can be sent."""
        self.reply_error(errno.EINVAL)

    requests = Inet.requests | {Request.OPEN: _open, Request.FDOPEN: _fdopen}
