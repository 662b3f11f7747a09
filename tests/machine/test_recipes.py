"""Code of instructions kept between runs: found again, shared, never trusted when damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from enigma_ref._generated.engine import TEMPLATES
from enigma_ref.loader.cache import Cache
from enigma_ref.machine.recipes import Recipes

MOVE = ("move", "x", "y")
RETURN = ("return",)


def used(cache: Cache, *keys: tuple[str, ...]) -> Recipes:
    """What a run does that needs the factories for these keys and has ended."""
    recipes = Recipes()
    recipes.keep_in(cache)
    for key in keys:
        recipes.make(key, TEMPLATES[key[0]])
    recipes.save()
    return recipes


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path)


def test_a_factory_is_compiled_once(cache: Cache) -> None:
    assert used(cache, MOVE).made == 1
    later = used(cache, MOVE, RETURN)
    assert later.made == 1
    assert set(later.compiled) == {MOVE, RETURN}


def test_code_from_the_cache_runs(cache: Cache) -> None:
    used(cache, MOVE)
    factory = used(cache, MOVE).factories[MOVE]
    move = factory((64, ("x", 1), ("y", 0)), None, None, "next")
    x, stack = ["a", "b"], ["old", "top"]
    assert move(x, stack, None) == "next"
    assert stack == ["old", "b"]


def test_two_runs_at_once_lose_nothing_that_was_there(cache: Cache) -> None:
    first, second = Recipes(), Recipes()
    for recipes, key in ((first, MOVE), (second, RETURN)):
        recipes.keep_in(cache)
        recipes.make(key, TEMPLATES[key[0]])
    first.save()
    second.save()
    assert set(used(cache).compiled) == {MOVE, RETURN}


@pytest.mark.parametrize("damage", [b"", b"x", b"enigma-module\n" + bytes(200)])
def test_damage_costs_time_only(cache: Cache, damage: bytes) -> None:
    used(cache, MOVE)
    (file,) = cache.folder.glob("*.module")
    file.write_bytes(damage or file.read_bytes()[:-1])
    assert used(cache, MOVE).made == 1
    assert used(cache, MOVE).made == 0


def test_nothing_new_writes_nothing(cache: Cache) -> None:
    used(cache, MOVE)
    (file,) = cache.folder.glob("*.module")
    before = file.stat().st_ino
    used(cache, MOVE)
    assert file.stat().st_ino == before
