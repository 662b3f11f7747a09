"""What a real `erl` says: one long-lived emulator that compiles and runs many modules."""

from __future__ import annotations

import contextlib
import os
import select
import struct
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Final

from conformance import paths
from conformance.releases import Release, compile_tool, find_release
from conformance.variants import VARIANTS
from enigma_ref.terms import Bitstring, Term, atom, list_items, make_list
from enigma_ref.terms.external import decode, encode
from enigma_ref.terms.parse import parse_term

RUN_MS: Final = 5_000
"""How long one program may run in `erl`."""

_TOOL: Final = paths.PACKAGE / "random_programs" / "enigma_random.erl"
_COMPILE_SECONDS: Final = 20.0


@dataclass(frozen=True)
class Program:
    """A module to compile: its source, in which `?MODULE` stands for the name, and a variant."""

    name: str
    source: str
    variant: str = "plain"


@dataclass(frozen=True)
class Said:
    """What `erl` did with a program.

    `outcome` is `ok` (then there are `beam`, and `result`, the external term of what `run/0`
    gave), `late` (it wanted too much time or memory), `rejected` (it does not compile: `text`
    says why), `uncompiled` (the compiler runs for ever), `unloadable` (the loader refuses what the
    compiler made), `ended` (its process was ended) or `crashed` (the emulator was).
    """

    outcome: str
    beam: bytes = b""
    result: bytes = b""
    text: str = ""


class Oracle:
    """A running emulator of one release; starts again by itself after it died."""

    def __init__(self, otp: int) -> None:
        self.release: Release = find_release(otp)
        self._tool = compile_tool(_TOOL, self.release)
        self._process: subprocess.Popen[bytes] | None = None
        self._requests = self._answers = -1

    def __enter__(self) -> Oracle:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def run(self, programs: Sequence[Program]) -> list[Said]:
        """Compile and run programs with different names, in one go when nothing goes wrong."""
        jobs = make_list(
            (
                atom(one.name),
                Bitstring.of(one.source.replace("?MODULE", one.name).encode()),
                make_list(map(parse_term, VARIANTS[one.variant].options)),
                RUN_MS,
            )
            for one in programs
        )
        limit = len(programs) * (RUN_MS / 1000 + 1) + _COMPILE_SECONDS
        try:
            answer = self._ask((atom("run"), jobs), limit)
        except (EOFError, TimeoutError, OSError):
            self.close()
            if len(programs) == 1:
                return [Said("crashed")]
            return [said for one in programs for said in self.run([one])]
        return [_said(one) for one in list_items(answer) or ()]

    def pretty(self, source: str) -> str:
        """The source laid out by `erl_pp`."""
        named = Bitstring.of(source.replace("?MODULE", "'?MODULE'").encode())
        _, text = self._ask((atom("pretty"), named), _COMPILE_SECONDS)
        return str(text.to_bytes().decode()).replace("'?MODULE'", "?MODULE")

    def close(self) -> None:
        """End the emulator."""
        process, self._process = self._process, None
        if process is None:
            return
        for descriptor in (self._requests, self._answers):
            with contextlib.suppress(OSError):
                os.close(descriptor)
        process.kill()
        process.wait()

    def _ask(self, request: Term, seconds: float) -> Term:
        if self._process is None:
            self._start()
        deadline = time.monotonic() + seconds
        data = encode(request, release=self.release.number)
        left = memoryview(struct.pack(">I", len(data)) + data)
        while left:
            left = left[os.write(self._requests, left) :]
        (size,) = struct.unpack(">I", self._read(4, deadline))
        return decode(self._read(size, deadline))

    def _start(self) -> None:
        requests_read, self._requests = os.pipe()
        self._answers, answers_write = os.pipe()
        argv, env = self.release.erl_command(
            [
                *("-boot", "start_clean", "-noshell", "-noinput", "+S", "1:1", "+A", "1"),
                *("-pa", str(self._tool)),
                *("-enigma_fds", str(requests_read), str(answers_write)),
                *("-s", "enigma_random", "start"),
            ]
        )
        self._process = subprocess.Popen(
            argv,
            env={**env, "ERL_CRASH_DUMP": os.devnull, "ERL_CRASH_DUMP_SECONDS": "0"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=(requests_read, answers_write),
        )
        os.close(requests_read)
        os.close(answers_write)

    def _read(self, size: int, deadline: float) -> bytes:
        parts = []
        while size:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._answers], [], [], left)[0]:
                raise TimeoutError("erl did not answer")
            part = os.read(self._answers, min(size, 1 << 20))
            if not part:
                raise EOFError("erl is gone")
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


def _said(answer: Term) -> Said:
    outcome, *rest = answer
    data = [part.to_bytes() for part in rest]
    if outcome.name == "ok":
        return Said("ok", data[0], data[1])
    if outcome.name == "late":
        return Said("late", data[0])
    return Said(outcome.name, text=data[0].decode())
