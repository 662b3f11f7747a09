"""The cache of decoded modules."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from enigma_ref.loader import Cache, LoadError, load_module_file, read_module
from enigma_ref.loader import cache as cache_module
from tests.loader import assembler as asm

SMALL = asm.small_beam()


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "small.beam"
    path.write_bytes(SMALL)
    return path


def test_a_cached_module_equals_a_decoded_one(
    cache: Cache, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_module_file(file, cache)
    # The second time nothing is decoded.
    monkeypatch.delattr(cache_module, "decode_module")
    cached = load_module_file(file, cache)
    fresh = read_module(SMALL)
    for name in fresh.__dataclass_fields__:
        if name not in ("literals", "code_source"):
            assert getattr(cached, name) == getattr(fresh, name), name
    assert cached.code == fresh.code
    assert list(cached.literals) == list(fresh.literals)
    assert cached.attributes == fresh.attributes
    assert cached.locals == fresh.locals


def test_damage_is_noticed(cache: Cache, file: Path) -> None:
    good = load_module_file(file, cache)
    path = cache.path_of(SMALL)
    entry = path.read_bytes()
    for position in (0, 5, 20, 40, len(entry) // 2, len(entry) - 1):
        damaged = bytearray(entry)
        damaged[position] ^= 0x40
        path.write_bytes(damaged)
        assert cache.load(SMALL) is None
        assert load_module_file(file, cache).code == good.code
        assert path.read_bytes() == entry
    for size in (0, 3, 20, len(entry) - 1):
        path.write_bytes(entry[:size])
        assert cache.load(SMALL) is None


def test_other_content_has_another_entry(cache: Cache) -> None:
    assert cache.path_of(SMALL) != cache.path_of(SMALL + b"\0")


def test_a_cache_that_cannot_be_written_only_costs_time(tmp_path: Path, file: Path) -> None:
    (tmp_path / "blocked").write_text("a file where the folder should be")
    assert load_module_file(file, Cache(tmp_path / "blocked" / "x")).code


def test_a_refused_file_is_not_cached(cache: Cache, tmp_path: Path) -> None:
    bad = tmp_path / "bad.beam"
    bad.write_bytes(SMALL[:-4])
    with pytest.raises(LoadError, match=r"bad\.beam: truncated"):
        load_module_file(bad, cache)
    assert not cache.folder.exists()


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for name in (str(tmp_path / "missing.beam"), str(tmp_path), "nul\0byte"):
        with pytest.raises(LoadError):
            load_module_file(name)


def test_concurrent_users(cache: Cache, file: Path) -> None:
    expected = read_module(SMALL).code
    wrong: list[object] = []

    def work() -> None:
        for _ in range(30):
            if load_module_file(file, cache).code != expected:
                wrong.append(1)
            cache.clear()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert not list(cache.folder.glob("*.new"))


def test_clear(cache: Cache, file: Path) -> None:
    load_module_file(file, cache)
    assert cache.clear() == 1
    assert cache.load(SMALL) is None


def test_drafts_of_those_who_were_killed(cache: Cache, file: Path) -> None:
    cache.folder.mkdir(parents=True)
    old, young = cache.folder / "a.1.new", cache.folder / "b.2.new"
    for draft in (old, young):
        draft.write_bytes(b"half")
    os.utime(old, (1, time.time() - 2 * cache_module.ABANDONED))
    load_module_file(file, cache)
    assert [draft.exists() for draft in (old, young)] == [False, True]
    assert cache.clear() == 1
    assert not list(cache.folder.iterdir())


def test_what_was_not_used_longest_goes_when_there_is_too_much(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_module, "MOST_BYTES", 100_000)
    keys = [bytes([number]) for number in range(10)]
    for age, key in enumerate(keys):
        cache.store(key, ("x" * 11_000,))
        then = time.time() - (age + 2) * cache_module.FRESH
        os.utime(cache.path_of(key), (then, then))
    # A read counts as a use.
    assert cache.load(keys[9])
    # Nobody looks again so soon, neither this run nor another.
    for one in (cache, Cache(cache.folder)):
        one.store(b"more", (1,))
        assert all(one.path_of(key).exists() for key in keys)
    (cache.folder / "swept").unlink()
    Cache(cache.folder).store(b"most", (1,))
    kept = [number for number, key in enumerate(keys) if cache.load(key)]
    assert kept == [0, 1, 2, 9]
    assert cache.load(b"more") and cache.load(b"most")


def test_files_of_others_do_not_count(
    cache: Cache, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_module_file(file, cache)
    assert cache.load(SMALL) is not None
    owner = cache.path_of(SMALL).stat().st_uid
    monkeypatch.setattr(cache_module, "ROOT", owner + 1)
    monkeypatch.setattr(os, "geteuid", lambda: owner + 2)
    assert cache.load(SMALL) is None
    monkeypatch.setattr(cache_module, "ROOT", owner)
    assert cache.load(SMALL) is not None


def test_what_is_no_plain_file(cache: Cache, file: Path) -> None:
    path = cache.path_of(SMALL)
    path.parent.mkdir(parents=True)
    os.mkfifo(path)
    assert cache.load(SMALL) is None  # and does not wait for a writer
    load_module_file(file, cache)
    assert cache.load(SMALL) is not None
    path.unlink()
    path.mkdir()
    assert load_module_file(file, cache).code
    assert cache.load(SMALL) is None


def test_only_the_user_may_read_it(cache: Cache, file: Path) -> None:
    load_module_file(file, cache)
    assert cache.path_of(SMALL).stat().st_mode & 0o777 == 0o600


def test_where_the_cache_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(home))
    assert Cache.of_user() is None
    home.mkdir()
    found = Cache.of_user()
    assert found is not None
    assert home in found.folder.parents
    monkeypatch.setenv("HOME", "relative")
    found = Cache.of_user()
    assert found is None or found.folder.is_absolute()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "elsewhere"))
    found = Cache.of_user()
    assert found is not None
    assert tmp_path / "elsewhere" in found.folder.parents


WRITER = """
import sys
from pathlib import Path
from enigma_ref.loader.cache import Cache
cache = Cache(Path(sys.argv[1]))
while True:
    for number in range(3):
        content = str(number).encode()
        raw = (content * 300_000,)
        cache.store(content, raw)
        found = cache.load(content)
        assert found in (None, raw), number
        print("x", flush=True)
"""


def test_writers_that_are_killed(cache: Cache) -> None:
    pauses = random.Random(7)
    for _ in range(12):
        writers = [
            subprocess.Popen(
                [sys.executable, "-c", WRITER, str(cache.folder)], stdout=subprocess.PIPE
            )
            for _ in range(2)
        ]
        for writer in writers:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"x\n"
            time.sleep(pauses.uniform(0, 0.02))
            writer.send_signal(signal.SIGKILL)
        for writer in writers:
            assert writer.wait() == -signal.SIGKILL
            assert writer.stdout is not None
            writer.stdout.close()
        for number in range(3):
            content = str(number).encode()
            assert cache.load(content) in (None, (content * 300_000,))
