"""An adapter that asks the real `erl` and then lies about one call, in the way that it is told."""

from __future__ import annotations

import argparse
import os
import sys
import time
from dataclasses import replace

from conformance.adapters.erl import Erl
from conformance.adapters.server import serve
from conformance.protocol import (
    Answer,
    Description,
    ErlangException,
    Exercised,
    Frame,
    Rejected,
    Result,
    Run,
    Skipped,
    WireTerm,
)
from enigma_ref.terms import atom
from enigma_ref.terms.external import encode

LIE = WireTerm(encode(atom("lie"), release=25), "lie")


class Liar:
    def __init__(self, otp: int, lie: str) -> None:
        self.erl = Erl(otp)
        self.lie = lie

    def start(self) -> Description:
        return replace(self.erl.start(), name="liar", implementation="a liar")

    def stop(self) -> None:
        self.erl.stop()

    def run(self, request: Run) -> Answer:
        answer = self.erl.run(request)
        answer = replace(answer, exercised=Exercised(frozenset({"move"}), frozenset({"lists:a/1"})))
        if request.call.function not in ("add", "fail", "show") or self.lie == "none":
            return answer
        match answer, self.lie:
            case Result(), "value":
                return replace(answer, value=LIE)
            case ErlangException(), "reason":
                return replace(answer, reason=LIE)
            case ErlangException(cls="error"), "class":
                return replace(answer, cls="exit")
            case ErlangException(), "result":
                return Result(LIE)
            case ErlangException(), "trace":
                return replace(answer, trace=(Frame("some", "where", 1),))
            case Result(output=output), "output" if output:
                return replace(answer, output="something else")
            case _, "undecodable":
                return Result(WireTerm(b"\x83\xff", "?"))
            case _, "rejected":
                return Rejected("no")
            case _, "skip":
                return Skipped("not today")
            case _, "defect":
                raise ZeroDivisionError
            case _, "crash":
                sys.stderr.write("last words\n")
                sys.stderr.flush()
                os._exit(3)
            case _, "hang":
                time.sleep(3600)
        return answer


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--otp", type=int, required=True)
    parser.add_argument("--lie", required=True)
    options = parser.parse_args()
    serve(Liar(options.otp, options.lie))
