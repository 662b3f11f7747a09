"""The OTP releases at hand, by number, and the driver compiled for each."""

from __future__ import annotations

import functools
import hashlib
import os
import subprocess
from pathlib import Path
from typing import Final

from conformance import paths
from enigma_ref.otp import OtpNotFound, Release, all_releases
from enigma_ref.otp.find import read_path
from enigma_ref.otp.suites import SUITES

__all__ = [
    "ROOTS",
    "OtpNotFound",
    "Release",
    "compile_driver",
    "find_library",
    "find_release",
    "has_compiler",
    "installations",
    "releases",
]

ROOTS: Final = "ENIGMA_CONFORMANCE_OTP"
"""The environment variable that names more folders of releases, separated like PATH."""

_DRIVER: Final = paths.PACKAGE / "adapters" / "enigma_driver.erl"


@functools.cache
def releases() -> dict[int, Release]:
    """Every release at hand by its number: those that ROOTS names first, then all_releases().

    Raises OtpNotFound for a folder in ROOTS that holds no release.
    """
    by_number: dict[int, Release] = {}
    for release in _every():
        by_number.setdefault(release.number, release)
    return dict(sorted(by_number.items()))


@functools.cache
def _every() -> list[Release]:
    named = [Path(root) for root in os.environ.get(ROOTS, "").split(os.pathsep) if root]
    return [read_path(root, "option") for root in named] + all_releases()


def installations(otp: int) -> list[Release]:
    """Every installation of a release at hand, that of find_release() first: one may hold
    applications that another does not. Raises OtpNotFound when there is none."""
    first = find_release(otp)
    others = [one for one in _every() if one.number == otp and one.root != first.root]
    return [first, *others]


def find_release(otp: int) -> Release:
    """The release with that number. Raises OtpNotFound."""
    release = releases().get(otp)
    if release is None:
        here = ", ".join(map(str, releases())) or "none"
        advice = f"; get it with: enigma otp fetch {otp}" if otp in SUITES else ""
        raise OtpNotFound(f"no Erlang/OTP {otp} here (found: {here}){advice}")
    return release


def find_library(otp: int) -> list[Path]:
    """The folders of OTP's compiled modules for that release; empty when it is not at hand."""
    release = releases().get(otp)
    return [] if release is None else release.ebin_dirs()


def has_compiler(release: Release) -> bool:
    """Whether the release can compile (some are shipped without the compiler)."""
    return any(folder.parent.name.startswith("compiler") for folder in release.ebin_dirs())


def compile_driver(release: Release) -> Path:
    """The folder with the driver, compiled by the release or an older one.

    Raises OtpNotFound when nothing at hand can compile it for the release.
    """
    return compile_tool(_DRIVER, release)


def compile_tool(source: Path, release: Release) -> Path:
    """The folder with a module of the suite's own, compiled for the release and kept."""
    compiler = next(
        (
            candidate
            for candidate in sorted(releases().values(), key=lambda r: -r.number)
            if candidate.number <= release.number and has_compiler(candidate)
        ),
        None,
    )
    if compiler is None:
        raise OtpNotFound(f"nothing here compiles for Erlang/OTP {release.number}")
    digest = hashlib.sha256(source.read_bytes() + compiler.version.encode()).hexdigest()[:16]
    folder = paths.cache_folder() / "tools" / digest
    if not (folder / f"{source.stem}.beam").exists():
        draft = folder.with_name(f"{digest}.{os.getpid()}")
        draft.mkdir(parents=True, exist_ok=True)
        argv, env = compiler.erlc_command(["-o", str(draft), str(source)])
        done = subprocess.run(argv, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise OtpNotFound(f"{source.name} does not compile: {done.stdout}{done.stderr}")
        folder.mkdir(exist_ok=True)
        for file in draft.iterdir():
            file.replace(folder / file.name)
        draft.rmdir()
    return folder
