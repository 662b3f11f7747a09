"""The part that adapters written in Python share: the request loop on standard input and output."""

from __future__ import annotations

import os
import sys
import traceback
from typing import Protocol

from conformance import protocol
from conformance.protocol import Answer, Crashed, Description, ProtocolError, Run


class Implementation(Protocol):
    """What an adapter has to provide."""

    def start(self) -> Description:
        """Make the implementation ready and describe it."""

    def run(self, request: Run) -> Answer:
        """Make one call. An exception raised here is reported as `error`."""

    def stop(self) -> None:
        """Release everything."""


def serve(implementation: Implementation) -> None:
    """Answer requests until `stop` or the end of the input.

    File descriptor 1 is pointed at standard error first, so that nothing but the protocol can
    reach the harness.
    """
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def send(message: protocol.Json) -> None:
        answers.write(protocol.line(message))
        answers.flush()

    try:
        for data in sys.stdin.buffer:
            message = protocol.parse_line(data)
            match message.get("cmd"):
                case "start":
                    if message.get("protocol") != protocol.VERSION:
                        raise ProtocolError(f"unknown protocol {message.get('protocol')!r}")
                    send(implementation.start().to_json())
                case "run":
                    request = Run.from_json(message)
                    send(protocol.answer_to_json(request.seq, _answer(implementation, request)))
                case "stop":
                    return
                case other:
                    raise ProtocolError(f"unknown request {other!r}")
    finally:
        implementation.stop()


def _answer(implementation: Implementation, request: Run) -> Answer:
    try:
        return implementation.run(request)
    except Exception as error:
        # The boundary between two programs: every defect is told, none ends the adapter.
        return Crashed(
            {
                "message": f"{type(error).__name__}: {error}"[:2000],
                "traceback": traceback.format_exc()[-6000:],
            }
        )
