"""One adapter process under the harness: started when needed, killed when late, restarted."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

from conformance import protocol
from conformance.protocol import Answer, Call, Crashed, Description, ProtocolError, Run, TimedOut

GRACE_MS: Final = 5_000
"""How long after the call's own time limit an adapter may still answer, in milliseconds."""

START_SECONDS: Final = 60.0
_STDERR_TAIL: Final = 4_000


class AdapterFailed(Exception):
    """The adapter could not be started or does not speak the protocol."""


class Session:
    """Runs calls under one adapter command.

    Whatever happens to the adapter process (late, dead, talking nonsense) becomes the answer of
    the call that it happened in; the next call gets a new process.
    """

    def __init__(self, command: Sequence[str], *, grace_ms: int = GRACE_MS) -> None:
        self.command = tuple(command)
        self.restarts = 0
        self._grace_ms = grace_ms
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._stderr: IO[bytes] | None = None
        self._description: Description | None = None
        self._seq = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def description(self) -> Description:
        """What the adapter said about itself; starts it. Raises AdapterFailed."""
        if self._description is None or self._process is None:
            self._start()
        assert self._description is not None
        return self._description

    def run(self, modules: Sequence[Path | bytes], call: Call, timeout_ms: int) -> Answer:
        """Make one call. Raises AdapterFailed only when no adapter process can be started."""
        if self._process is None:
            self._start()
        self._seq += 1
        request = Run(self._seq, tuple(modules), call, timeout_ms)
        self._send(request.to_json())
        deadline = time.monotonic() + (timeout_ms + self._grace_ms) / 1000
        try:
            return protocol.answer_from_json(self._receive(deadline), self._seq)
        except TimeoutError:
            self.kill()
            return TimedOut()
        except EOFError:
            status = self._reap()
            context = {"message": "the adapter process ended", "status": status}
            return Crashed(context | {"stderr": self._stderr_tail()})
        except ProtocolError as error:
            self.kill()
            return Crashed({"message": str(error), "stderr": self._stderr_tail()})

    def close(self) -> None:
        """Ask the adapter to stop, and make sure that it does."""
        if self._process is not None:
            self._send({"cmd": "stop"})
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=5)
            self.kill()

    def kill(self) -> None:
        """End the adapter and the processes of its group at once."""
        process = self._process
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        self._reap()

    def break_process(self) -> None:
        """Kill the adapter without taking notice: the next call finds it dead."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _start(self) -> None:
        if self._description is not None:
            self.restarts += 1
        if self._stderr is not None:
            self._stderr.close()
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        try:
            process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._stderr,
                start_new_session=True,
            )
        except OSError as error:
            raise AdapterFailed(f"cannot start {self.command[0]}: {error}") from error
        self._process = process
        lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._lines = lines
        assert process.stdout is not None
        threading.Thread(target=_read_lines, args=(process.stdout, lines), daemon=True).start()
        self._send({"cmd": "start", "protocol": protocol.VERSION})
        try:
            message = self._receive(time.monotonic() + START_SECONDS)
            self._description = Description.from_json(message)
        except (TimeoutError, EOFError, ProtocolError) as error:
            self.kill()
            what = str(error) or type(error).__name__
            raise AdapterFailed(
                f"{' '.join(self.command)} did not start: {what}\n{self._stderr_tail()}"
            ) from error

    def _send(self, message: protocol.Json) -> None:
        process = self._process
        assert process is not None and process.stdin is not None
        # In a thread: an adapter that stopped reading must not block the harness.
        data = protocol.line(message)
        writer = threading.Thread(target=_write, args=(process.stdin, data), daemon=True)
        writer.start()
        if len(data) < 2048:
            writer.join(timeout=1)

    def _receive(self, deadline: float) -> protocol.Json:
        try:
            data = self._lines.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            raise TimeoutError("no answer in time") from None
        if data is None:
            raise EOFError("the adapter process ended")
        return protocol.parse_line(data)

    def _reap(self) -> int | None:
        process = self._process
        self._process = None
        if process is None:
            return None
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        # The reading thread closes the other pipe: closing it here would wait for that thread.
        if process.stdin is not None:
            with contextlib.suppress(OSError, ValueError):
                process.stdin.close()
        return process.returncode

    def _stderr_tail(self) -> str:
        if self._stderr is None:
            return ""
        end = self._stderr.seek(0, os.SEEK_END)
        self._stderr.seek(max(0, end - _STDERR_TAIL))
        return self._stderr.read().decode("utf-8", "replace").strip()


def _read_lines(stream: IO[bytes], lines: queue.SimpleQueue[bytes | None]) -> None:
    with contextlib.suppress(OSError, ValueError), stream:
        for data in stream:
            lines.put(data)
    lines.put(None)


def _write(stream: IO[bytes], data: bytes) -> None:
    # A dead adapter is noticed where its answer is awaited.
    with contextlib.suppress(OSError, ValueError):
        stream.write(data)
        stream.flush()
