from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from pathlib import Path

from enigma_ref.otp.cache import (
    Manifest,
    cached_release,
    cached_releases,
    damage,
    digests,
    read_manifest,
    root_in,
    shelf_of,
    write_manifest,
)
from enigma_ref.otp.locks import only_one
from tests.otp.conftest import make_release


def fill(number: int = 25) -> tuple[Path, Path]:
    shelf = shelf_of(number)
    tree = shelf / "tree-a"
    make_release(root_in(tree), number)
    (tree / "link").symlink_to("usr")
    write_manifest(
        shelf, Manifest(number, "25.2.3", str(tree), {"erlang-base": "1"}, digests(tree))
    )
    return shelf, tree


def test_what_was_written_is_read(alone: Path) -> None:
    shelf, tree = fill()
    manifest = read_manifest(shelf)
    assert manifest is not None
    assert manifest.packages == {"erlang-base": "1"}
    assert "link" in manifest.files
    release = cached_release(25)
    assert release is not None
    assert (release.root, release.origin, release.launcher) == (root_in(tree), "cache", None)


def test_a_tree_without_manifest_is_no_release(alone: Path) -> None:
    shelf, _ = fill()
    (shelf / "release.json").unlink()
    assert cached_release(25) is None
    assert cached_releases() == []


def test_a_moved_cache_does_not_count(alone: Path) -> None:
    shelf, _ = fill()
    shutil.copytree(shelf, shelf.parent / "23", symlinks=True)
    assert cached_release(23) is None
    shelf.rename(shelf.parent / "27")
    assert cached_release(27) is None


def test_rubbish_manifests_do_not_count(alone: Path) -> None:
    shelf, _ = fill()
    for text in ("", "{}", "[]", '{"number": 25}', "\x00", '{"place": 3}'):
        (shelf / "release.json").write_text(text)
        assert cached_release(25) is None, text
    (shelf / "release.json").write_bytes(b"\xff")
    assert cached_release(25) is None


def test_damage_names_changed_and_missing_files(alone: Path) -> None:
    shelf, tree = fill()
    manifest = read_manifest(shelf)
    assert manifest is not None
    assert damage(manifest) == []
    root = root_in(tree)
    (root / "lib/stdlib-4.2/ebin/lists.beam").write_text("x")
    (root / "bin/erlc").unlink()
    (tree / "link").unlink()
    (tree / "link").symlink_to("etc")
    assert damage(manifest) == [
        "link",
        "usr/lib/erlang/bin/erlc",
        "usr/lib/erlang/lib/stdlib-4.2/ebin/lists.beam",
    ]


def test_newest_first(alone: Path) -> None:
    fill(23)
    fill(25)
    shelves = [
        release.root.relative_to(shelf_of(0).parent).parts[0] for release in cached_releases()
    ]
    assert shelves == ["25", "23"]


def test_the_second_waits_for_the_first(tmp_path: Path) -> None:
    waiting = threading.Event()
    order: list[str] = []

    def second() -> None:
        with only_one(tmp_path / "lock", waiting.set):
            order.append("second")

    thread = threading.Thread(target=second)
    with only_one(tmp_path / "lock", lambda: order.append("no wait expected")):
        thread.start()
        assert waiting.wait(30)
        order.append("first")
    thread.join(30)
    assert order == ["first", "second"]


def test_a_child_keeps_the_lock(tmp_path: Path) -> None:
    waited = threading.Event()
    with only_one(tmp_path / "lock", lambda: None) as descriptor:
        child = subprocess.Popen(
            [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=(descriptor,)
        )

    def end_child() -> None:
        waited.set()
        child.communicate(b"\n", timeout=30)

    with only_one(tmp_path / "lock", end_child):
        assert waited.is_set()
        assert child.returncode == 0
