"""The cache of decoded modules."""

from __future__ import annotations

import threading
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
        if name != "literals":
            assert getattr(cached, name) == getattr(fresh, name), name
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
