"""Decoded modules kept on disk, so that the next start need not decode them again.

A cache file is named after the content of the `.beam` file, the version of our format and the
Python that wrote it, so a stale one is never found, and damage is noticed by a checksum. That
guards against accidents. Since what is cached is run as code, files of other users do not count.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import stat
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from enigma_ref._generated.opcodes import KINDS, OBSOLETE_IN_23, OPCODES
from enigma_ref.loader.collector import collector_paused
from enigma_ref.loader.errors import LoadError
from enigma_ref.loader.module import (
    Module,
    RawModule,
    build_module,
    decode_module,
    with_packed_code,
)

FORMAT: Final = 6
"""Raised whenever what `decode_module` returns changes its shape or meaning, or it refuses more."""

_MAGIC: Final = b"enigma-module\n"
_CHECKSUM_SIZE: Final = 32
_SUFFIX: Final = ".module"
_DRAFT: Final = ".new"
"""How the name of a file ends that is being written."""

_STAMP: Final = "swept"
"""The file whose time tells when the whole folder was looked at."""

ABANDONED: Final = 3600
"""Seconds after which a draft belongs to nobody any more: its writer was killed."""

SELDOM: Final = 3600
"""How many seconds lie between two looks at the whole folder."""

MOST_BYTES: Final = 1 << 30
"""How much is kept; when it is more, only half of it is."""

FRESH: Final = 600
"""For how many seconds a file counts as used just now, so that most reads need not say so."""

ROOT: Final = 0


class Cache:
    """A folder of decoded modules. Safe to use from several processes at once.

    A cache that cannot be read or written only costs time: no method raises `OSError`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._swept = 0.0

    @classmethod
    def of_user(cls) -> Cache | None:
        """The cache in the user's own cache folder; None for a user who has no such place."""
        # Imported here because a run without a cache has no use for it.
        from platformdirs import user_cache_path

        folder = user_cache_path("enigma", appauthor=False)
        # Without a home its name begins with a ~, and would lead below the working folder.
        if not folder.is_absolute():
            return None
        # A home that somebody else has still to make is not ours to make.
        home = Path(os.path.expanduser("~"))
        is_there = "XDG_CACHE_HOME" in os.environ or home not in folder.parents or home.is_dir()
        return cls(folder / "modules") if is_there else None

    def path_of(self, data: bytes) -> Path:
        """Where the decoded form of the file with the content `data` is or would be."""
        key = hashlib.sha256(_KEY_PREFIX)
        key.update(data)
        return self.folder / f"{key.hexdigest()}{_SUFFIX}"

    def load(self, data: bytes) -> RawModule | None:
        """The decoded form of `data`, or None when it is not there or damaged."""
        entry = _read_own(self.path_of(data))
        if entry is None:
            return None
        start = len(_MAGIC) + _CHECKSUM_SIZE
        payload = memoryview(entry)[start:]
        if entry[:start] != _MAGIC + _checksum(payload):
            return None
        try:
            raw = marshal.loads(payload)
        except (EOFError, ValueError, TypeError):
            return None
        return raw if type(raw) is tuple else None

    def store(self, data: bytes, raw: RawModule) -> None:
        """Keep `raw` as the decoded form of `data`. Readers see all of it or nothing."""
        payload = marshal.dumps(raw)
        path = self.path_of(data)
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            with suppress(OSError):
                self._sweep()
            draft = path.with_suffix(f".{os.urandom(8).hex()}{_DRAFT}")
            try:
                with open(draft, "xb", opener=_for_owner) as file:
                    file.write(_MAGIC + _checksum(payload) + payload)
                os.replace(draft, path)
            except OSError:
                with suppress(OSError):
                    draft.unlink()
                raise

    def _sweep(self) -> None:
        """Remove drafts that were left by runs that were killed, and, when there is too much, what
        was not used longest. Looks seldom, since it looks at everything."""
        now = time.time()
        if 0 <= now - self._swept < SELDOM:
            return
        self._swept = now
        stamp = self.folder / _STAMP
        if stamp.exists() and 0 <= now - stamp.stat().st_mtime < SELDOM:
            return
        # Somebody else's stamp, as root's, is no reason not to sweep.
        with suppress(OSError):
            stamp.touch()
        kept = []
        for path in self.folder.iterdir():
            # Another run may be sweeping too.
            with suppress(OSError):
                status = path.lstat()
                if path.suffix == _SUFFIX:
                    kept.append((status.st_mtime, status.st_size, path))
                elif path.suffix == _DRAFT and status.st_mtime <= now - ABANDONED:
                    path.unlink()
        size = sum(one[1] for one in kept)
        if size <= MOST_BYTES:
            return
        for _, its_size, path in sorted(kept):
            with suppress(OSError):
                path.unlink()
                size -= its_size
            if size <= MOST_BYTES // 2:
                break

    def clear(self) -> int:
        """Remove every cached module; how many there were. Drafts go too, those of runs that are
        writing them as well, which only costs time."""
        for other in (*self.folder.glob(f"*{_DRAFT}"), self.folder / _STAMP):
            with suppress(OSError):
                other.unlink()
        removed = 0
        for path in self.folder.glob(f"*{_SUFFIX}"):
            with suppress(OSError):
                path.unlink()
                removed += 1
        return removed


def load_module_file(path: str | os.PathLike[str], cache: Cache | None = None) -> Module:
    """The module in the file `path`, from `cache` when it is there; else decoded and cached.

    Raises `LoadError`, also when the file cannot be read.
    """
    where = os.fspath(path)
    try:
        data = Path(path).read_bytes()
    except OSError as problem:
        raise LoadError(where, problem.strerror or "cannot be read") from None
    except ValueError:
        raise LoadError(repr(where), "no valid file name") from None
    return load_module(data, where=where, cache=cache)


def load_module(data: bytes, *, where: str = "<bytes>", cache: Cache | None = None) -> Module:
    """`read_module` by way of a cache. Raises `LoadError`."""
    with collector_paused():
        raw = cache.load(data) if cache else None
        if raw is None:
            raw = decode_module(data, where=where)
            if cache:
                cache.store(data, with_packed_code(raw))
        return build_module(raw)


def _for_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _read_own(path: Path) -> bytes | None:
    """What is in a plain file of this user or of root; None for everything else."""
    try:
        # Something else of that name, like a pipe, must not make us wait.
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            status = os.fstat(file.fileno())
            is_ours = status.st_uid in (os.geteuid(), ROOT)
            if not is_ours or not stat.S_ISREG(status.st_mode):
                return None
            if status.st_mtime < time.time() - FRESH:
                # A file of root's may not be ours to mark.
                with suppress(OSError):
                    os.utime(file.fileno())
            return file.read()
    except OSError:
        return None


def _checksum(payload: bytes | memoryview) -> bytes:
    # SHA-256 is the fastest of hashlib's on processors that have instructions for it.
    return hashlib.sha256(payload).digest()


# What is decoded, and what is refused, depends on the opcode tables too.
_KEY_PREFIX: Final = _checksum(
    repr(
        (
            FORMAT,
            sys.implementation.cache_tag,
            marshal.version,
            OPCODES,
            sorted(OBSOLETE_IN_23),
            sorted(KINDS.items()),
        )
    ).encode()
)
