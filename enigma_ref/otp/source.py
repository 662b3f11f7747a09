"""The parts of OTP's source that tests use: the test suites of the machine and the core libraries.

They come from Debian's source package as it was released upstream (without Debian's patches, and
without the documents that Debian leaves out).
"""

from __future__ import annotations

import shutil
import tarfile
import tempfile
from pathlib import Path, PurePosixPath

from enigma_ref.otp.apt import Stanza, Suite, open_suite
from enigma_ref.otp.cache import cache_folder
from enigma_ref.otp.errors import OtpFetchError
from enigma_ref.otp.fetch import cache_problems, upstream_version, working_folder
from enigma_ref.otp.locks import only_one
from enigma_ref.otp.suites import SUITES, fetchable
from enigma_ref.otp.tools import Progress

PARTS = (
    "erts/emulator/test",
    "erts/preloaded/src",
    "lib/common_test/test_server",
    "lib/compiler/src",
    "lib/compiler/test",
    "lib/kernel/src",
    "lib/kernel/test",
    "lib/stdlib/src",
    "lib/stdlib/test",
)
"""The folders of OTP's source that are kept."""

_KEPT = "kept-parts"
"""A file that tells which parts there are."""

HELLO = "erts/emulator/test/hello_SUITE_data/hello.erl"
"""OTP's own bring-up program for a new machine; release 23 does not have it yet."""


def fetch_source(number: int, progress: Progress | None = None) -> Path:
    """Fetch parts of the source of the release `number`; return the folder in the cache.

    Below it the paths are those of OTP's source. Raises `OtpFetchError` when the mirror does not
    serve the source (as that of 29, of which only the packages are to be had).
    """
    tell: Progress = progress or (lambda step, done: None)
    names = SUITES.get(number)
    if names is None:
        raise OtpFetchError(
            f"the source of Erlang/OTP {number} cannot be fetched, only that of {fetchable()}"
        )
    with cache_problems():
        tree = _tree(number)
        shelf = tree.parent
        shelf.mkdir(parents=True, exist_ok=True)
        with only_one(shelf / "lock", lambda: tell("waiting for another fetch", 0.0)) as lock:
            if _complete(tree):
                return tree
            with working_folder(shelf) as work:
                suite = open_suite(
                    f"the source of Erlang/OTP {number}",
                    work,
                    names,
                    lambda suite: _stanza(suite, number) is not None,
                    lambda done: tell("reading lists", done),
                    source=True,
                    keep_open=(lock,),
                )
                files = _download(suite, number, tell)
                _unpack(files, shelf, tree, tell)
    return tree


def cached_source(number: int) -> Path | None:
    """Return the folder of the source that was fetched; None when there is none, or not all."""
    tree = _tree(number)
    return tree if _complete(tree) else None


def _tree(number: int) -> Path:
    return (cache_folder() / f"source-{number}").absolute() / "tree"


def _download(suite: Suite, number: int, tell: Progress) -> list[Path]:
    stanza = _stanza(suite, number)
    assert stanza is not None  # it is what the suite was chosen for
    try:
        return suite.download_source(
            stanza, suite.folder / "source", lambda done: tell("downloading source", done)
        )
    except OtpFetchError as problem:
        raise OtpFetchError(
            f"the mirror does not give the source of Erlang/OTP {number}: {problem}"
        ) from None


def _stanza(suite: Suite, number: int) -> Stanza | None:
    for stanza in suite.show_sources("erlang"):
        if upstream_version(stanza["Version"]).split(".")[0] == str(number):
            return stanza
    return None


def _unpack(files: list[Path], shelf: Path, tree: Path, tell: Progress) -> None:
    archive = next((file for file in files if ".orig.tar." in file.name), None)
    if archive is None:
        raise OtpFetchError("the source package holds no upstream archive")
    for leftover in shelf.glob("unpacking-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(prefix="unpacking-", dir=shelf))
    try:
        draft.chmod(0o755)
        size = archive.stat().st_size
        with archive.open("rb") as packed, tarfile.open(fileobj=packed, mode="r|*") as members:
            for member in members:
                tell("unpacking source", packed.tell() / size)
                path = PurePosixPath(*PurePosixPath(member.name).parts[1:])
                if not member.isfile() or ".." in path.parts or not _wanted(path):
                    continue
                content = members.extractfile(member)
                assert content is not None  # it is a file
                target = draft / path
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("wb") as out:
                    shutil.copyfileobj(content, out)
                target.chmod(0o755 if member.mode & 0o100 else 0o644)
        if not (draft / PARTS[0]).is_dir():
            raise OtpFetchError(f"{archive.name} holds no {PARTS[0]}")
        (draft / _KEPT).write_text("\n".join(PARTS), encoding="utf-8")
        shutil.rmtree(tree, ignore_errors=True)
        draft.rename(tree)
    except BaseException as problem:
        shutil.rmtree(draft, ignore_errors=True)
        if isinstance(problem, tarfile.TarError | EOFError):
            raise OtpFetchError(f"{archive.name} cannot be unpacked: {problem}") from None
        raise


def _complete(tree: Path) -> bool:
    """Say whether all parts were kept: an earlier version may have kept fewer."""
    try:
        return (tree / _KEPT).read_text(encoding="utf-8").split("\n") == list(PARTS)
    except FileNotFoundError:
        return False


def _wanted(path: PurePosixPath) -> bool:
    return any(path.is_relative_to(part) for part in PARTS)
