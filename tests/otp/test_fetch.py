from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path

import pytest

from enigma_ref.otp import OtpFetchError, find_release, libraries, source
from enigma_ref.otp.cache import cache_folder, read_manifest, shelf_of
from enigma_ref.otp.fetch import PACKAGES, fetch, upstream_version
from enigma_ref.otp.locks import only_one
from enigma_ref.otp.source import HELLO, cached_source, fetch_source
from tests.otp.conftest import FakeApt, write_program

MIRROR = "http://mirror.test/debian"
BEAM = "usr/lib/erlang/erts-13.1.5/bin/beam.smp"


def base_files(apt: FakeApt) -> dict[str, str]:
    content = apt.suite(MIRROR, "bookworm")["packages"]["erlang-base"]["content"]
    files: dict[str, str] = json.loads(content)
    return files


def serve_base(apt: FakeApt, files: dict[str, str], depends: str = "") -> None:
    apt.add(MIRROR, "bookworm", "erlang-base", "1:25.2.3+dfsg-1", files, depends)
    apt.save()


def trees() -> list[Path]:
    return sorted(shelf_of(25).glob("tree-*"))


def test_fetches_and_finds(apt: FakeApt) -> None:
    steps: list[str] = []
    release = fetch(25, lambda step, done: steps.append(step))
    assert (release.number, release.version, release.origin) == (25, "25.2.3", "cache")
    assert find_release("25").root == release.root
    assert list(dict.fromkeys(steps)) == ["reading lists", "downloading", "unpacking", "trying it"]
    manifest = read_manifest(shelf_of(25))
    assert manifest is not None
    assert manifest.packages["erlang-base"] == "1:25.2.3+dfsg-1"
    assert BEAM in manifest.files
    assert "usr/share/doc/erlang-base/copyright" in manifest.files
    assert "usr/share/man/x" not in manifest.files
    assert sorted(path.name for path in shelf_of(25).iterdir() if path not in trees()) == [
        "lock",
        "release.json",
    ]
    assert not any(line.startswith("patchelf") for line in apt.log())
    # apt holds the lock too, should it outlive its parent.
    assert apt.log()[0] == f"update {MIRROR} bookworm locked"


def test_start_scripts_know_the_new_folder(apt: FakeApt) -> None:
    release = fetch(25)
    for script in (release.root / "bin" / "erl", release.bindir / "erl"):
        text = script.read_text()
        assert str(release.root) in text
        assert "/where/it/was/built" not in text
        assert script.stat().st_mode & 0o111


def test_a_second_fetch_downloads_nothing(apt: FakeApt) -> None:
    first = fetch(25)
    before = apt.log()
    assert fetch(25).root == first.root
    assert apt.log() == before


def test_a_damaged_release_is_replaced(apt: FakeApt) -> None:
    first = fetch(25)
    (first.root / "lib/stdlib-4.2/ebin/lists.beam").write_text("x")
    second = fetch(25)
    assert second.root != first.root
    assert trees() == [second.root.parents[2]]
    assert (second.root / "lib/stdlib-4.2/ebin/lists.beam").read_text() == ""


def test_a_release_that_stopped_working_is_replaced(
    apt: FakeApt, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = fetch(25)
    monkeypatch.setattr("enigma_ref.otp.fetch._works", lambda release: release.root != first.root)
    assert fetch(25).root != first.root


def test_own_libraries_where_the_machine_is_too_old(apt: FakeApt) -> None:
    files = base_files(apt)
    files[BEAM] = "\x7fELF TOO-NEW\n"
    serve_base(apt, files, depends="procps, libc6 (>= 9)")
    loader = "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"
    apt.add(
        MIRROR,
        "bookworm",
        "libc6",
        "9-1",
        {
            loader: "",
            "usr/lib/x86_64-linux-gnu/libc.so.6": "",
            "usr/lib/x86_64-linux-gnu/gconv/libX.so.1": "",
        },
        depends="libother",
    )
    apt.add(
        MIRROR, "bookworm", "libother", "1", {"lib/x/libother.so.1": ""}, depends="libc6, libno"
    )
    apt.save()
    release = fetch(25)
    tree = release.root.parents[2]
    place = tree / "libraries"
    folders = f"{place}/lib/x:{place}/usr/lib/x86_64-linux-gnu"
    assert [line for line in apt.log() if line.startswith("patchelf")] == [
        f"patchelf --set-interpreter {place}/{loader} --force-rpath --set-rpath {folders} "
        f"{tree}/{BEAM}"
    ]
    manifest = read_manifest(shelf_of(25))
    assert manifest is not None
    assert manifest.packages["libother"] == "1"
    assert not list(place.rglob("gconv"))


def test_own_libraries_where_one_is_missing_that_is_opened_by_name(
    apt: FakeApt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(libraries.OPENED, "libc.so.6", "libc6")
    assert not fetch(25).root.parents[2].joinpath("libraries").exists()
    monkeypatch.setitem(libraries.OPENED, "libnosuch.so.1", "libnosuch1")
    shutil.rmtree(shelf_of(25))
    files = {f"lib/x/{name}": "" for name in ("ld-linux-x86-64.so.2", "libnosuch.so.1")}
    apt.add(MIRROR, "bookworm", "libnosuch1", "1", files)
    apt.save()
    place = fetch(25).root.parents[2] / "libraries"
    assert (place / "lib/x/libnosuch.so.1").exists()


def test_libraries_without_a_loader_are_an_error(apt: FakeApt) -> None:
    files = base_files(apt)
    files[BEAM] = "\x7fELF TOO-NEW\n"
    serve_base(apt, files)
    with pytest.raises(OtpFetchError, match=r"hold no ld-linux-x86-64\.so\.2"):
        fetch(25)
    assert trees() == []


def test_an_interrupted_fetch_leaves_no_release_and_is_taken_up(apt: FakeApt) -> None:
    def interrupt(step: str, done: float) -> None:
        if step == "unpacking":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(25, interrupt)
    assert read_manifest(shelf_of(25)) is None
    assert trees() == []
    downloads = [line for line in apt.log() if line.startswith("download")]
    assert len(downloads) == len(PACKAGES)
    # What a killed fetch would have left.
    write_program(shelf_of(25) / "tree-left" / "usr" / "x", "")
    release = fetch(25)
    assert [line for line in apt.log() if line.startswith("download")] == downloads
    assert trees() == [release.root.parents[2]]


def test_a_release_that_does_not_run_is_not_kept(apt: FakeApt) -> None:
    good = fetch(25)
    (good.root / "bin" / "erlc").unlink()
    files = base_files(apt)
    files["usr/lib/erlang/erts-13.1.5/bin/erlexec"] = "#!/bin/sh\necho cannot start; exit 1\n"
    serve_base(apt, files)
    with pytest.raises(OtpFetchError, match=r"does not work: .*cannot start"):
        fetch(25)
    # What was there before is still there.
    assert find_release("25").root == good.root


def test_the_packages_must_be_of_the_release(apt: FakeApt) -> None:
    for package in apt.suite(MIRROR, "bookworm")["packages"].values():
        package["version"] = "1:26.0+dfsg-1"
    apt.save()
    with pytest.raises(OtpFetchError, match="suite bookworm does not hold it"):
        fetch(25)


@pytest.mark.parametrize("number", [0, 24, 28])
def test_other_releases_cannot_be_fetched(apt: FakeApt, number: int) -> None:
    with pytest.raises(OtpFetchError, match="only 23, 25, 27, 29"):
        fetch(number)
    with pytest.raises(OtpFetchError, match="only that of 23, 25, 27, 29"):
        fetch_source(number)


def test_two_fetches_at_the_same_time(apt: FakeApt) -> None:
    waiting = threading.Event()
    results: list[Path] = []

    def tell(step: str, done: float) -> None:
        if step == "waiting for another fetch":
            waiting.set()

    thread = threading.Thread(target=lambda: results.append(fetch(25, tell).root))
    shelf_of(25).mkdir(parents=True)
    with only_one(shelf_of(25) / "lock", lambda: None):
        thread.start()
        assert waiting.wait(30)
        assert apt.log() == []
    thread.join(60)
    assert results == [fetch(25).root]


def test_a_cache_that_cannot_be_written(
    apt: FakeApt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(OtpFetchError, match="XDG_CACHE_HOME"):
        fetch(25)


def test_versions_of_packages() -> None:
    assert upstream_version("1:27.3.4.1+dfsg-1+deb13u3") == "27.3.4.1"
    assert upstream_version("25-1") == "25"
    assert upstream_version("x") == ""


SOURCE = {
    HELLO: "-module(hello).\n",
    "erts/emulator/beam/big.c": "int x;",
    "lib/stdlib/src/lists.erl": "-module(lists).\n",
    "lib/stdlib/test/../../../escaped": "no",
    "lib/stdlib/testing/x": "no",
}


def test_source_keeps_the_parts_that_tests_use(apt: FakeApt) -> None:
    apt.add_source(MIRROR, "bookworm", "1:24.0-1", {"erts/emulator/test/x": ""})
    apt.add_source(MIRROR, "bookworm", "1:25.2.3+dfsg-1", SOURCE)
    apt.save()
    folder = fetch_source(25)
    files = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    assert files == [HELLO, "kept-parts", "lib/stdlib/src/lists.erl"]
    assert (folder / HELLO).read_text() == "-module(hello).\n"
    assert not (cache_folder() / "source-25" / "work").exists()
    before = apt.log()
    assert fetch_source(25) == folder
    assert apt.log() == before


def test_source_of_which_fewer_parts_were_kept_is_fetched_again(apt: FakeApt) -> None:
    apt.add_source(MIRROR, "bookworm", "1:25.2.3+dfsg-1", SOURCE)
    apt.save()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source, "PARTS", ("erts/emulator/test",))
        folder = fetch_source(25)
        assert cached_source(25) == folder
        assert not (folder / "lib").exists()
    assert cached_source(25) is None
    assert fetch_source(25) == folder
    assert (folder / "lib/stdlib/src/lists.erl").exists()


def test_source_that_the_mirror_lists_but_does_not_have(apt: FakeApt) -> None:
    apt.add_source(MIRROR, "bookworm", "1:25.2.3+dfsg-1", SOURCE)
    apt.suite(MIRROR, "bookworm")["sources"][0]["absent"] = True
    apt.save()
    with pytest.raises(OtpFetchError, match=r"does not give the source of Erlang/OTP 25.*404"):
        fetch_source(25)


def test_source_that_is_not_what_was_promised(apt: FakeApt) -> None:
    apt.add_source(MIRROR, "bookworm", "1:25.2.3+dfsg-1", SOURCE)
    apt.suite(MIRROR, "bookworm")["sources"][0]["digest"] = "0" * 64
    apt.save()
    with pytest.raises(OtpFetchError, match="promises"):
        fetch_source(25)
    assert not (cache_folder() / "source-25" / "tree").exists()


def test_source_without_the_test_suites_is_refused(apt: FakeApt) -> None:
    apt.add_source(MIRROR, "bookworm", "1:25.2.3+dfsg-1", {"README": ""})
    apt.save()
    with pytest.raises(OtpFetchError, match="erts/emulator/test"):
        fetch_source(25)
    assert list((cache_folder() / "source-25").glob("unpacking-*")) == []
