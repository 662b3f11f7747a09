"""A long-lived emulator of a real release that answers terms over a pipe."""

from __future__ import annotations

import contextlib
import os
import select
import struct
import subprocess
import time
from pathlib import Path
from typing import Final

from conformance import paths
from conformance.releases import Release, compile_tool, find_release
from enigma_ref.terms import Bitstring, Term, atom
from enigma_ref.terms.external import decode, encode

_TOOL: Final = paths.PACKAGE / "random_programs" / "enigma_random.erl"
COMPILE_SECONDS: Final = 20.0
"""How long compiling may take at least."""

GONE: Final = (EOFError, TimeoutError, OSError)
"""What `ask` raises when the emulator ended or does not answer."""


class Emulator:
    """A running emulator of one release with enigma_random.erl; starts again by itself after
    it was closed. `arguments` are more of its command line, such as `+S 1:1`."""

    def __init__(self, otp: int, *arguments: str) -> None:
        self.release: Release = find_release(otp)
        self._arguments = ("-pa", str(compile_tool(_TOOL, self.release)), *arguments)
        self._process: subprocess.Popen[bytes] | None = None
        self._requests = self._answers = -1

    def add_path(self, folder: Path) -> None:
        """Let it find modules in one more folder, from its next start on."""
        self._arguments = (*self._arguments, "-pa", str(folder))

    def pretty(self, source: str) -> str:
        """The source laid out by `erl_pp`."""
        named = Bitstring.of(source.replace("?MODULE", "'?MODULE'").encode())
        _, text = self.ask((atom("pretty"), named), COMPILE_SECONDS)
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

    def ask(self, request: Term, seconds: float) -> Term:
        """The answer to a request. Raises what GONE names."""
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
                *("-boot", "start_clean", "-noshell", "-noinput", "+A", "1"),
                *self._arguments,
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
