"""The user's cache of fetched releases.

`CACHE/otp/NUMBER/` holds one release: `release.json`, the manifest, names a folder beside it with
the unpacked files. The manifest is replaced in one step when everything else is in place, so that
whatever an interrupted fetch left behind is never taken for a release.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import platformdirs

from enigma_ref.otp.errors import OtpNotFound
from enigma_ref.otp.release import Release, read_release

_MANIFEST = "release.json"
_ROOT_IN_TREE = Path("usr/lib/erlang")


def cache_folder() -> Path:
    """Return the folder of all fetched releases; it need not exist yet."""
    return Path(platformdirs.user_cache_dir("enigma")) / "otp"


def shelf_of(number: int) -> Path:
    """Return the folder of the fetched release `number`; it need not exist yet."""
    return cache_folder() / str(number)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was fetched.

    `place` is the folder that the tree was made for (programs carry its path in themselves, so a
    moved cache does not count), `packages` maps names of packages to versions, and `files` paths
    below the tree to SHA-256 digests of their contents (of their targets, for symbolic links).
    """

    number: int
    version: str
    place: str
    packages: Mapping[str, str]
    files: Mapping[str, str]


def write_manifest(shelf: Path, manifest: Manifest) -> None:
    """Make `manifest` the truth about the folder `shelf`, all at once."""
    draft = shelf / f"{_MANIFEST}.new"
    with draft.open("w", encoding="utf-8") as file:
        json.dump(asdict(manifest), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(shelf / _MANIFEST)


def read_manifest(shelf: Path) -> Manifest | None:
    """Read the manifest in `shelf`; None when nothing complete is there, or it was moved."""
    try:
        fields = json.loads((shelf / _MANIFEST).read_text(encoding="utf-8"))
        manifest = Manifest(**fields)
        place = Path(manifest.place)
    except (OSError, ValueError, TypeError):
        return None
    return manifest if place.parent == shelf.absolute() and place.is_dir() else None


def cached_release(number: int) -> Release | None:
    """Return the fetched release `number`, or None when there is none."""
    manifest = read_manifest(shelf_of(number))
    if manifest is None:
        return None
    try:
        return read_release(Path(manifest.place) / _ROOT_IN_TREE, "cache")
    except OtpNotFound:
        return None


def cached_releases() -> list[Release]:
    """List the fetched releases, newest first."""
    shelves = cache_folder().glob("*/" + _MANIFEST)
    numbers = sorted(
        {int(file.parent.name) for file in shelves if file.parent.name.isdecimal()}, reverse=True
    )
    return [release for number in numbers if (release := cached_release(number)) is not None]


def root_in(tree: Path) -> Path:
    """Return the ROOTDIR inside an unpacked tree."""
    return tree / _ROOT_IN_TREE


def digests(tree: Path) -> dict[str, str]:
    """Compute what `Manifest.files` says about the folder `tree`."""
    found: dict[str, str] = {}
    for folder, subfolders, files in os.walk(tree):
        links = [name for name in subfolders if os.path.islink(os.path.join(folder, name))]
        for name in (*files, *links):
            path = Path(folder, name)
            content = os.fsencode(os.readlink(path)) if path.is_symlink() else path.read_bytes()
            found[path.relative_to(tree).as_posix()] = hashlib.sha256(content).hexdigest()
    return dict(sorted(found.items()))


def damage(manifest: Manifest) -> list[str]:
    """List the files that are missing or changed since they were fetched."""
    now = digests(Path(manifest.place))
    return [path for path, digest in manifest.files.items() if now.get(path) != digest]
