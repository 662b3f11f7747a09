"""What a real `erl` answers to scripts: one emulator, thousands of calls in one request."""

from __future__ import annotations

import contextlib
import os
import select
import struct
import subprocess
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Final

from conformance import paths
from conformance.releases import Release, compile_tool, find_release
from enigma_ref.terms import Bitstring, make_list
from enigma_ref.terms.atoms import MAX_ATOM_CHARACTERS, atom_count, atom_names
from enigma_ref.terms.external import decode, encode

CALL_MS: Final = 3_000
"""How long one call may take in `erl`."""

TOOL: Final = paths.PACKAGE / "generated_calls" / "enigma_calls.erl"
OWNER: Final = TOOL.with_name("enigma_owner.erl")
RECORDS_SINCE: Final = 29
_GRACE_SECONDS: Final = 5.0
_START_SECONDS: Final = 30.0
_READ: Final = 1 << 20
_ONE_BY_ONE: Final = 200
"""After the end of an emulator so many scripts are asked alone: more than wait in a pipe."""


def _is_text(name: str) -> bool:
    """Whether a name has a form in UTF-8."""
    return not any("\ud800" <= character <= "\udfff" for character in name)


class Said:
    """What `erl` answered to one script.

    `outcome` is `answer` (then `data` is its external term), `large` (then `hash` is the hash of
    the answer), `late`, `killed` (it wanted too much memory, or was sent an exit signal) or
    `crashed` (the emulator was ended).
    """

    __slots__ = ("data", "hash", "outcome")

    def __init__(self, outcome: str, data: bytes = b"", hash_: int = 0) -> None:
        self.outcome = outcome
        self.data = data
        self.hash = hash_


class Oracle:
    """A running emulator of one release; starts again by itself after it died."""

    def __init__(self, otp: int) -> None:
        self.release: Release = find_release(otp)
        tools = [TOOL] if otp < RECORDS_SINCE else [TOOL, OWNER]
        self.folders = [compile_tool(tool, self.release) for tool in tools]
        self._process: subprocess.Popen[bytes] | None = None
        self._requests = self._answers = -1
        self._pending = bytearray()
        self._used = 0
        self._atoms = 0

    def __enter__(self) -> Oracle:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def ask(
        self, scripts: Sequence[bytes], answered: Callable[[int], None] = lambda _: None
    ) -> list[Said]:
        """The answers to encoded scripts, in their order. A script that brings the emulator down
        is answered `crashed`, and a new one goes on behind it."""
        found: list[Said] = []
        alone = 0
        while len(found) < len(scripts):
            first = len(found)
            end = first + 1 if alone else len(scripts)
            try:
                self._send(scripts[first:end])
                while len(found) < end:
                    found.append(self._receive())
                    answered(1)
                alone = max(0, alone - 1)
            except (EOFError, TimeoutError, OSError):
                self.close()
                # Answers may have been lost with it, so who it was shows only one by one.
                if alone:
                    found.append(Said("crashed"))
                else:
                    alone = _ONE_BY_ONE
        return found

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
        self._pending = bytearray()
        self._used = 0
        self._atoms = 0

    def _send(self, scripts: Sequence[bytes]) -> None:
        if self._process is None:
            self._start()
        # Whoever makes scripts makes atoms here, and what exists here has to exist there.
        names = [name for name in atom_names(self._atoms) if len(name) <= MAX_ATOM_CHARACTERS]
        self._atoms = atom_count()
        known = [Bitstring.of(name.encode()) for name in names if _is_text(name)]
        asked = make_list([Bitstring.of(script) for script in scripts])
        request = (CALL_MS, make_list(known), asked)
        data = encode(request, release=self.release.number)
        left = memoryview(struct.pack(">I", len(data)) + data)
        while left:
            left = left[os.write(self._requests, left) :]

    def _receive(self) -> Said:
        deadline = time.monotonic() + CALL_MS / 1000 + _GRACE_SECONDS
        (size,) = struct.unpack(">I", self._read(4, deadline))
        answer = decode(self._read(size, deadline))
        if type(answer) is not tuple:
            return Said(answer.name)
        kind, content = answer
        if kind.name == "answer":
            return Said("answer", content.to_bytes())
        return Said("large", hash_=content)

    def _start(self) -> None:
        requests_read, self._requests = os.pipe()
        self._answers, answers_write = os.pipe()
        argv, env = self.release.erl_command(
            [
                *("-boot", "start_clean", "-noshell", "-noinput", "+S", "1:1", "+A", "1"),
                *("-pa", *map(str, self.folders)),
                *("-enigma_fds", str(requests_read), str(answers_write)),
                *("-s", "enigma_calls", "start"),
            ]
        )
        self._process = subprocess.Popen(
            argv,
            env={**env, "ERL_CRASH_DUMP": os.devnull, "ERL_CRASH_DUMP_SECONDS": "0"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(requests_read, answers_write),
        )
        os.close(requests_read)
        os.close(answers_write)

    def _read(self, size: int, deadline: float) -> bytes:
        while len(self._pending) - self._used < size:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._answers], [], [], left)[0]:
                raise TimeoutError("erl did not answer")
            part = os.read(self._answers, _READ)
            if not part:
                raise EOFError("erl is gone")
            del self._pending[: self._used]
            self._used = 0
            self._pending += part
        found = bytes(self._pending[self._used : self._used + size])
        self._used += size
        return found
