"""Finding a release: named by an option, by ENIGMA_OTP, on the search path, or fetched before."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from enigma_ref.otp.cache import cached_releases
from enigma_ref.otp.errors import OtpError, OtpNotFound
from enigma_ref.otp.release import Origin, Release, read_release
from enigma_ref.otp.suites import SUITES

ENVIRONMENT = "ENIGMA_OTP"
"""The environment variable that names a release, by its number or its folder."""


def find_release(spec: str | None = None) -> Release:
    """Find the release that `spec` names: a number ("25"), a version ("25.2"), or a path.

    A path may be a ROOTDIR, a folder that holds one (as `/usr` or an unpacked package does), or an
    `erl` program. Without `spec` the environment variable ENIGMA_OTP decides in the same way, then
    `erl` on the search path, then the newest release that was fetched. Raises `OtpNotFound`.
    """
    if spec == "":
        raise OtpNotFound("--otp wants a release: a number (25), a version, or a folder")
    if spec is not None:
        return _named(spec, "option")
    if wish := os.environ.get(ENVIRONMENT):
        try:
            return _named(wish, "env")
        except OtpNotFound as problem:
            raise OtpNotFound(f"{ENVIRONMENT}={wish}: {problem}") from None
    for release in all_releases():
        return release
    raise OtpNotFound(
        "no Erlang/OTP here: install one that puts erl on the search path, name its folder in "
        f"{ENVIRONMENT}, or get one with: enigma otp fetch 25"
    )


def all_releases() -> list[Release]:
    """List every release that can be found, each once: from ENIGMA_OTP, the path, the cache."""
    found: dict[Path, Release] = {}
    for release in _offers():
        found.setdefault(release.root.resolve(), release)
    return list(found.values())


def _offers() -> Iterator[Release]:
    wish = os.environ.get(ENVIRONMENT, "")
    if wish and not _is_version(wish):
        # Whoever asks for it by find_release hears what is wrong with it.
        with suppress(OtpNotFound):
            yield read_path(Path(wish).expanduser(), "env")
    from shutil import which  # takes a while, and whoever names a release does not search

    program = which("erl")
    if program is not None:
        with suppress(OtpNotFound):
            yield _of_program(Path(program), "path")
    yield from cached_releases()


def _named(spec: str, origin: Origin) -> Release:
    if not _is_version(spec):
        return read_path(Path(spec).expanduser(), origin)
    releases = all_releases()
    for release in releases:
        if f"{release.version}.".startswith(f"{spec}."):
            return release
    here = ", ".join(dict.fromkeys(release.version for release in releases)) or "none"
    number = spec.split(".")[0]
    advice = "name the folder of one instead of a number"
    if number in map(str, SUITES):
        advice = f"get it with: enigma otp fetch {number}, or {advice}"
    raise OtpNotFound(f"no Erlang/OTP {spec} here (found: {here}); {advice}")


def _is_version(spec: str) -> bool:
    return all(part.isascii() and part.isdecimal() for part in spec.split("."))


def read_path(path: Path, origin: Origin) -> Release:
    """Read the release that a path names. Raises `OtpNotFound` when there is none."""
    if path.is_file():
        return _of_program(path, origin)
    if not path.is_dir():
        raise OtpNotFound(f"there is no {path}; name the folder of an Erlang/OTP release")
    for inside in ("lib/erlang", "usr/lib/erlang"):
        with suppress(OtpNotFound):
            return read_release(path / inside, origin)
    return read_release(path, origin)


def _of_program(program: Path, origin: Origin) -> Release:
    """Read the release that an `erl` belongs to: by where it lies, else by asking it."""
    real = program.resolve()
    if real.parent.name == "bin":
        with suppress(OtpNotFound):
            return read_release(real.parent.parent, origin, program.absolute())
    from enigma_ref.otp.check import who_runs  # a release that is named is not asked

    try:
        root = who_runs([str(program)], os.environ)[2]
    except OtpError as problem:
        raise OtpNotFound(f"{program} is not an erl that works: {problem}") from None
    return read_release(Path(root), origin, program.absolute())
