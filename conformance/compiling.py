"""Compiling cases: many modules in one run of each release's compiler, kept by content hash."""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from conformance import paths
from conformance.cases import Case
from conformance.releases import Release, compile_tool, find_release
from conformance.variants import VARIANTS, Variant

_TOOL: Final = paths.PACKAGE / "enigma_compile.erl"


@dataclass(frozen=True)
class Job:
    """One module to compile."""

    source: Path
    compiler: int
    options: tuple[str, ...]
    target: Path


class CompilingFailed(Exception):
    """The compiler itself could not be run."""


def job(source: Path, compiler: Release, variant: Variant, options: Sequence[str]) -> Job:
    """The job for one source; its target's name is the hash of all that goes into it."""
    every = (*variant.options, *options)
    digest = hashlib.sha256()
    headers = sorted(source.parent.glob("*.hrl"))
    for part in (
        source.read_bytes(),
        source.name.encode(),
        compiler.version.encode(),
        repr(every).encode(),
        _TOOL.read_bytes(),
        *(header.read_bytes() for header in headers),
    ):
        digest.update(hashlib.sha256(part).digest())
    folder = paths.cache_folder() / "beams" / str(compiler.number)
    return Job(
        source, compiler.number, every, folder / f"{source.stem}-{digest.hexdigest()[:24]}.beam"
    )


def jobs_of(case: Case, compiler: Release, variant: str) -> list[Job]:
    """The jobs for all modules of a case, in load order."""
    return [job(source, compiler, VARIANTS[variant], case.options) for source in case.sources]


def compile_all(
    jobs: Iterable[Job], compiled: Callable[[Job], None] = lambda _: None
) -> dict[Path, str]:
    """Compile what is not there yet; the compiler's words for each target that failed.

    `compiled` is called after each job that had to be done. Raises CompilingFailed.
    """
    errors: dict[Path, str] = {}
    missing: dict[int, dict[Path, Job]] = {}
    for one in jobs:
        failure = _failure(one.target)
        if failure.exists():
            errors[one.target] = failure.read_text(encoding="utf-8")
        elif not one.target.exists():
            missing.setdefault(one.compiler, {}).setdefault(one.target, one)
    for compiler, todo in missing.items():
        errors |= _compile(find_release(compiler), list(todo.values()), compiled)
    return errors


def _compile(
    compiler: Release, jobs: Sequence[Job], compiled: Callable[[Job], None]
) -> dict[Path, str]:
    tool = compile_tool(_TOOL, compiler)
    jobs[0].target.parent.mkdir(parents=True, exist_ok=True)
    errors = {}
    with tempfile.TemporaryDirectory(prefix="enigma-compile-") as folder:
        job_file = Path(folder, "jobs")
        job_file.write_text("".join(map(_job_text, range(len(jobs)), jobs)), encoding="utf-8")
        argv, env = compiler.erl_command(
            [
                *("-boot", "start_clean", "-noshell", "-noinput", "-pa", str(tool)),
                *("-enigma_jobs", str(job_file), "-run", "enigma_compile", "main"),
            ]
        )
        process = subprocess.Popen(
            argv, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=folder
        )
        assert process.stdout is not None
        done: set[int] = set()
        noise = []
        for line in process.stdout:
            word, _, rest = line.rstrip("\n").partition(" ")
            number, _, text = rest.partition(" ")
            if word not in ("ok", "error") or not number.isdecimal():
                noise.append(line)
                continue
            one = jobs[int(number)]
            done.add(int(number))
            if word == "error":
                errors[one.target] = text
                _failure(one.target).write_text(text, encoding="utf-8")
            compiled(one)
        if process.wait() or len(done) != len(jobs):
            raise CompilingFailed(
                f"the compiler of {compiler.version} ended early ({process.returncode}): "
                + "".join(noise)[-2000:]
            )
    return errors


def _failure(target: Path) -> Path:
    return target.with_suffix(".error")


def _job_text(number: int, one: Job) -> str:
    options = ", ".join(one.options)
    folder, source, target = (
        _quote(str(part)) for part in (one.source.parent, one.source.name, one.target)
    )
    return f"{{{number}, {folder}, {source}, {target}, [{options}]}}.\n"


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
