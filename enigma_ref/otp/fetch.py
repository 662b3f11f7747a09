"""Fetching a release into the user's cache: Debian's packages, unpacked, made to run, and tried."""

from __future__ import annotations

import re
import shlex
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from enigma_ref.otp.apt import Stanza, Suite, libraries, open_suite
from enigma_ref.otp.cache import (
    Manifest,
    cached_release,
    damage,
    digests,
    read_manifest,
    root_in,
    shelf_of,
    write_manifest,
)
from enigma_ref.otp.check import check_works
from enigma_ref.otp.errors import OtpError, OtpFetchError
from enigma_ref.otp.libraries import OPENED, elf_files, unmet, use_own
from enigma_ref.otp.locks import only_one
from enigma_ref.otp.release import Release, read_release
from enigma_ref.otp.suites import SUITES, fetchable
from enigma_ref.otp.tools import Progress, need, run

PACKAGES = (
    "erlang-asn1",
    "erlang-base",
    "erlang-common-test",
    "erlang-crypto",
    "erlang-dev",
    "erlang-edoc",
    "erlang-eunit",
    "erlang-inets",
    "erlang-mnesia",
    "erlang-os-mon",
    "erlang-parsetools",
    "erlang-runtime-tools",
    "erlang-src",
    "erlang-syntax-tools",
    "erlang-tools",
    "erlang-xmerl",
)
"""What is fetched of a release. `erlang-base` holds erts, kernel, stdlib, compiler and sasl;
`erlang-src` the source of all applications, which is compiled to see whether that makes the same;
`erlang-common-test` runs OTP's own test suites, and wants `cover`, which is in `erlang-tools`; some
of the suites want `erlang-os-mon`, and conformance cases `erlang-mnesia`.
"""

_TREE = "tree-"
_LIBRARIES = "libraries"


def fetch(number: int, progress: Progress | None = None) -> Release:
    """Fetch the release `number` into the user's cache, unless it is there, whole and unchanged.

    An interrupted fetch is taken up where its downloads ended; of two fetches at the same time the
    second waits for the first, and finds the release there. Raises `OtpFetchError`, one line, when
    the release cannot be had or does not run; then nothing in the cache has changed.
    """
    tell = progress or _silent
    names = SUITES.get(number)
    if names is None:
        raise OtpFetchError(
            f"Erlang/OTP {number} cannot be fetched, only {fetchable()}; install it yourself "
            "and name its folder in ENIGMA_OTP"
        )
    with cache_problems():
        shelf = shelf_of(number).absolute()
        shelf.mkdir(parents=True, exist_ok=True)

        def waiting() -> None:
            tell("waiting for another fetch", 0.0)

        with only_one(shelf / "lock", waiting) as lock:
            manifest = read_manifest(shelf)
            kept = cached_release(number)
            if kept is not None and manifest is not None:
                tell("comparing", 0.0)
                is_complete = set(PACKAGES) <= manifest.packages.keys()
                if is_complete and not damage(manifest) and _works(kept):
                    return kept
            with working_folder(shelf) as work:
                suite = open_suite(
                    f"Erlang/OTP {number}",
                    work,
                    names,
                    lambda suite: holds(suite, number),
                    lambda done: tell("reading lists", done),
                    keep_open=(lock,),
                )
                return _install(suite, number, shelf, tell)


def upstream_version(version: str) -> str:
    """Return OTP's part of the version of a package: "25.2.3" of "1:25.2.3+dfsg-1"."""
    match = re.match(r"(?:\d+:)?(\d+(?:\.\d+)*)", version)
    return match[1] if match else ""


def holds(suite: Suite, number: int) -> bool:
    """Say whether a suite's lists hold all packages of the release `number`."""
    found = suite.show(PACKAGES)
    return len(found) == len(PACKAGES) and all(
        upstream_version(stanza["Version"]).split(".")[0] == str(number)
        for stanza in found.values()
    )


@contextmanager
def cache_problems() -> Iterator[None]:
    """Turn an `OSError` (no right to write, no space left) into an `OtpFetchError`."""
    try:
        yield
    except OSError as problem:
        where = f"{problem.filename}: " if problem.filename else ""
        raise OtpFetchError(
            f"{where}{problem.strerror or problem}; the cache lies below XDG_CACHE_HOME, or "
            "~/.cache without it"
        ) from problem


@contextmanager
def working_folder(shelf: Path) -> Iterator[Path]:
    """Give a folder for lists and downloads, which is gone after success.

    After a failure the downloads stay, so that the next try need not repeat them; the lists, which
    age, do not.
    """
    work = shelf / "work"
    try:
        yield work
    except Exception:
        shutil.rmtree(work / "lists", ignore_errors=True)
        raise
    shutil.rmtree(work, ignore_errors=True)


def _install(suite: Suite, number: int, shelf: Path, tell: Progress) -> Release:
    packages = list(suite.show(PACKAGES).values())
    downloads = suite.folder / "packages"
    files = suite.download(packages, downloads, lambda done: tell("downloading", done))
    # Programs get the path of their loader written into them, so they must be in their final place
    # when they are tried; it becomes part of the cache only with the manifest.
    _drop_trees(shelf, keep=_tree_in_use(shelf))
    tree = Path(tempfile.mkdtemp(prefix=_TREE, dir=shelf))
    try:
        tree.chmod(0o755)
        for count, file in enumerate(files):
            tell("unpacking", count / len(files))
            _unpack(file, tree)
        _keep_only(tree, "usr/lib/erlang")
        root = root_in(tree)
        programs = elf_files(root)
        if unmet(programs):
            needed = _needed_libraries(suite, packages)
            _give_libraries(suite, needed, programs, tree, tell)
            packages += needed
        release = read_release(root, "cache")
        _write_launchers(release)
        tell("trying it", 0.0)
        try:
            check_works(release)
        except OtpError as problem:
            raise OtpFetchError(f"the fetched release does not work: {problem}") from None
        if release.number != number:
            raise OtpFetchError(f"the packages of Erlang/OTP {number} hold {release.number}")
        tell("trying it", 1.0)
        versions = {stanza["Package"]: stanza["Version"] for stanza in packages}
        write_manifest(shelf, Manifest(number, release.version, str(tree), versions, digests(tree)))
    except BaseException:
        shutil.rmtree(tree, ignore_errors=True)
        raise
    _drop_trees(shelf, keep=tree)
    return release


def _works(release: Release) -> bool:
    """Say whether a release that was fetched before still works, on this machine as it is now."""
    try:
        check_works(release)
    except OtpError:
        return False
    return True


def _needed_libraries(suite: Suite, packages: Sequence[Stanza]) -> list[Stanza]:
    """Look up the packages of all shared libraries that some packages need, directly or not."""
    found: dict[str, Stanza] = {}
    wave = set(OPENED.values()).union(*(libraries(stanza) for stanza in packages))
    while wave:
        stanzas = suite.show(wave)
        found.update(stanzas)
        wave = set[str]().union(*(libraries(s) for s in stanzas.values())) - found.keys()
    return list(found.values())


def _give_libraries(
    suite: Suite, needed: Sequence[Stanza], programs: Sequence[Path], tree: Path, tell: Progress
) -> None:
    files = suite.download(
        needed, suite.folder / "packages", lambda done: tell("downloading libraries", done)
    )
    place = tree / _LIBRARIES
    place.mkdir()
    for count, file in enumerate(files):
        tell("unpacking libraries", count / len(files))
        _unpack(file, place)
    _keep_only(place, "lib", "usr/lib")
    # A third of the size, for character sets that nothing here converts between.
    for converters in list(place.rglob("gconv")):
        shutil.rmtree(converters)
    use_own(programs, place, final=place)


def _unpack(package: Path, into: Path) -> None:
    run([need("dpkg"), "-x", str(package), str(into)])


def _keep_only(tree: Path, *parts: str) -> None:
    """Drop what does not belong to `parts` and is not a package's copyright notice."""
    kept = [tree / part for part in parts]
    for path in sorted(tree.rglob("*"), reverse=True):
        if any(path == keep or keep in path.parents for keep in kept):
            continue
        if path.is_symlink() or (path.is_file() and path.name != "copyright"):
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def _write_launchers(release: Release) -> None:
    """Replace the start scripts, which know only the folder that the package was built for."""
    text = (
        "#!/bin/sh\n"
        f"ROOTDIR={shlex.quote(str(release.root))}\n"
        f"BINDIR={shlex.quote(str(release.bindir))}\n"
        "EMU=beam\n"
        "PROGNAME=erl\n"
        "export ROOTDIR BINDIR EMU PROGNAME\n"
        'exec "$BINDIR/erlexec" "$@"\n'
    )
    for folder in (release.root / "bin", release.bindir):
        script = folder / "erl"
        script.unlink(missing_ok=True)
        script.write_text(text, encoding="utf-8")
        script.chmod(0o755)


def _tree_in_use(shelf: Path) -> Path | None:
    manifest = read_manifest(shelf)
    return None if manifest is None else Path(manifest.place)


def _drop_trees(shelf: Path, *, keep: Path | None) -> None:
    for tree in shelf.glob(_TREE + "*"):
        if tree != keep:
            shutil.rmtree(tree, ignore_errors=True)


def _silent(_step: str, _done: float) -> None:
    """Tell nobody."""
