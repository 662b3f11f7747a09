"""Inputs that are large or deep end nothing: not the process of the system, and not the stack."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from enigma_ref.runtime.vm import VM
from enigma_ref.terms import atom
from enigma_ref.terms.parse import parse_term

LARGE = (Path(__file__).parent.parent / "machine" / "programs" / "large.beam").read_bytes()


@pytest.fixture(autouse=True)
def counted_references_only() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize(
    ("what", "size", "expected"),
    [
        ("list", 2_000_000, "{2000000, false, 2000000}"),
        ("frames", 10_000_000, "10000000"),
        ("error", 1_000_000, "{reason, true}"),
        ("exit", 100_000, "true"),
        ("send", 300_000, "true"),
        ("dictionary", 300_000, "undefined"),
        ("match", 300_000, "yes"),
        ("badmatch", 300_000, "true"),
        ("element", 50_000, "{true, false}"),
        ("key", 50_000, "true"),
        ("binary", 50_000_000, "{200000001, <<4, 1, 2, 3>>, false}"),
        ("bits", 800_000_000, "799999997"),
        ("append", 100_000, "200000"),
        ("integer", 3_000_000, "{true, 1, true}"),
        ("tuple", 5_000_000, "{5000000, x, false}"),
        ("apply", 300_000, "x"),
        ("catches", 50_000, "50000"),
    ],
)
def test_large(what: str, size: int, expected: str) -> None:
    vm = VM(25, engine="native")
    vm.load(LARGE)
    outcome = vm.call("large", "run", [atom(what), size])
    assert outcome.ok, outcome.reason
    assert outcome.value == parse_term(expected)
