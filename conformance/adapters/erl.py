"""The adapter for Ericsson's `erl`: drives one long-lived emulator through enigma_driver.erl.

The emulator talks to this program over two extra file descriptors. Its standard output is a
file, read after each call, which holds what the program under test wrote.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import select
import struct
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Final

from conformance.adapters.server import serve
from conformance.protocol import (
    Answer,
    Crashed,
    Description,
    ErlangException,
    Frame,
    ProtocolError,
    Rejected,
    Result,
    Run,
    TimedOut,
    WireTerm,
)
from conformance.releases import Release, compile_driver, find_release

VERSION: Final = "1"
OUTPUT_LIMIT: Final = 1 << 20
"""At most this many bytes of a call's output are kept."""

_GRACE_SECONDS: Final = 3.0


class Emulator:
    """One running `erl` with the driver in it."""

    def __init__(self, release: Release, driver: Path) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="enigma-erl-")
        output = Path(self._folder.name, "output")
        requests_read, self._requests = os.pipe()
        self._answers, answers_write = os.pipe()
        argv, env = release.erl_command(
            [
                *("-boot", "start_clean", "-noshell", "-noinput"),
                *("-pa", str(driver)),
                *("-enigma_fds", str(requests_read), str(answers_write)),
                *("-enigma_output", str(output)),
                *("-s", "enigma_driver", "start"),
            ]
        )
        with output.open("ab") as stdout:
            self._process = subprocess.Popen(
                argv,
                env={**env, "ERL_CRASH_DUMP": os.devnull, "ERL_CRASH_DUMP_SECONDS": "0"},
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                cwd=self._folder.name,
                pass_fds=(requests_read, answers_write),
            )
        os.close(requests_read)
        os.close(answers_write)
        self._output = output.open("rb")
        greeting, release_name, self.version = self.receive(time.monotonic() + 30)
        if greeting != b"ready":
            raise ProtocolError(f"unexpected greeting {greeting!r}")
        self.release = int(release_name)

    def send(self, fields: list[bytes]) -> None:
        """Send one packet. Raises OSError when the emulator is gone."""
        body = b"".join(struct.pack(">I", len(field)) + field for field in fields)
        data = memoryview(struct.pack(">I", len(body)) + body)
        while data:
            data = data[os.write(self._requests, data) :]

    def receive(self, deadline: float) -> list[bytes]:
        """The fields of the next packet. Raises TimeoutError, or EOFError when it is gone."""
        (size,) = struct.unpack(">I", self._read(4, deadline))
        return split_fields(self._read(size, deadline))

    def output(self) -> str:
        """What was written to standard output since the last time."""
        data = self._output.read(OUTPUT_LIMIT)
        self._output.seek(0, os.SEEK_END)
        return data.decode("utf-8", "backslashreplace")

    def close(self) -> int:
        """End the emulator; its exit status."""
        for descriptor in (self._requests, self._answers):
            with contextlib.suppress(OSError):
                os.close(descriptor)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=0.5)
        if self._process.poll() is None:
            self._process.kill()
        status = self._process.wait()
        self._output.close()
        self._folder.cleanup()
        return status

    def _read(self, size: int, deadline: float) -> bytes:
        parts = []
        while size:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._answers], [], [], left)[0]:
                raise TimeoutError("the emulator did not answer")
            part = os.read(self._answers, min(size, 1 << 20))
            if not part:
                raise EOFError("the emulator is gone")
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


def split_fields(data: bytes) -> list[bytes]:
    """The fields of a packet, or of a field that is itself a packet."""
    fields = []
    position = 0
    while position < len(data):
        (size,) = struct.unpack_from(">I", data, position)
        fields.append(data[position + 4 : position + 4 + size])
        position += 4 + size
    return fields


class Erl:
    """`erl` behind the protocol."""

    def __init__(self, otp: int) -> None:
        self._release = find_release(otp)
        self._driver = compile_driver(self._release)
        self._emulator: Emulator | None = None

    def start(self) -> Description:
        """Start the emulator."""
        emulator = self._running()
        return Description(
            name="erl",
            version=VERSION,
            implementation=f"Erlang/OTP {emulator.release}, erts {emulator.version.decode()}",
            otp=emulator.release,
            features=frozenset({"output", "trace", "timeout"}),
        )

    def run(self, request: Run) -> Answer:
        """Make one call in the emulator; a new one is started after it died."""
        emulator = self._running()
        call = request.call
        packet = [
            b"run",
            str(request.timeout_ms).encode(),
            call.module.encode(),
            call.function.encode(),
            call.args.etf,
            call.args.text.encode(),
            *request.beams(),
        ]
        try:
            emulator.send(packet)
            fields = emulator.receive(time.monotonic() + request.timeout_ms / 1000 + _GRACE_SECONDS)
        except TimeoutError:
            output = emulator.output()
            self.stop()
            return TimedOut(output)
        except (EOFError, OSError):
            output = emulator.output()
            return Crashed({"message": "erl ended", "status": self._close()}, output)
        return answer(fields, emulator.output())

    def stop(self) -> None:
        """End the emulator."""
        self._close()

    def _running(self) -> Emulator:
        if self._emulator is None:
            self._emulator = Emulator(self._release, self._driver)
        return self._emulator

    def _close(self) -> int | None:
        emulator, self._emulator = self._emulator, None
        return None if emulator is None else emulator.close()


def answer(fields: list[bytes], output: str) -> Answer:
    """The driver's packet as an answer of the protocol."""
    match fields:
        case [b"result", etf, text]:
            return Result(WireTerm(etf, text.decode()), output)
        case [b"exception", cls, etf, text, trace]:
            return ErlangException(
                cls.decode(), WireTerm(etf, text.decode()), tuple(frames(trace)), output
            )
        case [b"timeout"]:
            return TimedOut(output)
        case [b"load", text]:
            return Rejected(text.decode(), output)
    raise ProtocolError(f"unexpected packet {fields!r:.200}")


def frames(data: bytes) -> list[Frame]:
    """The stack frames of a trace field."""
    fields = [field.decode() for field in split_fields(data)]
    return [
        Frame(module, function, int(arity), file, int(line))
        for module, function, arity, file, line in zip(*[iter(fields)] * 5, strict=True)
    ]


def main() -> None:
    """Serve the release named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--otp", type=int, required=True, help="the OTP release to run")
    serve(Erl(parser.parse_args().otp))


if __name__ == "__main__":
    main()
