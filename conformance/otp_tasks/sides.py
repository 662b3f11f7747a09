"""Doing a task on one side: what was said, with what status it ended, and which files it left."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from conformance import paths
from conformance.otp_tasks.masks import masked
from conformance.otp_tasks.tasks import Task, application_folder, installed_file, stdlib_source
from enigma_ref.otp import Release

ENIGMA: Final = (sys.executable, "-m", "enigma_ref")
"""What is judged when nothing else is named: it takes the release as `--otp FOLDER`, then the
flags of `erl`, or `erlc` with its words."""

LATE: Final = "late"

Command = tuple[list[str], dict[str, str]]
"""The words of a command, and its whole environment."""


class TaskFailed(Exception):
    """The task cannot be prepared; the text says why."""


@dataclass(frozen=True)
class Outcome:
    """What came of a task: the status (or LATE, or minus a signal), bytes by what they are
    ("output", "errors", or the name of a file that was not there before), and CPU seconds."""

    status: str
    parts: Mapping[str, bytes]
    seconds: float


def prepare(task: Task, release: Release, folder: Path) -> None:
    """Compile the programs of a task with the release itself, into `folder`/ebin. Raises
    TaskFailed."""
    ebin = folder / "ebin"
    ebin.mkdir()
    if task.module:
        return
    sources = sorted(task.programs.glob("*.erl"))
    words = ["+debug_info", "-o", str(ebin), *map(str, sources)]
    command, environment = release.erlc_command(words)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise TaskFailed(f"{task.name} does not compile: {done.stdout}{done.stderr}".strip())


def commands(task: Task, release: Release, subject: Sequence[str]) -> tuple[Command, Command]:
    """How `erl` is started for a task, and how the subject is."""
    ours = [*subject, "--otp", str(release.root)]
    path = os.pathsep.join(filter(None, [str(paths.ROOT), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "PYTHONPATH": path}
    if task.module:
        words = _compiling(task, release)
        return release.erlc_command(words), ([*ours, "erlc", *words], environment)
    start = ["-s", task.start, "main", "-s", "erlang", "halt"]
    words = ["-noshell", "-pa", "../ebin", *start]
    return release.erl_command(words), ([*ours, *words], environment)


def _compiling(task: Task, release: Release) -> list[str]:
    """As OTP's own makefile compiles stdlib."""
    folders = [application_folder(release, name) for name in ("stdlib", "kernel")]
    includes = [f"-I{folder / 'include'}" for folder in folders if folder is not None]
    source = installed_file(release, stdlib_source(task.module))
    return ["+debug_info", *includes, str(source)]


def perform(task: Task, release: Release, command: Command, folder: Path, limit: float) -> Outcome:
    """Run a command in `folder`/work, which is made for it and removed afterwards."""
    work = folder / "work"
    if (task.programs / "data").is_dir():
        shutil.copytree(task.programs / "data", work)
    else:
        work.mkdir()
    for file in task.files:
        source = installed_file(release, file)
        if source is None:
            raise TaskFailed(f"there is no {file} in {release.root}")
        shutil.copyfile(source, work / source.name)
    before = {path: path.read_bytes() for path in work.rglob("*") if path.is_file()}
    words, environment = command
    # A dump is told by the status and by what is printed; it is as large as the system is.
    environment = {**environment, "ERL_CRASH_DUMP": os.devnull}
    output, errors = folder / "output", folder / "errors"
    with output.open("wb") as out, errors.open("wb") as err:
        process = subprocess.Popen(
            words, cwd=work, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
            start_new_session=True,
        )  # fmt: skip
    status, seconds = _end_of(process, limit)
    parts = {"output": output.read_bytes(), "errors": errors.read_bytes()}
    for path in sorted(work.rglob("*")):
        if path.is_file() and before.get(path) != (data := path.read_bytes()):
            parts[str(path.relative_to(work))] = data
    shutil.rmtree(work)
    kept = {
        name: data if name.endswith(".beam") else masked(data, task.masks)
        for name, data in parts.items()
    }
    return Outcome(status, kept, seconds)


def _end_of(process: subprocess.Popen[bytes], limit: float) -> tuple[str, float]:
    """The status of a process, and the CPU time of it and of those that it waited for; nobody of
    its session is left behind."""
    late = threading.Event()

    def stop() -> None:
        late.set()
        _kill(process.pid)

    watch = threading.Timer(limit, stop)
    watch.start()
    try:
        _, waited, usage = os.wait4(process.pid, 0)
    finally:
        watch.cancel()
    # Nobody else may wait for it any more.
    process.returncode = os.waitstatus_to_exitcode(waited)
    _kill(process.pid)
    return LATE if late.is_set() else str(process.returncode), usage.ru_utime + usage.ru_stime


def _kill(session: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(session, signal.SIGKILL)
