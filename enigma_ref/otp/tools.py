"""Running the machine's own programs, and saying in one line what went wrong."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from enigma_ref.otp.errors import OtpFetchError

Progress = Callable[[str, float], None]
"""Called with what is being done, and how much of that is done, from 0 to 1."""


def need(program: str) -> str:
    """Return the path of `program`. Raises `OtpFetchError` when the machine does not have it."""
    found = shutil.which(program)
    if found is None:
        raise OtpFetchError(
            f"fetching a release needs {program}, which this machine does not have: it works on "
            "Debian, with apt and dpkg; elsewhere install Erlang/OTP yourself and name its folder "
            "in ENIGMA_OTP"
        )
    return found


def run(
    argv: Sequence[str],
    *,
    folder: Path | None = None,
    keep_open: Sequence[int] = (),
    answers: Sequence[int] = (0,),
) -> str:
    """Run a program to its end and return what it wrote to standard output.

    `keep_open` are file descriptors that it inherits, `answers` the exit statuses that are fine.
    Raises `OtpFetchError` with its own complaint otherwise.
    """
    with tempfile.TemporaryFile() as complaints:
        try:
            with subprocess.Popen(
                argv,
                cwd=folder,
                env=_plain_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=complaints,
                pass_fds=keep_open,
            ) as child:
                try:
                    output = child.communicate()[0].decode("utf-8", "replace")
                except BaseException:
                    child.terminate()
                    raise
        except OSError as problem:
            raise OtpFetchError(f"cannot run {argv[0]}: {problem.strerror}") from None
        complaints.seek(0)
        said = complaints.read().decode("utf-8", "replace")
    if child.returncode not in answers:
        raise OtpFetchError(f"{Path(argv[0]).name}: {complaint(said) or complaint(output)}")
    return output


def run_reporting(
    argv: Sequence[str],
    report: Callable[[float], None],
    *,
    folder: Path,
    keep_open: Sequence[int] = (),
) -> None:
    """Run an apt program; `report` hears how much it has downloaded, from 0 to 1.

    Raises `OtpFetchError` with apt's own complaint when it fails.
    """
    receiver, sender = os.pipe()
    with (
        open(receiver, encoding="utf-8", errors="replace") as status,
        tempfile.TemporaryFile() as said,
    ):
        try:
            child = subprocess.Popen(
                [argv[0], "-o", f"APT::Status-Fd={sender}", *argv[1:]],
                cwd=folder,
                env=_plain_environment(),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                pass_fds=(sender, *keep_open),
            )
        except OSError as problem:
            raise OtpFetchError(f"cannot run {argv[0]}: {problem.strerror}") from None
        finally:
            os.close(sender)
        with child:
            try:
                for line in status:
                    if (done := _downloaded(line)) is not None:
                        report(done)
            except BaseException:
                child.terminate()
                raise
        said.seek(0)
        output = said.read().decode("utf-8", "replace")
    if child.returncode != 0:
        raise OtpFetchError(f"{Path(argv[0]).name}: {complaint(output)}")


def complaint(output: str) -> str:
    """Pick the line that tells most out of what a program wrote."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    for mark in ("E:", "Err:", "W:"):
        for line in lines:
            if line.startswith(mark):
                return line.removeprefix("E:").removeprefix("W:").strip()
    return lines[0] if lines else "it failed without a word"


def _downloaded(line: str) -> float | None:
    """Read a line of apt's status channel, "dlstatus:FILE:PERCENT:TEXT"."""
    parts = line.split(":", 3)
    if len(parts) < 3 or parts[0] != "dlstatus":
        return None
    try:
        return min(max(float(parts[2]) / 100, 0.0), 1.0)
    except ValueError:
        return None


def _plain_environment() -> Mapping[str, str]:
    """Messages in English and without colours, because some of them are read."""
    return {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": "", "TERM": "dumb"}
